/** The service a host calls: it loads, asks the domain, and saves; a refusal is thrown as a typed error. */

import * as z from 'zod'
import type { SubmissionInput } from './domain/access-request.js'
import type { Actor } from './domain/actor.js'
import type { Allowed, Decision, LegacyRule } from './domain/decision-types.js'
import { unwrap } from './domain/error.js'
import type { TenantFacts } from './domain/facts.js'
import type { HistoryEntry } from './domain/history.js'
import type { TenantId, TenantRequestId, UserId } from './domain/ids.js'
import { readRecord } from './domain/input.js'
import type { Instant } from './domain/instant.js'
import { type PolicyInput, policySchema } from './domain/policy.js'
import type { LiveSession, SessionView } from './domain/session-views.js'
import type { IncomingRequest, MyAccess, OutgoingRequest } from './domain/views.js'
import type { Directory } from './ports/directory.js'
import type { Repository } from './ports/repository.js'
import {
  type AnswerInput,
  createCommands,
  type ExpiryInput,
  type GrantInput,
  type RequestSummary,
  type RevisionInput,
  type WithdrawTarget,
} from './service/commands.js'
import { createServiceContext, type ServiceOptions } from './service/context.js'
import { createDecisions, type DecideInput } from './service/decisions.js'
import { createLists, type IncomingInput, type MyAccessInput, type OutgoingInput, type Page, type PageInput } from './service/lists.js'
import { createRecordDue, type RecordedEnd } from './service/record-due.js'
import { createSessions, type EndedSession, type SessionsInput, type StartInput } from './service/sessions.js'
import { createSubmit, type SubmitResult } from './service/submit.js'

