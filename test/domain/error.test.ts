/** Errors: stable codes, details as fields, messages, and recognition across module formats (SPEC §9). */
import { describe, expect, expectTypeOf, it } from 'vitest'
import { AccessDenied, ConsentryError, factsUnavailable, isConsentryError, throwIfRefused, withChanged } from '../../src/domain/error.js'
import { refusalMessage as inWords, type Refusal } from '../../src/domain/refusal.js'

describe('a ConsentryError', () => {
  const error = new ConsentryError('`3` is stale', { code: 'stale-revision', expected: 3, actual: 4 }, { cause: 'why' })

  it('has its code and details as fields', () => {
    const fields = { code: 'stale-revision', expected: 3, actual: 4, issues: [], cause: 'why' }
    expect(error).toMatchObject({ name: 'ConsentryError', message: '`3` is stale', ...fields })
    expect(error).toBeInstanceOf(Error)
    expect(isConsentryError(error, 'stale-revision') && error.expected + error.actual).toBe(7)
    expect(Object.keys(error)).not.toContain('cause')
    expect(Reflect.get(error, Symbol.for('consentry.error'))).toBe(true)
  })

  it('has every issue of an input', () => {
    const issues = [{ path: ['a', 0], code: 'missing', message: 'is required' }] as const
    expect(new ConsentryError('x', { code: 'invalid-input', issues }).issues).toEqual(issues)
  })

  it('is thrown for a refusal, and for none nothing is', () => {
    expect(() => throwIfRefused({ code: 'impersonating' })).toThrow(expect.objectContaining({ code: 'impersonating' }))
    expect(() => throwIfRefused(undefined)).not.toThrow()
  })

  it('is not what throws on reading: a host may throw a proxy', () => {
    const throws = () => {
      throw new Error('it was read')
    }
    const branded = { code: 'not-found', [Symbol.for('consentry.error')]: true }
    for (const handler of [{ getPrototypeOf: throws }, { has: throws }, { get: throws }])
      for (const codes of [[], ['not-found']] as const)
        expect(isConsentryError(new Proxy(Object.assign(new Error('x'), branded), handler), ...(codes as readonly ['not-found']))).toBe(
          // Without codes, nothing but the brand and the prototype is read.
          'get' in handler && codes.length === 0,
        )
  })

  it('is recognised by its brand, so errors of another copy of the package count', () => {
    const foreign = Object.assign(new Error('x'), { code: 'not-found', [Symbol.for('consentry.error')]: true })
    expect(isConsentryError(foreign)).toBe(true)
    expect(isConsentryError(foreign, 'not-found')).toBe(true)
    expect(isConsentryError(foreign, 'not-pending')).toBe(false)
    expect(isConsentryError(error)).toBe(true)
    expect(isConsentryError(foreign, undefined as never)).toBe(false)
    const unbranded = Object.assign(new Error('x'), { code: 'not-found' })
    for (const other of [new Error('x'), unbranded, { code: 'not-found' }, null, undefined, 'not-found', { ...error }]) {
      expect(isConsentryError(other)).toBe(false)
      expect(isConsentryError(other, 'not-found')).toBe(false)
    }
    expect(isConsentryError(Object.assign(new Error('x'), { [Symbol.for('consentry.error')]: true }))).toBe(false)
  })
})

it('one of several codes is recognised, and its details are the fields of any of them', () => {
  const stale: unknown = new ConsentryError('stale', { code: 'stale-revision', expected: 3, actual: 4 })
  const CODES = ['not-pending', 'stale-revision'] as const
  expect([isConsentryError(stale, ...CODES), isConsentryError(stale, 'not-pending', 'not-found')]).toEqual([true, false])
  if (!isConsentryError(stale, 'not-pending', 'stale-revision')) throw stale
  expectTypeOf(stale.code).toEqualTypeOf<'not-pending' | 'stale-revision'>()
  expect(stale.code === 'not-pending' ? stale.status : stale.actual).toBe(4)
  // @ts-expect-error: not every one of these codes has a revision.
  expect(stale.actual).toBe(4)
  // @ts-expect-error: there is no such code.
  expect(isConsentryError(stale, 'not-pending', 'stale')).toBe(false)
})

