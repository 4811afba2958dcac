/** Work in a transaction, written once for a database that answers at once and for one that is awaited. */
import type { Row } from './row-values.js'
import type { Value } from './rows.js'

/** The values of a statement by name. */
export type Values = Readonly<Record<string, Value>>

/** Work that yields its statements with their values, and gets the rows of each. */
export type Work<T> = Generator<readonly [sql: string, values: Values], T, readonly Row[]>

/** Runs the work by a function that returns rows at once. */
export function runWork<T>(work: Work<T>, run: (sql: string, values: Values) => readonly Row[]): T {
  let step = work.next()
  while (!step.done) step = work.next(run(...step.value))
  return step.value
}

/** Runs the work by a function that returns a promise of rows. */
export async function awaitWork<T>(work: Work<T>, run: (sql: string, values: Values) => Promise<readonly Row[]>): Promise<T> {
  let step = work.next()
  while (!step.done) step = work.next(await run(...step.value))
  return step.value
}

/** What the stores of readers and notices need of a database. */
export interface WorkRunner {
  /** Runs the work in a transaction; again from the start if the server has ended the transaction. */
  readonly inTransaction: <T>(work: () => Work<T>) => Promise<T>
  /** Runs one query. */
  readonly read: (sql: string, values: Values) => Promise<readonly Row[]>
}
