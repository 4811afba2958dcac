/** The laws of values: texts kept exactly, lists in their order, instants to the ends of time (SPEC 3.3). */

import { type Law, law } from './contract-test.js'
import { same } from './fixtures/assert.js'
import { expectedHistory, expectedIncoming, expectedOutgoing, expectedSessions, rowsOf } from './fixtures/expected.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { agree } from './fixtures/queries.js'
import { expiring, granting, rejecting, removing, revoking, settingExpiry } from './fixtures/transitions.js'

/** Texts that something might trim, normalise, cut or escape. */
const TEXTS = [
  ...['', ' ', '\n', '\t', 'line\nline\n\n', 'tab\ttab\t', 'trailing spaces  ', '  leading'],
  ...['\u00e9', 'e\u0301', '\ufb01', '\u00c5', 'A\u030a', '\u212b', '\u00df', '\u0130'],
  ...['\u{1f600}'.repeat(1_000), 'x'.repeat(1_000), '\u{10ffff}', '\u200b', '\ufeff', '\u202e', '\uffff'],
  ...["'; drop table x; --", '\\n', '\\u0041', '%s', '{}', '<b>', '"quoted"', "it's", '\\', 'null', '\\x00', '$1'],
]

export const keepingLaws: readonly Law[] = [
  law('messages are kept exactly: to the last code point, space and line feed, composed or not', async (scene) => {
    for (const [n, text] of TEXTS.entries()) {
      const request = await scene.ask(TOM, { message: text, at: 1_000 + n, id: `text-${n}` })
      if (n % 2) await scene.live(request, granting(2_000 + n, null, text), revoking(3_000 + n, text))
      else await scene.live(request, rejecting(2_000 + n, text))
      same(await scene.repository.tenantRequest(request.id), scene.now(request), JSON.stringify(text))
      same((await scene.repository.accessRequest(CLASSICS, `text-${n}`))?.message, text, JSON.stringify(text))
    }
    await eventsAgree(scene)
  }),

  law('the reasons of sessions are kept exactly, as messages are', async (scene) => {
    const sessions = await scene.enter(...TEXTS.map((reason, n) => ({ reason, at: 2_000 + n })))
    await scene.leave(sessions.slice(0, 3), { at: 3_000, cause: 'left' })
    for (const session of scene.sessions) {
      same((await scene.repository.session(session.hash))?.session, session, JSON.stringify(session.reason))
    }
    await eventsAgree(scene)
  }),

  law('names of any script are kept exactly', async (scene) => {
    for (const [n, name] of ['Ω', '支援', '\u{1d7d8}'.repeat(64), 'नमस्ते', '\u00e9', 'x'.repeat(64)].entries()) {
      await scene.ask(TOM, { name, at: 1_000 + n })
    }
    same(await scene.repository.outgoing({ requestingTenant: CLASSICS, now: 0, limit: 100 }), expectedOutgoing(scene, CLASSICS), 'outgoing')
    await eventsAgree(scene)
  }),

  law('associations, users and removals are kept in the order they were saved in', async (scene) => {
    const request = await scene.ask(TOM, {
      associations: [
        { users: ['zoe', 'amy', 'Bea'], tenants: [TOM] },
        { users: ['amy', 'mia'], tenants: [TOM] },
      ],
    })
    for (const [n, user] of ['mia', 'zoe', 'Bea'].entries()) await scene.batch([request], removing(user, 2_000 + n))
    await agree(scene)
  }),

  law('the grants that allowed a session are kept in the order they were saved in', async (scene) => {
    const many = Array.from({ length: 50 }, () => scene.newId())
    for (const grantedBy of [['b', 'a', 'B'], ['10', '9'], many]) await scene.visit({ grantedBy })
    await agree(scene)
  }),

  law('instants are kept to the millisecond and compared as numbers, from the first to the last', async (scene) => {
    const instants = [8.64e15, -8.64e15, -1, 0, 1, 253_402_300_800_000, -62_135_596_800_001, 1_700_000_000_123]
    for (const at of instants) {
      const request = await scene.ask(TOM, { at })
      if (at < 8.64e15) await scene.live(request, granting(at, at + 1), settingExpiry(at, 8.64e15))
    }
    await agree(scene)
    for (const now of instants) {
      same(
        await scene.repository.incoming({ tenant: TOM, status: 'granted', now, limit: 100 }),
        expectedIncoming(scene, TOM, { status: 'granted', now }),
        `granted at ${now}`,
      )
    }
  }),

  law('sessions keep their instants to the millisecond, compared as numbers, from the first to the last', async (scene) => {
    const instants = [-8.64e15, -62_135_596_800_001, -1, 0, 1, 999, 1_000, 1_700_000_000_123, 253_402_300_800_000]
    const sessions = await scene.enter(
      ...instants.flatMap((at) => [
        { at, endsAt: at + 1 },
        { at, endsAt: 8.64e15 },
      ]),
    )
    for (const session of sessions.filter((_, n) => n % 4 === 0)) await scene.leave([session], { at: session.endsAt, cause: 'expired' })
    await agree(scene)
    const query = { requestingTenant: CLASSICS }
    for (const openAt of instants) {
      const rows = await scene.repository.sessions({ ...query, openAt, limit: 100 })
      sameRows(rows, rowsOf(scene, expectedSessions(scene, { ...query, openAt })), `open at ${openAt}`)
    }
  }),

  law('a grant may end before 1970, and be due and recorded there', async (scene) => {
    const sent = await scene.send({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], at: -8.64e15 })
    await scene.batch(sent, granting(-8.64e15, -1_000))
    same(await scene.repository.dueRequests(-1_001, 10), [], '1 ms before')
    same((await scene.repository.dueRequests(-1_000, 10)).length, 2, 'at the instant')
    await scene.batch(sent, expiring())
    await agree(scene)
  }),
]

async function eventsAgree(scene: Scene): Promise<void> {
  const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
  same(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the events')
}
