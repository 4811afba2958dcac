/** What the client does besides asking: revisions, pages, headers, addresses, signals. */
import { describe, expect, it } from 'vitest'
import { consentryClient, isClientError } from '../../src/client.js'
import { askedScene, scene } from '../http/scene.js'
import { CLASSICS, TOM } from '../story/cast.js'

const clientAs = ({ port }: { readonly port: number }, user: string) =>
  consentryClient({ baseUrl: `http://127.0.0.1:${port}`, headers: { 'x-user': user } })
const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => error,
  )

/** A client whose requests are kept, and that answers them one after the other. */
function recorded(...answers: readonly object[]) {
  const sent: { readonly url: string; readonly init: RequestInit }[] = []
  const rest = [...answers]
  const fetch = async (url: string, init: RequestInit) => {
    sent.push({ url, init })
    return Response.json(rest.shift() ?? {})
  }
  const headerOf = (n: number, name: string) => new Headers(sent.at(n)?.init.headers as Record<string, string>).get(name)
  return {
    client: consentryClient({ baseUrl: '/consentry', fetch }),
    sent,
    headerOf,
    bodyOf: (n: number) => JSON.parse(String(sent.at(n)?.init.body)),
  }
}

describe('revisions', () => {
  it('a command is refused if the request has changed since it was read', async () => {
    const on = await askedScene()
    const [becky, elizabeth] = [clientAs(on, 'becky'), clientAs(on, 'elizabeth')]
    await becky.getIncoming(on.request)
    for await (const row of elizabeth.listOutgoing()) expect(row.revision).toBe(1)
    await becky.grant(on.request, { expiresAt: null })
    const stale = await thrownBy(elizabeth.withdrawOutgoing(on.request))
    expect(isClientError(stale, 'stale-revision') && [stale.expected, stale.actual]).toEqual([1, 2])
    // Without the check, it is too late.
    expect(isClientError(await thrownBy(elizabeth.withdrawOutgoing(on.request, { ifRevision: null })), 'not-pending')).toBe(true)
    // The answer to a command is a row that is read, too.
    await becky.setExpiry(on.request, { expiresAt: Date.UTC(2026, 5) })
    await becky.revokeIncoming(on.request)
    expect((await elizabeth.getOutgoing(on.request)).status).toBe('revoked')
    await on.close()
  })

  it('are sent by the side of the path, and a given one wins', async () => {
    const { client, headerOf } = recorded({ id: 'r1', revision: 4 }, { items: [{ id: 'r1', revision: 9 }], next: null })
    await client.getIncoming('r1')
    await client.listOutgoing()
    await client.reject('r1')
    expect(headerOf(-1, 'if-match')).toBe('"4"')
    await client.withdrawOutgoing('r1')
    expect(headerOf(-1, 'if-match')).toBe('"9"')
    await client.reject('r1', { ifRevision: 7 })
    expect(headerOf(-1, 'if-match')).toBe('"7"')
    await client.reject('r1', { ifRevision: null })
    expect(headerOf(-1, 'if-match')).toBeNull()
    await client.reject('r2')
    expect(headerOf(-1, 'if-match')).toBeNull()
    await client.getIncoming('r1')
    expect(headerOf(-1, 'if-match')).toBeNull()
  })

  it('are whole numbers beside an id, and nothing else is taken for one', async () => {
    const { client, headerOf } = recorded(
      ...[
        { id: 'r1', revision: 5 },
        { id: 'r1', revision: '8' },
        { id: 'r1', revision: 6.5 },
        { id: 7, revision: 9 },
      ],
      ...[{ id: 'r1', revision: null }, { items: 3 }, { outcomes: [null, 1, 'x', {}] }],
    )
    for (let n = 0; n < 7; n++) await client.getIncoming('r1')
    await client.reject('r1')
    expect(headerOf(-1, 'if-match')).toBe('"5"')
  })

  it('are remembered from the outcomes of many answers, each of which says its own', async () => {
    const outcome = { id: 'r1', status: 200, request: { id: 'r1', tenant: 't', status: 'granted', revision: 2 } }
    const { client, headerOf, bodyOf } = recorded({ outcomes: [outcome, { id: 'r2', status: 404 }, null] })
    await client.answerMany({ answers: [{ id: 'r1', answer: 'reject', ifRevision: 9 }] })
    expect([bodyOf(-1), headerOf(-1, 'if-match')]).toEqual([{ answers: [{ id: 'r1', answer: 'reject', ifRevision: 9 }] }, null])
    await client.revokeIncoming('r1')
    expect(headerOf(-1, 'if-match')).toBe('"2"')
  })

  it('of the rows read longest ago are forgotten', async () => {
    const rows = Array.from({ length: 10_001 }, (_, n) => ({ id: `r${n}`, revision: 1 }))
    const { client, headerOf } = recorded({ items: rows, next: null })
    await client.listIncoming()
    await client.reject('r0')
    expect(headerOf(-1, 'if-match')).toBeNull()
    await client.reject('r1')
    expect(headerOf(-1, 'if-match')).toBe('"1"')
  })
})

