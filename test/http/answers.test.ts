/** What a route answers is what the service answers: every field, with instants in RFC 3339, and names. */
import { expect, it } from 'vitest'
import type { Actor } from '../../src/domain/actor.js'
import { TENANT_FIELDS, USER_FIELDS } from '../../src/http/names.js'
import { openApiDocument } from '../../src/http/routes.js'
import { CLASSICS, HUNDRED, person, TOM } from '../story/cast.js'
import { grants, INSIDE } from './cases.js'
import { type AskedScene, askedScene } from './scene.js'

const elizabeth = person('elizabeth', CLASSICS, 'submit')
const caroline = person('caroline', CLASSICS)
const becky = person('becky', TOM, 'answer')
const sid = person('sid', TOM, 'submit', 'answer')
const INSTANTS = new Set([
  'from',
  'to',
  'governedSince',
  'at',
  'sentAt',
  'answerBy',
  'expiresAt',
  'grantedAt',
  'startedAt',
  'endsAt',
  'endedAt',
  'changesAt',
  'latestExpiry',
])

/** What the service answered, with its instants as texts. */
const onTheWire = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, one) => (INSTANTS.has(key) && typeof one === 'number' ? new Date(one).toISOString() : one)))

/** Requests in every state, sessions live and ended by each party, and people who were taken off. */
async function eventfulScene(): Promise<AskedScene> {
  const on = await askedScene({}, { policy: { answerWithin: { days: 10 }, maxLiveSessions: 5 } })
  const { consentry } = on
  const submitTo = async (tenant: string, users: readonly string[] = ['caroline', 'charlotte']) =>
    (await consentry.submit(elizabeth, { name: 'Name', message: 'Hello.', associations: [{ users, tenants: [tenant] }] })).sent[0]?.id ?? ''
  await grants(on)
  for (const _ of [1, 2, 3]) await consentry.startImpersonation(caroline, { ...INSIDE, reason: 'ticket' })
  const [a, b] = (await consentry.sessions(caroline)).items
  await consentry.endSession(caroline, a?.hash ?? '')
  await consentry.endSession(becky, b?.hash ?? '')
  const expiring = await submitTo(TOM)
  await consentry.grant(becky, expiring, { expiresAt: on.now + 60_000, message: 'Briefly.' })
  await consentry.setExpiry(becky, expiring, { expiresAt: on.now + 30_000 })
  await consentry.reject(becky, await submitTo(TOM), { message: 'No.' })
  await consentry.withdraw(elizabeth, await submitTo(TOM))
  const revoked = await submitTo(TOM)
  await consentry.grant(becky, revoked, { expiresAt: null })
  await consentry.revoke(elizabeth, revoked, { message: 'Done.' })
  await submitTo(HUNDRED, ['charlotte'])
  await submitTo(TOM)
  on.now += 86_400_000
  await submitTo(TOM)
  await consentry.removeUser(elizabeth, 'charlotte')
  await consentry.startImpersonation(caroline, INSIDE)
  on.now += 9 * 86_400_000
  await consentry.recordDue()
  await submitTo(TOM)
  return on
}

const without = (text: string) => {
  const { names, ...body } = JSON.parse(text)
  return { names, body }
}

const EVER = { from: '2020-01-01T00:00:00.000Z', to: '2040-01-01T00:00:00.000Z' }
const WINDOW = new URLSearchParams(EVER)

