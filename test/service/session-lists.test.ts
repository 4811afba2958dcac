/** The list of sessions: each party's view, full pages, and the pinned instant (SPEC 6.5, 7.6). */
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { inside } from '../domain/session-cases.js'
import { CLASSICS, caroline, elizabeth, hundredAdmin, person, T0, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, grantAgain, grantedStage, HOUR, IN_TOM, pages, refusal, sessionStage, sha256 } from './session-scene.js'

/** A stage with sessions of both account managers in Tom Sawyer's tenant; one has ended. */
async function visitedStage(options = {}) {
  const on = await grantedStage(options)
  on.now = T0 + 1
  const first = await on.consentry.startImpersonation(caroline, { ...IN_TOM, reason: 'ticket 7' })
  on.now = T0 + 2
  const second = await on.start('charlotte')
  on.now = T0 + 3
  await on.consentry.endImpersonation(caroline, first.id)
  return Object.assign(on, { first: sha256(first.id), second: sha256(second.id) })
}

it('reading sessions needs a permission, shows the actor’s own tenant, and is allowed while impersonating', async () => {
  const { consentry } = await visitedStage()
  expect(await codeOf(consentry.sessions(caroline))).toBe('not-permitted')
  const strangers = [hundredAdmin, person('z', 'third', 'answer', 'submit')]
  for (const actor of [...strangers, person('becky', TOM, 'submit'), person('elizabeth', CLASSICS, 'answer')])
    expect(await consentry.sessions(actor)).toEqual({ items: [], next: null })
  expect((await consentry.sessions(inside(elizabeth, TOM, 'legacy-support'))).items).toHaveLength(2)
})

describe('the view', () => {
  for (const showUsersToTenant of [false, true])
    it(`of the requesting tenant shows everything, of the tenant ${showUsersToTenant ? 'no reason' : 'neither user nor reason'}`, async () => {
      const on = await visitedStage({ policy: { showUsersToTenant } })
      const shared = { requestingTenant: CLASSICS, method: 'access-request', grantedBy: [on.tom] }
      const newest = { ...shared, hash: on.second, startedAt: T0 + 2, endsAt: T0 + 2 + HOUR, status: 'live' }
      const over = { status: 'ended', endedAt: T0 + 3, cause: 'ended-by-user' }
      const oldest = { ...shared, hash: on.first, startedAt: T0 + 1, endsAt: T0 + 1 + HOUR, ...over }
      expect(await on.consentry.sessions(elizabeth)).toStrictEqual({
        items: [
          { ...newest, view: 'outgoing', tenant: TOM, user: 'charlotte', reason: '' },
          { ...oldest, view: 'outgoing', tenant: TOM, user: 'caroline', reason: 'ticket 7' },
        ],
        next: null,
      })
      const shown = (user: string) => ({ view: 'incoming', user: showUsersToTenant ? user : null })
      const items = [
        { ...newest, ...shown('charlotte') },
        { ...oldest, ...shown('caroline') },
      ]
      expect(await on.consentry.sessions(tomAdmin)).toStrictEqual({ items, next: null })
    })
})

