/** The cases of SPEC 2 to 6, as one table for the oracle, the pure functions and the service. */
import type { Status } from '../model/oracle.js'
import { T0 } from './cast.js'
import { LAPSE_SCENARIOS, REQUIRED_MESSAGE_SCENARIOS } from './lapse-scenarios.js'
import type { Scenarios, Step } from './scenario.js'
import * as scenario from './scenario.js'
import type { Actor, IncomingRow, ListingSubject, Subject } from './subject.js'

const { actor, CLASSICS, elizabeth, LEGACY, METHODS, pooh, tomAdmin, WORLD, xavier } = scenario
const { grant, recordDue, reject, removeUser, revoke, setExpiry, submit, withdraw } = scenario.commands
const { allow, asks, changes, deny, granted, inWorld, knows, malformed, notPermitted, permitted, refused, sees, sent } = scenario

const [t0, t1, t9, t11, t12, t20] = [T0, T0 + 1_000, T0 + 8_000, T0 + 10_000, T0 + 11_000, T0 + 19_000] as const
const AR = 'access-request'
const c = 'caroline'

const association = (users: unknown, ...tenants: unknown[]) => ({ users, tenants })
const SUPPORT_ACCESS = {
  id: 'R',
  name: 'SupportAccess',
  message: 'Caroline and Charlotte look after your account.',
  associations: [association([c], 'tom'), association(['charlotte'], 'tom', 'hundred')],
}
const supportAccess = changes(['R-hundred', 'R-tom'], submit(elizabeth, SUPPORT_ACCESS, t0))
const tomGrants = [supportAccess, granted('R-tom', t1)]
const tomSetsExpiry = [...tomGrants, changes(['R-tom'], setExpiry(tomAdmin, 'R-tom', { expiresAt: t9 }, t1 + 1))]

const asked = (...ids: readonly string[]) => ids.map((id) => sent(id, [c], ['tom'], t0))
/** What is answered about a grant from `t1` until `t9`, whenever its expiry is recorded. */
const answersUntil9 = [
  asks(c, 'tom', AR, t1 - 1, deny('pending', t1)),
  asks(c, 'tom', LEGACY, t1 - 1, deny('legacy-closed', t1)),
  asks(c, 'tom', METHODS, [t1, t9 - 1], allow(['A-tom'], t9)),
  asks(c, 'tom', AR, [t9, t9 + 1], deny('expired')),
  asks(c, 'tom', LEGACY, [t9, t9 + 1], deny('legacy-closed')),
]

/** Ways in which Caroline's request to Tom Sawyer ends at an instant, in the order of SPEC 5.4. */
const ENDS: Readonly<Record<string, (id: string, at: number) => readonly Step<Subject>[]>> = {
  expired: (id, at) => [granted(id, at - 1, at)],
  revoked: (id, at) => [granted(id, at - 1), changes([id], revoke(tomAdmin, id, {}, at))],
  rejected: (id, at) => [changes([id], reject(tomAdmin, id, {}, at))],
  withdrawn: (id, at) => [changes([id], withdraw(elizabeth, { tenantRequest: id }, at))],
  removed: (id, at) => [changes([id], removeUser(elizabeth, c, at))],
}
const endOf = (status: string, id: string, at: number) => ENDS[status]?.(id, at) ?? []
/** Caroline's requests to Tom Sawyer, all sent at `t0`: pending, granted from an instant (until another), or ended in a way at an instant. */
const given = (
  all: Readonly<Record<string, readonly [] | readonly [from: number, until?: number] | readonly [end: string, at: number]>>,
) => [
  ...asked(...Object.keys(all)),
  ...Object.entries(all).flatMap(([id, [how, at]]) => {
    if (typeof how === 'string') return endOf(how, `${id}-tom`, at ?? 0)
    return how === undefined ? [] : [granted(`${id}-tom`, how, at)]
  }),
]
const each = <T, V>(all: readonly T[], title: (one: T) => string, scenario: (one: T) => V): Record<string, V> =>
  Object.fromEntries(all.map((one) => [title(one), scenario(one)]))
/** Two ends, whichever request was sent first. A removal comes second: it would take the user from the other request as well. */
const twoEnds = Object.keys(ENDS).flatMap((end, rank, all) =>
  all.flatMap((other, otherRank) =>
    [t9, t11].flatMap((at) =>
      end === 'removed' ? [] : ['A', 'B'].map((id) => ({ end, id, other, at, wins: at === t9 && rank < otherRank ? end : other })),
    ),
  ),
)

const { legacy: _, ...withoutRule } = WORLD
const badRules: Readonly<Record<string, () => unknown>> = {
  'returns a number': () => 1,
  'returns a text': () => 'true',
  'returns nothing': () => undefined,
  'returns false': () => false,
  'returns a promise of false': () => Promise.resolve(false),
  'returns a promise that rejects': () => Promise.reject(new Error('down')),
  throws: () => {
    throw new Error('down')
  },
}

/** Each change of the reason in Tom Sawyer's tenant is announced by `changesAt`, and nothing else is. */
const announcesChanges =
  (user: string, first: number, last: number): Step<Subject> =>
  async (on) => {
    for (const method of METHODS) {
      let [next, after]: [number | null, string] = [null, '']
      for (let now = last; now >= first; now--) {
        const { allowed, reason, changesAt } = await on.decide(user, 'tom', method, now)
        if (after !== `${allowed} ${reason}`) next = now === last ? null : now + 1
        if (changesAt !== next) throw new Error(`${method} at ${now}: ${reason} changes at ${changesAt}, not ${next}`)
        after = `${allowed} ${reason}`
      }
    }
  }

const inside = { tenant: 'tom', method: AR } as const
const submission = (over: object, by: Actor = elizabeth) => submit(by, { ...SUPPORT_ACCESS, ...over }, t0)
const associating = (users: unknown, ...tenants: unknown[]) => submission({ associations: [association(users, ...tenants)] })
/** A submission of one association for each tenant. */
const asking = (usersOf: Readonly<Record<string, readonly string[]>>) =>
  submission({ associations: Object.entries(usersOf).map(([tenant, users]) => ({ users, tenants: [tenant] })) })
/** Submissions to Tom Sawyer that are all accepted. */
const accepted = (all: readonly object[]) =>
  all.map((over, n) => changes([`${n}-tom`], submission({ associations: [{ users: [c], tenants: ['tom'] }], ...over, id: `${n}` })))
const again = (count: number, id: string) => Array.from({ length: count }, () => id)
const many = (count: number, kind: string) => Array.from({ length: count }, (_, n) => `${kind}${n}`)

const limited = { ...WORLD, maxGrantMs: 1_000 }
const sentToBoth = sent('R', [c], ['tom', 'hundred'], t0)
// An account of Caroline's inside Tom Sawyer: she is still a member of the requesting tenant (SPEC 2.4).
const carolineAtTom = actor(c, 'tom', 'answer')
const answererOfClassics = actor('e', 'classics', 'answer')
const stale = { ifRevision: 9 }
const staleGrant = { ...stale, expiresAt: null }
/** What only callers without types send. */
const untyped = (value: object): never => value as never

