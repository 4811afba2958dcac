/** Kept readers and deliveries of notices in SQLite. */
import type { NoticeRepository } from '../../ports/notice-store.js'
import { addWork, createNoticeStore } from '../sql/notice-work.js'
import { readerWork } from '../sql/reader-work.js'
import type { RowParsers } from '../sql/row-parsers.js'
import type { Row } from '../sql/row-values.js'
import type { Tables } from '../sql/tables.js'
import { runWork, type Work } from '../sql/work.js'
import { writeSynchronously } from '../synchronous-write.js'
import { SQLITE } from './dialect.js'
import type { SqliteDatabase } from './drivers.js'
import { isWithoutTransaction } from './transactions.js'
import type { Statements } from './versioned.js'

/** Returns the kept readers and the deliveries of the repository on this connection. */
export function sqliteNotices(
  tables: Tables,
  database: SqliteDatabase,
  rows: RowParsers,
  { all, select, transaction }: Statements,
): Pick<NoticeRepository<SqliteDatabase>, 'readers' | 'notices'> {
  const work = readerWork(tables, SQLITE, rows)
  const deliveriesWork = addWork(tables, SQLITE)
  const inTransaction = async <T>(start: () => Work<T>) => transaction(() => runWork(start(), all))

  return {
    readers: {
      hold: (query) => inTransaction(() => work.hold(query)),
      release: (query) => inTransaction(() => work.release(query)),
      async move(query) {
        return transaction(() => {
          if (!runWork(work.isWhereItStood(query), all)) return 'lost'
          writeSynchronously(query.write, database)
          if (isWithoutTransaction(database)) throw new Error('`write` has ended the transaction: what it wrote is not rolled back')
          runWork(work.moveTo(query), all)
          return 'moved'
        })
      },
    },
    notices: {
      ...createNoticeStore(tables, SQLITE, rows, { inTransaction, read: async (sql, values) => select(sql, values) }),
      add(transaction, deliveries) {
        // Also what a refused `write` calls later: without a transaction it would be stored at once.
        if (isWithoutTransaction(transaction))
          throw new Error('no transaction is open on the connection: add within the `write` of a reader')
        runWork(deliveriesWork(deliveries), (sql, values) => transaction.prepare(sql).all(values) as Row[])
      },
    },
  }
}
