/** Contract tests of one user's sessions: their list, and the cap of the live ones (SPEC 7.1, 7.6). */
import { compareIds } from '../../domain/ids.js'
import type { Session } from '../../domain/session-state.js'
import type { SessionChange } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedSessions, rowsOf } from './fixtures/expected-sessions.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { grantAt, revokeAt } from './fixtures/transitions.js'

const LEFT = { at: 3_000, cause: 'ended-by-user' } as const
const NOW = 3_500

export const ownSessionTests: readonly ContractTest[] = [
  contractTest('the sessions of a user are all of theirs, whatever their tenants, and of no other user', async (fixture) => {
    await sessionsOfMovedUsers(fixture)
    for (const user of [CAROLINE, CHARLOTTE, 'becky', 'nobody', CLASSICS]) await expectOwnSessions(fixture, { user })
  }),

  contractTest('the sessions of a user and of one or two tenants are returned once each', async (fixture) => {
    await sessionsOfMovedUsers(fixture)
    for (const user of [CAROLINE, 'becky', 'nobody']) {
      for (const party of [CLASSICS, 'rival', HUNDRED]) {
        await expectOwnSessions(fixture, { user, requestingTenant: party })
        await expectOwnSessions(fixture, { user, tenant: party })
        await expectOwnSessions(fixture, { user, requestingTenant: party, tenant: TOM })
      }
    }
  }),

  contractTest('a start beyond the cap of live sessions of its user returns `too-many-live` and saves nothing', async (fixture) => {
    const request = await fixture.applyTransitions(await fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] }), grantAt(1_500))
    const byGrant = { grantedBy: [request.id] }
    const [first] = await fixture.startSessions(byGrant, byGrant, { ...byGrant, endsAt: NOW + 1 }, { tenant: HUNDRED })
    // None of these can be live at that instant: one has ended, one is over, and the legacy tool is closed in Tom Sawyer.
    const [left] = await fixture.startSessions(byGrant, { tenant: HUNDRED, endsAt: NOW }, { by: 'rival' })
    await fixture.endSessions([required(left, 'session')], LEFT)
    await fixture.startSessions({ ...byGrant, user: CHARLOTTE }, { tenant: HUNDRED, user: CHARLOTTE })

    const next = fixture.startChange({ tenant: HUNDRED, at: NOW })
    await expectBeyond(fixture, [next], { maxLive: 4, now: NOW })
    const other = fixture.startChange({ tenant: HUNDRED, user: CHARLOTTE, at: NOW })
    await expectBeyond(fixture, [other, next], { maxLive: 4, now: NOW })
    await expectBeyond(fixture, [other], { maxLive: 2, now: NOW })
    await expectSaved(fixture, [other], { maxLive: 3, now: NOW })
    await expectSaved(fixture, [next], { maxLive: 4, now: NOW + 1 })

    await expectBeyond(fixture, [fixture.startChange({ tenant: HUNDRED, at: NOW })], { maxLive: 4, now: NOW + 1 })
    await fixture.applyTransitions(request, revokeAt(NOW))
    const pair = [fixture.startChange({ tenant: HUNDRED, at: NOW }), fixture.startChange({ tenant: HUNDRED, at: NOW })]
    await expectBeyond(fixture, pair, { maxLive: 3, now: NOW + 1 })
    await expectSaved(fixture, pair, { maxLive: 4, now: NOW + 1 })
    // An end is never beyond the cap.
    await expectSaved(fixture, fixture.endChanges([required(first, 'session')], LEFT), { maxLive: 1, now: NOW })
  }),

  contractTest('an end that is saved with a start makes room for it below the cap of live sessions', async (fixture) => {
    const [first, second] = await fixture.startSessions({ tenant: HUNDRED }, { tenant: HUNDRED })
    const start = fixture.startChange({ tenant: HUNDRED, at: NOW })
    await expectBeyond(fixture, [start], { maxLive: 2, now: NOW })
    await expectSaved(fixture, [start, ...fixture.endChanges([required(first, 'session')], LEFT)], { maxLive: 2, now: NOW })
    const next = fixture.startChange({ tenant: HUNDRED, at: NOW })
    const late = fixture.endChanges([required(second, 'session')], { at: NOW + 1, cause: 'expired' })
    await expectBeyond(fixture, [next, ...late], { maxLive: 2, now: NOW })
  }),

  contractTest('of concurrent starts none goes beyond the cap of live sessions', async (fixture) => {
    await fixture.startSession({ tenant: HUNDRED })
    const all = Array.from({ length: 8 }, (_, n) => fixture.startChange({ tenant: n % 2 ? HUNDRED : 'green-gables', at: NOW + n }))
    const others = all.map((_, n) => fixture.startChange({ tenant: HUNDRED, user: CHARLOTTE, at: NOW + 100 + n }))
    const cap = { maxLive: 4, now: NOW }
    const save = (change: SessionChange) => fixture.repository.saveSessionChanges(structuredClone([change]), cap)
    const answers = await Promise.all([...all, ...others].map(save))
    for (const [n, answer] of answers.entries()) {
      if (answer === 'saved') fixture.recordSessionChanges([required([...all, ...others][n], 'change')])
    }
    const count = (some: readonly string[], answer: string) => some.filter((one) => one === answer).length
    assertEqual(count(answers.slice(0, 8), 'saved'), 3, 'the starts saved beside another')
    assertEqual(count(answers.slice(8), 'saved'), 4, 'the starts of another user saved')
    assertEqual(count(answers, 'too-many-live'), 9, 'the starts beyond')
    await expectSessionsStored(fixture)
  }),
]

