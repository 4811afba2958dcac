/** Contract tests of `lease`: what is due, in which order, and how much at a time (SPEC §12). */
import { MAX_WAIT_MS } from '../../ports/notice-store.js'
import { type NoticeContractTest, noticeTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { DUE, deliveryIds } from './fixtures/notices.js'

export const noticeLeaseTests: readonly NoticeContractTest[] = [
  noticeTest('a delivery may be taken from `dueAt` on, not 1 ms before', async (fixture) => {
    await fixture.add({ id: 'a', dueAt: 5_000 })
    assertEqual(await fixture.leaseAll({ now: 4_999 }), [], 'what is taken before')
    assertEqual(deliveryIds(await fixture.leaseAll({ now: 5_000 })), ['a'], 'what is taken then')
  }),

  noticeTest('a delivery that is due further ahead than `MAX_WAIT_MS` is due', async (fixture) => {
    const [now, far] = [5_000, 5_000 + MAX_WAIT_MS]
    await fixture.add({ id: 'a', dueAt: far }, { id: 'b', dueAt: far + 1 }, { id: 'c', dueAt: 8.64e15 })
    assertEqual(deliveryIds(await fixture.leaseAll({ now })), ['b', 'c'], 'what is taken')
  }),

  noticeTest('of a queue only the first waiting delivery is taken, and the next one once that was sent', async (fixture) => {
    await fixture.add({ id: 'a', queue: 'queue' }, { id: 'b', queue: 'queue' }, { id: 'c', queue: 'other' })
    const [a, c] = await fixture.leaseAll()
    assertEqual([a?.id, c?.id], ['a', 'c'], 'what is taken')
    await fixture.sent(c ? [c] : [])
    assertEqual(await fixture.leaseAll(), [], 'what is taken during the attempt')
    await fixture.sent(a ? [a] : [])
    assertEqual(deliveryIds(await fixture.leaseAll()), ['b'], 'what is taken after it')
  }),

  noticeTest('a delivery that was given up no longer holds up its queue', async (fixture) => {
    await fixture.add({ id: 'a', queue: 'queue' }, { id: 'b', queue: 'queue' })
    await fixture.givenUp(await fixture.leaseAll())
    assertEqual(deliveryIds(await fixture.leaseAll()), ['b'], 'what is taken')
  }),

  noticeTest('a delivery that is not due holds up its queue, and no other', async (fixture) => {
    await fixture.add(
      { id: 'a', queue: 'queue', dueAt: 5_000 },
      { id: 'b', queue: 'queue', dueAt: 0 },
      { id: 'c', queue: 'other', dueAt: 0 },
    )
    assertEqual(deliveryIds(await fixture.leaseAll({ now: 4_999 })), ['c'], 'what is taken')
    assertEqual(deliveryIds(await fixture.leaseAll({ now: 5_000 })), ['a'], 'what is taken once it is due')
  }),

  noticeTest('queues of one name in two channels are two queues', async (fixture) => {
    await fixture.add({ id: 'a', queue: 'queue', channel: 'mail' }, { id: 'b', queue: 'queue', channel: 'hook' })
    assertEqual(deliveryIds(await fixture.leaseAll()), ['a', 'b'], 'what is taken')
  }),

  noticeTest('the deliveries are taken earliest due first', async (fixture) => {
    const dueAts = [700, 100, 900, 300, 500, 200]
    await fixture.add(...dueAts.map((dueAt) => ({ id: `at-${dueAt}`, dueAt })))
    const expected = dueAts.toSorted((a, b) => a - b).map((dueAt) => `at-${dueAt}`)
    const taken: string[] = []
    for (let left = dueAts.length; left > 0; left -= 1) taken.push(...deliveryIds(await fixture.lease({ limit: 1 })))
    assertEqual(taken, expected, 'what is taken one by one')
    assertEqual(deliveryIds(await fixture.leaseAll({ now: DUE + 60_000 })).length, dueAts.length, 'how many are taken together')
  }),

  noticeTest('one call takes up to `limit`, and the next calls the others', async (fixture) => {
    await fixture.add(...Array.from({ length: 12 }, (_, n) => ({ id: `n-${n}`, dueAt: n })))
    const all: string[] = []
    for (let taken = await fixture.lease({ limit: 5 }); taken.length > 0; taken = await fixture.lease({ limit: 5 })) {
      assertEqual(taken.length <= 5, true, 'whether they are no more than the limit')
      all.push(...deliveryIds(taken))
    }
    assertEqual(
      all,
      Array.from({ length: 12 }, (_, n) => `n-${n}`),
      'what is taken in all',
    )
  }),

  noticeTest('one call takes up to `perParty` of one party by one channel', async (fixture) => {
    const parties = ['tom-sawyer', 'hundred-acre']
    const channels = ['mail', 'hook']
    const some = channels.flatMap((channel) => parties.flatMap((party) => [1, 2, 3].map((n) => ({ id: `${party}-${n}`, channel, party }))))
    await fixture.add(...some)
    const taken = await fixture.lease({ perParty: 2 })
    const counts = channels.flatMap((channel) =>
      parties.map((party) => taken.filter((one) => one.channel === channel && one.party === party).length),
    )
    assertEqual(
      counts.filter((count) => count > 2),
      [],
      'counts beyond it',
    )
    assertEqual(taken.length > 0, true, 'whether some are taken')
    assertEqual(taken.length + (await fixture.leaseAll({ perParty: 2 })).length, some.length, 'how many are taken in all')
  }),

  noticeTest('none of `except` is taken, by channel and party', async (fixture) => {
    const parties = ['tom-sawyer', 'hundred-acre']
    await fixture.add(...['mail', 'hook'].flatMap((channel) => parties.map((party) => ({ id: party, channel, party }))))
    const except = [
      { channel: 'mail', party: 'tom-sawyer' },
      { channel: 'hook', party: 'hundred-acre' },
      { channel: 'other', party: 'hundred-acre' },
    ]
    const taken = (await fixture.leaseAll({ except })).map(({ channel, party }) => `${channel} ${party}`)
    assertEqual(taken.sort(), ['hook tom-sawyer', 'mail hundred-acre'], 'what is taken')
    assertEqual((await fixture.leaseAll()).length, 2, 'how many are left')
  }),

  noticeTest('a call takes something if anything may be taken, however much is due that may not', async (fixture) => {
    const flood = Array.from({ length: 300 }, (_, n) => ({ id: `flood-${n}`, party: 'flooded', dueAt: n }))
    const behind = Array.from({ length: 300 }, (_, n) => ({ id: `behind-${n}`, party: 'behind', queue: 'one', dueAt: n === 0 ? 9_000 : 0 }))
    await fixture.add(...behind, ...flood, { id: 'last', party: 'last', dueAt: 999 })
    const except = [{ channel: 'mail', party: 'flooded' }]
    assertEqual(deliveryIds(await fixture.lease({ limit: 2, perParty: 1, except })), ['last'], 'what is taken without that party')
    assertEqual((await fixture.lease({ limit: 2, perParty: 1 })).length > 0, true, 'whether something is taken of that party')
  }),

  noticeTest('taking a delivery counts the attempt, and it may be taken again from `until` on', async (fixture) => {
    await fixture.add({ id: 'a' })
    for (const attempt of [1, 2, 3]) {
      const now = attempt * 10_000
      assertEqual((await fixture.leaseOne({ now, until: now + 10_000 })).attempt, attempt, 'the number of the attempt')
      assertEqual(await fixture.leaseAll({ now: now + 9_999 }), [], 'what is taken before `until`')
    }
  }),

  noticeTest('of concurrent calls, one takes a delivery', async (fixture) => {
    const ids = Array.from({ length: 40 }, (_, n) => `n-${n}`)
    await fixture.add(...ids.map((id, n) => ({ id, party: `party-${n % 4}` })))
    const taken = (await Promise.all(Array.from({ length: 6 }, () => fixture.lease({ limit: 10 })))).flat()
    taken.push(...(await fixture.leaseAll()))
    assertEqual(deliveryIds(taken).sort(), ids.toSorted(), 'what is taken in all')
    assertEqual(
      taken.filter(({ attempt }) => attempt !== 1),
      [],
      'further attempts',
    )
    assertEqual(required(taken[0], 'delivery').notices.length, 1, 'how many notices come with one')
  }),
]
