/** The table names, which the host can prefix and put in a schema. */
import * as z from 'zod'
import { unwrap } from '../../domain/error.js'
import { readRecord } from '../../domain/input.js'

/**
 * The table names: a prefix, `consentry_` by default, and a schema.
 * `schema` is for PostgreSQL only; by default the connection's `search_path` decides.
 */
export interface TableOptions {
  readonly tablePrefix?: string | undefined
  readonly schema?: string | undefined
}

/** The table names of one repository, plain and quoted. */
export interface Tables {
  /** The schema, unquoted; `undefined` for the connection's default. */
  readonly schema: string | undefined
  /** Returns the plain name of a table or index, as error messages use it. */
  readonly nameOf: (what: string) => string
  /** Returns the quoted name, with the schema if there is one, as statements use it. */
  readonly of: (what: string) => string
}

// Lower case, so quoted and unquoted names are the same. Short, so no database truncates an index name.
const NAME_FORM = '1 to 30 lower-case letters, digits and underscores, not starting with a digit, such as `consentry`'
const Name = z.string(`must be ${NAME_FORM}`).regex(/^[a-z_][a-z0-9_]{0,29}$/, {
  error: ({ input }) => (/[A-Z]/.test(String(input)) ? `has upper-case letters: use ${NAME_FORM}` : `must be ${NAME_FORM}`),
})

/** The schemas of the table options. */
export const tableOptionsShape = { tablePrefix: Name.default('consentry_'), schema: Name.optional() }
const Options = z.strictObject(tableOptionsShape, 'must be an object with table options')

/**
 * Returns the tables of these options.
 * Throws `invalid-input` for other names: they become part of SQL.
 */
export function tablesOf(options: TableOptions): Tables {
  const { tablePrefix, schema } = unwrap(readRecord(Options, options))
  const nameOf = (what: string) => `${tablePrefix}${what}`
  return { schema, nameOf, of: (what) => (schema === undefined ? `"${nameOf(what)}"` : `"${schema}"."${nameOf(what)}"`) }
}
