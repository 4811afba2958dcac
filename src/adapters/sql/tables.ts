/** The names of the tables, which a host may choose to lie beside its own. */
import { ConsentryError } from '../../domain/error.js'
import type { Issue } from '../../domain/refusal.js'

/** Where the tables lie: `tablePrefix` begins each name, `consentry_` where absent; `schema` is PostgreSQL's, the connection's own where absent. */
export interface TableOptions {
  readonly tablePrefix?: string | undefined
  readonly schema?: string | undefined
}

/** The tables by what they hold, each as it stands in a statement: quoted, and with its schema where one was chosen. */
export interface Tables {
  /** The schema, unquoted; `undefined` for the connection's own. */
  readonly schema: string | undefined
  /** The name of a table, or of what belongs to one, without quotes and schema, as an error says it. */
  readonly nameOf: (what: string) => string
  /** The same as it stands in a statement. */
  readonly of: (what: string) => string
}

// Lower case, so that a name is the same with and without quotes; short, so that no database cuts what is made of it.
const IDENTIFIER = /^[a-z_][a-z0-9_]{0,29}$/

/** The tables of these options; `invalid-input` for what is no plain name: it becomes part of statements. */
export function tablesOf({ tablePrefix = 'consentry_', schema }: TableOptions): Tables {
  const named = Object.entries({ tablePrefix, schema }).filter(([, name]) => name !== undefined)
  const issues = named.flatMap(([option, name]): Issue[] =>
    typeof name === 'string' && IDENTIFIER.test(name)
      ? []
      : [{ path: [option], code: 'invalid', message: 'must be up to 30 lower-case letters, digits and underscores, no digit first' }],
  )
  if (issues.length > 0) throw new ConsentryError('the options name no tables', { code: 'invalid-input', issues })
  const nameOf = (what: string) => `${tablePrefix}${what}`
  return { schema, nameOf, of: (what) => (schema === undefined ? `"${nameOf(what)}"` : `"${schema}"."${nameOf(what)}"`) }
}
