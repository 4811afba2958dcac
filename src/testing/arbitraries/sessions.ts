/** A generator of stored sessions: open or ended by any cause, at any instant (SPEC §7). */
import * as fc from 'fast-check'
import { PERSONAL_END_CAUSES } from '../../domain/event.js'
import type { OpenSession, Session } from '../../domain/session-state.js'
import { CAST, type Cast, instant, message, method, PLAIN } from './values.js'

const MAX_LENGTH_MS = 86_400_000

/**
 * Generates a stored session of one user in another tenant; `tenants` needs at least two.
 * `grantedBy` has up to three ids, at least one for the method `access-request`.
 * Starts and ends are often equal or 1 ms apart, so that sessions touch and tie. Instants are in milliseconds.
 * @example
 * ```ts
 * import { Session } from 'consentry/domain'
 * import { session } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(session(), (stored) => Session.parse(stored).hash === stored.hash))
 * ```
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
      startedAt: fc.oneof(fc.constantFrom(0, 1, 1000, -1, 1_767_225_600_000), instant({ max: 8.64e15 - MAX_LENGTH_MS })),
      length: fc.constantFrom(1, 2, 1000, 3_600_000, MAX_LENGTH_MS),
      end: fc.constantFrom('none', ...PERSONAL_END_CAUSES, 'access-lost', 'expired'),
      other: fc.constantFrom(...users),
      after: fc.nat({ max: MAX_LENGTH_MS }),
    },
    PLAIN,
  )
  return parts.map(({ parties, grants, length, end, other, after, ...rest }): Session => {
    const [requestingTenant = '', tenant = ''] = parties
    const { user, startedAt } = rest
    const endsAt = startedAt + length
    // The method `access-request` needs a grant.
    const grantedBy = grants.length === 0 && rest.method === 'access-request' ? ['r-a'] : grants
    const open: OpenSession = { ...rest, requestingTenant, tenant, grantedBy, endsAt, revision: 1, state: 'open' }
    if (end === 'none') return open
    const endedAt = end === 'expired' ? endsAt : startedAt + (after % length)
    const ended = { ...open, revision: 2, state: 'ended', endedAt } as const
    if (end === 'access-lost' || end === 'expired') return { ...ended, cause: end, endedBy: 'clock' }
    const endedBy = { user: end === 'ended-by-user' ? user : other, tenant: end === 'ended-by-tenant' ? tenant : requestingTenant }
    return { ...ended, cause: end, endedBy }
  })
}
