/** How a host's compiler meets the package: every entry point used rightly, and the uses that must not compile. */
import {
  AccessDenied,
  type AccessMethod,
  type Actor,
  type Consentry,
  type ConsentryError,
  createConsentry,
  type Decision,
  type Directory,
  type HistoryEntry,
  type IncomingRequest,
  isConsentryError,
  type LegacyRule,
  METHODS,
  type OutgoingRequest,
  type Page,
  type Repository,
  type RequestSummary,
  type SubmitResult,
} from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { type Access, accessFrom, canImpersonate, decide, type TenantFacts } from 'consentry/decision'
import {
  type AnswerCommandContext,
  fold,
  type GrantCommandContext,
  grant,
  parseSubmission,
  type Refusal,
  type SubmitContext,
  submit,
  type TenantRequestEvent,
} from 'consentry/domain'
import {
  type Change,
  type IncomingQuery,
  idsInRequest,
  type RequestKey,
  type RequestWithoutUsers,
  requestsOfSession,
  Session,
  type SessionRow,
  statusAt,
  TenantRequest,
  toFacts,
  upToPageIds,
} from 'consentry/repository'
import { tenantId } from 'consentry/testing/arbitraries'
import { type ContractTest, repositoryContract } from 'consentry/testing/contract'

const directory: Directory = {
  members: (tenant, users) => (tenant === 'classics' ? users : []),
  askable: async (_tenant, tenants) => tenants,
}
const legacy: LegacyRule = (user, _tenant, method, now) => user === 'caroline' && method === 'legacy-support' && now > 0
const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const becky: Actor = {
  user: 'becky',
  tenant: 'tom-sawyer',
  permissions: ['answer'],
  impersonating: { tenant: 'classics', method: 'legacy-support' },
}
const repository: Repository = memoryRepository()
const service: Consentry = createConsentry({ repository, directory, legacy, policy: { maxGrant: { weeks: 2 } }, clock: () => new Date() })

/** A tenant's answer, read as its page would. */
export async function answers(): Promise<RequestSummary> {
  const sent: SubmitResult = await service.submit(elizabeth, {
    name: 'Support',
    associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }],
  })
  const page: Page<IncomingRequest> = await service.incoming(becky, { status: 'pending' })
  const id = page.items[0]?.id ?? sent.sent[0]?.id ?? ''
  return service.grant(becky, id, { message: 'Welcome', expiresAt: new Date(1) })
}

/** What an answer to a question carries, and only then. */
export function grounds(decision: Decision): readonly string[] {
  if (decision.reason === 'granted') return [...decision.grantedBy, String(decision.changesAt)]
  if (decision.allowed) {
    const permitted: 'legacy-permitted' = decision.reason
    // @ts-expect-error the host's own rule grants nothing that has an id
    return [permitted, decision.grantedBy]
  }
  // @ts-expect-error a denial carries no ids
  return [decision.reason, decision.grantedBy]
}

/** What a failure carries, by its code. */
export function facts(error: unknown): string {
  if (error instanceof AccessDenied) return error.decision.reason
  if (isConsentryError(error, 'not-pending', 'not-active')) return error.status
  // @ts-expect-error a grant that is stale has no status
  if (isConsentryError(error, 'not-pending', 'stale-revision')) return error.status
  if (isConsentryError(error, 'invalid-input')) return error.issues.map(({ path }) => path.join('.')).join()
  // @ts-expect-error no failure has this code
  if (isConsentryError(error, 'not-found-at-all')) return ''
  const failure: ConsentryError | undefined = isConsentryError(error) ? error : undefined
  // @ts-expect-error a status comes with some codes only
  return failure?.status ?? failure?.code ?? ''
}

/** The decision alone. */
export function enters(known: TenantFacts, now: Date): boolean {
  const access: Access = accessFrom([known], { legacy, everyTenant: true })
  // @ts-expect-error there is no such method
  access.canImpersonate('caroline', 'tom-sawyer', 'root', now)
  // @ts-expect-error an instant is a date or milliseconds, never a text
  access.canImpersonate('caroline', 'tom-sawyer', 'access-request', '2026-01-01')
  // @ts-expect-error no clock is read: now is an argument
  decide('caroline', 'tom-sawyer', 'access-request')
  // @ts-expect-error facts say whether the tenant is governed
  accessFrom([{ tenant: 'tom-sawyer', requests: [] }])
  return access.canImpersonate('caroline', 'tom-sawyer', 'access-request', now) && canImpersonate('c', 't', 'legacy-support', 0, known)
}

/** What each party sees, and what its view has no field for. */
export function views(incoming: IncomingRequest, outgoing: OutgoingRequest): unknown[] {
  return [
    incoming.message,
    incoming.requestingTenant,
    // @ts-expect-error the tenant asked never sees the request's name
    incoming.name,
    // @ts-expect-error nor its users
    incoming.users,
    // @ts-expect-error nor the access request's id
    incoming.accessRequest,
    // @ts-expect-error a pending request has not ended
    incoming.ended,
    outgoing.name,
    outgoing.users,
    incoming.status === 'granted' && incoming.expiresAt,
    incoming.status === 'revoked' && incoming.ended.by,
  ]
}

