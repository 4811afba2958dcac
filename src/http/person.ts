/** The person of a request, by the host's login, and the session that it keeps (SPEC 7.8). */
import type { Consentry } from '../consentry.js'
import { factsUnavailable, isConsentryError } from '../domain/error.js'
import type { Login, Resumed } from '../domain/login.js'
import type { ApiSettings, Person } from './api-options.js'
import { DoorRefusal, HostFailure } from './door.js'

/** A person who is logged in, and how a session's id is kept for them. */
export interface LoggedIn {
  /** The login, with the session id that it keeps, or `null`. */
  readonly login: Login
  /** What the host's `person` returned. */
  readonly person: Person
  /** Keeps the id of a session; `null` forgets it. It sets headers of the response. */
  readonly keep: (session: string | null) => Promise<void>
}

/** The cookie in which the API keeps a session's id if the host does not. */
const COOKIE = '__Host-consentry'

/**
 * Calls a function of the host.
 *
 * @throws `facts-unavailable` if it asked Consentry and the answer is not known, so that an outage shows as one; else `HostFailure`.
 */
export async function callHostFunction<T>(name: string, call: () => Promise<T> | T): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    if (isConsentryError(cause, 'facts-unavailable', 'unavailable')) throw factsUnavailable(cause)
    throw new HostFailure(`\`${name}\` threw an error`, { cause })
  }
}

/**
 * Returns the person of a request.
 *
 * @throws `not-logged-in`, or `HostFailure` for a malformed person: that is the host's mistake, never the caller's.
 */
export async function personOf(request: Request, settings: ApiSettings, headers: Headers): Promise<LoggedIn> {
  const person = await callHostFunction('person', () => settings.person(request))
  if (person === null || person === undefined) throw new DoorRefusal('not-logged-in')
  const { keepSession } = settings
  const keep = async (session: string | null) => {
    if (keepSession) await callHostFunction('keepSession', () => keepSession(request, session, headers, person))
    else headers.append('set-cookie', cookieOf(session))
  }
  return { person, keep, login: loginOf(person, keepSession ? undefined : sessionInCookie(request)) }
}

/**
 * Returns the login of a person.
 *
 * `inCookie` is the session of the API's own cookie; `undefined` if the host keeps it.
 */
function loginOf(person: Person, inCookie: string | null | undefined): Login {
  const session: unknown = Reflect.get(Object(person), 'session') ?? null
  // Said here, where it can be said what to do. It is not quoted: it may be the secret.
  if (session !== null && typeof session !== 'string')
    throw new HostFailure('`person` returned a `session` that is no string: return the id, or null')
  if (session !== null && inCookie !== undefined)
    throw new HostFailure(
      '`person` returned a `session`, but there is no `keepSession`: pass it, or let the API keep the id in its own cookie',
    )
  return { ...person, session: session ?? inCookie ?? null }
}

/**
 * Returns the actor of a person, and what became of their session.
 *
 * @throws `HostFailure` for a malformed person, which the service refuses.
 */
export async function resumeLogin({ login }: LoggedIn, consentry: Consentry): Promise<Resumed> {
  try {
    return await consentry.resume(login)
  } catch (error) {
    if (!isConsentryError(error, 'invalid-input')) throw error
    const issues = error.issues.map(({ path, message }) => `${path.slice(1).join('.')} ${message}`)
    throw new HostFailure(`\`person\` returned a malformed person: ${issues.join('; ')}`)
  }
}

/** Returns the session's id in the API's own cookie. Two of that name are no id that anybody has. */
function sessionInCookie({ headers }: Request): string | null {
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  const found = pairs.filter((pair) => pair.startsWith(`${COOKIE}=`)).map((pair) => pair.slice(COOKIE.length + 1))
  return found.length > 1 ? '' : (found[0] ?? null)
}

function cookieOf(session: string | null): string {
  const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'
  return session === null ? `${COOKIE}=; Max-Age=0; ${attributes}` : `${COOKIE}=${session}; ${attributes}`
}
