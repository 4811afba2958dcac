/** What the directory says about an answer: members, relations and caps (SPEC 2.4, 2.6, 4.4). */
import type { Actor } from '../domain/actor.js'
import type { AnswerCommandContext, CommandContext, GrantCommandContext } from '../domain/command-checks.js'
import type { TenantId, UserId } from '../domain/ids.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import type { ServiceContext } from './context.js'

/** The questions of an answer to the directory. */
export type AnswerDirectory = Pick<ServiceContext, 'members' | 'askable' | 'maxGrant'>

/**
 * Asks the directory what an answer of the tenant asked needs.
 * It is asked only for actors of that tenant: others are refused anyway (SPEC 2.4).
 *
 * @param users the users of the request about whom the answer depends too.
 */
export async function answerContext(
  directory: AnswerDirectory,
  request: TenantRequest,
  commandContext: CommandContext,
  users: readonly UserId[] = [],
): Promise<AnswerCommandContext & Pick<GrantCommandContext, 'members'>> {
  const { user, tenant } = commandContext.actor
  const asked = [...new Set([user, ...users])]
  const [members, maxGrant] =
    tenant === request.tenant
      ? await Promise.all([directory.members(request.requestingTenant, asked), directory.maxGrant(tenant)])
      : [new Set<UserId>(), null]
  return { ...commandContext, policy: { maxGrant }, actorIsRequester: members.has(user), members }
}

/**
 * Asks the directory what a grant needs.
 * A request that waited may name users who have left, or come from a vendor that may ask this tenant no more (SPEC 2.6).
 */
export async function grantContext(
  directory: AnswerDirectory,
  request: TenantRequest,
  commandContext: CommandContext,
): Promise<GrantCommandContext> {
  const { tenant, requestingTenant, users } = request
  const [answering, askable] = await Promise.all([
    answerContext(directory, request, commandContext, users),
    commandContext.actor.tenant === tenant ? directory.askable(requestingTenant, [tenant]) : new Set<TenantId>(),
  ])
  return { ...answering, askable: askable.has(tenant) }
}

/**
 * Returns a directory that is asked once for each requesting tenant, about all of these requests.
 * It answers questions about `actor`'s tenant alone, as of the first one. A question about other users is asked by itself.
 *
 * @param requests the requests that are to be granted, all of that tenant.
 * @param actor a user of the tenant that answers; each answer asks about both.
 */
export function batchedDirectory(directory: AnswerDirectory, requests: readonly TenantRequest[], { user, tenant }: Actor): AnswerDirectory {
  const usersOf = new Map<TenantId, Set<UserId>>()
  for (const { requestingTenant, users } of requests) {
    const all = usersOf.get(requestingTenant) ?? new Set([user])
    for (const one of users) all.add(one)
    usersOf.set(requestingTenant, all)
  }
  const membersOf = once((requestingTenant) => directory.members(requestingTenant, [...(usersOf.get(requestingTenant) ?? [])]))
  return {
    members: (requestingTenant, users) => {
      const all = usersOf.get(requestingTenant)
      const isKnown = all !== undefined && users.every((one) => all.has(one))
      return isKnown ? membersOf(requestingTenant) : directory.members(requestingTenant, users)
    },
    askable: once((requestingTenant) => directory.askable(requestingTenant, [tenant])),
    maxGrant: once(directory.maxGrant),
  }
}

/** Returns a function that asks once for each tenant. */
function once<T>(ask: (tenant: TenantId) => T): (tenant: TenantId) => T {
  const answers = new Map<TenantId, T>()
  return (tenant) => {
    const answer = answers.get(tenant) ?? ask(tenant)
    answers.set(tenant, answer)
    return answer
  }
}
