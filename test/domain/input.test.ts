/** Input parsing: instants, ids and actors, with every issue and its message (SPEC 2.1, 3.5, 9.1, 9.2). */
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { actorSchema } from '../../src/domain/actor.js'
import { compareIds, isId } from '../../src/domain/ids.js'
import { combine, Id, instantSchema, quoteInput, Revision, read, readRecord, readSecret, StoredInstant } from '../../src/domain/input.js'
import { clockInstant, isInstant, toInstant } from '../../src/domain/instant.js'
import { messageWith } from '../../src/domain/message.js'
import { ok, refused } from '../../src/domain/refusal.js'
import { elizabeth, TOM, tomAdmin } from '../story/cast.js'
import { issuesOf } from './results.js'

const instant = (value: unknown) => {
  const result = read(instantSchema, value)
  return result.ok ? result.value : undefined
}

describe('a message that is required (SPEC 3.3a)', () => {
  const issues = (least: number, message: unknown) => issuesOf(readRecord(z.strictObject({ message: messageWith(least) }), { message }))

  it('counts letters and digits of any script, and nothing else', () => {
    for (const [message, count] of [
      ['a1', 2],
      ['é', 1],
      ['e\u0301', 1],
      ['日本٣', 3],
      ['Ⅷ½ _-😀\n', 0],
      ['𝒜b', 2],
    ] as const) {
      if (count > 0) expect(issues(count, message), message).toEqual([])
      expect(issues(count + 1, message), message).toHaveLength(1)
    }
  })

  it('is `missing` if it is too short, absent or empty, and says what it needs', () => {
    for (const message of [undefined, '', ' .-\n'])
      expect(issues(1, message)).toEqual([
        `message | missing | \`${message?.replace('\n', '?') ?? ''}\` must have at least a letter or digit`,
      ])
    expect(issues(3, 'no')).toEqual(['message | missing | `no` must have at least 3 letters and digits'])
    expect(issues(1, undefined)).toHaveLength(1)
  })

  it('is invalid if it is no message, however many letters it has', () => {
    const unlike = 'must be up to 1,000 characters, without control characters or lone surrogates'
    expect(issues(1_000, 'a'.repeat(1_000))).toEqual([])
    expect(issues(1, 'a'.repeat(1_001))).toEqual([expect.stringMatching(`^message \\| invalid .* ${unlike}$`)])
    expect(issues(5, 'a\u0007')).toEqual([expect.stringContaining('invalid'), expect.stringContaining('missing')])
    expect(issues(1, 7)).toEqual(['message | invalid | `7` must be a string'])
    expect(issues(1, null)).toEqual(['message | invalid | `null` must be a string'])
  })
})

