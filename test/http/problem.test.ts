/** Errors as problem details, for the API and for a host's own routes. */
import { expect, it } from 'vitest'
import { AccessDenied, ConsentryError, type Failure, refusalError } from '../../src/domain/error.js'
import { problemOf } from '../../src/http/problem.js'

const AT = Date.UTC(2026, 0, 15, 9)
const ISO = '2026-01-15T09:00:00.000Z'

const FACTS: readonly (readonly [Failure, number, object])[] = [
  [
    { code: 'invalid-input', issues: [{ path: ['a/b', 0, '~c'], code: 'invalid', message: 'm' }], omitted: 3 },
    400,
    { issues: [{ pointer: '/a~1b/0/~0c', code: 'invalid', message: 'm' }], omitted: 3 },
  ],
  [
    { code: 'invalid-input', issues: [{ path: [], code: 'missing', message: 'm' }] },
    400,
    { issues: [{ pointer: '', code: 'missing', message: 'm' }] },
  ],
  [{ code: 'impersonating' }, 403, {}],
  [{ code: 'not-permitted' }, 403, {}],
  [{ code: 'wrong-party' }, 403, {}],
  [{ code: 'requester-may-not-answer' }, 403, {}],
  [{ code: 'not-found' }, 404, {}],
  [{ code: 'not-pending', status: 'lapsed' }, 409, { requestStatus: 'lapsed' }],
  [{ code: 'not-active', status: 'pending' }, 409, { requestStatus: 'pending' }],
  [{ code: 'not-due', status: 'granted' }, 409, { requestStatus: 'granted' }],
  [{ code: 'session-ended', endedAt: AT }, 409, { endedAt: ISO }],
  [{ code: 'too-many-sessions', limit: 20 }, 409, { limit: 20 }],
  [{ code: 'already-submitted', id: 'order-1' }, 409, { id: 'order-1' }],
  [{ code: 'not-grantable' }, 409, {}],
  [{ code: 'stale-revision', expected: 1, actual: 2 }, 412, { expected: 1, actual: 2 }],
  [{ code: 'expiry-required', latest: AT }, 422, { latest: ISO }],
  [{ code: 'expires-too-soon', expiresAt: AT, after: AT }, 422, { expiresAt: ISO, after: ISO }],
  [{ code: 'expires-too-late', expiresAt: AT, latest: AT }, 422, { expiresAt: ISO, latest: ISO }],
]

it.each(FACTS)('$code has its status and its facts', (failure, status, facts) => {
  const error = new ConsentryError('the message', failure)
  const { code } = failure
  const { title, ...problem } = problemOf(error)
  expect(problem).toEqual({ type: `urn:consentry:error:${code}`, status, code, detail: 'the message', ...facts })
  expect(title).toMatch(/^[A-Z]/)
})

it('a denied access says why', () => {
  const { decision, status } = problemOf(new AccessDenied({ allowed: false, reason: 'pending', changesAt: AT }))
  expect([status, decision]).toEqual([403, { allowed: false, reason: 'pending', changesAt: ISO }])
  const legacy = problemOf(new AccessDenied({ allowed: false, reason: 'legacy-not-permitted' }))
  expect(legacy.decision).toEqual({ allowed: false, reason: 'legacy-not-permitted' })
})

it.each(['facts-unavailable', 'unavailable'] as const)('%s is 503 without a detail', (code) => {
  const { title: _, ...problem } = problemOf(new ConsentryError('the repository failed', { code, port: 'repository' } as Failure))
  expect(problem).toEqual({ type: `urn:consentry:error:${code}`, status: 503, code })
})

it('what a command of several steps had changed is told, as it goes over the wire', () => {
  const request = { id: 'r', tenant: 't', status: 'withdrawn', revision: 2 } as const
  const session = { session: 'a'.repeat(64), tenant: 't', status: 'ended', endedAt: AT, cause: 'expired', revision: 2 } as const
  const error = Object.assign(refusalError({ code: 'not-found' }), { changed: [request, session] })
  expect(problemOf(error).changed).toEqual([request, { ...session, endedAt: ISO }])
})

const trap = () => {
  throw new Error('read')
}

it.each([
  ['a corrupt row', new ConsentryError('row 7 of secret', { code: 'corrupt', issues: [] })],
  ['tables of another version', new ConsentryError('secret', { code: 'schema-mismatch', found: 1, expected: 2 })],
  ['any other error', new Error('secret')],
  ['no error', 'secret'],
  ['nothing', undefined],
  ['a code of a later version', Object.assign(refusalError({ code: 'not-found' }), { code: 'secret' })],
  ['facts that cannot be read', Object.defineProperty(refusalError({ code: 'invalid-input', issues: [] }), 'issues', { get: trap })],
  ['a proxy that throws', new Proxy(new Error('secret'), { get: trap, has: trap, getPrototypeOf: trap })],
])('%s is an internal error with a title and no more', (_, error) =>
  expect(problemOf(error)).toEqual({ type: 'urn:consentry:error:internal', title: 'Internal error', status: 500, code: 'internal' }),
)
