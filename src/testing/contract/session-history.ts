/** The laws of sessions' events: told to both parties in the one order of a history, and enough to make the session again (SPEC 7.6, 8.1). */
import type { ImpersonationEnded, ImpersonationStarted, SessionEvent } from '../../domain/event.js'
import type { TenantId } from '../../domain/ids.js'
import { applySessionEnd, sessionFromStart } from '../../domain/session-state.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectSamePages, historyOfClassics, historyOfTom, readPages } from './fixtures/lists.js'
import { endingsOf } from './fixtures/sessions.js'
import { grantAt, removeUserAt } from './fixtures/transitions.js'

export const sessionHistoryTests: readonly ContractTest[] = [
  contractTest(
    'the starts and ends of sessions are told to both their parties exactly as they were saved, and to no third',
    async (scene) => {
      await everyEnding(scene)
      await scene.startSession({ user: 'xavier', by: 'rival', reason: 'theirs' })
      await scene.startSession({ user: 'becky', by: TOM, tenant: HUNDRED, reason: 'Toms' })
      for (const tenant of [CLASSICS, 'rival', TOM, HUNDRED, 'green-gables']) {
        await historyAgrees(scene, { tenant })
        await historyAgrees(scene, { requestingTenant: tenant })
        await historyAgrees(scene, { requestingTenant: tenant, tenant })
        await historyAgrees(scene, { requestingTenant: CLASSICS, tenant })
      }
    },
  ),

  contractTest('events of sessions and of requests come in one order, whatever they are about', async (scene) => {
    await mixed(scene)
    for (const list of [historyOfClassics, historyOfTom]) {
      assertEqual(await list.read(scene, { now: 0, after: undefined, limit: 1_000 }), list.expected(scene), list.name)
    }
  }),

  contractTest('going on from any event of a session or a request, a history neither repeats nor skips one', async (scene) => {
    await mixed(scene)
    for (const list of [historyOfClassics, historyOfTom]) {
      for (const limit of [1, 3]) await expectSamePages(list, scene, list.expected(scene), { now: 0, limit })
    }
  }),

  contractTest('sessions that start and end between the pages of a history make it neither repeat nor skip an event', async (scene) => {
    await mixed(scene)
    for (const list of [historyOfClassics, historyOfTom]) {
      const before = list.expected(scene)
      let added = 0
      const events = await readPages(list, scene, { now: 0, limit: 4 }, async ({ at }) => {
        added += 1
        if (added > 8) return
        const session = await scene.startSession({ at: 20_000 })
        await scene.endSessions([session], { at: 20_000 + added, cause: 'ended-by-user' })
        await scene.startSession({ at })
      })
      assertEqual(new Set(events.map(({ id }) => id)).size, events.length, 'events that came twice')
      const ids = new Set(before.map(({ id }) => id))
      assertEqual(
        events.filter(({ id }) => ids.has(id)),
        before,
        'the events that were there before',
      )
    }
  }),

  contractTest('a session is the fold of its events, at every step', async (scene) => {
    const sessions = await scene.startSessions({}, { tenant: HUNDRED, user: CHARLOTTE }, { reason: 'Ticket 1' })
    await expectSessionsFold(scene)
    for (const [n, session] of sessions.entries()) {
      await scene.endSessions([session], required(endingsOf(session)[n], 'ending'))
      await expectSessionsFold(scene)
    }
  }),
]

async function historyAgrees(scene: Fixture, party: { requestingTenant?: TenantId; tenant?: TenantId }): Promise<void> {
  const history = await scene.repository.history({ ...party, limit: 1_000 })
  assertEqual(history, expectedHistory(scene, party), `the history of ${JSON.stringify(party)}`)
}

/** Sessions of Classics' over in every way, and open, by a grant and by the legacy tool. */
async function everyEnding(scene: Fixture): Promise<void> {
  const request = await scene.applyTransitions(await scene.submitOne(TOM), grantAt(1_500))
  const byGrant = { grantedBy: [request.id], reason: 'Ticket 1' }
  for (const visit of [byGrant, { ...byGrant, at: 2_100 }, { user: CHARLOTTE, tenant: HUNDRED, reason: 'by the legacy tool' }]) {
    const session = await scene.startSession(visit)
    await scene.startSession(visit)
    for (const over of endingsOf(session)) await scene.endSessions([await scene.startSession(visit)], over)
  }
}

/** Requests and sessions whose events share instants and revisions. */
async function mixed(scene: Fixture): Promise<void> {
  for (const at of [1_000, 2_000, 2_100]) {
    const sent = await scene.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], at })
    const sessions = await scene.startSessions({ at }, { at, tenant: HUNDRED }, { at, user: CHARLOTTE })
    await scene.saveTransitions(sent, removeUserAt(CHARLOTTE, at))
    await scene.endSessions(sessions.slice(0, 2), { at, cause: 'ended-by-user' })
    await scene.saveTransitions(sent, grantAt(at))
    await scene.startSession({ at, user: 'xavier', by: 'rival' })
  }
}

async function expectSessionsFold(scene: Fixture): Promise<void> {
  const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
  const told = history.filter((event): event is SessionEvent => 'session' in event)
  for (const { hash } of scene.sessions) {
    const own = told.filter(({ session }) => session === hash)
    const started = own.find((event): event is ImpersonationStarted => event.type === 'impersonation.started')
    const ended = own.filter((event): event is ImpersonationEnded => event.type === 'impersonation.ended')
    const folded = started && ended.reduce(applySessionEnd, sessionFromStart(started))
    assertEqual((await scene.repository.session(hash))?.session, folded, `the session ${hash}`)
  }
}