/** What a host gives. */
export interface ConsentryOptions {
  /** Where requests and events are kept; `consentry/testing/contract` checks whether a host's own keeps its promises. */
  readonly repository: Repository
  /** Who belongs to a requesting tenant and whom it may ask: consulted to submit, to grant and to set an expiry (SPEC 2.5). */
  readonly directory: Directory
  /** The host's rule for the legacy tool where it is not closed; without one it is denied everywhere (SPEC 5.3.6). */
  readonly legacy?: LegacyRule | undefined
  /** How much a request may name, how long a grant and a session may run, and whether tenants see who was inside; see `PolicyInput`. */
  readonly policy?: PolicyInput | undefined
  /** The instant it is now, a `Date` or milliseconds; the system's clock where absent. */
  readonly clock?: (() => Date | Instant) | undefined
  /** A new random id, SPEC 3.5; a random UUID where absent. Ids that can be guessed or ordered tell tenants of each other (SPEC 6.2). */
  readonly newId?: (() => string) | undefined
  /** Hears of every error of the host's own ports and rule, for its log. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * The service. The actor comes first and from the host's own login. A refusal throws a `ConsentryError` with the first code that
 * applies in the order of SPEC 4.7, `invalid-input` with every issue at once; a port that fails throws `unavailable`. Whatever
 * throws has left no trace, save that a repository which failed while saving may have saved.
 */
export interface Consentry {
  /** Sends one request to every tenant it names, all or none (SPEC §3). With an `id` of the host's own, sending it again is harmless. */
  submit(actor: Actor, request: SubmissionInput): Promise<SubmitResult>
  /** Grants a pending request, from now to `expiresAt` or without an end (SPEC §4). */
  grant(actor: Actor, id: TenantRequestId, answer?: GrantInput): Promise<RequestSummary>
  /** Rejects a pending request (SPEC §4). */
  reject(actor: Actor, id: TenantRequestId, answer?: AnswerInput): Promise<RequestSummary>
  /** Adds, shortens or prolongs the end of a grant that holds (SPEC §4). */
  setExpiry(actor: Actor, id: TenantRequestId, expiry: ExpiryInput): Promise<RequestSummary>
  /** Ends a grant that holds, by either party (SPEC §4). */
  revoke(actor: Actor, id: TenantRequestId, answer?: AnswerInput): Promise<RequestSummary>
  /** Withdraws one pending tenant request, or all that are still pending of an access request, maybe none (SPEC §4). */
  withdraw(actor: Actor, target: WithdrawTarget, condition?: RevisionInput): Promise<RequestSummary[]>
  /** Takes a user off all the actor's tenant's pending and granted requests, for good (SPEC 4.5). */
  removeUser(actor: Actor, user: UserId): Promise<RequestSummary[]>
  /**
   * Records that grants have expired and that sessions are over, by the clock or by a revocation, so that notices go out: up to `limit`
   * (1 to 1,000; 100 if absent). No answer changes by it (SPEC 4.3). It looks at every open session, whoever's.
   */
  recordDue(options?: { readonly limit?: number | undefined }): Promise<RecordedEnd[]>
  /**
   * Starts a session where the decision allows, until access ends or the policy's `sessionCap` has passed (SPEC 7.1). Throws
   * `AccessDenied`, `facts-unavailable`, `impersonating` for whoever is inside already, and `own-tenant` as an issue (SPEC 7.3). The
   * session's `id` is told here and nowhere else.
   */
  startImpersonation(actor: Actor, input: StartInput): Promise<LiveSession>
  /**
   * The actor's own session while it is live, decided anew (SPEC 7.2); nothing is written. Throws `not-found` for an id that is none of his,
   * `session-ended` once it is over, `AccessDenied` where access is, `facts-unavailable`, and `impersonating` where the actor is inside elsewhere.
   */
  checkImpersonation(actor: Actor, sessionId: string): Promise<LiveSession>
  /** Ends the actor's own session, from inside too; one that is over is left as it was (SPEC 7.3). Throws `not-found` (SPEC 7.4). */
  endImpersonation(actor: Actor, sessionId: string): Promise<EndedSession>
  /** The sessions of the actor's tenant's users, for `submit`, and inside it, for `answer` (SPEC 7.6). */
  sessions(actor: Actor, query?: SessionsInput): Promise<Page<SessionView>>
  /** What the actor's tenant was asked (SPEC 6.2). */
  incoming(actor: Actor, query?: IncomingInput): Promise<Page<IncomingRequest>>
  /** What the actor's tenant has sent, a row a tenant asked (SPEC 6.1). */
  outgoing(actor: Actor, query?: OutgoingInput): Promise<Page<OutgoingRequest>>
  /** The tenants the actor was associated with, and his status in each (SPEC 6.3). */
  myAccess(actor: Actor, query?: MyAccessInput): Promise<Page<MyAccess>>
  /** The events of the actor's tenant's requests and sessions, as it may see them (SPEC 6.6, 7.6). */
  history(actor: Actor, query?: PageInput): Promise<Page<HistoryEntry>>
  /** Why a user may or may not enter (SPEC §5). Throws `facts-unavailable` where the facts cannot be learned. */
  decide(question: DecideInput): Promise<Decision>
  /** What guards use: resolves where the decision allows, else throws `AccessDenied` with it, or `facts-unavailable` (SPEC 5.9). */
  authorize(question: DecideInput): Promise<Allowed>
  /** A tenant's facts, for a host that decides by itself (SPEC 5.2). Throws `facts-unavailable`. */
  facts(tenant: TenantId): Promise<TenantFacts>
  /** The tenants a user may enter by `access-request` (SPEC 5.8); none for a malformed question. Throws `facts-unavailable`. */
  tenantsFor(question: { readonly user: UserId; readonly at?: Date | Instant | undefined }): Promise<TenantId[]>
  /** The users who may enter a tenant by `access-request` (SPEC 5.8); none for a malformed question. Throws `facts-unavailable`. */
  usersFor(question: { readonly tenant: TenantId; readonly at?: Date | Instant | undefined }): Promise<UserId[]>
}

const port = <T extends object>(what: string) => z.custom<T>((value) => typeof value === 'object' && value !== null, `must be ${what}`)
const rule = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function')

const Options = z.strictObject(
  {
    repository: port<Repository>('a repository'),
    directory: port<Directory>('a directory'),
    legacy: rule<LegacyRule>().optional(),
    policy: policySchema.default(policySchema.parse({})),
    clock: rule<ServiceOptions['clock']>().default(() => Date.now),
    newId: rule<ServiceOptions['newId']>().default(() => () => crypto.randomUUID()),
    onError: rule<ServiceOptions['onError']>().default(() => () => {}),
  },
  'must be options',
)

/** A service over the host's repository and directory; throws `invalid-input` for options it does not know or cannot use. */
export function createConsentry(options: ConsentryOptions): Consentry {
  const { legacy, ...host } = unwrap(readRecord(Options, options, 'options'))
  const ports = createServiceContext({ ...host, legacy })
  return Object.freeze({
    ...createSubmit(ports),
    ...createCommands(ports),
    ...createRecordDue(ports),
    ...createSessions(ports),
    ...createLists(ports),
    ...createDecisions(ports),
  })
}
