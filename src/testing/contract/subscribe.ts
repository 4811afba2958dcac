/** Contract tests of `subscribe`, for repositories that have it. */

import type { ConsentryEvent } from '../../domain/event.js'
import { FEED_START } from '../../ports/event-feed.js'
import type { Repository } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { grantAt, removeUserAt } from './fixtures/transitions.js'

/** How long a notification may take on an idle repository, in milliseconds. */
const NOTIFICATION_TIMEOUT_MS = 3_000

export const subscribeTests: readonly ContractTest[] = [
  contractTest(
    'a subscriber that reads the feed only when notified gets every submission, change, session start and session end',
    async (fixture) => {
      const { repository } = fixture
      const got = new Set<string>()
      const subscriber = await subscribeTo(repository, async () => {
        for (const { event } of (await repository.readEvents({ after: FEED_START, limit: 1_000 })).entries) got.add(event.id)
      })
      if (subscriber === undefined) return
      const missing = () => fixture.events.filter(({ id }) => !got.has(id))
      const sent = await fixture.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
      await expectSoonEmpty(missing, 'what was submitted')
      await fixture.saveTransitions(sent, removeUserAt(CHARLOTTE, 1_500))
      await fixture.saveTransitions(sent, grantAt(2_000))
      await expectSoonEmpty(missing, 'what was changed')
      const session = await fixture.startSession()
      await expectSoonEmpty(missing, 'the start of a session')
      await fixture.endSessions([session], { at: 2_500, cause: 'ended-by-user' })
      await expectSoonEmpty(missing, 'the end of a session')
      await subscriber.stop()
      assertEqual(subscriber.errors, [], 'the errors')
    },
  ),

  contractTest(
    'after it unsubscribes, a subscriber is not notified while another still is, and it can subscribe again',
    async (fixture) => {
      const { repository } = fixture
      const [one, other] = [await subscribeTo(repository), await subscribeTo(repository)]
      if (one === undefined || other === undefined) return
      await expectNotified(fixture, one, other)
      await one.stop()
      const before = one.notifications
      await expectNotified(fixture, other)
      assertEqual(one.notifications, before, 'the notifications after unsubscribing')
      await one.stop()
      const again = await subscribeTo(repository)
      if (again !== undefined) await expectNotified(fixture, again, other)
      for (const subscriber of [again, other]) await subscriber?.stop()
      assertEqual([...one.errors, ...other.errors, ...(again?.errors ?? [])], [], 'the errors')
    },
  ),
]

interface Subscriber {
  notifications: number
  readonly errors: unknown[]
  readonly stop: () => Promise<void>
}

async function subscribeTo(repository: Repository, onNotified: () => Promise<void> = async () => {}): Promise<Subscriber | undefined> {
  const subscriber = { notifications: 0, errors: [] as unknown[] }
  const reading = new Set<Promise<void>>()
  const onChange = () => {
    subscriber.notifications += 1
    const work = onNotified().catch((error) => void subscriber.errors.push(error))
    reading.add(work)
  }
  const stop = await repository.subscribe?.({ onChange: onChange, onDisconnect: (error) => subscriber.errors.push(error) })
  if (stop === undefined) return undefined
  // The store may be closed right after the test, so `stop` waits for pending reads.
  return Object.assign(subscriber, {
    stop: () =>
      stop()
        .then(() => Promise.all(reading))
        .then(() => {}),
  })
}

/** Saves a submission, and asserts that all subscribers are notified. */
async function expectNotified(fixture: Fixture, ...subscribers: readonly Subscriber[]): Promise<void> {
  const before = new Map(subscribers.map((subscriber) => [subscriber, subscriber.notifications]))
  await fixture.submitOne(TOM)
  await expectSoonEmpty(() => subscribers.filter((subscriber) => subscriber.notifications === before.get(subscriber)), 'subscribers')
}

async function expectSoonEmpty(missing: () => readonly (ConsentryEvent | Subscriber)[], what: string): Promise<void> {
  for (const until = performance.now() + NOTIFICATION_TIMEOUT_MS; missing().length > 0 && performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  assertEqual(missing(), [], `${what}, without a notification`)
}
