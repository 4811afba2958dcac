/** Contract tests of session events: in both histories, folding to the session (SPEC 7.6, 8.1). */
import type { ImpersonationEnded, ImpersonationStarted, SessionEvent } from '../../domain/event.js'
import type { TenantId } from '../../domain/ids.js'
import { applySessionEnd, sessionFromStart } from '../../domain/session-state.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectSamePages, historyOfClassics, historyOfTom, readPages } from './fixtures/lists.js'
import { historyEvents, sessionIn } from './fixtures/reads.js'
import { endingsOf } from './fixtures/sessions.js'
import { grantAt, removeUserAt, revokeAt } from './fixtures/transitions.js'

export const sessionHistoryTests: readonly ContractTest[] = [
  contractTest('the histories of both parties, and no others, contain session starts and ends exactly as saved', async (fixture) => {
    await saveSessionsWithEveryEnding(fixture)
    await fixture.startSession({ user: 'xavier', by: 'rival', reason: 'theirs' })
    await fixture.startSession({ user: 'becky', by: TOM, tenant: HUNDRED, reason: 'Toms' })
    for (const tenant of [CLASSICS, 'rival', TOM, HUNDRED, 'green-gables']) {
      await expectHistory(fixture, { tenant })
      await expectHistory(fixture, { requestingTenant: tenant })
      await expectHistory(fixture, { requestingTenant: tenant, tenant })
      await expectHistory(fixture, { requestingTenant: CLASSICS, tenant })
    }
  }),

  contractTest('session events and request events are in one order', async (fixture) => {
    await saveInterleaved(fixture)
    for (const list of [historyOfClassics, historyOfTom]) {
      assertEqual(await list.read(fixture, { now: 0, after: undefined, limit: 1_000 }), list.expected(fixture), list.name)
    }
  }),

  contractTest(
    'at one instant, an end of a session follows the revocation that was saved before it, and precedes one saved after',
    async (fixture) => {
      const [first, second] = await fixture.submit({ tenants: [TOM, 'green-gables'] })
      const granted = [required(first, 'request'), required(second, 'request')]
      await fixture.saveTransitions(granted, grantAt(2_000))
      for (const [n, request] of granted.entries()) {
        const session = await fixture.startSession({ tenant: request.tenant, grantedBy: [request.id] })
        if (n === 0) await fixture.applyTransitions(request, revokeAt(3_000))
        await fixture.endSessions([session], { at: 3_000, cause: n === 0 ? 'access-lost' : 'ended-by-user' })
        if (n === 1) await fixture.applyTransitions(request, revokeAt(3_000))
      }
      const newest = ['impersonation.ended', 'tenant-request.revoked']
      for (const { tenant } of granted) {
        const history = await fixture.repository.history({ tenant, limit: 2 })
        const types = history.map(({ event }) => event.type)
        assertEqual(types, tenant === granted[0]?.tenant ? newest : [...newest].reverse(), `the history of ${tenant}`)
      }
    },
  ),

  contractTest('continuing from any session or request event, a history neither repeats nor skips an event', async (fixture) => {
    await saveInterleaved(fixture)
    for (const list of [historyOfClassics, historyOfTom]) {
      for (const limit of [1, 3]) await expectSamePages(list, fixture, list.expected(fixture), { now: 0, limit })
    }
  }),

  contractTest('sessions that start and end between pages of a history cause no repeated or skipped event', async (fixture) => {
    await saveInterleaved(fixture)
    for (const list of [historyOfClassics, historyOfTom]) {
      const before = list.expected(fixture)
      let added = 0
      const events = await readPages(list, fixture, { now: 0, limit: 4 }, async ({ event: { at } }) => {
        added += 1
        if (added > 8) return
        const session = await fixture.startSession({ at: 20_000 })
        await fixture.endSessions([session], { at: 20_000 + added, cause: 'ended-by-user' })
        await fixture.startSession({ at })
      })
      assertEqual(new Set(events.map(({ event }) => event.id)).size, events.length, 'repeated events')
      const ids = new Set(before.map(({ event }) => event.id))
      assertEqual(
        events.filter(({ event }) => ids.has(event.id)),
        before,
        'the events saved before',
      )
    }
  }),

  contractTest('a session is the fold of its events, at every step', async (fixture) => {
    const sessions = await fixture.startSessions({}, { tenant: HUNDRED, user: CHARLOTTE }, { reason: 'Ticket 1' })
    await expectSessionsFold(fixture)
    for (const [n, session] of sessions.entries()) {
      await fixture.endSessions([session], required(endingsOf(session)[n], 'ending'))
      await expectSessionsFold(fixture)
    }
  }),
]

async function expectHistory(fixture: Fixture, party: { requestingTenant?: TenantId; tenant?: TenantId }): Promise<void> {
  const history = await fixture.repository.history({ ...party, limit: 1_000 })
  assertEqual(history, expectedHistory(fixture, party), `the history of ${JSON.stringify(party)}`)
}

/** Saves open and ended sessions of Classics, with every cause, by grant and by legacy method. */
async function saveSessionsWithEveryEnding(fixture: Fixture): Promise<void> {
  const request = await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(1_500))
  const byGrant = { grantedBy: [request.id], reason: 'Ticket 1' }
  for (const visit of [byGrant, { ...byGrant, at: 2_100 }, { user: CHARLOTTE, tenant: HUNDRED, reason: 'by the legacy tool' }]) {
    const session = await fixture.startSession(visit)
    await fixture.startSession(visit)
    for (const over of endingsOf(session)) await fixture.endSessions([await fixture.startSession(visit)], over)
  }
}

/** Saves requests and sessions whose events share instants and revisions. */
async function saveInterleaved(fixture: Fixture): Promise<void> {
  for (const at of [1_000, 2_000, 2_100]) {
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], at })
    const sessions = await fixture.startSessions({ at }, { at, tenant: HUNDRED }, { at, user: CHARLOTTE })
    await fixture.saveTransitions(sent, removeUserAt(CHARLOTTE, at))
    await fixture.endSessions(sessions.slice(0, 2), { at, cause: 'ended-by-user' })
    await fixture.saveTransitions(sent, grantAt(at))
    await fixture.startSession({ at, user: 'xavier', by: 'rival' })
  }
}

async function expectSessionsFold(fixture: Fixture): Promise<void> {
  const history = await historyEvents(fixture.repository, { requestingTenant: CLASSICS, limit: 1_000 })
  const sessionEvents = history.filter((event): event is SessionEvent => 'session' in event)
  for (const { hash } of fixture.sessions) {
    const own = sessionEvents.filter(({ session }) => session === hash)
    const started = own.find((event): event is ImpersonationStarted => event.type === 'impersonation.started')
    const ended = own.filter((event): event is ImpersonationEnded => event.type === 'impersonation.ended')
    const folded = started && ended.reduce(applySessionEnd, sessionFromStart(started))
    assertEqual((await sessionIn(fixture.repository, hash))?.session, folded, `the session ${hash}`)
  }
}
