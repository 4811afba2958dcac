/** The laws of values: texts kept exactly, lists in their order, instants to the ends of time (SPEC 3.3). */

import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedHistory, expectedIncoming, expectedOutgoing, expectedSessions, rowsOf } from './fixtures/expected.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { expireNow, grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt } from './fixtures/transitions.js'

/** Texts that something might trim, normalise, cut or escape. */
const TEXTS = [
  ...['', ' ', '\n', '\t', 'line\nline\n\n', 'tab\ttab\t', 'trailing spaces  ', '  leading'],
  ...['\u00e9', 'e\u0301', '\ufb01', '\u00c5', 'A\u030a', '\u212b', '\u00df', '\u0130'],
  ...['\u{1f600}'.repeat(1_000), 'x'.repeat(1_000), '\u{10ffff}', '\u200b', '\ufeff', '\u202e', '\uffff'],
  ...["'; drop table x; --", '\\n', '\\u0041', '%s', '{}', '<b>', '"quoted"', "it's", '\\', 'null', '\\x00', '$1'],
]

export const roundTripTests: readonly ContractTest[] = [
  contractTest('messages are kept exactly: to the last code point, space and line feed, composed or not', async (scene) => {
    for (const [n, text] of TEXTS.entries()) {
      const request = await scene.submitOne(TOM, { message: text, at: 1_000 + n, id: `text-${n}` })
      if (n % 2) await scene.applyTransitions(request, grantAt(2_000 + n, null, text), revokeAt(3_000 + n, text))
      else await scene.applyTransitions(request, rejectAt(2_000 + n, text))
      assertEqual(await scene.repository.tenantRequest(request.id), scene.stored(request), JSON.stringify(text))
      assertEqual((await scene.repository.accessRequest(CLASSICS, `text-${n}`))?.message, text, JSON.stringify(text))
    }
    await eventsAgree(scene)
  }),

  contractTest('the reasons of sessions are kept exactly, as messages are', async (scene) => {
    const sessions = await scene.startSessions(...TEXTS.map((reason, n) => ({ reason, at: 2_000 + n })))
    await scene.endSessions(sessions.slice(0, 3), { at: 3_000, cause: 'ended-by-user' })
    for (const session of scene.sessions) {
      assertEqual((await scene.repository.session(session.hash))?.session, session, JSON.stringify(session.reason))
    }
    await eventsAgree(scene)
  }),

  contractTest('names of any script are kept exactly', async (scene) => {
    for (const [n, name] of ['Ω', '支援', '\u{1d7d8}'.repeat(64), 'नमस्ते', '\u00e9', 'x'.repeat(64)].entries()) {
      await scene.submitOne(TOM, { name, at: 1_000 + n })
    }
    assertEqual(
      await scene.repository.outgoing({ requestingTenant: CLASSICS, now: 0, limit: 100 }),
      expectedOutgoing(scene, CLASSICS),
      'outgoing',
    )
    await eventsAgree(scene)
  }),

  contractTest('associations, users and removals are kept in the order they were saved in', async (scene) => {
    const request = await scene.submitOne(TOM, {
      associations: [
        { users: ['zoe', 'amy', 'Bea'], tenants: [TOM] },
        { users: ['amy', 'mia'], tenants: [TOM] },
      ],
    })
    for (const [n, user] of ['mia', 'zoe', 'Bea'].entries()) await scene.saveTransitions([request], removeUserAt(user, 2_000 + n))
    await expectStored(scene)
  }),

  contractTest('the grants that allowed a session are kept in the order they were saved in', async (scene) => {
    const many = Array.from({ length: 50 }, () => scene.newId())
    for (const grantedBy of [['b', 'a', 'B'], ['10', '9'], many]) await scene.startSession({ grantedBy })
    await expectStored(scene)
  }),

  contractTest('instants are kept to the millisecond and compared as numbers, from the first to the last', async (scene) => {
    const instants = [8.64e15, -8.64e15, -1, 0, 1, 253_402_300_800_000, -62_135_596_800_001, 1_700_000_000_123]
    for (const at of instants) {
      const request = await scene.submitOne(TOM, { at })
      if (at < 8.64e15) await scene.applyTransitions(request, grantAt(at, at + 1), setExpiryAt(at, 8.64e15))
    }
    await expectStored(scene)
    for (const now of instants) {
      assertEqual(
        await scene.repository.incoming({ tenant: TOM, status: 'granted', now, limit: 100 }),
        expectedIncoming(scene, TOM, { status: 'granted', now }),
        `granted at ${now}`,
      )
    }
  }),

  contractTest('sessions keep their instants to the millisecond, compared as numbers, from the first to the last', async (scene) => {
    const instants = [-8.64e15, -62_135_596_800_001, -1, 0, 1, 999, 1_000, 1_700_000_000_123, 253_402_300_800_000]
    const sessions = await scene.startSessions(
      ...instants.flatMap((at) => [
        { at, endsAt: at + 1 },
        { at, endsAt: 8.64e15 },
      ]),
    )
    for (const session of sessions.filter((_, n) => n % 4 === 0))
      await scene.endSessions([session], { at: session.endsAt, cause: 'expired' })
    await expectStored(scene)
    const query = { requestingTenant: CLASSICS }
    for (const openAt of instants) {
      const rows = await scene.repository.sessions({ ...query, openAt, limit: 100 })
      sameRows(rows, rowsOf(scene, expectedSessions(scene, { ...query, openAt })), `open at ${openAt}`)
    }
  }),

  contractTest('a grant may end before 1970, and be due and recorded there', async (scene) => {
    const sent = await scene.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], at: -8.64e15 })
    await scene.saveTransitions(sent, grantAt(-8.64e15, -1_000))
    assertEqual(await scene.repository.dueRequests(-1_001, 10), [], '1 ms before')
    assertEqual((await scene.repository.dueRequests(-1_000, 10)).length, 2, 'at the instant')
    await scene.saveTransitions(sent, expireNow())
    await expectStored(scene)
  }),
]

async function eventsAgree(scene: Fixture): Promise<void> {
  const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
  assertEqual(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the events')
}
