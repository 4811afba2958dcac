/** Resolves a logged command to a request, an actor and input values. */

import type { Actor, Permission } from '../../domain/actor.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { SubmissionInput } from '../../domain/submission.js'
import type { LoggedCommand } from './command-log.js'
import { oneOf, PEOPLE, type People } from './people.js'
import { answersOf, type BulkCommand } from './resolve-bulk-command.js'
import type { CommandInput, SentRequest } from './sent-request.js'

/** A call to a service: `verb` is the method, the rest its arguments. Any part can be malformed. */
export type Command =
  | { readonly verb: 'submit'; readonly actor: Actor; readonly input: SubmissionInput }
  | {
      readonly verb: 'grant'
      readonly actor: Actor
      readonly id: TenantRequestId
      readonly input: CommandInput & { readonly expiresAt: Instant | null }
    }
  | { readonly verb: 'reject' | 'revoke'; readonly actor: Actor; readonly id: TenantRequestId; readonly input: CommandInput }
  | {
      readonly verb: 'setExpiry'
      readonly actor: Actor
      readonly id: TenantRequestId
      readonly input: CommandInput & { readonly expiresAt: Instant }
    }
  | {
      readonly verb: 'withdraw'
      readonly actor: Actor
      readonly target: TenantRequestId | { readonly accessRequest: AccessRequestId }
      readonly input: CommandInput
    }
  | { readonly verb: 'removeUser'; readonly actor: Actor; readonly user: UserId }
  | BulkCommand
  | { readonly verb: 'recordDue'; readonly input: { readonly limit: number } }

type RequestCommand = Extract<LoggedCommand, { fitting: boolean }>

const NOWHERE = 'nowhere'
const NOBODY = 'nobody'

/**
 * Returns the service call of a logged command.
 * `sent` are the requests sent so far, oldest first; `people` must be those of the log.
 * If `sent` is empty, the command names a request that does not exist.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { commandLog, PEOPLE, resolveCommand, type SentRequest } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * const members = (tenant: string, users: readonly string[]) => users.filter((user) => PEOPLE.get(tenant)?.includes(user))
 * const askable = (_vendor: string, tenants: readonly string[]) => tenants.filter((tenant) => PEOPLE.has(tenant))
 * const log = fc.asyncProperty(commandLog({ length: 5 }), async (commands) => {
 *   const [repository, sent] = [memoryRepository(), [] as SentRequest[]]
 *   let now = 0
 *   const service = createConsentry({ repository, directory: { members, askable }, clock: () => now })
 *   for (const logged of commands) {
 *     const command = resolveCommand(logged, sent)
 *     now = logged.at
 *     if (command.verb !== 'submit') continue // call the other methods likewise
 *     const result = await service.submit(command.actor, command.input).catch(() => ({ sent: [] }))
 *     sent.push(...(await repository.tenantRequests(result.sent.map(({ id }) => id))))
 *   }
 * })
 * await fc.assert(log, { numRuns: 5 })
 * ```
 */
export function resolveCommand(logged: LoggedCommand, sent: readonly SentRequest[], people: People = PEOPLE): Command {
  switch (logged.verb) {
    case 'submit':
      return submitCommand(logged, people)
    case 'recordDue':
      return { verb: logged.verb, input: { limit: logged.limit } }
    default:
      return malform(commandOn(logged, selectRequest(logged, sent) ?? missingRequest(people), people, sent), logged)
  }
}

function submitCommand(logged: Extract<LoggedCommand, { verb: 'submit' }>, people: People): Command {
  const { requester, flaws, who, pick } = logged
  const { associations } = logged.input
  const strangers = [
    ...(flaws.includes('unknown') ? [{ users: oneOf(people, requester, who), tenants: [NOWHERE] }] : []),
    ...(flaws.includes('other-party') ? [{ users: oneOf(people, requester, who), tenants: [requester] }] : []),
    ...(flaws.includes('stranger') ? [{ users: [NOBODY], tenants: associations[0]?.tenants ?? [NOWHERE] }] : []),
  ]
  const input = { ...logged.input, associations: [...associations, ...strangers] }
  const actor = actorOf(logged, requester, oneOf(people, requester, who)[0] ?? NOBODY, 'submit')
  if (!flaws.includes('malformed')) return { verb: 'submit', actor, input }
  const malformed = [
    { ...input, name: 'Support Access' },
    { ...input, message: 'a bell\u0007' },
    { ...input, associations: [] },
    { ...input, actor },
    { ...input, name: '', associations: [...input.associations, { users: [], tenants: ['tom sawyer'] }] },
  ]
  return { verb: 'submit', actor, input: malformed[pick % malformed.length] ?? input }
}

/** Selects the request: `pick` counts back from the latest request whose state allows the verb. */
function selectRequest({ verb, fitting, pick }: RequestCommand, sent: readonly SentRequest[]): SentRequest | undefined {
  const state = verb === 'setExpiry' || verb === 'revoke' ? 'granted' : 'pending'
  const fit = fitting ? sent.filter((one) => one.state === state || (verb === 'removeUser' && one.state === 'granted')) : sent
  const from = fit.length > 0 ? fit : sent
  return from.at(-1 - (pick % Math.max(from.length, 1)))
}

