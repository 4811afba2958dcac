/** The queries of lists of sessions, by party and by hash (SPEC 6.9, 7.6). */
import { alongTheWalk, oneOfIn, type PartyConditions, unionOfParties } from './filters.js'

/** What the session queries need of the dialect. */
export interface SessionDialect {
  readonly texts: (parameter: string) => string
  /** Returns whether a JSON list of texts has a value. */
  readonly lists: (list: string, value: string) => string
}

const NEWEST = 'order by started_at desc, hash desc'

/** Returns `unionOfParties` with a third index scan, of `:user`'s rows that match neither party. */
function unionWithUser(select: string, conditions: PartyConditions, order: string): string {
  return `${unionOfParties(select, conditions, order)}
    union all
    select * from (${select} where user_id = :user and requesting_tenant <> :requestingTenant and tenant <> :tenant and ${conditions.all}
      ${order} limit :limit) mine`
}

/**
 * Returns the queries over the table `sessions`.
 * `sessionRow` selects rows of `s`; `canBeLive` says whether `s` can be live.
 */
export function sessionQueries(sessions: string, sessionRow: string, canBeLive: string, { texts, lists }: SessionDialect) {
  const oneOf = oneOfIn(texts)
  // The user and the tenant of other sessions are not shown.
  const shown = (column: string, parameter: string) => `(cast(:${parameter} as text) is null
    or (${column} in (${texts(parameter)}) and (requesting_tenant = :requestingTenant or user_id = :user)))`
  const filters = `started_at >= :since and ${alongTheWalk(
    ...[shown('user_id', 'ofUsers'), shown('tenant', 'ofTenants'), oneOf('requesting_tenant', 'ofRequesters'), oneOf('method', 'methods')],
    `(cast(:ofGrant as text) is null or ${lists('granted_by', 'cast(:ofGrant as text)')})`,
  )}`
  const page = (where: string, order = NEWEST) =>
    `${sessionRow} where s.hash in (select hash from (select * from (${unionWithUser(
      `select hash, started_at from ${sessions} s`,
      { all: `${where} and ${filters}` },
      order,
    )}) found ${NEWEST} limit :limit) page) order by s.started_at desc, s.hash desc`

  return {
    sessions: page('(started_at, hash) < (:startedAt, :hash)'),
    // The unary plus keeps both from using the index on `started_at`: few sessions are open, so `lasts_until` is more selective.
    sessionsLive: page(`${canBeLive} and (+started_at, hash) < (:startedAt, :hash)`, 'order by +started_at desc, hash desc'),
    sessionsOne: `${sessionRow} where s.hash = :session and (requesting_tenant = :requestingTenant or tenant = :tenant or user_id = :user)
      and (started_at, hash) < (:startedAt, :hash) and ${filters} and (cast(:live as text) is null or ${canBeLive}) limit :limit`,
  }
}
