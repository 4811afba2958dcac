/** The policy: what a host may set about requests, grants and sessions. */
import { milliseconds } from 'date-fns/milliseconds'
import * as z from 'zod'
import type { Instant } from './instant.js'

const Amount = z.int('must be a whole number').min(0, 'must not be negative').default(0)

/**
 * A length of time, as a policy takes it.
 * A day is 24 hours and a week is seven days in every time zone. Months and years are refused, because their length varies.
 */
export type DurationInput = z.input<typeof Duration>

const Duration = z
  .strictObject({ weeks: Amount, days: Amount, hours: Amount, minutes: Amount, seconds: Amount }, 'must be a duration')
  .transform((duration) => milliseconds(duration))
  .refine((ms) => ms > 0 && ms <= 8.64e15, 'must be longer than nothing, and no longer than dates reach')

const Limit = z.int('must be a whole number').min(1, 'must be at least one')

/**
 * What a host may set (SPEC 3.4, 4.4, 7.1, 7.6). Absent: 10,000 tenants and 100,000 pairs a request, grants without a longest duration,
 * sessions of at most an hour, and tenants are not shown who was inside.
 */
export type PolicyInput = z.input<typeof policySchema>

/** The policy in force; `maxGrant` in milliseconds, `null` for none; `sessionCap` in milliseconds. */
export type Policy = z.output<typeof policySchema>
export const policySchema = z
  .strictObject({
    maxTenants: Limit.default(10_000),
    maxPairs: Limit.default(100_000),
    maxGrant: Duration.nullable().default(null),
    sessionCap: Duration.prefault({ hours: 1 }),
    showUsersToTenant: z.boolean('must be true or false').default(false),
  })
  .readonly()

/** The last instant to which a grant made at `grantedAt` may run, itself included, or `null` for no end (SPEC 4.4). */
export function latestExpiry(policy: Pick<Policy, 'maxGrant'>, grantedAt: Instant): Instant | null {
  return policy.maxGrant === null ? null : grantedAt + policy.maxGrant
}
