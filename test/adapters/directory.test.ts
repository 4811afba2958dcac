/** A directory over the host's own tables: who works where, who may be asked, names, a search and addresses, in each database. */
import { PGlite } from '@electric-sql/pglite'
import Sqlite from 'libsql'
import pg from 'pg'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { postgresDirectory, type SqlDirectory } from '../../src/adapters/postgres.js'
import { sqliteDirectory } from '../../src/adapters/sqlite.js'
import { createConsentry, type Permission } from '../../src/index.js'
import { betterSqlite3 } from '../databases/better-sqlite3.js'
import { newSchema, poolOn } from '../databases/pools.js'
import { issuesThrown } from '../domain/results.js'

const NAMES = ['Ada', 'ada', 'Bo_b', 'Bob', '100% Zoe', "O'Hara", 'Wow!', 'Ada']
const TABLES = `
  create table users (id text, name text, tenant text);
  create table tenants (id text, name text, vendor text);
  create table mails (id text, name text, tenant text, permissions text, email text, lang text);
  insert into users values ${NAMES.map((name, n) => `('u${n}', '${name.replaceAll("'", "''")}', 'classics')`).join(', ')},
    ('u1', 'ada', 'second'), ('tom', 'Tom', 'tom-sawyer');
  insert into tenants values ('tom-sawyer', 'Tom Sawyer', 'classics'), ('hundred-acre', 'Hundred Acre', 'classics'),
    ('tom-sawyer', 'Tom Sawyer', 'rival'), ('classics', 'Classics, Inc.', null);
  insert into mails values ('ada', 'Ada', 'classics', '["submit","answer"]', 'ada@classics.example', 'fr'), ('bob', 'Bob', 'classics', '[]', 'bob@classics.example', null),
    ('bob', 'Bob', 'second', '["submit"]', 'bob@second.example', null), ('BOB', 'Other Bob', 'classics', '["submitted", "Answer"]', 'bob2@classics.example', null),
    ('mute', 'Mute', 'classics', '["submit"]', null, null), ('blank', 'Blank', 'classics', '["submit"]', '', null), ('nil', 'Nil', 'classics', null, 'nil@classics.example', null);`
const QUERIES = {
  users: 'select id, name, tenant from users',
  tenants: 'select id, name, vendor from tenants',
  recipients: 'select * from mails',
}

const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

async function inSqlite(database: Sqlite.Database): Promise<SqlDirectory> {
  database.exec(TABLES)
  return sqliteDirectory({ database, ...QUERIES })
}

/** Returns the pool of a new schema with the tables. */
async function newPool(): Promise<{ pool: pg.Pool; schema: string }> {
  const schema = newSchema()
  const pool = poolOn(inject('postgres'), { options: `-c search_path=${schema}`, max: 2 })
  closing.push(() => pool.end())
  await pool.query(`create schema ${schema}; ${TABLES.replaceAll(/(create table|insert into) /g, `$1 ${schema}.`)}`)
  return { pool, schema }
}

const DATABASES: Readonly<Record<string, () => Promise<SqlDirectory>>> = {
  libsql: () => inSqlite(new Sqlite(':memory:')),
  'a pool of pg': async () => postgresDirectory({ pool: (await newPool()).pool, ...QUERIES }),
  'a client of pg': async () => {
    const { schema } = await newPool()
    const client = new pg.Client({ connectionString: inject('postgres'), options: `-c search_path=${schema}` })
    await client.connect()
    closing.push(() => client.end())
    return postgresDirectory({ client, prepare: false, ...QUERIES })
  },
  PGlite: async () => {
    const pglite = new PGlite()
    closing.push(() => pglite.close())
    await pglite.exec(TABLES)
    return postgresDirectory({ pglite, ...QUERIES })
  },
  ...(betterSqlite3 && { 'better-sqlite3': () => inSqlite(betterSqlite3?.(':memory:') as never) }),
}

describe.each(Object.entries(DATABASES))('a directory over %s', (_, open) => {
  const directory = open()

  it('knows the members of a tenant among the users that it is asked about', async () => {
    const { members } = await directory
    expect([...(await members('classics', ['u1', 'u2', 'tom', 'nobody']))].sort()).toEqual(['u1', 'u2'])
    expect(await members('second', ['u1', 'u2'])).toEqual(['u1'])
    expect(await members('nowhere', ['u1'])).toEqual([])
    expect(await members('classics', [])).toEqual([])
    expect(await members('classics', ["' or '1'='1", 'U1', 'u1 ', '%'])).toEqual([])
    expect(await members("classics' or '1'='1", ['u1'])).toEqual([])
  })

  it('knows which tenants a vendor may ask', async () => {
    const { askable } = await directory
    expect([...(await askable('classics', ['tom-sawyer', 'hundred-acre', 'classics']))].sort()).toEqual(['hundred-acre', 'tom-sawyer'])
    expect(await askable('rival', ['tom-sawyer', 'hundred-acre'])).toEqual(['tom-sawyer'])
    expect(await askable('tom-sawyer', ['tom-sawyer', 'classics'])).toEqual([])
  })

  it('knows names, of a user of two tenants once', async () => {
    const { users, tenants } = await directory
    expect([...(await users(['u1', 'tom', 'nobody']))].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: 'tom', name: 'Tom' },
      { id: 'u1', name: 'ada' },
    ])
    expect(await tenants(['tom-sawyer', 'nowhere'])).toEqual([{ id: 'tom-sawyer', name: 'Tom Sawyer' }])
    expect(await tenants(['classics'])).toEqual([{ id: 'classics', name: 'Classics, Inc.' }])
  })

  it.each([
    ['', ['100% Zoe', 'Ada', 'ada', 'Ada', 'Bo_b', 'Bob', "O'Hara", 'Wow!']],
    ['ADA', ['Ada', 'ada', 'Ada']],
    ['_', ['Bo_b']],
    ['%', ['100% Zoe']],
    ['!', ['Wow!']],
    ["o'h", ["O'Hara"]],
    ['U7', ['Ada']],
    ['tom', []],
  ])('finds %j in names and ids, whatever the case', async (search, names) => {
    const { items, next } = await (await directory).findUsers('classics', { search, cursor: null, limit: 50 })
    expect(items.map(({ name }) => name).sort()).toEqual([...names].sort())
    expect(next).toBeNull()
  })

  it.each([1, 2, 3, 7, 8])('pages by %i in one order, and loses nobody of the same name', async (limit) => {
    const { findUsers } = await directory
    const all = (await findUsers('classics', { search: '', cursor: null, limit: 50 })).items
    const found = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof findUsers>> = await findUsers('classics', { search: '', cursor, limit })
      expect(page.items.length).toBeGreaterThan(0)
      found.push(...page.items)
      cursor = page.next
    } while (cursor !== null)
    expect(found).toEqual(all)
    expect(all.map(({ name }) => name.toLowerCase()).filter((name) => 'ada bob'.includes(name))).toEqual(['ada', 'ada', 'ada', 'bob'])
  })

  it('searches the tenants that may be asked, and finds nobody of another vendor by a forged cursor', async () => {
    const { findTenants } = await directory
    expect((await findTenants('rival', { search: '', cursor: null, limit: 5 })).items).toEqual([{ id: 'tom-sawyer', name: 'Tom Sawyer' }])
    for (const cursor of ['', '\n', 'hundred', "'; drop table tenants; --", '\n\n', 'tom sawyer\ntom-sawyer'])
      for (const { id } of (await findTenants('rival', { search: '', cursor, limit: 5 })).items) expect(id).toBe('tom-sawyer')
    expect((await findTenants('nowhere', { search: '', cursor: 'a\na', limit: 5 })).items).toEqual([])
  })

  it('knows the people of a tenant with a permission, with their addresses', async () => {
    const { recipients } = await directory
    const toHolders = async (tenant: string, permission: Permission) => (await recipients?.({ tenant, permission, kinds: [] })) ?? []
    const ada = { id: 'ada', name: 'Ada', email: 'ada@classics.example', lang: 'fr' }
    expect(await toHolders('classics', 'submit')).toMatchObject([ada])
    expect(await toHolders('classics', 'answer')).toMatchObject([ada])
    expect(await toHolders('second', 'submit')).toMatchObject([{ id: 'bob', name: 'Bob', email: 'bob@second.example', lang: null }])
    expect(await toHolders('second', 'answer')).toEqual([])
    for (const tenant of ['Classics', 'classics ', '%', "' or '1'='1", '']) expect(await toHolders(tenant, 'submit')).toEqual([])
  })

  it('knows the addresses of users of a requesting tenant, by their exact ids, and of no other tenant', async () => {
    const { recipients } = await directory
    const toUsers = async (requestingTenant: string, ...users: string[]) =>
      ((await recipients?.({ requestingTenant, users, kinds: [] })) ?? []).map(({ email }) => email).sort()
    expect(await toUsers('classics', 'ada', 'bob', 'nil', 'mute', 'blank', 'nobody')).toEqual(
      ['ada', 'bob', 'nil'].map((name) => `${name}@classics.example`),
    )
    expect(await toUsers('classics', 'BOB')).toEqual(['bob2@classics.example'])
    expect(await toUsers('second', 'ada', 'bob', 'BOB')).toEqual(['bob@second.example'])
    expect(await toUsers('classics', 'Ada', 'ada ', '%', "' or '1'='1")).toEqual([])
    expect(await toUsers('classics')).toEqual([])
  })

  it('serves a submission', async () => {
    const consentry = createConsentry({ repository: memoryRepository(), directory: await directory })
    const actor = { user: 'u0', tenant: 'classics', permissions: ['submit'], impersonating: null } as const
    const submit = (user: string) => consentry.submit(actor, { name: 'A', associations: [{ users: [user], tenants: ['tom-sawyer'] }] })
    expect((await submit('u1')).sent).toHaveLength(1)
    await expect(submit('tom')).rejects.toMatchObject({ code: 'invalid-input' })
  })
})

describe('the options of a directory', () => {
  const database = new Sqlite(':memory:')
  const issues = (options: object) => issuesThrown(() => sqliteDirectory({ database, ...QUERIES, ...options } as never))

  it.each([
    [{ users: 'users' }, 'users: `users` must be a query, such as `select id, name, tenant from your_table`'],
    [{ tenants: 7 }, 'tenants: `7` must be a query, such as `select id, name, vendor from your_table`'],
    [{ users: 'select 1; drop table users' }, 'users: `select 1; drop table users` must have no semicolon: it is put into larger queries'],
    [
      { users: 'select id from users where x = :x' },
      'users: `select id from users where x = :x` must have no parameters: the directory adds its own conditions',
    ],
    [{ recipients: 'mails' }, 'recipients: `mails` must be a query, such as `select id, name, tenant, permissions, email from your_table`'],
    [{ user: 'select 1' }, 'user: `user` is not expected here: did you mean `users`?'],
  ])('refuses %j', (options, issue) => expect(issues(options)).toEqual([issue]))

  it('takes a cast, a common table expression and a column of any name', () => {
    for (const users of ['select id::text, name, tenant from users', 'with u as (select 1) select * from u', '  SELECT id, a as name'])
      expect(postgresDirectory({ pool: new pg.Pool(), ...QUERIES, users })).toHaveProperty('members')
  })

  it('has no `recipients` without that query', () => {
    expect(sqliteDirectory({ database, ...QUERIES, recipients: undefined })).not.toHaveProperty('recipients')
    expect(postgresDirectory({ pool: new pg.Pool(), users: QUERIES.users, tenants: QUERIES.tenants })).not.toHaveProperty('recipients')
  })

  it('writes to nobody by a list of permissions that it cannot read', async () => {
    const recipients = `select 'ada' as id, 'Ada' as name, 'classics' as tenant, 'submit' as permissions, 'ada@classics.example' as email`
    const directory = sqliteDirectory({ database, ...QUERIES, recipients })
    await expect(async () => directory.recipients?.({ tenant: 'classics', permission: 'submit', kinds: [] })).rejects.toThrow(
      'malformed JSON',
    )
  })

  it('needs a driver', () =>
    expect(issuesThrown(() => postgresDirectory(QUERIES as never))).toEqual([': an object must have a `pool`, a `client` or a `pglite`']))

  it('says what was passed instead', () => {
    expect(issues({ database: ':memory:' })[0]).toMatch(/^database: `:memory:` is text: pass a `Database`/)
    expect(issuesThrown(() => postgresDirectory({ pool: 'postgres://localhost', ...QUERIES } as never))[0]).toMatch(/^pool: .* is text/)
  })

  it('fails as `unavailable` when a column is missing, and saves nothing', async () => {
    database.exec('create table people (id text)')
    const directory = sqliteDirectory({ database, ...QUERIES, users: 'select id from people' })
    const consentry = createConsentry({ repository: memoryRepository(), directory })
    const actor = { user: 'u0', tenant: 'classics', permissions: ['submit'], impersonating: null } as const
    const sent = consentry.submit(actor, { name: 'A', associations: [{ users: ['u1'], tenants: ['t'] }] })
    await expect(sent).rejects.toMatchObject({ code: 'unavailable', port: 'directory' })
  })
})
