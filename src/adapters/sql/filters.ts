/** The parts of list queries that filters and parties share; a parameter without a filter is null. */

/** Returns the function whether a column has one of the values of a parameter, which holds a JSON list. */
export function oneOfIn(texts: (parameter: string) => string) {
  return (column: string, parameter: string) => `(cast(:${parameter} as text) is null or ${column} in (${texts(parameter)}))`
}

/**
 * Returns a condition that is compared along the walk of an index.
 * PostgreSQL takes several filters for very selective: it would read all rows of a party and sort them. Of a `case` it expects half.
 */
export function alongTheWalk(...conditions: readonly string[]): string {
  return `case when ${conditions.join(' and ')} then true else false end`
}

/** Returns the value of a filter by several values, as the queries take it. */
export function listValue(values: readonly string[] | undefined): string | null {
  return values === undefined ? null : JSON.stringify(values)
}

/** Conditions of the rows of each party. */
export interface PartyConditions {
  readonly all: string
  /** Also of the rows of `:requestingTenant`. */
  readonly own?: string | undefined
  /** Also of the other rows of `:tenant`. */
  readonly others?: string | undefined
}

/**
 * Returns a union of two index scans, one per party.
 * Rows that match both parties come from the first scan only.
 */
export function unionOfParties(select: string, { all, own = '1 = 1', others = '1 = 1' }: PartyConditions, order: string): string {
  return `select * from (${select} where requesting_tenant = :requestingTenant and ${all} and ${own} ${order} limit :limit) own
    union all
    select * from (${select} where tenant = :tenant and requesting_tenant <> :requestingTenant and ${all} and ${others}
      ${order} limit :limit) others`
}
