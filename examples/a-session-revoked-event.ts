/** A session that ended, but not by its user, as a signed CAEP event (RFC 8417) to the requesting tenant. */
import { equal } from 'node:assert/strict'
import { DeliveryError, type NoticeChannel, startNotices } from 'consentry/notices'
import { generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { ask, caroline, consentry, repository, startReceiver, tom } from './notices/office.js'

const TYPE = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
const ISSUER = 'https://consentry.example'
const { privateKey, publicKey } = await generateKeyPair('ES256')

/** Posts to the address of the requesting tenant (RFC 8935). The tenant that was entered gets nothing: the event names the user. */
const sessionRevoked = (addresses: ReadonlyMap<string, string>): NoticeChannel => ({
  name: 'session-revoked',
  roles: ['requester'],
  digests: false,
  async send({ notices: [notice] }, { signal }) {
    const url = addresses.get(notice.to.tenant)
    if (url === undefined || notice.kind !== 'session-ended' || !('user' in notice.facts)) return
    const { session, user, cause } = notice.facts
    if (cause === 'ended-by-user') return
    const subject = {
      format: 'complex',
      user: { format: 'iss_sub', iss: ISSUER, sub: user },
      session: { format: 'opaque', id: session }, // the public hash
      tenant: { format: 'opaque', id: notice.to.tenant },
    }
    const initiating_entity = cause === 'ended-by-tenant' || cause === 'ended-by-requester' ? 'admin' : 'policy'
    const event = { event_timestamp: Math.floor(notice.at / 1_000), initiating_entity }
    const token = new SignJWT({ sub_id: subject, events: { [TYPE]: event } }).setProtectedHeader({ alg: 'ES256', typ: 'secevent+jwt' })
    const body = await token.setIssuer(ISSUER).setAudience(url).setIssuedAt().setJti(notice.id).sign(privateKey)
    const headers = { 'content-type': 'application/secevent+jwt', accept: 'application/json' }
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal })
    if (answer.status !== 202) throw new DeliveryError(`the receiver answered ${answer.status}`)
  },
})

// The vendor's login verifies each event. It would now end what it has open for that session.
const received: JWTPayload[] = []
const receiver = await startReceiver(async (body) => {
  const expected = { issuer: ISSUER, audience: receiver.url, typ: 'secevent+jwt', algorithms: ['ES256'] }
  received.push((await jwtVerify(body, publicKey, expected)).payload)
  return 202
})
const deliver = [sessionRevoked(new Map([['classics', receiver.url]]))]
const notices = await startNotices({ consentry, repository, deliver, background: false }) // a server works in the background

await consentry.grant(tom, await ask(), { expiresAt: null })
const enter = () => consentry.startImpersonation(caroline, { tenant: 'tom-sawyer', method: 'access-request' })
await consentry.endImpersonation(caroline, (await enter()).id) // she leaves by herself: no event
const { hash } = await enter()
await consentry.endSession(tom, hash)
await notices.gather()
await notices.send()
await notices.close()
receiver.close()
equal(received.length, 1)
const subject = received[0]?.['sub_id'] as { session: { id: string } } | undefined
equal(subject?.session.id, hash)
console.log(received[0])
