/** The statements of deliveries of notices, in SQL that SQLite and PostgreSQL share. */
import { alongTheWalk } from './filters.js'
import { IS_UNANSWERED } from './notice-schema.js'
import type { SqlDialect } from './sql-dialect.js'
import type { Tables } from './tables.js'

/** The columns of a delivery to add. */
const NEW_COLUMNS = [
  ['id', 'text'],
  ['channel', 'text'],
  ['party', 'text'],
  ['queue', 'text'],
  ['bundled', 'bigint'],
  ['due_at', 'bigint'],
  ['keep_until', 'bigint'],
  ['notice', 'text'],
] as const

/** The columns of an outcome: which attempt, and what becomes of its delivery. */
const OUTCOME_COLUMNS = [
  ['of_id', 'text'],
  ['of_channel', 'text'],
  ['attempt', 'bigint'],
  ['next_state', 'text'],
  ['next_due', 'bigint'],
  ['next_at', 'bigint'],
  ['next_error', 'text'],
  ['next_closes', 'text'],
] as const

const PARTY_COLUMNS = [
  ['channel', 'text'],
  ['party', 'text'],
] as const

/**
 * Returns the statements over these tables.
 * Each returns rows, so that every driver runs it alike.
 */
export function noticeQueries({ of }: Tables, { texts, numbers, records, lock, skipLocked }: SqlDialect) {
  const [notices, endpoints] = [of('notices'), of('notice_endpoints')]
  const columns = NEW_COLUMNS.map(([name]) => name)
  /** A delivery on its own, or the first of a bundle. */
  const leads = (alias: string) => `(${alias}.bundle_of is null or ${alias}.bundle_of = ${alias}.seq)`
  const isDue = (alias: string) => `(${alias}.due_at <= :now or ${alias}.due_at > :far)`
  const isFirst = `not exists (select 1 from ${notices} e
    where e.state = 'waiting' and e.channel = v.channel and e.queue = v.queue and e.seq < v.seq)`
  const isAllowed = `not exists (select 1 from (${records('except', PARTY_COLUMNS)}) x where x.channel = v.channel and x.party = v.party)`
  /** The first deliveries of their queues that are due so, earliest first: an index finds each range. */
  const candidates = (due: string) => `select * from (select v.seq, v.channel, v.party, v.due_at from ${notices} v
    where v.state = 'waiting' and v.due_at ${due} and ${alongTheWalk(isFirst, isAllowed)} order by v.due_at, v.seq limit :candidates) c`
  const ranked = `select d.seq, d.due_at, row_number() over (partition by d.channel, d.party order by d.due_at, d.seq) as place
    from (${candidates('<= :now')} union all ${candidates('> :far')}) d`
  const leased = (where: string) => `select v.seq, v.bundle_of, v.id, v.channel, v.party, v.attempts, v.reached, v.notice
    from ${notices} v where ${where}`
  const revive = (
    where: string,
  ) => `update ${notices} as v set state = 'waiting', due_at = :now, attempts = 0, error = null, settled_at = null
    where v.state = 'dead' and ${leads('v')}${where} returning seq`

  return {
    add: `insert into ${notices} (${columns.join(', ')}, state, attempts, reached)
      select ${columns.map((name) => `d.${name}`).join(', ')}, 'waiting', 0, '[]' from (${records('deliveries', NEW_COLUMNS)}) d where true order by d.n
      on conflict (id, channel) do nothing returning seq`,
    // Only what is taken is locked: of the others, a concurrent call takes its own.
    take: `select v.seq, v.bundled, v.bundle_of from (${ranked}) ranked cross join ${notices} v
      where v.seq = ranked.seq and ranked.place <= :perParty and v.state = 'waiting' and ${isDue('v')}
      order by ranked.due_at, ranked.seq limit :limit${skipLocked('v')}`,
    bundle: `update ${notices} as v set bundle_of = b.head from (
      select m.seq as member, h.seq as head, row_number() over (partition by h.seq order by m.seq) as place
      from ${notices} h join ${notices} m on m.channel = h.channel and m.queue = h.queue and m.seq >= h.seq
      where h.seq in (${numbers('heads')}) and m.state = 'waiting' and m.bundled = 1 and m.bundle_of is null and ${isDue('m')}) b
      where v.seq = b.member and b.place <= :maxBundle returning seq`,
    lease: `update ${notices} set attempts = attempts + 1, due_at = :until where seq in (${numbers('heads')}) returning seq`,
    leased: `${leased(`v.seq in (${numbers('heads')})`)} union all ${leased(`v.bundle_of in (${numbers('heads')}) and v.bundle_of <> v.seq`)}
      order by seq`,
    reached: `select v.reached from ${notices} v where v.id = :id and v.channel = :channel${lock}`,
    recordReached: `update ${notices} set reached = :reached where id = :id and channel = :channel returning seq`,
    settle: `update ${notices} as v set state = o.next_state, due_at = coalesce(o.next_due, v.due_at), settled_at = o.next_at,
      error = o.next_error, closes = o.next_closes from (${records('outcomes', OUTCOME_COLUMNS)}) o
      where v.id = o.of_id and v.channel = o.of_channel and v.state = 'waiting' and v.attempts = o.attempt returning seq`,
    // What a delivery holds up is not due before it is tried again: so no call looks at all of that.
    holdUp: `update ${notices} as v set due_at = h.due from (select seq as head, channel as of_channel, queue as of_queue, due_at as due from ${notices}
        where seq in (${numbers('heads')}) and state = 'waiting') h
      where v.state = 'waiting' and v.channel = h.of_channel and v.queue = h.of_queue and v.seq > h.head and v.due_at < h.due returning seq`,
    settleBundles: `update ${notices} as v set state = h.next_state, settled_at = h.next_at
      from (select seq as head, state as next_state, settled_at as next_at from ${notices}
        where seq in (${numbers('heads')}) and bundle_of = seq and state <> 'waiting') h
      where v.bundle_of = h.head and v.seq <> h.head returning seq`,
    closeEndpoints: `insert into ${endpoints} (endpoint) select distinct closes from ${notices}
      where seq in (${numbers('heads')}) and closes is not null on conflict (endpoint) do nothing returning endpoint`,
    closedEndpoints: `select p.endpoint from ${endpoints} p order by p.endpoint`,
    dead: `select v.id, v.channel, v.party, v.notice, v.attempts, v.error, v.settled_at from ${notices} v
      where v.state = 'dead' and ${leads('v')} and (v.settled_at, v.id, v.channel) > (:at, :id, :channel)
      order by v.settled_at, v.id, v.channel limit :limit`,
    revive: revive(` and v.id in (${texts('ids')})`),
    reviveAll: revive(''),
    reviveBundles: `update ${notices} set state = 'waiting', due_at = :now, settled_at = null
      where bundle_of in (${numbers('heads')}) and state = 'dead' returning seq`,
    openEndpoints: `delete from ${endpoints} where endpoint in (select closes from ${notices} where seq in (${numbers('heads')}))
      returning endpoint`,
    over: `select v.seq from ${notices} v where v.state <> 'waiting' and v.settled_at < :before
      and (v.keep_until is null or v.keep_until <= :now) order by v.settled_at limit :limit`,
    // One that was revived meanwhile stays.
    remove: `delete from ${notices} where seq in (${numbers('seqs')}) and state <> 'waiting' returning seq`,
    count: `select (select count(*) from ${notices} v where v.state = 'waiting' and ${leads('v')}) as waiting,
      (select count(*) from ${notices} v where v.state = 'dead' and ${leads('v')}) as dead`,
    unanswered: `select r.sent_at, r.id from ${of('tenant_requests')} r where r.${IS_UNANSWERED} and r.sent_at <= :until
      and (r.sent_at, r.id) > (:sentAt, :id) order by r.sent_at, r.id limit :limit`,
  }
}
