/** The spans of users: which rows a change of a request writes for its users. */
import type { Instant } from '../../domain/instant.js'
import { usersRemovedBy } from '../../domain/request-event.js'
import { END_STATUSES, lifecycleEnd } from '../../domain/status.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import type { Change } from '../../ports/repository.js'
import { NO_END } from './rows.js'

/** The columns of a user's span. */
export const SPAN_COLUMNS = [
  'user_id',
  'tenant',
  'requesting_tenant',
  'tenant_request',
  'state',
  'starts_at',
  'ends_at',
  'end_rank',
  'revision',
] as const

/** The columns of a span that a later change overwrites. */
export const SPAN_UPDATE_COLUMNS = ['state', 'starts_at', 'ends_at', 'end_rank', 'revision'] as const

/**
 * Returns the clause that overwrites a stored span, but never a removal.
 * `stored` names the column of its state.
 */
export function onStoredSpan(stored: string): string {
  const overwritten = SPAN_UPDATE_COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')
  return `on conflict (tenant_request, user_id) do update set ${overwritten} where ${stored} <> 'removed'`
}

/** Returns the row of each user that this change removed from its request. */
export function removedSpans({ request, event }: Change) {
  const { id, tenant, requestingTenant } = request
  return usersRemovedBy(event).map((user) => ({
    user_id: user,
    tenant,
    requesting_tenant: requestingTenant,
    tenant_request: id,
    state: 'removed',
    starts_at: startOf(request),
    ends_at: event.at,
    end_rank: endRank('removed'),
    revision: event.revision,
  }))
}

/** Returns for each change that concerns them the span of the users whom the request still names. */
export function remainingSpans(changes: readonly Change[]) {
  return changes.filter(({ event }) => event.type !== 'tenant-request.user-removed').map(({ request }) => spanOf(request))
}

/**
 * Returns the span of the users of each request just sent that lapses without an answer.
 * Without them, a user's last end would be sought among all requests that lapsed and are not recorded.
 */
export function sentSpans(requests: readonly TenantRequest[]) {
  return requests.filter(({ answerBy }) => answerBy !== null).map(spanOf)
}

/** Returns the span of the users that a request names, after its last event. */
function spanOf(request: TenantRequest) {
  const { id, state, revision } = request
  const ends_at = Math.min(lifecycleEnd(request), NO_END)
  return { id, state, starts_at: startOf(request), ends_at, end_rank: endRank(state), revision }
}

function startOf(request: TenantRequest): Instant | null {
  return 'grantedAt' in request ? request.grantedAt : null
}

/**
 * Returns the rank of an end among those of one instant: the greatest counts (SPEC 5.4).
 * A grant ends by expiring, a pending request by lapsing.
 */
function endRank(state: TenantRequest['state'] | 'removed'): number {
  return END_STATUSES.length - END_STATUSES.indexOf(state === 'granted' ? 'expired' : state === 'pending' ? 'lapsed' : state)
}
