/** A key that a JSON object has twice is found, however it is spelled, and nothing else is. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { repeatedKey } from '../../src/http/repeated-key.js'

it.each([
  ['{"a":1,"a":2}', ['a']],
  ['{"a":1,"\\u0061":2}', ['a']],
  ['{"a":{"b":1,"c":[{"d":1},{"d":1,"d":1}]}}', ['a', 'c', 1, 'd']],
  ['{"__proto__":1,"__proto__":2}', ['__proto__']],
  ['{"":1,"":2}', ['']],
  ['{"a":1,"b":{"a":1},"c":["a","a"]}', undefined],
  ['["a:b","{","a:b","{\\"a\\":1,\\"a\\":1}"]', undefined],
  ['{"a\\\\":1,"a":2}', undefined],
  [`${'['.repeat(16)}${']'.repeat(16)}`, undefined],
  [`${'['.repeat(17)}${']'.repeat(17)}`, 'too-deep'],
])('%s', (text, path) => expect(repeatedKey(text)).toEqual(path))

it('finds none in what JSON.stringify writes, and finds one that is added anywhere', () => {
  const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })
  fc.assert(
    fc.property(value, fc.string(), fc.integer({ min: 0, max: 2 }), (one, key, indent) => {
      const text = JSON.stringify(one, null, indent)
      expect(repeatedKey(text)).toBeUndefined()
      const name = JSON.stringify(key)
      expect(repeatedKey(`[${text},{${name}:${text},${name}:0}]`)).toEqual([1, key])
    }),
  )
})
