/** Who could enter when, and decisions as they were, from events made by hand (SPEC 13.1). */
import { describe, expect, it } from 'vitest'
import { type AccessIntervalsInput, accessIntervals } from '../../src/domain/access-intervals.js'
import { cutSpan, grantSpan } from '../../src/domain/access-span.js'
import { incomingAccess, outgoingAccess } from '../../src/domain/access-views.js'
import { type AsOfOptions, type AsOfQuery, decideAsOf } from '../../src/domain/decide-as-of.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { ConsentryEvent, TenantRequestEvent } from '../../src/domain/event.js'
import { requestTag } from '../../src/domain/request-tag.js'
import { fold } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, HUNDRED, TOM } from '../story/cast.js'
import { started, submitted } from './events.js'
import { issuesThrown } from './results.js'

type Step = readonly [type: TenantRequestEvent['type'], at: number, more?: object]
/** The users of a request, and the ids of its parties. */
interface LogOptions extends Partial<typeof parties> {
  readonly users?: readonly string[]
}
const parties = { requestingTenant: CLASSICS, tenant: TOM, accessRequest: 'a1' }

/** What each type of event has besides the ids, and its value by default. */
const FIELDS: Readonly<Record<TenantRequestEvent['type'], object>> = {
  'tenant-request.received': { users: ['caroline', 'charlotte'], message: '', answerBy: null },
  'tenant-request.granted': { message: '', expiresAt: null, removedUsers: [] },
  'tenant-request.rejected': { message: '' },
  'tenant-request.withdrawn': { removedUser: null },
  'tenant-request.expiry-set': { expiresAt: 3_000 },
  'tenant-request.user-removed': { removedUser: 'caroline' },
  'tenant-request.revoked': { message: '', removedUser: null },
  'tenant-request.expired': { by: 'clock' },
  'tenant-request.lapsed': { by: 'clock' },
}

/** Returns the events of one request; by default it names Caroline and Charlotte, and is granted without an end at 2,000. */
function logOf(id: string, steps: readonly Step[], { users = ['caroline', 'charlotte'], ...ids }: LogOptions = {}): TenantRequestEvent[] {
  const received: Step = ['tenant-request.received', 1_000, { users }]
  const by = { user: 'becky', tenant: TOM }
  return [received, ...steps].map(([type, at, more], n) => {
    const event = { id: `${id}-${n}`, version: 1, ...parties, ...ids, by, tenantRequest: id, revision: n + 1, type, at }
    return { ...event, ...FIELDS[type], ...more } as unknown as TenantRequestEvent
  })
}
const granted = (at = 2_000, more: object = {}): Step => ['tenant-request.granted', at, more]
const ALL = { from: 0, to: 10_000 }
const spansOf = (steps: readonly Step[], input: Partial<AccessIntervalsInput> = {}) =>
  accessIntervals(logOf('r1', steps), { ...ALL, ...input }).intervals.map(({ user, from, to }) => `${user} ${from}-${to}`)