function missingRequest(people: People): SentRequest {
  const [requestingTenant = NOWHERE, tenant = NOWHERE] = people.keys()
  const revisions = { revision: 1, tenantRevision: 1 }
  return { id: NOWHERE, accessRequest: NOWHERE, requestingTenant, tenant, users: [NOBODY], state: 'pending', ...revisions }
}

type RequestCall = Exclude<Command, { verb: 'submit' | 'recordDue' }>

function commandOn(logged: RequestCommand, request: SentRequest, people: People, sent: readonly SentRequest[]): RequestCall {
  const { verb, flaws, who, conditional, message, expiresAt } = logged
  const id = flaws.includes('unknown') ? NOWHERE : request.id
  const byEither = verb === 'revoke' || verb === 'endAll'
  const answers = ['grant', 'reject', 'setExpiry', 'answerMany'].includes(verb) || (byEither && who % 2 === 0)
  const tenant = tenantOf(logged, request, answers, people)
  const [user = NOBODY] = oneOf(people, flaws.includes('requester') ? request.requestingTenant : tenant, who)
  const actor = actorOf(logged, tenant, user, answers ? 'answer' : 'submit')
  const stale = flaws.includes('stale')
  const [own, other] = answers ? [request.tenantRevision, request.revision] : [request.revision, request.tenantRevision]
  // What only the other party sees is stale (SPEC 4.10).
  const wrong = own !== other ? other : who % 2 === 0 && own > 1 ? own - 1 : own + 1
  const condition = stale || conditional ? { ifRevision: stale ? wrong : own } : {}
  const input = { ...condition, ...(message !== undefined && { message }) }
  switch (verb) {
    case 'grant':
      return { verb, actor, id, input: { ...input, expiresAt: expiresAt ?? null } }
    case 'reject':
    case 'revoke':
      return { verb, actor, id, input }
    case 'setExpiry':
      return { verb, actor, id, input: { ...condition, expiresAt: expiresAt ?? logged.at + 1 } }
    case 'withdraw':
      return { verb, actor, target: id, input: condition }
    case 'withdrawAll':
      return { verb: 'withdraw', actor, target: { accessRequest: flaws.includes('unknown') ? NOWHERE : request.accessRequest }, input: {} }
    case 'answerMany':
      return { verb, actor, answers: answersOf(logged, { ...request, id }, sent, input) }
    case 'endAll': {
      const other = answers ? request.requestingTenant : request.tenant
      return { verb, actor, input: { with: flaws.includes('unknown') ? NOWHERE : other, ...(message !== undefined && { message }) } }
    }
    case 'removeUser':
      return { verb, actor, user: flaws.includes('unknown') ? NOBODY : (request.users[who % Math.max(request.users.length, 1)] ?? NOBODY) }
  }
}

function tenantOf({ flaws }: RequestCommand, { tenant, requestingTenant }: SentRequest, answers: boolean, people: People): TenantId {
  if (flaws.includes('stranger')) return [...people.keys()].find((one) => one !== tenant && one !== requestingTenant) ?? NOWHERE
  return answers !== flaws.includes('other-party') ? tenant : requestingTenant
}

function actorOf({ flaws, who, pick }: LoggedCommand, tenant: TenantId, user: UserId, needed: Permission): Actor {
  const other: Permission = needed === 'submit' ? 'answer' : 'submit'
  const lacking: Permission[] = who % 2 === 0 ? [other] : []
  const permissions: Permission[] = flaws.includes('not-permitted') ? lacking : who % 3 === 0 ? [other, needed] : [needed]
  const impersonating = flaws.includes('impersonating') ? ({ tenant: NOWHERE, method: 'legacy-support' } as const) : null
  const actor: Actor = { user, tenant, permissions, impersonating }
  if (!flaws.includes('malformed') || pick % 3 > 0) return actor
  // A host that omitted the required key `impersonating` (SPEC 2.1).
  return { user, tenant, permissions } as unknown as Actor
}

function malform(command: RequestCall, { flaws, pick, who }: RequestCommand): Command {
  if (!flaws.includes('malformed') || pick % 3 === 0 || command.verb === 'answerMany') return command
  switch (command.verb) {
    case 'removeUser':
      return { ...command, user: '' }
    case 'withdraw':
      // Withdrawing a whole access request takes no `ifRevision`: its tenant requests have different revisions.
      if (pick % 3 === 1) return { ...command, input: { ifRevision: typeof command.target === 'string' ? 1.5 : 1 } }
      return { ...command, target: typeof command.target === 'string' ? '' : { accessRequest: 'a b' } }
    case 'setExpiry':
      return { ...command, input: { ...command.input, expiresAt: [1.5, Number.NaN, null as never][who % 3] ?? Number.NaN } }
    default: {
      // An answer takes no `actor`, a grant must say its `expiresAt`, and the others take none (SPEC 4.4).
      const keys = [
        { message: '\ud800' },
        { message: 'x'.repeat(1001) },
        { ifRevision: 0.5 },
        { actor: command.actor },
        { expiresAt: undefined },
      ]
      return { ...command, input: { ...command.input, ...keys[who % keys.length] } } as Command
    }
  }
}
