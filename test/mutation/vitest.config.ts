/** How the tests run under mutation: the domain's own, which are fast and the same every time. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * What the packed index is made of, and the requests that may be left out, have tests of their own, which run for seconds: they are for
 * the mutants of those files.
 */
const OF_OTHER_FILES = [
  'access-index/access-projection',
  'access-index/large-tenants',
  'access-index/packed-lists',
  'domain/decisive-requests',
].map((name) => `test/${name}.test.ts`)

// Every mutant gets a worker of its own, which runs all its test files (none of them alters what the others see) and loads each
// package as one file: most of a run would else be spent on loading. The copies lie in the sandbox, one for each of its runners.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  cacheDir: `reports/packages-${process.env['STRYKER_MUTATOR_WORKER'] ?? ''}`,
  test: {
    include: ['test/domain/**/*.test.ts', 'test/access-index/**/*.test.ts'],
    exclude: process.env['CONSENTRY_GATE'] === 'decision' ? OF_OTHER_FILES : [],
    env: { TZ: 'UTC' },
    isolate: false,
    deps: { optimizer: { ssr: { enabled: true, include: ['date-fns/milliseconds', 'date-fns/parseISO', 'immer', 'zod'] } } },
  },
})
