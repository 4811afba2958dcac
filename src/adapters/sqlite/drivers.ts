/** The parts of the SQLite drivers that the repository needs. */

/** The methods that the repository calls on a prepared statement. */
export interface SqliteStatement {
  /** Returns all rows of a query; the values are passed as one record of named parameters. */
  all(...values: unknown[]): unknown[]
  /**
   * Returns the first row of a query, `undefined` or `null` without one.
   * Each driver has it, and it is faster than `all`, which is called where it is missing.
   */
  get?(...values: unknown[]): unknown
  /** Executes a command; the values are positional. */
  run(...values: unknown[]): unknown
}

/** A connection: `Database` of `better-sqlite3` or `libsql`, or `DatabaseSync` of `node:sqlite`. */
export interface SqliteDatabase {
  /** Prepares one statement. */
  prepare(sql: string): SqliteStatement
  /** Executes one or more statements without results. */
  exec(sql: string): unknown
  /** Whether a transaction is open, in `better-sqlite3` and `libsql`. */
  readonly inTransaction?: boolean
  /** Whether a transaction is open, in `node:sqlite`. */
  readonly isTransaction?: boolean
}
