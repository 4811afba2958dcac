/** The list of sessions: each party's view, full pages, and the pinned instant (SPEC 6.5, 7.6). */
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { inside } from '../domain/session-cases.js'
import { CLASSICS, caroline, elizabeth, hundredAdmin, person, T0, TOM, tomAdmin } from '../story/cast.js'
import { grantedStage, HOUR, IN_TOM, pages, refusal, sessionStage, sha256 } from './session-scene.js'

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

it('everybody sees their own sessions, a permission shows those of the actor’s tenant, and reading is allowed while impersonating', async () => {
  const { consentry, first, second } = await visitedStage()
  const own = await consentry.sessions(caroline)
  expect(own.items).toMatchObject([
    { view: 'outgoing', hash: first, user: 'caroline', tenant: TOM, reason: 'ticket 7', endedBy: 'caroline' },
  ])
  const charlotte = person('charlotte', CLASSICS, 'submit')
  expect((await consentry.sessions(charlotte)).items.map(({ hash }) => hash)).toEqual([second, first])
  expect((await consentry.sessions({ ...charlotte, permissions: [] }, { status: 'live' })).items.map(({ hash }) => hash)).toEqual([second])
  expect((await consentry.sessions(inside(caroline, TOM, 'access-request'))).items).toHaveLength(1)
  const strangers = [hundredAdmin, person('z', 'third', 'answer', 'submit')]
  for (const actor of [...strangers, person('becky', TOM, 'submit'), person('elizabeth', CLASSICS, 'answer')])
    expect(await consentry.sessions(actor)).toEqual({ items: [], next: null })
  expect((await consentry.sessions(inside(elizabeth, TOM, 'legacy-support'))).items).toHaveLength(2)
})

for (const showUsersToTenant of [false, true])
  it(`the requesting tenant sees everything, the tenant ${showUsersToTenant ? 'no reason' : 'neither user nor reason'}`, async () => {
    const on = await visitedStage({ policy: { showUsersToTenant } })
    const shared = { requestingTenant: CLASSICS, method: 'access-request', grantedBy: [on.tom] }
    const from = (startedAt: number) => ({ ...shared, startedAt, endsAt: startedAt + HOUR })
    const over = { status: 'ended', endedAt: T0 + 3, cause: 'ended-by-user' }
    const rows = [
      { ...from(T0 + 2), hash: on.second, status: 'live', user: 'charlotte', reason: '' },
      { ...from(T0 + 1), hash: on.first, ...over, user: 'caroline', endedBy: 'caroline', reason: 'ticket 7' },
    ]
    const outgoing = rows.map((row) => ({ ...row, view: 'outgoing', tenant: TOM }))
    const incoming = rows.map(({ reason: _, user, ...row }) => ({
      ...row,
      view: 'incoming',
      user: showUsersToTenant ? user : null,
      ...('endedBy' in row && { endedBy: showUsersToTenant ? user : null }),
    }))
    expect(await on.consentry.sessions(elizabeth)).toStrictEqual({ items: outgoing, next: null })
    expect(await on.consentry.sessions(tomAdmin)).toStrictEqual({ items: incoming, next: null })
  })

describe('pages', () => {
  it('are full, even if few of hundreds of rows match', { timeout: 60_000 }, async () => {
    // One session per second. Every hundredth is Charlotte's and live; the others have ended unrecorded.
    const on = await grantedStage({ policy: { sessionCap: { days: 1 }, maxLiveSessions: 1_000 } })
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
})

it('a row outside the query throws `unavailable`: a row of another party, or of a side without permission', async () => {
  const memory = memoryRepository()
  await (await grantedStage({ repository: memory })).start()
  const sessions: typeof memory.sessions = ({ now, limit }) => memory.sessions({ tenant: TOM, now, limit })
  const { consentry } = await sessionStage({ repository: { ...memory, sessions } })
  const strangers = [hundredAdmin, person('z', 'third', 'submit', 'answer')]
  for (const actor of [...strangers, person('becky', TOM, 'submit'), person('e', CLASSICS, 'answer')])
    expect(await refusal(consentry.sessions(actor))).toMatchObject({ code: 'unavailable', port: 'repository' })
  expect((await consentry.sessions(tomAdmin)).items).toHaveLength(1)
})
