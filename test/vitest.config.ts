/** How the tests run: every project in processes of its own, so that each may have its own time zone. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = fileURLToPath(new URL('..', import.meta.url))
const foreign = '**/node_modules/**'
const packaging = 'test/package/**/*.test.ts'
const nest12 = ['test/guard/nest-12.test.ts', 'test/http/nest-12.test.ts']
/**
 * The tests of what turns texts and durations into instants, and instants into texts; nothing else depends on a time zone.
 * They run again where the clock once skipped an hour at midnight, and where a day was left out.
 */
const dated = ['input', 'policy', 'error'].map((name) => `test/domain/${name}.test.ts`)
/** How long a test of the package waits for the programs it starts: seconds, but minutes on a busy machine. */
const PATIENCE = 300_000

// Our own modules keep nothing between tests, so that they are loaded once a process, not once a file; the packaging's do.
const project = (name: string, include: string[], zone: string, more: object = {}) => ({
  extends: true as const,
  test: { name, include, exclude: [foreign], env: { TZ: zone }, isolate: false, testTimeout: 30_000, ...more },
})

// A server takes a second to start, and a build takes several: only the projects that need one wait for it.
const withDatabases = { globalSetup: 'test/databases/global-setup.ts' }
/** Nest 12 beside Nest 11: what imports Nest gets the aliases, Nest itself included, which is therefore loaded as a source. */
const asNest12 = {
  resolve: { alias: [{ find: /^@nestjs\/(?:platform-)?(\w+)/, replacement: `${root}test/node_modules/nest-12-$1` }] },
}
const withBuild = { globalSetup: 'test/package/global-setup.ts' }

/** The files that take longest, the longest first. */
const LONGEST = [
  ...['package/readme', 'package/examples', 'package/types', 'package/runtimes', 'package/peers', 'package/hosts', 'package/api'],
  ...['model/model-check', 'adapters/contract-postgres', 'adapters/contract-sqlite', 'storage/model', 'storage/steps', 'testing/contract'],
  ...[
    'elements/troubles',
    'elements/story',
    'storage/mixed-load',
    'adapters/contract-pglite',
    'adapters/same-answers',
    'model/small-scope',
    'model/decision',
  ],
]
/** Projects in their order: the programs that the package's tests start use every core, so that they come first. */
const PROJECTS = ['package', 'behaviour']

/** Returns the place of the first that is meant, or the one behind the last. */
function placeIn(list: readonly string[], isMeant: (one: string) => boolean): number {
  const place = list.findIndex(isMeant)
  return place < 0 ? list.length : place
}

/** Starts long files first: one that starts last keeps one core busy and the others idle. Times of earlier runs order the rest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const places = new Map(
      files.map((file) => {
        const project = placeIn(PROJECTS, (name) => name === file.project.name)
        return [file, project * 1_000 + placeIn(LONGEST, (name) => file.moduleId.endsWith(`/test/${name}.test.ts`))] as const
      }),
    )
    return (await super.sort(files)).sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
  }
}

export default defineConfig({
  root,
  // Examples import the package by its name, which a checkout resolves to its sources.
  resolve: {
    alias: [
      { find: /^consentry$/, replacement: `${root}src/index.ts` },
      { find: /^consentry\/([\w/-]+)$/, replacement: `${root}src/$1.ts` },
    ],
  },
  test: {
    pool: 'forks',
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    // Every branch of the rules: what no test takes is dead, or a rule nobody has tried.
    coverage: {
      include: ['src/domain/**/*.ts', 'src/access-index/**/*.ts'],
      reporter: ['text-summary'],
      reportsDirectory: 'reports/coverage',
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
    reporters: ['default', ['json', { outputFile: 'reports/tests.json' }]],
    projects: [
      project('behaviour', ['test/**/*.test.ts'], 'UTC', { exclude: [foreign, packaging, ...nest12], ...withDatabases }),
      { ...project('nest-12', nest12, 'UTC', { server: { deps: { inline: [/nest-12-/] } } }), ...asNest12 },
      project('sao-paulo', dated, 'America/Sao_Paulo'),
      project('apia', dated, 'Pacific/Apia'),
      project('package', [packaging], 'UTC', { isolate: true, testTimeout: PATIENCE, hookTimeout: PATIENCE, ...withBuild }),
    ],
  },
})
