/** A tenant's facts, as handed to a decision: checked and copied once, so that nothing malformed or changed later is believed. */
import { ConsentryError } from './error.js'
import { compareIds, isId, type TenantId } from './ids.js'
import { isInstant } from './instant.js'
import type { Issue } from './refusal.js'
import { REQUEST_STATUSES, type RemovedUser, type RequestFacts } from './status.js'

/**
 * All that decisions about one `tenant` depend on (SPEC 5.2): the tenant's requests and nobody else's. `governed` is true from
 * the tenant's first grant on and for good, whatever is purged from `requests` later. Plain data: it survives JSON.
 */
export interface TenantFacts {
  readonly tenant: TenantId
  readonly governed: boolean
  readonly requests: readonly RequestFacts[]
}

type Path = Issue['path']
type Key = Path[number]
type UnknownRecord = Readonly<Record<string, unknown>>

const STATES: readonly unknown[] = REQUEST_STATUSES
const INSTANT = 'an instant in milliseconds is required'
const USER = 'a user id is required'

/** A checked copy of facts as anyone may have handed them over; throws `invalid-facts` with every issue (SPEC 5.2). */
export function parseFacts(facts: unknown): TenantFacts {
  return collectIssues((issues) => readFacts(facts, [], issues))
}

/** Checked copies of many facts, one a tenant: facts of the same tenant are put together (SPEC 5.7). Throws `invalid-facts`. */
export function parseAllFacts(all: unknown): TenantFacts[] {
  return collectIssues((issues) => {
    const byTenant = new Map<TenantId, TenantFacts>()
    if (!Array.isArray(all)) requireThat(issues, false, 'a list of facts is required', [])
    else {
      Array.from(all).forEach((facts, index) => {
        const one = readFacts(facts, [index], issues)
        const known = byTenant.get(one.tenant)
        byTenant.set(one.tenant, known ? mergeFacts(known, one, [index], issues) : one)
      })
    }
    return [...byTenant.values()]
  })
}

/** The facts, which must be the tenant's: others decide nothing. */
export function expectFactsOf(tenant: TenantId, facts: TenantFacts): TenantFacts {
  if (facts.tenant === tenant) return facts
  throw new TypeError('the repository answered with the facts of another tenant')
}

function collectIssues<T>(reading: (issues: Issue[]) => T): T {
  const issues: Issue[] = []
  try {
    const facts = reading(issues)
    if (issues.length === 0) return facts
  } catch {
    // A getter or a proxy that throws while it is read: what cannot be read cannot be believed.
    requireThat(issues, false, 'the facts could not be read', [])
  }
  throw new ConsentryError('the facts handed over cannot be believed', { code: 'invalid-facts', issues })
}

function mergeFacts(a: TenantFacts, b: TenantFacts, path: Path, issues: Issue[]): TenantFacts {
  return { tenant: a.tenant, governed: a.governed || b.governed, requests: dedupeRequests([...a.requests, ...b.requests], path, issues) }
}

function readFacts(value: unknown, path: Path, issues: Issue[]): TenantFacts {
  const { tenant, governed, requests } = recordOf(value, path, issues)
  requireThat(issues, isId(tenant), 'a tenant id is required', path, 'tenant')
  requireThat(issues, typeof governed === 'boolean', 'must say whether the tenant is governed', path, 'governed')
  const read = listOf(requests, path, 'requests', issues).map((request, index) =>
    readRequest(request, tenant, [...path, 'requests', index], issues),
  )
  // A doubt is never an allow: facts that know of a grant and call the tenant ungoverned have lost something.
  const lost = governed === false && read.some((request) => 'grantedAt' in request)
  requireThat(issues, !lost, 'a tenant that has granted is governed', path, 'governed')
  return { tenant: tenant as TenantId, governed: governed === true, requests: dedupeRequests(read, path, issues) }
}

