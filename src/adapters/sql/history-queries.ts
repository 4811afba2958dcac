/** The queries of histories, by party, by request and by session (SPEC 6.6, 6.9). */
import { OUTCOME_EVENTS, TENANT_EVENTS } from '../../domain/event-types.js'
import { EVENT_COLUMNS } from './event-rows.js'
import { alongTheWalk, oneOfIn, unionOfParties } from './filters.js'
import { eventsUpToPageIds } from './list-queries.js'
import type { Tables } from './tables.js'

const sqlList = (types: readonly string[]) => types.map((type) => `'${type}'`).join(', ')
const LATEST_FIRST = 'order by at desc, position desc'
// The users of a request are shown to the tenant that sent it only. Those of an answer or an end are found by its request, and count as sent.
const IS_OWN_OUTCOME = `w.requesting_tenant = :requestingTenant and w.type in (${sqlList(OUTCOME_EVENTS)})`
const SHOWN_IDS = `case when w.type = 'tenant-request.received' and w.requesting_tenant <> :requestingTenant then 0 else w.ids end
  + coalesce(w.request_count, 0)`

/**
 * Returns the history queries over these tables.
 *
 * `texts` are the values of a parameter that holds a JSON list; `removedOf` makes JSON of the users removed from the request with that id.
 * Types, tenants and users are compared along the walk of an index, and have no index of their own: each would slow down every command.
 * The persons are in `data`, which is read for the filter by users only.
 */
export function historyQueries(tables: Tables, texts: (parameter: string) => string, removedOf: (request: string) => string) {
  const [events, requests] = [tables.of('events'), tables.of('tenant_requests')]
  const oneOf = oneOfIn(texts)
  const select = `select ${EVENT_COLUMNS.map((name) => `e.${name}`).join(', ')}, e.position from ${events} e`
  // The position of the event at the reader's key is looked up here, so a key contains no position. Position 0 is before every event.
  const after = `(at, position) < (:at, coalesce((select k.position from ${events} k where k.id = :id), 0)) and at >= :since`
  const by = (tenant: string) =>
    `(cast(:byUsers as text) is null or (data -> 'by' ->> 'tenant' = ${tenant} and data -> 'by' ->> 'user' in (${texts('byUsers')})))`
  const filters = [oneOf('type', 'eventTypes'), oneOf('requesting_tenant', 'ofRequesters')]
  const ofTenants = oneOf("case when type = 'access-request.submitted' then null else tenant end", 'ofTenants')
  const own = alongTheWalk(...filters, by('requesting_tenant'), ofTenants)
  const others = `type in (${sqlList(TENANT_EVENTS)}) and ${alongTheWalk(...filters, by('tenant'), 'cast(:ofTenants as text) is null')}`
  const ofEither = `((requesting_tenant = :requestingTenant and ${own})
    or (tenant = :tenant and requesting_tenant <> :requestingTenant and ${others}))`
  const ofRequest = (column: string) =>
    `case when ${IS_OWN_OUTCOME} then (select ${column} from ${requests} r where r.id = w.tenant_request) end`
  const history = (page: string) => {
    const withRequest = `select w.*, ${ofRequest('r.user_set')} as request_set, ${ofRequest('r.user_count')} as request_count,
      ${ofRequest('r.removed_count')} as removed_count from (select * from (${page}) found ${LATEST_FIRST} limit :limit) w`
    return `select w.*, case when w.request_count is not null then ${removedOf('w.tenant_request')} end as removed
      from (${eventsUpToPageIds(tables, withRequest, LATEST_FIRST, SHOWN_IDS)}) w ${LATEST_FIRST}`
  }
  const found = (where: string) => history(`${select} where ${where} and ${after} and ${ofEither} ${LATEST_FIRST} limit :limit`)

  return {
    history: history(unionOfParties(select, { all: after, own, others }, LATEST_FIRST)),
    historyOfRequest: found('tenant_request = :tenantRequest'),
    historyOfSession: found('session = :session'),
  }
}
