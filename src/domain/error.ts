/** The one error class hosts meet: a stable code, the facts as fields, recognisable across module formats. */
import type { Denied } from './decision-types.js'
import { type Issue, type Refusal, type Result, refusalMessage } from './refusal.js'

/** Everything that can go wrong, by its stable code and with its facts (SPEC 9.1). */
export type Failure =
  | Refusal
  /** Facts handed over that mix tenants, contradict themselves or are malformed (SPEC 5.2). */
  | { readonly code: 'invalid-facts'; readonly issues: readonly Issue[] }
  /** Stored rows or events that no sequence of commands could have written. */
  | { readonly code: 'corrupt'; readonly issues: readonly Issue[] }
  /** A database's tables are of version `found`, `null` where there are none, and this library knows `expected`: migrate, or update it. */
  | { readonly code: 'schema-mismatch'; readonly found: number | null; readonly expected: number }
  /** The facts of a decision could not be learned: no denial, and never an allow (SPEC 5.9). */
  | { readonly code: 'facts-unavailable' }
  /** The repository, the directory, the clock or the source of ids failed during a command or a list; `cause` has what it threw. */
  | { readonly code: 'unavailable'; readonly port: 'repository' | 'directory' | 'clock' | 'newId' }
  /** `authorize` denied; the decision is inside (SPEC 5.9). */
  | { readonly code: 'access-denied'; readonly decision: Denied }

/** The stable code of a failure. */
export type ErrorCode = Failure['code']

const BRAND = Symbol.for('consentry.error')

/** Whatever Consentry throws: `code`, every issue of the input at once, and the failure's other facts as fields (SPEC 9.1). */
export class ConsentryError extends Error {
  readonly code: ErrorCode
  /** Every issue found, in the order of the input; empty where the failure is of another kind. */
  readonly issues: readonly Issue[] = []

  constructor(message: string, failure: Failure, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ConsentryError'
    this.code = failure.code
    Object.assign(this, failure)
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** What `authorize` throws when the decision denies (SPEC 5.9); `decision` says why, and carries no ids. */
export class AccessDenied extends ConsentryError {
  declare readonly code: 'access-denied'
  declare readonly decision: Denied

  constructor(decision: Denied) {
    super(`access is denied: \`${decision.reason}\``, { code: 'access-denied', decision })
    this.name = 'AccessDenied'
  }
}

/** Whether `error` is Consentry's, from whichever copy or module format of it. */
export function isConsentryError(error: unknown): error is ConsentryError
/** Whether `error` is Consentry's with that code; its facts are then typed fields. */
export function isConsentryError<C extends ErrorCode>(error: unknown, code: C): error is ConsentryError & Extract<Failure, { code: C }>
export function isConsentryError(error: unknown, code?: ErrorCode): boolean {
  if (!(error instanceof Error) || !(BRAND in error) || !('code' in error)) return false
  return code === undefined || error.code === code
}

/** The value of an accepted command; a refusal is thrown, so that it cannot be overlooked (SPEC 9.1). */
export function unwrap<T>(result: Result<T>): T {
  return result.ok ? result.value : throwRefusal(result.refusal)
}

/** The error of whoever could not learn the facts of a decision, and why (SPEC 5.9). */
export function factsUnavailable(cause: unknown): ConsentryError {
  return new ConsentryError('the facts cannot be learned', { code: 'facts-unavailable' }, { cause })
}

/** Throws the refusal. */
export function throwRefusal(refusal: Refusal): never {
  throw new ConsentryError(refusalMessage(refusal), refusal)
}
