/** The client in a browser: cookies, pages of other origins, a strict policy, and the browser's own failures. */
import type { Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { isConsentryError } from '../../src/client.js'
import { consentryApi } from '../../src/http/api.js'
import { NO_CHROMIUM, type OpenPage, openPage } from '../browser/chromium.js'
import { pageClient } from '../browser/page-client.js'
import type { PageGlobals } from '../browser/page-script.js'
import { siteOf } from '../browser/site.js'
import { grants, INSIDE } from '../http/cases.js'
import { askedScene, PERSONS } from '../http/scene.js'
import { serve } from '../http/socket.js'
import { tomAdmin as BECKY, CLASSICS, TOM } from '../story/cast.js'

// What the functions use that run in the page.
declare const consentry: PageGlobals['consentry']
declare const document: { readonly cookie: string; readonly body: { innerHTML: string } }

/** What the host does instead of handing a request to the API. */
type Trouble = 'none' | 'cuts the connection' | 'loses one answer' | 'redirects to its login' | 'hangs'

/** A request that has reached the host, and how it was answered. */
interface Arrived {
  readonly method: string
  readonly site: string | null
  readonly hasLogin: boolean
  readonly status: number | string
}

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const cookieOf = ({ headers }: Request) =>
  new Map(
    headers
      .get('cookie')
      ?.split('; ')
      .map((pair) => pair.split('=') as [string, string]),
  )

/** A host with logins by cookie and the API at `/consentry`, open in a page as somebody who has logged in. */
async function hosted(user: string, loginIs: 'Lax' | 'None' = 'Lax') {
  const host = { trouble: 'none' as Trouble, arrived: [] as Arrived[] }
  const on = await askedScene(
    { keepSession: undefined, basePath: '/consentry', person: (request) => PERSONS[cookieOf(request).get('login') ?? ''] ?? null },
    {},
    (options) => {
      const api = consentryApi(options)
      const others = async (request: Request): Promise<Response> => {
        const { pathname } = new URL(request.url)
        const [, path, login] = pathname.split('/')
        if (path === 'login') {
          const cookie = `login=${login}; Path=/; Secure; HttpOnly; SameSite=${loginIs}`
          return new Response(null, { status: 303, headers: { location: '/', 'set-cookie': cookie } })
        }
        const { method, headers } = request
        const arrives = (status: Arrived['status']) =>
          host.arrived.push({ method, site: headers.get('sec-fetch-site'), hasLogin: cookieOf(request).has('login'), status })
        if (host.trouble === 'hangs') return new Promise(() => arrives('no answer'))
        if (host.trouble === 'cuts the connection') throw new Error(`cut off: request ${arrives('no answer')}`)
        const redirects = host.trouble === 'redirects to its login'
        const answer = redirects ? new Response(null, { status: 302, headers: { location: '/login' } }) : await api(request)
        arrives(answer.status)
        if (host.trouble === 'loses one answer') {
          host.trouble = 'none'
          throw new Error('the answer is lost')
        }
        return answer
      }
      return serve(siteOf(others))
    },
  )
  open.push(on.close)
  const opened = await openPage(`http://localhost:${on.port}/login/${user}`)
  open.push(() => opened.page.context().close())
  return Object.assign(host, { on, ...opened, client: pageClient(opened.page, { baseUrl: '/consentry' }) })
}

const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => error,
  )
const cookiesOf = async ({ page }: OpenPage) =>
  (await page.context().cookies()).map(({ expires: _, value: __, domain: ___, ...one }) => one)
const HTML = { 'content-type': 'text/html' }
const KEPT = { path: '/', httpOnly: true, secure: true, sameSite: 'Lax' }

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

