/** A logged visit made real: when it is, which session it is about, who gives it, and with what values. */
import type { Actor } from '../../domain/actor.js'
import type { AccessMethod } from '../../domain/decision-types.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { LiveSession } from '../../domain/session-views.js'
import { PEOPLE, type People } from './command-log.js'
import type { SentRequest } from './resolve-command.js'
import type { LoggedSessionCommand } from './session-log.js'

/** What resolving needs to know of a session that was started; what its user was given is one itself. */
export type StartedSession = Pick<LiveSession, 'id' | 'user' | 'requestingTenant' | 'tenant' | 'method' | 'endsAt'>

/** Where a log of sessions stands. */
export interface SessionContext {
  /** The clock, in milliseconds. */
  readonly now: Instant
  /** The sessions started so far, oldest first, those that are over too. */
  readonly sessions: readonly StartedSession[]
  /** The requests sent so far, as they are now; none where absent. */
  readonly requests?: readonly SentRequest[] | undefined
}

/** A visit's command as it is given to a service, `verb` the service's method, `at` the clock in milliseconds; any part may be malformed. */
export type SessionCommand = { readonly at: Instant } & (
  | {
      readonly verb: 'startImpersonation'
      readonly actor: Actor
      readonly input: { readonly tenant: TenantId; readonly method: AccessMethod; readonly reason?: string }
    }
  | { readonly verb: 'checkImpersonation' | 'endImpersonation'; readonly actor: Actor; readonly session: string }
)

const NOWHERE = 'nowhere'
const NOBODY = 'nobody'

/** The command, about one of the sessions started so far; `people` as the log was made with. Where none was, it is about none that exists. */
export function resolveSessionCommand(logged: LoggedSessionCommand, ground: SessionContext, people: People = PEOPLE): SessionCommand {
  const { now, sessions } = ground
  const { move, pick } = logged
  const session = sessions.at(-1 - (pick % Math.max(sessions.length, 1)))
  // To an end that has passed the clock does not go back.
  const at = move.to === 'now' ? now + move.by : Math.max(now, (session?.endsAt ?? now) + move.off)
  return logged.verb === 'startImpersonation' ? entering(logged, at, ground, people) : using(logged, at, session ?? NONE, people)
}

const NONE: StartedSession = { id: NOWHERE, user: NOBODY, requestingTenant: NOWHERE, tenant: NOWHERE, method: 'legacy-support', endsAt: 0 }

function entering(
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

function using(
  logged: Exclude<LoggedSessionCommand, { verb: 'startImpersonation' }>,
  at: Instant,
  session: StartedSession,
  people: People,
): SessionCommand {
  const { verb, flaws, who, pick, inside } = logged
  const { tenant, method, requestingTenant } = session
  const there = inside ? { tenant, method } : null
  const impersonating = flaws.includes('impersonating') ? { tenant: requestingTenant, method } : there
  // A colleague or somebody of another tenant: anybody but the one who started it.
  const others = [...people]
    .flatMap(([tenant, users]) => users.map((user) => ({ user, tenant })))
    .filter(({ user }) => user !== session.user)
  const stranger = others[who % Math.max(others.length, 1)] ?? { user: NOBODY, tenant: NOWHERE }
  const somebody = flaws.includes('stranger') ? stranger : { user: session.user, tenant: requestingTenant }
  const own = flaws.includes('own-tenant') ? { ...somebody, tenant } : somebody
  const actor = sessionActorOf(logged, own.user, own.tenant, impersonating)
  const id = flaws.includes('unknown') ? NOWHERE : session.id
  return { at, verb, actor, session: flaws.includes('malformed') ? (['', 'a b', 'x'.repeat(129)][pick % 3] ?? '') : id }
}

function sessionActorOf(
  { flaws, who, pick }: LoggedSessionCommand,
  user: UserId,
  tenant: TenantId,
  impersonating: Actor['impersonating'],
): Actor {
  // Nobody needs a permission to enter: the decision is what lets him in (SPEC 7.1).
  const actor: Actor = { user, tenant, permissions: who % 2 > 0 ? ['submit'] : [], impersonating }
  if (!flaws.includes('malformed') || pick % 2 > 0) return actor
  // A host that forgot to say whether the person is impersonating (SPEC 2.1).
  return { user, tenant, permissions: actor.permissions } as unknown as Actor
}

function userAt(users: readonly UserId[], who: number): UserId {
  return users[who % Math.max(users.length, 1)] ?? NOBODY
}
