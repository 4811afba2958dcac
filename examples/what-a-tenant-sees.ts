/** What the tenant asked sees: the requester and the message, but no name, users or other tenants. */
import assert from 'node:assert/strict'
import { type Actor, createConsentry } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'

const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const caroline: Actor = { user: 'caroline', tenant: 'classics', permissions: [], impersonating: null }
const tomAdmin: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }

const consentry = createConsentry({
  repository: memoryRepository(),
  directory: {
    members: (vendor) => (vendor === 'classics' ? ['caroline', 'charlotte'] : []),
    askable: (vendor) => (vendor === 'classics' ? ['tom-sawyer', 'hundred-acre'] : []),
  },
})
await consentry.submit(elizabeth, {
  name: 'SupportAccess',
  message: 'Your account managers would help you from inside.',
  associations: [{ users: ['caroline', 'charlotte'], tenants: ['tom-sawyer', 'hundred-acre'] }],
})
const [asked] = (await consentry.incoming(tomAdmin)).items
await consentry.grant(tomAdmin, asked?.id ?? '', { expiresAt: null, message: 'Welcome.' })

const incoming = await consentry.incoming(tomAdmin)
const outgoing = await consentry.outgoing(elizabeth, { status: 'granted' })
const myAccess = await consentry.myAccess(caroline)
console.log('incoming, to Tom Sawyer:', incoming.items[0])
console.log('outgoing, to Classics:', outgoing.items[0])
console.log('my access, to Caroline:', myAccess.items)

const history = await consentry.history(tomAdmin)
console.log(
  'history, to Tom Sawyer:',
  history.items.map(({ type, by, user }) => ({ type, by, user })),
)

// The tenant's lists contain no secret of Classics, and Classics does not see who answered.
const readByTenant = JSON.stringify([incoming, history])
for (const secret of ['SupportAccess', 'caroline', 'charlotte', 'hundred-acre']) assert(!readByTenant.includes(secret), secret)
assert(!JSON.stringify([outgoing, myAccess]).includes('"tom"'))
console.log('none of it leaks')
