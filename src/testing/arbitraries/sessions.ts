/** Sessions as they are stored: open, and over in every way, of any instants (SPEC §7). */
import * as fc from 'fast-check'
import type { OpenSession, Session } from '../../domain/session-state.js'
import { CAST, type Cast, instant, message, method, PLAIN } from './values.js'

const LONGEST = 86_400_000

/**
 * A stored session of one of these users inside one of these tenants, itself of another of them, of which it needs two; by one to three
 * grants, or by the legacy tool and none. Starts and ends are near each other, often by a millisecond, so that sessions meet and tie.
 */
export function session({ users, tenants }: Cast = CAST): fc.Arbitrary<Session> {
  const parts = fc.record(
    {
      hash: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }),
      user: fc.constantFrom(...users),
      parties: fc.shuffledSubarray([...tenants], { minLength: 2, maxLength: 2 }),
      method: method(),
      grants: fc.shuffledSubarray(['r-b', 'R-b', '__proto__', '9', '10'], { maxLength: 3 }),
      reason: message(),
      startedAt: fc.oneof(fc.constantFrom(0, 1, 1000, -1, 1_767_225_600_000), instant({ max: 8.64e15 - LONGEST })),
      length: fc.constantFrom(1, 2, 1000, 3_600_000, LONGEST),
      end: fc.constantFrom('none', 'ended-by-user', 'access-lost', 'expired'),
      after: fc.nat({ max: LONGEST }),
    },
    PLAIN,
  )
  return parts.map(({ parties, grants, length, end, after, ...rest }): Session => {
    const [requestingTenant = '', tenant = ''] = parties
    const { user, startedAt } = rest
    const endsAt = startedAt + length
    // Without a grant there is only the legacy tool.
    const grantedBy = grants.length === 0 && rest.method === 'access-request' ? ['r-a'] : grants
    const open: OpenSession = { ...rest, requestingTenant, tenant, grantedBy, endsAt, revision: 1, state: 'open' }
    if (end === 'none') return open
    const endedAt = end === 'expired' ? endsAt : startedAt + (after % length)
    const ended = { ...open, revision: 2, state: 'ended', endedAt } as const
    if (end === 'ended-by-user') return { ...ended, cause: end, endedBy: { user, tenant: requestingTenant } }
    return { ...ended, cause: end, endedBy: 'clock' }
  })
}
