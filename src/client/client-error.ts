/** The errors of the client: what the API refused, with its facts, or that it could not be asked. */
import { ConsentryError, type ErrorCode, type Failure, isConsentryError } from '../domain/error.js'
import type { DoorCode } from '../http/problem.js'

/** The code of an error of the client: one of the service, or one that only the API answers. */
export type ClientErrorCode = ErrorCode | DoorCode

/** What an error of the client holds, by its code. */
export type ClientFailure = Failure | { [Code in DoorCode]: { readonly code: Code } }[DoorCode]

/**
 * An error of the client, with one of these codes.
 *
 * At run time it is a `ConsentryError`. Its code may be one that only the API answers.
 */
export type ClientError<C extends ClientErrorCode = ClientErrorCode> = Omit<ConsentryError, 'code'> & Extract<ClientFailure, { code: C }>

/**
 * Whether `error` is an error of the client, with one of these codes if any are given.
 *
 * It is `isConsentryError` that knows the codes of the API as well, such as `not-logged-in`.
 * @example Continues consentryClient
 * ```ts
 * import { isClientError } from 'consentry/client'
 *
 * const error: unknown = await consentryClient({ baseUrl: '', fetch }).getMe().catch((thrown: unknown) => thrown)
 * console.log(isClientError(error, 'not-logged-in')) // true
 * ```
 */
export function isClientError<C extends ClientErrorCode = ClientErrorCode>(
  error: unknown,
  ...codes: readonly C[]
): error is ClientError<C> {
  return isConsentryError(error, ...(codes as readonly unknown[] as [ErrorCode]))
}

/**
 * Returns the error of an API that could not be asked, or that answered what it never answers.
 *
 * Whether a command has happened is then not known.
 */
export function unreachable(message: string, cause?: unknown): ConsentryError {
  return new ConsentryError(message, { code: 'unavailable', port: 'api' }, { cause })
}

/** The facts of errors. */
const FACTS = 'omitted changed expected actual id limit endedAt expiresAt after latest decision status port'.split(' ')

/**
 * Returns problem details as the error that the service had thrown.
 *
 * Their instants are the service's already.
 * @throws for a value that is none of the API's problems.
 */
export function errorOfProblem(received: unknown): ConsentryError {
  const problem = received as Readonly<Record<string, unknown>>
  const { type, code, title, detail = title, requestStatus: status, issues = [] } = problem
  if (typeof code !== 'string' || type !== `urn:consentry:error:${code}` || typeof detail !== 'string' || !Array.isArray(issues))
    throw new TypeError('no JSON')
  // Only these: a foreign `stack` or `__proto__` must not become the error's.
  const facts: Record<string, unknown> = { code, issues: issues.map(issueOfPointer) }
  const given: typeof problem = { ...problem, status, port: code === 'unavailable' ? 'api' : undefined }
  for (const fact of FACTS) if (given[fact] !== undefined) facts[fact] = given[fact]
  return new ConsentryError(detail, facts as unknown as Failure)
}

function issueOfPointer({ pointer, code, message }: Readonly<Record<string, unknown>>): object {
  const path = String(pointer).split('/').slice(1)
  const keys = path.map((key) => (/^(0|[1-9]\d*)$/.test(key) ? Number(key) : key.replaceAll('~1', '/').replaceAll('~0', '~')))
  return { path: keys, code, message }
}
