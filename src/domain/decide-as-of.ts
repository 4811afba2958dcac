/** The decision as it was at an instant, from the events up to then (SPEC 13.1). */
import * as z from 'zod'
import type { AccessMethod, Decision, LegacyOptions } from './decision-types.js'
import { unwrap } from './error.js'
import { evaluate, factsAbout, INVALID_QUESTION, NO_FACTS, parseAccessQuery } from './evaluate.js'
import type { ConsentryEvent } from './event.js'
import type { TenantId, UserId } from './ids.js'
import { readRecord } from './input.js'
import type { Instant } from './instant.js'
import { ownOptions } from './own.js'
import { toFacts } from './request-facts.js'
import { requestLogs } from './request-log.js'
import { fold } from './tenant-request-state.js'
import { pureInstantSchema } from './window.js'

/** The question of `decideAsOf`. */
export interface AsOfQuery {
  /** The user who would have entered. */
  readonly user: UserId
  /** The tenant to enter. */
  readonly tenant: TenantId
  /** The way to enter (SPEC 5.1). */
  readonly method: AccessMethod
  /** The instant asked about, a `Date` or milliseconds. Events of this instant count, later ones do not. */
  readonly now: Date | Instant
  /**
   * The user's own tenant: only its requests count (SPEC 2.7).
   *
   * Without it, or with `null`, every vendor's requests count.
   */
  readonly from?: TenantId | null | undefined
}

/** The options of `decideAsOf`: those of `decide`, and from when on the events are complete. */
export interface AsOfOptions extends LegacyOptions {
  /**
   * The instant before which a purge may have removed events: a `Date` or milliseconds.
   * A question about an earlier instant is denied with `no-facts`. So is one by a legacy method if the events do not show that the tenant is
   * governed: a purge may have removed its first grant. By default, or with `null`, the events are complete.
   */
  readonly completeSince?: Date | Instant | null | undefined
}

const Query = z.strictObject({
  user: z.unknown(),
  tenant: z.unknown(),
  method: z.unknown(),
  now: z.unknown(),
  from: z.unknown().optional(),
})
const CompleteSince = z.object({ completeSince: pureInstantSchema.nullable().default(null) })

/**
 * Answers an access question as it was at `query.now` (SPEC 13.1).
 *
 * It counts the events up to and including that instant.
 * Where `decide` applies today's facts to any instant, this applies what was known then: a revocation changes nothing before it, and the
 * legacy rule is asked about an instant before the tenant's first grant. `changesAt` too is what was foreseen then. A malformed question,
 * or one with an unknown key, is denied with `invalid-question` and does not throw. The rule and `isAskable` are asked as they are today.
 *
 * @throws `invalid-input` for malformed events or options; `corrupt` for events that no sequence of commands could have made, or a gap.
 * @example Continues evolve
 * ```ts
 * import { decideAsOf, revoke } from 'consentry/domain'
 *
 * const ended = revoke(granted, { message: '' }, { ...context, now: 3_000 })
 * if (!ended.ok) throw new Error(ended.refusal.code)
 * const asked = { user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', from: 'classics' } as const
 * const reasonAt = (now: number) => decideAsOf([received, answered.value, ended.value], { ...asked, now }).reason
 * console.log(reasonAt(1_999), reasonAt(2_999), reasonAt(3_000)) // pending granted revoked
 * ```
 */
export function decideAsOf(events: readonly ConsentryEvent[], query: AsOfQuery, options: AsOfOptions = {}): Decision {
  const { legacy, isAskable, completeSince: given } = ownOptions(options)
  const { completeSince } = unwrap(readRecord(CompleteSince, { completeSince: given }, 'options'))
  const read = readRecord(Query, query)
  const asked = read.ok ? read.value : { user: '', tenant: '', method: '', now: 0 }
  const question = parseAccessQuery(asked.user, asked.tenant, asked.method, asked.now, asked.from)
  if (question === undefined) return INVALID_QUESTION
  const { tenant, now } = question
  const known = [...requestLogs(events, tenant).values()].flatMap((log) => {
    const [first, ...rest] = log.filter(({ at }) => at <= now)
    return first === undefined ? [] : [toFacts(fold([first, ...rest]))]
  })
  if (completeSince !== null && now < completeSince) return NO_FACTS
  const isGoverned = known.some((request) => 'grantedAt' in request)
  const facts = factsAbout(question, { tenant, governed: isGoverned, requests: known })
  const governed = isGoverned || completeSince === null ? isGoverned : undefined
  return evaluate(question, { ...facts, governed }, { legacy, isAskable })
}
