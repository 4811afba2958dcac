/** Contract tests of concurrent session writes: one winner, and no partial results (SPEC 7.2, 7.3). */
import { parseFacts } from '../../domain/facts.js'
import type { SessionChange, SessionRow } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required, single } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { READ_AT, sessionIn } from './fixtures/reads.js'
import { grantAt, revokeAt } from './fixtures/transitions.js'

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7]
const LEFT = { at: 3_000, cause: 'ended-by-user' } as const

export const sessionConcurrencyTests: readonly ContractTest[] = [
  contractTest('of concurrent starts of one session, exactly one is saved and the others return `conflict`', async (fixture) => {
    const hash = fixture.newHash()
    await raceSessionChanges(
      fixture,
      EIGHT.map((n) => [fixture.startChange({ hash, user: n % 2 ? CAROLINE : CHARLOTTE, reason: `contender ${n}` })]),
    )
  }),

  contractTest('of concurrent ends of one session, exactly one is saved and the others return `conflict`', async (fixture) => {
    const session = await fixture.startSession()
    await raceSessionChanges(
      fixture,
      EIGHT.map((n) => fixture.endChanges([session], { at: 3_000 + n, cause: n % 2 ? 'ended-by-user' : 'expired' })),
    )
  }),

  contractTest('of concurrent batches of ends that share one session, exactly one is saved and nothing of the others', async (fixture) => {
    const shared = await fixture.startSession()
    const own = await fixture.startSessions(...EIGHT.map((n) => ({ tenant: `tenant-${n}` })))
    await raceSessionChanges(
      fixture,
      own.map((session, n) => fixture.endChanges(n % 2 ? [shared, session] : [session, shared], LEFT)),
    )
  }),

  contractTest('concurrent starts and ends of different sessions are all saved, even of one user in one tenant', async (fixture) => {
    const inside = await fixture.startSessions(...EIGHT.map(() => ({})))
    // Different instants: of concurrent calls, the order of events of one instant is not specified.
    const all = inside.map((session, n) => [
      ...fixture.endChanges([session], { ...LEFT, at: LEFT.at + n }),
      fixture.startChange({ at: 2_100 + n }),
    ])
    const answers = await Promise.all(all.map((changes) => fixture.repository.saveSessionChanges(structuredClone(changes))))
    assertEqual(answers, Array(8).fill('saved'), 'the answers')
    fixture.recordSessionChanges(all.flat())
    await expectStored(fixture)
  }),

  contractTest('of a concurrent grant and session start with one event id, exactly one is saved and the other rejects', async (fixture) => {
    const asked = await fixture.submitOne(TOM)
    const { repository } = fixture
    const [granted] = fixture.changes([asked], grantAt(1_500))
    const change = required(granted, 'change')
    const start = fixture.startChange()
    const contender = { ...start, event: { ...start.event, id: change.event.id } }
    const outcomes = await Promise.allSettled([
      repository.saveChanges(structuredClone([change])),
      repository.saveSessionChanges(structuredClone([contender])),
    ])
    assertEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], 'the outcomes')
    if (outcomes[0]?.status === 'fulfilled') fixture.recordChanges([change])
    else fixture.recordSessionChanges([contender])
    await expectStored(fixture, [], [contender])
  }),

  contractTest('a read during a batch of starts or ends returns all of it or nothing', async (fixture) => {
    const { repository } = fixture
    const starts = Array.from({ length: 100 }, (_, n) => fixture.startChange({ tenant: `tenant-${n}` }))
    const ends = fixture.endChanges(
      starts.map(({ session }) => session),
      LEFT,
    )
    const counts = async () => [
      (await repository.openSessions({ limit: 1_000 })).length,
      (await repository.sessions({ requestingTenant: CLASSICS, now: 2_000, liveOnly: true, limit: 1_000 })).length,
      (await repository.history({ requestingTenant: CLASSICS, limit: 1_000 })).length,
    ]
    for (const changes of [starts, ends]) {
      const [seen] = await Promise.all([Promise.all(EIGHT.map(counts)), repository.saveSessionChanges(structuredClone(changes))])
      for (const count of seen.flat()) assertEqual(count % 100, 0, `${count} of 100 at once, beyond all and none`)
    }
  }),

  contractTest('a session and its facts are read in one snapshot, whatever is saved concurrently', async (fixture) => {
    await expectConsistentReads(fixture, ['end', 'revoke'])
    await expectConsistentReads(fixture, ['revoke', 'end'])
  }),

  contractTest('a session read during the first grant shows the grant and `governed`, or neither', async (fixture) => {
    const request = await fixture.submitOne(TOM)
    const { hash } = await fixture.startSession()
    const changes = fixture.changes([request], grantAt(2_500))
    const { repository } = fixture
    const reading = async () => [
      ...(await repository.sessionRows({ hashes: [hash], now: READ_AT })),
      ...(await repository.sessions({ tenant: TOM, now: READ_AT, limit: 10 })),
    ]
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), repository.saveChanges(structuredClone(changes))])
    for (const { facts } of seen.flat()) {
      parseFacts(facts)
      assertEqual(facts.governed, facts.requests[0]?.state === 'granted', 'governed, if granted')
    }
  }),
]

/** Saves all contenders concurrently, and asserts that exactly one is stored. */
async function raceSessionChanges(fixture: Fixture, contenders: readonly (readonly SessionChange[])[]): Promise<void> {
  const answers = await Promise.all(contenders.map((changes) => fixture.repository.saveSessionChanges(structuredClone(changes))))
  const winner = single(
    contenders.filter((_, n) => answers[n] === 'saved'),
    'answers of `saved`',
  )
  assertEqual(answers.filter((answer) => answer === 'conflict').length, contenders.length - 1, 'answers of `conflict`')
  fixture.recordSessionChanges(winner)
  await expectStored(fixture, [], contenders.flat())
}

/** Ends a session and revokes its grant during reads. Asserts that each read existed as a state. */
async function expectConsistentReads(fixture: Fixture, steps: readonly ('end' | 'revoke')[]): Promise<void> {
  const { repository } = fixture
  const request = await fixture.applyTransitions(await fixture.submitOne(HUNDRED), grantAt(1_500))
  const session = await fixture.startSession({ tenant: HUNDRED, grantedBy: [request.id], user: CAROLINE })
  const states = () => `${fixture.sessions.find(({ hash }) => hash === session.hash)?.state}, ${fixture.stored(request).state}`
  const known = [states()]
  const seen = new Set<string>()
  let done = false
  const reading = async (read: () => Promise<SessionRow | undefined>) => {
    // Bounded: with a repository that never yields, `done` would never become true.
    for (let times = 0; times < 200 && !done; times += 1) {
      const row = await read()
      seen.add(`${row?.session.state}, ${row?.facts.requests.find(({ id }) => id === request.id)?.state}`)
    }
  }
  const writing = async () => {
    for (const step of steps) {
      if (step === 'end') await fixture.endSessions([session], LEFT)
      else await fixture.applyTransitions(request, revokeAt(3_000))
      known.push(states())
    }
    done = true
  }
  const listed = async () =>
    (await repository.sessions({ tenant: HUNDRED, now: READ_AT, limit: 10 })).find((row) => row.session.hash === session.hash)
  await Promise.all([
    ...EIGHT.map(() => reading(() => sessionIn(repository, session.hash))),
    ...EIGHT.map(() => reading(listed)),
    writing(),
  ])
  assertEqual(
    [...seen].filter((pair) => !known.includes(pair)),
    [],
    'session and facts that did not exist together',
  )
}