describe('an instant as input', () => {
  it('is a date, whole milliseconds, or ISO 8601 with seconds and an offset', () => {
    expect(instant(new Date(5))).toBe(5)
    expect(instant(-5)).toBe(-5)
    expect(Object.is(instant(-0), 0)).toBe(true)
    expect(instant('2026-02-28T12:00:00Z')).toBe(Date.UTC(2026, 1, 28, 12))
    expect(instant('2026-02-28T12:00:00+01:00')).toBe(Date.UTC(2026, 1, 28, 11))
    expect(instant('2024-02-29T23:59:59.999-03:30')).toBe(Date.UTC(2024, 2, 1, 3, 29, 59, 999))
    expect(instant(8.64e15)).toBe(8.64e15)
  })

  it('is cut off to whole milliseconds, never rounded up', () => {
    expect(instant('2026-02-28T12:00:00.0019999Z')).toBe(Date.UTC(2026, 1, 28, 12) + 1)
    expect(instant('1969-12-31T23:59:59.9991Z')).toBe(-1)
    expect(instant('1969-12-31T23:59:59.999123Z')).toBe(-1)
  })

  it.each([
    ['another value', [null, undefined, true, '1', '', 'now', 1.5, Number.NaN, Infinity, 8.64e15 + 1, {}, [], 10n]],
    ['an invalid date', [new Date(Number.NaN), Object.create(Date.prototype)]],
    ['a day that does not exist', ['2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '2026-13-01T00:00:00Z']],
    ['a time that does not exist', ['2026-02-28T24:00:00Z', '2026-02-28T23:59:60Z']],
    ['later than a date can be', ['+275760-09-13T00:00:00Z']],
    ['without a time, seconds, offset or `T`', ['2026-02-28', '2026-02-28T12:00:00', '2026-02-28T12:00Z', '2026-02-28 12:00:00Z']],
  ])('is not %s', (_, values) => expect(values.filter((value) => read(instantSchema, value).ok)).toEqual([]))

  const wanted = 'must be an instant: a valid date, whole milliseconds, or ISO 8601 with seconds and an offset'
  const meant = ', with the time and offset that you mean'
  it.each<[unknown, string]>([
    ['1767225600000', 'is text: use `Number(...)` for milliseconds, or ISO 8601 such as `2026-12-01T10:00:00Z`'],
    ['2026-12-01T10:00Z', 'has no seconds: write `2026-12-01T10:00:00Z`'],
    ['2026-12-01T10:00+0530', 'has no seconds and an offset in another form: write `2026-12-01T10:00:00+05:30`'],
    ['2026-12-01', `has no time and no offset: write \`2026-12-01T00:00:00Z\`${meant}`],
    ['2026-12-01T10:00:00', `has no offset: write \`2026-12-01T10:00:00Z\`${meant}`],
    ['2026-12-01T10:00:00.25-03', 'has an offset in another form: write `2026-12-01T10:00:00.25-03:00`'],
    ['2026-12-01T10:00:00z', 'has an offset in another form: write `2026-12-01T10:00:00Z`'],
    ['2026-12-01 10:00:00Z', 'has a space instead of `T`: write `2026-12-01T10:00:00Z`'],
    ['2026-12-01 10:00', `has a space instead of \`T\` and no seconds and no offset: write \`2026-12-01T10:00:00Z\`${meant}`],
    ['2026-02-30T00:00:00Z', 'has a day that does not exist: 2026-02 has 28 days'],
    ['2024-02-30', 'has a day that does not exist: 2024-02 has 29 days'],
    ['1900-02-29T00:00:00Z', 'has a day that does not exist: 1900-02 has 28 days'],
    ['0000-02-30T00:00:00Z', 'has a day that does not exist: 0000-02 has 29 days'],
    ['2026-04-00T00:00:00Z', 'has a day that does not exist: 2026-04 has 30 days'],
    ['2026-13-01T00:00:00Z', 'has a month that does not exist: use 01 to 12'],
    ['2026-00-01T00:00:00Z', 'has a month that does not exist: use 01 to 12'],
    ['2026-12-01T24:00:00Z', 'has a time that does not exist: use 00:00:00 to 23:59:59'],
    ['1.12.2026', wanted],
    ['', wanted],
    ['next week', wanted],
    [1.5, 'has a fraction of a millisecond: use `Math.floor(...)`'],
    [Number.NaN, wanted],
    [8.64e15 + 2, wanted],
    [new Date(Number.NaN), 'is invalid: check what it was made from'],
    [null, wanted],
    [{}, wanted],
  ])('%o is refused with what is wrong, and what to do', (value, message) =>
    expect(issuesOf(read(instantSchema, value))).toEqual([` | invalid | ${quoteInput(value)} ${message}`]),
  )

  it('is refused if it is missing', () => expect(issuesOf(read(instantSchema, undefined))).toEqual([' | missing | the input is required']))

  it('is stored as whole milliseconds within the range of dates', () => {
    for (const ms of [0, -1, 8.64e15]) expect(read(StoredInstant, ms).ok).toBe(true)
    for (const ms of [0.5, 8.64e15 + 1, Number.NaN, '5', null]) expect(read(StoredInstant, ms).ok).toBe(false)
    expect(issuesOf(read(StoredInstant, 0.5))).toEqual([' | invalid | `0.5` must be whole milliseconds'])
  })
})

describe('an instant', () => {
  it('is a finite number within the range of dates', () => {
    for (const ms of [0, 0.5, 8.64e15, -8.64e15]) expect(isInstant(ms)).toBe(true)
    for (const ms of [Number.NaN, Infinity, -Infinity, 8.64e15 + 1, -8.64e15 - 1, '5', null, new Date(5)]) expect(isInstant(ms)).toBe(false)
  })

  it('of a clock is in whole milliseconds, from the year 2000 on', () => {
    const year2000 = Date.UTC(2000, 0)
    expect([clockInstant(year2000), clockInstant(new Date(year2000 + 5)), clockInstant(year2000 + 0.9)]).toEqual([
      year2000,
      year2000 + 5,
      year2000,
    ])
    const message = '`clock` returned `1767225600`, an instant of 1970: return milliseconds, which are seconds times 1,000'
    expect(() => clockInstant(1_767_225_600)).toThrow(new TypeError(message))
    expect(() => clockInstant(year2000 - 1)).toThrow('an instant of 1999')
    for (const odd of [Number.NaN, 'now', undefined, Promise.resolve(year2000)])
      expect(() => clockInstant(odd)).toThrow('`clock` must return a valid date or milliseconds, such as `Date.now()`')
  })

  it('is converted from a date or a number only', () => {
    expect(toInstant(new Date(7))).toBe(7)
    expect(toInstant(7)).toBe(7)
    for (const value of [new Date(Number.NaN), '7', null, undefined, { getTime: () => 7, valueOf: () => 7 }, 7n])
      expect(toInstant(value)).toBeUndefined()
  })
})

describe('an id', () => {
  it('is 1 to 128 printable ASCII characters without a space', () => {
    for (const id of ['a', '!', '~', '__proto__', 'x'.repeat(128), "';--%"]) expect(isId(id)).toBe(true)
    for (const id of ['', ' ', 'a b', '\u007f', 'é', 'a\n', 'a\u0000', 'x'.repeat(129), 7, null, ['a'], new String('a')])
      expect(isId(id)).toBe(false)
  })

  it.each<[unknown, string]>([
    [7, 'is a number; ids are strings: use `String(id)`'],
    [7n, 'is a number; ids are strings: use `String(id)`'],
    [[7], 'must be an id, as a string'],
    [{ id: 'a' }, 'must be an id, as a string'],
    [null, 'must be an id, as a string'],
    [true, 'must be an id, as a string'],
    ['', 'is empty'],
    ['x'.repeat(129), 'has 129 characters; shorten it'],
    ['caroline ', 'contains white space; remove it'],
    ['a\n', 'contains white space; remove it'],
    ['é', 'contains other characters than printable ASCII; encode them'],
  ])('%o is refused with what is wrong, and what to do', (value, message) => {
    const form = message.startsWith('is a number') ? '' : ': an id is 1 to 128 printable ASCII characters without a space'
    expect(issuesOf(read(Id, value))).toEqual([` | invalid | ${quoteInput(value)} ${message}${form}`])
  })

  it('is ordered by character codes', () => {
    expect(['b', 'a', 'B', '_', 'a'].sort(compareIds)).toEqual(['B', '_', 'a', 'a', 'b'])
    expect([compareIds('a', 'b'), compareIds('b', 'a'), compareIds('a', 'a')]).toEqual([-1, 1, 0])
  })
})

it('a revision is a whole number from 1', () => {
  expect(read(Revision, 1).ok).toBe(true)
  expect(issuesOf(read(Revision, ' 3 '))).toEqual([
    ' | invalid | ` 3 ` is text: use `Number(...)`; it must be a revision: a whole number from 1',
  ])
  for (const value of [0, -1, 1.5, '1', 2 ** 53]) expect(read(Revision, value).ok).toBe(false)
  expect(issuesOf(read(Revision, 0))).toEqual([' | invalid | `0` must be a revision: a whole number from 1'])
  expect(issuesOf(read(Revision, 'x'))).toEqual([' | invalid | `x` must be a revision: a whole number from 1'])
})

describe('a record of one kind or another', () => {
  const kind = (name: string) => z.strictObject({ kind: z.literal(name) })
  const schema = z.discriminatedUnion('kind', [kind('grant'), kind('reject')], 'must be `grant` or `reject`')
  it.each([
    [{ kind: 'maybe' }, 'kind | invalid | `maybe` must be `grant` or `reject`'],
    [{ kind: {} }, 'kind | invalid | an object must be `grant` or `reject`'],
    [{}, 'kind | missing | is required'],
  ])('of no kind names what its kind is: %o', (input, issue) => expect(issuesOf(readRecord(schema, input))).toEqual([issue]))
})

describe('an actor (SPEC 2.1)', () => {
  it('is parsed unchanged', () => {
    expect(read(actorSchema, elizabeth)).toEqual(ok(elizabeth))
    const inside = { ...elizabeth, impersonating: { tenant: TOM, method: 'legacy-support' } }
    expect(read(actorSchema, inside)).toEqual(ok(inside))
    expect(read(actorSchema, tomAdmin)).toEqual(ok(tomAdmin))
  })

  it('is refused with every issue at once, and without the key `impersonating`', () => {
    const { impersonating: _, ...withoutKey } = elizabeth
    const impersonating = { tenant: TOM, method: 'x', by: 1 }
    const id = 'an id is 1 to 128 printable ASCII characters without a space'
    for (const [actor, ...issues] of [
      [
        { user: '', tenant: 7, permissions: ['root'], impersonating, admin: true },
        `actor.user | invalid | \`\` is empty: ${id}`,
        'actor.tenant | invalid | `7` is a number; ids are strings: use `String(id)`',
        'actor.permissions.0 | invalid | `root` must be `submit` or `answer`',
        'actor.impersonating.method | invalid | `x` must be `access-request`, `legacy-configure` or `legacy-support`',
        'actor.impersonating.by | unknown-key | `by` is not expected here',
        'actor.admin | unknown-key | `admin` is not expected here',
      ],
      [
        { ...elizabeth, permissions: 'submit', impersonating: 1 },
        'actor.permissions | invalid | `submit` must be a list of permissions',
        'actor.impersonating | invalid | `1` must be null, or an object with `tenant` and `method`',
      ],
      [withoutKey, 'actor.impersonating | missing | is required'],
      [{ ...elizabeth, impersonating: undefined }, 'actor.impersonating | missing | is required'],
      [{ ...elizabeth, user: null }, `actor.user | invalid | \`null\` must be an id, as a string: ${id}`],
      ['elizabeth', 'actor | invalid | `elizabeth` must be an actor: an object with `user`, `tenant`, `permissions` and `impersonating`'],
    ])
      expect(issuesOf(read(actorSchema, actor, 'actor'))).toEqual(issues)
  })
})

describe('parsing', () => {
  const UNREADABLE = [' | invalid | could not be read: a property threw an error']

  it('combines all values, or the issues of all inputs', () => {
    const invalid = (at: string) => read(z.string('must be a text'), 7, at)
    const issues = ['a', 'b'].map((at) => `${at} | invalid | \`7\` must be a text`)
    expect(issuesOf(combine(invalid('a'), ok(1), invalid('b')))).toEqual(issues)
    expect(combine(ok(1), ok('x'))).toEqual(ok([1, 'x']))
  })

  it('refuses input that throws when it is read', () => {
    const trap = () => {
      throw new Error('secret')
    }
    const withTrap = Object.defineProperty({ ...elizabeth }, 'user', { get: trap, enumerable: true })
    for (const actor of [new Proxy({}, { get: trap, ownKeys: trap }), withTrap])
      expect(issuesOf(read(actorSchema, actor))).toEqual(UNREADABLE)
  })

  it('refuses input that is invalid at first and valid when read again', () => {
    let looks = 0
    const wavering = {
      ...elizabeth,
      get user() {
        looks += 1
        return looks === 1 ? 7 : 'elizabeth'
      },
    }
    expect(issuesOf(read(actorSchema, wavering))).toEqual(UNREADABLE)
    expect(looks).toBeGreaterThan(1)
  })

  it('has paths with keys as strings and list indexes as numbers', () => {
    const deep = z.strictObject({ list: z.array(z.map(z.symbol(), z.string('must be a text'))) })
    const result = read(deep, { list: [new Map(), new Map([[Symbol('s'), 7]])] }, 'at', 0)
    expect(!result.ok && result.refusal.code === 'invalid-input' && result.refusal.issues).toEqual([
      { path: ['at', 0, 'list', 1, 'Symbol(s)'], code: 'invalid', message: '`7` must be a text' },
    ])
  })

  it('accepts plain objects and refuses built-in ones', () => {
    const schema = z.strictObject({ expiresAt: z.number().optional() }, 'must be an answer')
    class Answer {
      expiresAt = 5
    }
    for (const record of [{}, Object.create(null), new Answer()]) expect(readRecord(schema, record).ok).toBe(true)
    for (const odd of [new Date(5), new Map(), new Set(), Promise.resolve(), /x/, new Number(7), new Error('x'), new Uint8Array(1)]) {
      const what = { Date: 'a date', Map: 'a map', Set: 'a set', Promise: 'a promise' }[odd.constructor.name] ?? 'an object'
      expect(issuesOf(readRecord(schema, odd, 'at'))).toEqual([`at | invalid | ${what} must be a plain object`])
    }
    for (const none of [null, undefined, 7, 'x', [], () => 1]) expect(readRecord(schema, none)).toEqual(read(schema, none))
  })

  it('quotes input shortened and on one line', () => {
    expect(quoteInput('a`b\n\ud800c')).toBe('`a?b??c`')
    expect(quoteInput('x'.repeat(65))).toBe(`\`${'x'.repeat(64)}\``)
    expect(quoteInput('😀')).toBe('`😀`')
    const quoted = ['`null`', '`true`', 'an empty list', 'a list', 'an object', 'a date', 'a function']
    expect([null, true, [], [1], {}, new Date(5), () => 'secret'].map(quoteInput)).toEqual(quoted)
  })

  it('names the nearest known key to a misspelt one, at any depth', () => {
    const known = z.strictObject({
      maxStalenessMs: z.number().optional(),
      onStale: z.string().optional(),
      on: z.string().optional(),
      stale: z.string().optional(),
    })
    const nested = z.strictObject({ list: z.array(known.nullable().default(null)).transform((list) => list) }).readonly()
    const told = (key: string) =>
      issuesOf(read(nested, { list: [{ [key]: 5 }] })).map((line) => line.replace(/^.*is not expected here(: did you mean )?/, ''))
    for (const key of ['maxStalenesMs', 'maxStaleness_ms', 'MAX_STALENESS_MS', 'maxStalensesMs', 'maxStaleness'])
      expect([key, told(key)]).toEqual([key, ['`maxStalenessMs`?']])
    expect(told('onStael')).toEqual(['`onStale`?'])
    for (const key of ['nStale', 'sttale']) expect([key, told(key)]).toEqual([key, [key === 'nStale' ? '`onStale`?' : '`stale`?']])
    for (const key of ['x', 'no', 'timeout', 'maxStalenessMs'.repeat(9), '__proto_', 'constructor', ''])
      expect([key, told(key)]).toEqual([key, ['']])
    const unknown = z.unknown().check((context) => {
      context.issues.push({ code: 'unrecognized_keys', keys: ['a'], input: {}, path: ['b'] })
    })
    expect(issuesOf(read(unknown, {}))).toEqual(['b.a | unknown-key | `a` is not expected here'])
  })

  it('converts a symbol in a path to a string', () => {
    const schema = z.unknown().check((context) => {
      context.issues.push({ code: 'custom', message: 'odd', input: 1, path: [Symbol('s'), 0] })
    })
    expect(issuesOf(read(schema, {}, 'at'))).toEqual(['at.Symbol(s).0 | invalid | `1` odd'])
  })
})

it('combining ignores refusals other than invalid-input', () => expect(combine(refused({ code: 'not-found' }))).toEqual(ok([])))

describe('readSecret', () => {
  it('parses as `read` does', () => expect(readSecret(Id, '5ec2e7')).toEqual({ ok: true, value: '5ec2e7' }))
  it.each([
    ['5ec2 e7', 'contains white space; remove it: '],
    ['5ec2`e7 5ec2', 'contains white space; remove it: '],
    ['5ec2e7'.repeat(30), 'has 180 characters; shorten it: '],
    [5_267_000_000, 'is a number; ids are strings: use `String(id)`'],
  ])('quotes nothing of %j', (input, start) => {
    const result = readSecret(Id, input, 'session')
    const issues = !result.ok && 'issues' in result.refusal ? result.refusal.issues : []
    expect(issues).toEqual([{ path: ['session'], code: 'invalid', message: expect.stringMatching(/^(contains|has|is) /) }])
    expect(issues[0]?.message.startsWith(start)).toBe(true)
    expect(JSON.stringify(issues)).not.toMatch(/5ec2|5267000000/)
  })
})
