/** Saving changes of tenant requests: load, decide, save together or in steps. */
import type { Actor } from '../domain/actor.js'
import type { RequestSummary } from '../domain/error.js'
import type { TenantRequestEvent } from '../domain/event.js'
import type { TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { Result } from '../domain/refusal.js'
import { statusAt } from '../domain/status.js'
import { evolve, type TenantRequest } from '../domain/tenant-request-state.js'
import { revisionFor } from '../domain/views.js'
import type { Change } from '../ports/repository.js'
import type { ServiceContext } from './context.js'
import { eachReadable, halvesOf } from './passing-over.js'
import { type Attempt, MAX_ATTEMPTS, retriesExhausted, saveWithRetry } from './save-with-retry.js'

type Decide = (request: TenantRequest, now: Instant) => Promise<TenantRequestEvent | undefined> | TenantRequestEvent | undefined

/**
 * Loads these tenant requests and saves the event that `decide` returns for each, all together.
 * After a conflict it starts again.
 *
 * @returns the requests after their events, without those for which `decide` returned `undefined`.
 */
export function changeRequests(context: ServiceContext, ids: readonly TenantRequestId[], decide: Decide): Promise<TenantRequest[]> {
  return saveWithRetry(context, () => prepare(context, ids, decide))
}

/** The most steps that are saved in one transaction. */
const STEPS_AT_ONCE = 50

/**
 * Changes tenant requests, each as a step of its own (SPEC 4.5).
 * Calls `onChanged` with each request that was saved.
 * Steps are saved together as long as none conflicts. After a conflict the halves are tried separately. Requests that move are tried again
 * at the end, each by itself and all in turn, so that none holds up another. A row that cannot be read is passed over.
 *
 * @returns the errors of rows that could not be read.
 */
export async function changeInSteps(
  context: ServiceContext,
  pages: AsyncIterable<readonly TenantRequestId[]>,
  decide: Decide,
  onChanged: (request: TenantRequest) => void,
): Promise<readonly unknown[]> {
  const moving: TenantRequestId[] = []
  const unreadable: unknown[] = []
  const attempt = async (ids: readonly TenantRequestId[]) => {
    unreadable.push(...(await eachReadable(ids, tryOnce)))
  }
  const tryOnce = async (ids: readonly TenantRequestId[]): Promise<void> => {
    const { save, result } = await prepare(context, ids, decide)
    if (save === undefined || (await context.withRepository(save)) === 'saved') result.forEach(onChanged)
    else if (ids.length === 1) moving.push(...ids)
    else for (const half of halvesOf(ids)) await attempt(half)
  }
  for await (const page of pages) {
    for (let from = 0; from < page.length; from += STEPS_AT_ONCE) await attempt(page.slice(from, from + STEPS_AT_ONCE))
  }
  for (let round = 1; moving.length > 0; round++) {
    if (round === MAX_ATTEMPTS) throw retriesExhausted()
    for (const id of moving.splice(0)) await attempt([id])
  }
  return unreadable
}

async function prepare(context: ServiceContext, ids: readonly TenantRequestId[], decide: Decide): Promise<Attempt<TenantRequest[]>> {
  const now = context.now()
  const changes: Change[] = []
  const found = await context.withRepository((repository) => repository.tenantRequests(ids))
  const byId = new Map(found.map((request) => [request.id, request]))
  for (const request of ids.flatMap((id) => byId.get(id) ?? [])) {
    const event = await decide(request, now)
    if (event) changes.push({ request: evolve(request, event), event })
  }
  const result = changes.map(({ request }) => request)
  return { save: changes.length === 0 ? undefined : (repository) => repository.saveChanges(changes), result }
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
