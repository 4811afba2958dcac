/** Errors as RFC 9457 problems: Consentry's refusals with their code, other errors without details. */
import { type ErrorCode, isConsentryError } from 'consentry'

const STATUS: { readonly [Code in ErrorCode]?: number } = {
  'invalid-input': 400,
  impersonating: 403,
  'not-permitted': 403,
  'wrong-party': 403,
  'requester-may-not-answer': 403,
  'access-denied': 403,
  'not-found': 404,
  'stale-revision': 409,
  'not-pending': 409,
  'not-active': 409,
  'session-ended': 409,
  'too-many-sessions': 409,
  'not-grantable': 409,
  'already-submitted': 409,
  'expiry-required': 422,
  'expires-too-soon': 422,
  'expires-too-late': 422,
  'facts-unavailable': 503,
  unavailable: 503,
}

/** The media type of a problem. */
export const PROBLEM = 'application/problem+json'

/** The problem without a login. */
export const NOBODY = { type: 'about:blank', title: 'Unauthorized', status: 401 } as const

/** The problem with a body that is not JSON. */
export const NOT_JSON = { type: 'about:blank', title: 'Unsupported Media Type', status: 415 } as const

/** Returns the problem for an error. A refusal's message and issues contain only the caller's own input. */
export function problemOf(error: unknown) {
  if (isConsentryError(error)) {
    const { code, message: title, issues, omitted } = error
    const status = STATUS[code] ?? 500
    if (status < 500) return { type: 'about:blank', title, status, code, issues, omitted } as const
    return { type: 'about:blank', title: 'The server failed', status } as const
  }
  // A framework's 4xx error, for example for an unreadable body, is passed on. Details of other errors are not shown.
  const { status = 500, statusCode = status } = Object(error)
  const clients = Number.isInteger(statusCode) && statusCode >= 400 && statusCode < 500
  return clients
    ? ({ type: 'about:blank', title: 'The request cannot be read', status: Number(statusCode) } as const)
    : ({ type: 'about:blank', title: 'The server failed', status: 500 } as const)
}
