/** The queries of the granted requests that let somebody enter during a window (SPEC 13.1). */
import { unionOfParties } from './filters.js'
import type { Tables } from './tables.js'

const LATEST_GRANT_FIRST = 'order by granted_at desc, id desc'
const IN_WINDOW = 'access_until > :windowFrom and (granted_at, id) < (:grantedAt, :id)'
const IS_OWN = 'r.requesting_tenant = :requestingTenant'

/**
 * Returns the queries of granted requests over these tables, of all other tenants and of one.
 * `request` is a select list of `r`; `removedOf` makes JSON of the users removed from the request with that id, and `sinceOf` says since when
 * a tenant is governed. The requests of each party are walked in the order of the page, by an index that holds all that the page is chosen by.
 */
export function grantQueries({ of }: Tables, request: string, removedOf: (request: string) => string, sinceOf: (tenant: string) => string) {
  const [accessRequests, requests] = [of('access_requests'), of('tenant_requests')]
  // The name and the users of a request are for the tenant that sent it only.
  const shown = `${request}, r.user_set, r.user_count, case when ${IS_OWN} then ${removedOf('r.id')} end as removed,
    case when ${IS_OWN} then (select a.name from ${accessRequests} a where a.seq = r.access_request_seq) end as name`
  const page = (own?: string, others?: string) => {
    const found = unionOfParties(`select id, granted_at from ${requests}`, { all: IN_WINDOW, own, others }, LATEST_GRANT_FIRST)
    return `select found.governed_since, page.* from (select ${sinceOf(':tenant')} as governed_since) found left join (
      select ${shown} from ${requests} r where r.id in (select id from (${found}) found ${LATEST_GRANT_FIRST} limit :limit)
    ) page on 1 = 1 order by page.granted_at desc, page.id desc`
  }

  return {
    grants: page(),
    grantsOther: page('tenant = :other', 'requesting_tenant = :other'),
  }
}
