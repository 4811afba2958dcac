/** The SQL of a save: one statement checks the revisions of all saves, and writes what applies. */
import { EVENT_COLUMNS } from '../sql/event-rows.js'
import { SCHEMA_VERSION } from '../sql/migrations.js'
import { REQUEST_UPDATE_COLUMNS, SESSION_COLUMNS, SESSION_UPDATE_COLUMNS } from '../sql/rows.js'
import { onStoredSpan, SPAN_COLUMNS, SPAN_UPDATE_COLUMNS } from '../sql/spans.js'
import type { Tables } from '../sql/tables.js'
import { writerLock } from './feed.js'
import { qualifiedColumns } from './grouped-insert.js'

/** How long a statement that several saves share waits for a lock, in milliseconds. */
const PATIENCE_MS = 50

/** What a statement does about a row that is locked: it waits, or leaves the save out. */
export type Locked = 'wait' | 'skip'

/**
 * Returns the statement that saves changes of requests.
 * It returns `version`, `null` if the tables have another one or are being migrated, and `complete`: the numbers of the saves that it wrote.
 */
export function saveRequestsSql(tables: Tables, locked: Locked): string {
  const { of } = tables
  const requests = of('tenant_requests')
  return `with ${versionForSave(tables, locked)}, ${ASKED},
    present as materialized (${lockedRows(requests, 'id', locked)}),
    complete as materialized (${completeIn('present', 'n.found')}),
    updated as (${update(requests, 'id', REQUEST_UPDATE_COLUMNS)}),
    removed as materialized (select * from json_populate_recordset(null::${of('user_spans')}, :removed::json)
      where tenant_request in (select key from complete)),
    spans as (insert into ${of('user_spans')} as p (${SPAN_COLUMNS.join(', ')}) select ${SPAN_COLUMNS.join(', ')} from removed
      union all select s.user_id, r.tenant, r.requesting_tenant, r.id, ${qualifiedColumns('c', SPAN_UPDATE_COLUMNS).join(', ')}
        from json_to_recordset(:remaining::json) c(id text, state text, starts_at bigint, ends_at bigint, end_rank int, revision int)
        join ${requests} r on r.id = c.id join ${of('user_sets')} s on s.user_set = r.user_set
        where c.id in (select key from complete)
          and not exists (select 1 from removed m where m.tenant_request = c.id and m.user_id = s.user_id) ${onStoredSpan('p.state')}),
    ${written(tables, 'tenant_request')},
    governing as (insert into ${of('governed_tenants')} as g (tenant, since)
      select w.tenant, min(w.at) from written w where w.type = 'tenant-request.granted'
        and coalesce((select o.since from ${of('governed_tenants')} o where o.tenant = w.tenant) > w.at, true) group by w.tenant order by w.tenant
      on conflict (tenant) do update set since = least(g.since, excluded.since)),
    ${events(tables)}
    select (select version from v) as version, (select string_agg(distinct call::text, ' ') from complete) as complete`
}

/**
 * Returns the statement that saves starts and ends of sessions.
 * For each save it returns its number, how many of its changes apply, how many of its users have too many live sessions, and whether it is saved.
 *
 * A user's sessions are counted as of the statement's snapshot, with the changes of the same save. So that none is started meanwhile, the user's number of starts must be that of the
 * snapshot when its row is locked. Else the save is not written: another statement, which sees the other start, decides it.
 */
