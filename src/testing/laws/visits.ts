/** Visits: the sessions of a scene, each start and end of one as a change ready to be saved (SPEC §7). */
import type { SessionHash } from '../../domain/event.js'
import type { TenantId, TenantRequestId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { Allowed } from '../../domain/question.js'
import { endSession, type Over, startSession } from '../../domain/session.js'
import { begin, finish, type OpenSession } from '../../domain/session-state.js'
import type { SessionChange } from '../../repository.js'
import { must } from './verbs.js'

/** Who enters which tenant, from when until when at most: by the grants in `grantedBy`, or by the legacy tool where there are none. */
export interface Visit {
  readonly user: UserId
  readonly by: TenantId
  readonly tenant: TenantId
  readonly grantedBy: readonly TenantRequestId[]
  readonly at: Instant
  readonly endsAt: Instant
  readonly reason: string
  readonly hash: SessionHash
}

/** What the start of the visit would save. */
export function starting(
  { user, by, tenant, grantedBy, at, endsAt, reason, hash }: Visit,
  newId: () => string,
): SessionChange & { readonly session: OpenSession } {
  const [first, ...more] = grantedBy
  const decision: Allowed =
    first === undefined
      ? { allowed: true, reason: 'legacy-permitted' }
      : { allowed: true, reason: 'granted', grantedBy: [first, ...more], changesAt: null }
  const method = first === undefined ? 'legacy-support' : 'access-request'
  const actor = { user, tenant: by, permissions: [], impersonating: null }
  const context = { actor, now: at, newId, hash, decision, policy: { sessionCap: endsAt - at } }
  const event = must(startSession({ tenant, method, reason }, context))
  return { session: begin(event), event }
}

/** What the end of the session would save. */
export function ending(session: OpenSession, over: Over, newId: () => string): SessionChange {
  const event = endSession(session, over, newId)
  return { session: finish(session, event), event }
}

/** Every way for a session to be over: its user left, its end came, or access ended before that (SPEC 7.2). */
export function endingsOf({ startedAt, endsAt }: OpenSession): readonly Over[] {
  return [
    { at: startedAt + 100, cause: 'left' },
    { at: startedAt + 100, cause: 'cut' },
    { at: endsAt, cause: 'expired' },
  ]
}

/** Unique hashes in no order, the same in every run. */
export function hashSource(): () => SessionHash {
  let count = 0
  return () => {
    count += 1
    return Array.from({ length: 8 }, (_, part) => word(count * 8 + part)).join('')
  }
}

// One to one over 32 bits, so that no two counts give the same hash.
function word(seed: number): string {
  let bits = Math.imul(seed, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 15), 0x9e3779b1)
  return ((bits ^ (bits >>> 13)) >>> 0).toString(16).padStart(8, '0')
}
