/** The policy: defaults, units and refused values (SPEC 3.4, 4.4, 7.1, 7.6). */
import { describe, expect, it } from 'vitest'
import { read } from '../../src/domain/input.js'
import { latestExpiry, policySchema } from '../../src/domain/policy.js'
import { issuesOf } from './results.js'

// Imports no service: a service parses a policy on import, so a broken schema would keep these tests from running.

describe('a policy', () => {
  it('has defaults, one hour for a session among them, and durations in milliseconds', () => {
    const limits = {
      maxTenants: 10_000,
      maxPairs: 100_000,
      maxUsersPerTenant: 1_000,
      maxOpenRequests: 100,
      maxLiveSessions: 20,
      requireMessage: {},
    }
    const defaults = { ...limits, answerWithin: null, maxGrant: null, sessionCap: 3_600_000, showUsersToTenant: false }
    expect(policySchema.parse({})).toEqual(defaults)
    expect(policySchema.parse({ sessionCap: undefined, showUsersToTenant: undefined })).toEqual(defaults)
    const most = {
      maxTenants: 1,
      maxPairs: 1,
      maxUsersPerTenant: 10_000,
      maxOpenRequests: 1_000,
      maxLiveSessions: 1_000,
      requireMessage: { grant: 1, start: 1_000 },
    }
    const given = { ...most, answerWithin: null, maxGrant: null, showUsersToTenant: true }
    expect(policySchema.parse({ ...given, sessionCap: { seconds: 1 } })).toEqual({ ...given, sessionCap: 1000 })
    expect(policySchema.parse({ maxGrant: { weeks: 1, days: 1, hours: 1, minutes: 1, seconds: 1 } }).maxGrant).toBe(694_861_000)
  })

  // `null` is not a valid cap of sessions: one without an end would live on if its user forgot it.
  const length = 'must be a duration of more than 0 and at most 8640000000000000 milliseconds'
  const wanted = 'use an object such as `{ hours: 1 }` or `{ days: 90 }`'
  it.each<[object, ...string[]]>([
    [{ maxGrant: {} }, `maxGrant | invalid | \`0\` ${length}`],
    [{ maxGrant: { days: 100_000_001 } }, `maxGrant | invalid | \`8640000086400000\` ${length}`],
    [{ maxGrant: { days: 100_000_000 }, sessionCap: { days: 100_000_000 } }],
    [{ maxGrant: { months: 3 } }, 'maxGrant.months | invalid | `3` is in months, which vary in length: use `days`'],
    [{ sessionCap: { years: 1, days: 1 } }, 'sessionCap.years | invalid | `1` is in years, which vary in length: use `days`'],
    [{ maxGrant: { month: 3 } }, 'maxGrant.month | invalid | `3` is in months, which vary in length: use `days`'],
    [{ maxGrant: { day: 90 } }, 'maxGrant.day | unknown-key | `day` is not expected here: did you mean `days`?'],
    [{ max_grant: { days: 90 } }, 'max_grant | unknown-key | `max_grant` is not expected here: did you mean `maxGrant`?'],
    [{ maxGrant: { days: '90' } }, 'maxGrant.days | invalid | `90` is text: use `Number(...)`; it must be a whole number'],
    [{ maxGrant: '90 days' }, `maxGrant | invalid | \`90 days\` is text: ${wanted}`],
    [{ maxGrant: 90 }, `maxGrant | invalid | \`90\` is a number without a unit: ${wanted}`],
    [
      { maxGrant: { days: -1, hours: 1.5 } },
      'maxGrant.days | invalid | `-1` must not be negative',
      'maxGrant.hours | invalid | `1.5` must be a whole number',
    ],
    [
      { maxTenants: 0, maxPairs: 'x', maxUsersPerTenant: 10_001, maxOpenRequests: 1_001, maxLiveSessions: 0, other: 1 },
      'maxTenants | invalid | `0` must be at least 1',
      'maxPairs | invalid | `x` must be a whole number',
      'maxUsersPerTenant | invalid | `10001` must be at most 10,000',
      'maxOpenRequests | invalid | `1001` must be at most 1,000',
      'maxLiveSessions | invalid | `0` must be at least 1',
      'other | unknown-key | `other` is not expected here',
    ],
    [{ maxLiveSessions: 1_001 }, 'maxLiveSessions | invalid | `1001` must be at most 1,000'],
    [{ answerWithin: { hours: 0 } }, `answerWithin | invalid | \`0\` ${length}`],
    [
      { requireMessage: { grant: 0, submit: 1_001, reject: '1', revoke: 1 } },
      'requireMessage.submit | invalid | `1001` must be at most 1,000',
      'requireMessage.grant | invalid | `0` must be at least 1',
      'requireMessage.reject | invalid | `1` is text: use `Number(...)`; it must be a whole number',
      'requireMessage.revoke | unknown-key | `revoke` is not expected here',
    ],
    [{ sessionCap: {} }, `sessionCap | invalid | \`0\` ${length}`],
    [{ sessionCap: null }, `sessionCap | invalid | \`null\` must be a duration: ${wanted}`],
    [{ sessionCap: 3_600_000 }, `sessionCap | invalid | \`3600000\` is a number without a unit: ${wanted}`],
    [{ showUsersToTenant: 'yes' }, 'showUsersToTenant | invalid | `yes` must be true or false'],
    [{ showUsersToTenant: null }, 'showUsersToTenant | invalid | `null` must be true or false'],
  ])('%j has its issues', (policy, ...issues) => expect(issuesOf(read(policySchema, policy))).toEqual(issues))

  it('limits the expiry of a grant; a day is 24 hours across any clock change', () => {
    expect(latestExpiry({ maxGrant: null }, 5)).toBeNull()
    const { maxGrant } = policySchema.parse({ maxGrant: { days: 1 } })
    // Clocks went forward in São Paulo on 2018-11-04 and Apia skipped 2011-12-30; the suite runs in both zones.
    for (const at of [Date.UTC(2018, 10, 3, 12), Date.UTC(2011, 11, 29, 12)]) expect(latestExpiry({ maxGrant }, at)).toBe(at + 86_400_000)
  })
})