export function saveSessionsSql(tables: Tables, canBeLive: (now: string) => string, locked: Locked): string {
  const { of } = tables
  const sessions = of('sessions')
  const columns = SESSION_COLUMNS.join(', ')
  return `with ${versionForSave(tables, locked)}, ${ASKED},
    rows as materialized (select p.*, k.call from json_populate_recordset(null::${sessions}, :rows::json) p join asked k on k.key = p.hash),
    present as materialized (${lockedRows(sessions, 'hash', locked)}),
    absent as materialized (select k.* from v cross join asked k where k.revision = 0 and not exists (select 1 from ${sessions} s where s.hash = k.key)),
    counted as materialized (select n.*, coalesce((select u.starts from ${of('session_users')} u where u.user_id = n.id), 0) as seen, (select count(*) from (
        select ${columns} from ${sessions} where user_id = n.id and hash not in (select hash from rows where call = n.call)
        union all select ${columns} from rows where user_id = n.id and call = n.call) s where ${canBeLive('n.now')}) > n.max_live as beyond
      from v cross join unnest(:users::text[], :userCalls::int[], :userSizes::int[], :nows::bigint[], :maxLive::int[]) as n(id, call, size, now, max_live)),
    starting as (insert into ${of('session_users')} as u (user_id, starts) select id, seen + 1 from counted where not beyond order by id
      on conflict (user_id) do update set starts = u.starts + 1 where u.starts = excluded.starts - 1 returning u.user_id),
    found as materialized (select call, size from present union all select call, size from absent),
    ready as materialized (select call, size from found union all select c.call, c.size from counted c join starting s on s.user_id = c.id),
    complete as materialized (${completeIn('asked', '(select count(*) from ready r where r.call = n.call)')}),
    inserted as (insert into ${sessions} (${columns}) select ${columns} from rows
      where revision = 1 and hash in (select key from complete) order by hash),
    updated as (${update(sessions, 'hash', SESSION_UPDATE_COLUMNS, `(select * from rows where revision <> 1)`)}),
    ${written(tables, 'session')},
    ${events(tables)}
    select (select version from v) as version, a.call, (select count(*) from found f where f.call = a.call) as found,
      (select count(*) from counted c where c.call = a.call and c.beyond) as beyond,
      exists (select 1 from complete c where c.call = a.call) as saved
    from (select distinct call from asked) a`
}

/**
 * The version of the tables, kept until the transaction ends.
 * Tables that are being migrated have none. Waiting for the migration here, after the statement has locked the tables, could deadlock with it.
 */
export function versionForSave({ of }: Tables, locked: Locked = 'wait'): string {
  const newer = `select 1 from ${of('migrations')} n where n.version > ${SCHEMA_VERSION}`
  // What cannot be left out, such as the first grant of a tenant that another transaction governs meanwhile, ends the statement soon.
  const patience = locked === 'skip' ? `, set_config('lock_timeout', '${PATIENCE_MS}', true) as patience` : ''
  return `v as materialized (select m.version${patience} from ${of('migrations')} m where m.version = ${SCHEMA_VERSION} and not exists (${newer})
    for key share of m skip locked)`
}

/** What each save asks for: keys with their revisions, its number, and how much must be found. */
const ASKED = `asked as materialized (select * from unnest(:keys::text[], :revisions::int[], :calls::int[], :sizes::int[]) as k(key, revision, call, size))`

/**
 * Returns the query of the asked rows that are still at their revision, which locks them.
 * In the order of their keys, so that two saves cannot deadlock. A row that another transaction changes meanwhile is compared after it.
 */
function lockedRows(table: string, key: string, locked: Locked): string {
  return `select k.* from v cross join asked k join ${table} r on r.${key} = k.key and r.revision = k.revision
    order by r.${key} for update of r${locked === 'skip' ? ' skip locked' : ''}`
}

/** Returns the query of the keys in `rows` whose save has found as much as it must. */
function completeIn(rows: string, found: string): string {
  return `select n.key, n.call from (select k.*, count(*) over (partition by k.call) as found from ${rows} k) n where ${found} = n.size`
}

function update(
  table: string,
  key: string,
  columns: readonly string[],
  rows = `json_populate_recordset(null::${table}, :rows::json)`,
): string {
  return `update ${table} r set ${columns.map((name) => `${name} = c.${name}`).join(', ')} from ${rows} c
    where r.${key} = c.${key} and c.${key} in (select key from complete)`
}

/**
 * Returns the events of the complete saves, in the order of the changes.
 * `key` is the column that says whose they are.
 */
function written({ of }: Tables, key: string): string {
  return `written as materialized (select * from json_populate_recordset(null::${of('events')}, :events::json) with ordinality
    where ${key} in (select key from complete))`
}

/** Returns what must be done before the first position of the events in `written` is allocated. */
export function allocation(tables: Tables): string {
  return `announced as materialized (select ${writerLock(tables)} from (select from written limit 1) w)`
}

/** Returns the insertion of the events in `written`. */
function events(tables: Tables): string {
  const columns = EVENT_COLUMNS.join(', ')
  return `${allocation(tables)},
    recorded as (insert into ${tables.of('events')} (${columns}) select ${columns} from written cross join announced order by ordinality)`
}

/** The errors of a statement that met another: not serializable, a deadlock, a row already there. */
export const CONCURRENT: readonly string[] = ['40001', '40P01', '23505']