inChromium('a login and its session, both in cookies that no script can read', () => {
  it('are sent without any option, and end when the person leaves', async () => {
    const host = await hosted('caroline')
    const { on, page, said, client } = host
    expect(await client.getMe()).toMatchObject({ user: 'caroline', tenant: CLASSICS, impersonating: null, session: null, ended: null })
    expect(await client.getSession()).toBeNull()
    await grants(on)
    const started = await client.startSession({ ...INSIDE, reason: 'ticket 7' })
    expect(started).toMatchObject({ ...INSIDE, user: 'caroline' })
    expect(await cookiesOf(host)).toEqual([
      { name: 'login', ...KEPT },
      { name: '__Host-consentry', ...KEPT },
    ])
    expect(await page.evaluate(() => document.cookie)).toBe('')

    await page.reload()
    expect((await client.getMe()).impersonating).toEqual(INSIDE)
    expect(await client.getSession()).toEqual(started)
    const left = await client.leaveSession()
    expect(left).toMatchObject({ session: started.hash, cause: 'ended-by-user' })
    expect(await cookiesOf(host)).toEqual([{ name: 'login', ...KEPT }])
    expect([(await client.getMe()).impersonating, await client.getSession()]).toEqual([null, null])
    expect(said).toEqual([])
    // With its cookie the browser has forgotten which session it was.
    expect(isConsentryError(await thrownBy(client.leaveSession()), 'not-found')).toBe(true)
  })

  it('say why the person is outside again, when the tenant has revoked', async () => {
    const { on, client } = await hosted('caroline')
    await grants(on)
    await client.startSession(INSIDE)
    await on.consentry.revoke(BECKY, on.request)
    expect(await client.getMe()).toMatchObject({ impersonating: null, session: null, ended: { cause: 'access-lost', at: on.now } })
  })
})

/** What a page of another site can try without a script of ours, by the body of a grant. */
const BODY = '{"expiresAt":null}'
const FORM = (type: string, action: string) =>
  `<form method="post" enctype="${type}" action="${action}"><input name='{"expiresAt":null,"message":"' value='"}'><button>Go on</button></form>`
const ATTEMPTS: Readonly<Record<string, (page: Page, url: string) => Promise<unknown>>> = {
  'a fetch of JSON': (page, url) =>
    page.evaluate(
      ([to = '', body = '']) =>
        fetch(to, { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body }).catch(String),
      [url, BODY],
    ),
  'a fetch of text that asks nobody': (page, url) =>
    page.evaluate(
      async ([to = '', body = '']) => void (await fetch(to, { method: 'POST', mode: 'no-cors', credentials: 'include', body })),
      [url, BODY],
    ),
  ...Object.fromEntries(
    ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'].map((type) => [
      `a form of ${type}`,
      async (page: Page, url: string) => {
        await page.setContent(FORM(type, url))
        await page.getByRole('button').click()
        await page.waitForURL(url)
      },
    ]),
  ),
}

inChromium('a page of another origin in the same browser', () => {
  // Cookies know no ports, so a page at another port has even those of `SameSite=Lax`; one of another host has those of `None`.
  describe.each([
    { from: 'same-site', address: 'localhost', loginIs: 'Lax' },
    { from: 'cross-site', address: '127.0.0.1', loginIs: 'None' },
  ] as const)('$from, with the login', ({ from, address, loginIs }) => {
    it('grants nothing, whatever it sends, and reads nothing', async () => {
      const { on, page, client, arrived } = await hosted('becky', loginIs)
      const foreign = await serve(async () => new Response('<!doctype html><title>Another site</title>', { headers: HTML }))
      open.push(foreign.close)
      const before = await on.events()
      const elsewhere = `http://${address}:${foreign.port}/`
      const other = (await openPage(elsewhere, page.context())).page
      const one = `http://localhost:${on.port}/consentry/incoming/${on.request}`
      for (const [attempt, tries] of Object.entries(ATTEMPTS)) {
        await other.goto(elsewhere)
        arrived.length = 0
        await tries(other, `${one}/grant`)
        // Before it sends JSON, the browser asks whether it may, without the cookies.
        const asksFirst = attempt === 'a fetch of JSON'
        const sent = asksFirst ? { method: 'OPTIONS', hasLogin: false, status: 405 } : { method: 'POST', hasLogin: true, status: 403 }
        expect([attempt, ...arrived]).toEqual([attempt, { ...sent, site: from }])
      }
      await other.goto(elsewhere)
      arrived.length = 0
      const read = await other.evaluate((to) => fetch(to, { credentials: 'include' }).catch(String), one)
      expect([read, arrived]).toEqual(['TypeError: Failed to fetch', [{ method: 'GET', site: from, hasLogin: true, status: 200 }]])
      expect(await on.events()).toEqual(before)
      // The very request could be granted, by the host's own page.
      expect((await client.grant(on.request, { expiresAt: null })).status).toBe('granted')
    }, 30_000)
  })
})

