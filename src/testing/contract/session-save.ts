/** The laws of `saveSessions`: a start or an end follows what is stored, and a batch is one change or none (SPEC 7.1, 7.3). */
import type { OpenSession } from '../../domain/session-state.js'
import type { SessionChange } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, assertRejects, required } from './fixtures/assert.js'
import { expectedHistory, expectedOpenSessions, expectedSessions, rowsOf } from './fixtures/expected.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { endingsOf } from './fixtures/sessions.js'
import { grantAt } from './fixtures/transitions.js'

const LEFT = { at: 3_000, cause: 'ended-by-user' } as const

export const sessionSaveTests: readonly ContractTest[] = [
  contractTest(
    'a start of a session returns `saved`, and the session, its event and the facts it stands on come back exactly',
    async (scene) => {
      const one = await scene.applyTransitions(await scene.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] }), grantAt(1_500, 9_000))
      const more = await scene.applyTransitions(await scene.submitOne(TOM, { at: 1_100 }), grantAt(1_500))
      await scene.startSession({ grantedBy: [more.id, one.id], endsAt: 9_000, reason: 'Ticket 1' })
      await expectStored(scene)
      await scene.startSession({ user: 'becky', by: HUNDRED, tenant: 'never-asked', reason: 'by the legacy tool' })
      await expectStored(scene)
    },
  ),

  contractTest('an end of a session returns `saved`, and the session and its event come back exactly, whatever ended it', async (scene) => {
    const [a] = await scene.startSessions({}, {}, {})
    for (const over of endingsOf(required(a, 'session'))) {
      await scene.endSessions([required(expectedOpenSessions(scene)[0], 'open session')], over)
      await expectStored(scene)
    }
  }),

  contractTest('a start of a session that is stored, open or over, returns `conflict` and saves nothing', async (scene) => {
    const { hash } = await scene.startSession()
    await expectSessionConflict(scene, [scene.startChange({ hash })])
    await expectSessionConflict(scene, [scene.startChange({ hash, user: 'becky', by: HUNDRED, tenant: 'green-gables', at: 5_000 })])
    await scene.endSessions(expectedOpenSessions(scene), LEFT)
    await expectSessionConflict(scene, [scene.startChange({ hash, at: 5_000 })])
  }),

  contractTest('an end of a session that is over returns `conflict` and saves nothing', async (scene) => {
    const session = await scene.startSession()
    await scene.endSessions([session], LEFT)
    for (const over of endingsOf(session)) await expectSessionConflict(scene, scene.endChanges([session], over))
  }),

  contractTest('a change of a session of a revision not yet reached returns `conflict` and saves nothing', async (scene) => {
    const session = await scene.startSession()
    await expectSessionConflict(scene, scene.endChanges([session], LEFT).map(later))
    await expectSessionConflict(scene, [later(scene.startChange())])
  }),

  contractTest('an end of a session that is not there returns `conflict` and saves nothing', async (scene) => {
    await scene.startSession()
    await expectSessionConflict(scene, scene.endChanges([scene.startChange().session], LEFT))
  }),

  contractTest('after a `conflict` the session can be read again and ended', async (scene) => {
    const session = await scene.startSession()
    await expectSessionConflict(scene, [scene.startChange({ hash: session.hash })])
    assertEqual((await scene.repository.session(session.hash))?.session, session, 'the session as it is')
    await scene.endSessions([session], LEFT)
    await expectStored(scene)
  }),

  contractTest('no starts and no ends: `saved`, and nothing is saved', async (scene) => {
    assertEqual(await scene.repository.saveSessionChanges([]), 'saved', 'of an empty repository')
    await scene.startSession()
    assertEqual(await scene.repository.saveSessionChanges([]), 'saved', 'the answer')
    await expectStored(scene)
  }),

  contractTest('starts and ends of sessions of several users, requesters and tenants are saved together', async (scene) => {
    const [first, second] = await scene.startSessions({}, { user: CHARLOTTE, tenant: HUNDRED })
    const ends = scene.endChanges([required(first, 'session'), required(second, 'session')], LEFT)
    const starts = [
      scene.startChange(),
      scene.startChange({ user: 'xavier', by: 'rival' }),
      scene.startChange({ user: 'becky', by: TOM, tenant: HUNDRED }),
    ]
    await scene.saveSessionChanges([...starts, ...ends])
    await expectStored(scene)
  }),

  contractTest('of a batch of sessions with one stale change, wherever it stands, nothing is saved', async (scene) => {
    const [gone, inside] = await scene.startSessions({}, { tenant: HUNDRED })
    await scene.endSessions([required(gone, 'session')], LEFT)
    const [stale] = scene.endChanges([required(gone, 'session')], LEFT)
    for (const position of [0, 1, 2]) {
      const changes = [scene.startChange(), ...scene.endChanges([required(inside, 'session')], LEFT)]
      await expectSessionConflict(scene, changes.toSpliced(position, 0, required(stale, 'stale change')))
    }
  }),

  contractTest('of a batch that names a session twice nothing is saved', async (scene) => {
    const hash = scene.newHash()
    await expectSessionConflict(scene, [scene.startChange({ hash }), scene.startChange({ hash, user: CHARLOTTE })])
    const session = await scene.startSession()
    await expectSessionConflict(scene, [
      ...scene.endChanges([session], LEFT),
      ...scene.endChanges([session], { at: 4_000, cause: 'access-lost' }),
    ])
    const start = scene.startChange()
    await expectSessionConflict(scene, [start, ...scene.endChanges([start.session], LEFT)])
  }),

  contractTest('a batch of 1,000 starts, and one of 1,000 ends, is saved whole', async (scene) => {
    const sessions = await thousandSessions(scene)
    await expectManySessionsStored(scene)
    await scene.endSessions(sessions, LEFT)
    await expectManySessionsStored(scene)
  }),

  contractTest('of 1,000 ends of sessions of which only the last is stale none is saved', async (scene) => {
    const sessions = await thousandSessions(scene)
    await scene.endSessions(sessions.slice(-1), LEFT)
    assertEqual(
      await scene.repository.saveSessionChanges(scene.endChanges(sessions, { at: 4_000, cause: 'access-lost' })),
      'conflict',
      'the answer',
    )
    await expectManySessionsStored(scene)
  }),

  contractTest("an event's id that is taken, by a request or a session, rejects starts and ends, and leaves nothing", async (scene) => {
    await scene.applyTransitions(await scene.submitOne(TOM), grantAt(1_500))
    const sessions = await scene.startSessions({}, { tenant: HUNDRED }, { user: CHARLOTTE })
    await scene.endSessions(sessions.slice(2), LEFT)
    for (const { id } of [...scene.events]) {
      for (const position of [0, 1, 2]) {
        const changes = [...scene.endChanges(sessions.slice(0, 2), LEFT), scene.startChange()]
        await expectNoTraceOfSessions(scene, changes.with(position, withId(required(changes[position], 'change'), id)))
      }
    }
    await scene.endSessions(sessions.slice(0, 2), LEFT)
    await expectStored(scene)
  }),

  contractTest("an event's id used twice within one batch of sessions rejects, and leaves nothing", async (scene) => {
    const session = await scene.startSession()
    const id = scene.newId()
    await expectNoTraceOfSessions(
      scene,
      [...scene.endChanges([session], LEFT), scene.startChange()].map((one) => withId(one, id)),
    )
  }),

  contractTest("a submission or a change of a request whose event's id a session has taken rejects and leaves nothing", async (scene) => {
    const asked = await scene.submitOne(TOM)
    await scene.endSessions([await scene.startSession()], LEFT)
    for (const { id } of scene.events.filter(({ type }) => type.startsWith('impersonation.'))) {
      const submitted = scene.buildSubmission({ tenants: [HUNDRED], at: 4_000 })
      const [sent, ...received] = submitted.events
      const taken = { ...submitted, events: [{ ...sent, id }, ...received] } as const
      await assertRejects(async () => scene.repository.saveSubmission(structuredClone(taken)), 'a submission')
      await expectStored(scene, [submitted])
      const changes = scene.changes([asked], grantAt(4_000)).map((one) => ({ ...one, event: { ...one.event, id } }))
      await assertRejects(async () => scene.repository.saveChanges(structuredClone(changes)), 'a change')
      await expectStored(scene)
    }
  }),
]

