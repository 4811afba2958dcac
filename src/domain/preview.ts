/** Previews: what a submission or a grant would meet, without doing it (SPEC 6.11). */
import { type Actor, checkPermission } from './actor.js'
import { checkIsTenant, checkPending, eventInstant } from './command-checks.js'
import { compareIds, type TenantId, type TenantRequestId, type UserId } from './ids.js'
import { type Instant, MAX_INSTANT } from './instant.js'
import { latestExpiry, type Policy } from './policy.js'
import type { Refusal } from './refusal.js'
import { type RequestFacts, requestsOfUser, statusAt, type UserStatus } from './status.js'
import type { TenantRequest } from './tenant-request-state.js'
import { userStatusAt } from './user-status.js'

/** A user whom a submission would name for one tenant, by the requests of the user's own tenant alone. */
export interface UserPreview {
  /** The user. */
  readonly user: UserId
  /** The user's status in the tenant now; `not-associated` without any request (SPEC 5.4). */
  readonly status: UserStatus | 'not-associated'
  /** The tenant requests that are pending there and name the user already, ordered by id. */
  readonly pending: readonly TenantRequestId[]
}

/** What a submission would meet in one tenant, by the sender's own requests alone (SPEC 6.11). */
export interface TenantPreview {
  /** The tenant. */
  readonly tenant: TenantId
  /** The users whom the tenant would be asked about, ordered by id. */
  readonly users: readonly UserPreview[]
  /**
   * `closed` if a request of the sender's tenant was ever granted there.
   *
   * That closed the legacy tool for good.
   * `not-told` says neither that it is open nor that it is closed: another vendor's grant may have closed it.
   */
  readonly legacy: 'closed' | 'not-told'
  /**
   * Whether the sender's tenant has the most open requests there already.
   *
   * Then `submit` refuses the tenant with `too-many-open` (SPEC 3.4a).
   */
  readonly tooManyOpen: boolean
}

/** What a submission would meet (SPEC 6.11). */
export interface SubmissionPreview {
  /**
   * Whether its `id` was sent with this content.
   *
   * Then `submit` returns that request, and sends nothing (SPEC 3.9).
   */
  readonly alreadySent: boolean
  /** One for each distinct tenant, ordered by id. */
  readonly tenants: readonly TenantPreview[]
}

/**
 * What granting a pending request would mean for its tenant (SPEC 6.11).
 *
 * It shows no users, not their number, and not whether the request can be granted: the directory's members are not asked.
 */
export type AnswerPreview = {
  /** Whether it would be the tenant's first grant: that closes the legacy tool there, for good. */
  readonly closesLegacy: boolean
} & (
  | { readonly mustExpire: false; readonly latestExpiry: null }
  | {
      /** Whether a grant must have an `expiresAt` (SPEC 4.4). */
      readonly mustExpire: true
      /** The latest `expiresAt` of a grant now, in milliseconds. */
      readonly latestExpiry: Instant
    }
)

/** Returns where a user stands in a tenant at `now`, from the facts about the user there. */
export function userPreview(user: UserId, requests: readonly RequestFacts[], now: Instant): UserPreview {
  const own = requestsOfUser(user, requests)
  const pending = own.filter(({ request, removedAt }) => removedAt === null && statusAt(request, now) === 'pending')
  return { user, status: userStatusAt(own, now), pending: pending.map(({ request }) => request.id).sort(compareIds) }
}

/** Refuses everybody but the tenant asked, and a request that is not pending. */
export function checkPreviewable(request: TenantRequest, actor: Actor, now: Instant): Refusal | undefined {
  return checkPermission(actor, 'answer') ?? checkIsTenant(request, actor) ?? checkPending(request, { now })
}

/** Returns what granting the request at `now` would mean for its tenant, which is `governed` or not. */
export function answerPreview(
  request: TenantRequest,
  { now, governed, policy }: { readonly now: Instant; readonly governed: boolean; readonly policy: Pick<Policy, 'maxGrant'> },
): AnswerPreview {
  const latest = latestExpiry(policy, eventInstant(request, { now }))
  const closesLegacy = !governed
  return latest === null
    ? { closesLegacy, mustExpire: false, latestExpiry: null }
    : { closesLegacy, mustExpire: true, latestExpiry: Math.min(latest, MAX_INSTANT) }
}
