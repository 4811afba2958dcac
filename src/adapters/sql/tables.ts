/** The table names, which the host can prefix and put in a schema. */
import { ConsentryError } from '../../domain/error.js'
import { ownOptions } from '../../domain/own.js'
import type { Issue } from '../../domain/refusal.js'

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
const IDENTIFIER = /^[a-z_][a-z0-9_]{0,29}$/

/**
 * Returns the tables of these options.
 * Throws `invalid-input` for other names: they become part of SQL.
 */
export function tablesOf(options: TableOptions): Tables {
  const { tablePrefix = 'consentry_', schema } = ownOptions(options)
  const named = Object.entries({ tablePrefix, schema }).filter(([, name]) => name !== undefined)
  const issues = named.flatMap(([option, name]): Issue[] =>
    typeof name === 'string' && IDENTIFIER.test(name)
      ? []
      : [
          {
            path: [option],
            code: 'invalid',
            message: 'must be 1 to 30 lower-case letters, digits and underscores, not starting with a digit',
          },
        ],
  )
  if (issues.length > 0) throw new ConsentryError('the table options are invalid', { code: 'invalid-input', issues })
  const nameOf = (what: string) => `${tablePrefix}${what}`
  return { schema, nameOf, of: (what) => (schema === undefined ? `"${nameOf(what)}"` : `"${schema}"."${nameOf(what)}"`) }
}
