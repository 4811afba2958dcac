/** Corrupt rows are reported by table and key, and never lead to an allow (SPEC 5.9). */
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { type Spoil, spoils } from './corrupt-rows.js'
import { fill, type Located, type Made, readings, type Spoilable, THEN } from './corrupt-store.js'
import { newFiles, newSchema, poolOn } from './places.js'
import { answererOf, CLASSICS, caroline, elizabeth } from './service.js'

vi.setConfig({ testTimeout: 60_000 })

async function inSqlite(): Promise<Spoilable> {
  const files = await newFiles()
  const database = files.open('corrupt')
  const repository = sqliteRepository({ database })
  const rows: Spoilable['rows'] = async (sql) => {
    const statement = database.prepare(sql)
    if (statement.reader) return statement.all() as Record<string, unknown>[]
    statement.run()
    return []
  }
  return {
    name: 'SQLite',
    repository,
    rows,
    of: (table) => `consentry_${table}`,
    rolledBack: async (work) => {
      database.exec('begin immediate')
      return work(repository.within(database), rows).finally(() => database.exec('rollback'))
    },
    close: files.close,
  }
}

async function inPostgres(): Promise<Spoilable> {
  const pool = poolOn(inject('postgres'), { max: 2 })
  const schema = newSchema()
  const repository = postgresRepository({ pool, schema })
  return {
    name: 'PostgreSQL',
    repository,
    rows: async (sql) => (await pool.query(sql)).rows,
    of: (table) => `"${schema}".consentry_${table}`,
    rolledBack: async (work) => {
      const client = await pool.connect()
      await client.query('begin')
      try {
        return await work(repository.within(client), async (sql) => (await client.query(sql)).rows)
      } finally {
        await client.query('rollback')
        client.release()
      }
    },
    close: async () => {
      await pool.query(`drop schema "${schema}" cascade`)
      await pool.end()
    },
  }
}

const LET_IN = 'Error: somebody was let in'

function refuse(): never {
  throw new Error('a decision allowed access')
}

function toldOf({ of, set }: Spoil): string {
  return `${of}: ${set.slice(0, 60)}`
}

/** Returns the outcome of a call: `no error`, the corrupt path, or the code of the error and of its cause. */
async function endOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call()
    return 'no error'
  } catch (error) {
    if (isConsentryError(error, 'corrupt')) return error.issues.map(({ path }) => path.slice(0, 2).join('/')).join(', ')
    if (!isConsentryError(error)) return String(error)
    return `${error.code}: ${isConsentryError(error.cause) ? error.cause.code : error.cause}`
  }
}