it('the lists, the rows, the history and the counts have every field of the service', async () => {
  const on = await eventfulScene()
  const { consentry } = on
  const lists: readonly (readonly [Actor, string, (actor: Actor) => Promise<object>])[] = [
    [elizabeth, '/outgoing?limit=200', (actor) => consentry.outgoing(actor, { limit: 200 })],
    [becky, '/incoming?limit=200', (actor) => consentry.incoming(actor, { limit: 200 })],
    [sid, '/incoming?limit=3', (actor) => consentry.incoming(actor, { limit: 3 })],
    [elizabeth, '/requests?limit=200', (actor) => consentry.requests(actor, { limit: 200 })],
    [elizabeth, '/requests/one?id=order-1', (actor) => consentry.accessRequest(actor, 'order-1')],
    [caroline, '/my-access', (actor) => consentry.myAccess(actor)],
    [elizabeth, '/sessions', (actor) => consentry.sessions(actor)],
    [becky, '/sessions', (actor) => consentry.sessions(actor)],
    [caroline, '/sessions', (actor) => consentry.sessions(actor)],
    [elizabeth, '/history?limit=200', (actor) => consentry.history(actor, { limit: 200 })],
    [becky, '/history?limit=200', (actor) => consentry.history(actor, { limit: 200 })],
    [elizabeth, `/access?${WINDOW}`, (actor) => consentry.access(actor, EVER)],
    [becky, `/access?${WINDOW}`, (actor) => consentry.access(actor, EVER)],
    [elizabeth, `/outgoing/${on.request}`, (actor) => consentry.outgoingRequest(actor, on.request)],
    [becky, `/incoming/${on.request}`, (actor) => consentry.incomingRequest(actor, on.request)],
    [elizabeth, `/outgoing/${on.request}/renewal`, (actor) => consentry.renewalDraft(actor, on.request)],
  ]
  for (const [actor, path, ask] of lists) {
    const { body } = without((await on.as(actor.user, { path })).text)
    expect([path, body]).toEqual([path, onTheWire(await ask(actor))])
  }
  for (const [actor, list] of [
    [becky, 'incoming'],
    [elizabeth, 'outgoing'],
    [elizabeth, 'requests'],
    [caroline, 'myAccess'],
    [caroline, 'sessions'],
  ] as const) {
    const { counts } = JSON.parse((await on.as(actor.user, { path: `/counts?list=${list}` })).text)
    expect(counts).toEqual(await consentry.counts(actor, list))
  }
  const seenTypes = new Set((await consentry.history(elizabeth, { limit: 200 })).items.map(({ type }) => type))
  expect(seenTypes.size).toBeGreaterThan(9)
  await on.close()
})

it('pages follow their links to the end, and name each row once', async () => {
  const on = await eventfulScene()
  const found: string[] = []
  let path: string | undefined = '/outgoing?limit=3&status=rejected&status=pending&status=revoked'
  while (path !== undefined) {
    const { text, headers }: { text: string; headers: Readonly<Record<string, unknown>> } = await on.as('elizabeth', { path })
    const { items, next } = JSON.parse(text)
    found.push(...items.map(({ id }: { id: string }) => id))
    const link = /^<(\?.*)>; rel="next"$/.exec(String(headers['link'] ?? ''))?.[1]
    expect(link === undefined).toBe(next === null)
    path = link && `/outgoing${link}`
  }
  const all = await on.consentry.outgoing(elizabeth, { limit: 200, status: ['rejected', 'pending', 'revoked'] })
  expect(found).toEqual(all.items.map(({ id }) => id))
  expect(found.length).toBeGreaterThan(3)
  await on.close()
})

it('names are those of the ids in the answer, each asked for once, with an id and a name and nothing else', async () => {
  const asked: (readonly string[])[] = []
  const named = (ids: readonly string[]) => {
    asked.push(ids)
    return [...ids, 'charles'].map((id) => ({ id, name: `The ${id}`, email: 'secret' })).toReversed()
  }
  const none = () => ({ items: [], next: null })
  const on = await askedScene({ people: { users: named, tenants: named, findUsers: none, findTenants: none, recipients: () => [] } })
  const { names } = JSON.parse((await on.as('elizabeth', { path: '/outgoing' })).text)
  expect(names).toEqual({ users: [{ id: 'caroline', name: 'The caroline' }], tenants: [{ id: TOM, name: `The ${TOM}` }] })
  expect(asked).toEqual([['caroline'], [TOM]])
  await on.close()
})

