/** Each host of the examples, started as the README says, plays a customer's story over HTTP. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consentryClient } from '../../src/client.js'
import { startPostgres } from '../databases/postgres-server.js'
import { type Env, emptyFolder, serveProgram } from './packed.js'

const PROBLEM = 'application/problem+json'
const FENCES = '/tenants/tom-sawyer/fences'

type Headers = Readonly<Record<string, string>>

/** A person at a page of the host, which sends the cookie or the bearer token that the host returned last. */
class Person {
  /** What the person's requests carry: a cookie or a token. */
  credential: Headers = {}
  /** The bodies of all answers so far. */
  readonly heard: string[] = []
  /** The client of the API, over the same requests. */
  readonly api = consentryClient({ baseUrl: '/consentry', fetch: (path, init) => this.fetch(path, init) })

  constructor(public url: string) {}

  async fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { 'sec-fetch-site': 'same-origin', ...this.credential, ...(init.headers as Headers) }
    const response = await fetch(this.url + path, { ...init, headers })
    const text = await response.clone().text()
    this.heard.push(text)
    const [cookie] = response.headers.getSetCookie()
    const token = response.headers.get('login-token') ?? (path === '/login' && response.ok && !cookie ? JSON.parse(text).token : null)
    if (cookie !== undefined) this.credential = { cookie: String(cookie.split(';')[0]) }
    if (token !== null) this.credential = { authorization: `Bearer ${token}` }
    return response
  }

  /** Sends a request, in a few words; a `body` is sent as JSON. */
  async ask(verb: string, path: string, body?: unknown, headers: Headers = {}) {
    const typed: Headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = body === undefined ? null : JSON.stringify(body)
    const response = await this.fetch(path, { method: verb, headers: { ...typed, ...headers }, body: sent })
    const type = response.headers.get('content-type') ?? ''
    const said = /json/.test(type) ? JSON.parse(await response.text()) : null
    return { status: response.status, type, cookies: response.headers.getSetCookie(), body: said }
  }

  /** The person's credential with one character altered. */
  forged(): Headers {
    const altered = (text: string) => `${text.slice(0, -6)}${text.at(-6) === 'A' ? 'B' : 'A'}${text.slice(-5)}`
    return Object.fromEntries(Object.entries(this.credential).map(([name, value]) => [name, altered(value)]))
  }

  /** The session's secret id, which the credential signs but does not encrypt. */
  secret(): string {
    const { cookie = '', authorization = '' } = this.credential
    const payload = Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString()
    return /"session":"(\w{64})"/.exec(decodeURIComponent(cookie) + payload)?.[1] ?? ''
  }
}

const running = new Set<ChildProcess>()
afterAll(() => {
  for (const host of running) host.kill('SIGKILL')
})

