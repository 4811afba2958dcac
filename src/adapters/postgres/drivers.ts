/** What is needed of the drivers of PostgreSQL, which are the host's own: `pg` and PGlite, and whatever is like them. */

/** A statement as `pg` takes it: numbered values, and a name where the server is to keep its plan. */
export interface PostgresQuery {
  /** The statement, `$1` for the first of the values. */
  readonly text: string
  /** The values in their order. */
  readonly values: unknown[]
  /** Under which the server keeps the plan. */
  readonly name?: string
}

/** What is needed of a connection inside a transaction of the host's: a `Client` of `pg`, or what PGlite's `transaction` hands over. */
export interface PostgresConnection {
  /** Runs one statement. */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** What a connection tells of itself: that it broke, a notice of the server's on a channel, and that it is over. */
export type PostgresClientEvent = 'error' | 'notification' | 'end'

/** What is needed of a `Client` of `pg`, connected. */
export interface PostgresClient {
  /** Runs one statement; without values it may be several. */
  query(query: PostgresQuery): Promise<{ rows: unknown[] }>
  /** Listens to what becomes of the connection; told with an event is its error, or its notice. */
  on(event: PostgresClientEvent, listener: (told?: unknown) => void): unknown
  /** Listens no more. */
  off(event: PostgresClientEvent, listener: (told?: unknown) => void): unknown
}

/** What is needed of a client that a `Pool` of `pg` lends. */
export interface PostgresPoolClient extends PostgresClient {
  /** Gives the client back, or away with it where its connection is broken. */
  release(destroy?: boolean): void
}

/** What is needed of a `Pool` of `pg`. */
export interface PostgresPool {
  /** Runs one statement on any of its clients. */
  query(query: PostgresQuery): Promise<{ rows: unknown[] }>
  /** Lends a client. */
  connect(): Promise<PostgresPoolClient>
}

/** What is needed of a `PGlite`. */
export interface PGliteDatabase extends PostgresConnection {
  /** Executes any number of statements. */
  exec(sql: string): Promise<unknown>
  /** Does the work in a transaction, which nothing else on this database comes between. */
  transaction<T>(work: (transaction: PostgresConnection & { exec(sql: string): Promise<unknown> }) => Promise<T>): Promise<T>
  /** Calls back at each notice on the channel, until the function it resolves to is called. */
  listen(channel: string, callback: (payload: string) => void): Promise<() => Promise<void>>
}
