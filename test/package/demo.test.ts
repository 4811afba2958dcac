/** The host in forty lines, and the demo over it: started as the README says, and asked over HTTP. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConsentryClient, consentryClient, isClientError } from '../../src/client.js'
import { manifest, root, serveProgram } from './packed.js'

/** A host of one's own must stay this short, imports included; blank lines and comments are not counted. */
const LINES = 40

const codeLines = (text: string) => text.split('\n').filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line))

it(`the whole host has at most ${LINES} lines of code`, () => {
  const lines = codeLines(readFileSync(join(root, 'examples/host.ts'), 'utf8'))
  expect(lines.length).toBeLessThanOrEqual(LINES)
  expect(lines.length).toBeGreaterThan(LINES / 2)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(140)
})

it('lines are counted without comments and blank ones', () =>
  expect(codeLines('/** a */\n\nconst a = 1 // b\n  // c\n/*\n * d\n */\na * 2\n')).toEqual(['const a = 1 // b', 'a * 2']))

/** A person with the cookies that the host has set. */
interface Visitor {
  readonly client: ConsentryClient
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
}

describe('the demo', () => {
  let url = ''
  let said: () => string
  let host: ChildProcess
  beforeAll(async () => {
    const script = /^tsx (\S+)$/.exec(String(manifest.scripts['demo']))?.[1] ?? ''
    ;({ host, url, said } = await serveProgram([script]))
  })
  afterAll(() => void host?.kill('SIGKILL'))

  async function logIn(user: string, password = 'whitewash'): Promise<Visitor & { status: number }> {
    const jar = new Map<string, string>()
    const withCookies: Visitor['fetch'] = async (path, init = {}) => {
      const headers = new Headers(init.headers)
      if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
      headers.set('sec-fetch-site', 'same-origin')
      const answer = await fetch(url + path, { ...init, headers })
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        expect(cookie).toMatch(/httponly/i)
        jar.set(name, value)
      }
      return answer
    }
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user, password }) }
    const { status } = await withCookies('/login', init)
    const client = consentryClient({
      baseUrl: `${url}/consentry`,
      fetch: (target, asked) => withCookies(String(target).slice(url.length), asked),
    })
    return { client, fetch: withCookies, status }
  }

  it('prints where it is, and nothing else', () => expect(said()).toMatch(/^The demo is at http:\/\/localhost:\d+: .+\n$/))

  it('has a page with everybody, and what to ask as each', async () => {
    const page = await (await fetch(url)).text()
    for (const name of ['elizabeth', 'caroline', 'charlotte', 'wickham', 'tom', 'christopher'])
      expect(page).toContain(`data-user="${name}"`)
    for (const [user, call, path] of [
      ['elizabeth', 'consentry.submit(', 'consentry/outgoing'],
      ['tom', 'consentry.grant(', 'consentry/incoming'],
      ['caroline', 'consentry.startSession(', 'consentry/my-access'],
      ['pickwick', 'consentry.listOutgoing(', 'consentry/outgoing'],
      ['esther', 'consentry.grant(', 'consentry/incoming'],
      ['darcy', 'consentry.startSession(', 'consentry/my-access'],
    ] as const) {
      const { fetch: asUser } = await logIn(user)
      const text = await (await asUser('/')).text()
      expect(text).toContain(call)
      expect(text).toContain(`curl -b jar ${url}/${path}`)
    }
    const script = await fetch(`${url}/browser.js`)
    expect([script.status, (await script.text()).includes('sec-fetch-site'), script.headers.get('content-type')]).toEqual([
      200,
      false,
      'text/javascript; charset=utf-8',
    ])
  })

  it('has the others behind a summary, by tenant, and not all of a large one', async () => {
    const [story = '', others = ''] = (await (await fetch(url)).text()).split('<details>')
    expect(story.match(/data-user=/g)).toHaveLength(6)
    expect(others.match(/<h3>/g)).toHaveLength(40)
    expect(others).toContain('<h3><bdi>مكتبة ألف ليلة وليلة</bdi></h3><div class="people"><button type="button" data-user="scheherazade"')
    expect(others.match(/<bdi>Classics, Inc.<\/bdi><\/span>/g)).toHaveLength(6)
    expect(others.indexOf('data-user="emma"')).toBeLessThan(others.indexOf('data-user="mary"'))
  })

  it('has two years behind it, and begins as the story does', async () => {
    const [elizabeth, esther, darcy] = [await logIn('elizabeth'), await logIn('esther'), await logIn('darcy')]
    const sent = await elizabeth.client.listOutgoing({ limit: 3 })
    const newest = sent.items.map(({ tenant, status, name }) => `${tenant} ${status} ${name === 'SupportAccess'}`)
    expect(newest.slice(0, 2).sort()).toEqual(['hundred-acre pending true', 'tom-sawyer pending true'])
    expect(newest[2]).toBe('jarndyce pending false')
    const { counts } = await esther.client.countRows({ list: 'incoming' })
    expect(Object.values(counts).every((one) => one && one.count > 0)).toBe(true)
    expect((await darcy.client.getMe()).impersonating).toEqual({ tenant: 'jarndyce', method: 'access-request' })
  })

  it('has the console of the API, in the language of the address', async () => {
    const page = await (await fetch(`${url}/consentry/console?lang=fr`)).text()
    expect(page).toMatch(/<html lang="fr">[\s\S]*<consentry-console heading="Consentry"><a slot="links" href="\/">Home<\/a>/)
    expect(await (await fetch(`${url}/consentry/console`)).text()).toContain('<html lang="en">')
    // The address is relative to the page, which Express has mounted.
    const [, path = ''] = /src="\.(\/console\/console-\w+\.js)"/.exec(page) ?? []
    const script = await fetch(`${url}/consentry${path}`)
    expect([script.status, (await script.text()).includes('consentry-incoming')]).toEqual([200, true])
    const { fetch: asCaroline } = await logIn('caroline')
    expect(await (await asCaroline('/')).text()).toContain('href="/consentry/console#/legacy/tom-sawyer"')
  })

  it('logs in by the password alone, and takes no form', async () => {
    expect((await logIn('tom', 'limewash')).status).toBe(401)
    expect((await logIn('nobody')).status).toBe(401)
    expect((await logIn('__proto__')).status).toBe(401)
    expect((await logIn('')).status).toBe(401)
    const body = new URLSearchParams({ user: 'tom', password: 'whitewash' })
    const form = await fetch(`${url}/login`, { method: 'POST', body })
    expect([form.status, form.headers.getSetCookie()]).toEqual([401, []])
    const { client } = await logIn('nobody')
    await expect(client.getMe()).rejects.toSatisfy((error) => isClientError(error, 'not-logged-in'))
  })

  it('lets Caroline in once Tom has granted, and out when he revokes', async () => {
    const [tom, caroline, wickham] = [await logIn('tom'), await logIn('caroline'), await logIn('wickham')]
    const fences = async ({ fetch: ask }: Visitor) => {
      const answer = await ask('/tenants/tom-sawyer/fences')
      return [answer.status, (await answer.text()).includes('to be whitewashed')]
    }
    expect(await fences(tom)).toEqual([200, true])
    expect(await fences(caroline)).toEqual([403, false])
    const inside = { tenant: 'tom-sawyer', method: 'access-request' } as const
    await expect(caroline.client.startSession(inside)).rejects.toSatisfy((error) => isClientError(error, 'access-denied'))
    // The legacy tool, until the first grant.
    expect((await wickham.client.startSession({ tenant: 'tom-sawyer', method: 'legacy-support' })).method).toBe('legacy-support')
    expect(await fences(wickham)).toEqual([200, true])

    const { items, names } = await tom.client.listIncoming()
    expect(names).toEqual({ users: [], tenants: [{ id: 'classics', name: 'Classics, Inc.' }] })
    const id = items[0]?.id ?? ''
    expect((await tom.client.grant(id, { expiresAt: null, message: 'Welcome.' })).status).toBe('granted')
    expect(await fences(wickham)).toEqual([403, false])
    await caroline.client.startSession(inside)
    expect(await fences(caroline)).toEqual([200, true])
    expect((await caroline.client.getMe()).impersonating).toEqual(inside)

    await tom.client.revokeIncoming(id)
    expect(await fences(caroline)).toEqual([403, false])
    expect((await caroline.client.getMe()).impersonating).toBeNull()
  })

  it('tells people by mail, and shows the mails in its outbox', async () => {
    const outbox = async () => (await (await fetch(`${url}/outbox`)).text()).split('<details class="mail"').slice(1)
    const to = (mails: readonly string[]) => mails.map((mail) => /&lt;([^\s&]+@[^\s&]+)&gt;/.exec(mail)?.[1]).sort()
    const christopher = await logIn('christopher')
    const asked = (mails: readonly string[]) => mails.filter((mail) => mail.includes('<bdi>Classics, Inc. asks for access</bdi>'))
    await expect
      .poll(async () => to(asked(await outbox())), { timeout: 30_000 })
      .toEqual(['christopher@hundred-acre.example', 'tom@tom-sawyer.example'])
    const { items } = await christopher.client.listIncoming({ status: 'pending', requestingTenants: 'classics' })
    const message = '"><script>alert(1)</script>'
    await christopher.client.grant(items[0]?.id ?? '', { expiresAt: null, message })
    const granted = async () => (await outbox()).filter((mail) => mail.includes('script'))
    await expect
      .poll(async () => to(await granted()), { timeout: 30_000 })
      .toEqual(['charlotte@classics', 'christopher@hundred-acre', 'elizabeth@classics', 'emma@classics'].map((one) => `${one}.example`))
    for (const mail of await granted()) {
      expect(mail).not.toMatch(/<script|allow-scripts|allow-same-origin/)
      expect(mail).toContain(`${url}/consentry/console#/`)
      expect(mail.match(/sandbox="/g)).toHaveLength(1)
    }
    const page = await fetch(`${url}/outbox`)
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src [^;]*$/)
    expect(await (await fetch(url)).text()).toContain('href="/outbox"')
  })

  it('searches people by name for the editor', async () => {
    const { client } = await logIn('elizabeth')
    expect((await client.searchUsers({ search: 'char' })).items).toEqual([{ id: 'charlotte', name: 'Charlotte Lucas' }])
    expect((await client.searchTenants({ search: 'wood' })).items.map(({ id }) => id)).toEqual(['hundred-acre'])
    expect((await client.searchTenants({ limit: 100 })).items).toHaveLength(40)
  })

  it('ends by Ctrl+C', async () => {
    const ended = once(host, 'exit')
    host.kill('SIGINT')
    expect(await ended).toEqual([0, null])
  })
})
