/** Sessions as tables, for the pure functions and the service: who starts one, how long, and what ends it (SPEC §7). */
import { decide } from '../../src/decision.js'
import type { Actor } from '../../src/domain/actor.js'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import type { Instant } from '../../src/domain/instant.js'
import type { SessionEnding } from '../../src/domain/session.js'
import type { RequestFacts } from '../../src/domain/status.js'
import { CLASSICS, caroline, HUNDRED, T0, TOM } from '../story/cast.js'
import { endedFacts, grantFacts as grant, pendingFacts, removedFacts, revokedFacts } from './requests.js'

/** Each session is Caroline's in Tom Sawyer's tenant, from `START` until `END` at the latest, by a cap of one second. */
export const START = T0 + 1000
export const END = T0 + 2000

export const inside = (actor: Actor, tenant: string, method: AccessMethod = 'access-request'): Actor => ({
  ...actor,
  impersonating: { tenant, method },
})
const carolineOfTom = { ...caroline, tenant: TOM }

/** Actors who start a session by an access request, or enter one: what each is refused with (SPEC 4.7, 7.3). */
export const ACTORS: Readonly<Record<string, { actor: Actor; start?: string; enter?: string }>> = {
  'outside any tenant': { actor: caroline },
  'inside it by the same method': { actor: inside(caroline, TOM), start: 'impersonating' },
  'inside it by another method': { actor: inside(caroline, TOM, 'legacy-support'), start: 'impersonating', enter: 'impersonating' },
  'inside another tenant': { actor: inside(caroline, HUNDRED), start: 'impersonating', enter: 'impersonating' },
  'in their own tenant': { actor: carolineOfTom, start: 'own-tenant', enter: 'own-tenant' },
  'in their own tenant, from inside it': { actor: inside(carolineOfTom, TOM), start: 'impersonating', enter: 'own-tenant' },
  'in their own tenant, from inside another': { actor: inside(carolineOfTom, CLASSICS), start: 'impersonating', enter: 'own-tenant' },
}

/** A start by an access request, unless another method is given. */
interface StartCase {
  readonly method?: AccessMethod
  readonly facts: readonly RequestFacts[]
  readonly endsAt: Instant
  readonly grantedBy: readonly string[]
}

/** The latest end of a session, by the facts at its start (SPEC 7.1). */
export const STARTS: Readonly<Record<string, StartCase>> = {
  'the cap, if access has no end': { facts: [grant('r', 0)], endsAt: END, grantedBy: ['r'] },
  'the cap, if access is longer by 1 ms': { facts: [grant('r', 0, END + 1)], endsAt: END, grantedBy: ['r'] },
  'both, if they end at the same instant': { facts: [grant('r', 0, END)], endsAt: END, grantedBy: ['r'] },
  'access, if it is shorter by 1 ms': { facts: [grant('r', 0, END - 1)], endsAt: END - 1, grantedBy: ['r'] },
  'access, if it ends in 1 ms': { facts: [grant('r', 0, START + 1)], endsAt: START + 1, grantedBy: ['r'] },
  'the last of its grants': { facts: [grant('a', 0, T0 + 1010), grant('b', START, T0 + 1020)], endsAt: T0 + 1020, grantedBy: ['b', 'a'] },
  'its grant, by a legacy method too': { method: 'legacy-support', facts: [grant('r', 0, T0 + 1010)], endsAt: T0 + 1010, grantedBy: ['r'] },
  'the cap, if the legacy rule allows it': { method: 'legacy-configure', facts: [], endsAt: END, grantedBy: [] },
}

/** A session, the facts since, and its end. */
interface EndCase {
  /** The facts at the start: an endless grant, or none for a legacy method, by default. */
  readonly startedOn?: readonly RequestFacts[]
  readonly facts: readonly RequestFacts[]
  /** The first grant of the tenant, by default the first in `facts`. */
  readonly governedSince?: Instant
  /** The answer of the legacy rule after the start; true by default. */
  readonly legacy?: boolean
  /** Instants at which the session is live: the start and 1 ms before its end, by default if none is `denied`. */
  readonly live?: readonly Instant[]
  /** Instants before the end at which the decision already denies: revocations, removals and recorded expiries count at every instant (SPEC 4.2). */
  readonly denied?: readonly Instant[]
  readonly ends: SessionEnding
}

export const lost = (at: Instant): SessionEnding => ({ at, cause: 'access-lost' })
export const expired = (at: Instant): SessionEnding => ({ at, cause: 'expired' })
const revoked = (id: string, grantedAt: Instant, endedAt: Instant, expiresAt: Instant | null = null) =>
  ({ ...revokedFacts(id, grantedAt, endedAt), expiresAt }) as RequestFacts
