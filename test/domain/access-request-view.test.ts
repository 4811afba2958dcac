/** The view of an access request for its sender: users once each, and counts as given (SPEC 6.10). */
import { expect, it } from 'vitest'
import { accessRequestSummary } from '../../src/domain/access-request-view.js'

it('a summary names each user once, in the order of ids, and shows who of the own tenant sent it', () => {
  const tenants = { pending: 1, granted: 2, rejected: 0, withdrawn: 0, revoked: 0, expired: 0, lapsed: 0 }
  const request = {
    ...{ id: 'order-1', requestingTenant: 'classics', name: 'SupportAccess', message: 'Hello', sentAt: 1_000 },
    sentBy: { user: 'elizabeth', tenant: 'classics' },
    associations: [
      { users: ['charlotte', 'Anne'], tenants: ['tom-sawyer'] },
      { users: ['caroline', 'charlotte'], tenants: ['tom-sawyer', 'hundred-acre'] },
    ],
  }
  expect(accessRequestSummary(request, tenants)).toEqual({
    ...{ id: 'order-1', name: 'SupportAccess', message: 'Hello', sentAt: 1_000, sentBy: 'elizabeth' },
    users: ['Anne', 'caroline', 'charlotte'],
    tenants,
  })
})
