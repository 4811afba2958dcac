/** Many short lists in one array: each behaves like an array of its own, and freed blocks are reused. */
import { deepEqual, equal } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ensureCapacity, PackedLists } from '../../src/access-index/packed-lists.js'

const LISTS = 24

const listOf = (runs: PackedLists, list: number) => [...runs.values.subarray(runs.startOf(list), runs.endOf(list))]

function put(runs: PackedLists, list: number, at: number, numbers: readonly number[]): void {
  const where = runs.insert(list, runs.startOf(list) + at, numbers)
  equal(where, runs.startOf(list) + at)
}

describe('ensureCapacity', () => {
  it('returns the same array up to its exact length, and a longer copy beyond it', () => {
    for (const numbers of [Int32Array.of(7, 8, 9, 10), Float64Array.of(7, 8, 9, 0.5), Uint8Array.of(7, 8, 9, 255)]) {
      expect(ensureCapacity(numbers, 0)).toBe(numbers)
      expect(ensureCapacity(numbers, 4)).toBe(numbers)
      const longer = ensureCapacity(numbers, 5)
      expect(longer.constructor).toBe(numbers.constructor)
      expect([...longer]).toEqual([...numbers, 0, 0, 0])
    }
  })

  it('allocates a quarter more than requested, so that little memory is unused', () => {
    expect(ensureCapacity(new Int32Array(4), 400)).toHaveLength(500)
    expect(ensureCapacity(new Int32Array(4), 401)).toHaveLength(502)
  })
})

describe('lists', () => {
  it('are empty at first, for any list number', () => {
    const runs = new PackedLists()
    for (const list of [0, 1, 15, 16, 1_000_000]) expect([runs.lengthOf(list), listOf(runs, list)]).toEqual([0, []])
    put(runs, 16, 0, [1, 2])
    expect([0, 15, 17, 1_000].map((list) => runs.lengthOf(list))).toEqual([0, 0, 0, 0])
    expect(listOf(runs, 16)).toEqual([1, 2])
  })

  it('equal arrays after any insertions and removals, at any position, down to empty lists', async () => {
    const change = fc.record({ list: fc.nat(LISTS - 1), place: fc.nat(1_000), width: fc.nat(5), opens: fc.integer({ min: 0, max: 4 }) })
    const property = fc.property(fc.array(change, { maxLength: 120, size: 'max' }), (changes) => {
      const runs = new PackedLists()
      const model: number[][] = Array.from({ length: LISTS }, () => [])
      let next = 1
      for (const { list, place, width, opens } of changes) {
        const expected = model[list] ?? []
        const at = place % (expected.length + 1)
        if (opens > 1) {
          const numbers = Array.from({ length: width }, () => next++)
          put(runs, list, at, numbers)
          expected.splice(at, 0, ...numbers)
        } else {
          const fewer = Math.min(width, expected.length - at)
          runs.removeRange(list, runs.startOf(list) + at, runs.startOf(list) + at + fewer)
          expected.splice(at, fewer)
        }
        deepEqual([runs.lengthOf(list), runs.endOf(list) - runs.startOf(list)], [expected.length, expected.length])
      }
      for (const [list, expected] of model.entries()) deepEqual(listOf(runs, list), expected)
    })
    await fc.assert(property, { numRuns: 100 })
  })
})

describe('memory', () => {
  it('is reused: lists that grow and shrink repeatedly take no more than at first', () => {
    const runs = new PackedLists()
    const round = () => {
      for (let list = 0; list < 50; list++) for (let n = 0; n < 40; n++) put(runs, list, n, [n])
      for (let list = 0; list < 50; list++) for (let n = 40; n > 0; n--) runs.removeRange(list, runs.endOf(list) - 1, runs.endOf(list))
    }
    round()
    round()
    const taken = runs.values.length
    for (let again = 0; again < 20; again++) round()
    expect(runs.values.length).toBe(taken)
  })

  it('of a list that moves goes to the next list of that size, and never to two lists', () => {
    const runs = new PackedLists()
    put(runs, 0, 0, [1, 2])
    const left = runs.startOf(0)
    put(runs, 0, 2, [3, 4])
    expect(runs.startOf(0)).not.toBe(left)
    put(runs, 1, 0, [5, 6])
    put(runs, 2, 0, [7, 8])
    expect(runs.startOf(1)).toBe(left)
    expect([0, 1, 2].map((list) => listOf(runs, list))).toEqual([
      [1, 2, 3, 4],
      [5, 6],
      [7, 8],
    ])
  })

  it('exceeds the need of a list by at most a quarter, and a list that grows one by one seldom moves', () => {
    const runs = new PackedLists()
    const places = new Set<number>()
    for (let n = 0; n < 4_096; n++) {
      put(runs, 0, n, [n])
      places.add(runs.startOf(0))
    }
    expect(listOf(runs, 0)).toEqual(Array.from({ length: 4_096 }, (_, n) => n))
    expect(places.size).toBeLessThan(45)
    // The next list starts where the block of this one ends.
    const before = runs.startOf(0)
    put(runs, 0, 0, [0])
    put(runs, 1, 0, Array(20_000).fill(1))
    expect(runs.startOf(0)).not.toBe(before)
    expect(runs.startOf(1) - runs.startOf(0)).toBe(4_096 + 1_024)
  })
})
