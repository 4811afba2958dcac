/** The deliveries of notices in a database: the statements of each call, and their values. */
import { type AttemptOutcome, MAX_WAIT_MS, type NewDelivery, type NoticeStore } from '../../ports/notice-store.js'
import { noticeQueries } from './notice-queries.js'
import { BEFORE_ALL } from './request-list-reader.js'
import type { RowParsers } from './row-parsers.js'
import type { Row } from './row-values.js'
import type { SqlDialect } from './sql-dialect.js'
import type { Tables } from './tables.js'
import type { Work, WorkRunner } from './work.js'

/** The candidates for each delivery asked for: several may be of one party. */
const CANDIDATES = 4

/** Returns the work that adds deliveries. */
export function addWork(tables: Tables, dialect: SqlDialect) {
  const { add } = noticeQueries(tables, dialect)
  return function* (deliveries: readonly NewDelivery[]): Work<void> {
    if (deliveries.length === 0) return
    const rows = deliveries.map((one) => {
      const { id, channel, party, queue, bundled, dueAt, keepUntil, notice } = one
      return [id, channel, party, queue, bundled ? 1 : 0, dueAt, keepUntil, JSON.stringify(notice)]
    })
    yield [add, { deliveries: JSON.stringify(rows) }]
  }
}

/** Returns the methods of the store without `add`, which runs in a transaction of its caller. */
export function createNoticeStore(
  tables: Tables,
  dialect: SqlDialect,
  rows: RowParsers,
  { inTransaction, read }: WorkRunner,
): Omit<NoticeStore<never>, 'add'> {
  const sql = noticeQueries(tables, dialect)
  return {
    lease: ({ now, until, limit, perParty, except, maxBundle }) =>
      inTransaction(function* () {
        const due = { now, far: now + MAX_WAIT_MS }
        const parties = JSON.stringify(except.map(({ channel, party }) => [channel, party]))
        const taken = yield [sql.take, { ...due, limit, candidates: CANDIDATES * limit, perParty, except: parties }]
        const heads = numbersIn(taken)
        if (heads === '[]') return []
        const unbundled = numbersIn(taken.filter((row) => Number(row['bundled']) === 1 && row['bundle_of'] === null))
        if (unbundled !== '[]') yield [sql.bundle, { ...due, heads: unbundled, maxBundle }]
        yield [sql.lease, { heads, until }]
        const found = yield [sql.leased, { heads }]
        return taken.map(({ seq }) =>
          rows.leasedDelivery(found.filter((row) => [row['seq'], row['bundle_of']].map(String).includes(String(seq)))),
        )
      }),

    recordReached: ({ id, channel, recipient }) =>
      inTransaction(function* () {
        const [row] = yield [sql.reached, { id, channel }]
        const reached = row && rows.recipients(row)
        if (reached === undefined || reached.includes(recipient)) return
        yield [sql.recordReached, { id, channel, reached: JSON.stringify([...reached, recipient]) }]
      }),

    settle: (outcomes) =>
      inTransaction(function* () {
        const last = new Map<string, AttemptOutcome>()
        for (const one of outcomes) {
          const key = JSON.stringify([one.id, one.channel, one.attempt])
          if ((last.get(key)?.state ?? 'waiting') === 'waiting') last.set(key, one)
        }
        const values = [...last.values()].map((one) => {
          const dueAt = one.state === 'waiting' ? one.dueAt : null
          const settledAt = one.state === 'waiting' ? null : one.at
          const error = one.state === 'done' ? null : JSON.stringify(one.error)
          const closes = one.state === 'dead' && one.closes !== undefined ? JSON.stringify(one.closes) : null
          return [one.id, one.channel, one.attempt, one.state, dueAt, settledAt, error, closes]
        })
        const heads = numbersIn(yield [sql.settle, { outcomes: JSON.stringify(values) }])
        yield [sql.holdUp, { heads }]
        yield [sql.settleBundles, { heads }]
        yield [sql.closeEndpoints, { heads }]
      }),

    async closedEndpoints() {
      return (await read(sql.closedEndpoints, {})).map(rows.closedEndpoint)
    },

    async dead({ after, limit }) {
      const { at, id, channel } = after ?? { at: BEFORE_ALL, id: '', channel: '' }
      return (await read(sql.dead, { at, id, channel, limit })).map(rows.deadDelivery)
    },

    again: ({ now, ids }) =>
      inTransaction(function* () {
        const revived = yield ids === undefined ? [sql.reviveAll, { now }] : [sql.revive, { now, ids: JSON.stringify(ids) }]
        const heads = numbersIn(revived)
        yield [sql.reviveBundles, { now, heads }]
        yield [sql.openEndpoints, { heads }]
        return revived.length
      }),

    purge: ({ now, before, limit }) =>
      inTransaction(function* () {
        const over = yield [sql.over, { now, before, limit }]
        return over.length === 0 ? 0 : (yield [sql.remove, { seqs: numbersIn(over) }]).length
      }),

    async count() {
      const [row] = await read(sql.count, {})
      return { waiting: Number(row?.['waiting']), dead: Number(row?.['dead']) }
    },

    async unanswered({ after, until, limit }) {
      const found = await read(sql.unanswered, { sentAt: after.dueAt, id: after.id, until, limit })
      return found.map((row) => ({ dueAt: Number(row['sent_at']), id: String(row['id']) }))
    },
  }
}

/** Returns the numbers of these rows, as a list for a statement. */
function numbersIn(rows: readonly Row[]): string {
  return JSON.stringify(rows.map(({ seq }) => Number(seq)))
}