async function expectSessionConflict(scene: Fixture, changes: readonly SessionChange[]): Promise<void> {
  assertEqual(await scene.repository.saveSessionChanges(structuredClone(changes)), 'conflict', 'the answer to a stale change')
  await expectStored(scene, [], changes)
}

async function expectNoTraceOfSessions(scene: Fixture, changes: readonly SessionChange[]): Promise<void> {
  await assertRejects(async () => scene.repository.saveSessionChanges(structuredClone(changes)), 'an event id that is taken')
  await expectStored(scene, [], changes)
}

function withId({ session, event }: SessionChange, id: string): SessionChange {
  return { session, event: { ...event, id } }
}

function later({ session, event }: SessionChange): SessionChange {
  return { session: { ...session, revision: session.revision + 1 }, event: { ...event, revision: event.revision + 1 } }
}

function thousandSessions(scene: Fixture): Promise<OpenSession[]> {
  return scene.startSessions(
    ...Array.from({ length: 1_000 }, (_, n) => ({ user: `user-${n % 7}`, tenant: `tenant-${n % 3}`, at: 2_000 + (n % 11) })),
  )
}

// A reading a session would be thousands of round trips: three lists show a thousand as well.
async function expectManySessionsStored(scene: Fixture): Promise<void> {
  const { repository } = scene
  const query = { requestingTenant: CLASSICS }
  const limit = 3_000
  sameRows(await repository.sessions({ ...query, limit }), rowsOf(scene, expectedSessions(scene, query)), 'the sessions')
  sameRows(await repository.openSessions({ limit }), rowsOf(scene, expectedOpenSessions(scene)), 'the open sessions')
  assertEqual(await repository.history({ ...query, limit }), expectedHistory(scene, query), 'the events')
}
