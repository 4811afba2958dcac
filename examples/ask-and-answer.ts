/** One request becomes one tenant request per tenant; each tenant answers, and refusals have codes. */
import assert from 'node:assert/strict'
import { AccessDenied, type Actor, createConsentry, type Directory, isConsentryError } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'

const directory: Directory = {
  members: (vendor) => (vendor === 'classics' ? ['elizabeth', 'caroline', 'charlotte'] : []),
  askable: (vendor) => (vendor === 'classics' ? ['tom-sawyer', 'hundred-acre'] : []),
}
const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const tomAdmin: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }

const consentry = createConsentry({ repository: memoryRepository(), directory })

const { sent } = await consentry.submit(elizabeth, {
  name: 'SupportAccess',
  message: 'Caroline and Charlotte look after your account.',
  associations: [
    { users: ['caroline'], tenants: ['tom-sawyer'] },
    { users: ['charlotte'], tenants: ['tom-sawyer', 'hundred-acre'] },
  ],
})
console.log(
  'sent to',
  sent.map(({ tenant }) => tenant),
)

const [pending] = (await consentry.incoming(tomAdmin, { status: 'pending' })).items
const { id, status } = await consentry.grant(tomAdmin, pending?.id ?? '', { expiresAt: null, message: 'Welcome.' })
console.log('Tom Sawyer answers:', status)

for (const tenant of ['tom-sawyer', 'hundred-acre']) {
  const question = { user: 'charlotte', tenant, method: 'access-request', from: 'classics' } as const
  const answer = await consentry.authorize(question).catch((error: unknown) => error)
  console.log(`charlotte into ${tenant}:`, answer instanceof AccessDenied ? answer.decision.reason : 'may enter')
}

// A second answer is refused with a code, and changes nothing.
const refusal = await consentry.reject(tomAdmin, id).catch((error: unknown) => error)
assert(isConsentryError(refusal, 'not-pending'))
console.log('a second answer:', refusal.code, '-', refusal.message)

// A malformed input is refused with all its issues, each with its path.
const mistakes = { name: 'Support Access', associations: [{ users: [], tenants: ['tom-sawyer'] }] }
const invalid = await consentry.submit(elizabeth, mistakes).catch((error: unknown) => error)
assert(isConsentryError(invalid, 'invalid-input'))
for (const { path, message } of invalid.issues) console.log(`- ${path.join('.')}: ${message}`)
