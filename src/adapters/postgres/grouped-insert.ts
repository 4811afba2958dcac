/** Inserts of many rows that differ only in a few columns: what they share is sent once. */
import { omitColumns } from '../sql/batches.js'
import type { Columns } from '../sql/rows.js'
import type { AlikeRows } from '../sql/submission-rows.js'

/**
 * Returns the SQL that inserts rows that mostly differ only in their own columns.
 * Each distinct combination of the other columns is sent once. `groupByShared` returns its parameters.
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
export function groupByShared(rows: readonly Columns[], own: readonly string[]): Record<string, unknown> {
  const numbers = new Map<string, number>()
  const sharedRowOf: number[] = []
  const shared: object[] = []
  const others = omitColumns(Object.keys(rows[0] ?? {}), own)
  for (const [n, row] of rows.entries()) {
    const before = rows[n - 1]
    // Most rows repeat the one before. Comparing the columns is about ten times faster than serializing them.
    const repeated = before !== undefined && others.every((name) => equal(row[name], before[name]))
    const text = repeated ? undefined : JSON.stringify(others.map((name) => row[name]))
    const number = (text === undefined ? sharedRowOf[n - 1] : numbers.get(text)) ?? shared.push(row)
    if (text !== undefined) numbers.set(text, number)
    sharedRowOf.push(number)
  }
  const lists = own.map((name) => [name, listText(rows.map((row) => row[name]))])
  return { ...Object.fromEntries(lists), shared_row: listText(sharedRowOf), shared: JSON.stringify(shared) }
}

/** Returns the same parameters for rows that are grouped already. */
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

/** Whether two JSON values are equal. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => equal(a[key as never], b[key as never]))
}

/** Returns the names of columns of a table with this alias. */
export function qualifiedColumns(of: string, names: readonly string[]): string[] {
  return names.map((name) => `${of}.${name}`)
}
