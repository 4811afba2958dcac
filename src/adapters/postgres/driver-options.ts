/** The options that hold the host's driver, as it passes them. */
import type { PGliteDatabase, PostgresClient, PostgresPool } from './drivers.js'

/** The host's driver: a pool, a client or a PGlite. */
export type PostgresDriverOptions = {
  /**
   * Whether to use named prepared statements and `listen`, `true` by default.
   * Set `false` behind a pooler that gives each statement another connection. Readers of the feed then poll.
   */
  readonly prepare?: boolean | undefined
  /**
   * The limit of a statement, and of a wait for a client of the pool, in milliseconds. Default 30,000.
   * Past it, the call fails and its connection is closed: the server may be out of reach. `migrate()` and calls by `within` have no limit.
   * `Infinity` is no limit.
   */
  readonly timeoutMs?: number | undefined
} & (
  | {
      /**
       * A `Pool` of `pg`, as Kysely, Drizzle and Prisma use.
       * Each subscription holds one client. A pool whose `max` is 1 has none to spare: readers of the feed then poll.
       */
      readonly pool: PostgresPool
    }
  | { /** A connected `Client` of `pg`, used by nothing else. Calls are queued on it. */ readonly client: PostgresClient }
  | { /** A `PGlite` database. */ readonly pglite: PGliteDatabase }
)
