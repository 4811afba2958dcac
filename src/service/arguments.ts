/** The argument parsing that every service method begins with: the actor first (SPEC 4.7). */
import * as z from 'zod'
import { type Actor, actorSchema, checkCommand, checkNotInside, checkPermission, type Permission } from '../domain/actor.js'
import { throwIfRefused, unwrap } from '../domain/error.js'
import { combine, readRecord } from '../domain/input.js'
import type { Result } from '../domain/refusal.js'

/**
 * Parses an actor. Call it before any other argument is read.
 *
 * @throws `invalid-input` with the issues of the actor.
 */
export function parseActor(actor: unknown): Actor {
  return unwrap(readRecord(actorSchema, actor, 'actor'))
}

/**
 * Parses the actor of a command that needs one of the permissions.
 * An actor who may not command must not cost the work of reading an input.
 *
 * @throws `invalid-input` with the issues of the actor, `impersonating`, `not-permitted`.
 */
export function parseCommander(actor: unknown, ...permissions: readonly Permission[]): Actor {
  const by = parseActor(actor)
  throwIfRefused(checkCommand(by, ...permissions))
  return by
}

/**
 * Parses the actor of a list that needs one of the permissions.
 *
 * @throws `invalid-input` with the issues of the actor, `not-permitted`.
 */
export function parseReader(actor: unknown, ...permissions: readonly Permission[]): Actor {
  const by = parseActor(actor)
  throwIfRefused(checkPermission(by, ...permissions))
  return by
}

/**
 * Returns the parties as which the actor may read lists.
 * With `submit` it is the requesting tenant, with `answer` the tenant asked.
 */
export function partiesOf({ tenant, permissions }: Actor) {
  const tenantIf = (permission: Permission) => (permissions.includes(permission) ? tenant : undefined)
  return { requestingTenant: tenantIf('submit'), tenant: tenantIf('answer') }
}

/**
 * Parses the actor of a command that needs no permission.
 *
 * @throws `invalid-input` with the issues of the actor, `impersonating`.
 */
export function parseStarter(actor: unknown): Actor {
  const by = parseActor(actor)
  throwIfRefused(checkNotInside(by))
  return by
}

/**
 * Returns the other arguments, parsed.
 *
 * @throws `invalid-input` with the issues of all of them.
 */
export function parsedArguments<T extends readonly unknown[]>(...results: { [K in keyof T]: Result<T[K]> }): T {
  return unwrap(combine<T>(...results))
}

/**
 * Returns the schema of a list of up to `most` elements; `what` names them.
 * The elements are parsed after it, so that a long list costs no work.
 */
export function listSchema(most: number, what: string) {
  const number = most.toLocaleString('en')
  return z.array(z.unknown(), `must be a list of up to ${number} ${what}`).max(most, `must have at most ${number} ${what}`)
}
