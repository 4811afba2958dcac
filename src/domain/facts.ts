/** A tenant's facts, as handed to a decision: checked and copied once, so that nothing malformed or changed later is believed. */
import { ConsentryError } from './error.js'
import { compareIds, isId, type TenantId } from './ids.js'
import { isInstant } from './instant.js'
import type { Issue } from './refusal.js'
import type { RemovedUser, RequestFacts } from './status.js'

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
type Loose = Readonly<Record<string, unknown>>

/** A checked copy of facts as anyone may have handed them over; throws `invalid-facts` with every issue (SPEC 5.2). */
export function checkFacts(facts: unknown): TenantFacts {
  return checked((issues) => readFacts(facts, [], issues))
}

/** Checked copies of many facts, one a tenant: facts of the same tenant are put together (SPEC 5.7). Throws `invalid-facts`. */
export function checkAllFacts(all: unknown): TenantFacts[] {
  return checked((issues) => {
    if (!Array.isArray(all)) issues.push(issue([], 'a list of facts is required'))
    const byTenant = new Map<TenantId, TenantFacts>()
    for (const [index, facts] of Array.isArray(all) ? all.entries() : []) {
      const one = readFacts(facts, [index], issues)
      const known = byTenant.get(one.tenant)
      byTenant.set(one.tenant, known ? together(known, one, [index], issues) : one)
    }
    return [...byTenant.values()]
  })
}

function checked<T>(reading: (issues: Issue[]) => T): T {
  const issues: Issue[] = []
  try {
    const facts = reading(issues)
    if (issues.length === 0) return facts
  } catch {
    // A getter or a proxy that throws while it is read: what cannot be read cannot be believed.
    issues.push(issue([], 'the facts could not be read'))
  }
  throw invalidFacts(issues)
}

function together(a: TenantFacts, b: TenantFacts, path: Path, issues: Issue[]): TenantFacts {
  return { tenant: a.tenant, governed: a.governed || b.governed, requests: distinct([...a.requests, ...b.requests], path, issues) }
}

function readFacts(value: unknown, path: Path, issues: Issue[]): TenantFacts {
  const { tenant, governed, requests } = objectAt(value, path, issues)
  if (!isId(tenant)) issues.push(issue([...path, 'tenant'], 'a tenant id is required'))
  if (typeof governed !== 'boolean') issues.push(issue([...path, 'governed'], 'must say whether the tenant is governed'))
  const list = listAt(requests, [...path, 'requests'], issues)
  const read = list.map((request, index) => readRequest(request, tenant, [...path, 'requests', index], issues))
  // A doubt is never an allow: facts that know of a grant and call the tenant ungoverned have lost something.
  if (governed === false && read.some((request) => 'grantedAt' in request)) {
    issues.push(issue([...path, 'governed'], 'a tenant that has granted is governed'))
  }
  return { tenant: tenant as TenantId, governed: governed === true, requests: distinct(read, path, issues) }
}

function readRequest(value: unknown, of: unknown, path: Path, issues: Issue[]): RequestFacts {
  const { id, tenant, users, removed, sentAt, state, grantedAt, expiresAt, endedAt } = objectAt(value, path, issues)
  if (!isId(id)) issues.push(issue([...path, 'id'], 'a request id is required'))
  if (tenant !== of) issues.push(issue([...path, 'tenant'], 'the request is not of the tenant whose facts these are'))
  const named = listAt(users, [...path, 'users'], issues)
  for (const [index, user] of named.entries()) {
    if (!isId(user)) issues.push(issue([...path, 'users', index], 'a user id is required'))
  }
  const gone = listAt(removed, [...path, 'removed'], issues).map((entry, index) =>
    readRemoved(entry, named, [...path, 'removed', index], issues),
  )
  const granted = state === 'granted' || state === 'expired' || state === 'revoked'
  const ended = state === 'rejected' || state === 'withdrawn' || state === 'revoked'
  if (!granted && !ended && state !== 'pending') issues.push(issue([...path, 'state'], 'an unknown state'))
  const endless = state !== 'expired' && expiresAt === null
  const instants = {
    sentAt,
    ...(granted && { grantedAt, ...(!endless && { expiresAt }) }),
    ...(ended && { endedAt }),
  }
  for (const [key, at] of Object.entries(instants)) {
    if (!isInstant(at)) issues.push(issue([...path, key], 'an instant in milliseconds is required'))
  }
  return { id, tenant: of, users: named, removed: gone, state, ...instants, ...(granted && { expiresAt }) } as RequestFacts
}

function readRemoved(value: unknown, users: readonly unknown[], path: Path, issues: Issue[]): RemovedUser {
  const { user, at } = objectAt(value, path, issues)
  if (!isId(user)) issues.push(issue([...path, 'user'], 'a user id is required'))
  if (!isInstant(at)) issues.push(issue([...path, 'at'], 'an instant in milliseconds is required'))
  if (users.includes(user)) issues.push(issue([...path, 'user'], 'a user is either named or removed'))
  return { user, at } as RemovedUser
}

/** Duplicates do not matter (SPEC 5.7), but two versions of one request do: one of them is stale, and nobody can say which. */
function distinct(requests: readonly RequestFacts[], path: Path, issues: Issue[]): RequestFacts[] {
  // What is malformed has been told already, and is not compared.
  if (issues.length > 0) return [...requests]
  const byId = new Map<string, RequestFacts>()
  for (const request of requests) {
    const known = byId.get(request.id)
    if (known === undefined) byId.set(request.id, request)
    else if (fingerprint(known) !== fingerprint(request)) {
      issues.push(issue([...path, 'requests'], `two versions of the request \`${request.id}\``))
    }
  }
  return [...byId.values()]
}

function fingerprint(request: RequestFacts): string {
  const users = [...request.users].sort(compareIds)
  const removed = [...request.removed].sort((a, b) => compareIds(a.user, b.user)).map(({ user, at }) => [user, at])
  return JSON.stringify({ ...request, users, removed })
}

function objectAt(value: unknown, path: Path, issues: Issue[]): Loose {
  if (typeof value === 'object' && value !== null) return value as Loose
  issues.push(issue(path, 'a record is required'))
  return {}
}

function listAt(value: unknown, path: Path, issues: Issue[]): readonly unknown[] {
  if (Array.isArray(value)) return Array.from(value) // a hole is no entry to pass over: it is read, and refused
  issues.push(issue(path, 'a list is required'))
  return []
}

function issue(path: Path, message: string): Issue {
  return { path, code: 'invalid', message }
}

function invalidFacts(issues: readonly Issue[]): ConsentryError {
  return new ConsentryError('the facts handed over cannot be believed', { code: 'invalid-facts', issues })
}
