/** The errors of the client: what the service throws with all its facts, and what only the API answers. */
import { describe, expect, it } from 'vitest'
import { ADDRESSES } from '../../src/client/addresses.js'
import { consentryClient, isClientError } from '../../src/client.js'
import { ConsentryError, type Failure, isConsentryError, refusalError } from '../../src/domain/error.js'
import type { Refusal } from '../../src/domain/refusal.js'
import { problemOf } from '../../src/http/problem.js'
import { ALL_CASES, prepared } from '../http/cases.js'
import { CALLS } from './calls.js'

const answering = (response: () => Response | Promise<Response>) =>
  consentryClient({ baseUrl: 'http://localhost', fetch: async () => response() })
const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => error,
  )
const problem = (error: unknown) => {
  const body = problemOf(error)
  return new Response(JSON.stringify(body), { status: body.status, headers: { 'content-type': 'application/problem+json' } })
}

const REFUSALS: readonly Refusal[] = [
  {
    code: 'invalid-input',
    issues: [
      { path: [], code: 'missing', message: 'the input is required' },
      { path: ['associations', 0, 'users', 12], code: 'unknown-user', message: '`x` is no member' },
      { path: ['a/b~c', '~1'], code: 'invalid', message: 'is odd' },
    ],
    omitted: 7,
  },
  { code: 'impersonating' },
  { code: 'not-permitted' },
  { code: 'not-found' },
  { code: 'requester-may-not-answer' },
  { code: 'stale-revision', expected: 1, actual: 3 },
  { code: 'not-pending', status: 'granted' },
  { code: 'not-active', status: 'expired' },
  { code: 'not-due', status: 'pending' },
  { code: 'session-ended', endedAt: 1_768_467_600_001 },
  { code: 'too-many-sessions', limit: 20 },
  { code: 'already-submitted', id: 'order-1' },
  { code: 'expiry-required', latest: 1_768_467_600_002 },
  { code: 'expires-too-soon', expiresAt: 1_768_467_600_000, after: 1_768_467_600_003 },
  { code: 'expires-too-late', expiresAt: 1_768_467_600_000, latest: 0 },
  { code: 'not-grantable' },
]
const decision = { allowed: false, reason: 'pending', changesAt: 1_768_467_600_000 } as const
const ENDED = { session: 'f'.repeat(64), tenant: 'tom-sawyer', status: 'ended', endedAt: 5, cause: 'ended-by-tenant', revision: 2 } as const

describe('is thrown as the service threw it', () => {
  const failures: readonly Failure[] = [...REFUSALS, { code: 'access-denied', decision }]
  it.each(failures.map((failure) => [failure.code, failure] as const))('%s', async (code, failure) => {
    const thrown = code === 'access-denied' ? new ConsentryError('access denied: `pending`', failure) : refusalError(failure as Refusal)
    const error = await thrownBy(answering(() => problem(thrown)).getMe())
    expect(isConsentryError(error, code)).toBe(true)
    expect(error).toEqual(thrown)
    expect({ ...(error as object) }).toEqual({ ...thrown })
  })

  it('what had changed before a failure', async () => {
    const changed = [{ id: 'r1', tenant: 'tom-sawyer', status: 'withdrawn', revision: 2 } as const, ENDED]
    const error = await thrownBy(answering(() => problem(Object.assign(refusalError({ code: 'not-found' }), { changed }))).getMe())
    expect(isConsentryError(error) && error.changed).toEqual(changed)
  })

  it.each(['unavailable', 'facts-unavailable'] as const)('%s has no facts of the server', async (code) => {
    const error = await thrownBy(answering(() => problem(new ConsentryError('x', { code, port: 'repository' } as Failure))).getMe())
    expect(isConsentryError(error, code)).toBe(true)
    expect(error).toMatchObject({ message: 'Temporarily unavailable', ...(code === 'unavailable' && { port: 'api' }) })
  })
})

