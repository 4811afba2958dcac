/** Parsers of stored facts, which the domain validates as a whole, because there are many (SPEC 5.9). */
import { isConsentryError } from '../../domain/error.js'
import { parseFacts, type TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Issue } from '../../domain/refusal.js'
import type { RequestFacts } from '../../domain/status.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { corruptRow, parseJson, type Row } from './row-values.js'
import type { Tables } from './tables.js'

/**
 * Returns the parsers of facts for these tables.
 * They throw `corrupt` for values that no command writes; the issues name the table and the key.
 */
export function factParsers({ nameOf }: Tables) {
  return {
    /** Returns a tenant's facts, restricted to `user` if given. `lists` is JSON with one list per request. */
    ofTenant: (tenant: TenantId, governed: boolean, lists: unknown, user?: UserId): TenantFacts => {
      const parsed = parseJson(lists)
      const requests = Array.isArray(parsed) ? parsed.map((list) => factsOf(tenant, Array.isArray(list) ? list : [], user)) : parsed
      return parseStoredFacts({ tenant, governed, requests }, ([part, index, ...rest]) => {
        const request = part === 'requests' && typeof index === 'number' && Array.isArray(requests) ? requests[index] : undefined
        return request === undefined ? [nameOf('governed_tenants'), tenant] : [nameOf('tenant_requests'), String(request.id), ...rest]
      })
    },

    /**
     * Returns the facts of one request, from the columns `tenant` and `request`.
     * `governed` is in another table.
     */
    ofRequest: (row: Row): readonly RequestFacts[] => {
      const { tenant } = row
      const list = parseJson(row['request'])
      const request = factsOf(tenant, Array.isArray(list) ? list : [], undefined)
      const { requests } = parseStoredFacts({ tenant, governed: true, requests: [request] }, ([part, , ...rest]) => {
        return [nameOf('tenant_requests'), String(request.id), ...(part === 'requests' ? rest : ['tenant'])]
      })
      return requests
    },
  }
}

function parseStoredFacts(facts: object, locate: (path: Issue['path']) => Issue['path']): TenantFacts {
  try {
    return parseFacts(facts)
  } catch (error) {
    if (!isConsentryError(error, 'invalid-facts')) throw error
    const located = error.issues.map((issue): Issue => ({ ...issue, path: locate(issue.path) }))
    const [table, key] = located[0]?.path ?? []
    throw corruptRow(String(table), key, located)
  }
}

function factsOf(tenant: unknown, list: readonly unknown[], user: UserId | undefined) {
  const [id, requestingTenant, state, users, removedJson, sentAt, grantedAt, expiresAt, endedAt] = list
  const removed = removedJson === '[]' ? [] : parseJson(removedJson)
  const named = user === undefined ? parseJson(users) : restrictToUser(user, parseJson(users), removed)
  const expected = EXPECTED_COLUMNS.get(state)
  // A state that contradicts the other columns becomes `undefined`, so that validation fails: either side could be the wrong one.
  const consistent =
    expected?.granted === (grantedAt !== null) && expected.ended === (endedAt !== null) && (expected.granted || expiresAt === null)
  return {
    id,
    requestingTenant,
    tenant,
    users: named,
    removed,
    state: consistent ? state : undefined,
    sentAt,
    grantedAt,
    expiresAt,
    endedAt,
  }
}

/** Which columns each state fills: those of the grant, and those of an end by an actor. */
const EXPECTED_COLUMNS: ReadonlyMap<unknown, { readonly granted: boolean; readonly ended: boolean }> = new Map(
  Object.entries({
    pending: { granted: false, ended: false },
    granted: { granted: true, ended: false },
    expired: { granted: true, ended: false },
    revoked: { granted: true, ended: true },
    rejected: { granted: false, ended: true },
    withdrawn: { granted: false, ended: true },
  } satisfies Record<TenantRequest['state'], object>),
)

// Other users of the request are not validated, because there may be many. A user found by user set must be named or removed.
function restrictToUser(user: UserId, users: unknown, removed: unknown): unknown {
  if (!Array.isArray(users) || !users.every((one) => typeof one === 'string')) return undefined
  if (users.includes(user)) return [user]
  return Array.isArray(removed) && removed.some((entry) => entry?.user === user) ? [] : undefined
}