function readRequest(value: unknown, of: unknown, path: Path, issues: Issue[]): RequestFacts {
  const { id, tenant, users, removed, sentAt, state, grantedAt, expiresAt, endedAt } = recordOf(value, path, issues)
  requireThat(issues, isId(id), 'a request id is required', path, 'id')
  requireThat(issues, tenant === of, 'the request is not of the tenant whose facts these are', path, 'tenant')
  const named = listOf(users, path, 'users', issues)
  named.forEach((user, index) => {
    requireThat(issues, isId(user), USER, path, 'users', index)
  })
  const gone = listOf(removed, path, 'removed', issues).map((entry, index) =>
    readRemoved(entry, named, [...path, 'removed', index], issues),
  )
  requireThat(issues, STATES.includes(state), 'an unknown state', path, 'state')
  requireThat(issues, isInstant(sentAt), INSTANT, path, 'sentAt')
  let facts: object = { id, tenant: of, users: named, removed: gone, sentAt, state }
  if (state === 'granted' || state === 'expired' || state === 'revoked') {
    requireThat(issues, isInstant(grantedAt), INSTANT, path, 'grantedAt')
    requireThat(issues, isInstant(expiresAt) || (expiresAt === null && state !== 'expired'), INSTANT, path, 'expiresAt')
    facts = { id, tenant: of, users: named, removed: gone, sentAt, state, grantedAt, expiresAt }
  }
  if (state === 'rejected' || state === 'withdrawn' || state === 'revoked') {
    requireThat(issues, isInstant(endedAt), INSTANT, path, 'endedAt')
    facts = { ...facts, endedAt }
  }
  return facts as RequestFacts
}

function readRemoved(value: unknown, users: readonly unknown[], path: Path, issues: Issue[]): RemovedUser {
  const { user, at } = recordOf(value, path, issues)
  requireThat(issues, isId(user), USER, path, 'user')
  requireThat(issues, isInstant(at), INSTANT, path, 'at')
  requireThat(issues, !users.includes(user), 'a user is either named or removed', path, 'user')
  return { user, at } as RemovedUser
}

/** Duplicates do not matter (SPEC 5.7), but two versions of one request do: one of them is stale, and nobody can say which. */
function dedupeRequests(requests: readonly RequestFacts[], path: Path, issues: Issue[]): readonly RequestFacts[] {
  // What is malformed has been told already, and is not compared.
  if (issues.length > 0 || requests.length < 2) return requests
  const byId = new Map<string, RequestFacts>()
  for (const request of requests) {
    const known = byId.get(request.id) ?? request
    requireThat(
      issues,
      known === request || fingerprint(known) === fingerprint(request),
      `two versions of the request \`${request.id}\``,
      path,
      'requests',
    )
    byId.set(request.id, known)
  }
  return [...byId.values()]
}

/** A request as a text that is the same in whatever order its users come. */
function fingerprint(request: RequestFacts): string {
  const users = [...request.users].sort(compareIds)
  const removed = [...request.removed].sort((a, b) => compareIds(a.user, b.user)).map(({ user, at }) => [user, at])
  return JSON.stringify({ ...request, users, removed })
}

function recordOf(value: unknown, path: Path, issues: Issue[]): UnknownRecord {
  const isRecord = typeof value === 'object' && value !== null
  requireThat(issues, isRecord, 'a record is required', path)
  return isRecord ? (value as UnknownRecord) : {}
}

function listOf(value: unknown, path: Path, key: Key, issues: Issue[]): readonly unknown[] {
  const isList = Array.isArray(value)
  requireThat(issues, isList, 'a list is required', path, key)
  return isList ? Array.from(value) : [] // a hole is no entry to pass over: it is read, and refused
}

// The path is put together only where there is something to tell: nearly all of what is read is right.
function requireThat(issues: Issue[], met: boolean, message: string, path: Path, ...keys: Key[]): void {
  if (!met) issues.push({ path: [...path, ...keys], code: 'invalid', message })
}
