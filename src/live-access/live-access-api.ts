/** The live access as a host sees it, and its options. */
import type { Access } from '../access-index/access.js'
import type { AccessMethod, Allowed, AsyncLegacyRule, IsAskable } from '../domain/decision-types.js'
import type { TenantId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { Directory } from '../ports/directory.js'
import type { Position } from '../ports/event-feed.js'
import type { Repository } from '../ports/repository.js'
import type { LoadProgress } from './load-snapshot.js'

/** The options of a live access. */
export interface LiveAccessOptions {
  /** The source of the snapshot and the feed. With `subscribe`, notifications cause a poll at once. */
  readonly repository: Repository
  /**
   * The host's rule for the legacy methods in tenants that are not governed (SPEC 5.3.6).
   *
   * With a `directory`, `authorize` waits for a promise of it. Anywhere else only `true` at once permits.
   * A throw, a promise or another answer denies, and is told to `onError`.
   */
  readonly legacy?: AsyncLegacyRule | undefined
  /**
   * How long `authorize` waits for `legacy`, in milliseconds. Default 5,000.
   *
   * Without an answer in time the question is denied; a later one is ignored.
   */
  readonly legacyTimeoutMs?: number | undefined
  /**
   * The directory of the service, whose `askable` is asked by `authorize` before the legacy rule.
   *
   * All questions of a turn by one `from` share one call. If it fails, or does not answer within `timeoutMs`, `authorize` throws
   * `facts-unavailable`. Without a directory, `isAskable` is asked.
   */
  readonly directory?: Directory | undefined
  /**
   * Whether `from` may ask a tenant, for all questions that are answered at once.
   *
   * Without a `directory`, that includes `authorize`. If there is neither, a question that says `from` is denied by a legacy method.
   */
  readonly isAskable?: IsAskable | undefined
  /** The maximum staleness, in milliseconds: everything is denied beyond it. Default 10,000. */
  readonly maxStalenessMs?: number | undefined
  /** What `authorize` does while stale: `deny` throws, `query` asks the repository. Default `deny`. */
  readonly onStale?: 'deny' | 'query' | undefined
  /** The interval between polls, in milliseconds. Default 1,000; capped at half of `maxStalenessMs`. */
  readonly pollIntervalMs?: number | undefined
  /** The timeout of a call of the repository or the directory, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined
  /** Returns the current instant, for `authorize`. Default: the system clock. */
  readonly clock?: (() => Date | Instant) | undefined
  /** Called after each page of the snapshot. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined
  /**
   * Called with each failure of the repository, the directory, the legacy rule and `isAskable`.
   *
   * Use it for logging: the repository is asked again anyway.
   * Its own errors are ignored. Without it, each kind of failure is written once to `console.warn`.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * Decisions about every tenant without a round trip.
 * Denies every question with `no-facts` before the first load, while stale (`maxStalenessMs`), and after `close()`.
 */
export interface LiveAccess extends Access {
  /**
   * Resolves if the user may enter. Guards use it (SPEC 5.9).
   *
   * `from` is the user's own tenant, as the host's login knows it, or `null` for every vendor's requests; it must be said (SPEC 2.7).
   * @throws `AccessDenied` if the user may not enter.
   * @throws `facts-unavailable` if stale and `onStale` is `deny`, or if the repository, the directory or the clock fails.
   * @example
   * ```ts
   * import { createLiveAccess } from 'consentry'
   * import { memoryRepository } from 'consentry/adapters/memory'
   *
   * const access = createLiveAccess({ repository: memoryRepository() })
   * await access.ready()
   * const question = { user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', from: 'classics' } as const
   * const error = await access.authorize(question).catch((thrown) => thrown)
   * console.log(error.decision.reason) // not-associated
   * await access.close()
   * ```
   */
  authorize(question: {
    readonly user: UserId
    readonly tenant: TenantId
    readonly method: AccessMethod
    readonly from: TenantId | null
    readonly at?: Date | Instant | undefined
  }): Promise<Allowed>
  /** The feed position up to which all events are applied; `{ at: 0, event: null }` before the load. */
  readonly position: Position
  /** For how many milliseconds events may have been missed; `Infinity` if not loaded or closed. */
  readonly stalenessMs: number
  /**
   * Resolves once loaded and not stale. Rejects if closed before.
   * Waits for a server that is down. Rejects on a failure that no retry mends: `schema-mismatch` if the tables are not migrated,
   * `feed-unsupported` for a standby, `corrupt` or `invalid-input` for a row or an event that cannot be read, `invalid-input` for a
   * repository that lacks methods. The live access retries all the same, so a later call may resolve.
   * @throws the error of the repository.
   * @example
   * ```ts
   * import { createLiveAccess } from 'consentry'
   * import { memoryRepository } from 'consentry/adapters/memory'
   *
   * const access = createLiveAccess({ repository: memoryRepository() })
   * const loading = access.ready()
   * console.log(access.stalenessMs) // Infinity
   * await loading // before your server listens
   * console.log(access.stalenessMs < 10_000) // true
   * await access.close()
   * ```
   */
  ready(): Promise<void>
  /**
   * Resolves once all events up to `position` are applied; by default, all saved before the call.
   * Await it after a revocation to be sure that this process denies. Rejects if closed before, and as `ready()` does.
   * @example
   * ```ts
   * import { createLiveAccess } from 'consentry'
   * import { memoryRepository } from 'consentry/adapters/memory'
   *
   * const access = createLiveAccess({ repository: memoryRepository() })
   * await access.ready()
   * // After `revoke`, here or in another process.
   * await access.caughtUp()
   * console.log(access.position) // { at: 0, event: null }
   * await access.close()
   * ```
   */
  caughtUp(position?: Position): Promise<void>
  /**
   * Stops all work, and resolves once it has ended. Everything is denied from the call on.
   * @example
   * ```ts
   * import { createLiveAccess } from 'consentry'
   * import { memoryRepository } from 'consentry/adapters/memory'
   *
   * const access = createLiveAccess({ repository: memoryRepository() })
   * await access.close() // when your server stops
   * console.log(access.decide('caroline', 'tom-sawyer', 'access-request', Date.now()).reason) // no-facts
   * ```
   */
  close(): Promise<void>
}
