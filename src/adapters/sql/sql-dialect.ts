/** The parts of SQL in which the databases differ. */

/**
 * What the databases say in their own way.
 * `list` and `gather` make JSON, and `lists` says whether a JSON list has a text; `texts` and `numbers` are the values of a parameter
 * that holds a JSON list, and `isOneOf` compares with them. `records` are the rows of a parameter that holds lists of columns, numbered by `n`.
 * `server` tells a server apart from others. `clock` is the present instant, in milliseconds. `lock` at the end of a query keeps its rows as they
 * are until the transaction ends, and `skipLocked` leaves out rows of an alias that another transaction keeps so.
 */
export interface SqlDialect {
  readonly list: string
  readonly gather: (item: string) => string
  readonly server: string
  readonly clock: string
  readonly lock: string
  readonly skipLocked: (alias: string) => string
  readonly texts: (parameter: string) => string
  readonly isOneOf: (value: string, parameter: string) => string
  readonly numbers: (parameter: string) => string
  readonly lists: (list: string, value: string) => string
  readonly records: (parameter: string, columns: readonly (readonly [name: string, type: 'text' | 'bigint'])[]) => string
}
