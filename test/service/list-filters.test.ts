/** Filters and orders of the lists through the service, and the counts: they match only what a view shows (SPEC 6.8, 6.9). */
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Actor } from '../../src/domain/actor.js'
import { EVENT_TYPES } from '../../src/domain/event-types.js'
import { SESSION_STATUSES, USER_STATUSES } from '../../src/index.js'
import { CLASSICS, caroline, charlotte, directory, elizabeth, HUNDRED, hundredAdmin, person, T0, TOM, tomAdmin } from '../story/cast.js'
import { grantedStage, pages, refusal, sessionStage, sha256 } from './session-scene.js'

/** A stage with grants in both tenants, and a session of Caroline and one of Charlotte in Tom Sawyer's. */
async function scene(options = {}) {
  const on = await grantedStage(options, T0 + 100_000)
  on.now += 10
  await on.consentry.grant(hundredAdmin, on.hundred, { expiresAt: null })
  on.now += 10
  const first = sha256((await on.start()).id)
  on.now += 10
  const second = sha256((await on.start('charlotte')).id)
  return Object.assign(on, { first, second })
}

describe('history', () => {
  it('is filtered by what its entries show', async () => {
    const { consentry, tom, hundred, first } = await scene()
    const typesOf = async (actor: Actor, query: object) => (await consentry.history(actor, query)).items.map(({ type }) => type)
    const [started, granted, received] = ['impersonation.started', 'tenant-request.granted', 'tenant-request.received'] as const
    expect(await typesOf(elizabeth, { types: granted })).toEqual([granted, granted])
    expect(await typesOf(elizabeth, { types: [received, started], tenants: TOM })).toEqual([started, started, received])
    expect(await typesOf(elizabeth, { tenantRequest: hundred })).toEqual([granted, received])
    expect(await typesOf(elizabeth, { session: first })).toEqual([started])
    expect(await typesOf(elizabeth, { users: ['caroline', 'elizabeth'], from: T0 + 1 })).toEqual([started])
    expect(await typesOf(elizabeth, { from: T0 + 10, to: new Date(T0 + 20).toISOString() })).toEqual([granted])
    expect(await typesOf(tomAdmin, { tenantRequest: tom, users: tomAdmin.user })).toEqual([granted])
    expect(await typesOf(tomAdmin, { requestingTenants: [CLASSICS, 'rival'], to: new Date(T0 + 30) })).toEqual([started, granted, received])
    expect(await typesOf(hundredAdmin, { tenantRequest: tom })).toEqual([])
    expect(await typesOf(hundredAdmin, { session: first })).toEqual([])
  })

  it('never tells the tenant, by a filter, which users its sessions are of, whatever the policy shows', async () => {
    for (const showUsersToTenant of [false, true]) {
      const { consentry } = await scene({ policy: { showUsersToTenant } })
      for (const users of ['caroline', ['charlotte', 'elizabeth']]) {
        expect((await consentry.history(tomAdmin, { users })).items).toEqual([])
        expect((await consentry.sessions(tomAdmin, { users })).items).toEqual([])
      }
      for (const tenants of [TOM, [HUNDRED, TOM]]) {
        expect((await consentry.history(tomAdmin, { tenants })).items).toEqual([])
        expect((await consentry.sessions(tomAdmin, { tenants })).items).toEqual([])
      }
    }
  })
})

