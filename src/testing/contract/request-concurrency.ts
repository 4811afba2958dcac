/** Contract tests of concurrent request writes: one winner, and no partial results (SPEC 4.6). */
import type { SubmissionRecords } from '../../domain/access-request.js'
import { parseFacts } from '../../domain/facts.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, single } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { factsForUser, factsIn, grantsOfUserAt, READ_AT } from './fixtures/reads.js'
import { renamed } from './fixtures/refused-writes.js'
import { grantAt, rejectAt, type Transition } from './fixtures/transitions.js'

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7]

export const requestConcurrencyTests: readonly ContractTest[] = [
  contractTest('of concurrent submissions with one id, exactly one is saved and the others return it', async (fixture) => {
    const contenders = EIGHT.map((n) => fixture.buildSubmission({ id: 'one', tenants: [TOM, HUNDRED], message: `contender ${n}` }))
    const answers = await Promise.all(contenders.map((one) => fixture.repository.saveSubmission(structuredClone(one))))
    const winner = single(
      contenders.filter((_, n) => answers[n] !== undefined && 'saved' in answers[n]),
      'answers of `saved`',
    )
    fixture.recordSubmission(winner)
    const others = answers.filter((answer) => 'existing' in answer)
    assertEqual(
      others,
      others.map(() => ({ existing: winner.request })),
      'the other answers',
    )
    await expectStored(fixture, contenders)
  }),

  contractTest('of concurrent submissions with one tenant request id, exactly one is saved and the others reject', async (fixture) => {
    const contenders = EIGHT.map((n) => {
      const fresh = fixture.buildSubmission({ id: `contender-${n}`, tenants: [TOM, HUNDRED, `tenant-${n}`] })
      return renamed(fresh, fresh.tenantRequests[1]?.id, 'contested')
    })
    fixture.recordSubmission(await winnerAmong(contenders, (one) => fixture.repository.saveSubmission(one)))
    await expectStored(fixture, contenders)
  }),

  contractTest('concurrent submissions with different ids or different requesting tenants are all saved', async (fixture) => {
    const parties = EIGHT.map((n) => ({ tenants: [TOM, HUNDRED], by: n % 2 ? CLASSICS : 'rival', at: 1_000 + n }))
    const all = parties.map((order, n) => fixture.buildSubmission(n < 2 ? { ...order, id: 'of-each' } : order))
    const answers = await Promise.all(all.map((one) => fixture.repository.saveSubmission(structuredClone(one))))
    assertEqual(answers, Array(8).fill({ saved: true }), 'the answers')
    for (const one of all) fixture.recordSubmission(one)
    await expectStored(fixture)
  }),

  contractTest('a read during a submission returns all of it or nothing', async (fixture) => {
    const tenants = Array.from({ length: 100 }, (_, n) => `tenant-${n}`)
    const submitted = fixture.buildSubmission({ id: 'whole', tenants })
    const reading = () => fixture.repository.tenantRequestsOf(CLASSICS, 'whole')
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), fixture.repository.saveSubmission(structuredClone(submitted))])
    for (const requests of seen) assertEqual(requests.length === 0 ? 100 : requests.length, 100, 'the tenant requests seen, if any')
  }),

  contractTest('of two changes of the same revision, exactly one is saved and the other returns `conflict`', async (fixture) => {
    const [two, eight] = [await fixture.submitOne(TOM), await fixture.submitOne(HUNDRED)]
    await raceChanges(fixture, [
      [grantAt(2_000), [two]],
      [rejectAt(2_000), [two]],
    ])
    await raceChanges(
      fixture,
      EIGHT.map((n) => [grantAt(2_000, null, `answer ${n}`), [eight]]),
    )
  }),

  contractTest(
    'of concurrent batches that share requests, in any order, exactly one is saved and the others return `conflict`',
    async (fixture) => {
      const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables', 'kellynch'] })
      const turned = [...sent].reverse()
      await raceChanges(
        fixture,
        EIGHT.map((n) => [grantAt(2_000, null, `answer ${n}`), n % 2 ? sent : turned]),
      )
    },
  ),

  contractTest('of concurrent batches that share one request, exactly one is saved and nothing of the others', async (fixture) => {
    const shared = await fixture.submitOne(TOM)
    const own = await Promise.all(EIGHT.map((n) => fixture.submitOne(`tenant-${n}`, { at: 1_000 + n })))
    await raceChanges(
      fixture,
      own.map((request, n) => [grantAt(2_000), n % 2 ? [shared, request] : [request, shared]]),
    )
  }),

  contractTest('concurrent changes of different requests are all saved, even in one tenant', async (fixture) => {
    const sent = await Promise.all(EIGHT.map((n) => fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE], at: 1_000 + n })))
    const all = sent.map((request, n) => fixture.changes([request], n % 2 ? grantAt(2_000 + n) : rejectAt(2_000 + n)))
    assertEqual(
      await Promise.all(all.map((changes) => fixture.repository.saveChanges(structuredClone(changes)))),
      Array(8).fill('saved'),
      'the answers',
    )
    fixture.recordChanges(all.flat())
    await expectStored(fixture)
  }),

  contractTest('a read during a batch returns all of it or nothing', async (fixture) => {
    const tenants = Array.from({ length: 100 }, (_, n) => `tenant-${n}`)
    const sent = await fixture.submit({ id: 'whole', tenants })
    const changes = fixture.changes(sent, grantAt(2_000))
    const query = { requestingTenant: CLASSICS, accessRequest: 'whole', now: READ_AT, limit: 1_000 }
    const reading = () => fixture.repository.outgoing(query)
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), fixture.repository.saveChanges(structuredClone(changes))])
    for (const rows of seen) assertEqual(new Set(rows.map(({ request }) => request.state)).size, 1, 'the states seen at once')
  }),

  contractTest('facts for many queries read during a batch contain all of it or nothing', async (fixture) => {
    const tenants = Array.from({ length: 100 }, (_, n) => `tenant-${n}`)
    const changes = fixture.changes(await fixture.submit({ tenants }), grantAt(2_000))
    const queries = tenants.map((tenant, n) => ({ tenant, user: CAROLINE, from: n % 2 ? CLASSICS : null, now: READ_AT }))
    const reading = () => fixture.repository.factsForMany(queries)
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), fixture.repository.saveChanges(structuredClone(changes))])
    for (const all of seen) {
      const states = all.map(({ governed, requests }) => `${governed} ${requests[0]?.state}`)
      assertEqual(new Set(states).size, 1, 'what the facts of all tenants say at once')
    }
  }),

  contractTest('facts read during the first grant contain the grant and `governed`, or neither', async (fixture) => {
    const request = await fixture.submitOne(TOM)
    const changes = fixture.changes([request], grantAt(2_000))
    const reading = async () => [await factsIn(fixture.repository, TOM), await factsForUser(fixture.repository, TOM, CAROLINE)]
    const readingUser = () => grantsOfUserAt(fixture.repository, CAROLINE)
    const [seen, byUser] = await Promise.all([
      Promise.all(EIGHT.map(reading)),
      Promise.all(EIGHT.map(readingUser)),
      fixture.repository.saveChanges(structuredClone(changes)),
    ])
    for (const facts of [...seen, ...byUser].flat()) {
      parseFacts(facts)
      assertEqual(facts.governed, facts.requests[0]?.state === 'granted', 'governed, if granted')
    }
  }),
]

