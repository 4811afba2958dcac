/** The policy: the host's limits for requests, grants and sessions. */
import { milliseconds } from 'date-fns/milliseconds'
import * as z from 'zod'
import { type Instant, MAX_INSTANT } from './instant.js'
import { numberError } from './issue-messages.js'

const Amount = z.int(numberError('must be a whole number')).min(0, 'must not be negative').default(0)

/**
 * A duration as input, such as `{ days: 90 }`.
 *
 * Whole `weeks`, `days`, `hours`, `minutes` and `seconds`, added up.
 *
 * A day is 24 hours and a week is seven days in every time zone. Months and years are refused, because their length varies.
 */
export interface DurationInput {
  readonly weeks?: number | undefined
  readonly days?: number | undefined
  readonly hours?: number | undefined
  readonly minutes?: number | undefined
  readonly seconds?: number | undefined
}

const Varying = (unit: string) => z.undefined(`is in ${unit}, which vary in length: use \`days\``).optional()
const [months, years] = [Varying('months'), Varying('years')]
export const Duration: z.ZodType<number, DurationInput> = z
  .strictObject(
    { weeks: Amount, days: Amount, hours: Amount, minutes: Amount, seconds: Amount, month: months, months, year: years, years },
    { error: ({ input }) => `${whatIsNoDuration(input)}: use an object such as \`{ hours: 1 }\` or \`{ days: 90 }\`` },
  )
  .transform(({ weeks, days, hours, minutes, seconds }, context) => {
    const ms = milliseconds({ weeks, days, hours, minutes, seconds })
    // A misspelt unit adds nothing to the sum, and is its own issue.
    if (context.issues.length > 0 || (ms > 0 && ms <= 8.64e15)) return ms
    context.addIssue({ code: 'custom', input: ms, message: 'must be a duration of more than 0 and at most 8640000000000000 milliseconds' })
    return z.NEVER
  })

function whatIsNoDuration(input: unknown): string {
  if (typeof input === 'number') return 'is a number without a unit'
  return typeof input === 'string' ? 'is text' : 'must be a duration'
}

/** The least number of letters and digits in the message of each command (SPEC 3.3a). */
export interface RequiredMessages {
  readonly submit?: number | undefined
  readonly grant?: number | undefined
  readonly reject?: number | undefined
  /** Of the `reason` of a session. */
  readonly start?: number | undefined
}

const Limit = z.int(numberError('must be a whole number')).min(1, 'must be at least 1')

const Least = Limit.max(1_000, 'must be at most 1,000').optional()

/** The policy as input (SPEC 3.3a, 3.4, 3.4a, 4.4, 4.9, 7.1, 7.6). A missing field has its default. */
export interface PolicyInput {
  /** The most distinct tenants of one request, 10,000 by default. */
  readonly maxTenants?: number | undefined
  /** The most distinct pairs of a user and a tenant of one request, 100,000 by default. */
  readonly maxPairs?: number | undefined
  /** The most distinct users of one request for one tenant: 1,000 by default, at most 10,000. */
  readonly maxUsersPerTenant?: number | undefined
  /** The most open requests of one requesting tenant in one tenant, 100 by default, at most 1,000. */
  readonly maxOpenRequests?: number | undefined
  /** How long a tenant has to answer, before its request lapses. `null`, the default: no limit. */
  readonly answerWithin?: DurationInput | null | undefined
  /** The longest grant: every grant must then have an expiry. `null`, the default, sets no limit. */
  readonly maxGrant?: DurationInput | null | undefined
  /** The least number of letters and digits in messages, up to 1,000. By default none is required. */
  readonly requireMessage?: RequiredMessages | undefined
  /** The most live sessions of one user, 20 by default, at most 1,000. */
  readonly maxLiveSessions?: number | undefined
  /** The longest impersonation session, one hour by default. */
  readonly sessionCap?: DurationInput | undefined
  /** Whether a tenant sees which user was inside, in `sessions` and `history`. By default it does not. */
  readonly showUsersToTenant?: boolean | undefined
}

/**
 * The parsed policy.
 *
 * `maxTenants`, `maxPairs`, `maxUsersPerTenant`, `maxOpenRequests`, `requireMessage`, `maxLiveSessions` and `showUsersToTenant` are as in the
 * input; `answerWithin`, `maxGrant` and `sessionCap` are in milliseconds.
 */
export interface Policy {
  readonly maxTenants: number
  readonly maxPairs: number
  readonly maxUsersPerTenant: number
  readonly maxOpenRequests: number
  readonly answerWithin: number | null
  readonly maxGrant: number | null
  readonly requireMessage: RequiredMessages
  readonly maxLiveSessions: number
  readonly sessionCap: number
  readonly showUsersToTenant: boolean
}
export const policySchema: z.ZodType<Policy, PolicyInput> = z
  .strictObject({
    maxTenants: Limit.default(10_000),
    maxPairs: Limit.default(100_000),
    maxUsersPerTenant: Limit.max(10_000, 'must be at most 10,000').default(1_000),
    // Every reader of a tenant loads its open requests: beyond this, one vendor could slow down all others.
    maxOpenRequests: Limit.max(1_000, 'must be at most 1,000').default(100),
    answerWithin: Duration.nullable().default(null),
    maxGrant: Duration.nullable().default(null),
    requireMessage: z.strictObject({ submit: Least, grant: Least, reject: Least, start: Least }).readonly().default({}),
    maxLiveSessions: Limit.max(1_000, 'must be at most 1,000').default(20),
    sessionCap: Duration.prefault({ hours: 1 }),
    showUsersToTenant: z.boolean('must be true or false').default(false),
  })
  .readonly()

/** The limits of one submission (SPEC 3.4). */
export type SubmissionLimits = Pick<Policy, 'maxTenants' | 'maxPairs' | 'maxUsersPerTenant'> & Partial<Pick<Policy, 'requireMessage'>>

/** Returns when a request sent at `sentAt` lapses, or `null` without a limit (SPEC 4.9). */
export function latestAnswer({ answerWithin }: Pick<Policy, 'answerWithin'>, sentAt: Instant): Instant | null {
  return answerWithin === null ? null : Math.min(sentAt + answerWithin, MAX_INSTANT)
}

/** Returns the latest allowed expiry of a grant, or `null` without a limit (SPEC 4.4). */
export function latestExpiry(policy: Pick<Policy, 'maxGrant'>, grantedAt: Instant): Instant | null {
  return policy.maxGrant === null ? null : grantedAt + policy.maxGrant
}
