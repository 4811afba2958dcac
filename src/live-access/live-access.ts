/** Access kept in the host's own process: filled from the repository, kept fresh by its feed, and closed where it may be stale. */
import * as z from 'zod'
import { type Access, accessOnIndex } from '../access-index/access.js'
import { decide, INVALID_QUESTION, NO_FACTS, parseAccessQuery } from '../domain/decision.js'
import type { AccessMethod, Allowed, Decision, LegacyRule } from '../domain/decision-types.js'
import { AccessDenied, factsUnavailable, unwrap } from '../domain/error.js'
import { expectFactsOf, parseFacts } from '../domain/facts.js'
import type { TenantId, UserId } from '../domain/ids.js'
import { readRecord } from '../domain/input.js'
import { type Instant, toInstant } from '../domain/instant.js'
import { isPosition, type Position } from '../ports/event-feed.js'
import type { Repository } from '../ports/repository.js'
import { FeedConsumer } from './feed-consumer.js'
import { type LoadProgress, readPositions } from './load-snapshot.js'

/** What a live access is made of. All spans in milliseconds. */
export interface LiveAccessOptions {
  /** Where it is filled from, and whose feed it follows; it wakes at once where the repository can `listen`. */
  readonly repository: Repository
  /** The host's rule for the legacy tool where it is not closed (SPEC 5.3.6). */
  readonly legacy?: LegacyRule | undefined
  /** How old its knowledge may be, 10,000 where absent: past that everything is denied. */
  readonly maxStalenessMs?: number | undefined
  /** What `authorize` does past that: `deny`, where absent, throws `facts-unavailable`; `ask` asks the repository. */
  readonly onStale?: 'deny' | 'query' | undefined
  /** How often it looks for news of its own accord, 1,000 where absent; half of `maxStalenessMs` at most. */
  readonly pollIntervalMs?: number | undefined
  /** How long a call of the repository may take before it has failed, 30,000 where absent. */
  readonly timeoutMs?: number | undefined
  /** The instant it is now, for `authorize`; the system's clock where absent. */
  readonly clock?: (() => Date | Instant) | undefined
  /** Hears how far filling has come, page by page. */
  readonly onProgress?: ((filling: LoadProgress) => void) | undefined
  /** Hears of every failure of the repository; it is tried again in any case. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * Decisions about every tenant without a round trip. Until it is filled, past `maxStalenessMs`, and once closed it denies whatever is
 * asked, as `no-facts`. Of an expiry that was recorded it has forgotten when the grant began: about instants before, it denies.
 */
export interface LiveAccess extends Access {
  /** Resolves where the user may enter; throws `AccessDenied` where not, and `facts-unavailable` where it is stale. Guards use it (SPEC 5.9). */
  authorize(question: {
    readonly user: UserId
    readonly tenant: TenantId
    readonly method: AccessMethod
    readonly at?: Date | Instant | undefined
  }): Promise<Allowed>
  /** How far in the feed it has come: all that happened up to there is decided upon; 0 before it is filled. */
  readonly position: Position
  /** For how many milliseconds something may have happened that it does not know of; `Infinity` before it is filled and once it is closed. */
  readonly stalenessMs: number
  /** Resolves once it is filled and fresh; rejects where it is closed before. */
  ready(): Promise<void>
  /**
   * Resolves once it has come to that position of the feed; where none is given, to all that was saved before the call. So whoever has
   * revoked can wait until it bites here. Rejects where it is closed before.
   */
  caughtUp(position?: Position): Promise<void>
  /** Ends everything it does, and waits for it; from then on everything is denied. */
  close(): Promise<void>
}

const span = z.number('must be milliseconds').positive('must be more than none')
const callback = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function').optional()
const Options = z.strictObject(
  {
    repository: z.custom<Repository>((value) => typeof value === 'object' && value !== null, 'must be a repository'),
    legacy: callback<LegacyRule>(),
    maxStalenessMs: span.default(10_000),
    onStale: z.enum(['deny', 'query'], 'must be `deny` or `query`').default('deny'),
    pollIntervalMs: span.default(1_000),
    timeoutMs: span.default(30_000),
    clock: callback<() => Date | Instant>(),
    onProgress: callback<(filling: LoadProgress) => void>(),
    onError: callback<(error: unknown) => void>(),
  },
  'must be options',
)

const PositionInput = z.custom<Position>(isPosition, 'must be a position of the feed')

/** How many questions in one turn of the event loop are answered by one look at the clocks, which is dearer than the answer. */
const DECISIONS_PER_CLOCK_READ = 1_000

/** Begins at once to fill; throws `invalid-input` for options it does not know or cannot use. */
export function createLiveAccess(options: LiveAccessOptions): LiveAccess {
  const {
    repository,
    legacy,
    maxStalenessMs,
    onStale,
    pollIntervalMs,
    timeoutMs,
    clock = Date.now,
    onProgress = doNothing,
    onError = doNothing,
  } = unwrap(readRecord(Options, options, 'options'))
  const consumer = new FeedConsumer({
    repository,
    pollIntervalMs: Math.min(pollIntervalMs, maxStalenessMs / 2),
    timeoutMs,
    onProgress,
    onError,
  })
  let cached: { readonly of: unknown; readonly access: Access } | undefined
  let budget = 0
  const resetBudget = () => {
    budget = 0
  }

  /** The access while it is fresh. */
  const current = (): Access | undefined => {
    const { loaded } = consumer
    if (loaded === undefined || (budget <= 0 && consumer.stalenessMs > maxStalenessMs)) return undefined
    if (cached?.of !== loaded) cached = { of: loaded, access: accessOnIndex(loaded.projection.index, { legacy, everyTenant: true }) }
    if (budget <= 0) {
      budget = DECISIONS_PER_CLOCK_READ
      queueMicrotask(resetBudget)
    }
    budget -= 1
    return cached.access
  }
  const decideNow = (user: UserId, tenant: TenantId, method: AccessMethod, now: Date | Instant): Decision =>
    current()?.decide(user, tenant, method, now) ?? NO_FACTS

  return {
    canImpersonate: (user, tenant, method, now) => current()?.canImpersonate(user, tenant, method, now) ?? false,
    decide: decideNow,
    tenantsFor: (user, now) => current()?.tenantsFor(user, now) ?? [],
    usersFor: (tenant, now) => current()?.usersFor(tenant, now) ?? [],
    async authorize(question) {
      const { user, tenant, method, at } = readQuery(question)
      const now = at === undefined ? readClock() : at
      const access = current()
      const decision = access ? access.decide(user, tenant, method, now) : await decideFromRepository(user, tenant, method, now)
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
      const given = position === undefined ? undefined : unwrap(readRecord(PositionInput, position, 'position'))
      const target = given ?? (await readPositions(repository, consumer.callRepository)).latest
      await consumer.waitUntil(() => consumer.loaded !== undefined && consumer.position.at >= target.at)
    },
    async close() {
      budget = 0
      await consumer.close()
    },
  }

  async function decideFromRepository(user: UserId, tenant: TenantId, method: AccessMethod, now: Date | Instant): Promise<Decision> {
    if (parseAccessQuery(user, tenant, method, now) === undefined) return INVALID_QUESTION
    try {
      if (onStale === 'deny') throw new Error('too long since everything was known')
      const facts = await consumer.callRepository(() => repository.factsFor(tenant, user))
      return decide(user, tenant, method, now, expectFactsOf(tenant, parseFacts(facts)), { legacy })
    } catch (cause) {
      throw factsUnavailable(cause)
    }
  }

  /** The instant it is now: a clock that cannot tell leaves everything open. */
  function readClock(): Instant {
    try {
      const now = toInstant(clock())
      if (now === undefined) throw new TypeError('the clock gave no instant')
      return now
    } catch (cause) {
      throw factsUnavailable(cause)
    }
  }
}

/** The parts of a question; of what is none, or cannot be read, they are such that it is malformed. */
function readQuery(question: Parameters<LiveAccess['authorize']>[0]): typeof question {
  try {
    const { user, tenant, method, at } = question
    return { user, tenant, method, at }
  } catch {
    return { user: '', tenant: '', method: 'access-request', at: 0 }
  }
}

function doNothing(): void {}
