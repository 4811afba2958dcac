/** Contract tests of `hold` and `release`: one owner at a time reads for a kept reader (SPEC 8.3). */
import { type NoticeContractTest, noticeTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { OURS, START, soon, standing, THEIRS, wait } from './fixtures/notices.js'

export const readerHoldTests: readonly NoticeContractTest[] = [
  noticeTest('a reader that is held for the first time stands at `start`', async (fixture) => {
    for (const [n, start] of [START, standing(7), standing(2 ** 40, -8.64e15), standing(1, 8.64e15)].entries())
      assertEqual(await fixture.hold({ reader: `reader-${n}`, owner: 'one' }, 60_000, start), start, 'where it stands')
  }),

  noticeTest('a reader that is known stands where it was moved to, with its mark, whatever `start` says', async (fixture) => {
    await fixture.hold(OURS)
    for (const [from, to] of [
      [START, standing(3, 5)],
      [standing(3, 5), standing(2 ** 40, null)],
    ] as const) {
      assertEqual(await fixture.readers.move({ ...OURS, from, to }), 'moved', 'the answer')
      assertEqual(await fixture.hold(OURS, 60_000, standing(99, 99)), to, 'where it stands')
    }
  }),

  noticeTest('while an owner holds a reader, another gets `undefined`', async (fixture) => {
    await fixture.hold(OURS)
    for (const forMs of [1, 60_000]) assertEqual(await fixture.hold(THEIRS, forMs), undefined, 'what another gets')
    assertEqual(await fixture.hold(OURS), START, 'what the owner gets')
  }),

  noticeTest('an owner that holds a reader again prolongs its hold', async (fixture) => {
    await fixture.hold(OURS, 100)
    assertEqual(await fixture.hold(OURS, 60_000), START, 'what the owner gets')
    await wait(200)
    assertEqual(await fixture.hold(THEIRS), undefined, 'what another gets after the first hold')
  }),

  noticeTest('a hold is over after its time, and then another owner gets the reader', async (fixture) => {
    await fixture.hold(OURS, 50)
    assertEqual(await soon(() => fixture.hold(THEIRS)), START, 'what another gets')
    assertEqual(await fixture.hold(OURS), undefined, 'what the first one gets')
  }),

  noticeTest('the last hold of an owner counts, also if it is shorter', async (fixture) => {
    await fixture.hold(OURS, 60_000)
    await fixture.hold(OURS, 50)
    assertEqual(await soon(() => fixture.hold(THEIRS)), START, 'what another gets')
  }),

  noticeTest('a reader that its owner has released may be held by another at once', async (fixture) => {
    await fixture.hold(OURS)
    await fixture.readers.release(OURS)
    assertEqual(await fixture.hold(THEIRS), START, 'what another gets')
  }),

  noticeTest('only the owner that holds a reader releases it', async (fixture) => {
    await fixture.hold(OURS)
    for (const other of [THEIRS, { ...OURS, reader: 'unknown' }]) await fixture.readers.release(other)
    assertEqual(await fixture.hold(THEIRS), undefined, 'what another gets')
  }),

  noticeTest('one reader does not change another', async (fixture) => {
    const [first, second] = [OURS, { reader: 'feeds', owner: 'one' }]
    await fixture.hold(first)
    assertEqual(await fixture.hold({ ...second, owner: 'other' }), START, 'what another owner gets of another reader')
    await fixture.readers.release({ ...second, owner: 'other' })
    await fixture.hold(second)
    await fixture.readers.move({ ...second, from: START, to: standing(4) })
    assertEqual(await fixture.hold(first), START, 'where the first one stands')
    await fixture.readers.release(second)
    assertEqual(await fixture.hold(THEIRS), undefined, 'what another gets of the first one')
  }),

  noticeTest('of concurrent holds by several owners, exactly one gets the reader', async (fixture) => {
    for (let turn = 0; turn < 5; turn += 1) {
      const owners = Array.from({ length: 6 }, (_, n) => ({ reader: `reader-${turn}`, owner: `owner-${n}` }))
      const got = await Promise.all(owners.map((owner) => fixture.hold(owner)))
      assertEqual(got.filter((state) => state !== undefined).length, 1, 'the number of owners that got it')
    }
  }),

  noticeTest('the names of readers and the ids of owners are compared exactly', async (fixture) => {
    await fixture.hold({ reader: 'Reader', owner: 'One' })
    assertEqual(await fixture.hold({ reader: 'reader', owner: 'two' }), START, 'what an owner gets of another reader')
    assertEqual(await fixture.hold({ reader: 'Reader', owner: 'one' }), undefined, 'what another owner gets')
    assertEqual(await fixture.hold({ reader: '__proto__', owner: 'constructor' }), START, 'what an owner gets of a reader of that name')
  }),
]
