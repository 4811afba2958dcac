/** The faster reader of questions accepts nothing that the schema refuses, and reads the same (SPEC 5.3.1). */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { readRecord } from '../../src/domain/input.js'
import { AuthorizeQuestion, Question, readAuthorizeQuestion, readQuestion } from '../../src/service/access-question.js'

const SOUND = { user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', at: 1_000, from: 'classics' }
const KEYS = [...Object.keys(SOUND), 'now', '__proto__', 'constructor', 'toString']

const VALUES: readonly unknown[] = [
  ...[null, undefined, true, 0, -0, -1, 1.5, Number.NaN, Infinity, 8.64e15, 8.64e15 + 1, 5n, '5', '1767225600000', '2026-01-01T00:00:00Z'],
  ...[new Date(5), new Date(Number.NaN), Object.setPrototypeOf(new Date(5), null), Object.setPrototypeOf(new Date(5), Object.prototype)],
  ...[
    Object.create(Date.prototype),
    { getTime: () => 5 },
    new Proxy(new Date(5), {}),
    new Proxy({}, { getPrototypeOf: () => Date.prototype }),
  ],
  ...[
    '',
    'a b',
    'ä',
    '\ud800',
    'x'.repeat(128),
    'x'.repeat(129),
    'caroline\n',
    'access-request',
    'legacy-configure',
    'legacy-support',
    'root',
  ],
  ...[[], ['caroline'], {}, { toString: () => 'caroline' }, Object('caroline'), Object(5), Symbol('user'), () => 'caroline'],
]

class OfClass {
  constructor(values: object) {
    Object.assign(this, values)
  }
}
class Tagged extends OfClass {
  readonly [Symbol.toStringTag] = 'Map'
}
const hidden = (values: object) =>
  Object.defineProperties({}, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, enumerable: false }])))
/** Ways to hold the same values. */
const HOLDERS: readonly ((values: object) => unknown)[] = [
  (values) => values,
  (values) => Object.freeze({ ...values }),
  (values) => Object.assign(Object.create(null), values),
  (values) => Object.create(values),
  (values) => Object.assign(Object.create(SOUND), values),
  (values) => Object.assign(Object.create({ later: true }), values),
  (values) => Object.assign([], values),
  (values) => Object.assign(new Map(), values),
  (values) => Object.assign(() => {}, values),
  (values) => new OfClass(values),
  (values) => new Tagged(values),
  (values) => ({ ...values, [Symbol.toStringTag]: 'Date' }),
  (values) => ({ ...values, [Symbol('more')]: 1 }),
  hidden,
  (values) => new Proxy(values, {}),
  (values) => new Proxy(values, { ownKeys: () => ['user'] }),
  (values) => new Proxy(values, { get: () => expect.fail }),
  (values) => {
    const { proxy, revoke } = Proxy.revocable(values, {})
    revoke()
    return proxy
  },
]

const own = (key: string, value: unknown) => ({ [key]: value }) as object
const settled = (read: () => unknown) => {
  try {
    return read()
  } catch (error) {
    return ['thrown', error]
  }
}
/** An instant that is not said may be left out, or `undefined`. */
const plain = (result: unknown): unknown => {
  const { ok, value } = result as { ok?: boolean; value?: object }
  return ok === true ? { ok, value: { at: undefined, ...value } } : result
}
const READERS = [
  ['decide', readQuestion, Question],
  ['authorize', readAuthorizeQuestion, AuthorizeQuestion],
] as const

it.each(READERS)('of `%s`, for every value of every key, however they are held', (_, read, schema) => {
  let accepted = 0
  for (const hold of HOLDERS)
    for (const key of KEYS)
      for (const value of [...VALUES, ...Object.values(SOUND)]) {
        const { [key as keyof typeof SOUND]: __, ...rest } = SOUND
        for (const values of [{ ...SOUND, ...own(key, value) }, { ...rest }]) {
          const [found, expected] = [
            settled(() => plain(read(hold(values)))),
            settled(() => plain(readRecord(schema, hold(values), 'question'))),
          ]
          expect(found).toEqual(expected)
          if ((found as { ok?: boolean }).ok === true) accepted++
        }
      }
  expect(accepted).toBeGreaterThan(2_000)
})

it.each(READERS)('of `%s`, for anything', (_, read, schema) => {
  const one = fc.oneof(fc.constantFrom(...VALUES, ...Object.values(SOUND)), fc.anything())
  const question = fc.record({ user: one, tenant: one, method: one, at: one, from: one, more: one }, { requiredKeys: [] })
  const some = fc.tuple(question, fc.subarray(Object.keys(SOUND))).map(([values, sound]) => ({
    ...values,
    ...Object.fromEntries(sound.map((key) => [key, SOUND[key as keyof typeof SOUND]])),
  }))
  for (const input of fc.sample(fc.oneof(some, fc.anything()), { seed: 20_260_101, numRuns: 5_000 }))
    expect(settled(() => plain(read(input)))).toEqual(settled(() => plain(readRecord(schema, input, 'question'))))
})

it('reads each value once, whether the faster reader accepts it or not', () => {
  for (const last of ['classics', 'a b']) {
    const reads: string[] = []
    const get = (values: object, key: PropertyKey) => {
      reads.push(String(key))
      return Reflect.get(values, key)
    }
    const input = new Proxy({ ...SOUND, from: last }, { get })
    expect(readQuestion(input).ok).toBe(last === 'classics')
    expect(reads.filter((key) => !key.startsWith('Symbol'))).toEqual(Object.keys(SOUND))
  }
})

it('inherits nothing, as from a polluted prototype', () => {
  const polluted = Object.prototype as { from?: string }
  polluted.from = 'classics'
  try {
    const { from: _, ...withoutFrom } = SOUND
    expect(readAuthorizeQuestion(withoutFrom).ok).toBe(false)
    expect(readQuestion(withoutFrom)).toMatchObject({ ok: true, value: { from: null } })
  } finally {
    delete polluted.from
  }
})

it.each(Object.keys(SOUND))('differs from the schema if it does not look at `%s`', (key) => {
  const blind = (question: object) => readQuestion({ ...question, ...own(key, SOUND[key as keyof typeof SOUND]) })
  const questions = VALUES.map((value) => ({ ...SOUND, ...own(key, value) }))
  expect(questions.some((question) => blind(question).ok !== readRecord(Question, question, 'question').ok)).toBe(true)
})
