/** Pages of rows that are held as objects. */

/** Returns the first `limit` rows after `after` in that order. */
export function page<Key, Row extends Key>(
  rows: readonly Row[],
  order: (a: Key, b: Key) => number,
  after: Key | undefined,
  limit: number,
): Row[] {
  return rows
    .filter((row) => after === undefined || order(after, row) < 0)
    .sort(order)
    .slice(0, limit)
}