it('sessions are filtered by what their rows show', async () => {
  const { consentry, tom, first, second } = await scene()
  const hashes = async (actor: Actor, query: object) => (await consentry.sessions(actor, query)).items.map(({ hash }) => hash)
  expect(await hashes(elizabeth, { users: 'charlotte', tenants: [TOM] })).toEqual([second])
  expect(await hashes(elizabeth, { status: ['live', 'ended'], methods: 'access-request' })).toEqual([second, first])
  expect(await hashes(elizabeth, { status: ['live'], methods: ['legacy-support', 'legacy-configure'] })).toEqual([])
  expect(await hashes(tomAdmin, { tenantRequest: tom, from: T0 + 21, status: 'live' })).toEqual([second])
  expect(await hashes(tomAdmin, { to: T0 + 30, requestingTenants: CLASSICS })).toEqual([first])
  expect(await hashes(caroline, { users: ['caroline', 'charlotte'] })).toEqual([first])
  for (const [actor, found] of [
    [elizabeth, [first]],
    [tomAdmin, [first]],
    [caroline, [first]],
    [charlotte, []],
    [hundredAdmin, []],
  ] as const)
    expect(await hashes(actor, { session: first, status: 'live' })).toEqual(found)
  expect(await hashes(elizabeth, { session: first, status: 'ended' })).toEqual([])
})

describe('my access', () => {
  it('shows the deciding request, when it was granted, and whether a renewal is pending', async () => {
    const { consentry, tom, hundred } = await scene()
    const row = { requestingTenant: CLASSICS, status: 'granted', message: '', renewalPending: false }
    const inTom = { ...row, tenant: TOM, tenantRequest: tom, grantedAt: T0, expiresAt: T0 + 100_000 }
    const inHundred = { ...row, tenant: HUNDRED, tenantRequest: hundred, grantedAt: T0 + 10, expiresAt: null }
    expect((await consentry.myAccess(charlotte, { status: ['granted', 'pending'], order: 'newest' })).items).toEqual([inTom, inHundred])
    expect((await consentry.myAccess(charlotte, { tenants: [HUNDRED] })).items).toEqual([inHundred])
    expect((await consentry.myAccess(charlotte, { expiresBefore: T0 + 100_001 })).items).toEqual([inTom])
    expect((await consentry.myAccess(charlotte, { expiresBefore: T0 + 100_000, status: 'granted' })).items).toEqual([])
    await consentry.submit(elizabeth, { name: 'Again', associations: [{ users: ['charlotte'], tenants: [TOM] }] })
    expect((await consentry.myAccess(charlotte, { tenants: TOM })).items).toEqual([{ ...inTom, renewalPending: true }])
  })

  it('is ordered by the end of access, no end last, page by page, as of the first page', async () => {
    const on = await scene({ directory: { ...directory, askable: (_: string, tenants: readonly string[]) => tenants } })
    for (const [n, expiresAt] of [T0 + 5_000, null, T0 + 4_000, T0 + 5_000].entries()) {
      const tenant = `tenant-${n}`
      const { sent } = await on.consentry.submit(elizabeth, { name: 'More', associations: [{ users: ['charlotte'], tenants: [tenant] }] })
      await on.consentry.grant(person('a', tenant, 'answer'), sent[0]?.id ?? '', { expiresAt })
    }
    const query = { status: 'granted', order: 'expiring', limit: 1 } as const
    const walk = await pages((cursor) => on.consentry.myAccess(charlotte, { ...query, cursor }))
    const expected = ['tenant-2', 'tenant-0', 'tenant-3', TOM, HUNDRED, 'tenant-1']
    expect(walk.items.map(({ tenant }) => tenant)).toEqual(expected)
    const { next } = await on.consentry.myAccess(charlotte, query)
    on.now = T0 + 200_000
    const later = await on.consentry.myAccess(charlotte, { ...query, limit: 9, cursor: next })
    expect(later.items.map(({ tenant }) => tenant)).toEqual(expected.slice(1))
    expect((await on.consentry.myAccess(charlotte, query)).items.map(({ tenant }) => tenant)).toEqual([HUNDRED])
  })

  it.each([{}, { status: 'pending' }, { status: ['granted', 'pending'] }, { status: ['granted', 'granted', 'expired'] }] as const)(
    'in the order `expiring` needs the status `granted` alone, not %o',
    async (query) => {
      const { consentry } = await sessionStage()
      const { issues } = await refusal(consentry.myAccess(caroline, { ...query, order: 'expiring' }))
      expect(issues).toEqual([
        { path: ['order'], code: 'invalid', message: '`expiring` needs `status` to be `granted`: others do not expire' },
      ])
      expect((await consentry.myAccess(caroline, { status: ['granted', 'granted'], order: 'expiring' })).items).toEqual([])
    },
  )
})

