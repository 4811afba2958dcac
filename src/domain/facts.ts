/** A tenant's facts: validated and copied before a decision uses them (SPEC 5.2). */
import { dedupeRequests } from './dedupe-requests.js'
import { ConsentryError } from './error.js'
import { freezeMarked, isMarked } from './frozen-mark.js'
import { isId, type TenantId } from './ids.js'
import { isInstant } from './instant.js'
import { ownOptions } from './own.js'
import { type AddIssue, type Issue, type IssueList, issueAdder } from './refusal.js'
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

type Key = Issue['path'][number]
type UnknownRecord = Readonly<Record<string, unknown>>

const STATES: readonly unknown[] = REQUEST_STATUSES
const INSTANT_REQUIRED = 'must be an instant in milliseconds'
const STATE_REQUIRED = `must be one of ${STATES.join(', ')}`

/**
 * Returns a validated copy of a tenant's facts (SPEC 5.2).
 *
 * What `parseFrozenFacts` returned is validated and cannot have changed: it is returned as it is.
 * @throws `invalid-facts` with the first 100 issues, and the number of the others (SPEC 9.1).
 */
export function parseFacts(facts: unknown): TenantFacts {
  if (isMarked(facts)) return facts as TenantFacts
  return collectIssues((list) => readFacts(list, facts, issueAdder(list)))
}

/**
 * Returns a validated copy of a tenant's facts that is frozen throughout.
 *
 * `parseFacts` returns it as it is.
 * @throws `invalid-facts`, as `parseFacts` does.
 */
export function parseFrozenFacts(facts: unknown): TenantFacts {
  if (isMarked(facts)) return facts as TenantFacts
  const parsed = parseFacts(facts)
  for (const request of parsed.requests) {
    for (const one of request.removed) Object.freeze(one)
    Object.freeze(request.removed)
    Object.freeze(request.users)
    Object.freeze(request)
  }
  Object.freeze(parsed.requests)
  return freezeMarked(parsed)
}

/**
 * Returns validated copies of many tenants' facts; facts of the same tenant are merged (SPEC 5.7).
 *
 * @throws `invalid-facts` with the first 100 issues, and the number of the others (SPEC 9.1).
 */
export function parseAllFacts(all: unknown): TenantFacts[] {
  return collectIssues((list) => {
    const addIssue = issueAdder(list)
    const byTenant = new Map<TenantId, TenantFacts>()
    listOf(addIssue, all).forEach((facts, index) => {
      const addIssueOfOne: AddIssue = (message, ...keys) => addIssue(message, index, ...keys)
      const one = readFacts(list, facts, addIssueOfOne)
      const earlier = byTenant.get(one.tenant)
      byTenant.set(one.tenant, earlier ? mergeFacts(list, earlier, one, addIssueOfOne) : one)
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
    issueAdder(list)('could not be read')
  }
  // The first issues only: facts may hold many, and the message goes to a log.
  const said = list.issues.slice(0, 3).map(({ path, message }) => [path.join('.'), message].join(path.length > 0 ? ': ' : ''))
  throw new ConsentryError(`invalid facts: ${said.join('; ')}`, { code: 'invalid-facts', ...list })
}

function mergeFacts(list: IssueList, a: TenantFacts, b: TenantFacts, addIssue: AddIssue): TenantFacts {
  return { ...a, governed: a.governed || b.governed, requests: dedupeRequests(list, [...a.requests, ...b.requests], addIssue) }
}

function readFacts(list: IssueList, value: unknown, addIssue: AddIssue): TenantFacts {
  const { tenant, governed, requests } = recordOf(addIssue, value)
  requireId(addIssue, tenant, 'tenant')
  if (typeof governed !== 'boolean') addIssue('must be true or false', 'governed')
  const read = listOf(addIssue, requests, 'requests').map((request, index) =>
    readRequest(request, tenant, (message, ...keys) => addIssue(message, 'requests', index, ...keys)),
  )
  // A grant governs its tenant for good. Accepting the contradiction would open the legacy tool, so it is refused.
  if (governed === false && read.some((request) => 'grantedAt' in request)) addIssue('must be true: the tenant has granted', 'governed')
  return { tenant, governed, requests: dedupeRequests(list, read, addIssue) } as TenantFacts
}

function readRequest(value: unknown, factsTenant: unknown, addIssue: AddIssue): RequestFacts {
  const { id, requestingTenant, tenant, users, removed, sentAt, state, grantedAt, expiresAt, endedAt, answerBy } = recordOf(addIssue, value)
  requireId(addIssue, id, 'id')
  requireId(addIssue, requestingTenant, 'requestingTenant')
  if (tenant !== factsTenant) addIssue('must be the tenant of the facts', 'tenant')
  const userList = listOf(addIssue, users, 'users')
  userList.forEach((user, index) => {
    requireId(addIssue, user, 'users', index)
  })
  const removedList = listOf(addIssue, removed, 'removed').map((entry, index) =>
    readRemoved(entry, userList, (message, ...keys) => addIssue(message, 'removed', index, ...keys)),
  )
  if (!STATES.includes(state)) addIssue(STATE_REQUIRED, 'state')
  if (!isInstant(sentAt)) addIssue(INSTANT_REQUIRED, 'sentAt')
  // Filled by assignments: to spread an object of so many values costs more than everything else here.
  const facts: Record<string, unknown> = { id, requestingTenant, tenant: factsTenant, users: userList, removed: removedList, sentAt, state }
  if (state === 'granted' || state === 'expired' || state === 'revoked') {
    if (!isInstant(grantedAt)) addIssue(INSTANT_REQUIRED, 'grantedAt')
    if (!isInstant(expiresAt) && (expiresAt !== null || state === 'expired')) addIssue(INSTANT_REQUIRED, 'expiresAt')
    facts['grantedAt'] = grantedAt
    facts['expiresAt'] = expiresAt
  }
  if (state === 'rejected' || state === 'withdrawn' || state === 'revoked') {
    if (!isInstant(endedAt)) addIssue(INSTANT_REQUIRED, 'endedAt')
    facts['endedAt'] = endedAt
  }
  if (state === 'pending' || state === 'lapsed') {
    if (!isInstant(answerBy) && (answerBy !== null || state === 'lapsed')) addIssue(INSTANT_REQUIRED, 'answerBy')
    facts['answerBy'] = answerBy
  }
  return facts as unknown as RequestFacts
}

function readRemoved(value: unknown, users: readonly unknown[], addIssue: AddIssue): RemovedUser {
  const { user, at } = recordOf(addIssue, value)
  requireId(addIssue, user, 'user')
  if (!isInstant(at)) addIssue(INSTANT_REQUIRED, 'at')
  if (users.includes(user)) addIssue('must not be in `users` too', 'user')
  return { user, at } as RemovedUser
}

function recordOf(addIssue: AddIssue, value: unknown): UnknownRecord {
  if (typeof value === 'object' && value !== null) return ownOptions(value) as UnknownRecord
  addIssue('must be an object')
  return {}
}

function listOf(addIssue: AddIssue, value: unknown, ...keys: Key[]): readonly unknown[] {
  if (Array.isArray(value)) return [...value] // turns a hole into `undefined`, which is then refused
  addIssue('must be a list', ...keys)
  return []
}

function requireId(addIssue: AddIssue, value: unknown, ...keys: Key[]): void {
  if (isId(value)) return
  addIssue(typeof value === 'number' ? 'is a number; ids are strings: use `String(id)`' : 'must be an id, as a string', ...keys)
}