/** Both vendors have somebody called `mover`: a user who moves takes no access along. */
const MOVERS = { ...WORLD, members: { ...WORLD.members, classics: [...CLASSICS, 'mover'], rival: ['xavier', 'mover'] } }
const byRival = (id: string, at = t0) => sent(id, ['mover'], ['tom'], at, xavier)
const byClassics = (id: string) => sent(id, ['mover'], ['tom'], t0)

/** What every implementation decides and accepts. */
export const SCENARIOS: Scenarios<Subject> = {
  ...LAPSE_SCENARIOS,
  'a question with `from` (SPEC 2.7, 5.3.2, 5.3.6)': {
    'counts only the requests of that requesting tenant; without it, or with null, whoever’s': inWorld(MOVERS, [
      byClassics('A'),
      byRival('B'),
      granted('A-tom', t1, t9),
      granted('B-tom', t1 + 1),
      asks('mover', 'tom', METHODS, [t1 + 1, t9 - 1], allow(['B-tom', 'A-tom']), undefined),
      asks('mover', 'tom', METHODS, [t1 + 1, t9 - 1], allow(['B-tom', 'A-tom']), null),
      asks('mover', 'tom', METHODS, [t1 + 1, t9 - 1], allow(['A-tom'], t9), 'classics'),
      asks('mover', 'tom', METHODS, [t1 + 1, t9, t20], allow(['B-tom']), 'rival'),
      asks('mover', 'tom', AR, t9, deny('expired'), 'classics'),
      asks('mover', 'tom', AR, [t1 + 1, t9], deny('not-associated'), 'tom'),
      asks('mover', 'tom', LEGACY, [t1 + 1, t9], deny('legacy-closed'), 'hundred'),
      sees('tenantsFor', ['mover', t9, 'classics'], []),
      sees('tenantsFor', ['mover', t9, 'rival'], ['tom']),
      sees('usersFor', ['tom', t9 - 1, 'classics'], ['mover']),
      sees('usersFor', ['tom', t9, 'classics'], []),
      sees('usersFor', ['tom', t9, null], ['mover']),
    ]),
    'has the status by that tenant’s requests, whatever ended later by another’s': inWorld(MOVERS, [
      byClassics('A'),
      byRival('B'),
      changes(['A-tom'], reject(tomAdmin, 'A-tom', {}, t1)),
      changes(['B-tom'], withdraw(xavier, { tenantRequest: 'B-tom' }, t9)),
      asks('mover', 'tom', AR, t20, deny('rejected'), 'classics'),
      asks('mover', 'tom', AR, t20, deny('withdrawn'), 'rival'),
      asks('mover', 'tom', AR, t20, deny('withdrawn')),
      byRival('D', t9),
      asks('mover', 'tom', AR, t20, deny('rejected'), 'classics'),
      changes(['D-tom'], removeUser(xavier, 'mover', t9 + 1)),
      asks('mover', 'tom', AR, t20, deny('rejected'), 'classics'),
      asks('mover', 'tom', AR, t20, deny('removed'), 'rival'),
    ]),
    'asks the legacy rule only about a tenant that `from` may ask, in exactly this spelling': [
      asks('wickham', 'tom', LEGACY, t0, permitted, 'classics'),
      ...['TOM', 'tom/', 'tom.'].map((spelling) => asks('wickham', spelling, LEGACY, t0, deny('legacy-not-permitted'), 'classics')),
      asks('wickham', 'tom', LEGACY, t0, deny('legacy-not-permitted'), 'hundred'),
      asks('wickham', 'tom', LEGACY, t0, deny('legacy-not-permitted'), 'nobody'),
      asks('xavier', 'tom', LEGACY, t0, notPermitted, 'rival'),
      asks('wickham', 'tom', AR, t0, deny('not-associated'), 'nobody'),
      ...tomGrants,
      asks('wickham', 'TOM', LEGACY, t1, deny('legacy-not-permitted'), 'classics'),
      asks('wickham', 'tom', LEGACY, t1, deny('legacy-closed'), 'classics'),
    ],
    'is malformed if `from` is neither an id nor null': [
      ...tomGrants,
      ...['', 'a b', 7, {}, true].flatMap((from) => [
        asks(c, 'tom', METHODS, t1, deny('invalid-question'), from),
        asks('wickham', 'hundred', METHODS, t1, deny('invalid-question'), from),
      ]),
    ],
  },
  'a grant in time (SPEC 4.2, 4.3)': {
    'holds from its instant on, until 1 ms before its expiry, and allows every method': [...given({ A: [t1, t9] }), ...answersUntil9],
    'holds at no instant once its expiry is recorded, which happens once': [
      ...given({ A: [t1, t9] }),
      changes([], recordDue(t9 - 1, 10)),
      changes(['A-tom'], recordDue(t20, 10)),
      changes([], recordDue(t20, 10)),
      asks(c, 'tom', AR, [t0, t1, t9 - 1, t9, t20], deny('expired')),
      asks(c, 'tom', LEGACY, [t0, t1, t9 - 1, t9, t20], deny('legacy-closed')),
    ],
    'stays ended once a clock that ran ahead has recorded its expiry: nothing allows what nobody can end (SPEC 4.2)': [
      ...given({ A: [t1, t9] }),
      changes(['A-tom'], recordDue(t9, 10)),
      asks(c, 'tom', METHODS[0], t1, deny('expired')),
      changes([], removeUser(elizabeth, c, t1)),
      refused('not-active', setExpiry(tomAdmin, 'A-tom', { expiresAt: t20 }, t1), revoke(tomAdmin, 'A-tom', {}, t1)),
    ],
    ...each(
      ['revoked', 'rejected', 'withdrawn', 'removed'],
      (status) => `once ${status} allows at no instant, earlier ones included`,
      (status) => [...given({ A: [status, t1] }), asks(c, 'tom', AR, [t0 - 1, t0, t1, t20], deny(status))],
    ),
    'is recorded as expired by expiry, then by id, up to the limit': [
      ...given({ C: [t1, t9], A: [t1, t11], B: [t1, t9], D: [t1, t12], E: [t1] }),
      changes(['B-tom', 'C-tom'], recordDue(t11, 2)),
      changes(['A-tom'], recordDue(t11, 2)),
    ],
    'is dated by the last event of its request when the clock steps back (SPEC 4.8)': [
      supportAccess,
      granted('R-tom', t0 - 500),
      asks(c, 'tom', AR, t0 - 1, deny('pending', t0)),
      refused('expires-too-soon', setExpiry(tomAdmin, 'R-tom', { expiresAt: t0 }, t0 - 400)),
      changes(['R-tom'], setExpiry(tomAdmin, 'R-tom', { expiresAt: t0 + 1 }, t0 - 400)),
    ],
  },

  'removed users (SPEC 4.5)': {
    'lose their access, and the others keep it': [
      ...tomGrants,
      changes(['R-tom'], removeUser(elizabeth, c, t9)),
      asks(c, 'tom', AR, t9, deny('removed')),
      asks(c, 'tom', LEGACY, t9, deny('legacy-closed')),
      asks('charlotte', 'tom', AR, t9, allow(['R-tom'])),
      changes([], removeUser(elizabeth, c, t9)),
    ],
    'end a request with the last of them: withdrawn when it was pending, revoked when it held': [
      ...tomGrants,
      changes(['R-hundred', 'R-tom'], removeUser(elizabeth, 'charlotte', t9)),
      asks('charlotte', 'hundred', AR, t9, deny('removed')),
      refused('not-pending', reject(pooh, 'R-hundred', {}, t9)),
      changes(['R-tom'], removeUser(elizabeth, c, t9 + 1)),
      asks(c, 'tom', AR, t9 + 1, deny('removed')),
      refused('not-active', revoke(tomAdmin, 'R-tom', {}, t9 + 1)),
    ],
    'stay removed when the request is granted or revoked afterwards': [
      supportAccess,
      changes(['R-tom'], removeUser(elizabeth, c, t0 + 1)),
      granted('R-tom', t1),
      asks(c, 'tom', AR, t1, deny('removed')),
      changes(['R-tom'], revoke(tomAdmin, 'R-tom', {}, t9)),
      asks(c, 'tom', AR, t9, deny('removed')),
      asks('charlotte', 'tom', AR, t9, deny('revoked')),
    ],
    'do not leave a grant past its expiry, at the instant itself too': [
      ...tomSetsExpiry,
      changes([], removeUser(elizabeth, c, t9)),
      asks(c, 'tom', AR, t9, deny('expired')),
      changes(['R-tom'], removeUser(elizabeth, c, t9 - 1)),
    ],
    'leave only the requests of the tenant that removes them': [
      ...asked('A'),
      sent('B', ['xavier'], ['tom'], t0, xavier),
      changes([], removeUser(xavier, c, t1)),
      changes(['A-tom'], removeUser(elizabeth, c, t1)),
      malformed(['invalid'], removeUser(elizabeth, '', t1)),
    ],
    'may be named in a new request': [
      supportAccess,
      changes(['R-tom'], removeUser(elizabeth, c, t0 + 1)),
      sent('S', [c], ['tom'], t0 + 2),
      asks(c, 'tom', AR, t1, deny('pending')),
      granted('S-tom', t1),
      asks(c, 'tom', AR, t1, allow(['S-tom'])),
    ],
  },

  'granting asks the directory again (SPEC 2.6)': {
    'takes off who is no longer a member, at every instant and for good, before the end of that same request (SPEC 5.4)': [
      supportAccess,
      sent('B', [c], ['tom'], t0),
      knows('members', 'classics', 'charlotte'),
      granted('R-tom', t1),
      knows('members', 'classics', ...CLASSICS),
      asks('charlotte', 'tom', METHODS, t1, allow(['R-tom'])),
      asks(c, 'tom', LEGACY, t1, deny('legacy-closed')),
      changes(['B-tom'], withdraw(elizabeth, { accessRequest: 'B' }, t9)),
      changes(['R-tom'], revoke(tomAdmin, 'R-tom', {}, t11)),
      asks(c, 'tom', AR, [t0, t1, t11], deny('withdrawn')),
    ],
    'is refused where nobody is left, whoever was removed before, and possible once somebody is': [
      supportAccess,
      changes(['R-tom'], removeUser(elizabeth, c, t0)),
      knows('members', 'classics', c, 'Charlotte'),
      refused('not-grantable', grant(tomAdmin, 'R-tom', { expiresAt: null }, t1), grant(pooh, 'R-hundred', { expiresAt: t9 }, t1)),
      sees('governed', ['tom'], false),
      knows('members', 'classics', 'charlotte'),
      granted('R-tom', t1),
    ],
    'is refused where the vendor may no longer ask this tenant; setExpiry, revoke and reject do not ask': [
      supportAccess,
      knows('askable', 'classics', 'hundred', 'Tom'),
      refused('not-grantable', grant(tomAdmin, 'R-tom', { expiresAt: null }, t1)),
      granted('R-hundred', t1),
      ...(['members', 'askable'] as const).map((what) => knows(what, 'classics')),
      changes(['R-hundred'], setExpiry(pooh, 'R-hundred', { expiresAt: t9 }, t1)),
      changes(['R-hundred'], revoke(pooh, 'R-hundred', {}, t1)),
      changes(['R-tom'], reject(tomAdmin, 'R-tom', {}, t1)),
    ],
  },

  'several requests (SPEC 5.4, 5.5, 5.6)': {
    'give the union of the grants that hold, latest end first': [
      ...given({ A: [t1, t9], B: [t1], C: [t1, t12] }),
      asks(c, 'tom', METHODS, t1, allow(['B-tom', 'C-tom', 'A-tom'])),
      asks(c, 'tom', AR, t9, allow(['B-tom', 'C-tom'])),
      changes(['B-tom'], revoke(tomAdmin, 'B-tom', {}, t9)),
      asks(c, 'tom', AR, t9, allow(['C-tom'], t12)),
    ],
    'order equal ends by the latest grant, and equal grants by the smaller id': [
      ...given({ C: [t1, t9], A: [t1, t9], B: [t1 + 1, t9], D: [t1], E: [t1 + 1] }),
      asks(c, 'tom', AR, t1 + 1, allow(['E-tom', 'D-tom', 'B-tom', 'A-tom', 'C-tom'])),
    ],
    'never let a rejection or an end of one take the grant of another': [
      ...given({ A: [t1], B: ['rejected', t9], C: ['withdrawn', t9] }),
      asks(c, 'tom', AR, t9, allow(['A-tom'])),
    ],
    'never mix the tenant of one with the user of another': [
      ...given({ A: [t1] }),
      sent('B', ['charlotte'], ['hundred'], t0),
      granted('B-hundred', t1),
      asks(c, 'hundred', AR, t1, deny('not-associated')),
      asks('charlotte', 'tom', 'legacy-configure', t1, deny('legacy-closed')),
    ],
    'are pending while one is, whatever has ended': [
      ...given({ A: ['rejected', t20], B: [] }),
      asks(c, 'tom', AR, t9, deny('pending')),
      granted('B-tom', t11, t12),
      asks(c, 'tom', AR, t9, deny('pending', t11)),
      asks(c, 'tom', AR, t12, deny('rejected')),
    ],
    'have the status of the end that came last, not of the one recorded last': [
      ...given({ A: [t1, t9], B: ['rejected', t9 + 1] }),
      changes(['A-tom'], recordDue(t20, 10)),
      asks(c, 'tom', AR, t20, deny('rejected')),
    ],
    ...each(
      twoEnds,
      ({ end, id, other, at, wins }) => `${end} (${id}) and ${other} ${at === t9 ? 'at the same instant' : 'later'}: ${wins}`,
      ({ end, id, other, at, wins }) => [
        ...asked('A', 'B'),
        ...endOf(end, `${id}-tom`, t9),
        ...endOf(other, id === 'A' ? 'B-tom' : 'A-tom', at),
        asks(c, 'tom', AR, t20, deny(wins)),
      ],
    ),
  },

  'changesAt is the next instant at which the reason changes: asking about every millisecond finds the same (SPEC 5.6)': {
    'not the end of a grant at which another begins': [
      ...given({ A: [t0 + 3, t0 + 7], B: [t0 + 7, t0 + 9] }),
      asks(c, 'tom', METHODS, t0 + 3, allow(['A-tom'], t0 + 9)),
      announcesChanges(c, t0, t0 + 12),
    ],
    'the end of a grant when the next begins one millisecond later': [
      ...given({ A: [t0 + 3, t0 + 7], B: [t0 + 8, t0 + 9] }),
      asks(c, 'tom', AR, t0 + 3, allow(['A-tom'], t0 + 7)),
      // The second, answered later, is pending until then.
      asks(c, 'tom', AR, t0 + 7, deny('pending', t0 + 8)),
      announcesChanges(c, t0, t0 + 12),
    ],
    ...each(
      [
        { of: 'grants that overlap, and a rejection', requests: { A: [t0 + 1, t0 + 5], B: [t0 + 3, t0 + 8], C: ['rejected', t0 + 7] } },
        { of: 'grants answered in another order than sent', requests: { A: [t0 + 6, t0 + 8], B: [t0 + 2, t0 + 4] } },
        { of: 'a grant without end that takes over', requests: { A: [t0 + 2, t0 + 6], B: [t0 + 5] } },
        { of: 'a grant that leaves a pending request', requests: { A: [t0 + 2, t0 + 6], B: [] } },
        { of: 'a grant that expires after a rejection', requests: { A: [t0 + 2, t0 + 6], B: ['rejected', t0 + 4] } },
        { of: 'a revoked grant between others', requests: { A: [t0 + 1, t0 + 4], B: ['revoked', t0 + 6], C: [t0 + 8, t0 + 9] } },
      ] as const,
      ({ of }) => `of ${of}`,
      ({ requests }) => [...given(requests), announcesChanges(c, t0, t0 + 12), announcesChanges('wickham', t0, t0 + 12)],
    ),
    'of a grant that the user was removed from: never': [
      ...given({ A: [t0 + 3, t0 + 7] }),
      changes(['A-tom'], removeUser(elizabeth, c, t0 + 5)),
      asks(c, 'tom', AR, t0, deny('removed')),
      announcesChanges(c, t0, t0 + 12),
    ],
  },

  'the question (SPEC 5.3)': {
    'may come with a Date or a number, and is denied with any other instant': [
      ...tomGrants,
      asks(c, 'tom', AR, new Date(t1), allow(['R-tom'])),
      asks(c, 'tom', METHODS, [Number.NaN, Infinity, -Infinity, `${t1}`, null, true, {}, 10n], deny('invalid-question')),
      asks(c, 'tom', METHODS, [new Date(Number.NaN), Object.create(Date.prototype)], deny('invalid-question')),
    ],
    'is denied for an unknown method': [
      ...tomGrants,
      asks(c, 'tom', ['root', '', 'Access-request', null, 0, '__proto__', undefined], t1, deny('invalid-question')),
    ],
    'is denied for malformed ids, on every method (SPEC 3.5)': [
      ...tomGrants,
      ...['', ' ', 'a b', 'é', 'a\n', 'a\u0000', 'x'.repeat(129), null, undefined, 7, {}].flatMap((id) => [
        asks(id, 'tom', METHODS, t1, deny('invalid-question')),
        asks(id, 'hundred', METHODS, t1, deny('invalid-question')),
        asks(c, id, METHODS, t1, deny('invalid-question')),
      ]),
      asks('__proto__', 'x'.repeat(128), AR, t1, deny('not-associated')),
    ],
    ...each(
      Object.entries(badRules),
      ([what]) => `by a legacy method is denied by a rule that ${what}`,
      ([, legacy]) => inWorld({ ...WORLD, legacy }, [asks(c, 'tom', LEGACY, t0, notPermitted)]),
    ),
    'by a legacy method has no changesAt where the host’s rule answered, and null without a rule': inWorld(withoutRule, [
      asks('wickham', 'tom', LEGACY, t0, deny('legacy-not-permitted')),
    ]),
    'by a legacy method follows the rule until the tenant first grants, and never again (SPEC 5.2)': [
      supportAccess,
      asks('wickham', 'tom', LEGACY, t0, permitted),
      asks('xavier', 'tom', LEGACY, t0, notPermitted),
      sees('governed', ['tom'], false),
      granted('R-tom', t1, t9),
      changes(['R-tom'], revoke(elizabeth, 'R-tom', {}, t1 + 2)),
      sees('governed', ['tom'], true),
      asks([c, 'wickham', 'xavier'], 'tom', LEGACY, [0, t0, t20], deny('legacy-closed')),
      changes(['R-hundred'], reject(pooh, 'R-hundred', {}, t1)),
      sees('governed', ['hundred'], false),
      asks('wickham', 'hundred', LEGACY, [0, t0, t20], permitted),
    ],
    'may be reversed: users and tenants are the filter of the forward decision, in code unit order (SPEC 5.8)': [
      ...tomGrants,
      sees('usersFor', ['tom', t1], [c, 'charlotte']),
      sees('usersFor', ['tom', t1 - 1], []),
      granted('R-hundred', t1, t11),
      sees('tenantsFor', ['charlotte', t1], ['hundred', 'tom']),
      sees('tenantsFor', ['charlotte', t11], ['tom']),
      sees('tenantsFor', [c, t1], ['tom']),
      changes(['R-hundred', 'R-tom'], removeUser(elizabeth, 'charlotte', t9)),
      sees('tenantsFor', ['charlotte', t9], []),
      sees('usersFor', ['tom', t9], [c]),
      ...[Number.NaN, 'now' as never].flatMap((now) => [sees('usersFor', ['tom', now], []), sees('tenantsFor', [c, now], [])]),
      ...['nobody', 'a b', ''].flatMap((id) => [sees('usersFor', [id, t9], []), sees('tenantsFor', [id, t9], [])]),
    ],
    'puts capitals before small letters': inWorld({ members: { V: ['a', 'B', 'Z', 'z'] }, askable: { V: ['tom'] } }, [
      sent('A', ['z', 'a', 'Z', 'B'], ['tom'], t0, actor('a', 'V', 'submit')),
      granted('A-tom', t1),
      sees('usersFor', ['tom', t1], ['B', 'Z', 'a', 'z']),
    ]),
  },

  'submitting (SPEC 3)': {
    'creates one tenant request for each tenant, for the union of its users (SPEC 3.7)': [
      changes(
        ['R-hundred', 'R-tom'],
        submission({ associations: [association([c, c], 'tom', 'tom'), association(['charlotte', c], 'hundred', 'tom')] }),
      ),
      asks([c, 'charlotte'], 'tom', AR, t0, deny('pending')),
      asks([c, 'charlotte'], 'hundred', AR, t0, deny('pending')),
    ],
    'takes names of 1 to 64 letters and digits of any script (SPEC 3.2)': [
      ...accepted(
        ['A', '7', '٣', 'é', 'e\u0301te', 'दमयंती', '支援2026', 'x'.repeat(64), '𝒜'.repeat(64), 'e\u0301'.repeat(64)].map((name) => ({
          name,
        })),
      ),
      ...['', ' ', ' a', 'a b', 'a-b', 'a_b', 'a.b', '\u0301a', '😀', 'a\0', '\ud800', 7, null, undefined, ['a']].map((name) =>
        malformed(['invalid'], submission({ name })),
      ),
      ...['x', '𝒜', 'e\u0301'].map((one) => malformed(['invalid'], submission({ name: one.repeat(65) }))),
    ],
    'takes messages of up to 1,000 code points without control characters or lone surrogates (SPEC 3.3)': [
      ...accepted(['', undefined, ' a\n\tb ', '\u200b', 'x'.repeat(1000), '🐻'.repeat(1000)].map((message) => ({ message }))),
      ...['x'.repeat(1001), '🐻'.repeat(1001), '\r', '\0', '\x7f', '\x85', '\ud800', 'a\udc00b', 7, null].map((message) =>
        malformed(['invalid'], submission({ message })),
      ),
    ],
    'refuses malformed associations and ids, and an actor in the input': [
      ...[undefined, [], {}, 'all', [null], [{ users: [], tenants: ['tom'] }], [{ users: [c], tenants: [] }]].map((associations) =>
        malformed(['invalid'], submission({ associations })),
      ),
      ...[undefined, c, [7], ['a b'], [c, '']].flatMap((ids) => [
        malformed(['invalid'], submission({ associations: [{ users: ids, tenants: ['tom'] }] })),
        malformed(['invalid'], submission({ associations: [{ users: [c], tenants: ids }] })),
      ]),
      malformed(['invalid'], submission({ id: 'a b' }), submission({ actor: elizabeth })),
      malformed(['invalid'], submission({ associations: [{ users: [c], tenants: ['tom'], extra: 1 }] })),
    ],
    'refuses an actor whose user, tenant, permissions or impersonation is malformed (SPEC 2.1)': [
      supportAccess,
      ...[
        { user: '' },
        { tenant: 'a b' },
        { permissions: undefined },
        { permissions: ['submit', 'root'] },
        { impersonating: undefined },
        { impersonating: { tenant: 'tom' } },
        { impersonating: { tenant: '', method: 'legacy-support' } },
      ].map((over) => {
        const by = untyped({ ...elizabeth, ...over })
        const commands = [submission({ id: 'S' }, by), withdraw(by, { accessRequest: 'R' }, t1), revoke(by, 'R-tom', {}, t1)]
        return malformed(['invalid'], ...commands, removeUser(by, c, t1))
      }),
    ],
    'counts distinct tenants and distinct pairs (SPEC 3.4)': inWorld({ ...WORLD, maxTenants: 2, maxPairs: 3 }, [
      changes(['R-hundred', 'R-tom'], submission({ associations: [...SUPPORT_ACCESS.associations, ...SUPPORT_ACCESS.associations] })),
      malformed(['too-many'], associating(['charlotte', c], 'tom', 'hundred'), associating([c], 'tom', 'hundred', 'nowhere')),
      malformed(['invalid', 'too-many'], submission({ name: '', associations: [{ users: CLASSICS, tenants: ['tom'] }] })),
    ]),
    'counts the distinct users for one tenant, over all associations (SPEC 3.4)': inWorld({ ...WORLD, maxUsersPerTenant: 1 }, [
      malformed(['too-many'], submission({}), associating(['charlotte', c], 'hundred')),
      changes(['R-hundred', 'R-tom'], asking({ tom: [c], hundred: ['charlotte'] })),
    ]),
    'counts pairs with their duplicates, up to ten times the pairs allowed (SPEC 3.4)': inWorld({ ...WORLD, maxPairs: 2 }, [
      malformed(['too-many'], associating(again(21, c), 'tom'), associating(again(3, c), ...again(7, 'tom'))),
      changes(['R-tom'], associating(again(5, c), ...again(4, 'tom'))),
    ]),
    'takes up to 10,000 tenants and 100,000 pairs by default, and not one more (SPEC 3.4)': [
      malformed(['unknown-tenant', 'unknown-user'], associating(many(10, 'user'), ...many(10_000, 'tenant'))),
      malformed(['too-many'], associating(['user'], ...many(10_001, 'tenant'))),
      malformed(['too-many'], associating(many(11, 'user'), ...many(9_091, 'tenant'))),
      malformed(['unknown-user'], associating(many(1_000, 'user'), 'tom')),
      malformed(['too-many'], associating(many(1_001, 'user'), 'tom')),
    ],
    'asks the directory after checking the form, and lists all issues (SPEC 3.6)': [
      malformed(['unknown-user'], associating(['xavier'], 'tom')),
      malformed(['unknown-tenant'], associating([c], 'tom', 'nowhere')),
      malformed(['own-tenant'], associating([c], 'classics')),
      malformed(['own-tenant', 'unknown-tenant', 'unknown-user'], associating(['nobody'], 'nowhere', 'classics', 'tom')),
      malformed(['invalid'], submission({ name: '', associations: [{ users: ['nobody'], tenants: ['nowhere'] }] })),
      ...['__proto__', 'constructor', 'toString'].map((id) => malformed(['unknown-tenant', 'unknown-user'], associating([id], id))),
    ],
    'refuses the requesting tenant even if the directory calls it askable': inWorld({ ...WORLD, askable: { classics: ['classics'] } }, [
      malformed(['own-tenant'], associating([c], 'classics')),
    ]),
    'checks impersonation and permission after the actor, and before the form, the directory and the replay (SPEC 4.7)': [
      supportAccess,
      malformed(['invalid'], submission({}, { ...elizabeth, user: '', permissions: [], impersonating: inside })),
      ...[{}, { name: '' }, { id: 'S', associations: [{ users: ['nobody'], tenants: ['nowhere'] }] }].flatMap((over) => [
        refused('impersonating', submission(over, { ...elizabeth, permissions: [], impersonating: inside })),
        refused('not-permitted', submission(over, { ...elizabeth, permissions: ['answer'] })),
      ]),
    ],
  },

  'submitting again with the same id (SPEC 3.9)': {
    'sends nothing twice, order and duplicates aside, also after users were removed and the request ended': [
      supportAccess,
      changes([], submission({})),
      changes([], asking({ hundred: ['charlotte', 'charlotte'], tom: ['charlotte', c] })),
      changes(['R-tom'], removeUser(elizabeth, c, t0)),
      changes(['R-tom'], reject(tomAdmin, 'R-tom', {}, t1)),
      changes([], submission({})),
    ],
    'compares names in NFC, and an absent message with an empty one': [
      changes(['R-hundred', 'R-tom'], submission({ name: '\u00e9te', message: undefined })),
      changes([], submission({ name: 'e\u0301te', message: '' })),
    ],
    'is refused with other content': [
      supportAccess,
      refused(
        'already-submitted',
        submission({ name: 'Other' }),
        submission({ message: '' }),
        associating([c, 'charlotte'], 'tom', 'hundred'),
        associating([c, 'charlotte'], 'tom'),
        associating(['nobody'], 'nowhere'),
        asking({ tom: [c, 'charlotte'], hundred: ['charlotte'], nowhere: ['charlotte'] }),
        asking({ tom: [c, 'charlotte', 'wickham'], hundred: ['charlotte'] }),
        asking({ tom: [c, 'wickham'], hundred: ['charlotte'] }),
      ),
    ],
    'is another request when another tenant sends it': [
      changes(['R-tom'], submission({ associations: [{ users: ['xavier'], tenants: ['tom'] }] }, xavier)),
      refused('not-found', withdraw(elizabeth, { accessRequest: 'R' }, t1)),
      changes(['R-hundred'], associating([c], 'hundred')),
      changes([], submission({ associations: [{ users: ['xavier'], tenants: ['tom'] }] }, xavier)),
      changes([], associating([c], 'hundred')),
      refused('already-submitted', associating([c], 'tom')),
      changes(['R-tom'], withdraw(xavier, { accessRequest: 'R' }, t1)),
      asks(c, 'hundred', AR, t1, deny('pending')),
    ],
  },

  'refusals, in the order of SPEC 4.7': {
    'grant: each check hides all that come after it': inWorld(limited, [
      sentToBoth,
      knows('askable', 'classics'),
      refused('not-permitted', grant(elizabeth, 'nope', staleGrant, t1)),
      refused('not-found', grant(tomAdmin, 'nope', staleGrant, t1), grant(pooh, 'R-tom', staleGrant, t1)),
      refused('wrong-party', grant(actor(c, 'classics', 'answer'), 'R-tom', staleGrant, t1)),
      refused('requester-may-not-answer', grant(carolineAtTom, 'R-tom', staleGrant, t1)),
      refused('stale-revision', grant(tomAdmin, 'R-tom', staleGrant, t1)),
      refused('expires-too-soon', grant(tomAdmin, 'R-tom', { expiresAt: 0, ifRevision: 1 }, t1)),
      refused('not-grantable', grant(tomAdmin, 'R-tom', { expiresAt: t1 + 1, ifRevision: 1 }, t1)),
      knows('askable', 'classics', 'tom'),
      granted('R-tom', t1, t1 + 1),
      knows('askable', 'classics'),
      refused('stale-revision', grant(tomAdmin, 'R-tom', { expiresAt: null, ifRevision: 1 }, t1)),
      refused('not-pending', grant(tomAdmin, 'R-tom', { expiresAt: null, ifRevision: 2 }, t1)),
    ]),
    'grant: the expiry must be after now, and within maxGrant at the latest to the millisecond (SPEC 4.4)': inWorld(limited, [
      sentToBoth,
      refused('expiry-required', grant(tomAdmin, 'R-tom', { expiresAt: null }, t1)),
      refused('expires-too-soon', grant(tomAdmin, 'R-tom', { expiresAt: t1 }, t1), grant(tomAdmin, 'R-tom', { expiresAt: t1 - 1 }, t1)),
      refused('expires-too-late', grant(tomAdmin, 'R-tom', { expiresAt: t1 + 1_001 }, t1)),
      granted('R-tom', t1, t1 + 1_000),
      granted('R-hundred', t1, t1 + 1),
    ]),
    'setExpiry: only while the grant holds, after now, within maxGrant of the grant; the same instant again too': inWorld(limited, [
      sentToBoth,
      refused('not-permitted', setExpiry(elizabeth, 'nope', { expiresAt: 0, ...stale }, t1)),
      refused('not-found', setExpiry(pooh, 'R-tom', { expiresAt: 0, ...stale }, t1)),
      refused('wrong-party', setExpiry(answererOfClassics, 'R-tom', { expiresAt: 0, ...stale }, t1)),
      refused('requester-may-not-answer', setExpiry(carolineAtTom, 'R-tom', { expiresAt: 0, ...stale }, t1)),
      refused('stale-revision', setExpiry(tomAdmin, 'R-tom', { expiresAt: 0, ...stale }, t1)),
      refused('not-active', setExpiry(tomAdmin, 'R-tom', { expiresAt: 0 }, t1)),
      granted('R-tom', t1, t1 + 500),
      refused('expires-too-soon', setExpiry(tomAdmin, 'R-tom', { expiresAt: t1 + 100 }, t1 + 100)),
      // maxGrant counts from the grant, not from this command.
      refused('expires-too-late', setExpiry(tomAdmin, 'R-tom', { expiresAt: t1 + 1_001 }, t1 + 100)),
      changes(['R-tom'], setExpiry(tomAdmin, 'R-tom', { expiresAt: t1 + 500 }, t1 + 100)),
      changes(['R-tom'], setExpiry(tomAdmin, 'R-tom', { expiresAt: t1 + 1_000, ifRevision: 3 }, t1 + 499)),
      refused('not-active', setExpiry(tomAdmin, 'R-tom', { expiresAt: t9 }, t1 + 1_000)),
    ]),
    'reject: also by a member of the requesting tenant with an account there, because it only narrows (SPEC 2.4)': [
      sentToBoth,
      refused('not-permitted', reject(elizabeth, 'R-tom', stale, t1)),
      refused('not-found', reject(pooh, 'R-tom', stale, t1)),
      refused('wrong-party', reject(answererOfClassics, 'R-tom', stale, t1)),
      refused('stale-revision', reject(carolineAtTom, 'R-tom', { ifRevision: 2 }, t1)),
      changes(['R-tom'], reject(carolineAtTom, 'R-tom', { ifRevision: 1 }, t1)),
      refused('stale-revision', reject(tomAdmin, 'R-tom', stale, t1)),
      refused('not-pending', reject(tomAdmin, 'R-tom', {}, t1)),
    ],
    'revoke: by either party, each by its own permission, while the grant holds': [
      sentToBoth,
      refused('not-permitted', revoke(actor('t', 'tom'), 'nope', stale, t1)),
      refused('not-found', revoke(actor('t', 'tom', 'submit'), 'nope', stale, t1), revoke(pooh, 'R-tom', stale, t1)),
      refused('not-permitted', revoke(actor('t', 'tom', 'submit'), 'R-tom', stale, t1), revoke(answererOfClassics, 'R-tom', stale, t1)),
      refused('stale-revision', revoke(tomAdmin, 'R-tom', stale, t1)),
      refused('not-active', revoke(tomAdmin, 'R-tom', {}, t1)),
      granted('R-tom', t1, t1 + 10),
      granted('R-hundred', t1, t1 + 10),
      refused('not-active', revoke(elizabeth, 'R-tom', {}, t1 + 10)),
      changes(['R-tom'], revoke(elizabeth, 'R-tom', {}, t1 + 9)),
      refused('not-active', revoke(tomAdmin, 'R-tom', {}, t1 + 9)),
      changes(['R-hundred'], revoke(actor(c, 'hundred', 'answer'), 'R-hundred', {}, t1 + 9)),
    ],
    'withdraw: by the requester alone, one or all still pending': [
      sentToBoth,
      refused('not-permitted', withdraw(tomAdmin, { tenantRequest: 'R-tom', ...stale }, t1)),
      refused('not-permitted', withdraw(answererOfClassics, { accessRequest: 'nope' }, t1)),
      refused('wrong-party', withdraw(actor('t', 'tom', 'submit'), { tenantRequest: 'R-tom', ...stale }, t1)),
      refused('not-found', withdraw(xavier, { tenantRequest: 'R-tom', ...stale }, t1), withdraw(xavier, { accessRequest: 'R' }, t1)),
      refused('stale-revision', withdraw(elizabeth, { tenantRequest: 'R-tom', ifRevision: 2 }, t1)),
      changes(['R-tom'], withdraw(elizabeth, { tenantRequest: 'R-tom', ifRevision: 1 }, t1)),
      refused('stale-revision', withdraw(elizabeth, { tenantRequest: 'R-tom', ...stale }, t1)),
      refused('not-pending', withdraw(elizabeth, { tenantRequest: 'R-tom' }, t1)),
      changes(['R-hundred'], withdraw(elizabeth, { accessRequest: 'R' }, t1)),
      changes([], withdraw(elizabeth, { accessRequest: 'R' }, t1)),
    ],
    'stale is what is not the revision of the actor’s own party: a removal does not count for the tenant (SPEC 4.10)': [
      supportAccess,
      changes(['R-tom'], removeUser(elizabeth, c, t1)),
      refused('stale-revision', grant(tomAdmin, 'R-tom', { expiresAt: null, ifRevision: 2 }, t1), reject(tomAdmin, 'R-tom', stale, t1)),
      refused('stale-revision', withdraw(elizabeth, { tenantRequest: 'R-tom', ifRevision: 1 }, t1)),
      changes(['R-tom'], grant(tomAdmin, 'R-tom', { expiresAt: null, ifRevision: 1 }, t1)),
      refused('stale-revision', setExpiry(tomAdmin, 'R-tom', { expiresAt: t9, ifRevision: 3 }, t1)),
      changes(['R-tom'], setExpiry(tomAdmin, 'R-tom', { expiresAt: t9, ifRevision: 2 }, t1)),
      refused('stale-revision', revoke(tomAdmin, 'R-tom', { ifRevision: 4 }, t1), revoke(elizabeth, 'R-tom', { ifRevision: 3 }, t1)),
      changes(['R-tom'], revoke(elizabeth, 'R-tom', { ifRevision: 4 }, t1)),
    ],
    'with both permissions, each party still keeps to its own commands': [
      sentToBoth,
      refused('not-permitted', removeUser(answererOfClassics, c, t1), setExpiry(actor('n', 'x', 'submit'), 'nope', { expiresAt: t9 }, t1)),
      refused('wrong-party', grant(actor('e', 'classics', 'submit', 'answer'), 'R-tom', { expiresAt: t9 }, t1)),
      changes(['R-tom'], withdraw(actor('e', 'classics', 'submit', 'answer'), { tenantRequest: 'R-tom' }, t1)),
    ],
    ...each(
      [[], ['submit', 'answer'] as const],
      (permissions) => `an impersonating actor changes nothing, with ${permissions.length === 0 ? 'no' : 'any'} permission (SPEC 2.2)`,
      (permissions) => {
        const by = { ...tomAdmin, permissions, impersonating: inside }
        const commands = (id: string) => [
          grant(by, id, { expiresAt: t9 }, t1),
          reject(by, id, {}, t1),
          setExpiry(by, id, { expiresAt: t9 }, t1),
          revoke(by, id, {}, t1),
          withdraw(by, { tenantRequest: id }, t1),
        ]
        return [
          sentToBoth,
          refused('impersonating', ...commands('R-tom'), ...commands('nope')),
          refused('impersonating', withdraw(by, { accessRequest: 'R' }, t1), removeUser(by, c, t1)),
        ]
      },
    ),
    ...each(
      Object.keys(ENDS).filter((status) => status !== 'removed'),
      (status) => `what is ${status} takes no command (SPEC 4.1)`,
      (status) => [
        ...given({ A: [status, t1] }),
        refused('not-pending', grant(tomAdmin, 'A-tom', { expiresAt: null }, t1), reject(tomAdmin, 'A-tom', {}, t1)),
        refused('not-pending', withdraw(elizabeth, { tenantRequest: 'A-tom' }, t1)),
        refused('not-active', setExpiry(tomAdmin, 'A-tom', { expiresAt: t9 }, t1), revoke(tomAdmin, 'A-tom', {}, t1)),
        changes([], removeUser(elizabeth, c, t1)),
      ],
    ),
  },
}

