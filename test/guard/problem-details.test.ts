/** Denials: the reason for each error, and the response. */
import { describe, expect, it } from 'vitest'
import { AccessDenied, ConsentryError } from '../../src/domain/error.js'
import { denial, denialOf, denyReasonOf, problemDetails } from '../../src/guard/problem-details.js'

const issue = (code: 'own-tenant' | 'invalid') => ({ path: ['tenant'], code, message: 'is wrong' })
const invalid = (...codes: readonly ('own-tenant' | 'invalid')[]) =>
  new ConsentryError('wrong', { code: 'invalid-input', issues: codes.map(issue) })

describe('the reason of an error', () => {
  it.each([
    ['own-tenant', invalid('own-tenant')],
    ['own-tenant', invalid('invalid', 'own-tenant')],
    ['invalid-question', invalid('invalid')],
    ['invalid-question', invalid()],
    ['session-ended', new ConsentryError('over', { code: 'session-ended', endedAt: 0 })],
    ['not-found', new ConsentryError('none', { code: 'not-found' })],
    ['impersonating', new ConsentryError('inside', { code: 'impersonating' })],
    ['revoked', new AccessDenied({ allowed: false, reason: 'revoked', changesAt: null })],
    ['facts-unavailable', new ConsentryError('facts', { code: 'facts-unavailable' })],
    ['facts-unavailable', new ConsentryError('rows', { code: 'corrupt', issues: [] })],
    ['facts-unavailable', new Error('not-found')],
    ['facts-unavailable', { code: 'not-found' }],
    ['facts-unavailable', null],
  ] as const)('is %s', (reason, error) => expect(denialOf(error)).toEqual(expect.objectContaining({ reason, error })))

  it('is recognised from another copy of the library', () => {
    const foreign = Object.assign(new Error('none'), { code: 'not-found', [Symbol.for('consentry.error')]: true })
    expect(denialOf(foreign).reason).toBe('not-found')
  })
})

it('a reason is one of the closed set, and no look-alike', () => {
  const made = { toString: () => 'revoked' }
  expect(denyReasonOf({ reason: 'revoked' })).toBe('revoked')
  for (const reason of [undefined, null, 7, ['revoked'], made, 'granted', 'not-found', 'no-actor', 'constructor', '__proto__']) {
    expect(denyReasonOf({ reason })).toBe('invalid-question')
  }
  for (const decision of [undefined, null, 'revoked', 7, []]) expect(denyReasonOf(decision)).toBe('invalid-question')
})

it('the response contains the reason and nothing else', () => {
  const headers = [
    ['content-type', 'application/problem+json'],
    ['cache-control', 'no-store'],
  ]
  const secret = new Error('SELECT secret FROM tenants')
  expect(problemDetails(denial('no-actor'), 'Bearer realm="a"')).toEqual({
    body: { type: 'about:blank', title: 'Unauthorized', status: 401, reason: 'no-actor' },
    headers: [...headers, ['www-authenticate', 'Bearer realm="a"']],
  })
  expect(problemDetails(denial('expired', secret), 'Bearer')).toEqual({
    body: { type: 'about:blank', title: 'Forbidden', status: 403, reason: 'expired' },
    headers,
  })
  expect(problemDetails(denialOf(secret), 'Bearer')).toEqual({
    body: { type: 'about:blank', title: 'Service Unavailable', status: 503, reason: 'facts-unavailable' },
    headers,
  })
})
