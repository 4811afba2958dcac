/** PostgreSQL as three kinds of drivers give it, made one: run a statement, and do some work whole or not at all. */

import type { Row } from '../sql/row-values.js'
import type { PGliteDatabase, PostgresClient, PostgresConnection, PostgresPool, PostgresQuery } from './drivers.js'

/** Runs statements with `:name` in the place of a value. */
export interface Connection {
  readonly run: (sql: string, values: Readonly<Record<string, unknown>>) => Promise<readonly Row[]>
  /** Executes statements that take no values and give nothing back. */
  readonly exec: (sql: string) => Promise<unknown>
}

/** A connection, or many, that nobody's transaction stands open on between two calls. */
export interface Database {
  readonly run: Connection['run']
  /** Does all of the work on one connection, or nothing of it. */
  readonly transaction: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>
}

/** How a transaction is begun and ended. */
interface TransactionStatements {
  readonly begin: string
  readonly commit: string
  readonly rollback: readonly string[]
}

// Whatever the database's default: that a change waits for the one before it and then looks again is what the compare relies on.
const TRANSACTION: TransactionStatements = { begin: 'begin isolation level read committed', commit: 'commit', rollback: ['rollback'] }
/** A part of the host's transaction, which stays usable whatever becomes of the part. */
const SAVEPOINT: TransactionStatements = {
  begin: 'savepoint consentry',
  commit: 'release savepoint consentry',
  rollback: ['rollback to savepoint consentry', 'release savepoint consentry'],
}

/** A pool: each statement on any of its connections, each transaction on one of its own. */
export function fromPool(pool: PostgresPool, keepPlans: boolean): Database {
  return {
    run: queryRunner((query) => pool.query(query), keepPlans).run,
    async transaction(work) {
      const client = await pool.connect()
      // What breaks a connection rejects the statement that runs on it; unheard, the event of the same would end the process.
      client.on('error', ignore)
      let broken = false
      try {
        const connection = queryRunner((query) => client.query(query), keepPlans)
        return await inPostgresTransaction({ ...connection, ...TRANSACTION }, work, () => {
          broken = true
        })
      } finally {
        client.off('error', ignore)
        client.release(broken)
      }
    },
  }
}

/** One connection, on which everything waits for what was asked before: between the statements of a transaction nothing may come. */
export function fromClient(client: PostgresClient, keepPlans: boolean): Database {
  return serialize(client, { ...queryRunner((query) => client.query(query), keepPlans), ...TRANSACTION })
}

/** A connection inside the host's own transaction, of which each of ours is a part. */
export function fromTransaction(connection: PostgresConnection): Database {
  const run = queryRunner(({ text, values }) => connection.query(text, values), false)
  return serialize(connection, { ...run, ...SAVEPOINT })
}

/** A PGlite, which keeps its own order. */
export function fromPGlite(pglite: PGliteDatabase): Database {
  const { run } = queryRunner(({ text, values }) => pglite.query(text, values), false)
  return {
    run,
    transaction: (work) =>
      pglite.transaction((inner) =>
        work({ run: queryRunner(({ text, values }) => inner.query(text, values), false).run, exec: (sql) => inner.exec(sql) }),
      ),
  }
}

function serialize(whose: object, connection: Connection & TransactionStatements): Database {
  return {
    run: (sql, values) => enqueue(whose, () => connection.run(sql, values)),
    transaction: (work) => enqueue(whose, () => inPostgresTransaction(connection, work, ignore)),
  }
}

/** Does the work once all is done that this connection was asked for before. */
export function enqueue<T>(whose: object, work: () => Promise<T>): Promise<T> {
  const result = (queues.get(whose) ?? Promise.resolve()).then(work)
  queues.set(whose, result.catch(ignore))
  return result
}

/** What each connection is last asked to do, by whichever repository. */
const queues = new WeakMap<object, Promise<unknown>>()

async function inPostgresTransaction<T>(
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

function queryRunner(query: (query: PostgresQuery) => Promise<{ rows: unknown[] }>, keepPlans: boolean): Connection {
  return {
    async run(sql, values) {
      const { text, names, name } = toPositional(sql)
      const { rows } = await query({ text, values: names.map((one) => values[one]), ...(keepPlans && { name }) })
      return rows as Row[]
    },
    exec: (sql) => query({ text: sql, values: [] }),
  }
}

interface PositionalStatement {
  readonly text: string
  readonly names: readonly string[]
  readonly name: string
}

const known = new Map<string, PositionalStatement>()

/** The statement with its values numbered, once for each name; `::` is a cast. */
function toPositional(sql: string): PositionalStatement {
  const before = known.get(sql)
  if (before) return before
  const names: string[] = []
  const text = sql.replace(/(?<!:):([a-z]\w*)/gi, (_, name: string) => {
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  const made = { text, names, name: `consentry_${statementName(text)}` }
  known.set(sql, made)
  return made
}

// A plan is kept under a name, and two texts must never share one: two sums of 64 bits keep them apart.
function statementName(text: string): string {
  let [a, b] = [0xcbf29ce4n, 0x84222325n]
  for (const char of text) {
    const code = BigInt(char.codePointAt(0) ?? 0)
    a = ((a ^ code) * 0x100000001b3n) & 0xffffffffffffffffn
    b = ((b + code) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn
  }
  return a.toString(36) + b.toString(36)
}

/** Does nothing: for listeners and rejections that only have to exist. */
export function ignore(): void {}
