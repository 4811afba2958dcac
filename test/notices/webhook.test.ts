/** Webhooks as receivers meet them: what is sent, how it is signed, and what their answers mean. */
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { isConsentryError } from '../../src/domain/error.js'
import { endpointHash } from '../../src/notices/signature.js'
import { type WebhookOptions, webhook } from '../../src/notices/webhook.js'
import { retryAfterMs } from '../../src/notices/webhook-answer.js'
import { bodyOf, contextOf, deliveryOf, failureOf, httpReceiver, ID, NOW, noticeOf, SECRET } from './receivers.js'

interface Received {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A channel to a receiver that keeps what it gets and answers as it is told. */
async function scene({ status = 204, headers = {}, secret = SECRET as string | readonly string[] } = {}) {
  const received: Received[] = []
  const receiver = await httpReceiver(async (request, response) => {
    const { method, url: path } = request
    received.push({ method, path, headers: request.headers as Record<string, string>, body: await bodyOf(request) })
    response.writeHead(status, headers).end()
  })
  const origin = `http://127.0.0.1:${receiver.port}`
  const url = `${origin}/consentry?token=hunter2`
  return { received, receiver, origin, url, channel: webhook({ endpoint: () => ({ url, secret }), trustedOrigins: [origin] }) }
}

const only = <T>([one, ...more]: readonly T[]): T => {
  if (one === undefined || more.length > 0) throw new Error(`there are ${more.length + 1}`)
  return one
}

const secretOf = (bytes: number, fill = 7) => `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`

describe('what is sent', () => {
  it('is a POST of the notice as JSON, with the headers of Standard Webhooks', async () => {
    const { channel, received } = await scene()
    await channel.send(deliveryOf(), contextOf({ now: NOW + 999 }))
    const { method, path, headers, body } = only(received)
    expect([method, path]).toEqual(['POST', '/consentry?token=hunter2'])
    const { 'webhook-signature': signature, connection, host, ...others } = headers
    expect(others).toEqual({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'consentry',
      'webhook-id': ID,
      'webhook-timestamp': String(NOW / 1_000),
    })
    expect(signature).toMatch(/^v1,[\w+/]{43}=$/)
    expect(JSON.parse(body)).toEqual({
      type: 'consentry.rejected',
      timestamp: '2026-11-28T11:59:58.007Z',
      data: { id: ID, to: noticeOf().to, facts: noticeOf().facts },
    })
  })

  it.each([
    ['plain', 'Welcome.'],
    ['emoji', 'Ça va 👩‍👩‍👧‍👦🇫🇷'],
    ['line separators', 'a\u2028b\u2029c\r\n\0d\u0085'],
    ['quotes and backslashes', '"\'\\" </script> \\u0000 %s `'],
    ['half a surrogate pair', 'a\ud83db'],
    ['a long text', 'ü'.repeat(50_000)],
  ])('is signed as it is sent: %s', async (_what, message) => {
    const { channel, received } = await scene()
    await channel.send(deliveryOf(noticeOf(message)), contextOf({ now: Date.now() }))
    const { headers, body } = only(received)
    const parsed = new Webhook(SECRET).verify(body, headers) as { data: { facts: { message: string } } }
    expect(parsed.data.facts.message).toBe(message)
    expect(() => new Webhook(SECRET).verify(`${body} `, headers)).toThrow('No matching signature')
    expect(() => new Webhook(SECRET).verify(body.replace('tom-sawyer', 'tim-sawyer'), headers)).toThrow('No matching signature')
    expect(() => new Webhook(SECRET).verify(body, { ...headers, 'webhook-id': 'another' })).toThrow('No matching signature')
    const later = String(Number(headers['webhook-timestamp']) + 1)
    expect(() => new Webhook(SECRET).verify(body, { ...headers, 'webhook-timestamp': later })).toThrow('No matching signature')
    expect(() => new Webhook(secretOf(24)).verify(body, headers)).toThrow('No matching signature')
  })

  it('has a signature for each secret, so that any of them verifies it', async () => {
    const secrets = [24, 32, 48, 63, 64].map((bytes, n) => secretOf(bytes, n))
    const { channel, received } = await scene({ secret: secrets })
    await channel.send(deliveryOf(), contextOf({ now: Date.now() }))
    const { headers, body } = only(received)
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(5)
    for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toBeTruthy()
    expect(() => new Webhook(secretOf(24, 99)).verify(body, headers)).toThrow('No matching signature')
  })

  it('is the same again at another attempt, but for the time and the signature', async () => {
    const { channel, received } = await scene({ status: 500 })
    await failureOf(channel, contextOf({ now: NOW }))
    await failureOf(channel, contextOf({ now: NOW + 60_000 }))
    const [first, second] = received
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp'])
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature'])
  })
})

describe('what an answer means', () => {
  it.each([200, 201, 202, 204, 299])('%i is success', async (status) => {
    const { channel, received } = await scene({ status })
    expect(await failureOf(channel)).toBeUndefined()
    expect(received).toHaveLength(1)
  })

  it.each([300, 304, 400, 401, 404, 408, 422, 429, 500, 502, 503, 504, 599])('%i is tried again', async (status) => {
    const { channel } = await scene({ status })
    const error = await failureOf(channel)
    expect(error?.message).toMatch(new RegExp(`^the receiver answered ${status}`))
    expect(error).toMatchObject({ retry: true, retryAfterMs: 0, closes: undefined })
  })

  it.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    const target = await scene()
    const { channel } = await scene({ status, headers: { location: target.url } })
    const error = await failureOf(channel)
    expect(error).toMatchObject({ message: `the receiver answered ${status}, and redirects are not followed`, retry: true })
    expect([target.received, target.receiver.sockets.size]).toEqual([[], 0])
  })

