/** Reasons of denials that no framework can provoke; the table of all guards has the others, and the response. */
import { describe, expect, it } from 'vitest'
import { ConsentryError } from '../../src/domain/error.js'
import { denialOf, denyReasonOf } from '../../src/guard/problem-details.js'

const invalid = (...codes: readonly ('own-tenant' | 'invalid')[]) =>
  new ConsentryError('wrong', { code: 'invalid-input', issues: codes.map((code) => ({ path: ['tenant'], code, message: 'is wrong' })) })

describe('the reason of an error', () => {
  it.each([
    ['own-tenant', invalid('invalid', 'own-tenant')],
    ['invalid-question', invalid()],
    // Of another copy of the library.
    ['not-found', Object.assign(new Error('none'), { code: 'not-found', [Symbol.for('consentry.error')]: true })],
    ['facts-unavailable', new ConsentryError('rows', { code: 'corrupt', issues: [] })],
    ['facts-unavailable', new Error('not-found')],
    ['facts-unavailable', { code: 'not-found' }],
    ['facts-unavailable', null],
  ] as const)('is %s', (reason, error) => expect(denialOf(error)).toEqual(expect.objectContaining({ reason, error })))
})

it('the reason of a decision is one of the closed set, and no look-alike', () => {
  const text = { toString: () => 'revoked' }
  expect(denyReasonOf({ reason: 'revoked' })).toBe('revoked')
  for (const reason of [undefined, null, 7, ['revoked'], text, 'granted', 'not-found', 'no-actor', 'constructor', '__proto__'])
    expect(denyReasonOf({ reason })).toBe('invalid-question')
  for (const decision of [undefined, null, 'revoked', 7, []]) expect(denyReasonOf(decision)).toBe('invalid-question')
})
