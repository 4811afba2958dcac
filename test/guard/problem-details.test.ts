/** Denials: the reason for each error, and the response. */
import { describe, expect, it } from 'vitest'
import { AccessDenied, ConsentryError } from '../../src/domain/error.js'
import { denial, denialOf, denyReasonOf, problemDetails } from '../../src/guard/problem-details.js'

const invalid = (...codes: readonly ('own-tenant' | 'invalid')[]) =>
  new ConsentryError('wrong', { code: 'invalid-input', issues: codes.map((code) => ({ path: ['tenant'], code, message: 'is wrong' })) })

describe('the reason of an error', () => {
  it.each([
    ['own-tenant', invalid('own-tenant')],
    ['own-tenant', invalid('invalid', 'own-tenant')],
    ['invalid-question', invalid('invalid')],
    ['invalid-question', invalid()],
    ['session-ended', new ConsentryError('over', { code: 'session-ended', endedAt: 0 })],
    ['not-found', new ConsentryError('none', { code: 'not-found' })],
    // Of another copy of the library.
    ['not-found', Object.assign(new Error('none'), { code: 'not-found', [Symbol.for('consentry.error')]: true })],
    ['impersonating', new ConsentryError('inside', { code: 'impersonating' })],
    ['revoked', new AccessDenied({ allowed: false, reason: 'revoked', changesAt: null })],
    ['facts-unavailable', new ConsentryError('facts', { code: 'facts-unavailable' })],
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

it.each([
  [401, 'Unauthorized', 'no-actor', denial('no-actor'), [['www-authenticate', 'Basic']]],
  [403, 'Forbidden', 'expired', denial('expired', new Error('SELECT secret FROM tenants')), []],
  [503, 'Service Unavailable', 'facts-unavailable', denialOf(new Error('SELECT secret FROM tenants')), []],
] as const)('the response of a %s contains the reason and nothing else', (status, title, reason, denied, headers) =>
  expect(problemDetails(denied, 'Basic')).toEqual({
    body: { type: 'about:blank', title, status, reason },
    headers: [['content-type', 'application/problem+json'], ['cache-control', 'no-store'], ...headers],
  }),
)
