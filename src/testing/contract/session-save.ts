/** Contract tests of `saveSessionChanges`: revisions are checked, batches are atomic (SPEC 7.1, 7.3). */
import type { OpenSession } from '../../domain/session-state.js'
import type { SessionChange } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, assertRejects, required } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { expectedOpenSessions, expectedSessions, openSessions, rowsOf } from './fixtures/expected-sessions.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { READ_AT, sessionIn } from './fixtures/reads.js'
import { endingsOf } from './fixtures/sessions.js'
import { grantAt } from './fixtures/transitions.js'

const LEFT = { at: 3_000, cause: 'ended-by-user' } as const

export const sessionSaveTests: readonly ContractTest[] = [
  contractTest('a session start returns `saved`, and the session, its event and its facts are read back exactly', async (fixture) => {
    const one = await fixture.applyTransitions(await fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] }), grantAt(1_500, 9_000))
    const more = await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 1_100 }), grantAt(1_500))
    await fixture.startSession({ grantedBy: [more.id, one.id], endsAt: 9_000, reason: 'Ticket 1' })
    await expectStored(fixture)
    await fixture.startSession({ user: 'becky', by: HUNDRED, tenant: 'never-asked', reason: 'by the legacy tool' })
    await expectStored(fixture)
  }),

  contractTest('a session end returns `saved`, and the session and its event are read back exactly, for every cause', async (fixture) => {
    const [a] = await fixture.startSessions({}, {}, {}, {}, {})
    for (const over of endingsOf(required(a, 'session'))) {
      await fixture.endSessions([required(openSessions(fixture)[0], 'open session')], over)
      await expectStored(fixture)
    }
  }),

  contractTest('a start of a stored session, open or ended, returns `conflict` and saves nothing', async (fixture) => {
    const { hash } = await fixture.startSession()
    await expectSessionConflict(fixture, [fixture.startChange({ hash })])
    await expectSessionConflict(fixture, [fixture.startChange({ hash, user: 'becky', by: HUNDRED, tenant: 'green-gables', at: 5_000 })])
    await fixture.endSessions(openSessions(fixture), LEFT)
    await expectSessionConflict(fixture, [fixture.startChange({ hash, at: 5_000 })])
  }),

  contractTest('an end of an ended session returns `conflict` and saves nothing', async (fixture) => {
    const session = await fixture.startSession()
    await fixture.endSessions([session], LEFT)
    for (const over of endingsOf(session)) await expectSessionConflict(fixture, fixture.endChanges([session], over))
  }),

  contractTest('a change of a later session revision returns `conflict` and saves nothing', async (fixture) => {
    const session = await fixture.startSession()
    await expectSessionConflict(fixture, fixture.endChanges([session], LEFT).map(later))
    await expectSessionConflict(fixture, [later(fixture.startChange())])
  }),

  contractTest('an end of a session that does not exist returns `conflict` and saves nothing', async (fixture) => {
    await fixture.startSession()
    await expectSessionConflict(fixture, fixture.endChanges([fixture.startChange().session], LEFT))
  }),

  contractTest('after a `conflict` the session can be read again and ended', async (fixture) => {
    const session = await fixture.startSession()
    await expectSessionConflict(fixture, [fixture.startChange({ hash: session.hash })])
    assertEqual((await sessionIn(fixture.repository, session.hash))?.session, session, 'the session as it is')
    await fixture.endSessions([session], LEFT)
    await expectStored(fixture)
  }),

  contractTest('an empty list of session changes returns `saved` and saves nothing', async (fixture) => {
    assertEqual(await fixture.repository.saveSessionChanges([]), 'saved', 'of an empty repository')
    await fixture.startSession()
    assertEqual(await fixture.repository.saveSessionChanges([]), 'saved', 'the answer')
    await expectStored(fixture)
  }),

  contractTest('starts and ends of sessions of several users, requesters and tenants are saved together', async (fixture) => {
    const [first, second] = await fixture.startSessions({}, { user: CHARLOTTE, tenant: HUNDRED })
    const ends = fixture.endChanges([required(first, 'session'), required(second, 'session')], LEFT)
    const starts = [
      fixture.startChange(),
      fixture.startChange({ user: 'xavier', by: 'rival' }),
      fixture.startChange({ user: 'becky', by: TOM, tenant: HUNDRED }),
    ]
    await fixture.saveSessionChanges([...starts, ...ends])
    await expectStored(fixture)
  }),

  contractTest('a batch of session changes with one stale change, at any index, saves nothing', async (fixture) => {
    const [gone, inside] = await fixture.startSessions({}, { tenant: HUNDRED })
    await fixture.endSessions([required(gone, 'session')], LEFT)
    const [stale] = fixture.endChanges([required(gone, 'session')], LEFT)
    for (const position of [0, 1, 2]) {
      const changes = [fixture.startChange(), ...fixture.endChanges([required(inside, 'session')], LEFT)]
      await expectSessionConflict(fixture, changes.toSpliced(position, 0, required(stale, 'stale change')))
    }
  }),

  contractTest('a batch that names a session twice saves nothing', async (fixture) => {
    const hash = fixture.newHash()
    await expectSessionConflict(fixture, [fixture.startChange({ hash }), fixture.startChange({ hash, user: CHARLOTTE })])
    const session = await fixture.startSession()
    await expectSessionConflict(fixture, [
      ...fixture.endChanges([session], LEFT),
      ...fixture.endChanges([session], { at: 4_000, cause: 'access-lost' }),
    ])
    const start = fixture.startChange()
    await expectSessionConflict(fixture, [start, ...fixture.endChanges([start.session], LEFT)])
  }),

  contractTest('a batch of 1,000 starts and a batch of 1,000 ends are saved completely', async (fixture) => {
    const sessions = await thousandSessions(fixture)
    await expectManySessionsStored(fixture)
    await fixture.endSessions(sessions, LEFT)
    await expectManySessionsStored(fixture)
  }),

  contractTest('a batch of 1,000 session ends with only the last one stale saves nothing', async (fixture) => {
    const sessions = await thousandSessions(fixture)
    await fixture.endSessions(sessions.slice(-1), LEFT)
    assertEqual(
      await fixture.repository.saveSessionChanges(fixture.endChanges(sessions, { at: 4_000, cause: 'access-lost' })),
      'conflict',
      'the answer',
    )
    await expectManySessionsStored(fixture)
  }),

  contractTest('a session start or end whose event id is taken, by a request or a session, rejects and saves nothing', async (fixture) => {
    await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(1_500))
    const sessions = await fixture.startSessions({}, { tenant: HUNDRED }, { user: CHARLOTTE })
    await fixture.endSessions(sessions.slice(2), LEFT)
    for (const { id } of [...fixture.events]) {
      for (const position of [0, 1, 2]) {
        const changes = [...fixture.endChanges(sessions.slice(0, 2), LEFT), fixture.startChange()]
        await expectNoTraceOfSessions(fixture, changes.with(position, withId(required(changes[position], 'change'), id)))
      }
    }
    await fixture.endSessions(sessions.slice(0, 2), LEFT)
    await expectStored(fixture)
  }),

  contractTest('an event id used twice in one batch of session changes rejects and saves nothing', async (fixture) => {
    const session = await fixture.startSession()
    const id = fixture.newId()
    await expectNoTraceOfSessions(
      fixture,
      [...fixture.endChanges([session], LEFT), fixture.startChange()].map((one) => withId(one, id)),
    )
  }),

  contractTest('a submission or change whose event id is taken by a session rejects and saves nothing', async (fixture) => {
    const asked = await fixture.submitOne(TOM)
    await fixture.endSessions([await fixture.startSession()], LEFT)
    for (const { id } of fixture.events.filter(({ type }) => type.startsWith('impersonation.'))) {
      const submitted = fixture.buildSubmission({ tenants: [HUNDRED], at: 4_000 })
      const [sent, ...received] = submitted.events
      const taken = { ...submitted, events: [{ ...sent, id }, ...received] } as const
      await assertRejects(async () => fixture.repository.saveSubmission(structuredClone(taken)), 'a submission')
      await expectStored(fixture, [submitted])
      const changes = fixture.changes([asked], grantAt(4_000)).map((one) => ({ ...one, event: { ...one.event, id } }))
      await assertRejects(async () => fixture.repository.saveChanges(structuredClone(changes)), 'a change')
      await expectStored(fixture)
    }
  }),
]

