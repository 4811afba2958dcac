/** The SQL of facts about one user, narrowed to what decides: `decisiveRequests` of the domain. */
import type { Tables } from './tables.js'

/**
 * The most requests that facts about one user may hold.
 * A policy allows fewer open ones by one requesting tenant (SPEC 3.4a).
 */
export const MAX_FACTS = 2_000

/** The most rows that a look at few facts reads: most users have one request in a tenant. */
export const FEW_FACTS = 8

/** SQL expressions that say whose facts are meant. */
interface Whose {
  readonly user: string
  readonly tenant: string
  readonly now: string
}

/** Returns the SQL of facts about one user over these tables; `list` and `gather` make JSON. */
export function factsSql({ of }: Tables, list: string, gather: (item: string) => string) {
  const requests = of('tenant_requests')
  const spans = of('user_spans')
  const sets = of('user_sets')
  const governed = of('governed_tenants')
  /** The parts of a request that decide about one of its users. */
  const item = (removedAt: string) =>
    `${list}(r.id, r.requesting_tenant, r.state, ${removedAt}, r.sent_at, r.answer_by, r.granted_at, r.expires_at, r.ended_at, r.open_until)`
  const names = (request: string, user: string) =>
    `exists (select 1 from ${sets} t where t.user_id = ${user} and t.user_set = ${request}.user_set)`
  const removedAt = `case when x.state = 'removed' then x.ends_at end`

  /** Whether the user's part in a request has ended, as the span says. */
  const ended = (x: string, now: string) => `(${x}.state not in ('granted', 'pending') or ${x}.ends_at <= ${now})`
  const isNotRemoved = (request: string, user: string) =>
    `(select 1 from ${spans} x where x.tenant_request = ${request}.id and x.user_id = ${user} and x.state = 'removed') is null`

  /**
   * Returns JSON with one list for each of these requests, from pairs of an id and the user's removal.
   * One more than allowed shows that there are too many. A span only finds a request: whom that asks and names, the request and its list of
   * users say. Its tenant is compared as an expression, and `cross join` keeps the order, so that each is found by its id.
   */
  const gathered = ({ user, tenant }: Whose, found: string) => `select ${gather('f.item')} from (select ${item('d.removed_at')} as item
    from (${found}) d cross join ${requests} r where r.id = d.id and r.tenant || '' = ${tenant} and ${names('r', user)} limit ${MAX_FACTS + 1}) f`

  /**
   * Returns the decisive requests that the requesting tenants in `q` sent to `asked`.
   * The three parts have no request in common. `cross join` keeps the order of the first: SQLite would otherwise read what is open in the tenant by
   * every requesting tenant, with all that lapsed and nobody recorded.
   */
  const decisive = ({ user, tenant, now }: Whose, q: string, asked = tenant) => {
    const own = `x.user_id = ${user} and x.tenant = ${tenant} and x.requesting_tenant = q.tenant`
    return `select p.id, cast(null as bigint) as removed_at from ${q} cross join ${requests} p
        where p.tenant = ${asked} and p.requesting_tenant = q.tenant and p.open_until > ${now} and p.state = 'pending' and ${names('p', user)}
        and ${isNotRemoved('p', user)}
      union all select x.tenant_request, cast(null as bigint) from ${q} join ${spans} x on ${own} and x.ends_at > ${now} where x.state = 'granted'
      union all select x.tenant_request, ${removedAt} from ${q} join ${spans} x on x.user_id = ${user} and x.tenant_request = (
        select x.tenant_request from ${spans} x where ${own} and ${ended('x', now)}
        order by x.ends_at desc, x.end_rank desc, x.tenant_request desc limit 1)`
  }

  return {
    item,
    names,

    /**
     * JSON with what is pending in the tenant, and what the user was answered there.
     * Each list ends by whether it decides. More lists than `FEW_FACTS` are not all. Of fewer, those that decide are the facts of `ofAll`, or of
     * `ofOne`, at half the cost: no requesting tenant is looked for, and nothing is ordered. Each row that is read makes a list, so no history is.
     */
    few: ({ user, tenant, now }: Whose, from?: string) => {
      const isSent = from === undefined ? '' : `r.requesting_tenant = ${from} and `
      const sent = from === undefined ? '' : ` and x.requesting_tenant = ${from}`
      const listOf = (removed: string, decides: string) => `${item(removed).slice(0, -1)}, ${decides})`
      // Scalar subqueries: of `exists` in a select list, PostgreSQL would read all lists of the user at once.
      const isNamed = `(select 1 from ${sets} t where t.user_id = ${user} and t.user_set = r.user_set) is not null`
      const isPending = `${isSent}r.open_until > ${now} and ${isNamed} and ${isNotRemoved('r', user)}`
      const isLast = `(select 1 from ${spans} y where y.user_id = ${user} and y.tenant = ${tenant} and y.requesting_tenant = x.requesting_tenant
        and (y.ends_at, y.end_rank, y.tenant_request) > (x.ends_at, x.end_rank, x.tenant_request) and ${ended('y', now)} limit 1) is null`
      const isDecisive = `${isNamed} and case when x.state = 'granted' and x.ends_at > ${now} then true when ${ended('x', now)} then ${isLast} end`
      return `(select ${gather('f.item')} from (
        select ${listOf('cast(null as bigint)', isPending)} as item from ${requests} r where r.tenant = ${tenant} and r.state = 'pending'
        union all select ${listOf(removedAt, isDecisive)} from ${spans} x cross join ${requests} r
        where x.user_id = ${user} and x.tenant = ${tenant}${sent} and r.id = x.tenant_request and r.tenant || '' = ${tenant}
        limit ${FEW_FACTS + 1}) f)`
    },

    /** The facts by the requests of one requesting tenant. */
    ofOne: (whose: Whose, from: string) => `(${gathered(whose, decisive(whose, `(select ${from} as tenant) q`))})`,

    /**
     * The facts by the requests of every requesting tenant. Each is found by one look-up in an index.
     * The tenant asked is a column beside each requester: PostgreSQL would otherwise read all requests of the tenant, to join them by a hash.
     */
    ofAll: (whose: Whose) => {
      const each = (name: string, table: string, where: string) => `${name}(tenant) as (
        select min(n.requesting_tenant) from ${table} n where ${where}
        union all select (select min(n.requesting_tenant) from ${table} n where ${where} and n.requesting_tenant > q.tenant)
        from ${name} q where q.tenant is not null)`
      return `(with recursive ${each('asking', requests, `n.tenant = ${whose.tenant} and n.open_until is not null`)},
        ${each('answered', spans, `n.user_id = ${whose.user} and n.tenant = ${whose.tenant}`)},
        requesters(asked, tenant) as (select ${whose.tenant}, tenant from asking where tenant is not null
          union select ${whose.tenant}, tenant from answered where tenant is not null)
        ${gathered(whose, decisive(whose, 'requesters q', 'q.asked'))})`
    },

    /** The facts of the session `s`: with them the grants that held during it (SPEC 7.2). */
    ofSession: (now: string) => {
      const whose = { user: 's.user_id', tenant: 's.tenant', now }
      const ids = decisive(whose, '(select s.requesting_tenant as tenant) q')
      const own = 'x.user_id = s.user_id and x.tenant = s.tenant and x.requesting_tenant = s.requesting_tenant'
      return `(${gathered(
        whose,
        `${ids} union select x.tenant_request, ${removedAt} from ${spans} x where ${own} and x.ends_at > s.started_at
        and x.starts_at <= s.lasts_until`,
      )})`
    },

    /** Whether the session `s` can be live: a grant to its user holds, or the legacy tool is open there. */
    canBeLive: (now: string) => `s.lasts_until > ${now} and (exists (select 1 from ${spans} x where x.user_id = s.user_id
      and x.tenant = s.tenant and x.requesting_tenant = s.requesting_tenant and x.ends_at > ${now} and x.state = 'granted'
      and x.starts_at <= ${now}) or (s.method <> 'access-request' and (select g.tenant from ${governed} g where g.tenant = s.tenant) is null))`,
  }
}
