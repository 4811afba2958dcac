/** Inserts of many rows that differ only in a few columns: what they share is sent once. */
import type { AlikeRows } from '../sql/submission-rows.js'

/**
 * Returns the SQL that inserts rows that mostly differ only in their own columns.
 * Each distinct combination of the other columns is sent once. `groupedParameters` returns its parameters.
 */
export function insertGroupedSql(table: string, own: readonly string[], shared: readonly string[]): string {
  return `insert into ${table}
    (${[...own, ...shared].join(', ')}) select ${[...qualifiedColumns('m', own), ...qualifiedColumns('c', shared)].join(', ')}
    from unnest(${[...own, 'shared_row'].map((name) => `string_to_array(:${name}, ' ', '')::${typeOf(name)}[]`).join(', ')}) with ordinality as m(${own.join(', ')}, shared_row, n)
    join (select s.n, p.* from json_array_elements(:shared::json) with ordinality as s(value, n)
      cross join lateral json_populate_record(null::${table}, s.value) p) c on c.n = m.shared_row order by m.n`
}

function typeOf(column: string): string {
  return NUMBERS.includes(column) ? 'bigint' : 'text'
}

const NUMBERS: readonly string[] = ['user_set', 'user_count', 'ids', 'shared_row']

/**
 * Returns the parameters of `insertGroupedSql`.
 * Each own column is a list; `shared` holds the distinct rows of the other columns; `shared_row` maps each row to one of them, from 1.
 */
export function groupedParameters(groups: readonly AlikeRows[], own: readonly string[]): Record<string, string> {
  const lists = own.map((name, n) => [name, listText(groups.flatMap((group) => group.own.map((values) => values[n])))])
  const numbers = groups.flatMap((group, n) => group.own.map(() => n + 1))
  return { ...Object.fromEntries(lists), shared_row: listText(numbers), shared: JSON.stringify(groups.map(({ shared }) => shared)) }
}

/**
 * Returns ids or numbers as one text, for `string_to_array`.
 * The driver serializes an array element by element, which takes ten times as long.
 */
function listText(values: readonly unknown[]): string {
  return values.join(' ') // ids contain no space and are never empty (SPEC 3.5), so an empty one is `null`
}

/** Returns the names of columns of a table with this alias. */
export function qualifiedColumns(of: string, names: readonly string[]): string[] {
  return names.map((name) => `${of}.${name}`)
}