  it('410 switches the endpoint off, and then it is not called', async () => {
    const { channel, received, url } = await scene({ status: 410, headers: { 'retry-after': '60' } })
    const hash = endpointHash(new URL(url))
    expect(await failureOf(channel)).toMatchObject({ message: 'the receiver answered 410', retry: false, closes: hash })
    expect(hash).toMatch(/^[\w-]{43}$/)

    const asked: string[] = []
    const isClosed = (endpoint: string) => asked.push(endpoint) > 0
    const error = await failureOf(channel, contextOf({ isClosed }))
    expect(error).toMatchObject({ retry: false, closes: undefined })
    expect([asked, received.length]).toEqual([[hash], 1])
  })

  it.each([
    ['429', 429, '120', 120_000],
    ['503', 503, '7', 7_000],
    ['another failure', 404, '7', 7_000],
    ['a date', 429, 'Sat, 28 Nov 2026 12:30:00 GMT', 1_800_000],
    ['more than a day', 503, '86401', 86_400_000],
  ])('%s says when to try again', async (_what, status, header, ms) => {
    const { channel } = await scene({ status, headers: { 'retry-after': header } })
    expect(await failureOf(channel)).toMatchObject({ retry: true, retryAfterMs: ms })
  })

  it.each([
    ['0', 0],
    ['0120', 120_000],
    ['9'.repeat(400), 86_400_000],
    ['-120', 0],
    ['1.5', 0],
    ['1e9', 0],
    ['0x10', 0],
    ['Infinity', 0],
    ['soon', 0],
    ['', 0],
    ['120, 240', 0],
    ['2027', 2_027_000],
    ['Sunday, 29-Nov-26 11:00:00 GMT', 82_800_000],
    ['Sat, 28 Nov 2026 11:59:59 GMT', 0],
    ['Fri, 28 Nov 2098 12:00:00 GMT', 86_400_000],
    ['Sat, 28 Nov 2026 12:30:00', 0],
    ['Sat, 99 Nov 2026 12:30:00 GMT', 0],
    ['Sat, GMT', 0],
    ['2026-11-28T12:30:00Z', 0],
  ])('`Retry-After: %s` is %i ms', (header, ms) => expect(retryAfterMs(header, NOW)).toBe(ms))
})

