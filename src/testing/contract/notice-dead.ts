/** Contract tests of `dead`, `closedEndpoints` and `again`: what was given up (SPEC §12). */
import type { DeadKey } from '../../ports/notice-store.js'
import { type NoticeContractTest, noticeTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { attemptOf, DUE, deliveryIds, type NoticeFixture } from './fixtures/notices.js'
import { TEXTS } from './fixtures/texts.js'

const LATER = DUE + 60_000

export const noticeDeadTests: readonly NoticeContractTest[] = [
  noticeTest('a dead delivery is listed with its party, notice, attempts, last error and instant', async (fixture) => {
    await fixture.add({ id: 'a', party: 'tom-sawyer', notice: { says: 'hello' } }, { id: 'b' })
    await fixture.leaseAll()
    const [a] = await fixture.leaseAll({ now: LATER })
    await fixture.notices.settle([{ ...attemptOf(required(a, 'delivery')), at: 7_000, state: 'dead', error: 'refused' }])
    const expected = { id: 'a', channel: 'mail', party: 'tom-sawyer', notice: { says: 'hello' }, attempts: 2, error: 'refused', at: 7_000 }
    assertEqual(await fixture.notices.dead({ limit: 9 }), [expected], 'what is dead')
  }),

  noticeTest('the errors of dead deliveries and the names of endpoints are kept exactly', async (fixture) => {
    await fixture.add(...TEXTS.map((_, n) => ({ id: `n-${n}`, dueAt: n })))
    for (const one of await fixture.leaseAll()) {
      const text = required(TEXTS[Number(one.id.slice(2))], 'text')
      await fixture.givenUp([one], { at: Number(one.id.slice(2)), error: text, closes: text })
    }
    const errors = (await fixture.notices.dead({ limit: 1_000 })).map(({ error }) => error)
    assertEqual(errors, TEXTS, 'the errors')
    assertEqual([...(await fixture.notices.closedEndpoints())].sort(), [...TEXTS].sort(), 'the endpoints')
  }),

  noticeTest('dead deliveries are ordered by instant, id and channel, and a page begins after any key', async (fixture) => {
    const some = ['b', 'B', 'a', 'c'].flatMap((id) => ['mail', 'Hook'].map((channel) => ({ id, channel })))
    await fixture.add(...some.map((one) => ({ ...one, queue: one.id })))
    for (const one of await fixture.leaseAll()) await fixture.givenUp([one], { at: one.id === 'c' ? 1 : 2 })
    const order = ['c Hook', 'c mail', 'B Hook', 'B mail', 'a Hook', 'a mail', 'b Hook', 'b mail']
    const listed = async (query: { readonly after?: DeadKey; readonly limit: number }) =>
      (await fixture.notices.dead(query)).map(({ id, channel }) => `${id} ${channel}`)
    assertEqual(await listed({ limit: 100 }), order, 'all')
    for (const [n, one] of (await fixture.notices.dead({ limit: 100 })).entries()) {
      const { at, id, channel } = one
      assertEqual(await listed({ after: { at, id, channel }, limit: 3 }), order.slice(n + 1, n + 4), `the page after ${id} ${channel}`)
    }
    assertEqual(
      await listed({ after: { at: 1, id: 'd', channel: '' }, limit: 1 }),
      order.slice(2, 3),
      'the page after no key of a delivery',
    )
  }),

  noticeTest('an endpoint is switched off by a dead delivery that closes it, and by no other', async (fixture) => {
    await fixture.add({ id: 'a' }, { id: 'b' }, { id: 'c' })
    const [a, b, c] = await fixture.leaseAll()
    await fixture.givenUp(a ? [a] : [])
    assertEqual(await fixture.notices.closedEndpoints(), [], 'the endpoints')
    await fixture.givenUp(b ? [b] : [], { closes: 'one' })
    await fixture.givenUp(c ? [c] : [], { closes: 'one' })
    assertEqual(await fixture.notices.closedEndpoints(), ['one'], 'the endpoints')
  }),

  noticeTest('dead deliveries wait again, all of them, and no others; the number of them is returned', async (fixture) => {
    await fixture.add(...['a', 'b', 'c', 'd'].map((id) => ({ id })))
    const [a, b, c] = await fixture.leaseAll()
    await fixture.givenUp([required(a, 'delivery'), required(b, 'delivery')])
    await fixture.sent([required(c, 'delivery')])
    assertEqual(await fixture.notices.again({ now: 5_000 }), 2, 'how many')
    assertEqual([await fixture.deadIds(), await fixture.leaseAll({ now: 4_999 })], [[], []], 'what is dead, and taken before that instant')
    const taken = await fixture.leaseAll({ now: 5_000 })
    assertEqual(
      taken.map(({ id, attempt }) => [id, attempt]).sort(),
      [
        ['a', 1],
        ['b', 1],
      ],
      'what is taken, with its attempt',
    )
    assertEqual(await fixture.notices.again({ now: 5_000 }), 0, 'how many the second time')
  }),

  noticeTest('of dead deliveries, those named wait again, by every channel; an empty list names none', async (fixture) => {
    await fixture.add(...['a', 'A', 'b'].map((id) => ({ id })), { id: 'a', channel: 'hook' })
    await fixture.givenUp(await fixture.leaseAll())
    assertEqual(await fixture.notices.again({ now: DUE, ids: [] }), 0, 'how many of none')
    assertEqual(await fixture.notices.again({ now: DUE, ids: ['a', 'unknown'] }), 2, 'how many of those named')
    const taken = (await fixture.leaseAll()).map(({ id, channel }) => `${id} ${channel}`)
    assertEqual(
      [taken.sort(), await fixture.deadIds()],
      [
        ['a hook', 'a mail'],
        ['A', 'b'],
      ],
      'what is taken, and what is dead',
    )
  }),

  noticeTest('the endpoints that deliveries switched off are on again once these wait again, and no others', async (fixture) => {
    await fixture.add({ id: 'a' }, { id: 'b' })
    for (const one of await fixture.leaseAll()) await fixture.givenUp([one], { closes: `endpoint of ${one.id}` })
    assertEqual([...(await fixture.notices.closedEndpoints())].sort(), ['endpoint of a', 'endpoint of b'], 'the endpoints')
    await fixture.notices.again({ now: DUE, ids: ['a'] })
    assertEqual(await fixture.notices.closedEndpoints(), ['endpoint of b'], 'the endpoints after one')
    await fixture.notices.again({ now: DUE })
    assertEqual(await fixture.notices.closedEndpoints(), [], 'the endpoints after all')
  }),

  noticeTest('a delivery that waits again keeps whom it has reached, and its place in the queue', async (fixture) => {
    await fixture.add({ id: 'a', queue: 'queue' }, { id: 'b', queue: 'queue' })
    const a = await fixture.leaseOne()
    await fixture.notices.recordReached({ ...attemptOf(a), recipient: 'becky' })
    await fixture.givenUp([a])
    await fixture.notices.again({ now: DUE })
    const again = await fixture.leaseOne()
    assertEqual([again.id, again.reached], ['a', ['becky']], 'what is taken, and whom it has reached')
    await fixture.sent([again])
    assertEqual(deliveryIds(await fixture.leaseAll()), ['b'], 'what is taken after it')
  }),

  noticeTest('of concurrent calls, one makes a delivery wait again', async (fixture) => {
    await giveUpMany(fixture)
    const counts = await Promise.all([1, 2, 3].map(() => fixture.notices.again({ now: DUE })))
    assertEqual(
      counts.reduce((sum, count) => sum + count, 0),
      20,
      'how many in all',
    )
    assertEqual((await fixture.leaseAll()).length, 20, 'how many are taken')
  }),
]

async function giveUpMany(fixture: NoticeFixture): Promise<void> {
  await fixture.add(...Array.from({ length: 20 }, (_, n) => ({ id: `n-${n}` })))
  await fixture.givenUp(await fixture.leaseAll())
}
