/** Refusals: what a command answers when it may not happen, as values that carry their facts. */
import type { AccessRequestId } from './ids.js'
import type { Instant } from './instant.js'
import type { RequestStatus } from './status.js'

/** What kind of thing is wrong with one place of an input. */
export type IssueCode = 'invalid' | 'missing' | 'unknown-key' | 'too-many' | 'unknown-user' | 'unknown-tenant' | 'own-tenant'

/** One thing wrong with an input, and where (SPEC 9.1). */
export interface Issue {
  /** The keys and list indexes that lead there; empty for the input as a whole, and `actor` first for what is wrong with the actor. */
  readonly path: readonly (string | number)[]
  /** What kind of thing is wrong: stable, for programs to go by. */
  readonly code: IssueCode
  /** The same for people, without the path: lower case, the offending input in backticks (SPEC 9.2). */
  readonly message: string
}

/** Why a command was refused: a stable code with its facts; the order in which they apply is SPEC 4.7. */
export type Refusal =
  | { readonly code: 'invalid-input'; readonly issues: readonly Issue[] }
  | { readonly code: 'impersonating' }
  | { readonly code: 'not-permitted' }
  | { readonly code: 'not-found' }
  | { readonly code: 'wrong-party' }
  | { readonly code: 'requester-may-not-answer' }
  | { readonly code: 'stale-revision'; readonly expected: number; readonly actual: number }
  | { readonly code: 'not-pending'; readonly status: RequestStatus }
  | { readonly code: 'not-active'; readonly status: RequestStatus }
  | { readonly code: 'not-due'; readonly status: RequestStatus }
  | { readonly code: 'session-ended'; readonly endedAt: Instant }
  | { readonly code: 'already-submitted'; readonly id: AccessRequestId }
  | { readonly code: 'expiry-required'; readonly latest: Instant }
  | { readonly code: 'expires-too-soon'; readonly expiresAt: Instant; readonly after: Instant }
  | { readonly code: 'expires-too-late'; readonly expiresAt: Instant; readonly latest: Instant }

/** What a pure command answers: the value, or the refusal (SPEC 9.1). */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

/** A command that may happen. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

/** A command that may not. */
export function refused(refusal: Refusal): Result<never> {
  return { ok: false, refusal }
}

/** A refusal in the words of the domain: lower case, the offending input in backticks, no type names (SPEC 9.2). */
export function refusalMessage(refusal: Refusal): string {
  switch (refusal.code) {
    case 'invalid-input':
      return refusal.issues.map((issue) => `${where(issue.path)}${issue.message}`).join('; ')
    case 'impersonating':
      return 'whoever is acting inside a tenant may change nothing'
    case 'not-permitted':
      return 'the actor lacks the permission for this'
    case 'not-found':
      return 'there is no such request or session'
    case 'wrong-party':
      return 'this is for the other party of the request to do'
    case 'requester-may-not-answer':
      return 'a member of the requesting tenant may not answer its request'
    case 'stale-revision':
      return `revision \`${refusal.expected}\` is stale: the request is at \`${refusal.actual}\``
    case 'not-pending':
      return `the request is not pending but \`${refusal.status}\``
    case 'not-active':
      return `no grant holds: the request is \`${refusal.status}\``
    case 'not-due':
      return `no expiry is due: the request is \`${refusal.status}\``
    case 'session-ended':
      return `the session is over since ${formatInstant(refusal.endedAt)}`
    case 'already-submitted':
      return `\`${refusal.id}\` was submitted before with other content`
    case 'expiry-required':
      return `a grant must expire, at the latest at ${formatInstant(refusal.latest)}`
    case 'expires-too-soon':
      return `the expiry ${formatInstant(refusal.expiresAt)} is not after ${formatInstant(refusal.after)}`
    case 'expires-too-late':
      return `the expiry ${formatInstant(refusal.expiresAt)} is later than ${formatInstant(refusal.latest)}`
  }
}

function where(path: Issue['path']): string {
  return path.length === 0 ? '' : `${path.map((key) => printable(String(key))).join('.')}: `
}

/** Foreign text as a message may hold it: short, on one line, whole characters (SPEC 9.2). */
export function printable(text: string): string {
  return [...text.slice(0, 64)].map((char) => (/[\p{Cc}\p{Cs}`]/u.test(char) ? '?' : char)).join('')
}

function formatInstant(ms: Instant): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? `\`${ms}\`` : `\`${date.toISOString()}\``
}
