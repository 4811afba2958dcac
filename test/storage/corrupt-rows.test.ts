/** Corrupt rows are reported by table and key, and never lead to an allow (SPEC 5.9). */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Consentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import type { Place } from '../databases/places.js'
import { libsqlDatabases, pooledDatabases } from '../databases/places.js'
import { person } from '../story/cast.js'
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

/** Calls a page's query that often, and then rejects, so that an endless search fails. */
function atMost<A extends readonly unknown[], T>(times: number, call: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let left = times
  return (...args) => (left-- > 0 ? call(...args) : Promise.reject(new Error('endless')))
}

/** Returns the questions by which this user enters the tenant. */
async function entriesOf(service: Consentry, user: string, tenant: string, at = THEN): Promise<string[]> {
  const actor = { user, tenant: CLASSICS, permissions: [], impersonating: null } as const
  const asked = { user, tenant, method: 'access-request', at } as const
  const questions: Readonly<Record<string, () => Promise<boolean>>> = {
    decide: async () => (await service.decide(asked)).allowed,
    'decide from classics': async () => (await service.decide({ ...asked, from: CLASSICS })).allowed,
    'decide from novels': async () => (await service.decide({ ...asked, from: 'novels' })).allowed,
    decideMany: async () => (await service.decideMany([asked])).some(({ allowed }) => allowed),
    authorize: async () => (await service.authorize({ ...asked, from: CLASSICS })).allowed,
    tenantsFor: async () => (await service.tenantsFor({ user, at })).includes(tenant),
    usersFor: async () => (await service.usersFor({ tenant, at })).includes(user),
    startImpersonation: async () => Boolean(await service.startImpersonation(actor, { tenant, method: 'access-request' })),
  }
  const entered: string[] = []
  for (const [name, question] of Object.entries(questions)) if (await question().catch(() => false)) entered.push(`${user} by ${name}`)
  return entered
}

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

  const serviceOn = (repository: Repository) =>
    made.service({ ...repository, grantsOfUser: atMost(20, repository.grantsOfUser), factsPage: atMost(20, repository.factsPage) })

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
    const located = made.located[of]
    const [, renamed] = new RegExp(`^${located.keyColumn} = '(.*)'$`).exec(set) ?? []
    const found = renamed === undefined ? located : { ...located, key: renamed, reportedAs: `consentry_${located.table}/${renamed}` }
    return changed(`update ${place.of(located.table)} set ${set} where ${located.where}`, (repository) => look(repository, found))
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
        if (!areExpected(ends, located.reportedAs, spoil)) wrong.push(`${spoil.of}: ${spoil.set.slice(0, 60)}: ${ends.join(' | ')}`)
      })
    return wrong
  }

  it('is reported as `corrupt` by every query, with table and key', async () => {
    const wrong = await wrongIn(
      apt,
      (repository, located, { of }) => endsOf(readings(repository, of, located)),
      (ends, place, { set, readBy = ends.length }) => {
        // Lists of another tenant or user do not contain it; a query by its key must.
        const found = ends.filter((end) => end !== 'no error')
        const elsewhere = /^(tenant|requesting_tenant|user_id|state|id|type) = /.test(set)
        return found.length >= (elsewhere ? 1 : readBy) && found.every((end) => end.split(', ').every((one) => one === place))
      },
    )
    expect(wrong).toEqual([])
  })

  it('makes the facts of every user `corrupt` if they contain it, reported by its own key', async () => {
    const factual = apt.filter(({ facts, of, set }) => facts || (of === 'granted' && set.startsWith('tenant = ')))
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
      apt.filter(({ facts }) => facts === 'unbelievable' || facts === 'contradictory'),
      (repository, _, { of }) => {
        const service = serviceOn(repository)
        const asked = { user: 'caroline', from: null, now: THEN }
        return endsOf([
          () => repository.factsPage({ tenant: of, limit: 100 }),
          () => repository.factsFor({ ...asked, tenant: of }),
          () => repository.grantsOfUser({ ...asked, limit: 100 }),
          () => service.authorize({ ...mayEnter(of), at: THEN }).then(refuse),
          async () => !(await service.decide({ ...mayEnter(of), at: THEN })).allowed || refuse(),
          async () => !(await service.decideMany([{ ...mayEnter(of), at: THEN }]))[0]?.allowed || refuse(),
          async () => !(await service.tenantsFor({ user: 'caroline', at: THEN })).includes(of) || refuse(),
          async () => !(await service.usersFor({ tenant: of, at: THEN })).includes('caroline') || refuse(),
          () => service.startImpersonation(caroline, { tenant: of, method: 'access-request' }).then(refuse),
        ])
      },
      ([page = '', ofUser = '', grants = '', ...decisions], place, { of, set, facts }) => {
        // The request is reported first; its ungoverned tenant may be reported too.
        const isReported = (end: string) => end.split(', ')[0] === place
        const isDenied = (end: string) => ['no error', 'access-denied: undefined', 'facts-unavailable: corrupt'].includes(end)
        if (!decisions.every(isDenied)) return false
        if (facts === 'contradictory') return true
        // What is over, and a grant under another id, is in no facts of the user; what is granted is in all.
        const read = of === 'granted' && !set.startsWith('id = ')
        const [authorized, decided, many, tenants, , started] = decisions
        const throwing = read ? [authorized, decided, many, tenants, started] : []
        return isReported(page) && (!read || [ofUser, grants].every(isReported)) && throwing.every((end) => end?.endsWith(': corrupt'))
      },
    )
    expect(wrong).toEqual([])
  })

  it('in a list of users, their number or a removal lets nobody in whom its request does not name', async () => {
    const wrong = await wrongIn(
      // A removal is stored in the user's span alone: one that says the opposite is a user who was never removed.
      apt.filter(({ of, set, facts }) => facts === 'users' && !(of === 'removed span' && set.startsWith('state'))),
      async (repository, _, { of, set }) => {
        const isListed = !(of === 'listed user' && !set.startsWith('user_count'))
        const outsiders = ['charlotte', 'xavier', ...(isListed ? [] : ['caroline'])]
        return (await Promise.all(outsiders.map((user) => entriesOf(serviceOn(repository), user, 'granted')))).flat()
      },
      (entries) => entries.length === 0,
    )
    expect(wrong).toEqual([])
  })

  it('makes lists and commands that read it `unavailable`', async () => {
    const by = answererOf('granted')
    const set = 'revision = -1'
    const request = await spoiled({ of: 'granted', set: 'sent_at = 8700000000000000' }, (repository, { key }) => {
      const service = serviceOn(repository)
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
      const { sessions, endImpersonation } = serviceOn(repository)
      return endsOf([() => sessions(elizabeth), () => endImpersonation(caroline, made.openSession)])
    })
    const event = await spoiled({ of: 'started', set }, (repository) => endOf(() => serviceOn(repository).history(by)))
    expect([...request, ...session, event]).toEqual(Array(9).fill('unavailable: corrupt'))
  })

  it('is `not-found` for whoever is no party of it, like an id that nobody has (SPEC 11.2)', async () => {
    const [other, rival] = [answererOf('hundred-acre'), person('becky', 'rival', 'submit')]
    const commands = (repository: Repository, id: string) => {
      const service = serviceOn(repository)
      return endsOf([
        ...[other, rival].map((actor) => () => service.revoke(actor, id)),
        () => service.grant(other, id, { expiresAt: null }),
        () => service.withdraw(rival, id),
        () => service.previewAnswer(other, id),
        () => service.renewalDraft(rival, id),
        () => service.incomingRequest(other, id),
        () => service.outgoingRequest(rival, id),
      ])
    }
    const foreign = await spoiled({ of: 'granted', set: 'sent_at = 8700000000000000' }, (repository, { key }) => commands(repository, key))
    const unknown = await spoiled({ of: 'granted', set: 'sent_at = 8700000000000000' }, (repository) => commands(repository, 'unknown'))
    expect(foreign).toEqual(unknown)
    expect(foreign).toEqual(Array(8).fill('not-found: undefined'))
  })

  it('of the users of an answer stops the history of its sender; the tenant’s own history does not read them (SPEC 6.6)', async () => {
    const both = (repository: Repository) => {
      const { history } = serviceOn(repository)
      return endsOf([() => history(elizabeth), () => history(answererOf('granted'))])
    }
    const changes = [
      { of: 'answered', set: `tenant_request = 'gone'` },
      { of: 'granted', set: 'user_set = 0' },
      { of: 'granted', set: 'user_count = 3' },
      { of: 'granted', set: 'removed_count = 2' },
      { of: 'granted', set: 'removed_count = 0' },
      { of: 'removed span', set: `state = 'revoked'` },
      { of: 'listed user', set: `user_id = 'a b'` },
    ] as const
    for (const change of changes) expect(await spoiled(change, both), change.set).toEqual(['unavailable: corrupt', 'no error'])
  })

  describe('of a user’s span', () => {
    const FAR = 9_000_000_000_000_000
    /** Changes of spans, and the user and tenant that no request supports by them. */
    const claims: Readonly<Record<string, (of: Place['of']) => readonly [sql: string, user: string, tenant: string]>> = {
      'of a revoked grant says that it is granted': (of) => [
        `update ${of('user_spans')} set state = 'granted', ends_at = ${FAR} where user_id = 'caroline' and tenant = 'revoked'`,
        'caroline',
        'revoked',
      ],
      'of a recorded expiry says that it is granted': (of) => [
        `update ${of('user_spans')} set state = 'granted', ends_at = ${FAR} where user_id = 'caroline' and tenant = 'expired'`,
        'caroline',
        'expired',
      ],
      'of a pending request says that it is granted': (of) => [
        `insert into ${of('user_spans')} (user_id, tenant, requesting_tenant, tenant_request, state, starts_at, ends_at, end_rank, revision)
          select 'caroline', tenant, requesting_tenant, id, 'granted', 0, ${FAR}, 5, 2 from ${of('tenant_requests')} where tenant = 'pending'`,
        'caroline',
        'pending',
      ],
      'is of a user whom the request does not list': (of) => [
        `update ${of('user_spans')} set user_id = 'xavier' where user_id = 'caroline' and tenant = 'granted'`,
        'xavier',
        'granted',
      ],
      'is of another tenant than the request': (of) => [
        `update ${of('user_spans')} set tenant = 'expired' where user_id = 'caroline' and tenant = 'granted'`,
        'caroline',
        'expired',
      ],
      'is of another tenant’s request': (of) => [
        `insert into ${of('user_spans')} (user_id, tenant, requesting_tenant, tenant_request, state, starts_at, ends_at, end_rank, revision)
          select 'xavier', 'revoked', requesting_tenant, id, 'granted', 0, ${FAR}, 5, 2 from ${of('tenant_requests')} where tenant = 'healthy'`,
        'xavier',
        'revoked',
      ],
      'is missing': (of) => [`delete from ${of('user_spans')} where user_id = 'caroline' and tenant = 'healthy'`, 'xavier', 'healthy'],
    }

    it.each(Object.entries(claims))('that %s, nobody enters by it', async (_, claim) => {
      const [sql, user, tenant] = claim(place.of)
      const entered = await changed(sql, (repository) => entriesOf(serviceOn(repository), user, tenant))
      expect(entered).toEqual([])
    })

    it('that ends after its request, nobody enters at the request’s expiry', async () => {
      const sql = `update ${place.of('user_spans')} set ends_at = ${FAR} where user_id = 'caroline' and tenant = 'granted'`
      const { expiry, before, after } = await changed(sql, async (repository) => {
        const { requests } = await repository.factsPage({ tenant: 'granted', limit: 1 })
        const at = requests[0] && 'expiresAt' in requests[0] ? Number(requests[0].expiresAt) : 0
        const service = serviceOn(repository)
        const [before, after] = [
          await entriesOf(service, 'caroline', 'granted', at - 1),
          await entriesOf(service, 'caroline', 'granted', at),
        ]
        return { expiry: at, before, after }
      })
      expect(expiry).toBeGreaterThan(THEN)
      expect(before.length).toBeGreaterThan(3)
      // A session starts by the service's own clock, which is before the expiry.
      expect(after.filter((one) => !one.endsWith('startImpersonation'))).toEqual([])
    })

    it('that is missing, or says that the user was removed, the user is denied, and a session that lives by it ends: it fails closed', async () => {
      for (const verb of ['delete from', 'update'] as const)
        for (const set of verb === 'update' ? [`set state = 'removed', ends_at = ${THEN}`] : ['']) {
          const sql = `${verb} ${place.of('user_spans')} ${set} where user_id = 'caroline' and tenant = 'granted'`
          const { entered, session } = await changed(sql, async (repository) => {
            const service = serviceOn(repository)
            const entered = await entriesOf(service, 'caroline', 'granted')
            return { entered, session: await endOf(() => service.checkImpersonation(caroline, made.openSession)) }
          })
          expect(
            entered.filter((one) => !one.endsWith('usersFor')),
            sql,
          ).toEqual([])
          expect(session, sql).not.toBe('no error')
        }
    })

    it.each([
      'starts_at = null',
      'starts_at = 0',
      `starts_at = ${FAR}`,
      'end_rank = -1',
      'end_rank = 99',
      'revision = 0',
      `requesting_tenant = 'novels'`,
    ])('with `%s`, it lets in nobody but those whom its request names', async (set) => {
      const { outsiders, insider, session } = await spoiled({ of: 'span', set }, async (repository) => {
        const service = serviceOn(repository)
        const outsiders = ['charlotte', 'xavier'].map((user) => entriesOf(service, user, 'granted'))
        const session = await endOf(() => service.checkImpersonation(caroline, made.openSession))
        return { outsiders: (await Promise.all(outsiders)).flat(), insider: await entriesOf(service, 'caroline', 'granted'), session }
      })
      expect(outsiders).toEqual([])
      expect(insider).not.toContain('caroline by decide from novels')
      if (!set.startsWith('requesting_tenant')) expect(session).toBe('no error')
    })

    it('in which another tenant is written, a search over tenants ends', async () => {
      const sql = `update ${place.of('user_spans')} set tenant = 'zzz' where user_id = 'caroline' and tenant = 'granted'`
      const tenants = await changed(sql, (repository) => serviceOn(repository).tenantsFor({ user: 'caroline', at: THEN }))
      expect(tenants).not.toContain('zzz')
    })
  })

  describe('of the columns that only find rows', () => {
    it('a request that looks over is not passed over by `removeUser`: the user does not keep the access (SPEC 4.5)', async () => {
      const left = await spoiled({ of: 'granted', set: 'open_until = null' }, async (repository) => {
        const service = serviceOn(repository)
        const end = await endOf(() => service.removeUser(elizabeth, 'caroline'))
        return end === 'no error' ? entriesOf(service, 'caroline', 'granted') : []
      })
      expect(left).toEqual([])
    })

    it.each(['null', '0', `${THEN}`, '9000000000000000'])('`open_until = %s` lets nobody in', async (value) => {
      for (const of of ['revoked', 'expired', 'pending'] as const) {
        const set = `open_until = ${value}`
        expect(await spoiled({ of, set }, (repository) => entriesOf(serviceOn(repository), 'caroline', of)), of).toEqual([])
      }
    })

    it.each(['0', `${THEN}`, '9000000000000000'])('`lasts_until = %s` keeps no session live without its grant', async (value) => {
      const { of } = place
      const revoked = `update ${of('tenant_requests')} set state = 'revoked', ended_at = ${THEN}, ended_by_user = 'x', ended_by_tenant = 'granted',
        end_message = '', open_until = null where tenant = 'granted'`
      const sql = `update ${of('sessions')} set lasts_until = ${value} where tenant = 'granted'`
      const check = (repository: Repository) => endOf(() => serviceOn(repository).checkImpersonation(caroline, made.openSession))
      expect(await changed(sql, check)).toBe('no error')
      const ended = await changed(revoked, async (repository) => {
        const service = serviceOn(repository)
        return [await check(repository), (await service.sessions(elizabeth, { status: 'live' })).items]
      })
      expect(ended).toEqual(['access-denied: undefined', []])
    })
  })

  it.each<[Spoil['of'], string]>([
    ['open session', 'revision = -1'],
    ['open session', `method = 'root'`],
    ['open session', 'ended_at = 5'],
    ['granted', `state = 'allowed'`],
    ['governed', 'since = 8700000000000000'],
  ])('makes a session invalid: %s, %s', async (of, set) => {
    const check = (repository: Repository) => endOf(() => serviceOn(repository).checkImpersonation(caroline, made.openSession))
    expect(await spoiled({ of, set }, check)).toBe('facts-unavailable: corrupt')
    expect(await check(place.repository)).toBe('no error')
  })

  it.each([
    ['delete from', '', 'no error'],
    ['update', 'set since = 8700000000000000', 'facts-unavailable: corrupt'],
  ])('of a governed tenant is reported by the tenant: %s %s', async (verb, set, ofOtherUser) => {
    const ends = await changed(`${verb} ${place.of('governed_tenants')} ${set} where tenant = 'granted'`, (repository) => {
      const { decide, decideMany } = serviceOn(repository)
      const asked = { tenant: 'granted', method: 'legacy-support' } as const
      const elsewhere = { ...asked, tenant: 'healthy', user: 'wickham' }
      return endsOf([
        () => repository.factsPage({ tenant: 'granted', limit: 100 }),
        () => repository.factsFor({ tenant: 'granted', user: 'caroline', from: null, now: THEN }),
        () => repository.factsForMany(['healthy', 'granted'].map((tenant) => ({ tenant, user: 'caroline', from: null, now: THEN }))),
        () => repository.grantsOfUser({ user: 'caroline', from: null, now: THEN, limit: 100 }),
        () => repository.sessionRows({ hashes: [made.located['open session'].key], now: THEN }),
        () => decide({ ...asked, user: 'caroline' }),
        () => decideMany([elsewhere, { ...asked, user: 'caroline' }]),
        () => decide({ ...asked, user: 'wickham' }),
        () => decideMany([{ ...asked, user: 'wickham' }, elsewhere]),
      ])
    })
    expect(ends).toEqual([
      ...Array(5).fill('consentry_governed_tenants/granted'),
      ...Array(2).fill('facts-unavailable: corrupt'),
      ...Array(2).fill(ofOtherUser),
    ])
  })

  it('leaves all other rows readable', async () => {
    const wrong = await wrongIn(
      apt,
      async (repository) => {
        const service = serviceOn(repository)
        const { allowed } = await service.decide(mayEnter('healthy'))
        return [`${allowed}`, `${(await service.incoming(answererOf('healthy'))).items.length}`]
      },
      ([allowed, count]) => allowed === 'true' && count === '1',
    )
    expect(wrong).toEqual([])
  })

  it('is not one with a name in letters that this runtime does not know (SPEC 8.5)', async () => {
    const names = await spoiled({ of: 'sent', set: "name = 'Name\u0378'" }, async (repository, { key }) => {
      const { items } = await made.service(repository).outgoing(elizabeth, { accessRequest: key })
      return [(await repository.accessRequest(CLASSICS, key))?.name, ...items.map(({ name }) => name)]
    })
    expect(names).toEqual(['Name\u0378', 'Name\u0378'])
  })

  it('is valid again after the row is restored', async () => {
    for (const [of, located] of Object.entries(made.located)) {
      const ends = await endsOf(readings(place.repository, of as Spoil['of'], located))
      expect([of, ...new Set(ends)]).toEqual([of, 'no error'])
    }
    expect((await place.repository.accessRequest(CLASSICS, made.located.sent.key))?.name).toBe('SupportAccess')
  })
})
