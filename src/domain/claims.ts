/** The RFC 8693 claims of an impersonation session, for a token that the host signs (SPEC 7.5). */
import * as z from 'zod'
import { unwrap } from './error.js'
import type { UserId } from './ids.js'
import { combine, Id, readRecord, type Schema, StoredInstant } from './input.js'
import type { LiveSession } from './session-views.js'

const Seconds = z.int('must be whole seconds')
const Subject = z.string('must be a subject: a non-empty string').min(1)
const Signed = z.object(
  { id: Id, user: Id, startedAt: StoredInstant, endsAt: StoredInstant },
  'must be a session: an object with `id`, `user`, `startedAt` and `endsAt`',
)
const Persona = z.object({ sub: Subject }, 'must be an object with `sub`')

// An alias, not an interface: only an alias is assignable to the open payload types of JWT libraries.
/**
 * The claims of an impersonation token (SPEC 7.5).
 *
 * The schema of the same name parses the payload of a token whose signature the host has verified, and drops other claims.
 * Parsing grants no access: pass `jti` to `checkImpersonation`, so that a token stops working when its session does.
 */
export type ImpersonationClaims = {
  /** The persona: the host's name for the user inside the tenant. */
  readonly sub: string
  /** The real user. */
  readonly act: { readonly sub: UserId }
  /** The start of the session, in whole seconds since 1970. */
  readonly iat: number
  /** The end of the session, in whole seconds since 1970. */
  readonly exp: number
  /** The session's id, a secret. */
  readonly jti: string
}
export const ImpersonationClaims: Schema<ImpersonationClaims> = z
  .object({
    sub: Subject,
    act: z.object({ sub: Id }, 'must be an object with `sub`').readonly(),
    iat: Seconds,
    exp: Seconds,
    jti: Id,
  })
  .readonly()

/**
 * Returns the claims of a session for the host to sign (SPEC 7.5).
 *
 * `persona.sub` is the host's name for the user inside the tenant. Instants are rounded down to seconds, so that a token does not
 * outlive its session.
 *
 * @throws `invalid-input` with the issues, for a malformed session or an empty `sub`.
 * @example Continues ConsentrySessions.startImpersonation
 * ```ts
 * import { impersonationClaims } from 'consentry'
 *
 * const { sub, act } = impersonationClaims(session, { sub: 'support@tom-sawyer' }) // sign these with your own key
 * console.log(sub, act.sub) // support@tom-sawyer caroline
 * ```
 */
export function impersonationClaims(session: LiveSession, persona: Pick<ImpersonationClaims, 'sub'>): ImpersonationClaims {
  const [{ id, user, startedAt, endsAt }, { sub }] = unwrap(
    combine(readRecord(Signed, session, 'session'), readRecord(Persona, persona, 'persona')),
  )
  return { sub, act: { sub: user }, iat: seconds(startedAt), exp: seconds(endsAt), jti: id }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
