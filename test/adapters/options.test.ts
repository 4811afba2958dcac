/** Options of the SQL repositories: what is no driver and no table name is refused at start, with what to do (SPEC 9.1). */
import { PGlite } from '@electric-sql/pglite'
import Sqlite from 'libsql'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { postgresMigrations, postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteMigrations, sqliteRepository } from '../../src/adapters/sqlite.js'
import { issuesThrown } from '../domain/results.js'

const pool = new pg.Pool()
const client = new pg.Client()
// It need not start: only its methods are looked at.
const pglite: PGlite = Object.create(PGlite.prototype)
const database = new Sqlite(':memory:')

const postgresWith = (options: unknown) => issuesThrown(() => postgresRepository(options as never))
const sqliteWith = (options: unknown) => issuesThrown(() => sqliteRepository(options as never))

const NAME = '1 to 30 lower-case letters, digits and underscores, not starting with a digit, such as `consentry`'
const SQLITE = 'a `Database` of `better-sqlite3` or `libsql`, or a `DatabaseSync`'

describe('postgresRepository', () => {
  it('takes exactly one driver', () => {
    for (const driver of [{ pool }, { client }, { pglite }, { pool, client: undefined }]) postgresRepository(driver as never)
    for (const connection of [client, { query: client.query }]) postgresRepository({ pool }).within(connection as never)
  })

  const none = 'must have a `pool`, a `client` or a `pglite`'
  it.each<[string, unknown, ...string[]]>([
    ['nothing', undefined, ': the input is required'],
    ['null', null, ': `null` must be an object with a `pool`, a `client` or a `pglite`'],
    ['no driver', {}, `: an object ${none}`],
    ['a schema alone', { schema: 'support', pool: undefined }, `: an object ${none}`],
    ['two drivers', { client, pool }, 'client: an object must not be given beside `pool`: pass one of them'],
    [
      'a connection string',
      { pool: 'postgres://localhost' },
      'pool: `postgres://localhost` is text: pass a `Pool` of `pg`, such as `new pg.Pool({ connectionString })`',
    ],
    ['the options of a pool', { pool: { host: 'localhost' } }, 'pool: an object must be a `Pool` of `pg`: it has no `connect`'],
    ['the class of a pool', { pool: pg.Pool }, 'pool: a function must be a `Pool` of `pg`: call it, and pass what it returns'],
    ['a PGlite as a pool', { pool: pglite }, 'pool: an object must be a `Pool` of `pg`: it has no `connect`'],
    ['a pool as a client', { client: pool }, 'client: an object is a pool: pass it as `pool`'],
    ['a promise', { client: Promise.resolve(client) }, 'client: a promise must be a connected `Client` of `pg`: await it first'],
    ['a SQLite database', { pglite: database }, 'pglite: an object must be a `PGlite` database: it has no `query`, `listen`'],
    ['upper case', { pool, schema: 'Consentry' }, `schema: \`Consentry\` has upper-case letters: use ${NAME}`],
    ['a number as a name', { pool, tablePrefix: 7 }, `tablePrefix: \`7\` must be ${NAME}`],
    ['a hyphen', { pool, tablePrefix: 'a-b' }, `tablePrefix: \`a-b\` must be ${NAME}`],
    ['a misspelt option', { pool, schemas: 'support' }, 'schemas: `schemas` is not expected here: did you mean `schema`?'],
    [
      'a name of another library',
      { pool, tableprefix: 'x_' },
      'tableprefix: `tableprefix` is not expected here: did you mean `tablePrefix`?',
    ],
    ['text for a switch', { pool, prepare: 'false' }, 'prepare: `false` must be true or false'],
  ])('refuses %s', (_, options, ...issues) => expect(postgresWith(options)).toEqual(issues))

  it('refuses a pool itself', () => expect(postgresWith(pool)).toContain(`: an object ${none}`))

  it('refuses what is no connection in `within`', () => {
    const within = (connection: unknown) => issuesThrown(() => postgresRepository({ pool }).within(connection as never))
    const what = 'the connection of your transaction'
    expect(within(undefined)).toEqual(['connection: is required'])
    expect(within(Promise.resolve(client))).toEqual([`connection: a promise must be ${what}: await it first`])
    expect(within({})).toEqual([`connection: an object must be ${what}: it has no \`query\``])
  })
})

describe('sqliteRepository', () => {
  it.each<[string, unknown, ...string[]]>([
    ['nothing', undefined, ': the input is required'],
    ['no database', {}, 'database: is required'],
    ['a path', { database: './consentry.db' }, `database: \`./consentry.db\` is text: pass ${SQLITE}, such as \`new Database(path)\``],
    ['a promise', { database: Promise.resolve(database) }, `database: a promise must be ${SQLITE}: await it first`],
    ['a pool', { database: pool }, `database: an object must be ${SQLITE}: it has no \`prepare\`, \`exec\``],
    ['a schema', { database, schema: 'consentry' }, 'schema: `schema` is not expected here'],
    ['a misspelt option', { database, tablePrefx: 'x_' }, 'tablePrefx: `tablePrefx` is not expected here: did you mean `tablePrefix`?'],
    ['upper case', { database, tablePrefix: 'Consentry_' }, `tablePrefix: \`Consentry_\` has upper-case letters: use ${NAME}`],
  ])('refuses %s', (_, options, ...issues) => expect(sqliteWith(options)).toEqual(issues))

  it('refuses a database itself', () => expect(sqliteWith(database)).toContain('database: is required'))

  it('refuses what is no database in `within`', () => {
    const within = (inner: unknown) => issuesThrown(() => sqliteRepository({ database }).within(inner as never))
    expect(within(undefined)).toEqual(['database: is required'])
    expect(within({ exec: () => {} })).toEqual([`database: an object must be ${SQLITE}: it has no \`prepare\``])
  })
})

it('the migrations refuse a misspelt option, which would name other tables', () => {
  const issue = ['tablePrefx: `tablePrefx` is not expected here: did you mean `tablePrefix`?']
  expect(issuesThrown(() => postgresMigrations({ tablePrefx: 'x_' } as never))).toEqual(issue)
  expect(issuesThrown(() => sqliteMigrations({ tablePrefx: 'x_' } as never))).toEqual(issue)
})
