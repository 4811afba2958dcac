/** How the tests run under mutation: the domain's own, which are fast and the same every time. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** What the packed index is made of has tests of its own, which run through it for seconds: they are for the mutants of those files. */
const OF_THE_INDEX = ['access-projection', 'large-tenants', 'packed-lists'].map((name) => `test/access-index/${name}.test.ts`)

// Every mutant gets a worker of its own, which runs all its test files (none of them alters what the others see) and loads each
// package as one file: most of a run would else be spent on loading. The copies lie in the sandbox, one for each of its runners.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  cacheDir: `reports/packages-${process.env['STRYKER_MUTATOR_WORKER'] ?? ''}`,
  test: {
    include: ['test/domain/**/*.test.ts', 'test/access-index/**/*.test.ts'],
    exclude: process.env['CONSENTRY_GATE'] === 'decision' ? OF_THE_INDEX : [],
    env: { TZ: 'UTC' },
    isolate: false,
    deps: { optimizer: { ssr: { enabled: true, include: ['date-fns/milliseconds', 'date-fns/parseISO', 'immer', 'zod'] } } },
  },
})