const recorded = (facts: RequestFacts) => ({ ...facts, state: 'expired' }) as RequestFacts
const removed = (user: string, other: string, facts = grant('r', 0)) =>
  ({ ...facts, users: [other], removed: [{ user, at: T0 + 1010 }] }) as RequestFacts
const short = [grant('r', 0, T0 + 1100)]

/** What ends a session that a grant allowed. */
const BY_GRANT: Readonly<Record<string, EndCase>> = {
  'its own end, if access has none': { facts: [grant('r', 0)], ends: expired(END) },
  'its own end, if access ends then': { startedOn: short, facts: short, ends: expired(T0 + 1100) },
  'its own end, if access ends then, recorded': {
    startedOn: short,
    facts: short.map(recorded),
    denied: [START, T0 + 1099],
    ends: expired(T0 + 1100),
  },
  'its own end, if its grant is prolonged': { startedOn: short, facts: [grant('r', 0)], ends: expired(T0 + 1100) },
  'its own end, if another grant follows': { startedOn: short, facts: [...short, grant('s', T0 + 1050)], ends: expired(T0 + 1100) },
  'its own end, if another user is removed': { facts: [removed('charlotte', 'caroline')], ends: expired(END) },
  'a shortened expiry': { facts: [grant('r', 0, T0 + 1010)], ends: lost(T0 + 1010) },
  'a shortened expiry, recorded': { facts: [recorded(grant('r', 0, T0 + 1010))], denied: [START, T0 + 1009], ends: lost(T0 + 1010) },
  'a revocation': { facts: [revoked('r', 0, T0 + 1010)], denied: [START, T0 + 1009], ends: lost(T0 + 1010) },
  'a revocation before the expiry': { facts: [revoked('r', 0, T0 + 1010, T0 + 1020)], denied: [T0 + 1009], ends: lost(T0 + 1010) },
  'the expiry, if a revocation follows': { facts: [revoked('r', 0, T0 + 1020, T0 + 1010)], denied: [T0 + 1009], ends: lost(T0 + 1010) },
  'a revocation, despite a later grant': {
    facts: [revoked('r', 0, T0 + 1010), grant('s', T0 + 1012)],
    denied: [T0 + 1009],
    ends: lost(T0 + 1010),
  },
  'the removal of its user': { facts: [removed('caroline', 'charlotte')], denied: [START, T0 + 1009], ends: lost(T0 + 1010) },
  'its start, if its grant was revoked then': { facts: [revoked('r', 0, START)], ends: lost(START) },
  'its start, if its grant was revoked before': { facts: [revoked('r', 0, START - 5)], ends: lost(START) },
  'its start, if its grant expired then': { facts: [grant('r', 0, START)], ends: lost(START) },
  'its start, if its requests were purged': { facts: [], governedSince: 0, ends: lost(START) },
  'its start, if no request left has a grant': {
    facts: [pendingFacts('p'), endedFacts('e', 'rejected', T0 + 1001), removedFacts('g', T0 + 1001)],
    governedSince: 0,
    ends: lost(START),
  },
  'the end of a grant that starts when the first ends': {
    facts: [grant('a', 0, T0 + 1010), grant('b', T0 + 1010, T0 + 1020)],
    live: [START, T0 + 1009, T0 + 1010, T0 + 1019],
    ends: lost(T0 + 1020),
  },
  'a gap of 1 ms between grants': { facts: [grant('a', 0, T0 + 1010), grant('b', T0 + 1011, T0 + 1020)], ends: lost(T0 + 1010) },
  'the end of a grant that was made before another was revoked': {
    facts: [revoked('a', 0, T0 + 1010), grant('b', T0 + 1005, T0 + 1020)],
    denied: [START, T0 + 1004],
    live: [T0 + 1005, T0 + 1010, T0 + 1019],
    ends: lost(T0 + 1020),
  },
  'the end of a chain of grants': {
    facts: [
      grant('c', T0 + 1020, T0 + 1030),
      grant('a', 0, T0 + 1010),
      grant('within', T0 + 1001, T0 + 1002),
      grant('b', T0 + 1010, T0 + 1020),
    ],
    ends: lost(T0 + 1030),
  },
  'a gap that an empty grant and one without its user do not close': {
    facts: [
      grant('a', 0, T0 + 1010),
      revoked('b', T0 + 1010, T0 + 1010),
      removed('caroline', 'charlotte', grant('c', T0 + 1010)),
      grant('d', T0 + 1011),
    ],
    ends: lost(T0 + 1010),
  },
  'its own end, if the clock steps back before its start, but not before its grant': {
    startedOn: [grant('r', T0 + 900)],
    facts: [grant('r', T0 + 900)],
    live: [T0 + 900, START - 1],
    denied: [T0 + 899],
    ends: expired(END),
  },
}

