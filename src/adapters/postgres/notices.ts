/** Kept readers and deliveries of notices in PostgreSQL. */
import type { ReaderWrite } from '../../ports/feed-readers.js'
import type { NoticeRepository } from '../../ports/notice-store.js'
import { addWork, createNoticeStore } from '../sql/notice-work.js'
import { readerWork } from '../sql/reader-work.js'
import type { RowParsers } from '../sql/row-parsers.js'
import type { Tables } from '../sql/tables.js'
import { awaitWork, type Work } from '../sql/work.js'
import { type Connection, type Database, statementsOn } from './connection.js'
import { POSTGRES } from './dialect.js'
import type { PostgresConnection } from './drivers.js'

/** Returns the kept readers and the deliveries of the repository in this database. */
export function postgresNotices(
  tables: Tables,
  rows: RowParsers,
  database: Database,
): Pick<NoticeRepository<PostgresConnection>, 'readers' | 'notices'> {
  const work = readerWork(tables, POSTGRES, rows)
  const deliveriesWork = addWork(tables, POSTGRES)
  const inTransaction = <T>(start: () => Work<T>) => database.transaction(({ run }) => awaitWork(start(), run))

  return {
    readers: {
      hold: (query) => inTransaction(() => work.hold(query)),
      release: (query) => inTransaction(() => work.release(query)),
      move: (query) =>
        database.transaction(async (connection) => {
          if (!(await awaitWork(work.isWhereItStood(query), connection.run))) return 'lost'
          await writeIn(connection, query.write)
          await awaitWork(work.moveTo(query), connection.run)
          return 'moved'
        }),
    },
    notices: {
      ...createNoticeStore(tables, POSTGRES, rows, { inTransaction, read: database.run }),
      add: (connection, deliveries) => awaitWork(deliveriesWork(deliveries), statementsOn(connection).run),
    },
  }
}

/** Calls `write` with the connection, and refuses statements after it: no transaction is open then. */
async function writeIn({ query }: Connection, write: ReaderWrite<PostgresConnection> | undefined): Promise<void> {
  let isOver = false
  const transaction: PostgresConnection = {
    async query(text, values) {
      if (isOver) throw new Error('the transaction is over: `write` has returned before this statement')
      return query(text, values)
    },
  }
  try {
    await write?.(transaction)
  } finally {
    isOver = true
  }
}
