/** What SQLite says in its own way. */
import type { ColumnTypes } from '../sql/schema.js'
import type { SqlDialect } from '../sql/sql-dialect.js'

/** The dialect of SQLite. */
export const SQLITE: SqlDialect = {
  list: 'json_array',
  // The items are JSON texts. `json_group_array` would have to parse each again, because a subquery may return it as plain text.
  gather: (item) => `'[' || group_concat(${item}) || ']'`,
  server: 'null',
  clock: `cast(round((julianday('now') - 2440587.5) * 86400000) as integer)`,
  // One transaction writes at a time, and each call is one.
  lock: '',
  skipLocked: () => '',
  texts: (parameter) => `select e.value from json_each(:${parameter}) e`,
  isOneOf: (value, parameter) => `${value} in (select e.value from json_each(:${parameter}) e)`,
  records: (parameter, columns) => {
    const values = columns.map(([name], n) => `json_extract(e.value, '$[${n}]') as ${name}`)
    return `select e.key as n, ${values.join(', ')} from json_each(:${parameter}) e`
  },
  numbers: (parameter) => `select e.value from json_each(:${parameter}) e`,
  lists: (list, value) => `exists (select 1 from json_each(${list}) e where e.value = ${value})`,
}

/** The column types of SQLite. */
export const SQLITE_TYPES: ColumnTypes = {
  id: 'text',
  text: 'text',
  instant: 'integer',
  count: 'integer',
  json: 'text',
  numbered: 'integer primary key autoincrement',
  endOfTable: ' strict',
}
