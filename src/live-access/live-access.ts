/** In-process access: loaded from the repository, updated from its event feed, denying while stale. */
import * as z from 'zod'
import { type Access, accessOnIndex } from '../access-index/access.js'
import { decide } from '../domain/decision.js'
import type { Decision, IsAskable, LegacyRule } from '../domain/decision-types.js'
import { AccessDenied, factsUnavailable, unwrap } from '../domain/error.js'
import { INVALID_QUESTION, NO_FACTS, parseAccessQuery } from '../domain/evaluate.js'
import { expectFactsOf, parseFacts } from '../domain/facts.js'
import { ignoreRejection, oncePerKind } from '../domain/host-calls.js'
import { readRecord } from '../domain/input.js'
import { clockInstant, type Instant } from '../domain/instant.js'
import { ownOptions } from '../domain/own.js'
import { isPosition, type Position } from '../ports/event-feed.js'
import { repositorySchema } from '../ports/repository-schema.js'
import { FeedConsumer } from './feed-consumer.js'
import type { LiveAccess, LiveAccessOptions } from './live-access-api.js'
import { type LoadProgress, readPositions } from './load-snapshot.js'

const duration = z.number('must be a number of milliseconds').positive('must be more than 0')
const callback = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function').optional()
const Options = z.strictObject(
  {
    repository: repositorySchema,
    legacy: callback<LegacyRule>(),
    isAskable: callback<IsAskable>(),
    maxStalenessMs: duration.default(10_000),
    onStale: z.enum(['deny', 'query'], 'must be `deny` or `query`').default('deny'),
    pollIntervalMs: duration.default(1_000),
    timeoutMs: duration.default(30_000),
    clock: callback<() => Date | Instant>(),
    onProgress: callback<(progress: LoadProgress) => void>(),
    onError: callback<(error: unknown) => void>(),
  },
  'must be an options object',
)

const PositionInput = z.custom<Position>(isPosition, 'must be a position of the event feed')

/** How many decisions within a millisecond share a reading of the staleness, which costs more. */
const DECISIONS_PER_READ = 1_000

/**
 * Creates a live access, and starts loading.
 *
 * @throws `invalid-input` with the issues, for invalid or unknown options.
 * @example
 * ```ts
 * import { createLiveAccess } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 *
 * const access = createLiveAccess({ repository: memoryRepository() })
 * await access.ready()
 * console.log(access.canImpersonate('caroline', 'tom-sawyer', 'access-request', Date.now())) // false
 * await access.close()
 * ```
 */
export function createLiveAccess(options: LiveAccessOptions): LiveAccess {
  const {
    repository,
    legacy,
    isAskable,
    maxStalenessMs,
    onStale,
    pollIntervalMs,
    timeoutMs,
    clock = Date.now,
    onProgress = doNothing,
    onError = warnOnce(),
  } = unwrap(readRecord(Options, options, 'options'))
  const host = { legacy, isAskable }
  const consumer = new FeedConsumer({
    repository,
    pollIntervalMs: Math.min(pollIntervalMs, maxStalenessMs / 2),
    timeoutMs,
    onProgress,
    onError,
  })
  let cached: { readonly loaded: unknown; readonly access: Access } | undefined
  let readAt = 0
  let decisionsUntilRead = 0
  const forgetReading = () => {
    decisionsUntilRead = 0
  }

  /** Returns the access; `undefined` while stale or not loaded. */
  const current = (): Access | undefined => {
    const { loaded } = consumer
    if (loaded === undefined) return undefined
    // A host may work for seconds between two questions of one turn, so each looks at a clock.
    if (decisionsUntilRead <= 0 || Date.now() !== readAt) {
      if (consumer.stalenessMs > maxStalenessMs) return undefined
      readAt = Date.now()
      decisionsUntilRead = DECISIONS_PER_READ
      // The machine may sleep between two turns: each turn reads both clocks again.
      queueMicrotask(forgetReading)
    }
    decisionsUntilRead -= 1
    if (cached?.loaded !== loaded) cached = { loaded, access: accessOnIndex(loaded.projection.index, { ...host, everyTenant: true }) }
    return cached.access
  }
  return {
    canImpersonate: (user, tenant, method, now, from) => current()?.canImpersonate(user, tenant, method, now, from) ?? false,
    decide: (user, tenant, method, now, from) => current()?.decide(user, tenant, method, now, from) ?? NO_FACTS,
    tenantsFor: (user, now, from) => current()?.tenantsFor(user, now, from) ?? [],
    usersFor: (tenant, now, from) => current()?.usersFor(tenant, now, from) ?? [],
    async authorize(question) {
      const asked = readQuery(question)
      const query = [asked.user, asked.tenant, asked.method, asked.at === undefined ? readClock() : asked.at, asked.from] as const
      const decision = current()?.decide(...query) ?? (await decideFromRepository(...query))
      if (!decision.allowed) throw new AccessDenied(decision)
      return decision
    },
    get position() {
      return consumer.position
    },
    get stalenessMs() {
      return consumer.stalenessMs
    },
    ready: () => consumer.waitUntil(() => consumer.stalenessMs <= maxStalenessMs),
    async caughtUp(position) {
      const requested = position === undefined ? undefined : unwrap(readRecord(PositionInput, position, 'position'))
      const target = requested ?? (await readPositions(repository, consumer.callRepository)).latest
      await consumer.waitUntil(() => consumer.loaded !== undefined && consumer.position.at >= target.at)
    },
    async close() {
      forgetReading()
      await consumer.close()
    },
  }

  async function decideFromRepository(...query: Parameters<Access['decide']>): Promise<Decision> {
    const [user, tenant, method, now, from] = query
    const question = parseAccessQuery(user, tenant, method, now, from)
    if (question === undefined) return INVALID_QUESTION
    try {
      if (onStale === 'deny')
        throw new Error('the live access is stale, not loaded or closed: await `ready()`, or set `onStale` to `query`')
      const facts = await consumer.callRepository(() => repository.factsFor(question))
      return decide(user, tenant, method, now, expectFactsOf(tenant, parseFacts(facts)), { ...host, from })
    } catch (cause) {
      throw factsUnavailable(cause)
    }
  }

  /** Reads `clock`; a clock that fails is not a denial, so this throws `facts-unavailable`. */
  function readClock(): Instant {
    try {
      return clockInstant(ignoreRejection(clock()))
    } catch (cause) {
      throw factsUnavailable(cause)
    }
  }
}

/** Reads a question once. Without `from`, or if that throws, returns one to deny (SPEC 2.7). */
function readQuery(question: Parameters<LiveAccess['authorize']>[0]): typeof question {
  try {
    const asked = ownOptions(question)
    return asked.from === undefined ? MALFORMED : asked
  } catch {
    return MALFORMED
  }
}

const MALFORMED = { user: '', tenant: '', method: 'access-request', at: 0, from: null } as const

function warnOnce(): (error: unknown) => void {
  return oncePerKind((error) =>
    console.warn('consentry: a live access failed and tries again; this is said once, `onError` gets every failure:', error),
  )
}

function doNothing(): void {}