const incoming = (id: string, requestingTenant: string, sentAt: number): IncomingRow => {
  return { id, requestingTenant, message: '', sentAt, status: 'pending', expiresAt: null, revision: 1 }
}
const { message } = SUPPORT_ACCESS
const firstIncoming: IncomingRow = { ...incoming('R-tom', 'classics', t0), message, status: 'expired', expiresAt: t9, revision: 3 }
const outgoing = (accessRequest: string, tenant: string, name: string, users: string[], status: Status, revision: number) => {
  return { id: `${accessRequest}-${tenant}`, tenant, accessRequest, name, users, status, revision }
}
const ofR = (tenant: string, status: Status, revision: number, ...users: string[]) =>
  outgoing('R', tenant, SUPPORT_ACCESS.name, users, status, revision)
const mine = (tenant: string, tenantRequest: string) => ({ tenant, requestingTenant: 'classics', tenantRequest })
const pendingIn = (tenant: string, tenantRequest: string) => ({ ...mine(tenant, tenantRequest), status: 'pending' }) as const
const grantedIn = (tenant: string, tenantRequest: string) => ({ ...mine(tenant, tenantRequest), status: 'granted' }) as const
const named = (by: Actor, id: string, name: string, tenant: string, at: number) =>
  changes([`${id}-${tenant}`], submit(by, { id, name, associations: [{ users: [by === xavier ? 'xavier' : c], tenants: [tenant] }] }, at))