describe('pages', () => {
  it('are awaited one by one, or iterated to the end by the same filters', async () => {
    const on = await scene()
    const elizabeth = clientAs(on, 'elizabeth')
    for (const name of ['A', 'B', 'C', 'D', 'E']) await elizabeth.submit({ name, associations: [{ users: ['caroline'], tenants: [TOM] }] })
    const first = await elizabeth.listRequests({ limit: 2, users: 'caroline' })
    expect([first.items.length, typeof first.next]).toEqual([2, 'string'])
    const second = await elizabeth.listRequests({ limit: 2, users: 'caroline', cursor: first.next ?? '' })
    const names: string[] = []
    for await (const { name } of elizabeth.listRequests({ limit: 2, users: 'caroline' })) names.push(name)
    expect(names.toSorted()).toEqual(['A', 'B', 'C', 'D', 'E'])
    expect(names.slice(0, 4)).toEqual([...first.items, ...second.items].map(({ name }) => name))
    await on.close()
  })

  it('are asked for only as far as they are read, and each iteration begins anew from the first', async () => {
    const { client, sent } = recorded({ items: [1, 2], next: 'c' }, { items: [3], next: null }, { items: [3], next: null })
    const rows = client.listIncoming({ limit: 2 })
    for await (const _ of rows) break
    expect(sent).toHaveLength(1)
    const all = async () => {
      const read: unknown[] = []
      for await (const row of rows) read.push(row)
      return read
    }
    expect(await all()).toEqual([1, 2, 3])
    expect(await all()).toEqual([1, 2, 3])
    expect(sent.map(({ url }) => url)).toEqual(['/consentry/incoming?limit=2', ...Array(2).fill('/consentry/incoming?limit=2&cursor=c')])
  })

  it('a failure that nobody has awaited yet ends no process', async () => {
    const rows = consentryClient({ baseUrl: '', fetch: () => Promise.reject(new Error('gone')) }).listIncoming()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(isClientError(await thrownBy(rows), 'unavailable')).toBe(true)
  })
})

describe('a request', () => {
  it('has the body, the type and the headers of each call', async () => {
    const { client, sent, bodyOf } = recorded()
    await client.grant('a b/%c', { expiresAt: new Date(0), message: undefined })
    expect([sent[0]?.url, sent[0]?.init.method, bodyOf(0)]).toEqual([
      '/consentry/incoming/a%20b%2F%25c/grant',
      'POST',
      { expiresAt: '1970-01-01T00:00:00.000Z' },
    ])
    await client.leaveSession()
    expect([sent[1]?.init.body, sent[1]?.init.headers, sent[1]?.init.redirect]).toEqual([null, {}, 'manual'])
    await client.withdrawOutgoing('r1', { signal: new AbortController().signal })
    expect([bodyOf(2), sent[2]?.init.headers]).toEqual([{}, { 'content-type': 'application/json' }])
    await client.decideMany({ questions: [{ user: 'c', tenant: 't', method: 'access-request', from: CLASSICS, at: 5 }] })
    expect(bodyOf(3).questions[0]).toMatchObject({ from: CLASSICS, at: '1970-01-01T00:00:00.005Z' })
  })

  it('has a query in which a list gives its key several times, and what is undefined or null is not said', async () => {
    const { client, sent } = recorded({ items: [], next: null }, { items: [], next: null })
    await client.listOutgoing({
      status: ['granted', 'pending'],
      name: 'é &=+',
      from: 0,
      to: '2026-01-01T00:00:00+01:00',
      cursor: undefined,
      tenants: [],
    })
    const { searchParams } = new URL(sent[0]?.url ?? '', 'http://localhost')
    expect([...searchParams]).toEqual([
      ['status', 'granted'],
      ['status', 'pending'],
      ['name', 'é &=+'],
      ['from', '1970-01-01T00:00:00.000Z'],
      ['to', '2026-01-01T00:00:00+01:00'],
    ])
    await client.listIncoming({ cursor: null as never })
    expect(sent[1]?.url).toBe('/consentry/incoming')
  })

  it('takes its headers from a function at each call, whose error is the caller’s', async () => {
    const seen: unknown[] = []
    let n = 0
    const fetch = async (_url: string, init: RequestInit) => {
      seen.push(init.headers)
      return Response.json({})
    }
    const client = consentryClient({ baseUrl: '', fetch, headers: async () => ({ authorization: `Bearer ${++n}` }) })
    await client.getMe()
    await client.getMe()
    expect(seen).toEqual([{ authorization: 'Bearer 1' }, { authorization: 'Bearer 2' }])
    const refusing = consentryClient({ baseUrl: '', fetch, headers: () => Promise.reject(new Error('no token')) })
    expect(String(await thrownBy(refusing.getMe()))).toBe('Error: no token')
  })

  it('is aborted by the signal of the call, with its reason', async () => {
    const abort = new AbortController()
    const fetch = (_url: string, { signal }: RequestInit) =>
      new Promise<Response>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const call = consentryClient({ baseUrl: '', fetch }).listHistory({ signal: abort.signal })
    abort.abort(new Error('left the page'))
    expect(String(await thrownBy(call))).toBe('Error: left the page')
  })

  it('of a session that there is not answers null', async () => {
    const on = await scene()
    expect(await clientAs(on, 'caroline').getSession()).toBeNull()
    await on.close()
  })
})