describe('accessIntervals', () => {
  it.each<[string, readonly Step[], readonly string[]]>([
    ['a pending request', [], []],
    ['a rejected one', [['tenant-request.rejected', 2_000]], []],
    ['a grant without an end', [granted()], ['caroline 2000-10000', 'charlotte 2000-10000']],
    ['a grant with an expiry', [granted(2_000, { expiresAt: 3_000 })], ['caroline 2000-3000', 'charlotte 2000-3000']],
    [
      'a recorded expiry erases nothing',
      [granted(2_000, { expiresAt: 3_000 }), ['tenant-request.expired', 3_000]],
      ['caroline 2000-3000', 'charlotte 2000-3000'],
    ],
    ['a revocation erases nothing', [granted(), ['tenant-request.revoked', 2_500]], ['caroline 2000-2500', 'charlotte 2000-2500']],
    [
      'a revocation before the expiry',
      [granted(2_000, { expiresAt: 9_000 }), ['tenant-request.revoked', 2_500]],
      ['caroline 2000-2500', 'charlotte 2000-2500'],
    ],
    [
      'a revocation after the expiry',
      [granted(2_000, { expiresAt: 2_400 }), ['tenant-request.revoked', 2_500]],
      ['caroline 2000-2400', 'charlotte 2000-2400'],
    ],
    [
      'an expiry prolonged',
      [granted(2_000, { expiresAt: 3_000 }), ['tenant-request.expiry-set', 2_999, { expiresAt: 4_000 }]],
      ['caroline 2000-4000', 'charlotte 2000-4000'],
    ],
    [
      'an expiry shortened',
      [granted(), ['tenant-request.expiry-set', 2_100, { expiresAt: 2_200 }]],
      ['caroline 2000-2200', 'charlotte 2000-2200'],
    ],
    [
      'a user removed while pending',
      [['tenant-request.user-removed', 1_500, { removedUser: 'caroline' }], granted()],
      ['charlotte 2000-10000'],
    ],
    ['a user removed by the grant', [granted(2_000, { removedUsers: ['charlotte'] })], ['caroline 2000-10000']],
    [
      'a user removed later',
      [granted(), ['tenant-request.user-removed', 2_300, { removedUser: 'charlotte' }]],
      ['caroline 2000-10000', 'charlotte 2000-2300'],
    ],
    [
      'the last user removed',
      [granted(2_000, { removedUsers: ['caroline'] }), ['tenant-request.revoked', 2_300, { removedUser: 'charlotte' }]],
      ['charlotte 2000-2300'],
    ],
    ['a grant revoked at its own instant', [granted(), ['tenant-request.revoked', 2_000]], []],
    ['a grant that was over when it was made', [granted(2_000, { expiresAt: 2_000 })], []],
  ])('%s', (_, steps, spans) => expect(spansOf(steps)).toEqual(spans))

  it('names the requests, in the order of their beginnings, whatever the order of the events', () => {
    const other = logOf('r2', [granted(1_500)], { tenant: HUNDRED, requestingTenant: 'rival', accessRequest: 'a2', users: ['xavier'] })
    const events = [submitted, ...logOf('r1', [granted()]), started, ...other] as ConsentryEvent[]
    const whole = accessIntervals(events, ALL)
    expect(whole.intervals).toEqual([
      { user: 'xavier', requestingTenant: 'rival', tenant: HUNDRED, accessRequest: 'a2', tenantRequest: 'r2', from: 1_500, to: 10_000 },
      { user: 'caroline', ...parties, tenantRequest: 'r1', from: 2_000, to: 10_000 },
      { user: 'charlotte', ...parties, tenantRequest: 'r1', from: 2_000, to: 10_000 },
    ])
    expect(whole).toMatchObject({
      completeSince: null,
      governedSince: [
        { tenant: HUNDRED, since: 1_500 },
        { tenant: TOM, since: 2_000 },
      ],
    })
    expect(accessIntervals(events.toReversed(), ALL)).toEqual(whole)
    const twin = logOf('r0', [granted()])
    expect(accessIntervals([...events, ...twin], ALL).intervals.map(({ tenantRequest, user }) => `${tenantRequest} ${user}`)).toEqual([
      'r2 xavier',
      'r0 caroline',
      'r0 charlotte',
      'r1 caroline',
      'r1 charlotte',
    ])
  })

  it('cuts to the window: `from` is in it, `to` is not', () => {
    const steps = [granted(2_000, { expiresAt: 3_000 })]
    const at = (from: number, to: number) => spansOf(steps, { from, to, user: 'caroline' })
    expect([at(0, 2_000), at(3_000, 9_000)]).toEqual([[], []])
    expect([at(0, 2_001), at(2_999, 9_000), at(2_100, 2_200)]).toEqual([
      ['caroline 2000-2001'],
      ['caroline 2999-3000'],
      ['caroline 2100-2200'],
    ])
    expect(at(new Date(2_100) as never, new Date(2_200) as never)).toEqual(['caroline 2100-2200'])
    expect(spansOf(steps, { user: 'nobody' })).toEqual([])
  })

  it('says since when tenants are governed: their first grants before the end of the window, empty ones too', () => {
    const events = [...logOf('r1', [granted(3_000)]), ...logOf('r2', [granted(2_000), ['tenant-request.revoked', 2_000]])]
    const since = (to: number) => accessIntervals(events, { from: 0, to }).governedSince
    expect([since(2_000), since(2_001), since(9_000)]).toEqual([[], [{ tenant: TOM, since: 2_000 }], [{ tenant: TOM, since: 2_000 }]])
    expect(accessIntervals(events.toReversed(), ALL).governedSince).toEqual([{ tenant: TOM, since: 2_000 }])
  })

  it('begins where the events are complete, and says so', () => {
    const complete = (completeSince: unknown, from = 0) =>
      accessIntervals(logOf('r1', [granted()]), { ...ALL, from, user: 'caroline', completeSince: completeSince as number })
    expect(complete(2_500)).toMatchObject({ completeSince: 2_500, intervals: [{ from: 2_500, to: 10_000 }] })
    expect(complete(new Date(2_500), 3_000)).toMatchObject({ completeSince: 2_500, intervals: [{ from: 3_000 }] })
    expect(complete(10_000)).toMatchObject({ completeSince: 10_000, intervals: [] })
    for (const none of [null, undefined]) expect(complete(none)).toMatchObject({ completeSince: null, intervals: [{ from: 2_000 }] })
  })

  it('refuses a malformed window, with all issues', () => {
    const issues = (input: unknown) => issuesThrown(() => accessIntervals([], input as AccessIntervalsInput))
    expect(issues({ from: 5, to: 5 })).toEqual(['to: `5` must be after `from`'])
    expect(issues({ from: 5, to: 4 })).toEqual(['to: `4` must be after `from`'])
    expect(issues({ from: Number.NaN, to: Infinity, user: '', completeSince: new Date(Number.NaN) })).toEqual([
      'from: `NaN` must be a valid date or milliseconds',
      'to: `Infinity` must be a valid date or milliseconds',
      expect.stringContaining('user: '),
      'completeSince: a date must be a valid date or milliseconds',
    ])
    expect(issues({ form: 0, to: 1 })).toEqual(['from: is required', expect.stringContaining('did you mean `from`')])
    expect(issues(null)).toHaveLength(1)
  })
})