/** Saves all contenders concurrently, and asserts that exactly one is stored. */
async function raceChanges(fixture: Fixture, contenders: readonly (readonly [Transition, readonly TenantRequest[]])[]): Promise<void> {
  const all = contenders.map(([verb, requests]) => fixture.changes(requests, verb))
  const answers = await Promise.all(all.map((changes) => fixture.repository.saveChanges(structuredClone(changes))))
  const winner = single(
    all.filter((_, n) => answers[n] === 'saved'),
    'answers of `saved`',
  )
  assertEqual(answers.filter((answer) => answer === 'conflict').length, all.length - 1, 'answers of `conflict`')
  fixture.recordChanges(winner)
  await expectStored(fixture)
}

/** Returns the contender whose submission was saved, and asserts that all others rejected. */
async function winnerAmong(
  contenders: readonly SubmissionRecords[],
  submit: (one: SubmissionRecords) => Promise<unknown>,
): Promise<SubmissionRecords> {
  const outcomes = await Promise.allSettled(contenders.map((one) => submit(structuredClone(one))))
  const saved = contenders.filter((_, n) => outcomes[n]?.status === 'fulfilled')
  const winner = single(saved, 'submissions saved')
  assertEqual(outcomes.filter(({ status }) => status === 'rejected').length, contenders.length - 1, 'submissions rejected')
  return winner
}