/** Malformed commands of somebody at Tom Sawyer, and of somebody at the requesting tenant. */
const malformedCommands = (tom: Actor, vendor: Actor) => [
  ...['', 'a b', 'x'.repeat(129)].flatMap((id) => [
    grant(tom, id, { expiresAt: null }, t1),
    withdraw(vendor, { tenantRequest: id }, t1),
    withdraw(vendor, { accessRequest: id }, t1),
    removeUser(vendor, id, t1),
  ]),
  ...[{ message: 'x'.repeat(1001) }, { message: '\ud800' }, { ifRevision: 1.5 }, untyped({ actor: tomAdmin })].flatMap((input) => [
    grant(tom, 'R-tom', { expiresAt: null, ...input }, t1),
    reject(tom, 'R-tom', input, t1),
    revoke(tom, 'R-tom', input, t1),
  ]),
  ...[{}, { message: 'Welcome' }, untyped({ expiresAt: undefined })].map((input) => grant(tom, 'R-tom', input, t1)),
  ...[8_640_000_000_000_001, 1.5, Infinity, Number.NaN].flatMap((expiresAt) => [
    grant(tom, 'R-tom', { expiresAt }, t1),
    setExpiry(tom, 'R-tom', { expiresAt }, t1),
  ]),
  setExpiry(tom, 'R-tom', untyped({ expiresAt: null }), t1),
  setExpiry(tom, 'R-tom', untyped({ expiresAt: t9, actor: tomAdmin }), t1),
  withdraw(vendor, untyped({ tenantRequest: 'R-tom', actor: elizabeth }), t1),
  withdraw(vendor, untyped({ accessRequest: 'R', ifRevision: 1 }), t1),
]