describe('a cursor', () => {
  it('belongs to its filters and its order', async () => {
    const { consentry } = await scene()
    const issue = { path: ['cursor'], code: 'invalid', message: expect.stringContaining('was made with other filters') }
    const others = { users: 'caroline', types: 'impersonation.started', from: 1, to: T0 + 90, tenants: TOM, requestingTenants: CLASSICS }
    const ofHistory = (await consentry.history(elizabeth, { limit: 1, types: EVENT_TYPES })).next
    const same = { cursor: ofHistory, types: [...EVENT_TYPES].reverse() }
    expect((await consentry.history(elizabeth, same)).items).not.toEqual([])
    for (const [filter, value] of Object.entries(others))
      expect((await refusal(consentry.history(elizabeth, { ...same, [filter]: value }))).issues).toEqual([issue])
    const ofSessions = (await consentry.sessions(elizabeth, { limit: 1, tenants: TOM })).next
    for (const filter of ['users', 'from', 'to', 'requestingTenants'] as const)
      expect((await refusal(consentry.sessions(elizabeth, { cursor: ofSessions, tenants: TOM, [filter]: others[filter] }))).issues).toEqual(
        [issue],
      )
    const ofAccess = (await consentry.myAccess(charlotte, { limit: 1, status: 'granted', order: 'expiring' })).next
    for (const query of [{ status: 'granted' }, { status: 'granted', order: 'expiring', expiresBefore: T0 }] as const)
      expect((await refusal(consentry.myAccess(charlotte, { ...query, cursor: ofAccess }))).issues).toEqual([issue])
  })

  it('with the key of the other order shows nothing that its reader may not see', async () => {
    const { consentry } = await scene()
    const query = { status: 'granted', order: 'expiring' } as const
    const [list] = JSON.parse(atob((await consentry.myAccess(charlotte, { ...query, limit: 1 })).next ?? ''))
    const forged = btoa(JSON.stringify([list, { now: T0 + 50, sentAt: T0, tenant: TOM }])).replaceAll('=', '')
    expect((await consentry.myAccess(charlotte, { ...query, cursor: forged })).items.map(({ tenant }) => tenant)).toEqual([TOM, HUNDRED])
    expect((await consentry.myAccess(person('z', 'third'), { ...query, cursor: forged })).items).toEqual([])
  })
})

it('each malformed filter is an issue of its own, in the order of the filters', async () => {
  const { consentry } = await sessionStage()
  const issuesOf = async (list: Promise<unknown>) =>
    (await refusal(list)).issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  const typesMessage = `must be one of ${EVENT_TYPES.map((type) => `\`${type}\``).join(', ')}, or a list of them; leave \`types\` out to list all`
  expect(
    await issuesOf(
      consentry.history(elizabeth, {
        ...{ types: ['tenant-request.granted', 'all'], from: 'today', to: Number.NaN, tenantRequest: '', session: 'x' },
        ...{ users: [], tenants: Array(101).fill('t'), requestingTenants: [TOM, 'a b'] },
      } as never),
    ),
  ).toEqual([
    `types.1: \`all\` ${typesMessage}`,
    expect.stringContaining('from: `today`'),
    expect.stringContaining('to: `NaN`'),
    expect.stringContaining('tenantRequest: '),
    'session: `x` must be the hash of a session id: 64 lower-case hexadecimal digits',
    'users: an empty list is not allowed: leave the filter out to list all',
    'tenants: a list must have at most 100 values',
    expect.stringContaining('requestingTenants.1: `a b`'),
  ])
  expect(await issuesOf(consentry.sessions(elizabeth, { methods: 'root', session: 7, status: ['live', 'dead'] } as never))).toEqual([
    'status.1: `dead` must be one of `live`, `ended`, or a list of them; leave `status` out to list all',
    'session: `7` must be the hash of a session',
    expect.stringContaining('methods: `root` must be one of `access-request`'),
  ])
  expect(await issuesOf(consentry.myAccess(caroline, { order: 'oldest', tenants: {}, expiresBefore: null } as never))).toEqual([
    expect.stringContaining('tenants: '),
    expect.stringContaining('expiresBefore: '),
    'order: `oldest` must be `newest` or `expiring`',
  ])
})

