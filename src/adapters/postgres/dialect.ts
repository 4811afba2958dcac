/** What PostgreSQL says in its own way. */
import type { ColumnTypes } from '../sql/schema.js'
import type { SqlDialect } from '../sql/sql-dialect.js'

/** The dialect of PostgreSQL. */
export const POSTGRES: SqlDialect = {
  list: 'json_build_array',
  gather: (item) => `json_agg(${item})`,
  server: 'pg_postmaster_start_time()::text',
  // Not `now()`, which is the beginning of the transaction.
  clock: 'cast(extract(epoch from clock_timestamp()) * 1000 as bigint)',
  lock: ' for update',
  skipLocked: (alias) => ` for update of ${alias} skip locked`,
  // From an array, for which the planner expects few values: with many it would scan a table.
  // Ordered as ids are, whatever the database's collation.
  texts: (parameter) =>
    `select v.value collate "C" as value from unnest(array(select json_array_elements_text(:${parameter}::json))) v(value)`,
  // An array is a condition of an index; a subquery is a join, for which the planner may scan a table.
  isOneOf: (value, parameter) => `${value} = any(array(select json_array_elements_text(:${parameter}::json)))`,
  records: (parameter, columns) => {
    const values = columns.map(([name, type], n) => `(e.value ->> ${n})::${type} as ${name}`)
    return `select e.n, ${values.join(', ')} from json_array_elements(:${parameter}::json) with ordinality as e(value, n)`
  },
  numbers: (parameter) => `select v.value::bigint from unnest(array(select json_array_elements_text(:${parameter}::json))) v(value)`,
  lists: (list, value) => `exists (select 1 from json_array_elements_text((${list})::json) v(value) where v.value = ${value})`,
}

/** The column types of PostgreSQL. */
export const POSTGRES_TYPES: ColumnTypes = {
  id: 'text collate "C"',
  text: 'text',
  instant: 'bigint',
  count: 'integer',
  json: 'json',
  numbered: 'bigint generated always as identity primary key',
  endOfTable: '',
}