/** The users that an entry of the requester's history removed; a tenant's entry has none. */
export function removedBy(entry: HistoryEntry): readonly string[] {
  // @ts-expect-error the tenant asked does not see whom a grant removed
  if (entry.view === 'incoming') return entry.type === 'tenant-request.granted' ? entry.removedUsers : []
  if (entry.type === 'tenant-request.granted') return entry.removedUsers
  const ended = entry.type === 'tenant-request.revoked' || entry.type === 'tenant-request.withdrawn'
  return ended && entry.removedUser !== null ? [entry.removedUser] : []
}

/** The pure core: a submission, an answer to what came of it, and what the events fold to. */
export function answeredPurely(input: unknown, context: SubmitContext): TenantRequest | Refusal {
  const parsed = parseSubmission(input, { maxTenants: 10, maxPairs: 100, maxUsersPerTenant: 10 })
  if (!parsed.ok) return parsed.refusal
  const sent = submit(...parsed.value, context)
  // @ts-expect-error a result is a value only where nothing was refused
  if (!sent.ok) return sent.value ?? sent.refusal
  const events = sent.value.events.flatMap((event): TenantRequestEvent[] => ('tenantRequest' in event ? [event] : []))
  const request = fold(events)
  const answering: AnswerCommandContext = { ...context, actor: becky, actorIsRequester: false, policy: { maxGrant: null } }
  const directory = { members: new Set(request.users), askable: true }
  // @ts-expect-error who grants is asked whether they are the requester
  grant(request, { message: '', expiresAt: null }, { ...context, ...directory })
  // @ts-expect-error whom a grant removes is what the directory answers
  grant(request, { message: '', expiresAt: null }, answering)
  const granting: GrantCommandContext = { ...answering, ...directory }
  const granted = grant(request, { message: '', expiresAt: null }, granting)
  return granted.ok ? fold([...events, granted.value]) : granted.refusal
}

/** A part of a repository of one's own, as its author writes it. */
export const part: Pick<Repository, 'incoming' | 'tenantRequests' | 'sessionRows' | 'factsPage'> = {
  incoming: async (query: IncomingQuery) => {
    const key: RequestKey | undefined = query.order === 'expiring' ? undefined : query.after
    const { tenant, statuses, now, limit } = query
    const all: readonly RequestWithoutUsers[] = []
    return all
      .filter((one) => one.tenant === tenant && one.id !== key?.id && (!statuses || statuses.includes(statusAt(one, now))))
      .slice(0, limit)
  },
  tenantRequests: async (ids): Promise<readonly TenantRequest[]> => ids.map((id) => TenantRequest.parse({ id })),
  sessionRows: async ({ hashes, now }): Promise<readonly SessionRow[]> => {
    const sessions: readonly Session[] = hashes.map((hash) => Session.parse({ hash }))
    return sessions.map((session) => {
      const facts: TenantFacts = { tenant: session.tenant, governed: false, requests: requestsOfSession(session, [], now) }
      return { session, facts, governedSince: null }
    })
  },
  factsPage: async ({ tenant, limit }) => {
    const requests = ([] as TenantRequest[]).map(toFacts).slice(0, limit)
    return { tenant, governed: false, requests: upToPageIds(requests, idsInRequest) }
  },
}

/** What a repository is given to save. */
export function changed({ request, event }: Change): readonly [TenantRequest['state'], TenantRequestEvent['type']] {
  return [request.state, event.type]
}

/** The three methods, as a host's form would list them. */
export const methods: readonly AccessMethod[] = METHODS

/** What no compiler should let through. */
export async function refused(): Promise<void> {
  // @ts-expect-error whether the actor is impersonating must be said
  const silent: Actor = { user: 'becky', tenant: 'tom-sawyer', permissions: ['answer'] }
  // @ts-expect-error there are two permissions
  const mighty: Actor = { user: 'becky', tenant: 'tom-sawyer', permissions: ['admin'], impersonating: null }
  // @ts-expect-error a service needs a directory
  createConsentry({ repository })
  // @ts-expect-error months are no span of time
  createConsentry({ repository, directory, policy: { maxGrant: { months: 1 } } })
  // @ts-expect-error an end must be given to be set
  await service.setExpiry(silent, 'id', {})
  // @ts-expect-error an actor in the payload is refused
  await service.submit(mighty, { name: 'Support', associations: [], actor: elizabeth })
  // @ts-expect-error the method must be one of three
  await service.authorize({ user: 'caroline', tenant: 'tom-sawyer', method: 'sudo' })
  // @ts-expect-error a page is read, not written
  ;(await service.incoming(becky)).items.push()
}

/** The laws and the generators, as a host's own tests use them. */
export async function tests(): Promise<string> {
  const [first]: readonly ContractTest[] = repositoryContract
  await first?.check(() => memoryRepository())
  // @ts-expect-error a law is checked against a repository
  await first?.check(() => ({}))
  return String(tenantId().map((id) => id.length))
}
