/** Pages of rows that are held as objects, and an order of them. */
import type { Instant } from '../domain/instant.js'

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

interface WithEnd {
  readonly expiresAt: Instant | null
}

/** Orders rows by their end: earliest first, no end last. Equal ends are 0. */
export function compareExpiries(a: WithEnd, b: WithEnd): number {
  // `Infinity - Infinity` is no order.
  return a.expiresAt === b.expiresAt ? 0 : (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity)
}
