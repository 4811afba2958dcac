/** A tenant's facts: validated and copied before a decision uses them (SPEC 5.2). */
import { ConsentryError } from './error.js'
import { isId, type TenantId } from './ids.js'
import { isInstant } from './instant.js'
import { ownOptions } from './own.js'
import { type Issue, type IssueList, listsIssue } from './refusal.js'
import { REQUEST_STATUSES, type RemovedUser, type RequestFacts } from './status.js'

/** The facts that decide questions about one tenant (SPEC 5.2), as plain data that survives JSON. */
export interface TenantFacts {
  /** The tenant. */
  readonly tenant: TenantId
  /** Whether the tenant has ever granted. It stays `true` for good, even after old requests are purged. */
  readonly governed: boolean
  /** The tenant's requests, and no other tenant's. */
  readonly requests: readonly RequestFacts[]
}

type Path = Issue['path']
type Key = Path[number]
type UnknownRecord = Readonly<Record<string, unknown>>

const STATES: readonly unknown[] = REQUEST_STATUSES
const INSTANT_REQUIRED = 'must be an instant in milliseconds'
const STATE_REQUIRED = `must be one of ${STATES.join(', ')}`

/**
 * Returns a validated copy of a tenant's facts (SPEC 5.2).
 *
 * @throws `invalid-facts` with the first 100 issues, and the number of the others (SPEC 9.1).
 */
export function parseFacts(facts: unknown): TenantFacts {
  return collectIssues((list) => readFacts(list, facts, []))
}

/**
 * Returns validated copies of many tenants' facts; facts of the same tenant are merged (SPEC 5.7).
 *
 * @throws `invalid-facts` with the first 100 issues, and the number of the others (SPEC 9.1).
 */
export function parseAllFacts(all: unknown): TenantFacts[] {
  return collectIssues((list) => {
    const byTenant = new Map<TenantId, TenantFacts>()
    listOf(list, all, []).forEach((facts, index) => {
      const one = readFacts(list, facts, [index])
      const earlier = byTenant.get(one.tenant)
      byTenant.set(one.tenant, earlier ? mergeFacts(list, earlier, one, [index]) : one)
    })
    return [...byTenant.values()]
  })
}

/**
 * Returns the facts if they are the tenant's.
 *
 * @throws `TypeError` if they are another tenant's.
 */
export function expectFactsOf(tenant: TenantId, facts: TenantFacts): TenantFacts {
  if (facts.tenant === tenant) return facts
  throw new TypeError('the repository returned the facts of another tenant')
}

function collectIssues<T>(readAll: (list: IssueList) => T): T {
  const list: IssueList = { issues: [] }
  try {
    const facts = readAll(list)
    if (list.issues.length === 0) return facts
  } catch {
    // A getter or a proxy of the input threw.
    requireThat(list, false, 'could not be read', [])
  }
  // The first issues only: facts may hold many, and the message goes to a log.
  const said = list.issues.slice(0, 3).map(({ path, message }) => [path.join('.'), message].join(path.length > 0 ? ': ' : ''))
  throw new ConsentryError(`invalid facts: ${said.join('; ')}`, { code: 'invalid-facts', ...list })
}

function mergeFacts(list: IssueList, a: TenantFacts, b: TenantFacts, path: Path): TenantFacts {
  return { ...a, governed: a.governed || b.governed, requests: dedupeRequests(list, [...a.requests, ...b.requests], path) }
}

function readFacts(list: IssueList, value: unknown, path: Path): TenantFacts {
  const { tenant, governed, requests } = recordOf(list, value, path)
  requireId(list, tenant, path, 'tenant')
  requireThat(list, typeof governed === 'boolean', 'must be true or false', path, 'governed')
  const read = listOf(list, requests, path, 'requests').map((request, index) =>
    readRequest(list, request, [...path, 'requests', index], tenant),
  )
  // A grant governs its tenant for good. Accepting the contradiction would open the legacy tool, so it is refused.
  const contradictory = governed === false && read.some((request) => 'grantedAt' in request)
  requireThat(list, !contradictory, 'must be true: the tenant has granted', path, 'governed')
  return { tenant, governed, requests: dedupeRequests(list, read, path) } as TenantFacts
}

