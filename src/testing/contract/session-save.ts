/** The laws of `saveSessions`: a start or an end follows what is stored, and a batch is one change or none (SPEC 7.1, 7.3). */
import type { OpenSession } from '../../domain/session-state.js'
import type { SessionChange } from '../../ports/repository.js'
import { type Law, law } from './contract-test.js'
import { rejects, same, the } from './fixtures/assert.js'
import { expectedHistory, expectedOpenSessions, expectedSessions, rowsOf } from './fixtures/expected.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { agree } from './fixtures/queries.js'
import { endingsOf } from './fixtures/sessions.js'
import { granting } from './fixtures/transitions.js'

const LEFT = { at: 3_000, cause: 'left' } as const

export const enteringLaws: readonly Law[] = [
  law('a start of a session answers true, and the session, its event and the facts it stands on come back exactly', async (scene) => {
    const one = await scene.live(await scene.ask(TOM, { users: [CAROLINE, CHARLOTTE] }), granting(1_500, 9_000))
    const more = await scene.live(await scene.ask(TOM, { at: 1_100 }), granting(1_500))
    await scene.visit({ grantedBy: [more.id, one.id], endsAt: 9_000, reason: 'Ticket 1' })
    await agree(scene)
    await scene.visit({ user: 'becky', by: HUNDRED, tenant: 'never-asked', reason: 'by the legacy tool' })
    await agree(scene)
  }),

  law('an end of a session answers true, and the session and its event come back exactly, whatever ended it', async (scene) => {
    const [a] = await scene.enter({}, {}, {})
    for (const over of endingsOf(the(a, 'session'))) {
      await scene.leave([the(expectedOpenSessions(scene)[0], 'open session')], over)
      await agree(scene)
    }
  }),

  law('a start of a session that is stored, open or over, answers false and saves nothing', async (scene) => {
    const { hash } = await scene.visit()
    await answersFalse(scene, [scene.start({ hash })])
    await answersFalse(scene, [scene.start({ hash, user: 'becky', by: HUNDRED, tenant: 'green-gables', at: 5_000 })])
    await scene.leave(expectedOpenSessions(scene), LEFT)
    await answersFalse(scene, [scene.start({ hash, at: 5_000 })])
  }),

  law('an end of a session that is over answers false and saves nothing', async (scene) => {
    const session = await scene.visit()
    await scene.leave([session], LEFT)
    for (const over of endingsOf(session)) await answersFalse(scene, scene.end([session], over))
  }),

  law('a change of a session of a revision not yet reached answers false and saves nothing', async (scene) => {
    const session = await scene.visit()
    await answersFalse(scene, scene.end([session], LEFT).map(later))
    await answersFalse(scene, [later(scene.start())])
  }),

  law('an end of a session that is not there answers false and saves nothing', async (scene) => {
    await scene.visit()
    await answersFalse(scene, scene.end([scene.start().session], LEFT))
  }),

  law('after an answer of false the session can be read again and ended', async (scene) => {
    const session = await scene.visit()
    await answersFalse(scene, [scene.start({ hash: session.hash })])
    same((await scene.repository.session(session.hash))?.session, session, 'the session as it is')
    await scene.leave([session], LEFT)
    await agree(scene)
  }),

  law('no starts and no ends: true, and nothing is saved', async (scene) => {
    same(await scene.repository.saveSessions([]), true, 'of an empty repository')
    await scene.visit()
    same(await scene.repository.saveSessions([]), true, 'the answer')
    await agree(scene)
  }),

  law('starts and ends of sessions of several users, requesters and tenants are saved together', async (scene) => {
    const [first, second] = await scene.enter({}, { user: CHARLOTTE, tenant: HUNDRED })
    const ends = scene.end([the(first, 'session'), the(second, 'session')], LEFT)
    const starts = [scene.start(), scene.start({ user: 'xavier', by: 'rival' }), scene.start({ user: 'becky', by: TOM, tenant: HUNDRED })]
    await scene.pass([...starts, ...ends])
    await agree(scene)
  }),

  law('of a batch of sessions with one stale change, wherever it stands, nothing is saved', async (scene) => {
    const [gone, inside] = await scene.enter({}, { tenant: HUNDRED })
    await scene.leave([the(gone, 'session')], LEFT)
    const [stale] = scene.end([the(gone, 'session')], LEFT)
    for (const position of [0, 1, 2]) {
      const changes = [scene.start(), ...scene.end([the(inside, 'session')], LEFT)]
      await answersFalse(scene, changes.toSpliced(position, 0, the(stale, 'stale change')))
    }
  }),

  law('of a batch that names a session twice nothing is saved', async (scene) => {
    const hash = scene.newHash()
    await answersFalse(scene, [scene.start({ hash }), scene.start({ hash, user: CHARLOTTE })])
    const session = await scene.visit()
    await answersFalse(scene, [...scene.end([session], LEFT), ...scene.end([session], { at: 4_000, cause: 'cut' })])
    const start = scene.start()
    await answersFalse(scene, [start, ...scene.end([start.session], LEFT)])
  }),

  law('a batch of 1,000 starts, and one of 1,000 ends, is saved whole', async (scene) => {
    const sessions = await thousand(scene)
    await agreeAtLarge(scene)
    await scene.leave(sessions, LEFT)
    await agreeAtLarge(scene)
  }),

  law('of 1,000 ends of sessions of which only the last is stale none is saved', async (scene) => {
    const sessions = await thousand(scene)
    await scene.leave(sessions.slice(-1), LEFT)
    same(await scene.repository.saveSessions(scene.end(sessions, { at: 4_000, cause: 'cut' })), false, 'the answer')
    await agreeAtLarge(scene)
  }),

  law("an event's id that is taken, by a request or a session, rejects starts and ends, and leaves nothing", async (scene) => {
    await scene.live(await scene.ask(TOM), granting(1_500))
    const sessions = await scene.enter({}, { tenant: HUNDRED }, { user: CHARLOTTE })
    await scene.leave(sessions.slice(2), LEFT)
    for (const { id } of [...scene.events]) {
      for (const position of [0, 1, 2]) {
        const changes = [...scene.end(sessions.slice(0, 2), LEFT), scene.start()]
        await leavesNothing(scene, changes.with(position, withId(the(changes[position], 'change'), id)))
      }
    }
    await scene.leave(sessions.slice(0, 2), LEFT)
    await agree(scene)
  }),

  law("an event's id used twice within one batch of sessions rejects, and leaves nothing", async (scene) => {
    const session = await scene.visit()
    const id = scene.newId()
    await leavesNothing(
      scene,
      [...scene.end([session], LEFT), scene.start()].map((one) => withId(one, id)),
    )
  }),

  law("a submission or a change of a request whose event's id a session has taken rejects and leaves nothing", async (scene) => {
    const asked = await scene.ask(TOM)
    await scene.leave([await scene.visit()], LEFT)
    for (const { id } of scene.events.filter(({ type }) => type.startsWith('impersonation.'))) {
      const submitted = scene.prepare({ tenants: [HUNDRED], at: 4_000 })
      const [sent, ...received] = submitted.events
      const taken = { ...submitted, events: [{ ...sent, id }, ...received] } as const
      await rejects(async () => scene.repository.submit(structuredClone(taken)), 'a submission')
      await agree(scene, [submitted])
      const changes = scene.changes([asked], granting(4_000)).map((one) => ({ ...one, event: { ...one.event, id } }))
      await rejects(async () => scene.repository.save(structuredClone(changes)), 'a change')
      await agree(scene)
    }
  }),
]

