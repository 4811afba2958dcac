/** What a token says of a session, in the words of RFC 8693; the host signs it (SPEC 7.5). */
import * as z from 'zod'
import { unwrap } from './error.js'
import { combine, Id, read, type Schema, StoredInstant } from './input.js'
import type { LiveSession } from './session-views.js'

const Seconds = z.int('must be whole seconds')
const Subject = z.string('must be a subject').min(1)
const Signed = z.object({ id: Id, user: Id, startedAt: StoredInstant, endsAt: StoredInstant }, 'must be a session')
const Persona = z.object({ sub: Subject }, 'must name a subject')

const claimsSchema = z
  .object({
    sub: Subject,
    act: z.object({ sub: Id }, 'must be an actor').readonly(),
    iat: Seconds,
    exp: Seconds,
    jti: Id,
  })
  .readonly()

/**
 * The claims of an impersonation token (SPEC 7.5): `sub` is the persona in the tenant, `act.sub` the real user, `jti` the session's id;
 * `iat` and `exp` in seconds since 1970. The schema of the same name reads them from a token whose signature the host has verified; a
 * token may say more. Reading allows nothing: hand `jti` to `checkImpersonation`, so that a stolen token dies with its grant.
 */
export type ImpersonationClaims = z.infer<typeof claimsSchema>
export const ImpersonationClaims: Schema<ImpersonationClaims> = claimsSchema

/**
 * The claims of a session for the host to sign; `sub` is who the user is in the tenant he is inside, named by the host (SPEC 7.5). Seconds
 * are cut off, never rounded up: a token does not outlive its session. Throws `invalid-input` for an empty subject and for what is no
 * session, with every issue at once.
 */
export function impersonationClaims(session: LiveSession, persona: Pick<ImpersonationClaims, 'sub'>): ImpersonationClaims {
  const [{ id, user, startedAt, endsAt }, { sub }] = unwrap(combine(read(Signed, session, 'session'), read(Persona, persona, 'persona')))
  return { sub, act: { sub: user }, iat: seconds(startedAt), exp: seconds(endsAt), jti: id }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
