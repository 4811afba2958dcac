/** Contract tests of `move`: a reader moves together with what it writes, or not at all (SPEC 8.3). */
import { type NoticeContractTest, noticeTest } from './contract-test.js'
import { assertEqual, assertRejects } from './fixtures/assert.js'
import { deliveryIds, type NoticeFixture, OURS, START, soon, standing, THEIRS } from './fixtures/notices.js'

export const readerMoveTests: readonly NoticeContractTest[] = [
  noticeTest('a move adds what it writes, and the reader stands where it moved to', async (fixture) => {
    await fixture.hold(OURS)
    const write = fixture.adding({ id: 'a' }, { id: 'b' })
    assertEqual(await fixture.readers.move({ ...OURS, from: START, to: standing(2, 9), write }), 'moved', 'the answer')
    await expectStanding(fixture, standing(2, 9), ['a', 'b'])
  }),

  noticeTest('a move by an owner that another has followed is `lost`, and writes nothing', async (fixture) => {
    await fixture.hold(OURS, 20)
    await soon(() => fixture.hold(THEIRS))
    const write = fixture.adding({ id: 'a' })
    assertEqual(await fixture.readers.move({ ...OURS, from: START, to: standing(1), write }), 'lost', 'the answer')
    assertEqual(await fixture.hold(THEIRS), START, 'where it stands')
    assertEqual(await fixture.leaseAll(), [], 'what was written')
  }),

  noticeTest('a move by an owner that was the last to hold the reader is `moved`, also if its hold is over', async (fixture) => {
    await fixture.hold(OURS)
    await fixture.readers.release(OURS)
    const write = fixture.adding({ id: 'a' })
    assertEqual(await fixture.readers.move({ ...OURS, from: START, to: standing(1), write }), 'moved', 'the answer')
    await expectStanding(fixture, standing(1), ['a'])
  }),

  noticeTest('a move from where the reader does not stand is `lost`, and writes nothing', async (fixture) => {
    await fixture.hold(OURS, 60_000, standing(5, 50))
    const { position } = standing(5)
    const others = [START, standing(4, 50), standing(5, 51), standing(5, null), { position: { ...position, event: 'another' }, mark: 50 }]
    for (const from of [...others, { position: { ...position, event: null }, mark: 50 }]) {
      const write = fixture.adding({ id: 'a' })
      assertEqual(await fixture.readers.move({ ...OURS, from, to: standing(6), write }), 'lost', 'the answer')
    }
    await expectStanding(fixture, standing(5, 50), [])
  }),

  noticeTest('a move of a reader that nobody has held is `lost`, and writes nothing', async (fixture) => {
    const write = fixture.adding({ id: 'a' })
    assertEqual(await fixture.readers.move({ ...OURS, from: START, to: standing(1), write }), 'lost', 'the answer')
    await expectStanding(fixture, START, [])
  }),

  noticeTest('if `write` throws, the move rejects, nothing is moved or written, and the next move works', async (fixture) => {
    await fixture.hold(OURS)
    const write = (transaction: unknown) => {
      const added = fixture.adding({ id: 'a' })(transaction)
      if (added === undefined) throw new Error('after writing')
      return added.then(() => Promise.reject(new Error('after writing')))
    }
    await assertRejects(() => fixture.readers.move({ ...OURS, from: START, to: standing(1), write }), 'a move whose `write` throws')
    const throws = () => {
      throw new Error('before writing')
    }
    await assertRejects(() => fixture.readers.move({ ...OURS, from: START, to: standing(1), write: throws }), 'a move whose `write` throws')
    await expectStanding(fixture, START, [])
    assertEqual(
      await fixture.readers.move({ ...OURS, from: START, to: standing(1), write: fixture.adding({ id: 'b' }) }),
      'moved',
      'the next',
    )
    await expectStanding(fixture, standing(1), ['b'])
  }),

  noticeTest('a `write` that returns a promise is awaited, or the move rejects and nothing is moved or written', async (fixture) => {
    await fixture.hold(OURS)
    const write = async (transaction: unknown) => {
      await fixture.adding({ id: 'a' })(transaction)
      await fixture.adding({ id: 'b' })(transaction)
    }
    const moved = await fixture.readers.move({ ...OURS, from: START, to: standing(1), write }).catch(() => undefined)
    if (moved === undefined) await expectStanding(fixture, START, [])
    else await expectStanding(fixture, standing(1), ['a', 'b'])
  }),

  noticeTest('if `write` returns a promise that rejects, the move rejects, and nothing is moved or written', async (fixture) => {
    await fixture.hold(OURS)
    const write = async (transaction: unknown) => {
      await fixture.adding({ id: 'a' })(transaction)
      throw new Error('after writing')
    }
    await assertRejects(() => fixture.readers.move({ ...OURS, from: START, to: standing(1), write }), 'a move whose `write` rejects')
    await expectStanding(fixture, START, [])
  }),

  noticeTest('of concurrent moves from one position, exactly one is `moved`, with what it writes', async (fixture) => {
    await fixture.hold(OURS)
    const moves = [1, 2, 3, 4].map((at) => {
      const write = fixture.adding({ id: `of-${at}` })
      return fixture.readers.move({ ...OURS, from: START, to: standing(at), write })
    })
    const answers = await Promise.all(moves)
    assertEqual([...answers].sort(), ['lost', 'lost', 'lost', 'moved'], 'the answers')
    const at = answers.indexOf('moved') + 1
    await expectStanding(fixture, standing(at), [`of-${at}`])
  }),
]

async function expectStanding(fixture: NoticeFixture, state: ReturnType<typeof standing>, added: readonly string[]): Promise<void> {
  assertEqual(await fixture.hold(OURS, 60_000, START), state, 'where the reader stands')
  assertEqual(deliveryIds(await fixture.leaseAll()), added, 'what was written')
}