function readRequest(list: IssueList, value: unknown, path: Path, factsTenant: unknown): RequestFacts {
  const { id, requestingTenant, tenant, users, removed, sentAt, state, grantedAt, expiresAt, endedAt, answerBy } = recordOf(
    list,
    value,
    path,
  )
  requireId(list, id, path, 'id')
  requireId(list, requestingTenant, path, 'requestingTenant')
  requireThat(list, tenant === factsTenant, 'must be the tenant of the facts', path, 'tenant')
  const userList = listOf(list, users, path, 'users')
  userList.forEach((user, index) => {
    requireId(list, user, path, 'users', index)
  })
  const removedList = listOf(list, removed, path, 'removed').map((entry, index) =>
    readRemoved(list, entry, [...path, 'removed', index], userList),
  )
  requireThat(list, STATES.includes(state), STATE_REQUIRED, path, 'state')
  requireThat(list, isInstant(sentAt), INSTANT_REQUIRED, path, 'sentAt')
  const common = { id, requestingTenant, tenant: factsTenant, users: userList, removed: removedList, sentAt, state }
  let facts: object = common
  if (state === 'granted' || state === 'expired' || state === 'revoked') {
    requireThat(list, isInstant(grantedAt), INSTANT_REQUIRED, path, 'grantedAt')
    requireThat(list, isInstant(expiresAt) || (expiresAt === null && state !== 'expired'), INSTANT_REQUIRED, path, 'expiresAt')
    facts = { ...common, grantedAt, expiresAt }
  }
  if (state === 'rejected' || state === 'withdrawn' || state === 'revoked') {
    requireThat(list, isInstant(endedAt), INSTANT_REQUIRED, path, 'endedAt')
    facts = { ...facts, endedAt }
  }
  if (state === 'pending' || state === 'lapsed') {
    requireThat(list, isInstant(answerBy) || (answerBy === null && state === 'pending'), INSTANT_REQUIRED, path, 'answerBy')
    facts = { ...common, answerBy }
  }
  return facts as RequestFacts
}

function readRemoved(list: IssueList, value: unknown, path: Path, users: readonly unknown[]): RemovedUser {
  const { user, at } = recordOf(list, value, path)
  requireId(list, user, path, 'user')
  requireThat(list, isInstant(at), INSTANT_REQUIRED, path, 'at')
  requireThat(list, !users.includes(user), 'must not be in `users` too', path, 'user')
  return { user, at } as RemovedUser
}

/**
 * Drops duplicates (SPEC 5.7).
 *
 * Two versions of one request are an issue: one is stale, and the facts do not say which.
 */
function dedupeRequests(list: IssueList, requests: readonly RequestFacts[], path: Path): readonly RequestFacts[] {
  // Malformed requests already have issues, and cannot be compared.
  if (list.issues.length > 0 || requests.length < 2) return requests
  const byId = new Map<string, RequestFacts>()
  for (const request of requests) {
    const earlier = byId.get(request.id) ?? request
    requireThat(
      list,
      earlier === request || fingerprint(earlier) === fingerprint(request),
      `request \`${request.id}\` has two versions: pass the newer one`,
      path,
      'requests',
    )
    byId.set(request.id, earlier)
  }
  return [...byId.values()]
}

/** Serialises a request independently of the order of its users. */
function fingerprint(request: RequestFacts): string {
  const users = [...request.users].sort()
  const removed = request.removed.map(({ user, at }) => `${user} ${at}`).sort() // no id has a space
  return JSON.stringify({ ...request, users, removed })
}

function recordOf(list: IssueList, value: unknown, path: Path): UnknownRecord {
  const isRecord = typeof value === 'object' && value !== null
  requireThat(list, isRecord, 'must be an object', path)
  return isRecord ? (ownOptions(value) as UnknownRecord) : {}
}

function listOf(list: IssueList, value: unknown, path: Path, ...keys: Key[]): readonly unknown[] {
  const isList = Array.isArray(value)
  requireThat(list, isList, 'must be a list', path, ...keys)
  return isList ? Array.from(value) : [] // turns a hole into `undefined`, which is then refused
}

function requireId(list: IssueList, value: unknown, path: Path, ...keys: Key[]): void {
  const message = typeof value === 'number' ? 'is a number; ids are strings: use `String(id)`' : 'must be an id, as a string'
  requireThat(list, isId(value), message, path, ...keys)
}

// Builds the path only for an issue: nearly all input is valid.
function requireThat(list: IssueList, met: boolean, message: string, path: Path, ...keys: Key[]): void {
  if (!met && listsIssue(list)) list.issues.push({ path: [...path, ...keys], code: 'invalid', message })
}