for (const start of [inSqlite, inPostgres]) {
  describe(`a corrupted row ${start === inSqlite ? 'in SQLite' : 'in PostgreSQL'}`, () => {
    let store: Spoilable
    let made: Made
    beforeAll(async () => {
      store = await start()
      made = await fill(store)
    })
    afterAll(() => store.close())
    const apt = spoils.filter(({ only }) => only === undefined || only === (start === inSqlite ? 'SQLite' : 'PostgreSQL'))

    /** Corrupts a row, and runs the given work. */
    async function spoiled<T>({ of, set }: Spoil, look: (repository: Repository, located: Located) => Promise<T>): Promise<T> {
      const located = made.located[of]
      return store.rolledBack(async (repository, rows) => {
        await rows(`update ${store.of(located.table)} set ${set} where ${located.keyColumn} = '${located.key}'`)
        const [, renamed] = new RegExp(`^${located.keyColumn} = '(.*)'$`).exec(set) ?? []
        return look(repository, { ...located, key: renamed ?? located.key })
      })
    }

    it('is reported as `corrupt` by every query, with table and key', async () => {
      const wrong: string[] = []
      for (const spoil of apt.filter(({ onlyFacts }) => !onlyFacts)) {
        await spoiled(spoil, async (repository, { table, key }) => {
          const place = `consentry_${table}/${key}`
          const ends = await Promise.all(readings(repository, spoil.of, { ...made.located[spoil.of], key }).map(endOf))
          // Lists of another tenant or user do not contain it; a query by its key must.
          const found = ends.filter((end) => end !== 'no error')
          const elsewhere = /^(tenant|requesting_tenant|users|user_id|state|id|type) = /.test(spoil.set)
          const asExpected =
            found.every((end) => end.split(', ').every((one) => one === place)) && (elsewhere || found.length === ends.length)
          if (!asExpected || found.length === 0) wrong.push(`${toldOf(spoil)}: ${ends.join(' | ')}`)
        })
      }
      expect(wrong).toEqual([])
    })

    /** Returns the outcome of every decision about the corrupted request. */
    const decided = (spoil: Spoil) =>
      spoiled(spoil, async (repository) => {
        const service = made.service(repository)
        const question = { user: 'caroline', tenant: spoil.of, method: 'access-request', at: THEN } as const
        const decisions = [
          () => service.authorize(question).then(refuse),
          async () => !(await service.decide(question)).allowed || refuse(),
          async () => !(await service.tenantsFor({ user: 'caroline', at: THEN })).includes(spoil.of) || refuse(),
          async () => !(await service.usersFor({ tenant: spoil.of, at: THEN })).includes('caroline') || refuse(),
          () => service.startImpersonation(caroline, { tenant: spoil.of, method: 'access-request' }).then(refuse),
        ]
        return Promise.all(decisions.map(endOf))
      })

    it('makes the facts of every user `corrupt` if they contain it, reported by its own key', async () => {
      const wrong: string[] = []
      const factual = apt.filter(({ facts, onlyFacts, of, set }) => facts || onlyFacts || (of === 'granted' && set.startsWith('tenant = ')))
      for (const spoil of factual) {
        const ends = await spoiled(spoil, (repository, { key }) =>
          Promise.all([endOf(() => repository.requestPage({ limit: 100 })), `consentry_tenant_requests/${key}`]),
        )
        if (ends[0]?.split(', ').some((end) => end !== ends[1])) wrong.push(`${toldOf(spoil)}: ${ends[0]}`)
      }
      expect(wrong).toEqual([])
      expect(factual.length).toBeGreaterThan(40)
    })

    it('makes decisions throw `facts-unavailable` if the facts contain it', async () => {
      const wrong: string[] = []
      for (const spoil of apt.filter(({ facts }) => facts === 'unbelievable')) {
        const facts = await spoiled(spoil, async (repository, { key }) => {
          const calls = [
            () => repository.facts(spoil.of),
            () => repository.factsFor(spoil.of, 'caroline'),
            () => repository.factsOfUser('caroline'),
          ]
          // The request is reported first; its ungoverned tenant may be reported too.
          return (await Promise.all(calls.map(endOf))).map((end) => end.split(', ')[0] === `consentry_tenant_requests/${key}` || end)
        })
        const decisions = (await decided(spoil)).map((end) => end === 'facts-unavailable: corrupt' || end)
        if (![...facts, ...decisions].every((one) => one === true)) wrong.push(`${toldOf(spoil)}: ${[...facts, ...decisions].join(' | ')}`)
      }
      expect(wrong).toEqual([])
    })

    it('allows nothing if its values contradict each other, such as a grant with an end', async () => {
      const wrong: string[] = []
      for (const spoil of apt.filter(({ facts }) => facts === 'contradictory')) {
        const ends = await decided(spoil)
        if (ends.includes(LET_IN)) wrong.push(`${toldOf(spoil)}: ${ends.join(' | ')}`)
      }
      expect(wrong).toEqual([])
    })

    it('allows nothing if its users cannot be read', async () => {
      const wrong: string[] = []
      for (const spoil of apt.filter(({ facts }) => facts === 'users')) {
        const told = await spoiled(spoil, async (repository, { key }) => (await endOf(() => repository.facts(spoil.of))).endsWith(key))
        const ends = await decided(spoil)
        if (!told || ends.includes(LET_IN)) wrong.push(`${toldOf(spoil)}: ${ends.join(' | ')}`)
      }
      expect(wrong).toEqual([])
    })

    it('makes lists and commands that read it `unavailable`', async () => {
      const by = answererOf('granted')
      const request: Spoil = { of: 'granted', set: 'revision = -1' }
      const ends = await spoiled(request, async (repository, { key }) => {
        const service = made.service(repository)
        const calls = [
          () => service.incoming(by),
          () => service.outgoing(elizabeth),
          () => service.myAccess(caroline),
          () => service.revoke(by, key),
          () => service.setExpiry(by, key, { expiresAt: THEN + 99 }),
          () => service.removeUser(elizabeth, 'caroline'),
        ]
        return Promise.all(calls.map(endOf))
      })
      const session = await spoiled({ of: 'open session', set: 'revision = -1' }, async (repository) => {
        const service = made.service(repository)
        const calls = [
          () => service.sessions(elizabeth),
          () => service.recordDue(),
          () => service.endImpersonation(caroline, made.openSession),
        ]
        return Promise.all(calls.map(endOf))
      })
      const event = await spoiled({ of: 'started', set: 'revision = -1' }, (repository) =>
        Promise.all([() => made.service(repository).history(by)].map(endOf)),
      )
      expect([...ends, ...session, ...event]).toEqual(Array(10).fill('unavailable: corrupt'))
    })

    it('makes a session invalid', async () => {
      const check = (repository: Repository) => endOf(() => made.service(repository).checkImpersonation(caroline, made.openSession))
      const ends = await Promise.all(
        ['revision = -1', `method = 'root'`, 'ended_at = 5'].map((set) => ({ of: 'open session', set }) as const),
      ).then(async (each) => {
        const found: string[] = []
        for (const spoil of each) found.push(await spoiled(spoil, check))
        return found
      })
      expect(ends).toEqual(Array(3).fill('facts-unavailable: corrupt'))
      expect(await spoiled({ of: 'granted', set: `state = 'allowed'` }, check)).toBe('facts-unavailable: corrupt')
      expect(await endOf(() => made.service(store.repository).checkImpersonation(caroline, made.openSession))).toBe('no error')
    })

    it('that is missing for a governed tenant is reported by the tenant', async () => {
      const place = 'consentry_governed_tenants/granted'
      const calls = (repository: Repository) => [
        () => repository.facts('granted'),
        () => repository.factsFor('granted', 'caroline'),
        () => repository.factsOfUser('caroline'),
        () => repository.session(made.located['open session'].key),
      ]
      const missing = await store.rolledBack(async (repository, rows) => {
        await rows(`delete from ${store.of('governed_tenants')} where tenant = 'granted'`)
        const service = made.service(repository)
        expect(await endOf(() => service.decide({ user: 'wickham', tenant: 'granted', method: 'legacy-support' }))).toBe('no error')
        expect(await endOf(() => service.decide({ user: 'caroline', tenant: 'granted', method: 'legacy-support' }))).toBe(
          'facts-unavailable: corrupt',
        )
        return Promise.all(calls(repository).map(endOf))
      })
      expect(missing).toEqual(Array(4).fill(place))
    })

    it('with an invalid `since` of a governed tenant is reported by the tenant', async () => {
      const end = await store.rolledBack(async (repository, rows) => {
        await rows(`update ${store.of('governed_tenants')} set since = 8700000000000000 where tenant = 'granted'`)
        const service = made.service(repository)
        const asked = { user: 'x', tenant: 'granted', method: 'legacy-support' } as const
        expect(await endOf(() => service.decide(asked))).toBe('facts-unavailable: corrupt')
        expect(await endOf(() => service.checkImpersonation(caroline, made.openSession))).toMatch(/^facts-unavailable: /)
        return Promise.all(
          [() => repository.session(made.located['open session'].key), () => repository.governedTenantPage({ limit: 9 })].map(endOf),
        )
      })
      expect(end).toEqual(Array(2).fill('consentry_governed_tenants/granted'))
    })

    it('with an invalid id of a governed tenant is reported by that id', async () => {
      const ends: string[] = []
      for (const name of ['a b', 'ä']) {
        await store.rolledBack(async (repository, rows) => {
          await rows(`update ${store.of('governed_tenants')} set tenant = '${name}' where tenant = 'granted'`)
          ends.push(await endOf(() => repository.governedTenantPage({ limit: 9 })))
        })
      }
      expect(ends).toEqual(['consentry_governed_tenants/a b', 'consentry_governed_tenants/ä'])
    })

    it('leaves all other rows readable', async () => {
      for (const spoil of apt) {
        await spoiled(spoil, async (repository) => {
          const service = made.service(repository)
          const question = { user: 'caroline', tenant: 'healthy', method: 'access-request' } as const
          expect((await service.decide(question)).allowed).toBe(true)
          expect((await service.incoming(answererOf('healthy'))).items.length).toBe(1)
        })
      }
    })

    it('is valid again after the row is restored', async () => {
      for (const [of, located] of Object.entries(made.located)) {
        const ends = await Promise.all(readings(store.repository, of as Spoil['of'], located).map(endOf))
        expect([of, ...new Set(ends)]).toEqual([of, 'no error'])
      }
      expect((await store.repository.accessRequest(CLASSICS, made.located.sent.key))?.name).toBe('SupportAccess')
    })
  })
}
