/** Saving changes of tenant requests: load, decide, save together or in steps. */
import type { Actor } from '../domain/actor.js'
import type { CommandContext } from '../domain/command-checks.js'
import { type ConsentryError, type RequestSummary, withChanged } from '../domain/error.js'
import type { TenantRequestEvent } from '../domain/event.js'
import type { TenantId, TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { ok, type Refusal, type Result, refused } from '../domain/refusal.js'
import { statusAt } from '../domain/status.js'
import { evolve, type TenantRequest } from '../domain/tenant-request-state.js'
import { revisionFor } from '../domain/views.js'
import { pagesOf } from '../ports/event-loop.js'
import type { Change } from '../ports/repository.js'
import type { ServiceContext } from './context.js'
import { eachReadable, halvesOf, stepsOf } from './passing-over.js'
import { type Attempt, MAX_ATTEMPTS, retriesExhausted, saveWithRetry } from './save-with-retry.js'

type Decide = (request: TenantRequest, now: Instant) => Promise<TenantRequestEvent | undefined> | TenantRequestEvent | undefined

/** The ids that are read at once, of many requests to change. */
const IDS_PER_PAGE = 1_000

/**
 * Returns ids of requests to change, page by page.
 * A page begins after the last id, so each is returned once.
 */
export function pagesOfIds(
  read: (page: { readonly after: TenantRequestId | undefined; readonly limit: number }) => Promise<readonly TenantRequestId[]>,
): AsyncIterable<readonly TenantRequestId[]> {
  return pagesOf(
    (after: TenantRequestId | undefined) => read({ after, limit: IDS_PER_PAGE }),
    (ids) => ids[IDS_PER_PAGE - 1],
  )
}

/** A command on one of many tenant requests: an event, or a refusal. */
export type StepCommand = (request: TenantRequest, commandContext: CommandContext) => Result<TenantRequestEvent>

/** A command on one tenant request, which may ask the directory. */
export type RequestCommand = (...args: Parameters<StepCommand>) => Promise<Result<TenantRequestEvent>> | Result<TenantRequestEvent>

/**
 * Runs one command on one tenant request, and saves its event.
 * After a conflict it starts again from loading.
 *
 * @returns the request after it, as the actor's party sees it, or the refusal; `not-found` for an unknown id.
 */
export async function tryCommand(
  context: ServiceContext,
  actor: Actor,
  id: TenantRequestId,
  command: RequestCommand,
): Promise<Result<RequestSummary>> {
  let refusal: Refusal = { code: 'not-found' }
  const decide = async (request: TenantRequest, now: Instant) => {
    const result = await command(request, { actor, now, newId: context.newId })
    if (!result.ok) refusal = result.refusal
    return eventOrNone(result)
  }
  const [changed] = await saveWithRetry(context, () => prepare(context, [id], decide, actor.tenant))
  return changed ? ok(requestSummary(changed, actor)) : refused(refusal)
}

/**
 * Changes tenant requests, each as a step of its own (SPEC 4.5).
 * Calls `onChanged` with each request that was saved. With `party`, rows of others are not read.
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
  party?: TenantId,
): Promise<readonly unknown[]> {
  const moving: TenantRequestId[] = []
  const unreadable: unknown[] = []
  const attempt = async (ids: readonly TenantRequestId[]) => {
    unreadable.push(...(await eachReadable(ids, tryOnce)))
  }
  const tryOnce = async (ids: readonly TenantRequestId[]): Promise<void> => {
    const { save, result } = await prepare(context, ids, decide, party)
    if (save === undefined || (await context.withRepository(save)) === 'saved') result.forEach(onChanged)
    else if (ids.length === 1) moving.push(...ids)
    else for (const half of halvesOf(ids)) await attempt(half)
  }
  for await (const page of pages) for (const ids of stepsOf(page)) await attempt(ids)
  for (let round = 1; moving.length > 0; round++) {
    if (round === MAX_ATTEMPTS) throw retriesExhausted()
    for (const id of moving.splice(0)) await attempt([id])
  }
  return unreadable
}

/**
 * Runs a command on many tenant requests in steps, and skips those that refuse it.
 * Calls `onChanged` with each request that was saved, as the actor's party sees it.
 *
 * @throws the error of the first row that could not be read, after all others were changed.
 */
export async function changeEach(
  context: ServiceContext,
  actor: Actor,
  pages: AsyncIterable<readonly TenantRequestId[]>,
  command: StepCommand,
  onChanged: (changed: RequestSummary) => void,
): Promise<void> {
  const decide = (request: TenantRequest, now: Instant) => eventOrNone(command(request, { actor, now, newId: context.newId }))
  const report = (request: TenantRequest) => onChanged(requestSummary(request, actor))
  const [unreadable] = await changeInSteps(context, pages, decide, report, actor.tenant)
  if (unreadable !== undefined) throw unreadable
}

/**
 * Collects what a command of several steps changes, of which it calls the function that it is given.
 *
 * @throws the error that stopped it, with what had changed before (SPEC 9.3).
 */
export async function collectChanged<T extends ConsentryError['changed'][number]>(
  run: (onChanged: (changed: T) => void) => Promise<void>,
): Promise<T[]> {
  const changed: T[] = []
  try {
    await run((one) => changed.push(one))
    return changed
  } catch (error) {
    throw withChanged(error, changed)
  }
}

async function prepare(
  context: ServiceContext,
  ids: readonly TenantRequestId[],
  decide: Decide,
  party: TenantId | undefined,
): Promise<Attempt<TenantRequest[]>> {
  const now = context.now()
  const changes: Change[] = []
  const found = await context.withRepository((repository) => repository.tenantRequests(ids, party))
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
