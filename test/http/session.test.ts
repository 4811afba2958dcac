/** The login and its session: by the host, or in the API's own cookie (SPEC 7.8, 11.4). */
import { expect, it } from 'vitest'
import { enters, grants, INSIDE } from './cases.js'
import { askedScene, PERSONS } from './scene.js'

const start = { method: 'POST', path: '/session', body: INSIDE } as const
const own = () => askedScene({ keepSession: undefined, person: (request) => PERSONS[request.headers.get('x-user') ?? ''] ?? null })
const sameOrigin = (cookie: string) => ({ cookie, 'sec-fetch-site': 'same-origin' })

it('the API keeps the id in a cookie of its own that no script can read, and clears it when the person leaves', async () => {
  const on = await own()
  await grants(on)
  const started = await on.as('caroline', start)
  const [cookie = ''] = [started.headers['set-cookie']].flat()
  expect(started.status).toBe(201)
  expect(cookie).toMatch(/^__Host-consentry=[0-9a-f]{64}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
  const id = cookie.slice(cookie.indexOf('=') + 1, cookie.indexOf(';'))
  expect(started.text).not.toContain(id)

  const headers = sameOrigin(`theme=dark; __Host-consentry=${id}; more=1`)
  const me = JSON.parse((await on.as('caroline', { path: '/me', headers })).text)
  expect([me.impersonating, me.session.tenant, me.ended]).toEqual([INSIDE, INSIDE.tenant, null])
  expect((await on.as('caroline', { ...start, headers })).status).toBe(403)
  expect((await on.as('caroline', { method: 'DELETE', path: '/session', headers: { cookie: headers.cookie } })).status).toBe(403)

  const left = await on.as('caroline', { method: 'DELETE', path: '/session', headers })
  expect([left.status, JSON.parse(left.text).cause]).toEqual([200, 'ended-by-user'])
  expect(left.headers['set-cookie']).toEqual(['__Host-consentry=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax'])
  const again = await on.as('caroline', { method: 'DELETE', path: '/session', headers })
  expect([again.status, JSON.parse(again.text).endedAt]).toEqual([200, JSON.parse(left.text).endedAt])
  expect((await on.as('caroline', { method: 'DELETE', path: '/session' })).status).toBe(404)
  expect(JSON.parse((await on.as('caroline', { path: '/me', headers })).text).ended.cause).toBe('ended-by-user')
  await on.close()
})

it("another user's cookie, a garbled one and two of them lock nobody out, and let nobody in", async () => {
  const on = await own()
  await grants(on)
  const [cookie = ''] = [(await on.as('caroline', start)).headers['set-cookie']].flat()
  const [pair = ''] = cookie.split(';')
  const cookies = [
    ['charlotte', pair],
    ['caroline', '__Host-consentry=garbled %'],
    ['caroline', `${pair}; ${pair}`],
  ] as const
  for (const [as, sent] of cookies) {
    const me = JSON.parse((await on.as(as, { path: '/me', headers: { cookie: sent } })).text)
    expect([sent, me.impersonating, me.ended]).toEqual([sent, null, { at: null, cause: 'not-found' }])
    expect((await on.as(as, { method: 'DELETE', path: '/session', headers: sameOrigin(sent) })).status).toBe(404)
  }
  await on.close()
})

it('nothing to answer is 204', async () => {
  const on = await askedScene()
  const { status, text, headers } = await on.as('caroline', { path: '/session' })
  expect([status, text, headers['cache-control'], headers['content-type']]).toEqual([204, '', 'no-store', undefined])
  await on.close()
})

it('a dead session locks nobody out, and `me` says why it is over', async () => {
  const on = await askedScene()
  await enters(on)
  await on.as('becky', { method: 'POST', path: `/incoming/${on.request}/revocation`, body: {} })
  const me = JSON.parse((await on.as('caroline', { path: '/me' })).text)
  expect(me).toMatchObject({ impersonating: null, session: null, ended: { cause: 'access-lost', at: expect.stringMatching(/Z$/) } })
  await on.close()
})

it('`keepSession` gets the person as the login said, and the headers of the response', async () => {
  const calls: unknown[] = []
  const on = await askedScene({
    keepSession: (request, session, headers, person) => {
      calls.push([request.method, session?.length, person])
      headers.set('x-kept', person.user)
    },
  })
  await grants(on)
  expect((await on.as('caroline', start)).headers['x-kept']).toBe('caroline')
  expect(calls).toEqual([['POST', 64, { ...PERSONS['caroline'], impersonating: null, session: null }]])
  await on.close()
})

it('a session whose id cannot be kept is ended at once', async () => {
  const on = await askedScene({ keepSession: () => Promise.reject(new Error('the login store is gone')) })
  await grants(on)
  const answer = await on.as('caroline', start)
  expect([answer.status, Object.keys(JSON.parse(answer.text)).sort()]).toEqual([500, ['code', 'status', 'title', 'type']])
  expect(on.errors.map((error) => `${error}`)).toEqual(['HostFailure: `keepSession` threw an error'])
  const { items } = JSON.parse((await on.as('caroline', { path: '/sessions' })).text)
  expect(items.map((one: { status: string }) => one.status)).toEqual(['ended'])
  await on.close()
})

it.each([
  ['a person with a misspelt key', { user: 'caroline', tenant: 'classics', permission: [] }],
  ['a person without a tenant', { user: 'caroline', permissions: [] }],
  ['a session that is no string', { user: 'caroline', tenant: 'classics', permissions: [], session: 123456789 }],
  ['text', 'caroline'],
  ['a list', []],
])('%s is a mistake of the host: 500, and the log says what to do', async (_, person) => {
  const on = await askedScene({ person: () => person as never })
  const answer = await on.as('caroline', { path: '/me' })
  expect([answer.status, JSON.parse(answer.text).code]).toEqual([500, 'internal'])
  expect(on.errors).toHaveLength(1)
  expect(`${on.errors[0]}`).toContain('`person` returned a')
  expect(`${on.errors[0]}`).not.toContain('123456789')
  await on.close()
})

it('a `session` without a `keepSession` is a mistake of the host', async () => {
  const on = await askedScene({
    keepSession: undefined,
    person: () => ({ user: 'caroline', tenant: 'classics', permissions: [], session: 'secret' }),
  })
  expect((await on.as('caroline', { path: '/me' })).status).toBe(500)
  expect(`${on.errors[0]}`).toContain('there is no `keepSession`')
  await on.close()
})

it.each([
  ['throws an error of Consentry that refuses', 'not-found', 500],
  ['cannot learn whether the person is inside', 'facts-unavailable', 503],
])('a `person` that %s does not answer by it', async (_, code, status) => {
  const on = await askedScene({
    person: async () => {
      const { ConsentryError } = await import('../../src/domain/error.js')
      throw new ConsentryError('of another question', { code } as never)
    },
  })
  expect((await on.as('caroline', { path: '/me' })).status).toBe(status)
  await on.close()
})
