/** Parsers of stored facts, which the domain validates as a whole, because there are many (SPEC 5.9). */
import { ConsentryError, isConsentryError } from '../../domain/error.js'
import { parseFacts, parseFrozenFacts, type TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Issue } from '../../domain/refusal.js'
import type { RequestFacts } from '../../domain/status.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { FEW_FACTS, MAX_FACTS } from './facts-queries.js'
import { corruptRow, parseJson, type Row, toNumber } from './row-values.js'
import { openUntilOf } from './rows.js'
import type { Tables } from './tables.js'
import type { UsersOf } from './user-sets.js'

/** Where a list of few facts says whether it decides: after the values of the request. */
const DECIDES = 10
const DECIDES_NOT: ReadonlySet<unknown> = new Set([0, false, null])

/**
 * Returns the parsers of facts for these tables.
 * They throw `corrupt` for values that no command writes; the issues name the table and the key.
 */
export function factParsers({ nameOf }: Tables) {
  const parseOf = (parse: typeof parseFacts, tenant: unknown, governed: boolean, requests: readonly StoredFacts[]): TenantFacts =>
    parseStoredFacts(parse, { tenant, governed, requests }, ([part, index, ...rest]) => {
      const request = part === 'requests' && typeof index === 'number' ? requests[index] : undefined
      return request === undefined ? [nameOf('governed_tenants'), String(tenant)] : [nameOf('tenant_requests'), String(request.id), ...rest]
    })

  const listsIn = (tenant: TenantId, lists: unknown): readonly unknown[] => {
    const parsed = parseJson(lists ?? [])
    if (Array.isArray(parsed)) return parsed
    throw corruptRow(nameOf('tenant_requests'), tenant, [])
  }

  return {
    /** Returns those of few lists that decide, as their last value says; `undefined` if there are more. */
    decisiveOfFew: (tenant: TenantId, lists: unknown): readonly unknown[] | undefined => {
      const few = listsIn(tenant, lists)
      // What says neither yes nor no is kept, so that validation refuses it. SQLite says `0` for `false`.
      return few.length > FEW_FACTS ? undefined : few.filter((list) => !Array.isArray(list) || !DECIDES_NOT.has(list[DECIDES]))
    },

    /** Returns a tenant's facts about one user, frozen. `lists` is JSON with one list per request. */
    ofUser: (tenant: TenantId, governed: boolean, lists: unknown, user: UserId): TenantFacts => {
      const parsed = listsIn(tenant, lists)
      if (parsed.length > MAX_FACTS) throw tooManyFacts(tenant)
      return parseOf(
        parseFrozenFacts,
        tenant,
        governed,
        parsed.map((list) => narrowedFacts(tenant, user, Array.isArray(list) ? list : [])),
      )
    },

    /** Returns a tenant's facts with the requests of these rows, whose users `usersOf` knows. */
    ofTenant: (tenant: TenantId, governed: boolean, rows: readonly Row[], usersOf: UsersOf): TenantFacts =>
      parseOf(
        parseFacts,
        tenant,
        governed,
        rows.map((row) => factsInRow(row, usersOf)),
      ),

    /** Returns the facts of the row's request. `governed` is in another table. */
    ofRequest: (row: Row, usersOf: UsersOf): readonly RequestFacts[] => {
      const request = factsInRow(row, usersOf)
      const facts = { tenant: row['tenant'], governed: true, requests: [request] }
      return parseStoredFacts(parseFacts, facts, ([part, , ...rest]) => {
        return [nameOf('tenant_requests'), String(request.id), ...(part === 'requests' ? rest : ['tenant'])]
      }).requests
    },
  }
}

function parseStoredFacts(parse: typeof parseFacts, facts: object, locate: (path: Issue['path']) => Issue['path']): TenantFacts {
  try {
    return parse(facts)
  } catch (error) {
    if (!isConsentryError(error, 'invalid-facts')) throw error
    const located = error.issues.map((issue): Issue => ({ ...issue, path: locate(issue.path) }))
    const [table, key] = located[0]?.path ?? []
    throw corruptRow(String(table), key, located, error.omitted)
  }
}

function tooManyFacts(tenant: TenantId): ConsentryError {
  const message = `more than ${MAX_FACTS} open requests of one tenant name one user: no policy allows so many`
  return new ConsentryError(message, { code: 'corrupt', issues: [{ path: ['tenant', tenant], code: 'too-many', message }] })
}

/** A request as stored, not validated yet. */
type StoredFacts = Readonly<Record<'id' | 'requestingTenant' | 'tenant' | keyof ReturnType<UsersOf> | keyof Lifecycle, unknown>>

/** The columns of a request's state. */
type Lifecycle = Readonly<Record<'state' | 'sentAt' | 'answerBy' | 'grantedAt' | 'expiresAt' | 'endedAt', unknown>>

// Written without spreads, which cost more than reading the row.
function narrowedFacts(tenant: TenantId, user: UserId, list: readonly unknown[]): StoredFacts {
  const [id, requestingTenant, stored, removedAt, sentAt, answerBy, grantedAt, expiresAt, endedAt, openUntil] = list
  const state = consistentState(stored, answerBy, grantedAt, expiresAt, endedAt, openUntil)
  const users = removedAt === null ? [user] : []
  const removed = removedAt === null ? [] : [{ user, at: removedAt }]
  return { id, requestingTenant, tenant, users, removed, state, sentAt, answerBy, grantedAt, expiresAt, endedAt }
}

function factsInRow(row: Row, usersOf: UsersOf): StoredFacts {
  const { users, removed } = usersOf(row)
  const answerBy = toNumber(row['answer_by'])
  const grantedAt = toNumber(row['granted_at'])
  const expiresAt = toNumber(row['expires_at'])
  const endedAt = toNumber(row['ended_at'])
  const state = consistentState(row['state'], answerBy, grantedAt, expiresAt, endedAt, toNumber(row['open_until']))
  const sentAt = toNumber(row['sent_at'])
  const [id, requestingTenant, tenant] = [row['id'], row['requesting_tenant'], row['tenant']]
  return { id, requestingTenant, tenant, users, removed, state, sentAt, answerBy, grantedAt, expiresAt, endedAt }
}

// A state that contradicts the other columns becomes `undefined`, so that validation fails: either side could be the wrong one.
// `open_until` is checked too: a grant that looks over by it would not be found by those who end it.
function consistentState(
  state: unknown,
  answerBy: unknown,
  grantedAt: unknown,
  expiresAt: unknown,
  endedAt: unknown,
  openUntil: unknown,
): unknown {
  const expected = EXPECTED_COLUMNS.get(state)
  const consistent =
    expected?.granted === (grantedAt !== null) &&
    expected.ended === (endedAt !== null) &&
    (expected.granted || expiresAt === null) &&
    openUntil === openUntilOf(state, answerBy, expiresAt)
  return consistent ? state : undefined
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
    lapsed: { granted: false, ended: false },
  } satisfies Record<TenantRequest['state'], object>),
)
