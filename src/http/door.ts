/** What the API refuses before it reads anything: other sites, other types (SPEC 11.3). */
import { refusalError } from '../domain/error.js'
import { callSafely } from '../domain/host-calls.js'
import type { ApiSettings } from './api-options.js'
import { type ConsentryProblem, type DoorCode, problemOf, problemOfCode } from './problem.js'

/** A refusal of the API itself. The class is private, so a callback of the host cannot throw one. */
export class DoorRefusal extends Error {
  readonly code: DoorCode
  readonly headers: Readonly<Record<string, string>>

  constructor(code: DoorCode, headers: Readonly<Record<string, string>> = {}) {
    super(code)
    this.code = code
    this.headers = headers
  }
}

/** A mistake or an outage of the host's own functions: 500, whatever was thrown. */
export class HostFailure extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(what, options)
    this.name = 'HostFailure'
  }
}

/** Headers that every answer has: nothing is cached, so no other person receives it. */
export const NEVER_STORED = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

/**
 * Refuses a request of another site's page that would change something by the user's cookie.
 *
 * Without a cookie, a browser adds nothing of the user's to the request, so nothing is asked (SPEC 11.3).
 */
export function refuseOtherSites({ method, headers }: Request, { origins }: ApiSettings): void {
  if (method === 'GET' || headers.get('cookie') === null) return
  const origin = headers.get('origin')
  if (headers.get('sec-fetch-site') === 'same-origin' || (origin !== null && origins.includes(origin))) return
  throw new DoorRefusal('cross-site')
}

const JSON_TYPE = /^application\/json[ \t]*(;[ \t]*charset=("?)utf-8\2[ \t]*)?$/i

/** Refuses a body that is not JSON: a page of another site can send forms and plain text. */
export function refuseOtherTypes({ headers }: Request): void {
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (JSON_TYPE.test(headers.get('content-type') ?? '') && encoding.toLowerCase() === 'identity') return
  throw new DoorRefusal('unsupported-media-type', { accept: 'application/json' })
}

/** Returns the response of a problem; an unexpected error is told to `onError`. */
export function problemResponse(error: unknown, { challenge, onError }: ApiSettings): Response {
  const refusal = doorRefusalOf(error)
  const problem = refusal ? problemOfCode(refusal.code) : problemForParties(error)
  const { status } = problem
  if (problem.code === 'internal') callSafely(onError, error)
  return new Response(JSON.stringify(problem), {
    status,
    headers: {
      ...NEVER_STORED,
      'content-type': 'application/problem+json',
      ...(status === 401 && { 'www-authenticate': challenge }),
      ...(status === 503 && { 'retry-after': '5' }),
      ...refusal?.headers,
    },
  })
}

/**
 * Returns an error as problem details for a party of the request.
 * The path says the side, so a request of the other side is one that does not exist (SPEC 11.2).
 */
export function problemForParties(error: unknown): ConsentryProblem {
  const problem = problemOf(error)
  return problem.code === 'wrong-party' ? problemOf(refusalError({ code: 'not-found' })) : problem
}

// The thrown value may be a proxy whose traps throw. That error must not leave the API.
function doorRefusalOf(error: unknown): DoorRefusal | undefined {
  try {
    return error instanceof DoorRefusal ? error : undefined
  } catch {
    return undefined
  }
}
