/** The public name of a session (SPEC 7.4). */
import * as z from 'zod'

/**
 * The SHA-256 hash of a session's id: 64 lower-case hexadecimal digits (SPEC 7.4).
 *
 * Only the hash is stored. It identifies the session for everyone except the session's user, who has the id.
 */
export type SessionHash = z.infer<typeof sessionHashSchema>
export const sessionHashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be the hash of a session id: 64 lower-case hexadecimal digits')
