/** A login that keeps a session, and the actor that it makes (SPEC 7.8). */
import * as z from 'zod'
import { type Actor, actorShape } from './actor.js'
import type { SessionEndCause } from './event.js'
import { mapIssues, readRecord, unquoted } from './input.js'
import type { Instant } from './instant.js'
import type { Issue, Result } from './refusal.js'
import type { LiveSession } from './session-views.js'

/**
 * What a host's login says about a person (SPEC 7.8).
 *
 * `user`, `tenant` and `permissions` are the person's own, as in an actor.
 */
export interface Login extends Omit<Actor, 'impersonating'> {
  /** The id that `startImpersonation` returned, as the login keeps it; `null` or absent outside. */
  readonly session?: string | null | undefined
  /** The tenant and method while the person is inside by a tool outside Consentry. */
  readonly impersonating?: Actor['impersonating'] | undefined
}

/** The schema of a login. A text that is no id is no session, so `session` is any text. */
const loginSchema = z.strictObject(
  {
    ...actorShape,
    impersonating: actorShape.impersonating.default(null),
    session: z.string('must be text or null').nullable().default(null),
  },
  'must be a login: an object with `user`, `tenant` and `permissions`, and maybe `session` and `impersonating`',
)

/** A login that was parsed: what may be absent is `null`. */
export type ParsedLogin = z.output<typeof loginSchema>

/**
 * Parses a login; the paths of its issues start with `name`.
 *
 * What stands where the session's id belongs, or might by mistake, is not quoted: it may be the secret (SPEC 7.4).
 */
export function readLogin(input: unknown, name: string): Result<ParsedLogin> {
  return mapIssues(readRecord(loginSchema, input, name), withoutSecret)
}

/**
 * The paths in a login at which a host may hand over the id.
 *
 * That is as `session`; by mistake, in place of the login or as `impersonating`.
 */
const OF_SECRETS = ['', 'session', 'impersonating']

function withoutSecret(issue: Issue): Issue {
  const [, ...path] = issue.path
  return OF_SECRETS.includes(path.join('.')) ? unquoted(issue) : issue
}

/** The actor of a login, and what became of its session (SPEC 7.8). */
export interface Resumed {
  /** The actor. It is impersonating while the session is live, and while the login says so itself. */
  readonly actor: Actor
  /** The session while it is live, else `null`. */
  readonly session: LiveSession | null
  /** When and why the login's session is over; `null` while it is live, and for a login without one. */
  readonly ended: LoginSessionEnd | null
}

/**
 * Why a login's session is over.
 *
 * `at` is an instant in milliseconds. It is `null` for `not-found`: the session does not exist, or is another user's (SPEC 7.4).
 */
export type LoginSessionEnd = { readonly at: Instant; readonly cause: SessionEndCause } | { readonly at: null; readonly cause: 'not-found' }
