/** The argument parsing that every service method begins with. */
import { type Actor, actorSchema } from '../domain/actor.js'
import { unwrap } from '../domain/error.js'
import { combine, readRecord } from '../domain/input.js'
import type { Result } from '../domain/refusal.js'

/**
 * Parses the actor and returns it in front of the other parsed arguments.
 *
 * @throws `invalid-input` with the issues of all arguments (SPEC 4.7).
 */
export function parseArguments<T extends readonly unknown[]>(actor: unknown, ...rest: { [K in keyof T]: Result<T[K]> }): [Actor, ...T] {
  const [by, others] = unwrap(combine(readRecord(actorSchema, actor, 'actor'), combine<T>(...rest)))
  return [by, ...others]
}
