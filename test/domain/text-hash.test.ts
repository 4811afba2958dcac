/** The hash of texts: the same everywhere, and different for texts that differ a little. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { textHash } from '../../src/domain/text-hash.js'

it('a hash of a text is fixed for ever, since cursors hold it', () => {
  expect(['', 'a', '[null,["granted"]]', 'é', '\u{10ffff}'].map(textHash)).toEqual([
    2661348586331589, 331961848310060, 4207633054516633, 2442966325750852, 4095792367807651,
  ])
})

it('hashes of texts that differ in one character, or in the order of two, differ', () => {
  const text = '["tom-sawyer","hundred-acre"]'
  const changed = [...text].map((_, at) => `${text.slice(0, at)}x${text.slice(at + 1)}`)
  const swapped = '["hundred-acre","tom-sawyer"]'
  expect(new Set([text, swapped, `${text} `, ...changed].map(textHash)).size).toBe(text.length + 3)
})

it('100,000 hashes of random texts are different whole numbers below 2^52', () => {
  const hashes = Array.from({ length: 100_000 }, () => textHash(randomUUID()))
  expect(new Set(hashes).size).toBe(hashes.length)
  expect(hashes.filter((hash) => !Number.isSafeInteger(hash) || hash < 0 || hash >= 2 ** 52)).toEqual([])
})
