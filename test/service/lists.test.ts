/** The lists through the service: permissions, filters, and pages as of one instant (SPEC §6). */
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Actor } from '../../src/domain/actor.js'
import { requestIn } from '../../src/testing/contract/fixtures/reads.js'
import * as cast from '../story/cast.js'
import { codeOf, grantAgain, grantedStage, pages, refusal } from './session-scene.js'

const { CLASSICS, caroline, elizabeth, HUNDRED, person, sentStage, stage, T0, TOM, tomAdmin } = cast
const everyPermission = person('z', 'third', 'submit', 'answer')
const TO_TOM = [{ users: ['caroline'], tenants: [TOM] }]

/** A stage with 25 requests to Tom Sawyer, one per second; every fifth is granted until 100 s after T0. */
async function busyStage() {
  const on = stage()
  for (let index = 0; index < 25; index++) {
    on.now = T0 + index * 1000
    const { sent } = await on.consentry.submit(elizabeth, { id: `r${index}`, name: `Request${index}`, associations: TO_TOM })
    if (index % 5 === 0) await on.consentry.grant(tomAdmin, sent[0]?.id ?? '', { expiresAt: T0 + 100_000 })
  }
  return on
}

it('reading a list needs the permission, shows the actor’s own tenant, and is allowed while impersonating', async () => {
  const { consentry } = await sentStage()
  const { incoming, outgoing, history } = consentry
  for (const list of [incoming(elizabeth), outgoing(tomAdmin), history(caroline)]) expect(await codeOf(list)).toBe('not-permitted')
  for (const list of [incoming, outgoing, history]) expect((await list(everyPermission)).items).toEqual([])
  const inside: Actor = { ...elizabeth, impersonating: { tenant: TOM, method: 'legacy-support' } }
  expect((await consentry.outgoing(inside)).items.length).toBe(2)
})

it('incoming uses the instant of the first page for all pages', async () => {
  const on = await busyStage()
  const first = await on.consentry.incoming(tomAdmin, { status: 'granted', limit: 3 })
  on.now = T0 + 200_000
  const second = await on.consentry.incoming(tomAdmin, { status: 'granted', limit: 3, cursor: first.next ?? '' })
  expect(second.items.map(({ status }) => status)).toEqual(['granted', 'granted'])
  expect((await on.consentry.incoming(tomAdmin, { status: 'granted' })).items).toEqual([])
  expect((await on.consentry.incoming(tomAdmin, { status: 'expired' })).items.length).toBe(5)
})

it('outgoing can be filtered by access request', async () => {
  const on = await busyStage()
  const { items } = await on.consentry.outgoing(elizabeth, { accessRequest: 'r7' })
  expect(items.map(({ name }) => name)).toEqual(['Request7'])
  expect((await on.consentry.outgoing(elizabeth, { accessRequest: 'none' })).items).toEqual([])
  const all = await pages((cursor) => on.consentry.outgoing(elizabeth, { limit: 7, cursor }))
  expect(all.items.map(({ name }) => name)).toEqual(Array.from({ length: 25 }, (_, index) => `Request${24 - index}`))
  expect(all.sizes).toEqual([7, 7, 7, 4])
})

describe('history', () => {
  it('shows each party its events, page by page', async () => {
    const on = await sentStage()
    on.now += 5
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
    on.now += 5
    await on.consentry.removeUser(elizabeth, 'caroline')
    // A cursor holds what its reader was shown and nothing else (SPEC 4.10).
    const { items, next } = await on.consentry.history(tomAdmin, { limit: 1 })
    expect(JSON.parse(atob(next ?? ''))[1]).toEqual({ at: items[0]?.at, id: items[0]?.id })
    const types = async (actor: Actor) =>
      (await pages((cursor) => on.consentry.history(actor, { limit: 1, cursor }))).items.map(({ type }) => type)
    expect(await types(tomAdmin)).toEqual(['tenant-request.granted', 'tenant-request.received'])
    expect((await types(elizabeth)).sort()).toEqual([
      'access-request.submitted',
      'tenant-request.granted',
      'tenant-request.received',
      'tenant-request.received',
      'tenant-request.user-removed',
    ])
  })

  it('and sessions of a tenant that is both requester and asked show each side for its permission', async () => {
    const { consentry } = stage({ directory: { members: (_, users) => users, askable: (_, tenants) => tenants }, legacy: () => true })
    for (const [user, home, other] of [['a', 'north', 'south'] as const, ['b', 'south', 'north'] as const]) {
      await consentry.submit(person(user, home, 'submit'), { name: 'N', associations: [{ users: [user], tenants: [other] }] })
      await consentry.startImpersonation(person(user, home), { tenant: other, method: 'legacy-support' })
    }
    const views = async (...permissions: Actor['permissions']) => {
      const [actor, query] = [person('a', 'north', ...permissions), { limit: 10 }]
      const events = (await consentry.history(actor, query)).items.map(({ view, type }) => `${view} ${type}`)
      return [...events, ...(await consentry.sessions(actor, query)).items.map(({ view, user }) => `${view} ${user}`)].sort()
    }
    const incoming = ['impersonation.started', 'null', 'tenant-request.received'].map((what) => `incoming ${what}`)
    const outgoing = ['a', 'access-request.submitted', 'impersonation.started', 'tenant-request.received'].map((what) => `outgoing ${what}`)
    expect(await views('submit')).toEqual(outgoing)
    // Everybody sees their own sessions (SPEC 7.6).
    expect(await views('answer')).toEqual([...incoming, 'outgoing a'])
    expect(await views('answer', 'submit')).toEqual([...incoming, ...outgoing])
  })
})

