/** The policy: defaults, units and refused values (SPEC 3.4, 4.4, 7.1, 7.6). */

import { describe, expect, it } from 'vitest'
import { read } from '../../src/domain/input.js'
import { latestExpiry, policySchema } from '../../src/domain/policy.js'
import type { Result } from '../../src/domain/refusal.js'

// Imports no service: a service parses a policy on import, so a broken schema would keep these tests from running.

function issuesOf(result: Result<unknown>): string[] {
  if (result.ok || result.refusal.code !== 'invalid-input') return []
  return result.refusal.issues.map(({ path, code, message }) => `${path.join('.')} | ${code} | ${message}`)
}

describe('a policy', () => {
  it('has defaults, and a `maxGrant` in milliseconds', () => {
    const sessions = { sessionCap: 3_600_000, showUsersToTenant: false }
    expect(policySchema.parse({})).toEqual({ maxTenants: 10_000, maxPairs: 100_000, maxGrant: null, ...sessions })
    expect(policySchema.parse({ maxGrant: { weeks: 1, days: 1, hours: 1, minutes: 1, seconds: 1 } }).maxGrant).toBe(694_861_000)
    expect(policySchema.parse({ maxTenants: 1, maxPairs: 1, maxGrant: null })).toEqual({
      maxTenants: 1,
      maxPairs: 1,
      maxGrant: null,
      ...sessions,
    })
  })

  it('refuses malformed durations, and units that depend on a calendar', () => {
    const issues = (maxGrant: unknown) => issuesOf(read(policySchema, { maxGrant }))
    expect(issues({})).toEqual(['maxGrant | invalid | `0` must be a duration of more than 0 and at most 8640000000000000 milliseconds'])
    expect(issues({ days: 100_000_001 })).toEqual([
      'maxGrant | invalid | `8640000086400000` must be a duration of more than 0 and at most 8640000000000000 milliseconds',
    ])
    expect(issues({ days: 100_000_000 })).toEqual([])
    expect(issues({ months: 1, days: 1 })).toEqual(['maxGrant.months | unknown-key | `months` is not expected here'])
    expect(issues({ days: -1, hours: 1.5 })).toEqual([
      'maxGrant.days | invalid | `-1` must not be negative',
      'maxGrant.hours | invalid | `1.5` must be a whole number',
    ])
    expect(issues(5)).toEqual(['maxGrant | invalid | `5` must be a duration: an object such as `{ hours: 1 }`'])
    expect(issuesOf(read(policySchema, { maxTenants: 0, maxPairs: 'x', other: 1 }))).toEqual([
      'maxTenants | invalid | `0` must be at least 1',
      'maxPairs | invalid | `x` must be a whole number',
      'other | unknown-key | `other` is not expected here',
    ])
  })

  it('has a `sessionCap`, one hour by default, and `showUsersToTenant`, off by default (SPEC 7.1, 7.6)', () => {
    const of = (policy: object) => issuesOf(read(policySchema, policy))
    expect(policySchema.parse({ sessionCap: { seconds: 1 }, showUsersToTenant: true })).toMatchObject({
      sessionCap: 1000,
      showUsersToTenant: true,
    })
    expect(policySchema.parse({ sessionCap: undefined, showUsersToTenant: undefined })).toEqual(policySchema.parse({}))
    expect(of({ sessionCap: { days: 100_000_000 } })).toEqual([])
    for (const sessionCap of [{}, { hours: 0 }])
      expect(of({ sessionCap })).toEqual([
        'sessionCap | invalid | `0` must be a duration of more than 0 and at most 8640000000000000 milliseconds',
      ])
    expect(of({ sessionCap: { months: 1, days: 1 }, showUsersToTenant: 'yes' })).toEqual([
      'sessionCap.months | unknown-key | `months` is not expected here',
      'showUsersToTenant | invalid | `yes` must be true or false',
    ])
    // `null` is not a valid cap: a session without an end would live on if its user forgot it.
    expect(of({ sessionCap: null, showUsersToTenant: null })).toEqual([
      'sessionCap | invalid | `null` must be a duration: an object such as `{ hours: 1 }`',
      'showUsersToTenant | invalid | `null` must be true or false',
    ])
    expect(of({ sessionCap: 3_600_000, showUsersToTenant: 1 })).toEqual([
      'sessionCap | invalid | `3600000` must be a duration: an object such as `{ hours: 1 }`',
      'showUsersToTenant | invalid | `1` must be true or false',
    ])
  })

  it('limits the expiry of a grant; a day is 24 hours across any clock change', () => {
    expect(latestExpiry({ maxGrant: null }, 5)).toBeNull()
    const { maxGrant } = policySchema.parse({ maxGrant: { days: 1 } })
    // Clocks went forward in São Paulo on 2018-11-04 and Apia skipped 2011-12-30; the suite runs in both zones.
    for (const at of [Date.UTC(2018, 10, 3, 12), Date.UTC(2011, 11, 29, 12)]) expect(latestExpiry({ maxGrant }, at)).toBe(at + 86_400_000)
  })
})