async function answersFalse(scene: Scene, changes: readonly SessionChange[]): Promise<void> {
  same(await scene.repository.saveSessions(structuredClone(changes)), false, 'the answer to a stale change')
  await agree(scene, [], changes)
}

async function leavesNothing(scene: Scene, changes: readonly SessionChange[]): Promise<void> {
  await rejects(async () => scene.repository.saveSessions(structuredClone(changes)), "a change with an event's id that is taken")
  await agree(scene, [], changes)
}

function withId({ session, event }: SessionChange, id: string): SessionChange {
  return { session, event: { ...event, id } }
}

function later({ session, event }: SessionChange): SessionChange {
  return { session: { ...session, revision: session.revision + 1 }, event: { ...event, revision: event.revision + 1 } }
}

function thousand(scene: Scene): Promise<OpenSession[]> {
  return scene.enter(
    ...Array.from({ length: 1_000 }, (_, n) => ({ user: `user-${n % 7}`, tenant: `tenant-${n % 3}`, at: 2_000 + (n % 11) })),
  )
}

// A reading a session would be thousands of round trips: three lists show a thousand as well.
async function agreeAtLarge(scene: Scene): Promise<void> {
  const { repository } = scene
  const query = { requestingTenant: CLASSICS }
  const limit = 3_000
  sameRows(await repository.sessions({ ...query, limit }), rowsOf(scene, expectedSessions(scene, query)), 'the sessions')
  sameRows(await repository.openSessions({ limit }), rowsOf(scene, expectedOpenSessions(scene)), 'the open sessions')
  same(await repository.history({ ...query, limit }), expectedHistory(scene, query), 'the events')
}