it('names that cannot be learned are left out, and the log is told', async () => {
  const none = () => ({ items: [], next: null })
  const on = await askedScene({
    people: {
      users: () => Promise.reject(new Error('gone')),
      tenants: () => ['tom-sawyer'] as never,
      findUsers: none,
      findTenants: none,
      recipients: () => [],
    },
  })
  const { status, text } = await on.as('elizabeth', { path: '/outgoing' })
  expect([status, JSON.parse(text).names, on.errors.length]).toEqual([200, { users: [], tenants: [] }, 2])
  await on.close()
})

it('without people there are no names', async () => {
  const on = await askedScene({ people: undefined })
  expect('names' in JSON.parse((await on.as('elizabeth', { path: '/outgoing' })).text)).toBe(false)
  await on.close()
})

it('every field of an answer that holds the id of a user or a tenant is one that is named', () => {
  const { schemas } = openApiDocument().components
  const found = { UserId: new Set<string>(), TenantId: new Set<string>() }
  const look = (value: unknown, field: string): void => {
    if (Array.isArray(value)) for (const one of value) look(one, field)
    if (typeof value !== 'object' || value === null) return
    for (const [key, one] of Object.entries(value)) {
      const id = key === '$ref' ? (['UserId', 'TenantId'] as const).find((name) => String(one).endsWith(`/${name}`)) : undefined
      if (id !== undefined) found[id].add(field)
      if (key === 'properties') for (const [name, schema] of Object.entries(one)) look(schema, name)
      else look(one, field)
    }
  }
  for (const [name, schema] of Object.entries(schemas)) if (!/Input$|^Names$/.test(name)) look(schema, name)
  expect([...found.UserId].filter((field) => !USER_FIELDS.has(field))).toEqual([])
  expect([...found.TenantId].filter((field) => !TENANT_FIELDS.has(field))).toEqual([])
  expect(found.UserId.size).toBeGreaterThan(4)
})

it('many answers have a status each; one of another party does not exist', async () => {
  const on = await askedScene()
  const answers = [
    { id: on.request, answer: 'grant', expiresAt: null },
    { id: on.request, answer: 'reject' },
    { id: on.foreign, answer: 'reject' },
    { id: 'nowhere', answer: 'reject' },
  ]
  const { text, status } = await on.as('becky', { method: 'POST', path: '/incoming/answers', body: { answers } })
  const { outcomes } = JSON.parse(text)
  expect([status, outcomes.map((one: { status: number }) => one.status)]).toEqual([200, [200, 409, 404, 404]])
  expect(outcomes[0].request.status).toBe('granted')
  expect(outcomes[1].problem).toMatchObject({ code: 'not-pending', requestStatus: 'granted' })
  expect(outcomes[2].problem).toEqual(outcomes[3].problem)
  const malformed = await on.as('becky', {
    method: 'POST',
    path: '/incoming/answers',
    body: { answers: [...answers, { id: 'x', answer: 'grant', expiresAt: 7 }] },
  })
  expect(JSON.parse(malformed.text).issues[0].pointer).toBe('/answers/4/expiresAt')
  const many = await on.as('becky', { method: 'POST', path: '/incoming/answers', body: { answers: Array(101).fill({}) } })
  expect(JSON.parse(many.text).issues).toMatchObject([{ pointer: '/answers' }])
  await on.close()
})

it('a malformed question is denied within the answer', async () => {
  const on = await askedScene()
  await grants(on)
  const question = { user: 'caroline', ...INSIDE, from: CLASSICS }
  const { from: _, ...wide } = question
  const questions = [
    question,
    wide,
    { ...question, at: 0 },
    { ...question, at: '2020-01-01T00:00:00Z' },
    { ...question, from: null },
    null,
    { ...question, more: 1 },
  ]
  const { text } = await on.as('becky', { method: 'POST', path: '/decisions', body: { questions } })
  const reasons = JSON.parse(text).decisions.map(({ reason }: { reason: string }) => reason)
  const wrong = 'invalid-question'
  expect(reasons).toEqual(['granted', wrong, wrong, 'pending', 'granted', wrong, wrong])
  await on.close()
})
