/** Optimistic locking: a save that conflicts is prepared again from fresh rows (SPEC 4.6). */
import type { ConsentryError } from '../domain/error.js'
import type { Repository } from '../ports/repository.js'
import type { SessionSaveResult } from '../ports/saving.js'
import { type ServiceContext, unavailable } from './context.js'

/**
 * One attempt at a command: how to `save` it, and its `result` once it is saved.
 * Without `save`, there is nothing to save.
 */
export interface Attempt<T> {
  readonly save: ((repository: Repository) => Promise<SessionSaveResult>) | undefined
  readonly result: T
}

/**
 * The attempts after which a command fails.
 * Each conflict means that another command was saved. Only a broken repository exhausts this many attempts.
 */
export const MAX_ATTEMPTS = 1000

/**
 * Prepares and saves an attempt.
 * On a conflict it prepares the next one, which must read its rows again.
 *
 * @returns the `result` of the attempt that was saved.
 * @throws `unavailable` if every attempt conflicts.
 */
export async function saveWithRetry<T>(
  { withRepository }: Pick<ServiceContext, 'withRepository'>,
  prepare: () => Promise<Attempt<T>>,
): Promise<T> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { save, result } = await prepare()
    if (save === undefined || (await withRepository(save)) === 'saved') return result
  }
  throw retriesExhausted()
}

/** Thrown when every retry lost to a concurrent change. */
export function retriesExhausted(): ConsentryError {
  return unavailable('repository', new Error('every attempt to save ended in a conflict: check `saveChanges` and `saveSessionChanges`'))
}
