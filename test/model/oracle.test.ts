/** The oracle's own test: the table of cases, and what only the oracle has, its log. */
import { expect, it } from 'vitest'
import { OracleSubject } from '../story/by-oracle.js'
import { elizabeth, play, tomAdmin, WORLD } from '../story/scenario.js'
import { LISTING_SCENARIOS, SCENARIOS } from '../story/scenarios.js'

play(SCENARIOS, (world) => new OracleSubject(world))
play(LISTING_SCENARIOS, (world) => new OracleSubject(world))

it('every event says when, who and of which tenant request, with its message (SPEC 8.2)', () => {
  const oracle = new OracleSubject(WORLD)
  const send = (id: string, ...users: string[]) =>
    oracle.submit(elizabeth, { id, name: 'SupportAccess', associations: [{ users, tenants: ['tom'] }] }, 1)
  const byElizabeth = { user: 'elizabeth', tenant: 'classics' }
  const byTom = { user: 'tomAdmin', tenant: 'tom' }
  const sent = (id: string, ...users: string[]) => {
    const common = { at: 1, by: byElizabeth, accessRequest: id, requestingTenant: 'classics', message: '' }
    return [
      { type: 'access-request.submitted', ...common, name: 'SupportAccess' },
      { type: 'tenant-request.received', ...common, tenantRequest: `${id}-tom`, tenant: 'tom', users, answerBy: null },
    ]
  }
  const event = (id: string, type: string, at: number, by: object | 'clock', more: object = {}) => {
    return { type: `tenant-request.${type}`, at, by, tenantRequest: `${id}-tom`, tenant: 'tom', ...more }
  }

  send('A', 'caroline', 'charlotte')
  oracle.grant(tomAdmin, 'A-tom', { expiresAt: null }, 2)
  oracle.setExpiry(tomAdmin, 'A-tom', { expiresAt: 9 }, 3)
  oracle.removeUser(elizabeth, 'caroline', 4)
  oracle.recordDue(99, 10)
  for (const id of ['B', 'C', 'D', 'E']) send(id, 'caroline')
  oracle.grant(tomAdmin, 'B-tom', { message: 'Welcome.', expiresAt: 50 }, 11)
  oracle.revoke(tomAdmin, 'B-tom', {}, 12)
  oracle.reject(tomAdmin, 'C-tom', { message: 'No.' }, 13)
  oracle.grant(tomAdmin, 'D-tom', { expiresAt: null }, 14)
  oracle.removeUser(elizabeth, 'caroline', 15)
  expect(oracle.events).toEqual([
    ...sent('A', 'caroline', 'charlotte'),
    event('A', 'granted', 2, byTom, { message: '', expiresAt: null, removedUsers: [] }),
    event('A', 'expiry-set', 3, byTom, { expiresAt: 9 }),
    event('A', 'user-removed', 4, byElizabeth, { removed: 'caroline' }),
    event('A', 'expired', 9, 'clock'),
    ...['B', 'C', 'D', 'E'].flatMap((id) => sent(id, 'caroline')),
    event('B', 'granted', 11, byTom, { message: 'Welcome.', expiresAt: 50, removedUsers: [] }),
    event('B', 'revoked', 12, byTom, { message: '' }),
    event('C', 'rejected', 13, byTom, { message: 'No.' }),
    event('D', 'granted', 14, byTom, { message: '', expiresAt: null, removedUsers: [] }),
    // One change, one event: the removal of the last user is the request's end.
    event('D', 'revoked', 15, byElizabeth, { message: '', removed: 'caroline' }),
    event('E', 'withdrawn', 15, byElizabeth, { removed: 'caroline' }),
  ])
})