it('an error says what a command of several steps had changed before it; none but those of Consentry is touched (SPEC 9.3)', () => {
  const changed = [{ id: 'r1', tenant: 'tom-sawyer', status: 'withdrawn', revision: 2 }] as const
  const error = new ConsentryError('the repository failed', { code: 'unavailable', port: 'repository' })
  expect(error.changed).toEqual([])
  expect(withChanged(error, changed)).toBe(error)
  expect(error.changed).toEqual(changed)
  const foreign = new Error('down')
  expect(withChanged(foreign, changed)).toBe(foreign)
  expect(foreign).not.toHaveProperty('changed')
})

it('AccessDenied has the decision', () => {
  const decision = { allowed: false, reason: 'expired', changesAt: null } as const
  const error = new AccessDenied(decision)
  const message = 'access denied: `expired`'
  expect(error).toMatchObject({ name: 'AccessDenied', code: 'access-denied', decision, message, issues: [] })
  expect(isConsentryError(error, 'access-denied') && error.decision.reason).toBe('expired')
})

describe('the message of a refusal (SPEC 9.2)', () => {
  const [at, day] = [Date.UTC(2026, 0, 2), '2026-01-02T00:00:00.000Z']
  const missing = { path: ['a', 0], code: 'missing', message: 'is required' } as const
  const odd = { path: [], code: 'invalid', message: '`x` is odd' } as const
  const hostile = { path: ['a\nINFO granted\ud800', 'x'.repeat(65)], code: 'unknown-key', message: 'is odd' } as const
  const messages: readonly (readonly [Refusal, string])[] = [
    [{ code: 'invalid-input', issues: [missing, odd] }, 'a.0: is required; `x` is odd'],
    [{ code: 'invalid-input', issues: [hostile] }, `a?INFO granted?.${'x'.repeat(64)}: is odd`],
    [{ code: 'impersonating' }, 'not allowed while impersonating'],
    [{ code: 'not-permitted' }, 'the actor does not have the required permission'],
    [{ code: 'not-found' }, 'there is no such request or session'],
    [{ code: 'wrong-party' }, 'only the other party of the request can do this'],
    [{ code: 'requester-may-not-answer' }, 'a member of the requesting tenant cannot answer its requests'],
    [{ code: 'stale-revision', expected: 1, actual: 2 }, 'revision `1` is stale: reload the request, now at revision `2`'],
    [{ code: 'not-pending', status: 'granted' }, 'the request must be pending, but is `granted`'],
    [{ code: 'not-active', status: 'expired' }, 'the request must be granted, but is `expired`'],
    [{ code: 'not-due', status: 'granted' }, 'the request is not due: it is `granted`'],
    [{ code: 'session-ended', endedAt: at }, 'the session ended at `2026-01-02T00:00:00.000Z`'],
    [{ code: 'too-many-sessions', limit: 20 }, 'the user already has the most live sessions allowed, `20`: end one first'],
    [{ code: 'already-submitted', id: 'r' }, '`r` was already submitted with other content: use a new id'],
    [{ code: 'expiry-required', latest: at }, 'a grant must expire: set `expiresAt` to `2026-01-02T00:00:00.000Z` or earlier'],
    [{ code: 'expires-too-soon', expiresAt: at, after: at + 1 }, `the expiry \`${day}\` must be after \`2026-01-02T00:00:00.001Z\``],
    [{ code: 'not-grantable' }, 'the request cannot be granted now: reject it, or ask its sender for a new one'],
    [{ code: 'expires-too-late', expiresAt: at, latest: 9e15 }, `the expiry \`${day}\` must be \`9000000000000000\` or earlier`],
  ]
  it.each(messages.map(([refusal, words]) => ({ refusal, words })))('$refusal.code: $words', ({ refusal, words }) =>
    expect(inWords(refusal)).toBe(words),
  )
})

it('the facts-unavailable error has its cause (SPEC 5.9)', () => {
  const cause = new Error('connection refused')
  expect(factsUnavailable(cause)).toMatchObject({ code: 'facts-unavailable', message: 'the facts could not be loaded', cause })
})
