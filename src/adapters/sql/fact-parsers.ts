/** Facts read back: checked by the domain as anybody's are, without a schema for each request, since there are many (SPEC 5.9). */
import { isConsentryError } from '../../domain/error.js'
import { parseFacts, type TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Issue } from '../../domain/refusal.js'
import type { RequestFacts } from '../../domain/status.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { corruptRow, parseJson, type Row } from './row-values.js'
import type { Tables } from './tables.js'

/** Reads facts of these tables back; what no command could have written is `corrupt`, and the error names its table and its key. */
export function factParsers({ nameOf }: Tables) {
  return {
    /** The facts of a tenant, as they concern the user where one is given; in `lists`, as JSON, a list for each request. */
    ofTenant: (tenant: TenantId, governed: boolean, lists: unknown, user?: UserId): TenantFacts => {
      const all = parseJson(lists)
      const requests = Array.isArray(all) ? all.map((list) => factsOf(tenant, Array.isArray(list) ? list : [], user)) : all
      return parseStoredFacts({ tenant, governed, requests }, ([part, index, ...rest]) => {
        const of = part === 'requests' && typeof index === 'number' && Array.isArray(requests) ? requests[index] : undefined
        return of === undefined ? [nameOf('governed_tenants'), tenant] : [nameOf('tenant_requests'), String(of.id), ...rest]
      })
    },

    /** The facts of one request, from its `tenant` and as `request` the list of it. Whether its tenant is governed is another row's to say. */
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
  const [id, state, users, others, sentAt, grantedAt, expiresAt, endedAt] = list
  const removed = others === '[]' ? [] : parseJson(others)
  const named = user === undefined ? parseJson(users) : restrictToUser(user, parseJson(users), removed)
  const knows = EXPECTED_COLUMNS.get(state)
  // A state that contradicts what is known beside it is none: nobody can say which of the two is wrong.
  const sound = knows?.granted === (grantedAt !== null) && knows.ended === (endedAt !== null) && (knows.granted || expiresAt === null)
  return { id, tenant, users: named, removed, state: sound ? state : undefined, sentAt, grantedAt, expiresAt, endedAt }
}

/** Whether a request in that state knows of a grant, and of an end that somebody put to it. */
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

// The others that a request names are not looked at one by one: there may be many. A user found by their set must be named or removed.
function restrictToUser(user: UserId, users: unknown, removed: unknown): unknown {
  if (!Array.isArray(users) || !users.every((one) => typeof one === 'string')) return undefined
  if (users.includes(user)) return [user]
  return Array.isArray(removed) && removed.some((entry) => entry?.user === user) ? [] : undefined
}