async function startHost(args: readonly string[], env: Env = {}) {
  const { host, url } = await serveProgram([join('examples', 'hosts', 'start.ts'), ...args], env)
  running.add(host)
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

const inside = { tenant: 'tom-sawyer', method: 'access-request' } as const
const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
const submission = { name: 'SupportAccess', message: 'Caroline looks after your account.', associations }

/** A refusal as a problem, with a status and what its body says. */
const problem = (status: number, body = {}) => ({ status, type: expect.stringContaining(PROBLEM), body })

/** What a call of the client rejects with. */
const refused = (call: Promise<unknown>, code: string) => expect(call).rejects.toMatchObject({ code })

describe.each(['express', 'fastify', 'hono', 'nest'])('the host on %s', (name) => {
  let url = ''
  beforeAll(async () => {
    const host = await startHost([name], { NODE_ENV: 'production' })
    url = host.url
    return async () => void (await host.stop())
  })

  it('refuses everybody who is not logged in, or only says so', async () => {
    const stranger = new Person(url)
    const routes = ['me', 'outgoing', 'incoming', 'my-access', 'sessions'].map((route) => `/consentry/${route}`)
    for (const path of [...routes, FENCES]) expect(await stranger.ask('GET', path)).toMatchObject(problem(401))
    expect(await stranger.ask('POST', '/consentry/session', inside)).toMatchObject(problem(401))
    expect(await stranger.ask('DELETE', '/consentry/session')).toMatchObject(problem(401))
    expect((await stranger.ask('POST', '/login', { user: 'caroline', password: 'limewash' })).status).toBe(401)
    expect((await stranger.ask('POST', '/login', { user: '__proto__', password: 'whitewash' })).status).toBe(401)
    for (const cookie of ['login={"user":"tom","session":null}', 'login=j:{"user":"tom","session":null}'])
      for (const path of ['/consentry/me', FENCES]) expect((await stranger.ask('GET', path, undefined, { cookie })).status).toBe(401)
    const caroline = await signIn(url, 'caroline')
    expect((await caroline.ask('GET', '/consentry/me')).status).toBe(200)
    for (const path of ['/consentry/me', FENCES]) expect((await caroline.ask('GET', path, undefined, caroline.forged())).status).toBe(401)
  })

  it('serves the OpenAPI document without a login', async () => {
    const { status, body } = await new Person(url).ask('GET', '/consentry/openapi.json')
    expect([status, body.openapi, body.servers]).toEqual([200, expect.stringMatching(/^3\.1/), [{ url: '/consentry' }]])
  })

  it('logs nobody in by a form or a text, which a page of another site can send in the name of its reader', async () => {
    const credentials = { user: 'caroline', password: 'whitewash' }
    const json = JSON.stringify(credentials)
    const bodies: readonly (readonly [string, string | Blob])[] = [
      ['text/plain', json],
      ['text/plain;charset=UTF-8', json],
      ['application/x-www-form-urlencoded', new URLSearchParams(credentials).toString()],
      ['application/x-www-form-urlencoded', `${json}=`],
      ['application/jsonp', json],
      ['', new Blob([json])],
    ]
    for (const [type, body] of bodies) {
      const response = await fetch(`${url}/login`, { method: 'POST', headers: type ? { 'content-type': type } : {}, body })
      expect([type, response.headers.getSetCookie(), await response.text()]).toEqual([type, [], expect.not.stringContaining('token')])
      expect([401, 415]).toContain(response.status)
    }
    const { elizabeth } = await signInAll(url)
    expect(await elizabeth.ask('POST', '/consentry/requests', submission, { 'content-type': 'text/plain' })).toMatchObject(problem(415))
    const typed = { 'content-type': 'application/json; charset=utf-8' }
    const { status, cookies } = await new Person(url).ask('POST', '/login', credentials, typed)
    expect(status).toBeLessThan(300)
    if (name === 'nest') expect(cookies).toEqual([])
    else expect(cookies).toEqual([expect.stringMatching(/^(?=.*; HttpOnly)(?=.*; Secure)(?=.*; SameSite=Strict)/)])
  })

  // A token is sent by nobody but the page that has it, so nothing is asked about one.
  if (name !== 'nest')
    it('refuses what a page of another site sends with the cookie', async () => {
      const { elizabeth } = await signInAll(url)
      const before = await elizabeth.api.listRequests()
      for (const site of ['cross-site', 'same-site', 'none', '']) {
        const answer = await elizabeth.ask('POST', '/consentry/requests', submission, { 'sec-fetch-site': site })
        expect(answer).toMatchObject(problem(403, { code: 'cross-site' }))
      }
      expect(await elizabeth.api.listRequests()).toEqual(before)
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

  it('finds people and customers by name, page by page', async () => {
    const { elizabeth, tom } = await signInAll(url)
    const users = []
    for await (const user of elizabeth.api.searchUsers({ search: 'c', limit: 1 })) users.push(user)
    expect(users).toEqual([
      { id: 'caroline', name: 'Caroline Bingley' },
      { id: 'charlotte', name: 'Charlotte Lucas' },
    ])
    expect((await elizabeth.api.searchTenants({ search: 'FENCE' })).items).toEqual([
      { id: 'tom-sawyer', name: 'Tom Sawyer Fence Painting Co.' },
    ])
    await refused(tom.api.searchUsers({ search: 'c' }), 'not-permitted')
  })

  it('asks, answers, lets in, and shuts out at once when the answer is revoked', async () => {
    const { elizabeth, caroline, tom, pooh } = await signInAll(url)
    await refused(caroline.api.submit(submission), 'not-permitted')
    const wrong = await elizabeth.ask('POST', '/consentry/requests', { ...submission, name: 'Support Access', associations: [] })
    expect(wrong).toMatchObject(problem(400, { code: 'invalid-input' }))
    expect(wrong.body.issues).toHaveLength(2)
    expect((await elizabeth.api.submit(submission)).sent).toHaveLength(1)

    const pending = await tom.api.listIncoming({ status: 'pending', limit: 10 })
    expect(pending.items).toEqual([expect.objectContaining({ message: submission.message, requestingTenant: 'classics' })])
    expect(pending.names).toEqual({ users: [], tenants: [{ id: 'classics', name: 'Classics, Inc.' }] })
    expect(JSON.stringify(pending)).not.toMatch(/SupportAccess|caroline|Bingley/)
    const id = String(pending.items[0]?.id)
    expect((await caroline.api.listMyAccess()).items).toEqual([
      { requestingTenant: 'classics', tenant: 'tom-sawyer', tenantRequest: id, status: 'pending' },
    ])
    await refused(caroline.api.startSession(inside), 'access-denied')
    expect(await caroline.ask('GET', FENCES)).toMatchObject(problem(403, { reason: 'no-session' }))

    const grant = `/consentry/incoming/${id}/grant`
    // A body that was lost grants nothing.
    expect(await tom.ask('POST', grant)).toMatchObject(problem(415))
    expect(await tom.ask('POST', grant, undefined, { 'content-type': 'application/json' })).toMatchObject(problem(400))
    expect(await tom.ask('POST', grant, {})).toMatchObject(problem(400))
    await refused(pooh.api.grant(id, { expiresAt: null }), 'not-found')
    expect(await tom.api.grant(id, { expiresAt: null, message: 'Welcome.' })).toMatchObject({ status: 'granted', revision: 2 })
    await refused(tom.api.reject(id), 'not-pending')
    const sent = await elizabeth.api.listOutgoing({ status: 'granted' })
    expect(sent.items[0]).toMatchObject({ name: 'SupportAccess', users: ['caroline'], answer: { user: null, message: 'Welcome.' } })
    expect(sent.names?.users).toContainEqual({ id: 'caroline', name: 'Caroline Bingley' })

    const started = await caroline.api.startSession({ ...inside, reason: 'ticket 7' })
    expect(started).toMatchObject({ ...inside, endsAt: expect.any(Number) })
    const fences = { fences: ['thirty yards, to be whitewashed'], seenBy: 'caroline' }
    expect(await caroline.ask('GET', FENCES)).toMatchObject({ status: 200, body: fences })
    expect((await caroline.api.getMe()).impersonating).toEqual(inside)
    expect(await caroline.ask('GET', '/tenants/hundred-acre/fences')).toMatchObject(problem(403, { reason: 'not-found' }))
    expect(await caroline.ask('GET', FENCES, undefined, caroline.forged())).toMatchObject(problem(401))
    await refused(caroline.api.startSession(inside), 'impersonating')
    expect(await elizabeth.ask('GET', FENCES)).toMatchObject(problem(403, { reason: 'no-session' }))

    const [seen] = (await tom.api.listSessions({ status: 'live' })).items
    expect(seen).toMatchObject({ view: 'incoming', requestingTenant: 'classics', user: null, grantedBy: [id] })
    const live = { view: 'outgoing', user: 'caroline', reason: 'ticket 7', status: 'live' }
    expect((await elizabeth.api.listSessions()).items).toEqual([expect.objectContaining(live)])

    const secret = caroline.secret()
    expect(secret).toHaveLength(64)
    expect((await tom.api.revokeIncoming(id)).status).toBe('revoked')
    expect(await caroline.ask('GET', FENCES)).toMatchObject(problem(403, { reason: 'revoked' }))
    expect((await tom.api.listSessions({ status: 'live' })).items).toEqual([])
    // A dead session locks nobody out (SPEC 7.8).
    await refused(caroline.api.startSession(inside), 'access-denied')
    expect(await caroline.api.leaveSession()).toMatchObject({ cause: 'access-lost' })
    expect(caroline.secret()).toBe('')
    expect(await caroline.ask('GET', FENCES)).toMatchObject(problem(403, { reason: 'no-session' }))
    await refused(caroline.api.startSession(inside), 'access-denied')
    expect([elizabeth, caroline, tom].flatMap(({ heard }) => heard).filter((body) => body.includes(secret))).toEqual([])
  })
})

describe.concurrent('a host that is started again', () => {
  async function knowsWhatWasGranted(name: string, store: string): Promise<void> {
    const start = () => startHost([name, '--store', store], { SECRET: 'the same at every start of this host' })
    const before = await start()
    const { elizabeth, caroline, tom } = await signInAll(before.url)
    const { sent } = await elizabeth.api.submit(submission)
    const id = String(sent[0]?.id)
    expect((await tom.api.grant(id, { expiresAt: null })).status).toBe('granted')
    await caroline.api.startSession(inside)
    expect((await caroline.ask('GET', FENCES)).status).toBe(200)
    expect(await before.stop()).toBe(0)

    const after = await start()
    for (const person of [elizabeth, caroline, tom]) person.url = after.url
    expect(await caroline.ask('GET', FENCES)).toMatchObject({ status: 200, body: { seenBy: 'caroline' } })
    expect((await caroline.api.getMe()).impersonating).toEqual(inside)
    expect((await elizabeth.api.listOutgoing()).items).toEqual([expect.objectContaining({ id, status: 'granted' })])
    expect((await tom.api.revokeIncoming(id)).status).toBe('revoked')
    expect(await caroline.ask('GET', FENCES)).toMatchObject(problem(403, { reason: 'revoked' }))
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
