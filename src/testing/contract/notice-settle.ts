/** Contract tests of `recordReached` and `settle`: what becomes of an attempt (SPEC §12). */
import { type NoticeContractTest, noticeTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { attemptOf, DUE, deliveryIds } from './fixtures/notices.js'
import { TEXTS } from './fixtures/texts.js'

const LATER = DUE + 60_000

export const noticeSettleTests: readonly NoticeContractTest[] = [
  noticeTest('the recipients that an attempt has reached come with the next attempts, once each', async (fixture) => {
    await fixture.add({ id: 'a' }, { id: 'b' }, { id: 'a', channel: 'hook' })
    const [a] = await fixture.leaseAll()
    const attempt = attemptOf(required(a, 'delivery'))
    for (const recipient of ['tom', 'Tom', 'tom', 'becky']) await fixture.notices.recordReached({ ...attempt, recipient })
    const next = await fixture.leaseAll({ now: LATER })
    const reached = next.map((one) => [one.id, one.channel, ...[...one.reached].sort()])
    const expected = [
      ['a', 'mail', 'Tom', 'becky', 'tom'],
      ...[
        ['b', 'mail'],
        ['a', 'hook'],
      ],
    ]
    assertEqual(reached, expected, 'whom each has reached')
    await fixture.notices.recordReached({ ...attempt, attempt: 2, recipient: 'huck' })
    const [third] = await fixture.leaseAll({ now: LATER + 60_000 })
    assertEqual([...required(third, 'delivery').reached].sort(), ['Tom', 'becky', 'huck', 'tom'], 'whom it has reached then')
  }),

  noticeTest('recipients recorded at once are all kept, and exactly', async (fixture) => {
    await fixture.add({ id: 'a' })
    const attempt = attemptOf(await fixture.leaseOne())
    await Promise.all(TEXTS.map((recipient) => fixture.notices.recordReached({ ...attempt, recipient })))
    const { reached } = await fixture.leaseOne({ now: LATER })
    assertEqual([...reached].sort(), [...TEXTS].sort(), 'whom it has reached')
  }),

  noticeTest('a delivery that waits again may be taken from its new instant on, not 1 ms before', async (fixture) => {
    await fixture.add({ id: 'a' })
    for (const dueAt of [DUE + 5, LATER + 60_000]) {
      const one = await fixture.leaseOne({ now: dueAt === DUE + 5 ? DUE : DUE + 5 })
      await fixture.notices.settle([{ ...attemptOf(one), at: DUE, state: 'waiting', dueAt, error: 'busy' }])
      assertEqual(await fixture.leaseAll({ now: dueAt - 1 }), [], 'what is taken before')
    }
    assertEqual((await fixture.leaseOne({ now: LATER + 60_000 })).attempt, 3, 'the number of the next attempt')
  }),

  noticeTest('a delivery that was sent is not taken again', async (fixture) => {
    await fixture.add({ id: 'a' }, { id: 'b' })
    await fixture.sent((await fixture.leaseAll()).filter(({ id }) => id === 'a'))
    assertEqual(deliveryIds(await fixture.leaseAll({ now: LATER })), ['b'], 'what is taken')
    assertEqual(await fixture.deadIds(), [], 'what is dead')
  }),

  noticeTest('what an earlier attempt says is ignored once a later one has begun', async (fixture) => {
    await fixture.add({ id: 'a' })
    const first = attemptOf(await fixture.leaseOne())
    await fixture.leaseOne({ now: LATER })
    await fixture.notices.settle([{ ...first, at: LATER, state: 'done' }])
    await fixture.notices.settle([{ ...first, at: LATER, state: 'dead', error: 'refused', closes: 'endpoint' }])
    await fixture.notices.settle([{ ...first, at: LATER, state: 'waiting', dueAt: LATER, error: 'busy' }])
    await fixture.notices.settle([{ ...first, attempt: 3, at: LATER, state: 'done' }])
    assertEqual(await fixture.leaseAll({ now: LATER }), [], 'what is taken during the second attempt')
    assertEqual((await fixture.leaseOne({ now: LATER + 60_000 })).attempt, 3, 'the number of the next attempt')
    assertEqual([await fixture.deadIds(), await fixture.notices.closedEndpoints()], [[], []], 'what is dead, and switched off')
  }),

  noticeTest('what an attempt says of a delivery that was sent or given up is ignored', async (fixture) => {
    await fixture.add({ id: 'a' }, { id: 'b' })
    const [a, b] = (await fixture.leaseAll()).map(attemptOf)
    const [sent, dead] = [required(a, 'delivery'), required(b, 'delivery')]
    await fixture.notices.settle([
      { ...sent, at: DUE, state: 'done' },
      { ...dead, at: DUE, state: 'dead', error: 'refused' },
    ])
    for (const one of [sent, dead]) {
      await fixture.notices.settle([{ ...one, at: LATER, state: 'waiting', dueAt: LATER, error: 'busy' }])
      await fixture.notices.settle([{ ...one, at: LATER, state: one === sent ? 'dead' : 'done', error: 'late', closes: 'endpoint' }])
    }
    assertEqual(await fixture.leaseAll({ now: LATER }), [], 'what is taken')
    assertEqual([await fixture.deadIds(), await fixture.notices.closedEndpoints()], [['b'], []], 'what is dead, and switched off')
  }),

  noticeTest('several attempts are settled by one call, each as it says; an unknown one is ignored', async (fixture) => {
    const ids = ['a', 'b', 'c', 'd']
    await fixture.add(...ids.map((id) => ({ id })))
    const [a, b, c] = (await fixture.leaseAll()).map(attemptOf).map((one) => required(one, 'delivery'))
    const unknown = { id: 'unknown', channel: 'mail', attempt: 1 }
    await fixture.notices.settle([
      { ...unknown, at: DUE, state: 'done' },
      { ...(c ?? unknown), at: DUE, state: 'waiting', dueAt: DUE + 1, error: 'busy' },
      { ...(a ?? unknown), at: DUE, state: 'done' },
      { ...(b ?? unknown), at: DUE, state: 'dead', error: 'refused' },
    ])
    await fixture.notices.settle([])
    assertEqual(deliveryIds(await fixture.leaseAll({ now: DUE + 1 })), ['c'], 'what is taken again')
    assertEqual(await fixture.deadIds(), ['b'], 'what is dead')
    assertEqual(deliveryIds(await fixture.leaseAll({ now: LATER })), ['d'], 'what is taken after its attempt')
  }),

  noticeTest('a delivery is settled by its channel, too', async (fixture) => {
    await fixture.add({ id: 'a', channel: 'mail' }, { id: 'a', channel: 'hook' })
    await fixture.givenUp((await fixture.leaseAll()).filter(({ channel }) => channel === 'hook'))
    assertEqual((await fixture.leaseOne({ now: LATER })).channel, 'mail', 'the channel of the one that waits')
    assertEqual(
      (await fixture.notices.dead({ limit: 9 })).map(({ channel }) => channel),
      ['hook'],
      'the channels of those that are dead',
    )
  }),
]
