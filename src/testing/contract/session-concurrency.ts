/** The laws of several entering and leaving at once: one winner, and no half-done work for anybody to see (SPEC 7.2, 7.3). */
import { parseFacts } from '../../domain/facts.js'
import type { SessionChange } from '../../ports/repository.js'
import { type Law, law } from './contract-test.js'
import { only, same, the } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { agree } from './fixtures/queries.js'
import { granting, revoking } from './fixtures/transitions.js'

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7]
const LEFT = { at: 3_000, cause: 'left' } as const

export const enteringAtOnceLaws: readonly Law[] = [
  law('of several starts of one session at once exactly one is saved, and the others answer false', async (scene) => {
    const hash = scene.newHash()
    await race(
      scene,
      EIGHT.map((n) => [scene.start({ hash, user: n % 2 ? CAROLINE : CHARLOTTE, reason: `contender ${n}` })]),
    )
  }),

  law('of several ends of one session at once exactly one is saved, and the others answer false', async (scene) => {
    const session = await scene.visit()
    await race(
      scene,
      EIGHT.map((n) => scene.end([session], { at: 3_000 + n, cause: n % 2 ? 'left' : 'expired' })),
    )
  }),

  law('of batches of ends at once that share only one session exactly one is saved, and nothing of the others', async (scene) => {
    const shared = await scene.visit()
    const own = await scene.enter(...EIGHT.map((n) => ({ tenant: `tenant-${n}` })))
    await race(
      scene,
      own.map((session, n) => scene.end(n % 2 ? [shared, session] : [session, shared], LEFT)),
    )
  }),

  law('starts and ends of different sessions at once are all saved, of one user in one tenant too', async (scene) => {
    const inside = await scene.enter(...EIGHT.map(() => ({})))
    const all = inside.map((session, n) => [...scene.end([session], LEFT), scene.start({ at: 2_000 + (n % 3) })])
    const answers = await Promise.all(all.map((changes) => scene.repository.saveSessions(structuredClone(changes))))
    same(answers, Array(8).fill(true), 'the answers')
    scene.passed(all.flat())
    await agree(scene)
  }),

  law("of a grant and a start at once with one event's id exactly one is saved, and the other rejects", async (scene) => {
    const asked = await scene.ask(TOM)
    const { repository } = scene
    const [granted] = scene.changes([asked], granting(1_500))
    const change = the(granted, 'change')
    const start = scene.start()
    const contender = { ...start, event: { ...start.event, id: change.event.id } }
    const outcomes = await Promise.allSettled([
      repository.save(structuredClone([change])),
      repository.saveSessions(structuredClone([contender])),
    ])
    same(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], 'the outcomes')
    if (outcomes[0]?.status === 'fulfilled') scene.saved([change])
    else scene.passed([contender])
    await agree(scene, [], [contender])
  }),

  law('whoever reads during a batch of starts or of ends sees all of it or nothing', async (scene) => {
    const { repository } = scene
    const starts = Array.from({ length: 100 }, (_, n) => scene.start({ tenant: `tenant-${n}` }))
    const ends = scene.end(
      starts.map(({ session }) => session),
      LEFT,
    )
    const counts = async () => [
      (await repository.openSessions({ limit: 1_000 })).length,
      (await repository.sessions({ requestingTenant: CLASSICS, openAt: 2_000, limit: 1_000 })).length,
      (await repository.history({ requestingTenant: CLASSICS, limit: 1_000 })).length,
    ]
    for (const changes of [starts, ends]) {
      const [seen] = await Promise.all([Promise.all(EIGHT.map(counts)), repository.saveSessions(structuredClone(changes))])
      for (const count of seen.flat()) same(count % 100, 0, `${count} of 100 at once, beyond all and none`)
    }
  }),

  law('a session and the facts beside it are read in one step, whatever is saved meanwhile', async (scene) => {
    await seenOnTheWay(scene, ['end', 'revoke'])
    await seenOnTheWay(scene, ['revoke', 'end'])
  }),

  law('whoever reads a session during the first grant sees the grant and the tenant governed, or neither', async (scene) => {
    const request = await scene.ask(TOM)
    const { hash } = await scene.visit()
    const changes = scene.changes([request], granting(2_500))
    const { repository } = scene
    const reading = async () => [
      ...[await repository.session(hash)].flatMap((row) => row ?? []),
      ...(await repository.sessions({ tenant: TOM, limit: 10 })),
      ...(await repository.openSessions({ limit: 10 })),
    ]
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), repository.save(structuredClone(changes))])
    for (const { facts } of seen.flat()) {
      parseFacts(facts)
      same(facts.governed, facts.requests[0]?.state === 'granted', 'governed, where granted')
    }
  }),
]

/** Lets all of them be saved at once; exactly one may be, and everything agrees with it. */
async function race(scene: Scene, contenders: readonly (readonly SessionChange[])[]): Promise<void> {
  const answers = await Promise.all(contenders.map((changes) => scene.repository.saveSessions(structuredClone(changes))))
  const winner = only(
    contenders.filter((_, n) => answers[n] === true),
    'answers of true',
  )
  same(answers.filter((answer) => answer === false).length, contenders.length - 1, 'answers of false')
  scene.passed(winner)
  await agree(scene, [], contenders.flat())
}

/** Ends a session and revokes its grant, one after the other, while others read: what they see must once have been so. */
async function seenOnTheWay(scene: Scene, steps: readonly ('end' | 'revoke')[]): Promise<void> {
  const { repository } = scene
  const request = await scene.live(await scene.ask(HUNDRED), granting(1_500))
  const session = await scene.visit({ tenant: HUNDRED, grantedBy: [request.id], user: CAROLINE })
  const states = () => `${scene.sessions.find(({ hash }) => hash === session.hash)?.state}, ${scene.now(request).state}`
  const known = [states()]
  const seen = new Set<string>()
  let over = false
  const reading = async (read: () => Promise<Awaited<ReturnType<typeof repository.session>>>) => {
    // No more than so many, or a repository that never yields would be read for ever.
    for (let times = 0; times < 200 && !over; times += 1) {
      const row = await read()
      seen.add(`${row?.session.state}, ${row?.facts.requests.find(({ id }) => id === request.id)?.state}`)
    }
  }
  const writing = async () => {
    for (const step of steps) {
      if (step === 'end') await scene.leave([session], LEFT)
      else await scene.live(request, revoking(3_000))
      known.push(states())
    }
    over = true
  }
  const listed = async () => (await repository.sessions({ tenant: HUNDRED, limit: 10 })).find((row) => row.session.hash === session.hash)
  await Promise.all([...EIGHT.map(() => reading(() => repository.session(session.hash))), ...EIGHT.map(() => reading(listed)), writing()])
  same(
    [...seen].filter((pair) => !known.includes(pair)),
    [],
    'session and facts that never were so together',
  )
}
