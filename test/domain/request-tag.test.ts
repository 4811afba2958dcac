/** The short tag of a request: the same everywhere, spread evenly, and nothing but a function of the id (SPEC 6.2). */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestTag } from '../../src/domain/request-tag.js'

describe('the tag of a request', () => {
  it('is fixed for ever: people have written these down', () =>
    expect(['2f1c9a04-7d53-4b1e-9a70-5f0c1f6f6c11', 'tr-1', 'a', '~'.repeat(128)].map(requestTag)).toEqual([
      '357-310',
      '953-586',
      '641-715',
      '212-027',
    ]))

  it('has six digits in two groups, for any id', () =>
    fc.assert(fc.property(fc.stringMatching(/^[\x21-\x7e]{1,128}$/), (id) => /^\d{3}-\d{3}$/.test(requestTag(id)))))

  it('of ids that differ in one character differs, in all places of the id', () => {
    const id = '2f1c9a04-7d53-4b1e-9a70-5f0c1f6f6c11'
    const changed = [...id].map((_, at) => `${id.slice(0, at)}x${id.slice(at + 1)}`)
    expect(new Set([id, ...changed].map(requestTag)).size).toBe(id.length + 1)
  })

  it('is spread evenly: of 100 open requests some two share a tag in about 1 of 200 cases', () => {
    const ROUNDS = 4_000
    let shared = 0
    for (let round = 0; round < ROUNDS; round++) {
      const tags = new Set(Array.from({ length: 100 }, (_, n) => requestTag(`request-${round}-${n}`)))
      if (tags.size < 100) shared += 1
    }
    // 1 - exp(-100 * 99 / 2 / 1,000,000) = 0.49 %: about 20 rounds, with a standard deviation of 4.4.
    expect(shared).toBeGreaterThan(6)
    expect(shared).toBeLessThan(34)
  })
})
