/** Contract tests of `purge`, `count` and `unanswered` (SPEC §12). */
import type { DueKey } from '../../ports/repository.js'
import { type NoticeContractTest, noticeTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { type DeliveryOptions, DUE, deliveryIds, type NoticeFixture } from './fixtures/notices.js'
import { grantAt, lapseNow, rejectAt, withdrawAt } from './fixtures/transitions.js'

/** The key before all requests. */
const FIRST: DueKey = { dueAt: -8.64e15, id: '' }

export const noticeUpkeepTests: readonly NoticeContractTest[] = [
  noticeTest('a delivery that was sent or given up is removed if that was before the instant, not at it', async (fixture) => {
    await settled(fixture, 5_000, { id: 'sent' }, { id: 'dead' })
    assertEqual(await purged(fixture, { before: 5_000 }), [0, ['sent', 'dead']], 'how many at the instant, and what is left')
    assertEqual(await purged(fixture, { before: 5_001 }), [2, []], 'how many after it, and what is left')
  }),

  noticeTest('a delivery is kept until its `keepUntil`, and removed at it', async (fixture) => {
    await settled(fixture, 5_000, { id: 'sent', keepUntil: 20_000 }, { id: 'dead', keepUntil: 20_000 })
    assertEqual(await purged(fixture, { now: 19_999 }), [0, ['sent', 'dead']], 'how many before it, and what is left')
    assertEqual(await purged(fixture, { now: 20_000 }), [2, []], 'how many at it, and what is left')
  }),

  noticeTest('a delivery that waits is never removed', async (fixture) => {
    await fixture.add({ id: 'a', dueAt: 0 }, { id: 'b', dueAt: 0, keepUntil: 0 })
    const [a] = await fixture.leaseAll()
    assertEqual(await fixture.notices.purge({ now: 1e12, before: 1e12, limit: 100 }), 0, 'how many')
    assertEqual(a?.id, 'a', 'what was taken')
    assertEqual(deliveryIds(await fixture.leaseAll({ now: DUE + 60_000 })), ['a', 'b'], 'what is taken')
  }),

  noticeTest('one call removes up to `limit`, and the next calls the others', async (fixture) => {
    await fixture.add(...Array.from({ length: 7 }, (_, n) => ({ id: `n-${n}` })))
    await fixture.sent(await fixture.leaseAll(), 5_000)
    const counts: number[] = []
    for (let left = 4; left > 0; left -= 1) counts.push(await fixture.notices.purge({ now: 9_000, before: 9_000, limit: 3 }))
    assertEqual(counts, [3, 3, 1, 0], 'how many each')
  }),

  noticeTest('a delivery that was removed may be added again, and is sent again', async (fixture) => {
    await settled(fixture, 5_000, { id: 'sent' }, { id: 'dead' })
    await fixture.notices.purge({ now: 9_000, before: 9_000, limit: 100 })
    await fixture.add({ id: 'sent' }, { id: 'dead' })
    assertEqual(deliveryIds(await fixture.leaseAll()), ['sent', 'dead'], 'what is taken')
  }),

  noticeTest('the count is of those that wait, due or not, and of those that are dead', async (fixture) => {
    await settled(fixture, 5_000, { id: 'sent' }, { id: 'dead' })
    await fixture.add({ id: 'a' }, { id: 'b', dueAt: 1e12 }, { id: 'c', queue: 'a' })
    await fixture.leaseAll()
    assertEqual(await fixture.notices.count(), { waiting: 3, dead: 1 }, 'the count')
  }),

  noticeTest('unanswered are the pending requests sent after the key and until the instant', async (fixture) => {
    const requests = new Fixture(fixture.repository)
    const sent = await Promise.all([1_000, 2_000, 3_000].map((at) => requests.submitOne(TOM, { at })))
    const keys = sent.map(({ id, sentAt }) => ({ id, dueAt: sentAt }))
    const unanswered = (after: DueKey, until: number) => fixture.notices.unanswered({ after, until, limit: 100 })
    assertEqual(await unanswered(FIRST, 2_000), keys.slice(0, 2), 'those until an instant')
    assertEqual(await unanswered(FIRST, 1_999), keys.slice(0, 1), 'those until 1 ms before')
    assertEqual(await unanswered({ dueAt: 1_000, id: '~' }, 9_000), keys.slice(1), 'those after a key')
  }),

  noticeTest('a request that was answered or has ended is not unanswered', async (fixture) => {
    const requests = new Fixture(fixture.repository)
    const options = { answerBy: 5_000 }
    const [granted, rejected, withdrawn, lapsed, pending] = [
      await requests.submitOne(TOM, options),
      await requests.submitOne(TOM, options),
      await requests.submitOne(HUNDRED, options),
      await requests.submitOne(HUNDRED, options),
      await requests.submitOne(HUNDRED, options),
    ]
    await requests.applyTransitions(granted, grantAt(2_000))
    await requests.applyTransitions(rejected, rejectAt(2_000))
    await requests.applyTransitions(withdrawn, withdrawAt(2_000))
    await requests.applyTransitions(lapsed, lapseNow())
    const keys = await fixture.notices.unanswered({ after: FIRST, until: 1e12, limit: 100 })
    assertEqual(keys, [{ dueAt: 1_000, id: pending.id }], 'the keys')
  }),

  noticeTest('unanswered requests are ordered by the instant of sending and id, and a page begins after any key', async (fixture) => {
    const requests = new Fixture(fixture.repository)
    for (const at of [2_000, 1_000]) for (let n = 0; n < 4; n += 1) await requests.submitOne(`tenant-${n}`, { at })
    const order = requests.requests
      .map(({ id, sentAt }) => ({ dueAt: sentAt, id }))
      .sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
    const page = (after: DueKey) => fixture.notices.unanswered({ after, until: 2_000, limit: 3 })
    assertEqual(await page(FIRST), order.slice(0, 3), 'the first page')
    for (const [n, key] of order.entries()) assertEqual(await page(key), order.slice(n + 1, n + 4), `the page after ${key.id}`)
  }),
]

/** Adds two deliveries; the first is sent, the second given up. */
async function settled(fixture: NoticeFixture, at: number, sent: DeliveryOptions, dead: DeliveryOptions): Promise<void> {
  await fixture.add(sent, dead)
  const taken = await fixture.leaseAll()
  await fixture.sent(
    taken.filter(({ id }) => id === sent.id),
    at,
  )
  await fixture.givenUp(
    taken.filter(({ id }) => id === dead.id),
    { at },
  )
}

/**
 * Purges, and returns how many were removed, and which of the two that were settled are left.
 * Those that are left are not added again.
 */
async function purged(fixture: NoticeFixture, { now = 9_000, before = 9_000 }): Promise<[number, string[]]> {
  const removed = await fixture.notices.purge({ now, before, limit: 100 })
  const ids = ['sent', 'dead']
  await fixture.add(...ids.map((id) => ({ id, dueAt: 0 })))
  const added = (await fixture.leaseAll({ now: 0 })).map(({ id }) => id)
  return [removed, ids.filter((id) => !added.includes(id))]
}
