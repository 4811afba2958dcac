/** The service that a host embeds: it loads, decides and saves, and throws refusals as typed errors. */

import * as z from 'zod'
import type { AsyncLegacyRule } from './domain/decision-types.js'
import { unwrap } from './domain/error.js'
import { readRecord } from './domain/input.js'
import type { Instant } from './domain/instant.js'
import { type Policy, type PolicyInput, policySchema } from './domain/policy.js'
import { type Directory, directorySchema } from './ports/directory.js'
import { MAX_DELAY_MS } from './ports/event-loop.js'
import type { Repository } from './ports/repository.js'
import { repositorySchema } from './ports/repository-schema.js'
import { createAccessList } from './service/access-list.js'
import { createAnswerMany } from './service/answer-many.js'
import type { ConsentryCommands } from './service/command-api.js'
import { createCommands } from './service/commands.js'
import { createServiceContext, type ServiceOptions } from './service/context.js'
import { createCounts } from './service/counts.js'
import { createDecisions } from './service/decisions.js'
import { createEndAll } from './service/end-all.js'
import { createEndSession } from './service/end-session.js'
import { createHistory } from './service/history.js'
import { createMyAccess } from './service/my-access.js'
import type { ConsentryPreviews } from './service/preview-api.js'
import { createPreviews } from './service/previews.js'
import type { ConsentryQueries } from './service/query-api.js'
import { createRecordDue } from './service/record-due.js'
import type { ConsentryRequestLists } from './service/request-list-api.js'
import { createRequestLists } from './service/request-lists.js'
import { createResume } from './service/resume.js'
import type { ConsentrySessions } from './service/session-api.js'
import { createSessionList } from './service/session-list.js'
import { createSessions } from './service/sessions.js'
import { createSubmit } from './service/submit.js'

/** The options of `createConsentry`. */
export interface ConsentryOptions {
  /**
   * Stores requests, sessions and events.
   * Check your own implementation with `consentry/testing/contract`.
   */
  readonly repository: Repository
  /**
   * Knows the members of a requesting tenant and the tenants it may ask.
   * Asked by submissions, previews, answers, changes of an expiry, renewal drafts, and decisions about legacy methods (SPEC 2.5).
   */
  readonly directory: Directory
  /**
   * Decides about legacy methods in tenants that are not governed; may be asynchronous.
   * Without it, legacy methods are denied there. It is asked once for each question, and only `true`, or a promise of it, permits. A throw, a
   * rejection or another answer denies, and is told to `onError` (SPEC 5.3.6).
   */
  readonly legacy?: AsyncLegacyRule | undefined
  /**
   * How long an answer of `legacy` is awaited, in milliseconds, by default 5,000.
   * Without an answer in time the question is denied; a later one is ignored.
   */
  readonly legacyTimeoutMs?: number | undefined
  /** Limits for requests, grants and sessions, and what tenants see of users; see `PolicyInput`. */
  readonly policy?: PolicyInput | undefined
  /**
   * Returns the current instant, a `Date` or milliseconds. By default `Date.now`.
   * An instant before the year 2000 is a failure of the clock: it counts seconds, or was never set.
   */
  readonly clock?: (() => Date | Instant) | undefined
  /**
   * Returns a new random id (SPEC 3.5).
   * By default `crypto.randomUUID`. Ids must be neither guessable nor ordered: otherwise a tenant learns about requests to other tenants
   * (SPEC 6.2).
   */
  readonly newId?: (() => string) | undefined
  /**
   * Called with every error thrown by the repository, directory, clock, `newId` or legacy rule.
   * Also called with an `invalid-input` for each malformed question, which the decision denies without saying what is wrong (SPEC 5.3.1).
   * Use it for logging.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * The service: commands, lists and decisions.
 *
 * The first argument of commands and lists is the actor, taken from the host's login and never from a request's body (SPEC 2.1). The
 * methods need no `this`. Every refusal or failure is a `ConsentryError` with a `code`; `invalid-input` has the issues (SPEC 9.1). A
 * refused or failed command saves nothing (SPEC 9.3). Exception: after `unavailable` for the repository, the save may have succeeded.
 */
export interface Consentry extends ConsentryCommands, ConsentryPreviews, ConsentrySessions, ConsentryRequestLists, ConsentryQueries {
  /** The policy with all defaults, durations in milliseconds: what pages and notices must know of it. */
  readonly policy: Policy
}

const aFunction = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function')

const Options = z.strictObject(
  {
    repository: repositorySchema,
    directory: directorySchema,
    legacy: aFunction<AsyncLegacyRule>().optional(),
    legacyTimeoutMs: z.number('must be a number of milliseconds').positive('must be more than 0').max(MAX_DELAY_MS).default(5_000),
    policy: policySchema.default(policySchema.parse({})),
    clock: aFunction<ServiceOptions['clock']>().default(() => Date.now),
    newId: aFunction<ServiceOptions['newId']>().default(() => () => crypto.randomUUID()),
    onError: aFunction<ServiceOptions['onError']>().default(() => () => {}),
  },
  'must be a record with `repository` and `directory`',
)

/**
 * Creates the service over the host's repository and directory.
 *
 * @throws `invalid-input` with every unknown, missing or malformed option.
 * @example
 * ```ts
 * import { type Actor, createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 *
 * const directory = {
 *   members: (vendor: string) => (vendor === 'classics' ? ['caroline'] : []),
 *   askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
 * }
 * const consentry = createConsentry({ repository: memoryRepository(), directory })
 * const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
 * const tom: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }
 *
 * await consentry.submit(elizabeth, { name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }] })
 * const [request] = (await consentry.incoming(tom)).items
 * if (request) await consentry.grant(tom, request.id, { expiresAt: null })
 * const { reason } = await consentry.authorize({ user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', from: 'classics' })
 * console.log(reason) // granted
 * ```
 */
export function createConsentry(options: ConsentryOptions): Consentry {
  const { legacy, ...others } = unwrap(readRecord(Options, options, 'options'))
  const context = createServiceContext({ ...others, legacy })
  return Object.freeze({
    policy: context.policy,
    ...createSubmit(context),
    ...createPreviews(context),
    ...createCommands(context),
    ...createAnswerMany(context),
    ...createEndAll(context),
    ...createRecordDue(context),
    ...createSessions(context),
    ...createEndSession(context),
    ...createResume(context),
    ...createSessionList(context),
    ...createRequestLists(context),
    ...createMyAccess(context),
    ...createHistory(context),
    ...createCounts(context),
    ...createAccessList(context),
    ...createDecisions(context),
  })
}