describe('malformed queries are refused with all issues', () => {
  it('and a cursor of any other list, or a cut or forged one, is refused', async () => {
    const on = await grantedStage()
    await grantAgain(on, null)
    for (const user of ['caroline', 'charlotte']) await on.start(user)
    const { incoming, outgoing, myAccess, history, sessions } = on.consentry
    const lists = { incoming, outgoing, myAccess, history, sessions }
    const both = person('charlotte', CLASSICS, 'submit', 'answer')
    const readerOf = (name: string) => (name === 'incoming' ? tomAdmin : both)
    const issue = { path: ['cursor'], code: 'invalid', message: expect.stringContaining('is not a cursor of this list') }
    const cursors: string[] = []
    for (const [own, first] of Object.entries(lists)) {
      const cursor = (await first(readerOf(own), { limit: 1 })).next ?? ''
      cursors.push(cursor)
      for (const [name, list] of Object.entries(lists))
        if (name === own) expect((await list(readerOf(own), { cursor })).items).not.toEqual([])
        else expect((await refusal(list(readerOf(name), { cursor }))).issues).toEqual([issue])
    }
    const [ofIncoming = '', , , , ofSessions = ''] = cursors
    const forged = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '')
    const [list] = JSON.parse(atob(ofIncoming))
    const values = [[list, null], [list, { now: 1, sentAt: 'x', id: 'y' }], [list], ['incoming', {}], null, {}].map(forged)
    const bad = ['', 'x', '%%%', ofIncoming.slice(1), ofIncoming.repeat(60), 7, ...values]
    for (const one of bad) expect(await codeOf(incoming(tomAdmin, { cursor: one as string }))).toBe('invalid-input')
    const [ofList, key] = JSON.parse(atob(ofSessions))
    const changed = [{ hash: 'A'.repeat(64) }, { now: 0.5 }, { more: 1 }].map((change) => forged([ofList, { ...key, ...change }]))
    for (const one of [ofSessions.slice(1), forged(['history', key]), ...changed])
      expect(await codeOf(sessions(both, { cursor: one }))).toBe('invalid-input')
    expect((await sessions(everyPermission, { cursor: ofSessions })).items, 'another tenant’s cursor shows nothing').toEqual([])
  })

  it('and a cursor that was made with other filters is refused (SPEC 6.5)', async () => {
    const on = await busyStage()
    const { incoming, history } = on.consentry
    const cursor = (await incoming(tomAdmin, { status: 'granted', limit: 1 })).next ?? ''
    expect((await incoming(tomAdmin, { status: 'granted', limit: 7, cursor })).items).not.toEqual([])
    const issue = { path: ['cursor'], code: 'invalid', message: expect.stringContaining('was made with other filters') }
    for (const status of [undefined, 'pending'] as const)
      expect((await refusal(incoming(tomAdmin, { status, cursor }))).issues).toEqual([issue])
    const [list, key] = JSON.parse(atob((await history(tomAdmin, { limit: 1 })).next ?? ''))
    const withRevision = btoa(JSON.stringify([list, { ...key, revision: 1 }]))
    expect(await codeOf(history(tomAdmin, { cursor: withRevision }))).toBe('invalid-input')
  })

  it.each([
    ['incoming', 'all', '`pending`, `granted`, `rejected`, `withdrawn`, `revoked`, `expired`, `lapsed`'],
    ['sessions', 'all', '`live`, `ended`, or a list of them'],
  ] as const)('and each part of a query of %s has its own message', async (list, status, wanted) => {
    const query = { status, limit: 201, cursor: 'x', place: TOM } as never
    const error = await refusal(stage().consentry[list](tomAdmin, query))
    expect(error.code).toBe('invalid-input')
    expect(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      'limit: `201` must be at most 200',
      `status: \`${status}\` must be one of ${wanted}${list === 'incoming' ? ', or a list of them' : ''}; leave \`status\` out to list all`,
      'cursor: `x` is not a cursor of this list',
      'place: `place` is not expected here',
    ])
  })

  it('and limits and queries of another type are refused', async () => {
    const { consentry } = stage()
    for (const limit of [0, 1.5, '5', null]) expect(await codeOf(consentry.history(elizabeth, { limit } as never))).toBe('invalid-input')
    for (const query of [null, 7, 'all']) expect(await codeOf(consentry.myAccess(caroline, query as never))).toBe('invalid-input')
  })
})

it('a repository that returns rows outside the query is `unavailable`: they are not shown', async () => {
  const repository = memoryRepository()
  const on = await sentStage({ repository })
  const row = await requestIn(repository, on.hundred)
  const events = await repository.history({ requestingTenant: CLASSICS, limit: 9 })
  if (!row) throw new Error('no row')
  const careless = {
    incoming: async () => [row],
    outgoing: async () => [{ request: { ...row, requestingTenant: 'third' }, name: 'Secret' }],
    myAccess: async () => [
      { tenant: HUNDRED, sentAt: T0, request: { ...row, requestingTenant: 'third' }, message: 'Secret', renewalPending: false },
    ],
    history: async () => events,
  }
  const { incoming, outgoing, myAccess, history } = stage({ repository: { ...repository, ...careless } }).consentry
  for (const list of [incoming(tomAdmin), outgoing(elizabeth), myAccess(caroline), history(tomAdmin)]) {
    const error = await refusal(list)
    expect(error).toMatchObject({ code: 'unavailable', port: 'repository', message: 'the repository failed' })
    expect(JSON.stringify(error)).not.toContain(on.hundred)
  }
})
