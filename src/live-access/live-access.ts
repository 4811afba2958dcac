/** In-process access: loaded from the repository, updated from its event feed, denying while stale. */
import * as z from 'zod'
import { type Access, accessOnIndex } from '../access-index/access.js'
import type { Decision, LegacyRule } from '../domain/decision-types.js'
import { AccessDenied, factsUnavailable, unwrap } from '../domain/error.js'
import {
  type AccessQuery,
  evaluate,
  factsAbout,
  type HostRule,
  INVALID_QUESTION,
  NEVER_ASKED,
  NO_FACTS,
  parseAccessQuery,
} from '../domain/evaluate.js'
import { expectFactsOf, parseFacts } from '../domain/facts.js'
import { ignoreRejection } from '../domain/host-calls.js'
import { readRecord } from '../domain/input.js'
import { clockInstant, type Instant } from '../domain/instant.js'
import { ownOptions } from '../domain/own.js'
import { isPosition, type Position } from '../ports/event-feed.js'
import { askLegacyRule, reportAnswersAtOnce } from '../ports/legacy-rule.js'
import { FeedConsumer } from './feed-consumer.js'
import { createHostDecider } from './host-decider.js'
import type { LiveAccess, LiveAccessOptions } from './live-access-api.js'
import { readPositions } from './load-snapshot.js'
import { parseLiveAccessOptions } from './options.js'

const PositionInput = z.custom<Position>(isPosition, 'must be a position of the event feed')

/** Two accesses over one index. */
interface Accesses {
  /** With the host's rule, which answers at once. */
  readonly access: Access
  /** Without a rule: what is for the host's rule is `NEVER_ASKED`. */
  readonly byFacts: Access
}

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
  const { repository, legacy, legacyTimeoutMs, isAskable, directory, maxStalenessMs, onStale, pollIntervalMs, ...parsed } =
    parseLiveAccessOptions(options)
  const { timeoutMs, clock, onProgress, onError } = parsed
  const consumer = new FeedConsumer({
    repository,
    pollIntervalMs: Math.min(pollIntervalMs, maxStalenessMs / 2),
    timeoutMs,
    onProgress,
    onError,
  })
  const { reportError } = consumer
  // A rule that answers with a promise denies where nothing waits for it.
  const host: HostRule = { legacy: legacy as LegacyRule | undefined, isAskable, reportRule: reportAnswersAtOnce(reportError) }
  const ask =
    directory &&
    createHostDecider({
      directory,
      askLegacy: legacy && askLegacyRule(legacy, legacyTimeoutMs, reportError),
      // `close()` ends the wait.
      callDirectory: consumer.callRepository,
      report: reportError,
    })
  let cached: (Accesses & { readonly loaded: unknown }) | undefined
  let readAt = 0
  let decisionsUntilRead = 0
  const forgetReading = () => {
    decisionsUntilRead = 0
  }

  /** Returns the accesses; `undefined` while stale or not loaded. */
  const currentAccesses = (): Accesses | undefined => {
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
    if (cached?.loaded !== loaded) {
      const { index } = loaded.projection
      const [access, byFacts] = [
        accessOnIndex(index, { ...host, everyTenant: true }, host.reportRule),
        accessOnIndex(index, { everyTenant: true }),
      ]
      cached = { loaded, access, byFacts }
    }
    return cached
  }
  const current = () => currentAccesses()?.access
  return {
    canImpersonate: (user, tenant, method, now, from) => current()?.canImpersonate(user, tenant, method, now, from) ?? false,
    decide: (user, tenant, method, now, from) => current()?.decide(user, tenant, method, now, from) ?? NO_FACTS,
    tenantsFor: (user, now, from) => current()?.tenantsFor(user, now, from) ?? [],
    usersFor: (tenant, now, from) => current()?.usersFor(tenant, now, from) ?? [],
    async authorize(question) {
      const asked = readQuery(question)
      const now = asked.at === undefined ? readClock() : asked.at
      const query = parseAccessQuery(asked.user, asked.tenant, asked.method, now, asked.from)
      const decision = query === undefined ? INVALID_QUESTION : await answer(query)
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

  /** With a directory, waits for it and the host's rule; otherwise the rule answers at once (SPEC 5.3.6). */
  async function answer(query: AccessQuery): Promise<Decision> {
    if (ask === undefined) return decideAtOnce('access', host, query)
    const decision = await decideAtOnce('byFacts', {}, query)
    if (decision !== NEVER_ASKED) return decision
    const byHost = await ask(query)
    if (!byHost.allowed) return byHost
    // Meanwhile the tenant may have granted, which closes the rule, or the facts may have become stale.
    const again = await decideAtOnce('byFacts', {}, query)
    return again === NEVER_ASKED ? byHost : again
  }

  /** Answers by the index; while stale, from the repository or by `facts-unavailable`. */
  async function decideAtOnce(kind: keyof Accesses, rule: HostRule, query: AccessQuery): Promise<Decision> {
    const { user, tenant, method, now, from } = query
    const decision = currentAccesses()?.[kind].decide(user, tenant, method, now, from)
    if (decision !== undefined) return decision
    try {
      if (onStale === 'deny')
        throw new Error('the live access is stale, not loaded or closed: await `ready()`, or set `onStale` to `query`')
      const facts = await consumer.callRepository(() => repository.factsFor(query))
      return evaluate(query, factsAbout(query, expectFactsOf(tenant, parseFacts(facts))), rule)
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
