/** Contract tests of bundles: what is sent together, and stays together (SPEC §12). */
import { type NoticeContractTest, noticeTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { attemptOf, type DeliveryOptions, DUE, type NoticeFixture } from './fixtures/notices.js'

const LATER = DUE + 60_000

export const noticeBundleTests: readonly NoticeContractTest[] = [
  noticeTest('a bundled delivery comes with those of its queue that are due and bundled, in order', async (fixture) => {
    await fixture.add(inDigest('c'), inDigest('a'))
    await fixture.add(inDigest('b'), inDigest('d'))
    const one = await fixture.leaseOne()
    assertEqual([one.id, saidBy(one.notices)], ['c', ['c', 'a', 'b', 'd']], 'the delivery and its notices')
  }),

  noticeTest('what is not bundled, not due, of another queue or of another channel is in no bundle', async (fixture) => {
    await fixture.add(inDigest('a'), { ...inDigest('single'), bundled: false }, { ...inDigest('later'), dueAt: DUE + 1 }, inDigest('b'))
    await fixture.add({ ...inDigest('other queue'), queue: 'other' }, { ...inDigest('other channel'), channel: 'hook' })
    const taken = await fixture.leaseAll()
    assertEqual(
      taken.map(({ notices }) => saidBy(notices)),
      [['a', 'b'], ['other queue'], ['other channel']],
      'the notices',
    )
    await fixture.sent(taken)
    assertEqual(saidBy((await fixture.leaseOne()).notices), ['single'], 'what comes next')
  }),

  noticeTest('a delivery that is not bundled comes alone', async (fixture) => {
    await fixture.add({ ...inDigest('single'), bundled: false }, inDigest('a'), inDigest('b'))
    const single = await fixture.leaseOne()
    assertEqual(saidBy(single.notices), ['single'], 'its notices')
    await fixture.sent([single])
    assertEqual(saidBy((await fixture.leaseOne()).notices), ['a', 'b'], 'what comes next')
  }),

  noticeTest('a bundle has up to `maxBundle` notices, and the next one has the others', async (fixture) => {
    await fixture.add(...['a', 'b', 'c', 'd', 'e'].map(inDigest))
    for (const expected of [['a', 'b'], ['c', 'd'], ['e']]) {
      const one = await fixture.leaseOne({ maxBundle: 2 })
      assertEqual(saidBy(one.notices), expected, 'the notices of a bundle')
      await fixture.sent([one])
    }
    await fixture.add(inDigest('f'), inDigest('g'))
    assertEqual(saidBy((await fixture.leaseOne({ maxBundle: 1 })).notices), ['f'], 'the notices of a bundle of one')
  }),

  noticeTest('the next attempts come with the same notices, whatever is due by then', async (fixture) => {
    await fixture.add(inDigest('a'), inDigest('b'), { ...inDigest('later'), dueAt: DUE + 1 })
    await fixture.leaseOne()
    await fixture.add(inDigest('new'))
    const second = await fixture.leaseOne({ now: LATER, maxBundle: 1 })
    assertEqual([second.attempt, saidBy(second.notices)], [2, ['a', 'b']], 'the second attempt')
    await fixture.notices.settle([{ ...attemptOf(second), at: LATER, state: 'waiting', dueAt: LATER + 5, error: 'busy' }])
    const third = await fixture.leaseOne({ now: LATER + 5 })
    assertEqual([third.attempt, saidBy(third.notices)], [3, ['a', 'b']], 'the third attempt')
    await fixture.sent([third])
    assertEqual(saidBy((await fixture.leaseOne({ now: LATER + 5 })).notices), ['later', 'new'], 'what comes next')
  }),

  noticeTest('what was bundled with a delivery is sent with it, and waits with it', async (fixture) => {
    await fixture.add(inDigest('a'), inDigest('b'))
    const first = await fixture.leaseOne()
    await fixture.notices.settle([{ ...attemptOf(first), at: DUE, state: 'waiting', dueAt: LATER, error: 'busy' }])
    assertEqual(await fixture.leaseAll({ now: LATER - 1 }), [], 'what is taken before it is due')
    await fixture.sent(await fixture.leaseAll({ now: LATER }))
    assertEqual(await fixture.leaseAll({ now: LATER + 60_000 }), [], 'what is taken after it was sent')
    assertEqual(await fixture.notices.count(), { waiting: 0, dead: 0 }, 'the count')
  }),

  noticeTest(
    'what was bundled with a delivery is given up with it, is listed and counted with it, and is sent again with it',
    async (fixture) => {
      await giveUpDigest(fixture)
      assertEqual([await fixture.deadIds(), await fixture.notices.count()], [['a'], { waiting: 0, dead: 1 }], 'what is dead')
      assertEqual(await fixture.notices.again({ now: DUE }), 1, 'how many wait again')
      assertEqual(await fixture.notices.count(), { waiting: 1, dead: 0 }, 'the count')
      const again = await fixture.leaseOne({ maxBundle: 1 })
      assertEqual([again.attempt, saidBy(again.notices)], [1, ['a', 'b', 'c']], 'the first attempt again')
      await fixture.sent([again])
      assertEqual(await fixture.notices.count(), { waiting: 0, dead: 0 }, 'the count after it')
    },
  ),

  noticeTest('what was bundled with a delivery does not wait again by its own id', async (fixture) => {
    await giveUpDigest(fixture)
    assertEqual(await fixture.notices.again({ now: DUE, ids: ['b', 'c'] }), 0, 'how many wait again')
    assertEqual([await fixture.leaseAll(), await fixture.deadIds()], [[], ['a']], 'what is taken, and what is dead')
  }),
]

async function giveUpDigest(fixture: NoticeFixture): Promise<void> {
  await fixture.add(inDigest('a'), inDigest('b'), inDigest('c'))
  await fixture.givenUp(await fixture.leaseAll())
}

function inDigest(id: string): DeliveryOptions {
  return { id, queue: 'digest', bundled: true }
}

function saidBy(notices: readonly unknown[]): unknown[] {
  return notices.map((notice) => (notice as { readonly says?: unknown } | undefined)?.says)
}