describe.each(ALL_CASES.filter(({ code }) => code !== 'ok' && code !== 'too-large' && code !== 'unsupported-media-type'))(
  '$id: $code',
  ({ id, code }) => {
    it('has the code of the API', async () => {
      const { on, asked } = await prepared(id, code)
      const { as, headers, path, body } = asked
      const client = consentryClient({
        baseUrl: '',
        // The very request of the case, by the client's own fetch.
        fetch: async (_url, init) => {
          const sent = headers as Record<string, string> | undefined
          const url = `http://127.0.0.1:${on.port}${path}`
          const own = body === undefined ? {} : { body: JSON.stringify(body) }
          return globalThis.fetch(url, {
            ...init,
            ...own,
            headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...sent, 'x-user': as },
          })
        },
      })
      const error = await thrownBy(CALLS[id as keyof typeof CALLS](client, on))
      expect(isClientError(error, code as never), String(error)).toBe(true)
      expect(isClientError(error)).toBe(true)
      expect(error).toBeInstanceOf(ConsentryError)
      await on.close()
    })
  },
)

const html = { 'content-type': 'text/html' }
const json = { 'content-type': 'application/json' }
const problemType = { 'content-type': 'application/problem+json' }
const page = (body: object) => new Response(JSON.stringify(body), { headers: json })
const HOSTILE: Readonly<Record<string, () => Response>> = {
  'a page of a proxy': () => new Response('<html>Bad gateway</html>', { status: 502, headers: html }),
  'a login page': () => new Response('<html>Log in</html>', { headers: html }),
  'a redirect': () => new Response(null, { status: 302, headers: { location: 'https://login.example' } }),
  'an opaque redirect': () => Response.error(),
  nothing: () => new Response(null, { status: 200 }),
  'no content where there is one': () => new Response(null, { status: 204 }),
  'not modified': () => new Response(null, { status: 304 }),
  'an empty document': () => new Response('', { headers: json }),
  garbage: () => new Response('{"items":[', { headers: json }),
  'bytes that are no UTF-8': () => new Response(new Uint8Array([0xff, 0xfe]), { headers: json }),
  'a list': () => new Response('[]', { headers: json }),
  'a text': () => new Response('"hello"', { headers: json }),
  null: () => new Response('null', { headers: json }),
  'a page without rows': () => page({ next: null }),
  'a page without a next': () => page({ items: [] }),
  'a page whose rows are none': () => page({ items: { length: 1 }, next: null }),
  'a page whose next is a number': () => page({ items: [], next: 7 }),
  'an instant that is a number': () => page({ items: [{ sentAt: 7 }], next: null }),
  'an instant that is a local time': () => page({ items: [{ sentAt: '2026-01-15T09:00:00' }], next: null }),
  'an instant that is none': () => page({ items: [{ sentAt: 'soon' }], next: null }),
  'an instant on no day': () => page({ items: [{ sentAt: '2026-02-30T09:00:00.000Z' }], next: null }),
  'an error that is no problem': () => new Response('{"statusCode":500,"message":"x"}', { status: 500, headers: json }),
  'a problem of another API': () =>
    new Response('{"type":"about:blank","title":"x","code":"not-found"}', { status: 404, headers: problemType }),
  'a problem without a code': () =>
    new Response('{"type":"urn:consentry:error:undefined","title":"x"}', { status: 404, headers: problemType }),
  'a problem without a title': () =>
    new Response('{"type":"urn:consentry:error:not-found","code":"not-found"}', { status: 404, headers: problemType }),
  'a problem whose issues are none': () =>
    new Response('{"type":"urn:consentry:error:invalid-input","code":"invalid-input","title":"x","issues":[null]}', {
      status: 400,
      headers: problemType,
    }),
  'a problem whose instant is none': () =>
    new Response('{"type":"urn:consentry:error:session-ended","code":"session-ended","title":"x","endedAt":"now"}', {
      status: 409,
      headers: problemType,
    }),
}

