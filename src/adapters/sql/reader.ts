/** The reads of the database repositories: one statement per result or page, so each is one snapshot. */
import type { TenantId, UserId } from '../../domain/ids.js'
import type { OpenSession, Session } from '../../domain/session-state.js'
import { requestsOfUser, userStatusAt } from '../../domain/status.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import type { EventFeed } from '../../ports/event-feed.js'
import type { MyAccessRow, TenantKey } from '../../ports/list-reader.js'
import type { Repository, SessionRow } from '../../ports/repository.js'
import type { Queries } from './queries.js'
import type { RowParsers } from './row-parsers.js'
import type { Row } from './row-values.js'
import type { Value } from './rows.js'

/** Runs one of the queries with its values. */
export type RunQuery = (query: keyof Queries, values: Readonly<Record<string, Value>>) => Promise<readonly Row[]>

/** The reading methods of a repository, without the feed. */
export type ReadPart = Omit<Repository, 'saveSubmission' | 'saveChanges' | 'saveSessionChanges' | keyof EventFeed>

/** Bounds outside the range of `Date`: every instant is between them. */
const [BEFORE_ALL, AFTER_ALL] = [-9e15, 9e15]

/** Returns the reading methods, over a function that runs a query. */
export function createReader(runQuery: RunQuery, rows: RowParsers): ReadPart {
  const requests = async (query: keyof Queries, values: Readonly<Record<string, Value>>) =>
    (await runQuery(query, values)).map(rows.tenantRequest)
  const sessionRow = (row: Row): SessionRow => {
    const session = rows.session(row)
    return { session, facts: rows.facts(session.tenant, row, session.user), governedSince: rows.governedSince(session.tenant, row) }
  }

  /** Returns the user's tenants after a key, with any status, by requests of `requestingTenant`. */
  const tenantsOf = async (requestingTenant: string, user: string, after: TenantKey | undefined, limit: number): Promise<MyAccessRow[]> => {
    const { sentAt, tenant } = after ?? { sentAt: AFTER_ALL, tenant: '' }
    const byTenant = new Map<TenantId, { readonly tenant: TenantId; readonly sentAt: number; readonly requests: TenantRequest[] }>()
    for (const row of await runQuery('myAccess', { requestingTenant, user, sentAt, tenant, limit })) {
      const request = rows.tenantRequest(row)
      const known = byTenant.get(request.tenant)
      if (known) known.requests.push(request)
      else byTenant.set(request.tenant, { tenant: request.tenant, sentAt: Number(row['first_sent_at']), requests: [request] })
    }
    return [...byTenant.values()]
  }

  return {
    async accessRequest(requestingTenant, id) {
      const [row] = await runQuery('accessRequest', { requestingTenant, id })
      return row && rows.accessRequest(row)
    },
    async tenantRequest(id) {
      return (await requests('tenantRequest', { id }))[0]
    },
    tenantRequestsOf: (requestingTenant, accessRequest) => requests('tenantRequestsOf', { requestingTenant, id: accessRequest }),
    async openRequestsNaming(requestingTenant, user) {
      // A user set still contains removed users.
      return (await requests('openRequestsNaming', { requestingTenant, user })).filter(({ users }) => users.includes(user))
    },
    dueRequests: (now, limit) => requests('due', { now, limit }),

    async facts(tenant) {
      return factsIn(await runQuery('facts', { tenant }), tenant)
    },
    async factsFor(tenant, user) {
      return factsIn(await runQuery('factsFor', { tenant, user }), tenant, user)
    },
    async factsOfUser(user) {
      return (await runQuery('factsOfUser', { user })).map((row) => rows.facts(String(row['tenant']), row, user))
    },

    incoming: ({ tenant, status, now, after, limit }) =>
      requests('incoming', { tenant, status: status ?? null, now, sentAt: after?.sentAt ?? AFTER_ALL, id: after?.id ?? '', limit }),
    async outgoing({ requestingTenant, accessRequest, status, now, after, limit }) {
      const { sentAt, id } = after ?? { sentAt: AFTER_ALL, id: '' }
      const common = { requestingTenant, status: status ?? null, now, sentAt, id, limit }
      const found = await (accessRequest === undefined
        ? runQuery('outgoing', common)
        : runQuery('outgoingOf', { ...common, accessRequest }))
      return found.map((row) => ({ request: rows.tenantRequest(row), name: rows.requestName(row) }))
    },
    async myAccess({ requestingTenant, user, status, now, after, limit }) {
      // Only the domain computes a user's status, so filter here and load pages until one is full.
      const found: MyAccessRow[] = []
      for (let from: TenantKey | undefined = after, more = true; more && found.length < limit; ) {
        const tenants = await tenantsOf(requestingTenant, user, from, limit)
        for (const row of tenants) {
          if (status === undefined || userStatusAt(requestsOfUser(user, row.requests), now) === status) found.push(row)
        }
        more = tenants.length === limit
        from = tenants.at(-1)
      }
      return found.slice(0, limit)
    },
    async history({ requestingTenant = '', tenant = '', after, limit }) {
      const { at, id } = after ?? { at: AFTER_ALL, id: '' }
      return (await runQuery('history', { requestingTenant, tenant, at, id, limit })).map(rows.event)
    },

    async session(hash) {
      return (await runQuery('session', { hash })).map(sessionRow)[0]
    },
    async sessions({ requestingTenant = '', tenant = '', openAt, after, limit }) {
      const { startedAt, hash } = after ?? { startedAt: AFTER_ALL, hash: '' }
      const common = { requestingTenant, tenant, startedAt, hash, limit }
      return (await (openAt === undefined ? runQuery('sessions', common) : runQuery('sessionsOpenAt', { ...common, openAt }))).map(
        sessionRow,
      )
    },
    async openSessions({ after, limit }) {
      const { endsAt, hash } = after ?? { endsAt: BEFORE_ALL, hash: '' }
      return (await runQuery('openSessions', { endsAt, hash, limit })).map(sessionRow).filter(isOpen)
    },

    async requestPage({ after, limit }) {
      const { tenant, sentAt, id } = after ?? { tenant: '', sentAt: BEFORE_ALL, id: '' }
      return (await runQuery('requestPage', { tenant, sentAt, id, limit })).flatMap(rows.requestFacts)
    },
    async governedTenantPage({ after = '', limit }) {
      return (await runQuery('governedTenantPage', { tenant: after, limit })).map(rows.governed)
    },
  }

  function factsIn([row]: readonly Row[], tenant: TenantId, user?: UserId) {
    if (row === undefined) throw new TypeError('the database returned no row')
    return rows.facts(tenant, row, user)
  }
}

function isOpen(row: SessionRow): row is SessionRow<OpenSession> {
  const { state }: Session = row.session
  return state === 'open'
}