/** What ends a session by a legacy method, which no grant allowed unless `startedOn` has one. */
const BY_RULE: Readonly<Record<string, EndCase>> = {
  'its own end, if the rule allows': { facts: [], ends: expired(END) },
  'its own end, if a request is pending': { facts: [pendingFacts('p')], ends: expired(END) },
  // The instant of the refusal is unknown, so the session ends at each check, and is live again once the rule allows.
  'its own end, if the rule refuses meanwhile': { facts: [], legacy: false, denied: [START - 7, START, END - 1], ends: expired(END) },
  'the first grant of the tenant': { facts: [], governedSince: T0 + 1005, denied: [START, T0 + 1004], ends: lost(T0 + 1005) },
  'the first grant, if it was revoked at once': { facts: [revoked('r', T0 + 1005, T0 + 1005)], denied: [T0 + 1004], ends: lost(T0 + 1005) },
  'the first grant, if a later one names its user': {
    facts: [grant('r', T0 + 1008)],
    governedSince: T0 + 1005,
    denied: [T0 + 1004],
    ends: lost(T0 + 1005),
  },
  'the end of the first grant, if that names its user': {
    facts: [grant('r', T0 + 1005, T0 + 1010)],
    denied: [T0 + 1004],
    live: [T0 + 1005, T0 + 1009],
    ends: lost(T0 + 1010),
  },
  'the revocation of the first grant, if that names its user': {
    facts: [revoked('r', T0 + 1005, T0 + 1008)],
    denied: [T0 + 1007],
    ends: lost(T0 + 1008),
  },
  'the end of the grants that follow the first without a gap': {
    facts: [grant('b', T0 + 1010, T0 + 1020), grant('a', T0 + 1005, T0 + 1010), grant('c', T0 + 1021)],
    denied: [T0 + 1004],
    live: [T0 + 1005, T0 + 1019],
    ends: lost(T0 + 1020),
  },
  'the end of a grant that was made at its start': { facts: [grant('r', START, T0 + 1010)], ends: lost(T0 + 1010) },
  'a gap after a grant that was made at its start': { facts: [grant('r', START, T0 + 1010), grant('s', T0 + 1012)], ends: lost(T0 + 1010) },
  'its start, if the tenant was governed then': { facts: [], governedSince: START, ends: lost(START) },
  'its start, if the tenant was governed before': { facts: [], governedSince: START - 1, ends: lost(START) },
  'its start, if a grant to its user ended before': { facts: [grant('r', 0, START)], ends: lost(START) },
  'its start, if its grant and `governed` were lost': { startedOn: [grant('r', 0)], facts: [], ends: lost(START) },
}

/** What ends a session, and when, with the answer as of each instant: an ending, or `undefined` while it is live (SPEC 7.2, 7.3). */
export const ENDS = [
  ...Object.entries(BY_GRANT).map(([what, of]) => resolve(`by a grant ends at ${what}`, 'access-request', [grant('r', 0)], of)),
  ...Object.entries(BY_RULE).map(([what, of]) => resolve(`by the legacy rule ends at ${what}`, 'legacy-support', [], of)),
]

function resolve(what: string, method: AccessMethod, usualStart: readonly RequestFacts[], of: EndCase) {
  const { startedOn = usualStart, governedSince = firstGrant(of.facts), legacy = true, denied = [], ends } = of
  const facts = { ...factsOfTom(of.facts), governed: governedSince !== null }
  const usual = denied.length > 0 ? [] : [START, ends.at - 1].filter((now) => now >= START && now < ends.at)
  const after = [ends.at, ends.at + 1, END - 1, END, END + 1].filter((now) => now >= ends.at)
  const answers = [
    ...(of.live ?? usual).map((now) => ({ now, ending: undefined })),
    // When access was lost is not known yet.
    ...denied.map((now) => ({ now, ending: lost(Math.max(now, START)) })),
    ...after.map((now) => ({ now, ending: ends })),
  ].map((one) => ({ ...one, decision: decide('caroline', TOM, method, one.now, facts, { legacy: () => legacy }) }))
  return { what, method, startedOn: factsOfTom(startedOn), facts, governedSince, legacy, answers, ends }
}

function firstGrant(requests: readonly RequestFacts[]): Instant | null {
  const grants = requests.flatMap((request) => ('grantedAt' in request ? [request.grantedAt] : []))
  return grants.length === 0 ? null : Math.min(...grants)
}

export function factsOfTom(requests: readonly RequestFacts[]): TenantFacts {
  return { tenant: TOM, governed: firstGrant(requests) !== null, requests }
}
