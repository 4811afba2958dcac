/** The laws of sessions' events: told to both parties in the one order of a history, and enough to make the session again (SPEC 7.6, 8.1). */
import type { ImpersonationEnded, ImpersonationStarted, SessionEvent } from '../../domain/event.js'
import type { TenantId } from '../../domain/ids.js'
import { applySessionEnd, sessionFromStart } from '../../domain/session-state.js'
import { type Law, law } from './contract-test.js'
import { same, the } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { goesOn, historyOfClassics, historyOfTom, walk } from './fixtures/lists.js'
import { endingsOf } from './fixtures/sessions.js'
import { granting, removing } from './fixtures/transitions.js'

export const tellingLaws: readonly Law[] = [
  law('the starts and ends of sessions are told to both their parties exactly as they were saved, and to no third', async (scene) => {
    await everyEnding(scene)
    await scene.visit({ user: 'xavier', by: 'rival', reason: 'theirs' })
    await scene.visit({ user: 'becky', by: TOM, tenant: HUNDRED, reason: 'Toms' })
    for (const tenant of [CLASSICS, 'rival', TOM, HUNDRED, 'green-gables']) {
      await historyAgrees(scene, { tenant })
      await historyAgrees(scene, { requestingTenant: tenant })
      await historyAgrees(scene, { requestingTenant: tenant, tenant })
      await historyAgrees(scene, { requestingTenant: CLASSICS, tenant })
    }
  }),

  law('events of sessions and of requests come in one order, whatever they are about', async (scene) => {
    await mixed(scene)
    for (const list of [historyOfClassics, historyOfTom]) {
      same(await list.read(scene, { now: 0, after: undefined, limit: 1_000 }), list.expected(scene), list.name)
    }
  }),

  law('going on from any event of a session or a request, a history neither repeats nor skips one', async (scene) => {
    await mixed(scene)
    for (const list of [historyOfClassics, historyOfTom]) {
      for (const limit of [1, 3]) await goesOn(list, scene, list.expected(scene), { now: 0, limit })
    }
  }),

  law('sessions that start and end between the pages of a history make it neither repeat nor skip an event', async (scene) => {
    await mixed(scene)
    for (const list of [historyOfClassics, historyOfTom]) {
      const before = list.expected(scene)
      let added = 0
      const events = await walk(list, scene, { now: 0, limit: 4 }, async ({ at }) => {
        added += 1
        if (added > 8) return
        const session = await scene.visit({ at: 20_000 })
        await scene.leave([session], { at: 20_000 + added, cause: 'left' })
        await scene.visit({ at })
      })
      same(new Set(events.map(({ id }) => id)).size, events.length, 'events that came twice')
      const ids = new Set(before.map(({ id }) => id))
      same(
        events.filter(({ id }) => ids.has(id)),
        before,
        'the events that were there before',
      )
    }
  }),

  law('a session is the fold of its events, at every step', async (scene) => {
    const sessions = await scene.enter({}, { tenant: HUNDRED, user: CHARLOTTE }, { reason: 'Ticket 1' })
    await foldsAgree(scene)
    for (const [n, session] of sessions.entries()) {
      await scene.leave([session], the(endingsOf(session)[n], 'ending'))
      await foldsAgree(scene)
    }
  }),
]

async function historyAgrees(scene: Scene, party: { requestingTenant?: TenantId; tenant?: TenantId }): Promise<void> {
  const history = await scene.repository.history({ ...party, limit: 1_000 })
  same(history, expectedHistory(scene, party), `the history of ${JSON.stringify(party)}`)
}

/** Sessions of Classics' over in every way, and open, by a grant and by the legacy tool. */
async function everyEnding(scene: Scene): Promise<void> {
  const request = await scene.live(await scene.ask(TOM), granting(1_500))
  const byGrant = { grantedBy: [request.id], reason: 'Ticket 1' }
  for (const visit of [byGrant, { ...byGrant, at: 2_100 }, { user: CHARLOTTE, tenant: HUNDRED, reason: 'by the legacy tool' }]) {
    const session = await scene.visit(visit)
    await scene.visit(visit)
    for (const over of endingsOf(session)) await scene.leave([await scene.visit(visit)], over)
  }
}

/** Requests and sessions whose events share instants and revisions. */
async function mixed(scene: Scene): Promise<void> {
  for (const at of [1_000, 2_000, 2_100]) {
    const sent = await scene.send({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], at })
    const sessions = await scene.enter({ at }, { at, tenant: HUNDRED }, { at, user: CHARLOTTE })
    await scene.batch(sent, removing(CHARLOTTE, at))
    await scene.leave(sessions.slice(0, 2), { at, cause: 'left' })
    await scene.batch(sent, granting(at))
    await scene.visit({ at, user: 'xavier', by: 'rival' })
  }
}

async function foldsAgree(scene: Scene): Promise<void> {
  const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
  const told = history.filter((event): event is SessionEvent => 'session' in event)
  for (const { hash } of scene.sessions) {
    const own = told.filter(({ session }) => session === hash)
    const started = own.find((event): event is ImpersonationStarted => event.type === 'impersonation.started')
    const ended = own.filter((event): event is ImpersonationEnded => event.type === 'impersonation.ended')
    const folded = started && ended.reduce(applySessionEnd, sessionFromStart(started))
    same((await scene.repository.session(hash))?.session, folded, `the session ${hash}`)
  }
}