/** What implementations with lists and parsed commands show and refuse as well. */
export const LISTING_SCENARIOS: Scenarios<ListingSubject> = {
  ...REQUIRED_MESSAGE_SCENARIOS,
  'the form of a command comes after the actor, and before the request (SPEC 3.5, 4.7, 4.8)': {
    'ids, messages, instants and revisions, and nothing beside them': inWorld(limited, [
      sentToBoth,
      malformed(['invalid'], ...malformedCommands(tomAdmin, elizabeth)),
      refused('impersonating', ...malformedCommands({ ...tomAdmin, impersonating: inside }, { ...elizabeth, impersonating: inside })),
      refused('not-permitted', ...malformedCommands({ ...tomAdmin, permissions: [] }, { ...elizabeth, permissions: [] })),
    ]),
    'messages of 1,000 code points, and the last instant': [
      supportAccess,
      changes(['R-tom'], grant(tomAdmin, 'R-tom', { message: 'x\n'.repeat(500), expiresAt: 8_640_000_000_000_000 }, t1)),
      changes(['R-tom'], revoke(tomAdmin, 'R-tom', { message: 'x\n'.repeat(500), ifRevision: 2 }, t1)),
    ],
  },

  'what each party sees (SPEC 6)': {
    'incoming: the tenant’s own, newest first, ties to the greater id, without name or users': [
      ...tomSetsExpiry,
      sent('Y', [c], ['tom'], t9),
      sent('X', ['xavier'], ['tom'], t9, xavier),
      sees('incoming', ['tom', undefined, t9], [incoming('Y-tom', 'classics', t9), incoming('X-tom', 'rival', t9), firstIncoming]),
      sees('incoming', ['tom', 'expired', t9], [firstIncoming]),
      sees('incoming', ['tom', 'granted', t9 - 1], [{ ...firstIncoming, status: 'granted' }]),
      sees('incoming', ['tom', 'granted', t9], []),
    ],
    'incoming: the revision counts what the tenant sees; only the end by a last removal is seen (SPEC 4.10)': [
      ...tomSetsExpiry,
      changes(['R-tom'], removeUser(elizabeth, c, t1 + 2)),
      sees('incoming', ['tom', undefined, t9], [firstIncoming]),
      changes(['R-hundred', 'R-tom'], removeUser(elizabeth, 'charlotte', t1 + 3)),
      sees('incoming', ['tom', undefined, t9], [{ ...firstIncoming, status: 'revoked', revision: 4 }]),
      sees('outgoing', ['classics', 'revoked', t9], [ofR('tom', 'revoked', 5)]),
    ],
    'outgoing: the requester’s own, newest first, ties to the greater id, each with its own name': [
      named(xavier, 'A', 'Rival', 'tom', t0),
      named(elizabeth, 'A', 'First', 'hundred', t0),
      named(elizabeth, 'B', 'e\u0301', 'tom', t0),
      named(elizabeth, 'C', 'Third', 'tom', t9),
      named(elizabeth, 'D', 'Fourth', 'hundred', t1),
      sees(
        'outgoing',
        ['classics', undefined, t9],
        [
          outgoing('C', 'tom', 'Third', [c], 'pending', 1),
          outgoing('D', 'hundred', 'Fourth', [c], 'pending', 1),
          outgoing('B', 'tom', '\u00e9', [c], 'pending', 1),
          outgoing('A', 'hundred', 'First', [c], 'pending', 1),
        ],
      ),
      sees('outgoing', ['rival', undefined, t9], [outgoing('A', 'tom', 'Rival', ['xavier'], 'pending', 1)]),
    ],
    'outgoing: with the users still named, and how each request stands': [
      ...tomGrants,
      changes(['R-tom'], removeUser(elizabeth, c, t1)),
      sees('outgoing', ['classics', undefined, t1], [ofR('tom', 'granted', 3, 'charlotte'), ofR('hundred', 'pending', 1, 'charlotte')]),
      sees('outgoing', ['classics', 'pending', t1], [ofR('hundred', 'pending', 1, 'charlotte')]),
      changes(['R-hundred', 'R-tom'], removeUser(elizabeth, 'charlotte', t9)),
      sees('outgoing', ['classics', undefined, t9], [ofR('tom', 'revoked', 4), ofR('hundred', 'withdrawn', 2)]),
      sees('outgoing', ['rival', undefined, t1], []),
    ],
    'my access: one row for each tenant, with the message and expiry of the deciding grant': [
      supportAccess,
      changes(['R-tom'], grant(tomAdmin, 'R-tom', { message: 'Welcome', expiresAt: t9 }, t1)),
      sent('S', ['charlotte'], ['tom'], t1),
      changes(['S-tom'], grant(tomAdmin, 'S-tom', { message: 'For longer', expiresAt: t12 }, t1)),
      // Both tenants were first asked at t0: the tie falls to the greater id.
      sees(
        'myAccess',
        ['charlotte', 'classics', undefined, t1],
        [
          { ...grantedIn('tom', 'S-tom'), message: 'For longer', grantedAt: t1, expiresAt: t12, renewalPending: false },
          pendingIn('hundred', 'R-hundred'),
        ],
      ),
      sees(
        'myAccess',
        [c, 'classics', 'granted', t1],
        [{ ...grantedIn('tom', 'R-tom'), message: 'Welcome', grantedAt: t1, expiresAt: t9, renewalPending: false }],
      ),
      sees('myAccess', [c, 'classics', 'granted', t9], []),
      sees('myAccess', [c, 'classics', 'expired', t9], [{ ...mine('tom', 'R-tom'), status: 'expired' }]),
      sent('V', [c], ['tom'], t1),
      sees(
        'myAccess',
        [c, 'classics', 'granted', t1],
        [{ ...grantedIn('tom', 'R-tom'), message: 'Welcome', grantedAt: t1, expiresAt: t9, renewalPending: true }],
      ),
      sees('myAccess', [c, 'classics', undefined, t9], [pendingIn('tom', 'V-tom')]),
      changes(['V-tom'], withdraw(elizabeth, { tenantRequest: 'V-tom' }, t1)),
      changes(['R-tom'], removeUser(elizabeth, c, t1)),
      sees('myAccess', [c, 'classics', undefined, t1], [{ ...mine('tom', 'V-tom'), status: 'withdrawn' }]),
      sees('myAccess', ['wickham', 'classics', undefined, t1], []),
      sent('T', [c], ['hundred'], t9),
      sent('U', [c], ['tom'], t11),
      sees('myAccess', [c, 'classics', undefined, t11], [pendingIn('hundred', 'T-hundred'), pendingIn('tom', 'U-tom')]),
      // Only requests of the user's own tenant (SPEC 6.3).
      sees('myAccess', [c, 'rival', undefined, t11], []),
    ],
  },
}
