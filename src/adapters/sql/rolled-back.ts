/** Transactions that are rolled back with a result instead of an error. */

/**
 * Thrown inside a transaction to roll it back; the call then returns `result`.
 * The rollback unlocks the rows, inside a host's transaction too: a retry that takes them in another order could deadlock.
 */
export class RolledBack<Result> extends Error {
  constructor(readonly result: Result) {
    super('the transaction is rolled back')
  }
}

/** Runs a transaction, and returns its result, also if it was rolled back with one. */
export async function orRolledBack<Result>(save: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await save()
  } catch (error) {
    if (error instanceof RolledBack) return error.result
    throw error
  }
}
