/** What other parties have cannot be told from what does not exist (SPEC 6.4, 11.2), and a session's id is in no answer. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROUTES } from '../../src/http/routes.js'
import { ALL_CASES, type Asked, ask, CASES, enters, INSIDE, prepared } from './cases.js'
import { type AskedScene, askedScene, CANARY } from './scene.js'
import type { Answer } from './socket.js'

const withId = ROUTES.filter(({ path }) => path.includes('{id}'))
const MISSING = '0'.repeat(8)

/** What a caller can tell answers apart by, besides when they came. */
const seen = ({ status, headers, text }: Answer) => {
  const { date: _, ...others } = headers
  return { status, headers: others, text }
}

let on: AskedScene
beforeAll(async () => {
  on = await askedScene()
})
afterAll(() => on.close())

/** The request of a route's success, about another id, by another person. */
const askedAbout = (id: string, request: string, as?: string): Asked & { method: string } => {
  const asked = CASES[id]?.asked(on)
  if (asked === undefined) throw new Error(`no case of ${id}`)
  const { method } = ROUTES.find((route) => route.id === id) ?? { method: 'GET' }
  return { ...asked, as: as ?? asked.as, method, path: asked.path.replace(on.request, request) }
}

describe.each(withId.map(({ id, path }) => [id, path] as const))('%s', (id, path) => {
  it('answers a foreign id, a missing one, one of the other side and an unknown route alike', async () => {
    const before = await on.events()
    const both = path.startsWith('/outgoing') ? 'sid' : 'collins'
    const unknown = seen(await on.as(both, { path: '/nowhere' }))
    expect(unknown.status).toBe(404)
    for (const request of [on.foreign, MISSING, on.request, 'a%20b', '%', `${on.request}%00`]) {
      expect([request, seen(await ask(on, askedAbout(id, request, both)))]).toEqual([request, unknown])
      if (request !== on.request) expect([request, seen(await ask(on, askedAbout(id, request)))]).toEqual([request, unknown])
    }
    expect(await on.events()).toEqual(before)
  })
})

it('a foreign request is never read', async () => {
  on.readById.length = 0
  for (const { id } of withId) await ask(on, askedAbout(id, on.foreign))
  expect(on.readById).toEqual([])
})

const BODIES = [
  undefined,
  '',
  '{}',
  '{"message":7}',
  '{"expiresAt":null}',
  '{"expiresAt":"2026-02-01T00:00:00Z"}',
  '{"expiresAt":"yesterday"}',
  '{"x":1}',
  '[]',
]
const TAGS = [undefined, '"1"', '"2"', '"9"', '*', 'W/"1"']
const TYPES = [undefined, 'application/json', 'text/plain']

it('no request tells a foreign id from a missing one, whatever else is in it', async () => {
  const some = fc.record({
    route: fc.constantFrom(...withId),
    as: fc.constantFrom('elizabeth', 'becky', 'sid', 'collins', 'huck', 'wickham', 'nobody'),
    body: fc.constantFrom(...BODIES),
    tag: fc.constantFrom(...TAGS),
    type: fc.constantFrom(...TYPES),
    inside: fc.boolean(),
    cookie: fc.boolean(),
    query: fc.constantFrom('', '?x=1'),
  })
  const property = fc.asyncProperty(some, async ({ route, as, body, tag, type, inside, cookie, query }) => {
    const headers = {
      ...(tag !== undefined && { 'if-match': tag }),
      ...(type !== undefined && { 'content-type': type }),
      ...(inside && { 'x-inside': 'yes' }),
      ...(cookie && { cookie: 'a=b' }),
    }
    const about = (id: string) =>
      ask(on, {
        as,
        method: route.method,
        path: `${route.path.replace('{id}', id)}${query}`,
        headers,
        ...(route.method !== 'GET' && { body }),
      })
    const [foreign, missing] = [seen(await about(on.foreign)), seen(await about(MISSING))]
    expect(foreign).toEqual(missing)
    expect(JSON.stringify(foreign)).not.toContain(CANARY)
  })
  await fc.assert(property, { numRuns: 300 })
})

it('a foreign session, a missing one and the id of one are ended alike: not at all', async () => {
  const other = await askedScene()
  await enters(other)
  const secret = other.kept.get('caroline') ?? ''
  const end = async (hash: string) => seen(await other.as('rabbit', { method: 'POST', path: '/sessions/end', body: { hash } }))
  const missing = await end('a'.repeat(64))
  expect(missing.status).toBe(404)
  other.readById.length = 0
  expect([await end(other.hash), await end(secret)]).toEqual([missing, missing])
  expect(other.readById).toEqual([])
  expect((await other.as('caroline', { path: '/session' })).status).toBe(200)
  await other.close()
})

describe.each(ALL_CASES)("$id: $code tells no session's id", ({ id, code }) => {
  it('in no header and no body', async () => {
    const { on: own, asked } = await prepared(id, code)
    if (!own.failAll && own.kept.size === 0 && code !== 'too-many-sessions') await ownSession(own)
    const secrets = [...own.kept.values()].filter((secret) => secret !== 'f'.repeat(64))
    const { status, headers, text } = await ask(own, asked)
    for (const secret of [...secrets, ...own.kept.values()]) expect(JSON.stringify({ status, headers, text })).not.toContain(secret)
    const told = own.errors.map((error) => `${error} ${JSON.stringify(error)} ${(error as Error).stack}`).join()
    for (const secret of secrets) expect(told).not.toContain(secret)
    await own.close()
  })
})

/** Keeps a session of Charlotte's login, who asks nothing here. */
async function ownSession(own: AskedScene): Promise<void> {
  own.kept.set('charlotte', `${INSIDE.tenant}-secret-of-charlotte`)
}
