/** The options of `postgresRepository`, parsed: exactly one driver, recognised by its methods. */
import * as z from 'zod'
import { directoryQueries } from '../sql/directory.js'
import { driverSchema } from '../sql/driver-schema.js'
import { tableOptionsShape } from '../sql/tables.js'
import type { PGliteDatabase, PostgresClient, PostgresConnection, PostgresPool } from './drivers.js'

const DRIVERS = ['pool', 'client', 'pglite'] as const

// A pool has all methods of a client, but would run the statements of one transaction on several connections.
const isPool = (value: object) => 'totalCount' in value && 'idleCount' in value
const Pool = driverSchema<PostgresPool>('a `Pool` of `pg`', '`new pg.Pool({ connectionString })`', ['connect'])
const Client = driverSchema<PostgresClient>('a connected `Client` of `pg`', '`new pg.Client({ connectionString })`', [
  'query',
  'on',
  'off',
]).refine((client) => !isPool(client), 'is a pool: pass it as `pool`')
const PGlite = driverSchema<PGliteDatabase>('a `PGlite` database', '`new PGlite()`', ['query', 'exec', 'transaction', 'listen'])

/** The connection of a host's transaction. */
export const InTransaction = driverSchema<PostgresConnection>('the connection of your transaction', 'a client of your pool', ['query'])

const driverShape = {
  prepare: z.boolean('must be true or false').default(true),
  // `Infinity` is no limit, and no number to zod.
  timeoutMs: z
    .custom<number>((value) => typeof value === 'number' && value > 0, 'must be a number of milliseconds, more than 0')
    .default(30_000),
  pool: Pool.optional(),
  client: Client.optional(),
  pglite: PGlite.optional(),
}

/** The driver of parsed options. */
export type PostgresDriver = z.output<z.ZodObject<typeof driverShape>>

/** Returns the schema of options that hold exactly one driver. */
function withOneDriver<Shape extends z.ZodRawShape>(shape: Shape, expected: string) {
  return z.strictObject({ ...shape, ...driverShape }, expected).check(({ value, issues }) => {
    const [first, second] = DRIVERS.filter((name) => (value as PostgresDriver)[name] !== undefined)
    const issue = (path: string[], message: string) => issues.push({ code: 'custom', path, message, input: value })
    if (first === undefined) issue([], 'must have a `pool`, a `client` or a `pglite`')
    if (second !== undefined) issue([second], `must not be given beside \`${first}\`: pass one of them`)
  })
}

/** The options of a repository: the table names, and one driver. */
export const Options = withOneDriver(tableOptionsShape, 'must be an object with a `pool`, a `client` or a `pglite`')

/** The options of a directory: queries, and one driver. */
export const DirectoryOptions = withOneDriver(
  directoryQueries,
  'must be an object with `users`, `tenants`, and a `pool`, a `client` or a `pglite`',
)
