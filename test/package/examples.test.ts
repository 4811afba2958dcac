/** Every example runs against the built package as it stands, ends well, says something, and is short enough to be read. */
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Sqlite from 'libsql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { asNextCalls, ELSEWHERE, handLessons, type Surroundings } from './lessons.js'
import { attempt, type Env, emptyFolder, install, root, run, withTsx } from './packed.js'

const LINES = 60
const STORY = 'story.ts'
/** Those that serve until they are told to end. `demo.test.ts`, `german.test.ts` and `theme.test.ts` start them. */
const SERVING = ['host.ts', 'the-elements-in-german.ts', 'the-elements-in-your-pages.ts']
const ESCAPE = '\u001b['
const ALL_ANSWERED = '27 of 27 rows answered as the table says'

const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'))
const textOf = (name: string) => readFileSync(join(root, 'examples', name), 'utf8')
// A checkout resolves the package to its sources, so that examples run before anything is built. Here they are to run on the build.
let onBuild: Env = {}
const play = (name: string, args: readonly string[] = [], env: Env = {}) =>
  attempt(process.execPath, [...withTsx, join('examples', name), ...args], root, { ...onBuild, ...env })

async function tell(args: readonly string[] = [], env: Env = {}): Promise<string> {
  const { ended, stdout, stderr } = await play(STORY, args, env)
  expect(ended, stderr).toBe('well')
  expect(stdout).toContain(ALL_ANSWERED)
  return stdout
}

let postgres: PostgresServer
let where: Surroundings
beforeAll(async () => {
  const [server, project, folder] = await Promise.all([startPostgres(), install('jose', 'pg'), emptyFolder()])
  postgres = server
  where = { project, connectionString: server.connectionString }
  await handLessons(project, ...Object.keys(ELSEWHERE))
  const dist = (file: string) => [join(root, 'dist', file)]
  const compilerOptions = { experimentalDecorators: true, paths: { consentry: dist('index.js'), 'consentry/*': dist('*.js') } }
  const config = join(folder, 'tsconfig.json')
  await writeFile(config, JSON.stringify({ compilerOptions }))
  onBuild = { TSX_TSCONFIG_PATH: config }
})
afterAll(() => postgres?.stop())

describe.concurrent.each(examples)('%s', (name) => {
  if (!SERVING.includes(name))
    it('runs and says something', async () => {
      const { run: runElsewhere, ranIn = /\S/ } = ELSEWHERE[name] ?? {}
      const { ended, stdout, stderr } = await (runElsewhere?.(name, where) ?? play(name, [], { DATABASE_URL: postgres.connectionString }))
      expect(ended, stderr).toBe('well')
      expect(stdout).toMatch(ranIn)
    })
  it('uses the package as a host does', () => expect(textOf(name)).not.toMatch(/from '[^']*\b(src|dist|test)\//))
  if (name !== STORY) it(`has at most ${LINES} lines`, () => expect(textOf(name).trimEnd().split('\n').length).toBeLessThanOrEqual(LINES))
})

describe.concurrent('the lessons for other runtimes', () => {
  it('are examples there are', () => expect(examples).toEqual(expect.arrayContaining(Object.keys(ELSEWHERE))))
  it('end badly where an answer is wrong', async () => {
    const { ended, stderr } = await asNextCalls('the-api-on-nextjs.ts', where, 'the key of somebody else')
    expect(ended).toBe('badly')
    expect(stderr).toContain('not-logged-in')
  })
})

it('an example runs on the build', async () => {
  const folder = await emptyFolder()
  await writeFile(join(folder, 'where.mts'), "console.log(import.meta.resolve('consentry'), import.meta.resolve('consentry/http'))\n")
  const { stdout } = await run(process.execPath, [...withTsx, join(folder, 'where.mts')], root, onBuild)
  expect(stdout.trim().split(' ')).toEqual(['index', 'http'].map((name) => pathToFileURL(join(root, 'dist', `${name}.js`)).href))
})

const inDatabases = examples.filter((name) => !(name in ELSEWHERE) && textOf(name).includes('DATABASE_URL'))

describe.concurrent('an example that needs a database', () => {
  it('is one for each query builder', () => expect(inDatabases).toEqual(['with-drizzle.ts', 'with-kysely.ts']))
  it.each(inDatabases)('says so if there is none: %s', async (name) => {
    const { ended, stderr } = await play(name, [], { DATABASE_URL: '' })
    expect(ended).toBe('badly')
    expect(stderr).toMatch(/^DATABASE_URL must name a PostgreSQL database/)
  })
})

describe.concurrent('the story', () => {
  const worldsIn = (said: string) => said.match(/\bstory_\w+(?=\*)/g) ?? []

  it('is plain text by default', async () => {
    const said = await tell()
    expect(said).not.toContain(ESCAPE)
    expect(worldsIn(said)).toEqual([])
  })
  it('is coloured if FORCE_COLOR is set', async () => expect(await tell([], { FORCE_COLOR: '1' })).toContain(ESCAPE))
  it('is told in one SQLite file as often as one likes, and leaves what was there', async () => {
    const path = join(await emptyFolder(), 'story.db')
    const first = await tell(['--store', `sqlite:${path}`])
    const database = new Sqlite(path)
    const requestsIn = (world: string) => database.prepare(`select * from ${world}tenant_requests`).all()
    const kept = worldsIn(first).map(requestsIn)
    expect(kept.map(({ length }) => length)).toEqual([3, 2])

    const second = await tell(['--store', `sqlite:${path}`])
    expect(worldsIn(first).map(requestsIn)).toEqual(kept)
    expect(new Set([...worldsIn(first), ...worldsIn(second)]).size).toBe(4)
    database.close()
  })
  it('is told in PostgreSQL', async () => expect(worldsIn(await tell(['--store', postgres.connectionString]))).toHaveLength(2))
  it('says which stores there are, and nothing else, if it is given another', async () => {
    const { ended, stdout, stderr } = await play(STORY, ['--store', 'sqlite:'])
    expect({ ended, stdout }).toEqual({ ended: 'badly', stdout: '' })
    expect(stderr).toMatch(/^there is no store `sqlite:`: take memory, sqlite:<path>, or postgres:\/\//)
  })
})