type Cap = Parameters<Fixture['repository']['saveSessionChanges']>[1]

async function expectBeyond(fixture: Fixture, changes: readonly SessionChange[], cap: Cap): Promise<void> {
  assertEqual(await fixture.repository.saveSessionChanges(structuredClone(changes), cap), 'too-many-live', `with ${JSON.stringify(cap)}`)
  await expectSessionsStored(fixture)
}

async function expectSaved(fixture: Fixture, changes: readonly SessionChange[], cap: Cap): Promise<void> {
  assertEqual(await fixture.repository.saveSessionChanges(structuredClone(changes), cap), 'saved', `with ${JSON.stringify(cap)}`)
  fixture.recordSessionChanges(changes)
  await expectSessionsStored(fixture)
}

/** Asserts that exactly the recorded sessions and their events are stored. */
async function expectSessionsStored({ repository, sessions, events }: Fixture): Promise<void> {
  const all = await Promise.all(
    [CLASSICS, 'rival'].map((requestingTenant) => repository.sessions({ requestingTenant, now: NOW, limit: 1_000 })),
  )
  const byHash = (some: readonly Session[]) => some.toSorted((a, b) => compareIds(a.hash, b.hash))
  assertEqual(byHash(all.flat().map(({ session }) => session)), byHash(sessions), 'the sessions')
  const history = await repository.history({ tenant: HUNDRED, limit: 1_000 })
  const expected = events.filter(({ tenant }) => tenant === HUNDRED)
  assertEqual(history.map(({ event }) => event.id).sort(), expected.map(({ id }) => id).sort(), 'the events')
}

/** Saves sessions of users who started some for one requesting tenant, and some for another. */
async function sessionsOfMovedUsers(fixture: Fixture): Promise<void> {
  const sessions = await fixture.startSessions(
    { at: 2_000 },
    { at: 2_100, by: 'rival' },
    { at: 2_100, tenant: HUNDRED },
    { at: 2_200, user: CHARLOTTE },
    { at: 2_300, user: 'becky', by: TOM, tenant: HUNDRED },
    { at: 2_300, user: 'becky', by: HUNDRED, tenant: CLASSICS },
    { at: 2_400, endsAt: 2_500 },
  )
  await fixture.endSessions(sessions.slice(0, 1), LEFT)
}

async function expectOwnSessions(fixture: Fixture, query: Parameters<typeof expectedSessions>[1]): Promise<void> {
  const { liveAt: _, ...whose } = query
  for (const liveAt of [undefined, NOW]) {
    const rows = await fixture.repository.sessions({ ...whose, now: NOW, liveOnly: liveAt !== undefined, limit: 1_000 })
    const expected = rowsOf(fixture, expectedSessions(fixture, { ...whose, ...(liveAt !== undefined && { liveAt }) }), NOW)
    sameRows(rows, expected, `the sessions by ${JSON.stringify(whose)}, live at ${liveAt}`)
  }
}