const QUERY = { user: 'caroline', tenant: TOM, method: 'access-request' } as const
const decided = (steps: readonly Step[], query: Partial<AsOfQuery>, options?: AsOfOptions) =>
  decideAsOf(logOf('r1', steps), { ...QUERY, now: 5_000, ...query }, options)

describe('decideAsOf', () => {
  it('answers from the events up to the instant, itself included', () => {
    const steps: Step[] = [granted(2_000, { expiresAt: 4_000 }), ['tenant-request.expiry-set', 2_500, { expiresAt: 3_000 }]]
    const at = (now: number) => decided([...steps, ['tenant-request.expired', 3_000]], { now })
    expect(at(999)).toEqual({ allowed: false, reason: 'not-associated', changesAt: null })
    expect(at(1_000)).toEqual({ allowed: false, reason: 'pending', changesAt: null })
    expect(at(2_000)).toEqual({ allowed: true, reason: 'granted', grantedBy: ['r1'], changesAt: 4_000 })
    expect(at(2_499)).toMatchObject({ changesAt: 4_000 })
    expect(at(2_500)).toMatchObject({ allowed: true, changesAt: 3_000 })
    expect(at(2_999)).toMatchObject({ allowed: true })
    expect(at(3_000)).toEqual({ allowed: false, reason: 'expired', changesAt: null })
    expect(decided(steps, { now: new Date(2_999) })).toMatchObject({ allowed: true })
  })

  it('asks the legacy rule before the first grant, and for a tenant that `from` may ask only', () => {
    const legacy = { method: 'legacy-support', user: 'wickham' } as const
    const options = { legacy: () => true, isAskable: (from: string) => from === CLASSICS }
    const reasons = (from: string | null) =>
      [1_999, 2_000].map((now) => decided([granted(), ['tenant-request.revoked', 2_100]], { ...legacy, now, from }, options).reason)
    expect(reasons(null)).toEqual(['legacy-permitted', 'legacy-closed'])
    expect(reasons(CLASSICS)).toEqual(['legacy-permitted', 'legacy-closed'])
    expect(reasons('rival')).toEqual(['legacy-not-permitted', 'legacy-closed'])
    expect(decided([], legacy).reason).toBe('legacy-not-permitted')
  })

  it('counts only the requests of `from`, and only those that ask the tenant', () => {
    expect(decided([granted()], { from: 'rival' }).reason).toBe('not-associated')
    expect(decided([granted()], { from: CLASSICS }).reason).toBe('granted')
    expect(decided([granted()], { tenant: HUNDRED }).reason).toBe('not-associated')
  })

  it('denies where a purge may have removed what counts', () => {
    const since = (completeSince: number | Date | null, query: Partial<AsOfQuery>) =>
      decided([granted()], query, { completeSince, legacy: () => true })
    expect(since(3_000, { now: 2_999 })).toEqual({ allowed: false, reason: 'no-facts', changesAt: null })
    expect(since(3_000, { now: 3_000 }).reason).toBe('granted')
    expect(since(new Date(3_000), { now: 3_000 }).reason).toBe('granted')
    const legacy = { method: 'legacy-support', user: 'wickham', tenant: HUNDRED } as const
    expect(since(3_000, legacy).reason).toBe('no-facts')
    expect(since(null, legacy).reason).toBe('legacy-permitted')
    expect(since(3_000, { ...legacy, tenant: TOM }).reason).toBe('legacy-closed')
    expect(() => since(Number.NaN, {})).toThrow('options.completeSince: `NaN` must be a valid date or milliseconds')
  })

  it('denies a malformed question, and never throws for it', () => {
    const unreadable = Object.defineProperty({ ...QUERY }, 'now', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    const bad = [null, undefined, 7, [], {}, unreadable, { ...QUERY, now: Number.NaN }, { ...QUERY, now: 5_000, form: CLASSICS }]
    for (const query of [...bad, { ...QUERY, now: 5_000, method: 'root' }, { ...QUERY, now: 5_000, from: 7 }, { ...QUERY }])
      expect(decideAsOf(logOf('r1', [granted()]), query as AsOfQuery)).toEqual({
        allowed: false,
        reason: 'invalid-question',
        changesAt: null,
      })
  })
})

describe('the log of a request', () => {
  const log = logOf('r1', [granted(), ['tenant-request.expiry-set', 2_500, { expiresAt: 3_000 }], ['tenant-request.expired', 3_000]])
  const [received, grant, expirySet, expired] = log as [TenantRequestEvent, TenantRequestEvent, TenantRequestEvent, TenantRequestEvent]
  const late = { ...expirySet, at: 3_000, revision: 4, expiresAt: 4_000 } as TenantRequestEvent
  it.each<[string, readonly TenantRequestEvent[], RegExp]>([
    ['does not begin with its receipt', [grant, expirySet], /no earlier `tenant-request.received`/],
    ['begins later than its first revision', [{ ...received, revision: 2 }], /follows revision `0`/],
    ['skips a version', [received, expirySet], /follows revision `1`/],
    ['has an event twice', [received, grant, grant], /follows revision `2`/],
    ['steps back in time', [received, { ...grant, at: 999 }], /dated before/],
    ['changes the tenant', [received, { ...grant, tenant: HUNDRED }], /tenants are not/],
    ['says another tenant first', [{ ...grant, tenant: HUNDRED }, received], /tenants are not/],
    ['changes the requesting tenant', [received, { ...grant, requestingTenant: 'rival' }], /tenants are not/],
    ['sets an expiry when the grant has expired', [received, grant, expirySet, late], /had expired/],
    ['records an expiry later than it was', [received, grant, expirySet, { ...expired, at: 3_001 }], /had expired/],
    ['removes a user whom the request does not name', [received, { ...grant, removedUsers: ['wickham'] } as never], /does not name/],
    [
      'removes a user twice',
      logOf('r1', [
        ['tenant-request.user-removed', 1_100],
        ['tenant-request.user-removed', 1_200],
      ]),
      /does not name/,
    ],
    ['holds what cannot follow', [received, grant, { ...grant, revision: 3 }], /cannot be applied/],
  ])('is refused as corrupt if it %s', (_, events, message) => {
    for (const call of [() => accessIntervals(events, ALL), () => decideAsOf(events, { ...QUERY, now: 9_000 })]) {
      expect(call).toThrow(message)
      const error = (() => {
        try {
          return call()
        } catch (thrown) {
          return thrown
        }
      })()
      expect(isConsentryError(error, 'corrupt') && error.issues.length).toBe(1)
    }
  })

  it('is accepted up to the last instant of its grant', () => {
    const inTime = { ...late, at: 2_999 } as TenantRequestEvent
    expect(accessIntervals([received, grant, expirySet, inTime], ALL).intervals[0]).toMatchObject({ to: 4_000 })
    expect(accessIntervals([received, grant, expirySet, { ...expired, at: 2_900 }], ALL).intervals[0]).toMatchObject({ to: 2_900 })
  })

  it('is refused with the first 100 issues if events are malformed', () => {
    const unreadable = Object.defineProperty({}, 'type', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    const issues = (events: unknown) => issuesThrown(() => accessIntervals(events as ConsentryEvent[], ALL))
    expect(issues('events')).toEqual(['events: `events` must be a list of events'])
    expect(issues(Object.defineProperty([], 0, { get: () => expect.unreachable() }))).toEqual([
      expect.stringContaining('events: could not be read'),
    ])
    const noEvents = [null, 7, {}, unreadable, { type: 'toString' }, { type: 'tenant-request.forgotten' }]
    expect(issues(noEvents)).toEqual(noEvents.map((_, n) => `events.${n}.type: must be the type of an event`))
    const flaws = [{ id: '' }, { at: Number.NaN }, { revision: 1.5 }, { tenant: 7 }, { requestingTenant: undefined }, { users: ['a b'] }]
    expect(issues(flaws.map((flaw) => ({ ...received, ...flaw })))).toEqual(
      flaws.map((flaw, n) => expect.stringMatching(new RegExp(`^events\\.${n}\\.${Object.keys(flaw)[0]}(\\.0)?: `))),
    )
    expect(issues([{ ...grant, note: 'x' }])).toEqual([expect.stringContaining('events.0.note: `note` is not expected here')])
    for (const [event, field] of [
      [received, 'answerBy'],
      [grant, 'expiresAt'],
      [grant, 'removedUsers'],
      [expirySet, 'expiresAt'],
    ] as const)
      expect(issues([{ ...event, [field]: undefined }])).toEqual([`events.0.${field}: is required`])
    expect(issues(Array(150).fill(null))).toHaveLength(100)
    const sparse = [received]
    sparse.length = 2
    expect(issues(sparse)).toHaveLength(1)
  })
})

describe('spans', () => {
  it('have an end of `Infinity` without one, and are nothing where nothing is', () => {
    const requestOf = (...steps: Step[]) => fold(logOf('r1', steps))
    expect(grantSpan(requestOf(granted()))).toEqual({ from: 2_000, to: Infinity })
    expect(grantSpan(requestOf(granted(2_000, { expiresAt: 2_001 })))).toEqual({ from: 2_000, to: 2_001 })
    for (const none of [requestOf(), requestOf(granted(), ['tenant-request.revoked', 2_000])]) expect(grantSpan(none)).toBeUndefined()
    expect(cutSpan({ from: 1, to: 2 }, { from: 2, to: 3 })).toBeUndefined()
    expect(cutSpan({ from: 1, to: 3 }, { from: 2, to: 9 })).toEqual({ from: 2, to: 3 })
    for (const request of [requestOf(), requestOf(granted(2_000, { expiresAt: 2_000 })), requestOf(granted(10_000))])
      for (const view of [incomingAccess(request, ALL), outgoingAccess(request, 'SupportAccess', ALL)]) expect(view).toBeUndefined()
  })

  it('are shown to the tenant asked without the name, the users and the access request', () => {
    const request = fold(
      logOf('r1', [granted(2_000, { message: 'welcome' }), ['tenant-request.user-removed', 2_300, { removedUser: 'charlotte' }]]),
    )
    const span = { tenantRequest: 'r1', tag: requestTag('r1'), from: 2_000, to: 10_000 }
    expect(incomingAccess(request, ALL)).toStrictEqual({
      view: 'incoming',
      requestingTenant: CLASSICS,
      ...span,
      answer: { at: 2_000, user: 'becky', message: 'welcome' },
    })
    expect(outgoingAccess(request, 'SupportAccess', ALL)).toStrictEqual({
      view: 'outgoing',
      accessRequest: 'a1',
      name: 'SupportAccess',
      tenant: TOM,
      ...span,
      users: [
        { user: 'caroline', from: 2_000, to: 10_000 },
        { user: 'charlotte', from: 2_000, to: 2_300 },
      ],
      answer: { at: 2_000, user: null, message: 'welcome' },
    })
  })
})

it('100,000 events take no more than a few seconds', { timeout: 60_000 }, () => {
  const users = Array.from({ length: 5 }, (_, n) => `user-${n}`)
  const events = Array.from({ length: 25_000 }, (_, n) =>
    logOf(
      `r${n}`,
      [granted(2_000 + n), ['tenant-request.expiry-set', 2_100 + n, { expiresAt: 9_000 + n }], ['tenant-request.expired', 9_000 + n]],
      {},
    ).map((event) => (event.type === 'tenant-request.received' ? { ...event, users } : event)),
  ).flat()
  const began = process.cpuUsage()
  expect(accessIntervals(events, { from: 0, to: 1e9 }).intervals).toHaveLength(125_000)
  expect(decideAsOf(events, { ...QUERY, user: 'user-1', now: 20_000 }).reason).toBe('granted')
  const ms = process.cpuUsage(began).user / 1_000
  console.log(`100,000 events, both functions: ${Math.round(ms)} ms of the processor`)
  expect(ms).toBeLessThan(10_000)
})
