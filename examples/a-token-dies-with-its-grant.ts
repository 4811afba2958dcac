/** A session as a signed token (RFC 8693), checked again on each use, so that it ends with its grant. */
import { type Actor, createConsentry, ImpersonationClaims, impersonationClaims, isConsentryError } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { jwtVerify, SignJWT } from 'jose'

const directory = {
  members: (vendor: string) => (vendor === 'classics' ? ['elizabeth', 'caroline'] : []),
  askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
}
const consentry = createConsentry({ repository: memoryRepository(), directory })
const member = (user: string): Actor => ({ user, tenant: 'classics', permissions: ['submit'], impersonating: null })
const tomAdmin: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }

const { sent } = await consentry.submit(member('elizabeth'), {
  name: 'SupportAccess',
  associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }],
})
const request = sent[0]?.id ?? ''
await consentry.grant(tomAdmin, request, { expiresAt: null })

// The service that starts the session signs its claims. The persona `sub` is this host's own name for a guest.
const key = crypto.getRandomValues(new Uint8Array(32))
const session = await consentry.startImpersonation(member('caroline'), { tenant: 'tom-sawyer', method: 'access-request' })
const claims = impersonationClaims(session, { sub: 'tom-sawyer:guest' })
const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer('https://classics.example').sign(key)

/** Another service: verifies the signature, then checks whether the session is still live. */
async function enter(bearer: string, key: Uint8Array): Promise<string> {
  const { payload } = await jwtVerify(bearer, key, { issuer: 'https://classics.example', algorithms: ['HS256'] })
  const { sub, act, jti } = ImpersonationClaims.parse(payload)
  const { tenant } = await consentry.checkImpersonation(member(act.sub), jti)
  return `${act.sub} is in ${tenant} as ${sub}`
}
const why = (error: unknown) => (isConsentryError(error, 'access-denied') ? error.decision.reason : (error as { code: string }).code)

console.log('before:', await enter(token, key))
console.log('with another key:', await enter(token, crypto.getRandomValues(new Uint8Array(32))).catch(why))

const forHerself = { ...claims, act: { sub: 'charlotte' } }
const stolen = await new SignJWT(forHerself).setProtectedHeader({ alg: 'HS256' }).setIssuer('https://classics.example').sign(key)
console.log('for somebody else, though signed:', await enter(stolen, key).catch(why))

await consentry.revoke(tomAdmin, request, { message: 'Thank you.' })
console.log('after Tom Sawyer has revoked:', await enter(token, key).catch(why))