inChromium('a failure that only a browser has', () => {
  it.each(['cuts the connection', 'redirects to its login'] as const)('the host %s: `unavailable`', async (trouble) => {
    const host = await hosted('becky')
    host.trouble = trouble
    for (const call of [host.client.getMe(), host.client.reject(host.on.request)]) {
      const error = await thrownBy(call)
      expect(String(error)).toMatch(trouble === 'redirects to its login' ? /the API answered a redirect/ : /the API answered nothing/)
      expect(isConsentryError(error, 'unavailable') && error.port, String(error)).toBe('api')
    }
    expect(new Set(host.arrived.map(({ site }) => site))).toEqual(new Set(['same-origin']))
  })

  it('an answer is lost on a connection that was in use: Chromium sends the command again by itself', async () => {
    const becky = await hosted('becky')
    const { on, client } = becky
    expect((await client.getIncoming(on.request)).revision).toBe(1)
    becky.trouble = 'loses one answer'
    const stale = await thrownBy(client.grant(on.request, { expiresAt: null }))
    expect(isConsentryError(stale, 'stale-revision') && [stale.expected, stale.actual]).toEqual([1, 2])
    expect((await client.getIncoming(on.request)).status).toBe('granted')
    expect(becky.arrived.map(({ method, status }) => [method, status])).toEqual([
      ['GET', 200],
      ['POST', 200],
      ['POST', 412],
      ['GET', 200],
    ])
  })

  it('a submission that is sent again is one, whether or not the caller has given it an id', async () => {
    const elizabeth = await hosted('elizabeth')
    const submitted = async (name: string, id?: string) => {
      await elizabeth.client.getMe()
      elizabeth.trouble = 'loses one answer'
      await elizabeth.client.submit({ id, name, associations: [{ users: ['caroline'], tenants: [TOM] }] })
      return (await elizabeth.client.listRequests({ name })).items.length
    }
    expect([await submitted('Given', 'order-2'), await submitted('Made')]).toEqual([1, 1])
    expect(elizabeth.arrived.filter(({ method }) => method === 'POST')).toHaveLength(4)
  })

  it('a call that is aborted while it waits rejects with the reason, and one that waits too long is `unavailable`', async () => {
    const host = await hosted('becky')
    host.trouble = 'hangs'
    const thrown = await host.page.evaluate(async () => {
      const client = consentry.consentryClient({ baseUrl: '/consentry', timeoutMs: 200 })
      const call = async (signal: AbortSignal, abort: () => void) => {
        const asked = client.getMe({ signal })
        setTimeout(abort, 50)
        return asked.then(
          () => 'nothing',
          (error: unknown) => `${error}, ${consentry.isClientError(error, 'unavailable')}`,
        )
      }
      const [left, silent, never] = [new AbortController(), new AbortController(), new AbortController()]
      return [
        await call(left.signal, () => left.abort(new Error('left the page'))),
        await call(silent.signal, () => silent.abort()),
        await call(never.signal, () => {}),
      ]
    })
    expect(thrown).toEqual([
      'Error: left the page, false',
      'AbortError: signal is aborted without reason, false',
      'ConsentryError: the API answered nothing in time, true',
    ])
    expect(host.arrived).toHaveLength(3)
  })
})

inChromium('a page with the strictest policy', () => {
  it('runs the client, and nothing is written on the console', async () => {
    const { on, said, client, page } = await hosted('elizabeth')
    const { id } = await client.submit({ name: 'A', associations: [{ users: ['caroline'], tenants: [TOM] }], id: 'order-2' })
    const names: string[] = []
    for await (const row of client.listOutgoing({ from: new Date(on.now), limit: 1 })) names.push(row.name)
    expect([id, names.toSorted()]).toEqual(['order-2', ['A', 'SupportAccess']])
    expect(said).toEqual([])
    // The policy is in force: what it forbids does not happen, and is seen on the console.
    const refused = await page.evaluate(async (elsewhere) => {
      const asked = await fetch(elsewhere).catch(String)
      try {
        document.body.innerHTML = '<b>bold</b>'
        return [asked, 'written']
      } catch (error) {
        return [asked, String(error)]
      }
    }, `http://127.0.0.1:${on.port}/consentry/me`)
    expect(refused).toEqual(['TypeError: Failed to fetch', expect.stringContaining("requires 'TrustedHTML'")])
    expect(said.filter((line) => line.includes('violates'))).not.toEqual([])
  })
})
