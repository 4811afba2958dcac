/** Saving changes of tenant requests: load, decide on an event for each, save them together. */
import type { Actor } from '../domain/actor.js'
import type { TenantRequestEvent } from '../domain/event.js'
import type { TenantId, TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { Result } from '../domain/refusal.js'
import { type RequestStatus, statusAt } from '../domain/status.js'
import { evolve, type TenantRequest } from '../domain/tenant-request-state.js'
import { revisionFor } from '../domain/views.js'
import type { Change } from '../ports/repository.js'
import type { ServiceContext } from './context.js'
import { saveWithRetry } from './save-with-retry.js'

/**
 * A tenant request after a command.
 * `id` and `tenant` name the request and the tenant asked. `status` is as of the command. `revision` is what the actor's party sees, the
 * value for the next `ifRevision` (SPEC 4.10).
 */
export interface RequestSummary {
  readonly id: TenantRequestId
  readonly tenant: TenantId
  readonly status: RequestStatus
  readonly revision: number
}

/**
 * Loads tenant requests and saves the event that `decide` returns for each, all together.
 * After a conflict it starts again.
 *
 * @returns the requests after their events, without those for which `decide` returned `undefined`.
 */
export function changeRequests(
  context: ServiceContext,
  load: () => Promise<readonly TenantRequest[]>,
  decide: (request: TenantRequest, now: Instant) => Promise<TenantRequestEvent | undefined> | TenantRequestEvent | undefined,
): Promise<TenantRequest[]> {
  return saveWithRetry(context, async () => {
    const now = context.now()
    const changes: Change[] = []
    for (const request of await load()) {
      const event = await decide(request, now)
      if (event) changes.push({ request: evolve(request, event), event })
    }
    return { save: (repository) => repository.saveChanges(changes), result: changes.map(({ request }) => request) }
  })
}

/**
 * Returns the event, or `undefined` for a refusal.
 * Batches use it to skip requests that no longer allow the command.
 */
export function eventOrNone(result: Result<TenantRequestEvent>): TenantRequestEvent | undefined {
  return result.ok ? result.value : undefined
}

/** Returns a changed request as the actor's party sees it. */
export function requestSummary(request: TenantRequest, { tenant: party }: Actor): RequestSummary {
  const { id, tenant, changedAt } = request
  return { id, tenant, status: statusAt(request, changedAt), revision: revisionFor(request, party) }
}
