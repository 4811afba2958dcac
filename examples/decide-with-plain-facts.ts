/** The decision is a pure function: plain facts and an instant in, an answer with its grounds out; nothing is loaded, nothing is installed. */
import assert from 'node:assert/strict'
import { accessFrom, canImpersonate, decide, type TenantFacts } from 'consentry/decision'

const granted = Date.parse('2026-11-03T10:00:00Z')
const ends = Date.parse('2026-12-01T00:00:00Z')

// What Tom Sawyer Fence Painting Co. was asked, and answered: Caroline may enter until the end of November.
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

// Charlotte is staff, but Tom Sawyer has granted once: from then on the legacy tool is closed there to all whom no grant names.
console.log('by the legacy tool:  ', decide('charlotte', 'tom-sawyer', 'legacy-support', granted, tomSawyer, { legacy }))

// Facts of several tenants, asked often: one look-up each. Where a tenant has no facts, a legacy door is denied, not guessed.
const access = accessFrom([tomSawyer], { legacy })
console.log('without any facts:   ', access.decide('charlotte', 'hundred-acre', 'legacy-support', granted))
console.log('caroline may enter   ', access.tenantsFor('caroline', granted))
console.log('tom-sawyer is open to', access.usersFor('tom-sawyer', granted))