describe('the endpoint', () => {
  it('is asked about the party, and null or nothing is nobody to reach', async () => {
    const asked: unknown[] = []
    for (const found of [null, undefined, Promise.resolve(null)]) {
      const endpoint = (party: unknown) => {
        asked.push(party)
        return found
      }
      await webhook({ endpoint }).send(deliveryOf(), contextOf())
    }
    expect(asked).toEqual(Array(3).fill({ role: 'tenant', tenant: 'tom-sawyer' }))
  })

  const url = 'https://hooks.example.test/?token=hunter2'
  const unreadable = Object.defineProperty({ secret: SECRET }, 'url', {
    enumerable: true,
    get: () => {
      throw new Error(SECRET)
    },
  })
  it.each<[string, unknown, RegExp]>([
    ['a text', url, /must be `\{ url, secret \}` or `null`$/],
    ['false', false, /must be `\{ url, secret \}`/],
    ['a list', [url, SECRET], /must be `\{ url, secret \}`/],
    ['a map', new Map([['url', url]]), /must be `\{ url, secret \}`/],
    ['what cannot be read', unreadable, /must be `\{ url, secret \}`/],
    ['an unknown key', { url, secret: SECRET, [SECRET]: 1 }, /must be `\{ url, secret \}`/],
    ['no url', { secret: SECRET }, /`url` must be a URL$/],
    ['a path', { url: '/consentry?token=hunter2', secret: SECRET }, /`url` must be a URL$/],
    ['a URL object', { url: new URL(url), secret: SECRET }, /`url` must be a URL$/],
    ['a url with a quote in it', { url: 'a` https://x?token=hunter2', secret: SECRET }, /`url` must be a URL$/],
    ['a zone', { url: 'https://[fe80::1%25eth0]/', secret: SECRET }, /`url` must be a URL$/],
    ['no secret', { url }, /`secret` must be `whsec_` and/],
    ['a secret without its prefix', { url, secret: SECRET.slice(6) }, /`secret` must be/],
    ['a secret of 23 bytes', { url, secret: secretOf(23) }, /`secret` must be/],
    ['a secret of 65 bytes', { url, secret: secretOf(65) }, /`secret` must be/],
    ['a secret without padding', { url, secret: secretOf(25).replaceAll('=', '') }, /`secret` must be/],
    ['a secret in base64url', { url, secret: secretOf(24, 255).replaceAll('/', '_') }, /`secret` must be/],
    ['a secret with a space', { url, secret: `${SECRET} ` }, /`secret` must be/],
    ['no secrets', { url, secret: [] }, /`secret` must be/],
    ['six secrets', { url, secret: Array(6).fill(SECRET) }, /`secret` must be/],
    ['a bad secret among others', { url, secret: [SECRET, 'whsec_MfKQ'] }, /`secret` must be/],
  ])('%s is refused without being quoted', async (_what, returned, message) => {
    const error = await failureOf(webhook({ endpoint: () => returned as never }))
    expect(error).toMatchObject({ message: expect.stringMatching(message), retry: true })
    expect(error?.cause).toBeUndefined()
  })

  it.each([
    ['http', 'http://hooks.example.test/?token=hunter2', 'begin with https'],
    ['http at a public address', 'http://9.9.9.9/', 'begin with https'],
    ['ftp', 'ftp://hooks.example.test/', 'begin with https'],
    ['a blob of a trusted origin', 'blob:https://trusted.example.test/1', 'begin with https'],
    ['a user and a password', 'https://me:hunter2@hooks.example.test/', 'has a user or a password'],
    ['a user', 'https://me@trusted.example.test/', 'has a user or a password'],
    ['a password of a trusted origin', 'https://:hunter2@trusted.example.test/', 'has a user or a password'],
  ])('%s is not called', async (_what, url, why) => {
    const trustedOrigins = ['https://trusted.example.test']
    const error = await failureOf(webhook({ endpoint: () => ({ url, secret: SECRET }), trustedOrigins }))
    expect(error?.message).toMatch(`the webhook was not called: its url ${why.startsWith('has') ? why : `must ${why}`}`)
  })

  it('may throw: that is the failure of this delivery', async () => {
    const cause = new Error(`no connection: postgres://me:hunter2@db, ${SECRET}`)
    const thrower = () => {
      throw cause
    }
    for (const endpoint of [thrower, () => Promise.reject(cause)])
      expect(await failureOf(webhook({ endpoint }))).toMatchObject({
        message: 'the webhook was not called: `endpoint` threw an error',
        retry: true,
        cause,
      })
  })
})

describe('the options', () => {
  const endpoint = () => null
  it('are those of a channel for requesters and tenants, without digests', () => {
    expect(webhook({ endpoint })).toMatchObject({ name: 'webhook', roles: ['requester', 'tenant'], digests: false })
    expect(webhook({ endpoint, name: 'hooks' }).name).toBe('hooks')
  })

  it.each<[string, unknown, readonly string[]]>([
    ['nothing', undefined, ['options']],
    ['no endpoint', {}, ['options.endpoint']],
    ['an endpoint that is none', { endpoint: { url: 'https://x', secret: SECRET } }, ['options.endpoint']],
    ['an origin with a path', { endpoint, trustedOrigins: ['http://127.0.0.1:8080/'] }, ['options.trustedOrigins.0']],
    ['no list of origins', { endpoint, trustedOrigins: 'http://127.0.0.1' }, ['options.trustedOrigins']],
    ['no time', { endpoint, timeoutMs: 0 }, ['options.timeoutMs']],
    ['more than a minute', { endpoint, timeoutMs: 60_001 }, ['options.timeoutMs']],
    ['a name with a space', { endpoint, name: 'web hook' }, ['options.name']],
    ['a misspelt key, and more', { endpoint, name: '', secrets: [] }, ['options.name', 'options.secrets']],
  ])('%s is refused', (_what, options, paths) => {
    let thrown: unknown
    try {
      webhook(options as WebhookOptions)
    } catch (error) {
      thrown = error
    }
    if (!isConsentryError(thrown, 'invalid-input')) throw new Error('it is accepted', { cause: thrown })
    expect(thrown.issues.map(({ path }) => path.join('.')).sort()).toEqual(paths)
  })
})
