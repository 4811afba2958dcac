/** The parts of the host's PostgreSQL driver that the repository uses, as in `pg` and PGlite. */

/** A statement as `pg` accepts it: numbered values, and a name if it is prepared. */
export interface PostgresQuery {
  /** The SQL text, with `$1` for the first value. */
  readonly text: string
  /** The values, in order. */
  readonly values: unknown[]
  /** The name of the prepared statement. */
  readonly name?: string
}

/** A connection in the host's transaction: a `Client` of `pg` or a transaction of PGlite. */
export interface PostgresConnection {
  /** Runs one statement. */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** The connection events: `error` on failure, `notification` from the server, `end` on close. */
export type PostgresClientEvent = 'error' | 'notification' | 'end'

/** A connected `Client` of `pg`. */
export interface PostgresClient {
  /** Runs one statement, or several if there are no values. */
  query(query: PostgresQuery): Promise<{ rows: unknown[] }>
  /** Adds a connection listener. `error` passes the error, `notification` the message. */
  on(event: PostgresClientEvent, listener: (detail?: unknown) => void): unknown
  /** Removes a connection listener. */
  off(event: PostgresClientEvent, listener: (detail?: unknown) => void): unknown
  /** Closes the connection; called if the server does not answer in time. */
  end?(): Promise<unknown>
}

/** A client checked out of a `Pool` of `pg`. */
export interface PostgresPoolClient extends PostgresClient {
  /** Returns the client to the pool, or destroys it. */
  release(destroy?: boolean): void
}

/** A `Pool` of `pg`. */
export interface PostgresPool {
  /** Checks out a client. */
  connect(): Promise<PostgresPoolClient>
  /** The settings of the pool, of which `max` is the greatest number of clients. */
  readonly options?: { readonly max?: number | undefined } | undefined
}

/** A `PGlite` database. */
export interface PGliteDatabase extends PostgresConnection {
  /** Executes any number of statements. */
  exec(sql: string): Promise<unknown>
  /** Runs the work in a transaction, exclusively on this database. */
  transaction<T>(work: (transaction: PostgresConnection & { exec(sql: string): Promise<unknown> }) => Promise<T>): Promise<T>
  /** Calls `callback` for each notification on the channel. Resolves to the function that stops it. */
  listen(channel: string, callback: (payload: string) => void): Promise<() => Promise<void>>
}
