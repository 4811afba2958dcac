/** Each host of the examples, started as the README says, plays a customer's story over HTTP. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres } from '../databases/postgres-server.js'
import { type Env, emptyFolder, root, withTsx } from './packed.js'

const PROBLEM = 'application/problem+json'
const FENCES = '/tenants/tom-sawyer/fences'

/** A person at a browser, who sends the cookie or the bearer token that the host returned. */
class Person {
  private cookie = ''
  private login = ''
  private token = ''

  constructor(public url: string) {}

  async ask(verb: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(this.url + path, {
      method: verb,
      headers: {
        ...(this.cookie && { cookie: this.cookie }),
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const [set] = response.headers.getSetCookie()
    this.cookie = set?.split(';')[0] ?? this.cookie
    const text = await response.text()
    const said = text === '' ? undefined : JSON.parse(text)
    if (path === '/login' && said?.token) this.login = said.token
    if (said?.token) this.token = said.token
    if (verb === 'DELETE') this.token = this.login
    return { status: response.status, type: response.headers.get('content-type') ?? '', cookie: set, body: said }
  }

  /** The same headers with one character of the credential altered. */
  forged(): Record<string, string> {
    const altered = (text: string) => `${text.slice(0, -6)}${text.at(-6) === 'A' ? 'B' : 'A'}${text.slice(-5)}`
    return this.cookie ? { cookie: altered(this.cookie) } : { authorization: `Bearer ${altered(this.token)}` }
  }
}

const running = new Set<ChildProcess>()
afterAll(() => {
  for (const host of running) host.kill('SIGKILL')
})

async function startHost(args: readonly string[], env: Env = {}) {
  const host = spawn(process.execPath, [...withTsx, join('examples', 'hosts', 'start.ts'), ...args], {
    cwd: root,
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(host)
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    host.once('exit', (code) => reject(new Error(`the host ended with ${code}: ${said}`)))
    host.stdout?.on('data', (chunk) => {
      said += chunk
      const found = /http:\/\/localhost:\d+/.exec(said)
      if (found) resolve(found[0])
    })
  })
  /** Asks it to end, and returns its exit code, `null` if a signal ended it. */
  const stop = async (): Promise<number | null> => {
    const ended = once(host, 'exit')
    host.kill()
    const [code] = await ended
    running.delete(host)
    return code
  }
  return { url, stop }
}

async function signIn(url: string, user: string): Promise<Person> {
  const person = new Person(url)
  expect((await person.ask('POST', '/login', { user, password: 'whitewash' })).status).toBeLessThan(300)
  return person
}

const signInAll = async (url: string) => ({
  elizabeth: await signIn(url, 'elizabeth'),
  caroline: await signIn(url, 'caroline'),
  tom: await signIn(url, 'tom'),
  pooh: await signIn(url, 'pooh'),
})

const inside = { tenant: 'tom-sawyer', method: 'access-request' }
const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
const submission = { name: 'SupportAccess', message: 'Caroline looks after your account.', associations }

/** A refusal as a problem, with a status and what its body says. */
const problem = (status: number, body = {}) => ({ status, type: expect.stringContaining(PROBLEM), body })

describe.each(['express', 'fastify', 'hono', 'nest'])('the host on %s', (name) => {
  let url = ''
  beforeAll(async () => {
    const host = await startHost([name])
    url = host.url
    return async () => void (await host.stop())
  })

  it('refuses everybody who is not logged in, or only says so', async () => {
    const stranger = new Person(url)
    for (const path of ['/outgoing', '/incoming', '/my-access', '/sessions', FENCES])
      expect(await stranger.ask('GET', path)).toMatchObject(problem(401))
    expect((await stranger.ask('POST', '/impersonation', inside)).status).toBe(401)
    expect((await stranger.ask('DELETE', '/impersonation')).status).toBe(401)
    expect((await stranger.ask('POST', '/login', { user: 'caroline', password: 'limewash' })).status).toBe(401)
    expect((await stranger.ask('POST', '/login', { user: '__proto__', password: 'whitewash' })).status).toBe(401)
    expect((await stranger.ask('GET', FENCES, undefined, { cookie: 'login={"user":"tom","session":null}' })).status).toBe(401)
    const caroline = await signIn(url, 'caroline')
    expect((await caroline.ask('GET', '/my-access')).status).toBe(200)
    expect((await caroline.ask('GET', '/my-access', undefined, caroline.forged())).status).toBe(401)
  })

  it('reads no form and no text, which a page of another site can send in the name of its reader', async () => {
    const credentials = { user: 'caroline', password: 'whitewash' }
    const bodies: readonly (readonly [string, string])[] = [
      ['text/plain', JSON.stringify(credentials)],
      ['text/plain;charset=UTF-8', JSON.stringify(credentials)],
      ['application/x-www-form-urlencoded', new URLSearchParams(credentials).toString()],
      ['application/x-www-form-urlencoded', `${JSON.stringify(credentials)}=`],
      ['application/jsonp', JSON.stringify(credentials)],
    ]
    for (const [type, body] of bodies) {
      const response = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': type }, body })
      expect([type, response.status, response.headers.getSetCookie()]).toEqual([type, 415, []])
      expect(await response.json()).toEqual({ type: 'about:blank', title: 'Unsupported Media Type', status: 415 })
    }
    const untyped = await fetch(`${url}/login`, { method: 'POST', body: new Blob([JSON.stringify(credentials)]) })
    expect([untyped.status, untyped.headers.getSetCookie()]).toEqual([415, []])
    const { elizabeth } = await signInAll(url)
    expect(await elizabeth.ask('POST', '/requests', submission, { 'content-type': 'text/plain' })).toMatchObject(problem(415))
    const typed = { 'content-type': 'application/json; charset=utf-8' }
    expect((await new Person(url).ask('POST', '/login', credentials, typed)).status).toBeLessThan(300)
  })

  it('takes as long to refuse an unknown user as a known one with a wrong password', async () => {
    const fastest = { caroline: Infinity, nobody: Infinity }
    // In turns, so that a busy machine slows down both.
    for (let round = 0; round < 10; round++)
      for (const user of ['caroline', 'nobody'] as const) {
        const began = performance.now()
        expect((await new Person(url).ask('POST', '/login', { user, password: 'limewash' })).status).toBe(401)
        fastest[user] = Math.min(fastest[user], performance.now() - began)
      }
    expect(fastest.nobody).toBeGreaterThan(fastest.caroline / 3)
  })

  it('asks, answers, lets in, and shuts out at once when the answer is revoked', async () => {
    const { elizabeth, caroline, tom, pooh } = await signInAll(url)
    expect(await caroline.ask('POST', '/requests', submission)).toMatchObject({ status: 403, body: { code: 'not-permitted' } })
    const wrong = await elizabeth.ask('POST', '/requests', { ...submission, name: 'Support Access', associations: [] })
    expect(wrong).toMatchObject(problem(400))
    expect(wrong.body.issues).toHaveLength(2)
    expect((await elizabeth.ask('POST', '/requests', submission)).body.sent).toHaveLength(1)

    const { items } = (await tom.ask('GET', '/incoming?status=pending&limit=10')).body
    expect(items).toEqual([expect.objectContaining({ message: submission.message, requestingTenant: 'classics', status: 'pending' })])
    expect(JSON.stringify(items)).not.toMatch(/SupportAccess|caroline/)
    expect((await caroline.ask('GET', '/my-access')).body.items).toEqual([
      { requestingTenant: 'classics', tenant: 'tom-sawyer', tenantRequest: expect.any(String), status: 'pending' },
    ])
    expect(await caroline.ask('POST', '/impersonation', inside)).toMatchObject({ status: 403, body: { code: 'access-denied' } })
    expect(await caroline.ask('GET', FENCES)).toMatchObject(problem(403, { reason: 'not-found' }))

    const request = `/requests/${items[0].id}`
    // A body that was lost grants nothing.
    expect(await tom.ask('POST', `${request}/grant`, undefined)).toMatchObject({ status: 415 })
    expect(await tom.ask('POST', `${request}/grant`, undefined, { 'content-type': 'application/json' })).toMatchObject({ status: 400 })
    expect(await tom.ask('POST', `${request}/grant`, {})).toMatchObject({ status: 400 })
    expect(await pooh.ask('POST', `${request}/grant`, { expiresAt: null })).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect((await tom.ask('POST', `${request}/grant`, { expiresAt: null, message: 'Welcome.' })).body.status).toBe('granted')
    expect(await tom.ask('POST', `${request}/reject`, {})).toMatchObject({ status: 409, body: { code: 'not-pending' } })
    const [sent] = (await elizabeth.ask('GET', '/outgoing?status=granted')).body.items
    expect(sent).toMatchObject({ name: 'SupportAccess', users: ['caroline'], answer: { user: null, message: 'Welcome.' } })

    const started = await caroline.ask('POST', '/impersonation', { ...inside, reason: 'ticket 7' })
    expect(started).toMatchObject({ status: 201, body: { ...inside, endsAt: expect.any(Number) } })
    if (started.cookie !== undefined) expect(started.cookie).toMatch(/httponly/i)
    expect(started.body.id).toBeUndefined()
    const fences = { fences: ['thirty yards, to be whitewashed'], seenBy: 'caroline' }
    expect(await caroline.ask('GET', FENCES)).toMatchObject({ status: 200, body: fences })
    expect(await caroline.ask('GET', '/tenants/hundred-acre/fences')).toMatchObject({ status: 403, body: { reason: 'not-found' } })
    expect(await caroline.ask('POST', '/impersonation', inside)).toMatchObject({ status: 403, body: { code: 'impersonating' } })
    expect(await elizabeth.ask('GET', FENCES)).toMatchObject({ status: 403, body: { reason: 'not-found' } })

    const [seen] = (await tom.ask('GET', '/sessions?status=live')).body.items
    expect(seen).toMatchObject({ view: 'incoming', requestingTenant: 'classics', user: null, grantedBy: [items[0].id] })
    const live = { view: 'outgoing', user: 'caroline', reason: 'ticket 7', status: 'live' }
    expect((await elizabeth.ask('GET', '/sessions')).body.items).toEqual([expect.objectContaining(live)])

    expect((await tom.ask('POST', `${request}/revoke`, {})).body.status).toBe('revoked')
    expect(await caroline.ask('GET', FENCES)).toMatchObject(problem(403, { reason: 'revoked' }))
    expect((await tom.ask('GET', '/sessions?status=live')).body.items).toEqual([])
    // A dead session locks nobody out (SPEC 7.8).
    expect(await caroline.ask('POST', '/impersonation', inside)).toMatchObject({ status: 403, body: { code: 'access-denied' } })
    expect((await caroline.ask('DELETE', '/impersonation')).status).toBe(204)
    expect(await caroline.ask('GET', FENCES)).toMatchObject({ status: 403, body: { reason: 'not-found' } })
    expect(await caroline.ask('POST', '/impersonation', inside)).toMatchObject({ status: 403, body: { code: 'access-denied' } })
  })
})

describe.concurrent('a host that is started again', () => {
  async function knowsWhatWasGranted(name: string, store: string): Promise<void> {
    const start = () => startHost([name, '--store', store], { SECRET: 'the same at every start of this host' })
    const before = await start()
    const { elizabeth, caroline, tom } = await signInAll(before.url)
    const { sent } = (await elizabeth.ask('POST', '/requests', submission)).body
    const request = `/requests/${sent[0].id}`
    expect((await tom.ask('POST', `${request}/grant`, { expiresAt: null })).body.status).toBe('granted')
    expect((await caroline.ask('POST', '/impersonation', inside)).status).toBe(201)
    expect((await caroline.ask('GET', FENCES)).status).toBe(200)
    expect(await before.stop()).toBe(0)

    const after = await start()
    for (const person of [elizabeth, caroline, tom]) person.url = after.url
    expect(await caroline.ask('GET', FENCES)).toMatchObject({ status: 200, body: { seenBy: 'caroline' } })
    expect((await elizabeth.ask('GET', '/outgoing')).body.items).toEqual([expect.objectContaining({ id: sent[0].id, status: 'granted' })])
    expect((await tom.ask('POST', `${request}/revoke`, {})).body.status).toBe('revoked')
    expect(await caroline.ask('GET', FENCES)).toMatchObject({ status: 403, body: { reason: 'revoked' } })
    expect(await after.stop()).toBe(0)
  }

  it('on a SQLite file knows what was granted before', async () => {
    await knowsWhatWasGranted('express', `sqlite:${join(await emptyFolder(), 'consentry.db')}`)
  })
  it('on PostgreSQL knows what was granted before', async () => {
    const postgres = await startPostgres()
    await knowsWhatWasGranted('nest', postgres.connectionString).finally(() => postgres.stop())
  })
})
