/** Reminders: facts of the clock, derived from what stands in the repository (SPEC 12.3). */
import type { Instant } from '../domain/instant.js'
import { requestTag } from '../domain/request-tag.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { pagesOf } from '../ports/event-loop.js'
import type { NoticeStore } from '../ports/notice-store.js'
import type { DueKey, Repository } from '../ports/repository.js'
import { requestsById } from './gather.js'
import type { Notice } from './notice.js'
import type { PlannedNotice } from './stored-notice.js'
import { requesterParty, userParties } from './told.js'

/** What reminders need. */
export interface ReminderContext {
  readonly repository: Repository
  readonly store: Pick<NoticeStore<never>, 'unanswered'>
  readonly reportError: (error: unknown) => void
  /** How long before the end of a grant, in milliseconds, in ascending order. */
  readonly remindMs: readonly number[]
  /** How long after a request was sent, in milliseconds, in ascending order. */
  readonly unansweredMs: readonly number[]
}

const PAGE_SIZE = 100
/** For how long a reminder of an unanswered request is not planned again, in milliseconds. */
const KEEP_UNANSWERED_MS = 90 * 86_400_000

/**
 * Returns the reminders that have become due after `since` and until `now`, page by page.
 * Of several about one request, only the last: the earlier ones are past. A page whose requests need none is empty.
 */
export async function* remindersDue(since: Instant, now: Instant, context: ReminderContext): AsyncGenerator<readonly PlannedNotice[]> {
  for (const [index, lead] of context.remindMs.entries()) {
    const after = Math.max(since + lead, now + (context.remindMs[index - 1] ?? 0))
    yield* endingSoon({ after, until: now + lead, lead }, context)
  }
  for (const [index, delay] of context.unansweredMs.entries()) {
    const later = context.unansweredMs[index + 1]
    const after = Math.max(since - delay, later === undefined ? Number.NEGATIVE_INFINITY : now - later)
    yield* unanswered({ after, until: now - delay, delay, now }, context)
  }
}

/** Whether a reminder still says the truth. Any other notice does: what has happened, has happened. */
export function isStillTrue(notice: Notice, request: TenantRequest | undefined, now: Instant): boolean {
  if (notice.kind === 'unanswered') return request?.state === 'pending' && now < (request.answerBy ?? Number.POSITIVE_INFINITY)
  if (notice.kind !== 'ends-soon') return true
  if (request?.state !== 'granted' || request.expiresAt !== notice.facts.expiresAt || now >= notice.facts.expiresAt) return false
  return notice.to.role !== 'user' || request.users.includes(notice.to.user)
}

async function* endingSoon(
  { after, until, lead }: { readonly after: Instant; readonly until: Instant; readonly lead: number },
  context: ReminderContext,
): AsyncGenerator<readonly PlannedNotice[]> {
  const { repository } = context
  const readKeys = (key: DueKey | undefined) => repository.dueRequests({ now: until, after: key ?? keyAfter(after), limit: PAGE_SIZE })
  for await (const keys of pagesOf(readKeys, (page) => page.at(-1))) {
    if (keys.length === 0) return
    const planned = await eachRequest(keys, context, async (request, end) => {
      if (request.state !== 'granted' || request.expiresAt !== end) return []
      // An end that was set within the time of the reminder has just been told.
      if ((await endSetAt(request, repository)) >= end - lead) return []
      const { requestingTenant, tenant, users, id, accessRequest } = request
      const tag = requestTag(id)
      const told = [
        { to: requesterParty(request), facts: { accessRequest, tenantRequest: id, tag, tenant, expiresAt: end } },
        ...userParties(request, users).map((to) => ({ to, facts: { tenant, expiresAt: end } })),
        { to: { role: 'tenant', tenant } as const, facts: { tenantRequest: id, tag, requestingTenant, expiresAt: end } },
      ]
      const common = { kind: 'ends-soon', at: end - lead, source: [id, lead, end], subject: id, reminderOf: id, keepUntil: end } as const
      return told.map((one) => ({ ...one, ...common }))
    })
    yield planned
  }
}

async function* unanswered(
  { after, until, delay, now }: { readonly after: Instant; readonly until: Instant; readonly delay: number; readonly now: Instant },
  context: ReminderContext,
): AsyncGenerator<readonly PlannedNotice[]> {
  const readKeys = (key: DueKey | undefined) => context.store.unanswered({ after: key ?? keyAfter(after), until, limit: PAGE_SIZE })
  for await (const keys of pagesOf(readKeys, (page) => page.at(-1))) {
    if (keys.length === 0) return
    const planned = await eachRequest(keys, context, async (request) => {
      const { id, tenant, requestingTenant, accessRequest, sentAt, answerBy } = request
      if (request.state !== 'pending' || now >= (answerBy ?? Number.POSITIVE_INFINITY)) return []
      const facts = { tenantRequest: id, tag: requestTag(id), sentAt, answerBy }
      const keepUntil = sentAt + delay + KEEP_UNANSWERED_MS
      const common = { kind: 'unanswered', at: sentAt + delay, source: [id, delay], subject: id, reminderOf: id, keepUntil } as const
      return [
        { ...common, to: requesterParty(request), facts: { ...facts, accessRequest, tenant } },
        { ...common, to: { role: 'tenant', tenant } as const, facts: { ...facts, requestingTenant } },
      ]
    })
    yield planned
  }
}

/** Returns what is planned for the request of each key, in the order of the keys. */
async function eachRequest(
  keys: readonly DueKey[],
  context: ReminderContext,
  plan: (request: TenantRequest, dueAt: Instant) => Promise<readonly PlannedNotice[]>,
): Promise<readonly PlannedNotice[]> {
  const requests = await requestsById(
    keys.map(({ id }) => id),
    context,
  )
  const planned = await Promise.all(
    keys.map(({ id, dueAt }) => {
      const request = requests.get(id)
      return request === undefined ? [] : plan(request, dueAt)
    }),
  )
  return planned.flat()
}

/** Returns when the end of a grant was set, by the grant or later. */
async function endSetAt({ id, requestingTenant, sentAt }: TenantRequest, repository: Repository): Promise<Instant> {
  const types = ['tenant-request.granted', 'tenant-request.expiry-set'] as const
  const [last] = await repository.history({ requestingTenant, tenantRequest: id, types, limit: 1 })
  return last?.event.at ?? sentAt
}

/** Returns the key after which come the requests that are due later than an instant. */
function keyAfter(instant: Instant): DueKey {
  return { dueAt: Math.max(instant + 1, 0), id: '' }
}
