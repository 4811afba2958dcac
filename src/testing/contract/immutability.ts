/** The laws of ownership: altering what was handed in, or what came back, alters nothing stored. */

import { type Law, law } from './contract-test.js'
import { same, the } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { agree, readings } from './fixtures/queries.js'
import { granting, removing, revoking } from './fixtures/transitions.js'

export const sealingLaws: readonly Law[] = [
  law('altering a submission after it was handed in alters nothing stored', async (scene) => {
    const submitted = scene.prepare({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], message: 'kept' })
    const handed = structuredClone(submitted)
    same(await scene.repository.submit(handed), null, 'the answer')
    deface(handed)
    scene.submitted(submitted)
    await agree(scene)
  }),

  law('altering changes after they were handed in alters nothing stored', async (scene) => {
    const sent = await scene.send({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
    for (const verb of [removing(CHARLOTTE, 1_500), granting(2_000, 3_000, 'kept'), revoking(2_500, 'kept too')]) {
      const changes = scene.changes(sent, verb)
      const handed = structuredClone(changes)
      same(await scene.repository.save(handed), true, 'the answer')
      deface(handed)
      scene.saved(changes)
      await agree(scene)
    }
  }),

  law('altering what was handed in alters nothing stored though only its surface was frozen', async (scene) => {
    const submitted = scene.prepare({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
    const handed = structuredClone(submitted)
    for (const value of [handed.request, ...handed.tenantRequests, ...handed.events]) Object.freeze(value)
    same(await scene.repository.submit(handed), null, 'the answer to the submission')
    deface(handed)
    scene.submitted(submitted)
    await agree(scene)
    const changes = scene.changes(submitted.tenantRequests, removing(CHARLOTTE, 1_500))
    const handedToo = structuredClone(changes)
    for (const value of handedToo.flatMap(({ request, event }) => [request, event])) Object.freeze(value)
    same(await scene.repository.save(handedToo), true, 'the answer to the changes')
    deface(handedToo)
    scene.saved(changes)
    await agree(scene)
  }),

  law(
    'altering starts and ends of sessions after they were handed in alters nothing stored, though their surface was frozen',
    async (scene) => {
      await lived(scene)
      const start = scene.start({ grantedBy: scene.requests.map(({ id }) => id), at: 3_500 })
      for (const changes of [[start], scene.end([start.session], { at: 3_600, cause: 'left' })]) {
        const handed = structuredClone(changes)
        for (const value of handed.flatMap(({ session, event }) => [session, event])) Object.freeze(value)
        same(await scene.repository.saveSessions(handed), true, 'the answer')
        deface(handed)
        scene.passed(changes)
        await agree(scene)
      }
    },
  ),

  law('altering whatever came back alters nothing stored', async (scene) => {
    await lived(scene)
    const all = readings(scene)
    // Each answer is altered before the next is read, and both ways round: one reading may freeze what another hands out unfrozen.
    for (const { read } of [...all, ...all.toReversed()]) deface(await read())
    await agree(scene)
  }),

  law('altering the answer to a repeated submission alters nothing stored', async (scene) => {
    await scene.send({ id: 'again', users: [CAROLINE, CHARLOTTE] })
    deface(await scene.repository.submit(scene.prepare({ id: 'again' })))
    await agree(scene)
  }),

  law('what came back before a change stays as it was then', async (scene) => {
    const request = await scene.ask(TOM, { users: [CAROLINE, CHARLOTTE] })
    const session = await scene.visit({ at: 1_000 })
    const before = readings(scene)
    const answers = await Promise.all(before.map(({ read }) => read()))
    await scene.live(request, removing(CHARLOTTE, 1_500), granting(2_000))
    await scene.leave([session], { at: 1_500, cause: 'cut' })
    for (const [n, { check }] of before.entries()) check(answers[n] as never)
  }),
]

async function lived(scene: Scene): Promise<void> {
  const users = [CAROLINE, CHARLOTTE]
  const granted = await scene.live(await scene.ask(TOM, { users }), removing(CHARLOTTE, 1_500), granting(2_000, 3_000))
  await scene.ask(HUNDRED, { users, at: 1_100 })
  const [over] = await scene.enter({ grantedBy: [granted.id], endsAt: 3_000 }, { grantedBy: [granted.id], endsAt: 3_000 })
  await scene.leave([the(over, 'session')], { at: 2_500, cause: 'left' })
}

/** Alters all that can be altered in a value, deeply; frozen parts may refuse, silently or by a TypeError. */
export function deface(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const key of Object.keys(value)) {
    deface(Reflect.get(value, key))
    attempt(() => Reflect.set(value, key, 'defaced'))
  }
  if (Array.isArray(value)) attempt(() => value.push('defaced'))
  else attempt(() => Reflect.set(value, 'defaced', true))
  attempt(() => Reflect.setPrototypeOf(value, { defaced: true }))
}

function attempt(altering: () => unknown): void {
  try {
    altering()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
}
