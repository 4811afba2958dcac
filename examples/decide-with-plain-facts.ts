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

console.log('the last millisecond:', decide('caroline', 'tom-sawyer', 'access-request', ends - 1, tomSawyer))
console.log('the expiry itself:   ', decide('caroline', 'tom-sawyer', 'access-request', ends, tomSawyer))
assert.equal(canImpersonate('caroline', 'tom-sawyer', 'access-request', ends - 1, tomSawyer), true)
assert.equal(canImpersonate('caroline', 'tom-sawyer', 'access-request', ends, tomSawyer), false)

// Charlotte is staff, but Tom Sawyer has granted once: legacy methods are closed there to everybody without a grant.
console.log('by the legacy tool:  ', decide('charlotte', 'tom-sawyer', 'legacy-support', granted, tomSawyer, { legacy }))

// For many questions about several tenants: one look-up each. Without facts of a tenant, legacy methods are denied.
const access = accessFrom([tomSawyer], { legacy })
console.log('without any facts:   ', access.decide('charlotte', 'hundred-acre', 'legacy-support', granted))
console.log('caroline may enter   ', access.tenantsFor('caroline', granted))
console.log('tom-sawyer is open to', access.usersFor('tom-sawyer', granted))
