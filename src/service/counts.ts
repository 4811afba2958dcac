/** How many rows of a list have each status, as of one instant (SPEC 6.8). */
import * as z from 'zod'
import { type Actor, checkPermission } from '../domain/actor.js'
import { throwIfRefused, unwrap } from '../domain/error.js'
import { read } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import { SESSION_STATUSES, type SessionStatus } from '../domain/session-views.js'
import { REQUEST_STATUSES, type RequestStatus, USER_STATUSES, type UserStatus } from '../domain/status.js'
import { parseActor } from './arguments.js'
import type { ServiceContext } from './context.js'
import { evaluatedSessions, evaluatedStatus, ROWS_PER_PAGE } from './session-list.js'

/** How many rows there are: exactly `count`, or more than that. */
export interface Count {
  /** The number of rows, at most 1,000. */
  readonly count: number
  /** Whether there are more than `count`. */
  readonly more: boolean
}

/** How many rows of a list have each status. */
export type Counts<Status extends string> = Readonly<Record<Status, Count>>

/** The lists that are counted, each with its statuses. */
export interface CountedLists {
  readonly incoming: RequestStatus
  readonly outgoing: RequestStatus
  /** Counts for a status the access requests of which some tenant has it. */
  readonly requests: RequestStatus
  readonly myAccess: UserStatus
  readonly sessions: SessionStatus
}

/** The most rows of a status that are counted exactly. */
const MOST = 1_000

type Counters = {
  readonly [List in keyof CountedLists]: (context: ServiceContext, actor: Actor, now: Instant) => Promise<Counts<CountedLists[List]>>
}
const COUNTERS: Counters = {
  incoming: countIncoming,
  outgoing: (context, actor, now) => countSent(context, actor, now, 'tenant-request'),
  requests: (context, actor, now) => countSent(context, actor, now, 'access-request'),
  myAccess: countMyAccess,
  sessions: countSessions,
}
/** The permission that a list needs; the others need none. */
const PERMISSIONS = { incoming: 'answer', outgoing: 'submit', requests: 'submit' } as const
const NAMES = Object.keys(COUNTERS) as [keyof CountedLists, ...(keyof CountedLists)[]]
const ListName = z.enum(NAMES, `must be one of ${NAMES.map((name) => `\`${name}\``).join(', ')}`)

/** The counts of the service. */
export function createCounts(context: ServiceContext) {
  return {
    async counts<List extends keyof CountedLists>(actor: Actor, list: List): Promise<Counts<CountedLists[List]>> {
      const by = parseActor(actor)
      const name = unwrap(read(ListName, list, 'list')) as List
      if (name in PERMISSIONS) throwIfRefused(checkPermission(by, PERMISSIONS[name as keyof typeof PERMISSIONS]))
      return COUNTERS[name](context, by, context.now())
    },
  }
}

async function countIncoming(context: ServiceContext, { tenant }: Actor, now: Instant): Promise<Counts<RequestStatus>> {
  const found = await context.withRepository((repository) => repository.countRequests({ tenant, now, limit: MOST + 1 }))
  return countsOf(REQUEST_STATUSES, (status) => found[status])
}

async function countSent(
  context: ServiceContext,
  { tenant: requestingTenant }: Actor,
  now: Instant,
  each: 'tenant-request' | 'access-request',
): Promise<Counts<RequestStatus>> {
  const query = { requestingTenant, each, now, limit: MOST + 1 }
  const found = await context.withRepository((repository) => repository.countRequests(query))
  return countsOf(REQUEST_STATUSES, (status) => found[status])
}

/** Counts the tenants of the actor's own access by status. */
async function countMyAccess(context: ServiceContext, actor: Actor, now: Instant): Promise<Counts<UserStatus>> {
  const query = { requestingTenant: actor.tenant, user: actor.user, now, limit: MOST + 1 }
  const found = await context.withRepository((repository) => repository.countMyAccess(query))
  return countsOf(USER_STATUSES, (status) => found[status])
}

/**
 * Counts the sessions that the actor may see by status.
 * Those that can be live are few, so they are read by themselves: the ended ones may go back for years.
 */
async function countSessions(context: ServiceContext, actor: Actor, now: Instant): Promise<Counts<SessionStatus>> {
  const numberOf = async (status: SessionStatus): Promise<number> => {
    let found = 0
    const query = { now, liveOnly: status === 'live', limit: ROWS_PER_PAGE }
    for await (const rows of evaluatedSessions(context, actor, query)) {
      found += rows.filter((row) => evaluatedStatus(row) === status).length
      if (found > MOST) break
    }
    return found
  }
  const found = { live: await numberOf('live'), ended: await numberOf('ended') }
  return countsOf(SESSION_STATUSES, (status) => found[status])
}

/** Returns the counts of numbers that may be beyond `MOST`. */
function countsOf<Status extends string>(statuses: readonly Status[], numberOf: (status: Status) => number): Counts<Status> {
  const entries = statuses.map((status) => [status, { count: Math.min(numberOf(status), MOST), more: numberOf(status) > MOST }] as const)
  return Object.fromEntries(entries) as Record<Status, Count>
}
