/** The decision as a pure function of facts and an instant, without loading or installing anything. */
import assert from 'node:assert/strict'
import { accessFrom, canImpersonate, decide, type TenantFacts } from 'consentry/decision'

const granted = Date.parse('2026-11-03T10:00:00Z')
const ends = Date.parse('2026-12-01T00:00:00Z')

// The request to Tom Sawyer Fence Painting Co. and its answer: Caroline may enter until the end of November.
const tomSawyer: TenantFacts = {
  tenant: 'tom-sawyer',
  governed: true,
  requests: [
    {
      id: 'request-1',
      requestingTenant: 'classics',
      tenant: 'tom-sawyer',
      users: ['caroline'],
      removed: [],
      sentAt: Date.parse('2026-11-02T09:00:00Z'),
      state: 'granted',
      grantedAt: granted,
      expiresAt: ends,
    },
  ],
}

const staff = new Set(['caroline', 'charlotte', 'elizabeth'])
const legacy = (user: string) => staff.has(user)
// The user's own tenant, and the tenants that it may ask, in exactly this spelling.
const from = 'classics'
const isAskable = (vendor: string, tenant: string) => vendor === 'classics' && ['tom-sawyer', 'hundred-acre'].includes(tenant)

console.log('the last millisecond:', decide('caroline', 'tom-sawyer', 'access-request', ends - 1, tomSawyer, { from }))
console.log('the expiry itself:   ', decide('caroline', 'tom-sawyer', 'access-request', ends, tomSawyer, { from }))
assert.equal(canImpersonate('caroline', 'tom-sawyer', 'access-request', ends - 1, tomSawyer, { from }), true)
assert.equal(canImpersonate('caroline', 'tom-sawyer', 'access-request', ends, tomSawyer, { from }), false)

// Charlotte is staff, but Tom Sawyer has granted once: legacy methods are closed there to everybody without a grant.
console.log('by the legacy tool:  ', decide('charlotte', 'tom-sawyer', 'legacy-support', granted, tomSawyer, { legacy, isAskable, from }))

// For many questions about several tenants: one look-up each. Without facts of a tenant, legacy methods are denied.
const access = accessFrom([tomSawyer], { legacy, isAskable })
console.log('without any facts:   ', access.decide('charlotte', 'hundred-acre', 'legacy-support', granted, from))
console.log('caroline may enter   ', access.tenantsFor('caroline', granted, from))
console.log('tom-sawyer is open to', access.usersFor('tom-sawyer', granted, from))