async function expectSessionConflict(fixture: Fixture, changes: readonly SessionChange[]): Promise<void> {
  assertEqual(await fixture.repository.saveSessionChanges(structuredClone(changes)), 'conflict', 'the answer to a stale change')
  await expectStored(fixture, [], changes)
}

async function expectNoTraceOfSessions(fixture: Fixture, changes: readonly SessionChange[]): Promise<void> {
  await assertRejects(async () => fixture.repository.saveSessionChanges(structuredClone(changes)), 'an event id that is taken')
  await expectStored(fixture, [], changes)
}

function withId({ session, event }: SessionChange, id: string): SessionChange {
  return { session, event: { ...event, id } }
}

function later({ session, event }: SessionChange): SessionChange {
  return { session: { ...session, revision: session.revision + 1 }, event: { ...event, revision: event.revision + 1 } }
}

function thousandSessions(fixture: Fixture): Promise<OpenSession[]> {
  return fixture.startSessions(
    ...Array.from({ length: 1_000 }, (_, n) => ({ user: `user-${n % 7}`, tenant: `tenant-${n % 3}`, at: 2_000 + (n % 11) })),
  )
}

// One query per session would be thousands of round trips; three lists cover all of them.
async function expectManySessionsStored(fixture: Fixture): Promise<void> {
  const { repository } = fixture
  const query = { requestingTenant: CLASSICS }
  const limit = 3_000
  sameRows(await repository.sessions({ ...query, now: READ_AT, limit }), rowsOf(fixture, expectedSessions(fixture, query)), 'the sessions')
  assertEqual(await repository.openSessions({ limit }), expectedOpenSessions(fixture), 'the open sessions')
  assertEqual(await repository.history({ ...query, limit }), expectedHistory(fixture, query), 'the events')
}
