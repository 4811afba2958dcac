/** A logged command made real: which request it is about, who gives it, and with what values. */
import type { SubmissionInput } from '../../domain/access-request.js'
import type { Actor, Permission } from '../../domain/actor.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { type LoggedCommand, PEOPLE, type People } from './command-log.js'

/** What resolving needs to know of a request that was sent; a stored tenant request is one itself. */
export type SentRequest = Pick<TenantRequest, 'id' | 'accessRequest' | 'requestingTenant' | 'tenant' | 'users' | 'state' | 'revision'>

/**
 * A command's values; which of them a verb takes is the service's to say. `message` is for the other party; `expiresAt` in milliseconds,
 * `null` for none; `ifRevision` the revision the command means, stale where the log has that flaw.
 */
export interface CommandInput {
  readonly message?: string
  readonly expiresAt?: Instant | null
  readonly ifRevision?: number
}

/** A command as it is given to a service, `verb` the service's method; any part may be malformed, as anybody's input may. */
export type Command =
  | { readonly verb: 'submit'; readonly actor: Actor; readonly input: SubmissionInput }
  | { readonly verb: 'grant' | 'reject' | 'revoke'; readonly actor: Actor; readonly id: TenantRequestId; readonly input: CommandInput }
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
  | { readonly verb: 'recordDue'; readonly input: { readonly limit: number } }

type Acted = Extract<LoggedCommand, { fitting: boolean }>

const NOWHERE = 'nowhere'
const NOBODY = 'nobody'

/**
 * The command, about one of the requests sent so far, oldest first; `people` as the log was made with. Where none was sent, it is
 * about a request that does not exist.
 */
export function resolveCommand(logged: LoggedCommand, sent: readonly SentRequest[], people: People = PEOPLE): Command {
  switch (logged.verb) {
    case 'submit':
      return submitCommand(logged, people)
    case 'recordDue':
      return { verb: logged.verb, input: { limit: logged.limit } }
    default:
      return flawed(about(logged, chosen(logged, sent) ?? missing(people), people), logged)
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

/** The request the command is about: counted back from the latest of those whose state allows the verb. */
function chosen({ verb, fitting, pick }: Acted, sent: readonly SentRequest[]): SentRequest | undefined {
  const state = verb === 'setExpiry' || verb === 'revoke' ? 'granted' : 'pending'
  const fit = fitting ? sent.filter((one) => one.state === state || (verb === 'removeUser' && one.state === 'granted')) : sent
  const from = fit.length > 0 ? fit : sent
  return from.at(-1 - (pick % Math.max(from.length, 1)))
}

function missing(people: People): SentRequest {
  const [requestingTenant = NOWHERE, tenant = NOWHERE] = people.keys()
  return { id: NOWHERE, accessRequest: NOWHERE, requestingTenant, tenant, users: [NOBODY], state: 'pending', revision: 1 }
}

function about(logged: Acted, request: SentRequest, people: People): Exclude<Command, { verb: 'submit' | 'recordDue' }> {
  const { verb, flaws, who, conditional, message, expiresAt } = logged
  const id = flaws.includes('unknown') ? NOWHERE : request.id
  const answers = verb === 'grant' || verb === 'reject' || verb === 'setExpiry' || (verb === 'revoke' && who % 2 === 0)
  const tenant = tenantOf(logged, request, answers, people)
  const [user = NOBODY] = oneOf(people, flaws.includes('requester') ? request.requestingTenant : tenant, who)
  const actor = actorOf(logged, tenant, user, answers ? 'answer' : 'submit')
  const stale = flaws.includes('stale')
  const seen = stale ? (who % 2 === 0 && request.revision > 1 ? request.revision - 1 : request.revision + 1) : request.revision
  const condition = stale || conditional ? { ifRevision: seen } : {}
  const input = { ...condition, ...(message !== undefined && { message }) }
  switch (verb) {
    case 'grant':
      // No end is said in two ways (SPEC 4.4).
      return { verb, actor, id, input: { ...input, ...((expiresAt !== undefined || who % 2 > 0) && { expiresAt: expiresAt ?? null }) } }
    case 'reject':
    case 'revoke':
      return { verb, actor, id, input }
    case 'setExpiry':
      return { verb, actor, id, input: { ...condition, expiresAt: expiresAt ?? logged.at + 1 } }
    case 'withdraw':
      return { verb, actor, target: id, input: condition }
    case 'withdrawAll':
      return { verb: 'withdraw', actor, target: { accessRequest: flaws.includes('unknown') ? NOWHERE : request.accessRequest }, input: {} }
    case 'removeUser':
      return { verb, actor, user: flaws.includes('unknown') ? NOBODY : (request.users[who % Math.max(request.users.length, 1)] ?? NOBODY) }
  }
}

function tenantOf({ flaws }: Acted, { tenant, requestingTenant }: SentRequest, answers: boolean, people: People): TenantId {
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
  // A host that forgot to say whether the person is impersonating (SPEC 2.1).
  return { user, tenant, permissions } as unknown as Actor
}

function flawed(command: Exclude<Command, { verb: 'submit' | 'recordDue' }>, { flaws, pick, who }: Acted): Command {
  if (!flaws.includes('malformed') || pick % 3 === 0) return command
  switch (command.verb) {
    case 'removeUser':
      return { ...command, user: '' }
    case 'withdraw':
      // All of an access request have no one revision that could be meant.
      if (pick % 3 === 1) return { ...command, input: { ifRevision: typeof command.target === 'string' ? 1.5 : 1 } }
      return { ...command, target: typeof command.target === 'string' ? '' : { accessRequest: 'a b' } }
    case 'setExpiry':
      return { ...command, input: { ...command.input, expiresAt: [1.5, Number.NaN, null as never][who % 3] ?? Number.NaN } }
    default: {
      const malformed = [{ message: '\ud800' }, { message: 'x'.repeat(1001) }, { ifRevision: 0.5 }, { actor: command.actor }]
      return { ...command, input: { ...command.input, ...malformed[who % malformed.length] } }
    }
  }
}

function oneOf(people: People, tenant: TenantId, who: number): UserId[] {
  const known = people.get(tenant) ?? []
  return known.slice(who % Math.max(known.length, 1)).slice(0, 1)
}
