/** The laws of ownership: altering what was handed in, or what came back, alters nothing stored. */

import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { allQueries, expectStored } from './fixtures/queries.js'
import { grantAt, removeUserAt, revokeAt } from './fixtures/transitions.js'

export const immutabilityTests: readonly ContractTest[] = [
  contractTest('altering a submission after it was handed in alters nothing stored', async (scene) => {
    const submitted = scene.buildSubmission({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], message: 'kept' })
    const handed = structuredClone(submitted)
    assertEqual(await scene.repository.saveSubmission(handed), { saved: true }, 'the answer')
    deface(handed)
    scene.recordSubmission(submitted)
    await expectStored(scene)
  }),

  contractTest('altering changes after they were handed in alters nothing stored', async (scene) => {
    const sent = await scene.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
    for (const verb of [removeUserAt(CHARLOTTE, 1_500), grantAt(2_000, 3_000, 'kept'), revokeAt(2_500, 'kept too')]) {
      const changes = scene.changes(sent, verb)
      const handed = structuredClone(changes)
      assertEqual(await scene.repository.saveChanges(handed), 'saved', 'the answer')
      deface(handed)
      scene.recordChanges(changes)
      await expectStored(scene)
    }
  }),

  contractTest('altering what was handed in alters nothing stored though only its surface was frozen', async (scene) => {
    const submitted = scene.buildSubmission({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
    const handed = structuredClone(submitted)
    for (const value of [handed.request, ...handed.tenantRequests, ...handed.events]) Object.freeze(value)
    assertEqual(await scene.repository.saveSubmission(handed), { saved: true }, 'the answer to the submission')
    deface(handed)
    scene.recordSubmission(submitted)
    await expectStored(scene)
    const changes = scene.changes(submitted.tenantRequests, removeUserAt(CHARLOTTE, 1_500))
    const handedToo = structuredClone(changes)
    for (const value of handedToo.flatMap(({ request, event }) => [request, event])) Object.freeze(value)
    assertEqual(await scene.repository.saveChanges(handedToo), 'saved', 'the answer to the changes')
    deface(handedToo)
    scene.recordChanges(changes)
    await expectStored(scene)
  }),

  contractTest(
    'altering starts and ends of sessions after they were handed in alters nothing stored, though their surface was frozen',
    async (scene) => {
      await lived(scene)
      const start = scene.startChange({ grantedBy: scene.requests.map(({ id }) => id), at: 3_500 })
      for (const changes of [[start], scene.endChanges([start.session], { at: 3_600, cause: 'ended-by-user' })]) {
        const handed = structuredClone(changes)
        for (const value of handed.flatMap(({ session, event }) => [session, event])) Object.freeze(value)
        assertEqual(await scene.repository.saveSessionChanges(handed), 'saved', 'the answer')
        deface(handed)
        scene.recordSessionChanges(changes)
        await expectStored(scene)
      }
    },
  ),

  contractTest('altering whatever came back alters nothing stored', async (scene) => {
    await lived(scene)
    const all = allQueries(scene)
    // Each answer is altered before the next is read, and both ways round: one reading may freeze what another hands out unfrozen.
    for (const { read } of [...all, ...all.toReversed()]) deface(await read())
    await expectStored(scene)
  }),

  contractTest('altering the answer to a repeated submission alters nothing stored', async (scene) => {
    await scene.submit({ id: 'again', users: [CAROLINE, CHARLOTTE] })
    deface(await scene.repository.saveSubmission(scene.buildSubmission({ id: 'again' })))
    await expectStored(scene)
  }),

  contractTest('what came back before a change stays as it was then', async (scene) => {
    const request = await scene.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    const session = await scene.startSession({ at: 1_000 })
    const before = allQueries(scene)
    const answers = await Promise.all(before.map(({ read }) => read()))
    await scene.applyTransitions(request, removeUserAt(CHARLOTTE, 1_500), grantAt(2_000))
    await scene.endSessions([session], { at: 1_500, cause: 'access-lost' })
    for (const [n, { check }] of before.entries()) check(answers[n] as never)
  }),
]

async function lived(scene: Fixture): Promise<void> {
  const users = [CAROLINE, CHARLOTTE]
  const granted = await scene.applyTransitions(await scene.submitOne(TOM, { users }), removeUserAt(CHARLOTTE, 1_500), grantAt(2_000, 3_000))
  await scene.submitOne(HUNDRED, { users, at: 1_100 })
  const [over] = await scene.startSessions({ grantedBy: [granted.id], endsAt: 3_000 }, { grantedBy: [granted.id], endsAt: 3_000 })
  await scene.endSessions([required(over, 'session')], { at: 2_500, cause: 'ended-by-user' })
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
