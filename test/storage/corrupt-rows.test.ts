/** Corrupt rows are reported by table and key, and never lead to an allow (SPEC 5.9). */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { libsqlDatabases, pooledDatabases } from '../databases/places.js'
import { fill, type Located, type Made, readings, type Spoil, spoils, THEN } from './corrupt-rows.js'
import { answererOf, CLASSICS, caroline, elizabeth, mayEnter } from './service.js'

vi.setConfig({ testTimeout: 60_000 })

const LET_IN = 'somebody was let in'
const refuse = () => Promise.reject(LET_IN)

/** Returns the outcome of a call: `no error`, the corrupt paths, or the code of the error and of its cause. */
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

const endsOf = (calls: readonly (() => Promise<unknown>)[]) => Promise.all(calls.map(endOf))

describe.each([
  ['SQLite', libsqlDatabases],
  ['PostgreSQL', () => pooledDatabases()],
] as const)('a corrupted row in %s', (database, open) => {
  const databases = open()
  const place = databases.place()
  const apt = spoils.filter(({ onlySqlite }) => !onlySqlite || database === 'SQLite')
  let made: Made
  beforeAll(async () => {
    made = await fill(place)
  })
  afterAll(() => databases.close())

  async function changed<T>(sql: string, look: (repository: Repository) => Promise<T>): Promise<T> {
    const { repository, query, end } = await place.begin()
    try {
      await query(sql)
      return await look(repository)
    } finally {
      await end('rollback')
    }
  }

  function spoiled<T>({ of, set }: Pick<Spoil, 'of' | 'set'>, look: (repository: Repository, located: Located) => Promise<T>): Promise<T> {
    const { table, keyColumn, key } = made.located[of]
    const [, renamed] = new RegExp(`^${keyColumn} = '(.*)'$`).exec(set) ?? []
    const sql = `update ${place.of(table)} set ${set} where ${keyColumn} = '${key}'`
    return changed(sql, (repository) => look(repository, { table, keyColumn, key: renamed ?? key }))
  }

  /** Corrupts one row after the other, and returns those with outcomes that are not as expected. */
  async function wrongIn(
    some: readonly Spoil[],
    outcomes: (repository: Repository, located: Located, spoil: Spoil) => Promise<readonly string[]>,
    areExpected: (ends: readonly string[], place: string, spoil: Spoil) => boolean,
  ): Promise<string[]> {
    const wrong: string[] = []
    for (const spoil of some)
      await spoiled(spoil, async (repository, located) => {
        const ends = await outcomes(repository, located, spoil)
        if (!areExpected(ends, `consentry_${located.table}/${located.key}`, spoil))
          wrong.push(`${spoil.of}: ${spoil.set.slice(0, 60)}: ${ends.join(' | ')}`)
      })
    return wrong
  }

  it('is reported as `corrupt` by every query, with table and key', async () => {
    const wrong = await wrongIn(
      apt.filter(({ onlyFacts }) => !onlyFacts),
      (repository, located, { of }) => endsOf(readings(repository, of, located)),
      (ends, place, { set }) => {
        // Lists of another tenant or user do not contain it; a query by its key must.
        const found = ends.filter((end) => end !== 'no error')
        const elsewhere = /^(tenant|requesting_tenant|users|user_id|state|id|type) = /.test(set)
        return found.length >= (elsewhere ? 1 : ends.length) && found.every((end) => end.split(', ').every((one) => one === place))
      },
    )
    expect(wrong).toEqual([])
  })

  it('makes the facts of every user `corrupt` if they contain it, reported by its own key', async () => {
    const factual = apt.filter(({ facts, onlyFacts, of, set }) => facts || onlyFacts || (of === 'granted' && set.startsWith('tenant = ')))
    const wrong = await wrongIn(
      factual,
      (repository) => endsOf([() => repository.requestPage({ limit: 100 })]),
      ([end = ''], place) => end.split(', ').every((one) => one === place),
    )
    expect(wrong).toEqual([])
    expect(factual.length).toBeGreaterThan(40)
  })

  it('makes decisions throw `facts-unavailable` if the facts contain it, and allows nothing by values that contradict each other', async () => {
    const wrong = await wrongIn(
      apt.filter(({ facts }) => facts),
      (repository, _, { of }) => {
        const service = made.service(repository)
        return endsOf([
          () => repository.facts(of),
          () => repository.factsFor(of, 'caroline'),
          () => repository.factsOfUser('caroline'),
          () => service.authorize({ ...mayEnter(of), at: THEN }).then(refuse),
          async () => !(await service.decide({ ...mayEnter(of), at: THEN })).allowed || refuse(),
          async () => !(await service.tenantsFor({ user: 'caroline', at: THEN })).includes(of) || refuse(),
          async () => !(await service.usersFor({ tenant: of, at: THEN })).includes('caroline') || refuse(),
          () => service.startImpersonation(caroline, { tenant: of, method: 'access-request' }).then(refuse),
        ])
      },
      (ends, place, { facts }) => {
        // The request is reported first; its ungoverned tenant may be reported too.
        const isReported = (end: string) => end.split(', ')[0] === place
        const decisions = ends.slice(3)
        if (decisions.includes(LET_IN)) return false
        if (facts === 'users') return isReported(ends[0] ?? '')
        if (facts === 'contradictory') return true
        return ends.slice(0, 3).every(isReported) && decisions.every((end) => end === 'facts-unavailable: corrupt')
      },
    )
    expect(wrong).toEqual([])
  })

  it('makes lists and commands that read it `unavailable`', async () => {
    const by = answererOf('granted')
    const set = 'revision = -1'
    const request = await spoiled({ of: 'granted', set }, (repository, { key }) => {
      const service = made.service(repository)
      return endsOf([
        () => service.incoming(by),
        () => service.outgoing(elizabeth),
        () => service.myAccess(caroline),
        () => service.revoke(by, key),
        () => service.setExpiry(by, key, { expiresAt: THEN + 99 }),
        () => service.removeUser(elizabeth, 'caroline'),
      ])
    })
    const session = await spoiled({ of: 'open session', set }, (repository) => {
      const { sessions, recordDue, endImpersonation } = made.service(repository)
      return endsOf([() => sessions(elizabeth), () => recordDue(), () => endImpersonation(caroline, made.openSession)])
    })
    const event = await spoiled({ of: 'started', set }, (repository) => endOf(() => made.service(repository).history(by)))
    expect([...request, ...session, event]).toEqual(Array(10).fill('unavailable: corrupt'))
  })

  it.each<[Spoil['of'], string]>([
    ['open session', 'revision = -1'],
    ['open session', `method = 'root'`],
    ['open session', 'ended_at = 5'],
    ['granted', `state = 'allowed'`],
    ['governed', 'since = 8700000000000000'],
  ])('makes a session invalid: %s, %s', async (of, set) => {
    const check = (repository: Repository) => endOf(() => made.service(repository).checkImpersonation(caroline, made.openSession))
    expect(await spoiled({ of, set }, check)).toBe('facts-unavailable: corrupt')
    expect(await check(place.repository)).toBe('no error')
  })

  it.each([
    ['delete from', '', 'no error'],
    ['update', 'set since = 8700000000000000', 'facts-unavailable: corrupt'],
  ])('of a governed tenant is reported by the tenant: %s %s', async (verb, set, ofOtherUser) => {
    const ends = await changed(`${verb} ${place.of('governed_tenants')} ${set} where tenant = 'granted'`, (repository) => {
      const { decide } = made.service(repository)
      const asked = { tenant: 'granted', method: 'legacy-support' } as const
      return endsOf([
        () => repository.facts('granted'),
        () => repository.factsFor('granted', 'caroline'),
        () => repository.factsOfUser('caroline'),
        () => repository.session(made.located['open session'].key),
        () => decide({ ...asked, user: 'caroline' }),
        () => decide({ ...asked, user: 'wickham' }),
      ])
    })
    expect(ends).toEqual([...Array(4).fill('consentry_governed_tenants/granted'), 'facts-unavailable: corrupt', ofOtherUser])
  })

  it('leaves all other rows readable', async () => {
    const wrong = await wrongIn(
      apt,
      async (repository) => {
        const service = made.service(repository)
        const { allowed } = await service.decide(mayEnter('healthy'))
        return [`${allowed}`, `${(await service.incoming(answererOf('healthy'))).items.length}`]
      },
      ([allowed, count]) => allowed === 'true' && count === '1',
    )
    expect(wrong).toEqual([])
  })

  it('is valid again after the row is restored', async () => {
    for (const [of, located] of Object.entries(made.located)) {
      const ends = await endsOf(readings(place.repository, of as Spoil['of'], located))
      expect([of, ...new Set(ends)]).toEqual([of, 'no error'])
    }
    expect((await place.repository.accessRequest(CLASSICS, made.located.sent.key))?.name).toBe('SupportAccess')
  })
})
