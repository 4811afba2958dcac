/** A tenant's facts: validated and copied before a decision uses them (SPEC 5.2). */
import { ConsentryError } from './error.js'
import { compareIds, isId, type TenantId } from './ids.js'
import { isInstant } from './instant.js'
import { ownOptions } from './own.js'
import type { Issue } from './refusal.js'
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
const USER_REQUIRED = 'must be a user id'
const STATE_REQUIRED = 'must be `pending`, `granted`, `rejected`, `withdrawn`, `revoked` or `expired`'

/**
 * Returns a validated copy of a tenant's facts (SPEC 5.2).
 *
 * @throws `invalid-facts` with every issue.
 */
export function parseFacts(facts: unknown): TenantFacts {
  return collectIssues((issues) => readFacts(facts, [], issues))
}

/**
 * Returns validated copies of many tenants' facts; facts of the same tenant are merged (SPEC 5.7).
 *
 * @throws `invalid-facts` with every issue.
 */
export function parseAllFacts(all: unknown): TenantFacts[] {
  return collectIssues((issues) => {
    const byTenant = new Map<TenantId, TenantFacts>()
    if (!Array.isArray(all)) requireThat(issues, false, 'must be a list of facts', [])
    else {
      Array.from(all).forEach((facts, index) => {
        const one = readFacts(facts, [index], issues)
        const earlier = byTenant.get(one.tenant)
        byTenant.set(one.tenant, earlier ? mergeFacts(earlier, one, [index], issues) : one)
      })
    }
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

function collectIssues<T>(readAll: (issues: Issue[]) => T): T {
  const issues: Issue[] = []
  try {
    const facts = readAll(issues)
    if (issues.length === 0) return facts
  } catch {
    // A getter or a proxy of the input threw.
    requireThat(issues, false, 'could not be read: a property threw an error', [])
  }
  throw new ConsentryError('the facts are malformed or contradictory: see `issues`', { code: 'invalid-facts', issues })
}

function mergeFacts(a: TenantFacts, b: TenantFacts, path: Path, issues: Issue[]): TenantFacts {
  return { tenant: a.tenant, governed: a.governed || b.governed, requests: dedupeRequests([...a.requests, ...b.requests], path, issues) }
}

function readFacts(value: unknown, path: Path, issues: Issue[]): TenantFacts {
  const { tenant, governed, requests } = recordOf(value, path, issues)
  requireThat(issues, isId(tenant), 'must be a tenant id', path, 'tenant')
  requireThat(issues, typeof governed === 'boolean', 'must be true or false', path, 'governed')
  const read = listOf(requests, path, 'requests', issues).map((request, index) =>
    readRequest(request, tenant, [...path, 'requests', index], issues),
  )
  // A grant governs its tenant for good. Accepting the contradiction would open the legacy tool, so it is refused.
  const contradictory = governed === false && read.some((request) => 'grantedAt' in request)
  requireThat(issues, !contradictory, 'must be true: the tenant has granted a request', path, 'governed')
  return { tenant: tenant as TenantId, governed: governed === true, requests: dedupeRequests(read, path, issues) }
}

function readRequest(value: unknown, factsTenant: unknown, path: Path, issues: Issue[]): RequestFacts {
  const { id, requestingTenant, tenant, users, removed, sentAt, state, grantedAt, expiresAt, endedAt } = recordOf(value, path, issues)
  requireThat(issues, isId(id), 'must be a request id', path, 'id')
  requireThat(issues, isId(requestingTenant), 'must be a tenant id', path, 'requestingTenant')
  requireThat(issues, tenant === factsTenant, 'must be the tenant of the facts', path, 'tenant')
  const userList = listOf(users, path, 'users', issues)
  userList.forEach((user, index) => {
    requireThat(issues, isId(user), USER_REQUIRED, path, 'users', index)
  })
  const removedList = listOf(removed, path, 'removed', issues).map((entry, index) =>
    readRemoved(entry, userList, [...path, 'removed', index], issues),
  )
  requireThat(issues, STATES.includes(state), STATE_REQUIRED, path, 'state')
  requireThat(issues, isInstant(sentAt), INSTANT_REQUIRED, path, 'sentAt')
  const common = { id, requestingTenant, tenant: factsTenant, users: userList, removed: removedList, sentAt, state }
  let facts: object = common
  if (state === 'granted' || state === 'expired' || state === 'revoked') {
    requireThat(issues, isInstant(grantedAt), INSTANT_REQUIRED, path, 'grantedAt')
    requireThat(issues, isInstant(expiresAt) || (expiresAt === null && state !== 'expired'), INSTANT_REQUIRED, path, 'expiresAt')
    facts = { ...common, grantedAt, expiresAt }
  }
  if (state === 'rejected' || state === 'withdrawn' || state === 'revoked') {
    requireThat(issues, isInstant(endedAt), INSTANT_REQUIRED, path, 'endedAt')
    facts = { ...facts, endedAt }
  }
  return facts as RequestFacts
}

function readRemoved(value: unknown, users: readonly unknown[], path: Path, issues: Issue[]): RemovedUser {
  const { user, at } = recordOf(value, path, issues)
  requireThat(issues, isId(user), USER_REQUIRED, path, 'user')
  requireThat(issues, isInstant(at), INSTANT_REQUIRED, path, 'at')
  requireThat(issues, !users.includes(user), 'must not be in both `users` and `removed`', path, 'user')
  return { user, at } as RemovedUser
}

/**
 * Drops duplicates (SPEC 5.7).
 *
 * Two versions of one request are an issue: one is stale, and the facts do not say which.
 */
function dedupeRequests(requests: readonly RequestFacts[], path: Path, issues: Issue[]): readonly RequestFacts[] {
  // Malformed requests already have issues, and cannot be compared.
  if (issues.length > 0 || requests.length < 2) return requests
  const byId = new Map<string, RequestFacts>()
  for (const request of requests) {
    const earlier = byId.get(request.id) ?? request
    requireThat(
      issues,
      earlier === request || fingerprint(earlier) === fingerprint(request),
      `request \`${request.id}\` has two versions: pass only the current one`,
      path,
      'requests',
    )
    byId.set(request.id, earlier)
  }
  return [...byId.values()]
}

/** Serialises a request independently of the order of its users. */
function fingerprint(request: RequestFacts): string {
  const users = [...request.users].sort(compareIds)
  const removed = [...request.removed].sort((a, b) => compareIds(a.user, b.user)).map(({ user, at }) => [user, at])
  return JSON.stringify({ ...request, users, removed })
}

function recordOf(value: unknown, path: Path, issues: Issue[]): UnknownRecord {
  const isRecord = typeof value === 'object' && value !== null
  requireThat(issues, isRecord, 'must be an object', path)
  return isRecord ? (ownOptions(value) as UnknownRecord) : {}
}

function listOf(value: unknown, path: Path, key: Key, issues: Issue[]): readonly unknown[] {
  const isList = Array.isArray(value)
  requireThat(issues, isList, 'must be a list', path, key)
  return isList ? Array.from(value) : [] // turns a hole into `undefined`, which is then refused
}

// Builds the path only for an issue: nearly all input is valid.
function requireThat(issues: Issue[], met: boolean, message: string, path: Path, ...keys: Key[]): void {
  if (!met) issues.push({ path: [...path, ...keys], code: 'invalid', message })
}
