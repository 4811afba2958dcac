/** Refusals: the values that commands return when they are not allowed, and their messages (SPEC 9.1). */
import type { AccessRequestId } from './ids.js'
import type { Instant } from './instant.js'
import type { RequestStatus } from './status.js'

/** The kind of an issue: stable, for programs. */
export type IssueCode =
  | 'invalid'
  | 'missing'
  | 'unknown-key'
  | 'too-many'
  | 'unknown-user'
  | 'unknown-tenant'
  | 'own-tenant'
  | 'too-many-open'

/** One issue of an input, and its path (SPEC 9.1). */
export interface Issue {
  /**
   * The keys and list indexes of the offending value.
   *
   * It is empty for the whole input, and starts with `actor` for the actor.
   */
  readonly path: readonly (string | number)[]
  /** The kind of the issue: stable, for programs. */
  readonly code: IssueCode
  /** The issue for people, without the path: lower case, the offending input in backticks (SPEC 9.2). */
  readonly message: string
}

/** The most issues that are listed, so that a bad input makes no huge answer (SPEC 3.4, 9.1). */
export const MAX_ISSUES = 100

/** The issues of an input: the first ones, and the number of those left out, if any. */
export interface IssueList {
  readonly issues: Issue[]
  omitted?: number
}

/**
 * Whether a further issue is to be listed; if not, it is counted.
 *
 * Nothing is built for an issue that is only counted, because there may be a million.
 */
export function listsIssue(list: IssueList): boolean {
  if (list.issues.length < MAX_ISSUES) return true
  list.omitted = (list.omitted ?? 0) + 1
  return false
}

/**
 * Adds an issue whose path ends with these keys.
 *
 * The path is made then, and not before: nearly all input is valid.
 */
export type AddIssue = (message: string, ...keys: Issue['path']) => void

/** Returns the function that adds issues to the list. */
export function issueAdder(list: IssueList): AddIssue {
  return (message, ...path) => {
    if (listsIssue(list)) list.issues.push({ path, code: 'invalid', message })
  }
}

/**
 * Why a command was refused: a stable `code` with its details.
 *
 * Revisions are whole numbers from 1, as the actor's party sees them (SPEC 4.10).
 * `endedAt`, `latest`, `expiresAt` and `after` are instants in milliseconds. `limit` is a number of sessions.
 * `issues` lists the first 100 issues, and `omitted` is the number of the others (SPEC 9.1).
 * If several refusals apply, a command names the first in a fixed order (SPEC 4.7).
 */
export type Refusal =
  | { readonly code: 'invalid-input'; readonly issues: readonly Issue[]; readonly omitted?: number }
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
  | { readonly code: 'too-many-sessions'; readonly limit: number }
  | { readonly code: 'already-submitted'; readonly id: AccessRequestId }
  | { readonly code: 'expiry-required'; readonly latest: Instant }
  | { readonly code: 'expires-too-soon'; readonly expiresAt: Instant; readonly after: Instant }
  | { readonly code: 'expires-too-late'; readonly expiresAt: Instant; readonly latest: Instant }
  | { readonly code: 'not-grantable' }

/** The result of a pure command: its value, or a refusal (SPEC 9.1). */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

/** Creates the result of an accepted command. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

/** Creates the result of a refused command. */
export function refused(refusal: Refusal): Result<never> {
  return { ok: false, refusal }
}

/** Returns a refusal's message: lower case, the offending input in backticks, no type names (SPEC 9.2). */
export function refusalMessage(refusal: Refusal): string {
  switch (refusal.code) {
    case 'invalid-input':
      return [...refusal.issues.map((issue) => `${pathPrefix(issue.path)}${issue.message}`), ...omittedIssues(refusal)].join('; ')
    case 'impersonating':
      return 'not allowed while impersonating'
    case 'not-permitted':
      return 'the actor does not have the required permission'
    case 'not-found':
      return 'there is no such request or session'
    case 'wrong-party':
      return 'only the other party of the request can do this'
    case 'requester-may-not-answer':
      return 'a member of the requesting tenant cannot answer its requests'
    case 'stale-revision':
      return `revision \`${refusal.expected}\` is stale: reload the request, now at revision \`${refusal.actual}\``
    case 'not-pending':
      return `the request must be pending, but is \`${refusal.status}\``
    case 'not-active':
      return `the request must be granted, but is \`${refusal.status}\``
    case 'not-due':
      return `the request is not due: it is \`${refusal.status}\``
    case 'session-ended':
      return `the session ended at ${formatInstant(refusal.endedAt)}`
    case 'too-many-sessions':
      return `the user already has the most live sessions allowed, \`${refusal.limit}\`: end one first`
    case 'already-submitted':
      return `\`${refusal.id}\` was already submitted with other content: use a new id`
    case 'expiry-required':
      return `a grant must expire: set \`expiresAt\` to ${formatInstant(refusal.latest)} or earlier`
    case 'expires-too-soon':
      return `the expiry ${formatInstant(refusal.expiresAt)} must be after ${formatInstant(refusal.after)}`
    case 'expires-too-late':
      return `the expiry ${formatInstant(refusal.expiresAt)} must be ${formatInstant(refusal.latest)} or earlier`
    case 'not-grantable':
      return 'the request cannot be granted now: reject it, or ask its sender for a new one'
  }
}

function omittedIssues({ omitted = 0 }: { readonly omitted?: number }): string[] {
  // Written without the runtime's locale, so that the message is the same everywhere.
  const count = String(omitted).replace(/\B(?=(?:\d{3})+$)/g, ',')
  return omitted === 0 ? [] : [`... and ${count} more ${omitted === 1 ? 'issue' : 'issues'}`]
}

function pathPrefix(path: Issue['path']): string {
  return path.length === 0 ? '' : `${path.map((key) => printable(String(key))).join('.')}: `
}

/**
 * Sanitises foreign text for a message: shortened, on one line, without broken characters (SPEC 9.2).
 *
 * Unicode never changes the categories `Cc` and `Cs`, so the text is the same in every runtime (SPEC 8.5).
 */
export function printable(text: string): string {
  return [...text.slice(0, 64)].map((char) => (/[\p{Cc}\p{Cs}`]/u.test(char) ? '?' : char)).join('')
}

function formatInstant(ms: Instant): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? `\`${ms}\`` : `\`${date.toISOString()}\``
}
