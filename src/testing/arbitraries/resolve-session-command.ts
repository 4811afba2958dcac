/** Resolves a logged session command to an instant, a session, an actor and input values. */
import type { Actor } from '../../domain/actor.js'
import type { AccessMethod } from '../../domain/decision-types.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { Login } from '../../domain/login.js'
import type { LiveSession } from '../../domain/session-views.js'
import { PEOPLE, type People } from './people.js'
import type { SentRequest } from './sent-request.js'
import type { LoggedSessionCommand, SessionEnder } from './session-log.js'

/** The fields of a started session that `resolveSessionCommand` needs; a `LiveSession` has them. */
export type StartedSession = Pick<LiveSession, 'id' | 'hash' | 'user' | 'requestingTenant' | 'tenant' | 'method' | 'endsAt'>

/** The clock, sessions and requests at a point of a session log. */
export interface SessionContext {
  /** The clock, in milliseconds. */
  readonly now: Instant
  /** The sessions started so far, oldest first, including ended ones. */
  readonly sessions: readonly StartedSession[]
  /** The requests sent so far, in their current state; none by default. */
  readonly requests?: readonly SentRequest[] | undefined
}

/** A service call: `verb` is the method, `at` the clock in milliseconds. Any part can be malformed. */
export type SessionCommand = { readonly at: Instant } & (
  | {
      readonly verb: 'startImpersonation'
      readonly actor: Actor
      readonly input: { readonly tenant: TenantId; readonly method: AccessMethod; readonly reason?: string }
    }
  /** `session` is the id; for `endSession` the public hash. */
  | { readonly verb: 'checkImpersonation' | 'endImpersonation' | 'endSession'; readonly actor: Actor; readonly session: string }
  | { readonly verb: 'resume'; readonly login: Login }
)

const NOWHERE = 'nowhere'
const NO_HASH = '0'.repeat(64)
const NOBODY = 'nobody'

/**
 * Returns the service call of a logged session command; `people` must be those of the log.
 * If no session was started, the command names a session that does not exist.
 * @example
 * ```ts
 * import { resolveSessionCommand, sessionLog } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * const [logged] = fc.sample(sessionLog({ length: 1 }), 1).flat()
 * if (logged) console.log(resolveSessionCommand(logged, { now: 0, sessions: [], requests: [] }).verb === logged.verb) // true
 * ```
 */
export function resolveSessionCommand(logged: LoggedSessionCommand, context: SessionContext, people: People = PEOPLE): SessionCommand {
  const { now, sessions } = context
  const { move, pick } = logged
  const session = sessions.at(-1 - (pick % Math.max(sessions.length, 1)))
  // The clock does not move back to an end that has passed.
  const at = move.to === 'now' ? now + move.by : Math.max(now, (session?.endsAt ?? now) + move.off)
  return logged.verb === 'startImpersonation' ? startCall(logged, at, context, people) : useCall(logged, at, session ?? NONE, people)
}

const NONE: StartedSession = {
  id: NOWHERE,
  hash: NO_HASH,
  user: NOBODY,
  requestingTenant: NOWHERE,
  tenant: NOWHERE,
  method: 'legacy-support',
  endsAt: 0,
}

function startCall(
  logged: Extract<LoggedSessionCommand, { verb: 'startImpersonation' }>,
  at: Instant,
  { requests = [] }: SessionContext,
  people: People,
): SessionCommand {
  const { verb, flaws, who, pick, fitting, method, reason } = logged
  const grants = fitting ? requests.filter(({ state, users }) => state === 'granted' && users.length > 0) : []
  const grant = grants.at(-1 - (pick % Math.max(grants.length, 1)))
  const requester = grant?.requestingTenant ?? logged.requester
  const user = grant && !flaws.includes('stranger') ? userAt(grant.users, who) : userAt(people.get(requester) ?? [], who)
  const elsewhere = logged.tenant === requester ? ([...people.keys()].find((one) => one !== requester) ?? NOWHERE) : logged.tenant
  const wanted = flaws.includes('unknown') ? NOWHERE : (grant?.tenant ?? elsewhere)
  const actor = sessionActorOf(logged, user, requester, flaws.includes('impersonating') ? { tenant: NOWHERE, method } : null)
  const input = { tenant: flaws.includes('own-tenant') ? requester : wanted, method, ...(reason !== undefined && { reason }) }
  if (!flaws.includes('malformed')) return { at, verb, actor, input }
  const malformed = [
    { tenant: 'tom sawyer' },
    { method: 'root' as AccessMethod },
    { reason: 'x'.repeat(1001) },
    { reason: '\ud800' },
    { actor },
  ]
  return { at, verb, actor, input: { ...input, ...malformed[pick % malformed.length] } }
}

