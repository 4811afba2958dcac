/** How the tests run: every project in processes of its own, so that each may have its own time zone. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const behaviour = ['test/**/*.test.ts']
const foreign = ['**/node_modules/**']
const packaging = ['test/package/**/*.test.ts']
/** What depends on instants runs again where the clock once skipped an hour at midnight, and where a day was left out. */
const dated = ['test/domain/**/*.test.ts', 'test/service/**/*.test.ts', 'test/model/oracle.test.ts']
/** What is refused before anybody looks at an instant is refused in every zone. */
const undated = ['hostile-input', 'session-id'].map((name) => `test/service/${name}.test.ts`)

// Our own modules keep nothing between tests, so that they are loaded once a process, not once a file; the packaging's do.
const project = (name: string, include: string[], exclude: string[], zone: string) => ({
  extends: true as const,
  test: { name, include, exclude: [...foreign, ...exclude], env: { TZ: zone }, isolate: include === packaging },
})

// A server takes a second to start, which no other project need wait for.
const withDatabases = <P extends ReturnType<typeof project>>(one: P) => ({
  ...one,
  test: { ...one.test, globalSetup: 'test/databases/global-setup.ts' },
})

// The tests of the package read the build, so it is made before them.
const withBuild = <P extends ReturnType<typeof project>>(one: P) => ({
  ...one,
  test: { ...one.test, globalSetup: 'test/package/global-setup.ts' },
})

export default defineConfig({
  root,
  test: {
    pool: 'forks',
    maxWorkers: '100%',
    // Every branch of the rules: what no test takes is dead, or a rule nobody has tried.
    coverage: {
      include: ['src/domain/**/*.ts', 'src/access-index/**/*.ts'],
      reporter: ['text-summary'],
      reportsDirectory: 'reports/coverage',
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
    reporters: ['default', ['json', { outputFile: 'reports/tests.json' }]],
    projects: [
      withDatabases(project('behaviour', behaviour, packaging, 'UTC')),
      project('sao-paulo', dated, undated, 'America/Sao_Paulo'),
      project('apia', dated, undated, 'Pacific/Apia'),
      withBuild(project('package', packaging, [], 'UTC')),
    ],
  },
})
