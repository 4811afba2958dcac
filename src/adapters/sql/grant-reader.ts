/** Reads the granted requests that let somebody enter during a window (SPEC 13.1). */
import type { RequestWithoutUsers, TenantRequest } from '../../domain/tenant-request-state.js'
import type { GrantRow } from '../../ports/grants-query.js'
import type { ListReader } from '../../ports/list-reader.js'
import { parseEach } from './parse-each.js'
import type { RunQuery } from './queries.js'
import { hasRequest, type RowParsers } from './row-parsers.js'
import { corruptRow, type Row, toNumber } from './row-values.js'
import { accessUntilOf } from './rows.js'

/** Returns the reader of granted requests, over functions that run a query and load its requests. */
export function createGrantReader(
  runQuery: RunQuery,
  rows: RowParsers,
  requestsIn: (found: readonly Row[]) => Promise<TenantRequest[]>,
): Pick<ListReader, 'grants'> {
  const table = rows.tableOf('tenant_requests')
  // The page is chosen by this column: a wrong one would show a grant in a window in which it held at no instant.
  const expectUntil = <R extends RequestWithoutUsers>(row: Row, request: R): R => {
    if (toNumber(row['access_until']) === accessUntilOf(request)) return request
    const path = [table, request.id, 'access_until']
    throw corruptRow(table, request.id, [{ path, code: 'invalid', message: 'must be the end of the grant' }])
  }

  return {
    async grants({ requestingTenant = '', tenant = '', other, from, to, after, limit }) {
      // `to` is a key that comes before every grant of that instant: the walk begins there.
      const { grantedAt, id } = after !== undefined && after.grantedAt < to ? after : { grantedAt: to, id: '' }
      const query = { requestingTenant, tenant, windowFrom: from, grantedAt, id, limit }
      const found = await (other === undefined ? runQuery('grants', query) : runQuery('grantsOther', { ...query, other }))
      const granted = found.filter(hasRequest)
      const isOwn = (row: Row) => row['requesting_tenant'] === requestingTenant
      const own = (await requestsIn(granted.filter(isOwn))).values()
      return {
        rows: await parseEach(granted, (row): GrantRow => {
          if (!isOwn(row)) return { party: 'tenant', request: expectUntil(row, rows.requestWithoutUsers(row)) }
          const request = expectUntil(row, own.next().value as TenantRequest)
          return { party: 'requester', request, name: rows.requestName(row) }
        }),
        governedSince: rows.governedSince(tenant, found[0] ?? {}),
      }
    },
  }
}