function useCall(
  logged: Exclude<LoggedSessionCommand, { verb: 'startImpersonation' }>,
  at: Instant,
  session: StartedSession,
  people: People,
): SessionCommand {
  const { verb, flaws, who, pick, inside, by } = logged
  const { tenant, method, requestingTenant } = session
  const there = inside && by === 'user' ? { tenant, method } : null
  const impersonating = flaws.includes('impersonating') ? { tenant: requestingTenant, method } : there
  const chosenUser = flaws.includes('stranger') ? strangerTo(session, who, people) : enderOf(by, session, who, people)
  const own = flaws.includes('own-tenant') ? { ...chosenUser, tenant } : chosenUser
  const actor = sessionActorOf(logged, own.user, own.tenant, impersonating)
  const isMalformed = flaws.includes('malformed')
  if (verb === 'resume') {
    const login = { ...own, permissions: actor.permissions, session: flaws.includes('unknown') ? NOWHERE : session.id, impersonating }
    const malformed = [{ session: 7 }, { permissions: undefined }, { impersonating: NOWHERE }][pick % 3]
    return { at, verb, login: isMalformed ? ({ ...login, ...malformed } as unknown as Login) : login }
  }
  if (isMalformed) return { at, verb, actor, session: ['', 'a b', 'x'.repeat(129)][pick % 3] ?? '' }
  const [known, unknown] = verb === 'endSession' ? [session.hash, NO_HASH] : [session.id, NOWHERE]
  return { at, verb, actor, session: flaws.includes('unknown') ? unknown : known }
}

/** Returns any user except the one who started the session. */
function strangerTo(session: StartedSession, who: number, people: People) {
  const others = [...people]
    .flatMap(([tenant, users]) => users.map((user) => ({ user, tenant })))
    .filter(({ user }) => user !== session.user)
  return others[who % Math.max(others.length, 1)] ?? { user: NOBODY, tenant: NOWHERE }
}

function enderOf(by: SessionEnder, { user, requestingTenant, tenant }: StartedSession, who: number, people: People) {
  if (by === 'user') return { user, tenant: requestingTenant }
  const own = by === 'tenant' ? tenant : requestingTenant
  return { user: userAt(people.get(own) ?? [], who), tenant: own }
}

function sessionActorOf(logged: LoggedSessionCommand, user: UserId, tenant: TenantId, impersonating: Actor['impersonating']): Actor {
  const { flaws, who, pick } = logged
  const by = 'by' in logged ? logged.by : 'user'
  // Users of sessions need no permission, only a decision that allows it (SPEC 7.1). A party needs its own side's (SPEC 7.7).
  const needed: Actor['permissions'] = by === 'tenant' ? ['answer'] : ['submit']
  const actor: Actor = { user, tenant, permissions: by !== 'user' || who % 2 > 0 ? needed : [], impersonating }
  if (!flaws.includes('malformed') || pick % 2 > 0) return actor
  // A host that omitted the required key `impersonating` (SPEC 2.1).
  return { user, tenant, permissions: actor.permissions } as unknown as Actor
}

function userAt(users: readonly UserId[], who: number): UserId {
  return users[who % Math.max(users.length, 1)] ?? NOBODY
}