describe('counts', () => {
  it('has every status of the list, for whoever may read it', async () => {
    const { consentry } = await scene()
    const [none, one, two] = [0, 1, 2].map((count) => ({ count, more: false }))
    const noAccess = Object.fromEntries(USER_STATUSES.map((status) => [status, none]))
    expect(await consentry.counts(charlotte, 'myAccess')).toEqual({ ...noAccess, granted: two })
    expect(await consentry.counts(person('charlotte', 'third'), 'myAccess')).toEqual(noAccess)
    const noSessions = Object.fromEntries(SESSION_STATUSES.map((status) => [status, none]))
    for (const [actor, live] of [
      [elizabeth, two],
      [tomAdmin, two],
      [caroline, one],
      [hundredAdmin, none],
    ] as const)
      expect(await consentry.counts(actor, 'sessions')).toEqual({ ...noSessions, live })
  })

  it('of sessions go by the facts at one instant, whether an end is recorded or not', async () => {
    const on = await scene()
    const count = async () => {
      const { live, ended } = await on.consentry.counts(elizabeth, 'sessions')
      return [live.count, ended.count]
    }
    await on.consentry.removeUser(elizabeth, 'caroline')
    expect(await count()).toEqual([1, 1])
    on.now = T0 + 100_000
    expect(await count()).toEqual([0, 2])
    await on.consentry.recordDue()
    expect(await count()).toEqual([0, 2])
  })

  it('are exact up to 1,000 and marked beyond, and read no more than that needs', { timeout: 60_000 }, async () => {
    const on = await grantedStage({ policy: { maxLiveSessions: 1_000, sessionCap: { seconds: 700 } } })
    for (let n = 0; n < 1_300; n++) {
      on.now = T0 + n * 1_000
      await on.start()
    }
    on.asked.length = 0
    const counts = await on.consentry.counts(elizabeth, 'sessions')
    expect(counts).toEqual({ live: { count: 700, more: false }, ended: { count: 600, more: false } })
    on.now += 1_000_000
    expect(await on.consentry.counts(elizabeth, 'sessions')).toEqual({
      live: { count: 0, more: false },
      ended: { count: 1_000, more: true },
    })
    // No live one, and 1,001 of 1,300 ended ones in pages of 250.
    expect(on.asked.slice(-6).map(({ args: [query] }) => Reflect.get(query as object, 'liveOnly'))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })

  it('are `unavailable` if the repository fails or returns what it was not asked for, and refuse another list', async () => {
    const memory = memoryRepository()
    const { consentry } = await scene({ repository: { ...memory, countMyAccess: async () => Promise.reject(new Error('down')) } })
    expect(await refusal(consentry.counts(charlotte, 'myAccess'))).toMatchObject({ code: 'unavailable', port: 'repository' })
    for (const list of ['history', '__proto__', 'constructor', '', 7, null, ['sessions']]) {
      const { issues } = await refusal(consentry.counts(elizabeth, list as never))
      expect(issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
        expect.stringContaining('must be one of `incoming`, `outgoing`, `requests`, `myAccess`, `sessions`'),
      ])
    }
  })
})
