/** Contract tests of values: exact texts, list order, and the full range of instants (SPEC 3.3). */

import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedHistory, expectedIncoming, expectedOutgoing } from './fixtures/expected.js'
import { expectedSessions, rowsOf } from './fixtures/expected-sessions.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { requestIn, sessionIn } from './fixtures/reads.js'
import { TEXTS } from './fixtures/texts.js'
import { expireNow, grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt } from './fixtures/transitions.js'

export const roundTripTests: readonly ContractTest[] = [
  contractTest('messages are kept exactly: to the last code point, space and line feed, composed or not', async (fixture) => {
    for (const [n, text] of TEXTS.entries()) {
      const request = await fixture.submitOne(TOM, { message: text, at: 1_000 + n, id: `text-${n}` })
      if (n % 2) await fixture.applyTransitions(request, grantAt(2_000 + n, null, text), revokeAt(3_000 + n, text))
      else await fixture.applyTransitions(request, rejectAt(2_000 + n, text))
      assertEqual(await requestIn(fixture.repository, request.id), fixture.stored(request), JSON.stringify(text))
      assertEqual((await fixture.repository.accessRequest(CLASSICS, `text-${n}`))?.message, text, JSON.stringify(text))
    }
    await expectEventsStored(fixture)
  }),

  contractTest('the reasons of sessions are kept exactly, as messages are', async (fixture) => {
    const sessions = await fixture.startSessions(...TEXTS.map((reason, n) => ({ reason, at: 2_000 + n })))
    await fixture.endSessions(sessions.slice(0, 3), { at: 3_000, cause: 'ended-by-user' })
    for (const session of fixture.sessions) {
      assertEqual((await sessionIn(fixture.repository, session.hash))?.session, session, JSON.stringify(session.reason))
    }
    await expectEventsStored(fixture)
  }),

  contractTest('names of any script are kept exactly', async (fixture) => {
    for (const [n, name] of ['Ω', '支援', '\u{1d7d8}'.repeat(64), 'नमस्ते', '\u00e9', 'x'.repeat(64)].entries()) {
      await fixture.submitOne(TOM, { name, at: 1_000 + n })
    }
    assertEqual(
      await fixture.repository.outgoing({ requestingTenant: CLASSICS, now: 0, limit: 100 }),
      expectedOutgoing(fixture, CLASSICS),
      'outgoing',
    )
    await expectEventsStored(fixture)
  }),

  contractTest('associations, users and removals are kept in the order they were saved in', async (fixture) => {
    const request = await fixture.submitOne(TOM, {
      associations: [
        { users: ['zoe', 'amy', 'Bea'], tenants: [TOM] },
        { users: ['amy', 'mia'], tenants: [TOM] },
      ],
    })
    for (const [n, user] of ['mia', 'zoe', 'Bea'].entries()) await fixture.saveTransitions([request], removeUserAt(user, 2_000 + n))
    await expectStored(fixture)
  }),

  contractTest('the grants that allowed a session are kept in the order they were saved in', async (fixture) => {
    const many = Array.from({ length: 50 }, () => fixture.newId())
    for (const grantedBy of [['b', 'a', 'B'], ['10', '9'], many]) await fixture.startSession({ grantedBy })
    await expectStored(fixture)
  }),

  contractTest('instants are kept to the millisecond and compared as numbers, from the first to the last', async (fixture) => {
    const instants = [8.64e15, -8.64e15, -1, 0, 1, 253_402_300_800_000, -62_135_596_800_001, 1_700_000_000_123]
    for (const at of instants) {
      const request = await fixture.submitOne(TOM, { at })
      if (at < 8.64e15) await fixture.applyTransitions(request, grantAt(at, at + 1), setExpiryAt(at, 8.64e15))
    }
    await expectStored(fixture)
    for (const now of instants) {
      assertEqual(
        await fixture.repository.incoming({ tenant: TOM, statuses: ['granted'], now, limit: 100 }),
        expectedIncoming(fixture, TOM, { status: 'granted', now }),
        `granted at ${now}`,
      )
    }
  }),

  contractTest('sessions keep their instants to the millisecond, compared as numbers, from the first to the last', async (fixture) => {
    const instants = [-8.64e15, -62_135_596_800_001, -1, 0, 1, 999, 1_000, 1_700_000_000_123, 253_402_300_800_000]
    const sessions = await fixture.startSessions(
      ...instants.flatMap((at) => [
        { at, endsAt: at + 1 },
        { at, endsAt: 8.64e15 },
      ]),
    )
    for (const session of sessions.filter((_, n) => n % 4 === 0))
      await fixture.endSessions([session], { at: session.endsAt, cause: 'expired' })
    await expectStored(fixture)
    const query = { requestingTenant: CLASSICS }
    for (const now of instants) {
      const rows = await fixture.repository.sessions({ ...query, now, liveOnly: true, limit: 100 })
      sameRows(rows, rowsOf(fixture, expectedSessions(fixture, { ...query, liveAt: now }), now), `live at ${now}`)
    }
  }),

  contractTest('a grant may end before 1970, and be due and recorded there', async (fixture) => {
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], at: -8.64e15 })
    await fixture.saveTransitions(sent, grantAt(-8.64e15, -1_000))
    assertEqual(await fixture.repository.dueRequests({ now: -1_001, limit: 10 }), [], '1 ms before')
    assertEqual((await fixture.repository.dueRequests({ now: -1_000, limit: 10 })).length, 2, 'at the instant')
    await fixture.saveTransitions(sent, expireNow())
    await expectStored(fixture)
  }),
]

async function expectEventsStored(fixture: Fixture): Promise<void> {
  const history = await fixture.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
  assertEqual(history, expectedHistory(fixture, { requestingTenant: CLASSICS }), 'the events')
}
