/** Previews of a submission and of a grant, and drafts of a renewal (SPEC 6.11, 6.12). */
import { checkNamed } from '../domain/access-request.js'
import type { Actor } from '../domain/actor.js'
import type { Draft } from '../domain/draft.js'
import { throwIfRefused, throwRefusal, unwrap } from '../domain/error.js'
import { expectFactsOf, parseFacts } from '../domain/facts.js'
import type { UsersByTenant } from '../domain/fan-out.js'
import type { TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import { Id, read } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import {
  type AnswerPreview,
  answerPreview,
  checkPreviewable,
  type SubmissionPreview,
  type UserPreview,
  userPreview,
} from '../domain/preview.js'
import { checkRenewable, renewalOf } from '../domain/renewal.js'
import { requestsSentBy } from '../domain/status.js'
import type { SubmissionInput } from '../domain/submission.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { yieldToEventLoop } from '../ports/event-loop.js'
import type { TenantSummary } from '../ports/repository.js'
import { parseReader } from './arguments.js'
import { type ServiceContext, throwBrokenRepository } from './context.js'
import { parseFactsOfMany } from './facts-of-many.js'
import { slicesOf } from './passing-over.js'
import { checkSubmission } from './submission-checks.js'

/** The users or tenants about whom one call of the repository asks. */
const ASKED_AT_ONCE = 500

/** The preview methods of the service. */
export function createPreviews(context: ServiceContext) {
  const { withRepository, policy } = context

  const loadRequest = async (id: TenantRequestId, party: TenantId): Promise<TenantRequest> => {
    const found = await withRepository((repository) => repository.tenantRequests([id], party))
    return found.find((request) => request.id === id) ?? throwRefusal({ code: 'not-found' })
  }

  /** Returns where each user stands in each tenant by the requests of `from`, in the order of the pairs. */
  const previewUsers = async (from: TenantId, usersByTenant: UsersByTenant, now: Instant): Promise<Map<TenantId, UserPreview[]>> => {
    const previews = new Map([...usersByTenant.keys()].map((tenant): [TenantId, UserPreview[]] => [tenant, []]))
    const pairs = [...usersByTenant].flatMap(([tenant, users]) => users.map((user) => ({ tenant, user })))
    for (const some of slicesOf(pairs, ASKED_AT_ONCE)) {
      await withRepository(async (repository) => {
        const facts = await parseFactsOfMany(some, await repository.factsForMany(some.map((pair) => ({ ...pair, from, now }))))
        for (const [index, { tenant, user }] of some.entries())
          previews.get(tenant)?.push(userPreview(user, requestsSentBy(from, facts[index]?.requests ?? []), now))
      })
      await yieldToEventLoop()
    }
    return previews
  }

  const loadSummaries = async (requestingTenant: TenantId, tenants: readonly TenantId[], now: Instant): Promise<TenantSummary[]> => {
    const summaries: TenantSummary[] = []
    for (const some of slicesOf(tenants, ASKED_AT_ONCE)) {
      const loaded = await withRepository((repository) => repository.tenantSummaries({ requestingTenant, tenants: some, now }))
      // Tenants and answers are ordered by id.
      if (loaded.length !== some.length || loaded.some(({ tenant }, index) => tenant !== some[index])) throwBrokenRepository()
      summaries.push(...loaded)
      await yieldToEventLoop()
    }
    return summaries
  }

  return {
    async preview(actor: Actor, input: SubmissionInput): Promise<SubmissionPreview> {
      const by = parseReader(actor, 'submit')
      const { submission, usersByTenant, existing, directory } = await checkSubmission(context, by, input)
      if (directory) throwIfRefused(checkNamed(submission, by.tenant, directory))
      const now = context.now()
      const users = await previewUsers(by.tenant, usersByTenant, now)
      const summaries = await loadSummaries(by.tenant, [...usersByTenant.keys()], now)
      const tenants = summaries.map(({ tenant, open, everGranted }) => ({
        tenant,
        users: users.get(tenant) ?? [],
        legacy: everGranted ? ('closed' as const) : ('not-told' as const),
        tooManyOpen: existing === undefined && open >= policy.maxOpenRequests,
      }))
      return { alreadySent: existing !== undefined, tenants }
    },

    async previewAnswer(actor: Actor, id: TenantRequestId): Promise<AnswerPreview> {
      const by = parseReader(actor, 'answer')
      const request = await loadRequest(unwrap(read(Id, id, 'id')), by.tenant)
      const now = context.now()
      throwIfRefused(checkPreviewable(request, by, now))
      const maxGrant = await context.maxGrant(by.tenant)
      return answerPreview(request, { now, governed: await isGoverned(by, now), policy: { maxGrant } })
    },

    async renewalDraft(actor: Actor, id: TenantRequestId): Promise<Draft> {
      const by = parseReader(actor, 'submit')
      const request = await loadRequest(unwrap(read(Id, id, 'id')), by.tenant)
      throwIfRefused(checkRenewable(request, by, context.now()))
      const { accessRequest, users } = request
      const sent = await withRepository((repository) => repository.accessRequest(by.tenant, accessRequest))
      const members = users.length === 0 ? new Set<UserId>() : await context.members(by.tenant, users)
      return renewalOf(request, sent?.name ?? throwBrokenRepository(), members)
    },
  }

  /**
   * Returns whether the actor's tenant is governed.
   * A tenant sends no request to itself, so no other facts are read.
   */
  function isGoverned({ tenant, user }: Actor, now: Instant): Promise<boolean> {
    return withRepository(async (repository) => {
      const facts = await repository.factsFor({ tenant, user, from: tenant, now })
      return parseFacts(expectFactsOf(tenant, facts)).governed
    })
  }
}
