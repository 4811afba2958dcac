/** One interface over the three kinds of PostgreSQL drivers: run a statement, run a transaction. */

import type { Row } from '../sql/row-values.js'
import { checkOut, giveBack, ignore, limitedClient, limitedQuery, type RunQuery } from './clients.js'
import type { PGliteDatabase, PostgresClient, PostgresConnection, PostgresPool } from './drivers.js'

/** Runs statements with `:name` placeholders. */
export interface Connection {
  readonly run: (sql: string, values: Readonly<Record<string, unknown>>) => Promise<readonly Row[]>
  /** Executes statements without values or results. */
  readonly exec: (sql: string) => Promise<unknown>
  /** Runs a statement of the host, with numbered placeholders. */
  readonly query: PostgresConnection['query']
}

/** One or many connections, with no open transaction between two calls. */
export interface Database {
  readonly run: Connection['run']
  /** Runs the work in a transaction on one connection, and rolls back if it rejects. */
  readonly transaction: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>
}

/** The SQL that begins and ends a transaction. */
interface TransactionStatements {
  readonly begin: string
  readonly commit: string
  readonly rollback: readonly string[]
}

// Fixed, whatever the database's default: the revision check needs `for update` to wait and then see the newly committed row.
const TRANSACTION: TransactionStatements = { begin: 'begin isolation level read committed', commit: 'commit', rollback: ['rollback'] }
/** A savepoint: rolling it back leaves the host's transaction usable. */
const SAVEPOINT: TransactionStatements = {
  begin: 'savepoint consentry',
  commit: 'release savepoint consentry',
  rollback: ['rollback to savepoint consentry', 'release savepoint consentry'],
}

/**
 * Returns a database over a pool: each statement runs on any client, each transaction on one client.
 * A client is closed after an error that is no answer of the server, a transaction that cannot be rolled back, and no answer within `timeoutMs`.
 */
export function fromPool(pool: PostgresPool, keepPlans: boolean, timeoutMs: number): Database {
  const onClient = async <T>(work: (connection: Connection, onBroken: () => void) => Promise<T>): Promise<T> => {
    const client = await checkOut(pool, timeoutMs)
    let broken = false
    const onBroken = () => {
      broken = true
    }
    try {
      return await work(queryRunner(limitedQuery(client, timeoutMs, onBroken), keepPlans), onBroken)
    } finally {
      giveBack(client, broken)
    }
  }
  return {
    run: (sql, values) =>
      onClient((connection, onBroken) =>
        connection.run(sql, values).catch((error) => {
          if (!hasRolledBack(error)) onBroken()
          throw error
        }),
      ),
    transaction: (work) => onClient((connection, onBroken) => inOwnTransaction({ ...connection, ...TRANSACTION }, work, onBroken)),
  }
}

/**
 * Returns a database over one client.
 * Calls are queued, so none runs between the statements of a transaction.
 */
export function fromClient(client: PostgresClient, keepPlans: boolean, timeoutMs: number): Database {
  return serialize(client, { ...queryRunner(limitedClient(client, timeoutMs), keepPlans), ...TRANSACTION }, inOwnTransaction)
}

/** Returns a database inside the host's transaction; each transaction of ours is a savepoint. */
export function fromTransaction(connection: PostgresConnection): Database {
  return serialize(connection, { ...statementsOn(connection), ...SAVEPOINT }, inTransaction)
}

/** Returns the statements of a connection, in the transaction that is open on it. */
export function statementsOn(connection: PostgresConnection): Connection {
  return queryRunner(({ text, values }) => connection.query(text, values), false)
}

/** Returns a database over a PGlite, which queues calls itself. */
export function fromPGlite(pglite: PGliteDatabase): Database {
  return {
    run: statementsOn(pglite).run,
    transaction: (work) => pglite.transaction((inner) => work({ ...statementsOn(inner), exec: (sql) => inner.exec(sql) })),
  }
}

