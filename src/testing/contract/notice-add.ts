/** Contract tests of `add`: order, what is there already, and exact values (SPEC §12). */
import { type NoticeContractTest, noticeTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { DUE, deliveryIds, deliveryOf, OURS, START, standing } from './fixtures/notices.js'
import { TEXTS } from './fixtures/texts.js'

export const noticeAddTests: readonly NoticeContractTest[] = [
  noticeTest('a delivery is taken with its id, channel, party and notice, as its first attempt, without recipients', async (fixture) => {
    const added = deliveryOf({
      id: 'a',
      channel: 'hook',
      party: 'user classics caroline',
      queue: 'q 1',
      notice: { deep: [{ x: null }, 1.5] },
    })
    await fixture.add(added)
    const { id, channel, party, notice } = added
    assertEqual(await fixture.leaseAll(), [{ id, channel, party, attempt: 1, notices: [notice], reached: [] }], 'what is taken')
  }),

  noticeTest('the deliveries of a queue are taken in the order in which they were added, by one call or several', async (fixture) => {
    const inQueue = (id: string) => ({ id, queue: 'queue' })
    await fixture.add(inQueue('c'), inQueue('a'))
    await fixture.add(inQueue('b'), inQueue('B'), inQueue('0'))
    const order: string[] = []
    for (let taken = await fixture.lease(); taken.length > 0; taken = await fixture.lease()) {
      order.push(...deliveryIds(taken))
      await fixture.sent(taken)
    }
    assertEqual(order, ['c', 'a', 'b', 'B', '0'], 'the order')
  }),

  noticeTest('a delivery that waits already is left as it is, also if it is added twice in one call', async (fixture) => {
    await fixture.add({ id: 'a', notice: { n: 1 } }, { id: 'a', notice: { n: 2 } })
    await fixture.add({ id: 'a', notice: { n: 3 }, party: 'hundred-acre', dueAt: 0 })
    const { notices, party } = await fixture.leaseOne()
    assertEqual([notices, party], [[{ n: 1 }], 'tom-sawyer'], 'the notice and the party')
    await fixture.add({ id: 'a' }, { id: 'b' })
    assertEqual(deliveryIds(await fixture.leaseAll()), ['b'], 'what is taken after it was added during an attempt')
  }),

  noticeTest('a delivery that was sent or given up is not added again', async (fixture) => {
    await fixture.add({ id: 'a' }, { id: 'b' })
    const [a, b] = await fixture.leaseAll()
    await fixture.sent(a ? [a] : [])
    await fixture.givenUp(b ? [b] : [])
    await fixture.add({ id: 'a' }, { id: 'b' }, { id: 'c' })
    assertEqual(deliveryIds(await fixture.leaseAll()), ['c'], 'what is taken')
    assertEqual(await fixture.notices.count(), { waiting: 1, dead: 1 }, 'the count')
  }),

  noticeTest('the same id by another channel is another delivery', async (fixture) => {
    await fixture.add({ id: 'a', channel: 'mail' }, { id: 'a', channel: 'hook' })
    const taken = await fixture.leaseAll()
    assertEqual(taken.map(({ channel }) => channel).sort(), ['hook', 'mail'], 'the channels')
    await fixture.sent(taken.filter(({ channel }) => channel === 'hook'))
    assertEqual((await fixture.leaseOne({ now: DUE + 60_000 })).channel, 'mail', 'the one that is left')
  }),

  noticeTest('an empty list adds nothing', async (fixture) => {
    await fixture.add()
    assertEqual(await fixture.notices.count(), { waiting: 0, dead: 0 }, 'the count')
  }),

  noticeTest('ids, channels, parties and queues are compared exactly', async (fixture) => {
    const channels = ['mail', 'Mail']
    const ids = ['a', 'A', '__proto__', 'constructor']
    await fixture.add(...channels.flatMap((channel) => ids.map((id) => ({ id, channel, queue: id, party: id }))))
    const taken = await fixture.leaseAll({ perParty: 1, except: [{ channel: 'mail', party: 'a' }] })
    const pairs = (list: readonly { readonly id: string; readonly channel: string }[]) =>
      list.map(({ id, channel }) => `${channel} ${id}`).sort()
    const all = channels.flatMap((channel) => ids.map((id) => ({ id, channel })))
    assertEqual(
      pairs(taken),
      pairs(all).filter((pair) => pair !== 'mail a'),
      'what is taken',
    )
  }),

  noticeTest('notices are kept exactly: texts, numbers, and keys of every object', async (fixture) => {
    const notices = [
      ...TEXTS.map((text) => ({ text, [`key ${text}`]: [text] })),
      ...['\u2028', '\u2029', '\ufefftext', 'a\u2028b'].map((text) => ({ text })),
      JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"toString":null,"":""}'),
      { numbers: [0, -1, 1.5, 2 ** 53 - 1, 8.64e15, 1e-7], truth: [true, false, null], nothing: {}, list: [] },
    ]
    await fixture.add(...notices.map((notice, n) => ({ id: `n-${n}`, notice, dueAt: n })))
    const taken = await fixture.leaseAll()
    assertEqual(
      taken.map((one) => one.notices),
      notices.map((notice) => [notice]),
      'the notices',
    )
    assertEqual(JSON.stringify(taken.map((one) => one.notices[0])), JSON.stringify(notices), 'the notices as JSON')
    assertEqual('polluted' in Object.prototype, false, 'whether every object has the key')
  }),

  noticeTest('changing what was passed in, or what was returned, changes nothing stored', async (fixture) => {
    await fixture.hold(OURS)
    const delivery = deliveryOf({ id: 'a', notice: { list: [1] } })
    const write = (transaction: unknown) => fixture.notices.add(transaction, [delivery])
    await fixture.readers.move({ ...OURS, from: START, to: standing(1), write })
    ;(delivery.notice as { list: number[] }).list.push(2)
    const first = await fixture.leaseOne()
    try {
      ;(first.notices[0] as { list: number[] }).list.push(3)
      ;(first.reached as string[]).push('nobody')
    } catch {
      // A frozen value cannot be changed.
    }
    const { notices, reached } = await fixture.leaseOne({ now: DUE + 60_000 })
    assertEqual([notices, reached], [[{ list: [1] }], []], 'the notice and whom it reached')
  }),
]
