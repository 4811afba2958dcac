/** Contract tests of immutability: mutating arguments or results never changes stored data. */

import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { allQueries, expectStored } from './fixtures/queries.js'
import { grantAt, removeUserAt, revokeAt } from './fixtures/transitions.js'

export const immutabilityTests: readonly ContractTest[] = [
  contractTest('mutating a submission after saving it does not affect stored data', async (fixture) => {
    const submitted = fixture.buildSubmission({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], message: 'kept' })
    const input = structuredClone(submitted)
    assertEqual(await fixture.repository.saveSubmission(input), { saved: true }, 'the answer')
    mutateDeeply(input)
    fixture.recordSubmission(submitted)
    await expectStored(fixture)
  }),

  contractTest('mutating changes after saving them does not affect stored data', async (fixture) => {
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
    for (const verb of [removeUserAt(CHARLOTTE, 1_500), grantAt(2_000, 3_000, 'kept'), revokeAt(2_500, 'kept too')]) {
      const changes = fixture.changes(sent, verb)
      const input = structuredClone(changes)
      assertEqual(await fixture.repository.saveChanges(input), 'saved', 'the answer')
      mutateDeeply(input)
      fixture.recordChanges(changes)
      await expectStored(fixture)
    }
  }),

  contractTest('mutating shallowly frozen input after saving it does not affect stored data', async (fixture) => {
    const submitted = fixture.buildSubmission({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
    const input = structuredClone(submitted)
    for (const value of [input.request, ...input.tenantRequests, ...input.events]) Object.freeze(value)
    assertEqual(await fixture.repository.saveSubmission(input), { saved: true }, 'the answer to the submission')
    mutateDeeply(input)
    fixture.recordSubmission(submitted)
    await expectStored(fixture)
    const changes = fixture.changes(submitted.tenantRequests, removeUserAt(CHARLOTTE, 1_500))
    const changesInput = structuredClone(changes)
    for (const value of changesInput.flatMap(({ request, event }) => [request, event])) Object.freeze(value)
    assertEqual(await fixture.repository.saveChanges(changesInput), 'saved', 'the answer to the changes')
    mutateDeeply(changesInput)
    fixture.recordChanges(changes)
    await expectStored(fixture)
  }),

  contractTest('mutating shallowly frozen session changes after saving them does not affect stored data', async (fixture) => {
    await saveRequestsAndSessions(fixture)
    const start = fixture.startChange({ grantedBy: fixture.requests.map(({ id }) => id), at: 3_500 })
    for (const changes of [[start], fixture.endChanges([start.session], { at: 3_600, cause: 'ended-by-user' })]) {
      const input = structuredClone(changes)
      for (const value of input.flatMap(({ session, event }) => [session, event])) Object.freeze(value)
      assertEqual(await fixture.repository.saveSessionChanges(input), 'saved', 'the answer')
      mutateDeeply(input)
      fixture.recordSessionChanges(changes)
      await expectStored(fixture)
    }
  }),

  contractTest('mutating a result does not affect stored data', async (fixture) => {
    await saveRequestsAndSessions(fixture)
    const all = allQueries(fixture)
    // Mutate each result before the next query, in both orders: one query may freeze a value that another returns unfrozen.
    for (const { read } of [...all, ...all.toReversed()]) mutateDeeply(await read())
    await expectStored(fixture)
  }),

  contractTest('mutating the result of a repeated submission does not affect stored data', async (fixture) => {
    await fixture.submit({ id: 'again', users: [CAROLINE, CHARLOTTE] })
    mutateDeeply(await fixture.repository.saveSubmission(fixture.buildSubmission({ id: 'again' })))
    await expectStored(fixture)
  }),

  contractTest('a result returned before a change stays as it was', async (fixture) => {
    const request = await fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    const session = await fixture.startSession({ at: 1_000 })
    const before = allQueries(fixture)
    const answers = await Promise.all(before.map(({ read }) => read()))
    await fixture.applyTransitions(request, removeUserAt(CHARLOTTE, 1_500), grantAt(2_000))
    await fixture.endSessions([session], { at: 1_500, cause: 'access-lost' })
    for (const [n, { check }] of before.entries()) check(answers[n] as never)
  }),
]

async function saveRequestsAndSessions(fixture: Fixture): Promise<void> {
  const users = [CAROLINE, CHARLOTTE]
  const granted = await fixture.applyTransitions(
    await fixture.submitOne(TOM, { users }),
    removeUserAt(CHARLOTTE, 1_500),
    grantAt(2_000, 3_000),
  )
  await fixture.submitOne(HUNDRED, { users, at: 1_100 })
  const [ended] = await fixture.startSessions({ grantedBy: [granted.id], endsAt: 3_000 }, { grantedBy: [granted.id], endsAt: 3_000 })
  await fixture.endSessions([required(ended, 'session')], { at: 2_500, cause: 'ended-by-user' })
}

/** Mutates a value deeply. Frozen parts reject it, silently or with a `TypeError`. */
export function mutateDeeply(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const key of Object.keys(value)) {
    mutateDeeply(Reflect.get(value, key))
    attempt(() => Reflect.set(value, key, 'mutated'))
  }
  if (Array.isArray(value)) attempt(() => value.push('mutated'))
  else attempt(() => Reflect.set(value, 'mutated', true))
  attempt(() => Reflect.setPrototypeOf(value, { mutated: true }))
}

function attempt(mutate: () => unknown): void {
  try {
    mutate()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
}