describe('a server that is none of ours', () => {
  it.each(Object.entries(HOSTILE))('answers %s', async (_, response) => {
    for (const call of [answering(response).listIncoming(), answering(response).listIncoming()[Symbol.asyncIterator]().next()]) {
      const error = await thrownBy(call)
      expect(isConsentryError(error, 'unavailable'), String(error)).toBe(true)
      expect(error).toMatchObject({ port: 'api' })
    }
  })

  it('puts nothing of its own into an error', async () => {
    const body =
      '{"type":"urn:consentry:error:not-found","code":"not-found","title":"x","stack":"evil","name":"Evil","message":"evil",' +
      '"__proto__":{"evil":1},"constructor":1,"cause":"evil","decision":{"__proto__":{"evil":1}}}'
    const error = await thrownBy(answering(() => new Response(body, { status: 404, headers: problemType })).getMe())
    expect(error).toBeInstanceOf(ConsentryError)
    expect(error).toMatchObject({ message: 'x', name: 'ConsentryError', code: 'not-found' })
    expect((error as Error).cause).toBeUndefined()
    expect((error as Error).stack).not.toContain('evil')
    expect((error as { evil?: number }).evil).toBeUndefined()
    expect(({} as { evil?: number }).evil).toBeUndefined()
  })

  it('has a code that this version does not know: it is kept', async () => {
    const body = '{"type":"urn:consentry:error:new-code","code":"new-code","title":"New"}'
    const error = await thrownBy(answering(() => new Response(body, { status: 409, headers: problemType })).getMe())
    expect(error).toMatchObject({ code: 'new-code', message: 'New' })
    expect(isConsentryError(error)).toBe(true)
  })

  it('answers the same page for ever', async () => {
    const rows = answering(() => page({ items: [1], next: 'same' })).listIncoming()
    const read: unknown[] = []
    const error = await thrownBy(
      (async () => {
        for await (const row of rows) read.push(row)
      })(),
    )
    expect(isConsentryError(error, 'unavailable')).toBe(true)
    expect(read).toEqual([1, 1])
  })

  it('does not answer in time', async () => {
    const never = (_url: string, { signal }: RequestInit) =>
      new Promise<Response>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const error = await thrownBy(consentryClient({ baseUrl: '', fetch: never, timeoutMs: 20 }).getMe())
    expect(isConsentryError(error, 'unavailable')).toBe(true)
    expect(String(error)).toContain('the API answered nothing in time')
    const slow = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) })
    const half = (_url: string, { signal }: RequestInit) => {
      const reader = slow.getReader()
      const body = new ReadableStream({
        start: (controller) => signal?.addEventListener('abort', () => controller.error(signal.reason)),
        pull: async (controller) => controller.enqueue((await reader.read()).value),
      })
      return Promise.resolve(new Response(body, { headers: json }))
    }
    expect(isConsentryError(await thrownBy(consentryClient({ baseUrl: '', fetch: half, timeoutMs: 20 }).getMe()), 'unavailable')).toBe(true)
  })

  it('is not there', async () => {
    const error = await thrownBy(consentryClient({ baseUrl: 'http://127.0.0.1:1' }).getMe())
    expect(isConsentryError(error, 'unavailable')).toBe(true)
    expect(isConsentryError(error) && error.cause).toBeInstanceOf(TypeError)
  })
})

describe('what the client refuses itself', () => {
  const sent: string[] = []
  const fetch = async (url: string) => {
    sent.push(url)
    return Response.json({})
  }
  const client = consentryClient({ baseUrl: '', fetch })
  it.each([
    ['an invalid date', () => client.grant('r1', { expiresAt: new Date(Number.NaN) }), ['expiresAt']],
    ['no number', () => client.grant('r1', { expiresAt: Number.NaN }), ['expiresAt']],
    ['an instant beyond all dates', () => client.setExpiry('r1', { expiresAt: 1e300 }), ['expiresAt']],
    [
      'an invalid date in a list',
      () => client.answerMany({ answers: [{ id: 'r1', answer: 'grant', expiresAt: new Date('x') }] }),
      ['answers', 0, 'expiresAt'],
    ],
    ['an invalid date in a query', () => client.listAccess({ from: new Date('x'), to: 5 }), ['from']],
  ])('%s', async (_, call, path) => {
    const error = await thrownBy(call())
    expect(isConsentryError(error, 'invalid-input') && error.issues[0]?.path).toEqual(path)
    expect(sent).toEqual([])
    await expect(client.submit({ name: 1n } as never)).rejects.toThrow(TypeError)
  })

  it.each(['', '.', '..'])('the id `%s`, which would leave the path', async (id) => {
    for (const [name, address] of Object.entries(ADDRESSES))
      if (address.includes('{id}'))
        expect(
          isConsentryError(
            await thrownBy((client as never as Record<string, (id: string, input: object) => Promise<unknown>>)[name]?.(id, {}) as never),
            'not-found',
          ),
        ).toBe(true)
    expect(sent).toEqual([])
  })

  it.each([undefined, null, {}, { baseUrl: 7 }])('the options %j', (options) => {
    expect(() => consentryClient(options as never)).toThrow('options.baseUrl')
  })
})