describe('pages', () => {
  it('are full, even if few of hundreds of rows match', { timeout: 60_000 }, async () => {
    // One session per second. Every hundredth is Charlotte's and live; the others have ended unrecorded.
    const on = await grantedStage({ policy: { sessionCap: { days: 1 } } })
    const ofCharlotte: string[] = []
    for (let count = 0; count < 500; count++) {
      on.now = T0 + count * 1000
      const { id } = await on.start(count % 100 === 50 ? 'charlotte' : 'caroline')
      if (count % 100 === 50) ofCharlotte.unshift(sha256(id))
    }
    on.now += 1000
    await on.consentry.removeUser(elizabeth, 'caroline')
    for (const actor of [elizabeth, tomAdmin]) {
      const live = await pages((cursor) => on.consentry.sessions(actor, { status: 'live', limit: 2, cursor }))
      expect(live.sizes).toEqual([2, 2, 1])
      expect(live.items.map(({ hash }) => hash)).toEqual(ofCharlotte)
      const exact = await pages((cursor) => on.consentry.sessions(actor, { status: 'live', limit: 5, cursor }))
      expect(exact.sizes).toEqual([5])
    }
    const ended = await pages((cursor) => on.consentry.sessions(tomAdmin, { status: 'ended', limit: 200, cursor }))
    expect(ended.sizes).toEqual([200, 200, 95])
    const all = await pages((cursor) => on.consentry.sessions(elizabeth, { limit: 125, cursor }))
    expect(all.sizes).toEqual([125, 125, 125, 125])
    expect(all.items.map(({ startedAt }) => startedAt)).toEqual(Array.from({ length: 500 }, (_, index) => T0 + (499 - index) * 1000))
    expect((await on.consentry.sessions(elizabeth)).items).toHaveLength(50)
  })

  it('use the instant of the first page (SPEC 6.5)', async () => {
    for (const recorded of [false, true]) {
      const on = await grantedStage({}, T0 + 100)
      for (let count = 0; count < 5; count++) await on.start()
      on.now = T0 + 50
      const { items, next } = await on.consentry.sessions(elizabeth, { limit: 2, status: 'live' })
      on.now = T0 + 200
      if (recorded) await on.consentry.recordDue()
      const seen = [...items, ...(await on.consentry.sessions(elizabeth, { status: 'live', cursor: next ?? '' })).items]
      // What is recorded as over meanwhile is over at every instant (SPEC 4.2).
      const shown = recorded ? 2 : 5
      expect(seen.map(({ status }) => status)).toEqual(Array(shown).fill('live'))
      expect(new Set(seen.map(({ hash }) => hash)).size, 'all started at one instant').toBe(shown)
      expect((await on.consentry.sessions(elizabeth, { status: 'live' })).items).toEqual([])
    }
  })

  it('continue only from a cursor of this list', async () => {
    const on = await visitedStage()
    await grantAgain(on, null)
    const both = person('both', CLASSICS, 'submit', 'answer')
    const cursor = (await on.consentry.sessions(both, { limit: 1 })).next ?? ''
    expect((await on.consentry.sessions(both, { cursor })).items).toHaveLength(1)
    for (const list of [on.consentry.outgoing, on.consentry.history, on.consentry.myAccess])
      expect(await codeOf(list(both, { cursor }))).toBe('invalid-input')
    const forged = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '')
    const others = [(await on.consentry.outgoing(both, { limit: 1 })).next, (await on.consentry.history(both, { limit: 1 })).next]
    const after = { now: T0, startedAt: T0, hash: 'a'.repeat(64) }
    const bad = [
      ...others,
      cursor.slice(1),
      forged(['sessions', { ...after, hash: 'A'.repeat(64) }]),
      forged(['sessions', { ...after, now: 0.5 }]),
      forged(['sessions', { ...after, more: 1 }]),
      forged(['history', after]),
    ]
    for (const one of bad) expect(await codeOf(on.consentry.sessions(both, { cursor: one ?? '' }))).toBe('invalid-input')
    const stranger = person('z', 'third', 'answer')
    expect((await on.consentry.sessions(stranger, { cursor })).items, 'another tenant’s cursor shows nothing').toEqual([])
  })
})

it('a row outside the query throws `unavailable`: a row of another party, or of a side without permission', async () => {
  const memory = memoryRepository()
  await (await grantedStage({ repository: memory })).start()
  const sessions: typeof memory.sessions = ({ limit }) => memory.sessions({ tenant: TOM, limit })
  const { consentry } = await sessionStage({ repository: { ...memory, sessions } })
  const strangers = [hundredAdmin, person('z', 'third', 'submit', 'answer')]
  for (const actor of [...strangers, person('becky', TOM, 'submit'), person('e', CLASSICS, 'answer')])
    expect(await refusal(consentry.sessions(actor))).toMatchObject({ code: 'unavailable', port: 'repository' })
  expect((await consentry.sessions(tomAdmin)).items).toHaveLength(1)
})