function serialize(owner: object, connection: Connection & TransactionStatements, transact: typeof inTransaction): Database {
  return {
    run: (sql, values) => enqueue(owner, () => connection.run(sql, values)),
    transaction: (work) => enqueue(owner, () => transact(connection, work, ignore)),
  }
}

/** Runs the work after all earlier work of this connection object has settled. */
export function enqueue<T>(owner: object, work: () => Promise<T>): Promise<T> {
  const result = (queues.get(owner) ?? Promise.resolve()).then(work)
  queues.set(owner, result.catch(ignore))
  return result
}

/** The tail of each connection's queue, shared by all repositories. */
const queues = new WeakMap<object, Promise<unknown>>()

async function inTransaction<T>(
  connection: Connection & TransactionStatements,
  work: (connection: Connection) => Promise<T>,
  onBroken: () => void,
): Promise<T> {
  try {
    await connection.exec(connection.begin)
    const result = await work(connection)
    await connection.exec(connection.commit)
    return result
  } catch (error) {
    for (const statement of connection.rollback) await connection.exec(statement).catch(onBroken)
    throw error
  }
}

/** The deadlocks in turn after which a call fails: each takes the `deadlock_timeout`, 1 s by default. */
const MAX_DEADLOCKS = 5

/**
 * Runs the work in a transaction of our own, again if the server ends it to break a deadlock.
 * Ours lock rows in one order and cannot deadlock among themselves. A host's transaction with several commands can lock them in any order.
 */
async function inOwnTransaction<T>(...transaction: Parameters<typeof inTransaction<T>>): Promise<T> {
  for (let deadlocks = 1; ; deadlocks++) {
    try {
      return await inTransaction(...transaction)
    } catch (error) {
      if (deadlocks === MAX_DEADLOCKS || sqlStateOf(error) !== '40P01') throw error
    }
  }
}

/** Returns the server's code of an error, such as `40P01`; the empty text if it has none. */
export function sqlStateOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '')
}

/**
 * Whether the server has answered that it undid the statement.
 * After a lost connection, a shutdown or an error of the system nobody knows: SQLSTATE classes 08, 57 but a cancelled query, 58, F0 and XX.
 */
export function hasRolledBack(error: unknown): boolean {
  return /^(?!08|57|58|F0|XX)[\dFHPX][\dA-Z]{4}$|^57014$/.test(sqlStateOf(error))
}

function queryRunner(query: RunQuery, keepPlans: boolean): Connection {
  return {
    async run(sql, values) {
      const { text, names, name } = toPositional(sql)
      const { rows } = await query({ text, values: names.map((key) => values[key]), ...(keepPlans && { name }) })
      return rows as Row[]
    },
    exec: (sql) => query({ text: sql, values: [] }),
    query: (text, values = []) => query({ text, values }),
  }
}

interface PositionalStatement {
  readonly text: string
  readonly names: readonly string[]
  readonly name: string
}

const statementCache = new Map<string, PositionalStatement>()

/** Replaces `:name` placeholders by numbered ones, one number per name. `::` is a cast. */
function toPositional(sql: string): PositionalStatement {
  const cached = statementCache.get(sql)
  if (cached) return cached
  const names: string[] = []
  const text = sql.replace(/(?<!:):([a-z]\w*)/gi, (_, name: string) => {
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  const statement = { text, names, name: `consentry_${statementName(text)}` }
  statementCache.set(sql, statement)
  return statement
}

// Two texts must never share a statement name, so the name combines two 64-bit hashes.
function statementName(text: string): string {
  let [a, b] = [0xcbf29ce4n, 0x84222325n]
  for (const char of text) {
    const code = BigInt(char.codePointAt(0) ?? 0)
    a = ((a ^ code) * 0x100000001b3n) & 0xffffffffffffffffn
    b = ((b + code) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn
  }
  return a.toString(36) + b.toString(36)
}
