/** The options of a guard: all issues at once, and no effect of later changes. */
import { describe, expect, it, vi } from 'vitest'
import { authorizeRequest } from '../../src/guard/authorize-request.js'
import { consentryGuard as express } from '../../src/guard/express.js'
import { consentryGuard as fastify } from '../../src/guard/fastify.js'
import { consentryGuard as hono } from '../../src/guard/hono.js'
import { consentryGuard as nest } from '../../src/guard/nest.js'
import { parseGuardOptions } from '../../src/guard/parse-options.js'
import { withConsentryGuard } from '../../src/guard/web.js'
import { issuesOf } from '../live-access/scene.js'
import { CLASSICS, caroline, TOM } from '../story/cast.js'

const authorize = async () => ({ allowed: true, reason: 'legacy-permitted' }) as const
const checkImpersonation = vi.fn()
const callback = () => undefined
const resume = vi.fn()
const consentry = { authorize, checkImpersonation, resume }
const both = { consentry, actor: callback, tenant: callback }
const byMethod = { ...both, method: callback }
const bySession = { ...both, session: callback }
const byLogin = { consentry, tenant: callback, person: callback }
const passing = { consentry: { authorize }, actor: () => caroline, tenant: () => TOM, method: () => 'legacy-support' as const }

type Maker = (options: never) => unknown
const web: Maker = (options) => withConsentryGuard(options, () => new Response())
const MAKERS = Object.entries<Maker>({ express, fastify, hono, nest, withConsentryGuard: web })

const issuesWith = (options: unknown, make: Maker = parseGuardOptions) => issuesOf(() => make(options as never))

it.each(MAKERS)('%s accepts every form, and refuses malformed options', (_name, make) => {
  expect(issuesWith(byMethod, make)).toEqual([])
  expect(issuesWith(bySession, make)).toEqual([])
  expect(issuesWith(byLogin, make)).toEqual([])
  expect(issuesWith({ ...byLogin, person: 7 }, make)).toEqual(['invalid options.person'])
  expect(issuesWith({ ...byMethod, actor: 7 }, make)).toEqual(['invalid options.actor'])
})

const unreadable = Object.defineProperty({ ...byMethod }, 'session', { get: () => expect.fail() })
const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()

describe('the issues of options', () => {
  it.each<[what: string, options: unknown, ...issues: string[]]>([
    ['a method, and a session that is undefined', { ...byMethod, session: undefined }],
    ['a session, and a method that is undefined', { ...bySession, method: undefined }],
    ['a method and a session', { ...byMethod, session: callback }, 'invalid options.method'],
    ['a method, and a session that is null', { ...byMethod, session: null }, 'invalid options.method', 'invalid options.session'],
    ['none of the three', { ...byMethod, method: undefined }, 'missing options.method'],
    ['a person, and what is undefined', { ...byLogin, actor: undefined, method: undefined, session: undefined }],
    ['a method, and a person that is undefined', { ...byMethod, person: undefined }],
    ['a session, and a person that is undefined', { ...bySession, person: undefined }],
    ['a person and an actor', { ...byLogin, actor: callback }, 'invalid options.actor'],
    ['a person and an actor that is null', { ...byLogin, actor: null }, 'invalid options.actor'],
    ['a person and a method', { ...byLogin, method: callback }, 'invalid options.method'],
    ['a person and a session', { ...byLogin, session: callback }, 'invalid options.session'],
    [
      'a method, and a person that is null',
      { ...byMethod, person: null },
      ...['actor', 'method', 'person'].map((name) => `invalid options.${name}`),
    ],
    ['a person, and a service that only resumes', { ...byLogin, consentry: { resume } }, 'invalid options.consentry'],
    ['a person, and a service that only checks sessions', { ...byLogin, consentry: { checkImpersonation } }, 'invalid options.consentry'],
    ['a person, and a service that does both', { ...byLogin, consentry: { resume, checkImpersonation } }],
    ['a method, and a service that only authorizes', { ...byMethod, consentry: { authorize } }],
    ['a method, and a service that only checks sessions', { ...byMethod, consentry: { checkImpersonation } }, 'invalid options.consentry'],
    ['a session, and a service that only checks sessions', { ...bySession, consentry: { checkImpersonation } }],
    ['a session, and a service that only authorizes', { ...bySession, consentry: { authorize } }, 'invalid options.consentry'],
    ['a service that is null', { ...byMethod, consentry: null }, 'invalid options.consentry'],
    ['a service whose method is no function', { ...byMethod, consentry: { authorize: true } }, 'invalid options.consentry'],
    ['what becomes of the own tenant’s people', { ...byMethod, ownTenant: 'pass' }],
    ['the default for the own tenant’s people', { ...bySession, ownTenant: 'deny' }],
    ['nothing of the own tenant’s people', { ...byMethod, ownTenant: undefined }],
    ...[true, null, '', 'allow', 'Pass', ['pass'], () => 'pass'].map((ownTenant): [string, object, string] => [
      `the own tenant’s people as ${typeof ownTenant} ${ownTenant}`,
      { ...byMethod, ownTenant },
      'invalid options.ownTenant',
    ]),
    ['a getter that throws', unreadable, 'invalid options'],
    ['a revoked proxy', revoked, 'invalid options'],
    ['nothing', undefined, 'missing options'],
  ])('with %s', (_what, options, ...issues) => expect(issuesWith(options)).toEqual(issues))

  it('say that a value is no record', () => {
    for (const value of [null, 7, 'options', [], () => {}, new Map(), new Date()]) expect(issuesWith(value)).toEqual(['invalid options'])
  })

  it('are all reported at once', () => {
    expect(issuesWith({ session: 7, tenant: 'x', consentry: {}, challenge: '', onDenied: null, cache: true })).toEqual([
      ...['challenge', 'consentry', 'onDenied', 'session', 'tenant'].map((name) => `invalid options.${name}`),
      'missing options.actor',
      'unknown-key options.cache',
    ])
    for (const options of [{}, new Proxy({}, {})])
      expect(issuesWith(options)).toEqual(['actor', 'consentry', 'method', 'tenant'].map((name) => `missing options.${name}`))
  })

  it('say what is wanted', () => {
    const options = { consentry: {}, actor: 7, tenant: callback, method: 8, session: 'id', challenge: ' ' }
    expect(() => parseGuardOptions(options as never)).toThrow(
      [
        'options.actor: `7` must be a function',
        'options.challenge: ` ` must be printable ASCII without spaces around it',
        'options.consentry: an object must be a service with `checkImpersonation`',
        'options.session: `id` must be a function',
        'options.method: `8` must not be given beside a `session`',
      ].join('; '),
    )
    expect(() =>
      parseGuardOptions({ consentry: {}, actor: callback, tenant: callback, method: callback, person: callback } as never),
    ).toThrow(
      [
        'options.actor: a function must not be given beside a `person`',
        'options.consentry: an object must be a service with `resume` and `checkImpersonation`',
        'options.method: a function must not be given beside a `person`',
      ].join('; '),
    )
  })
})

it('a challenge must be a valid header value; the default is `Bearer`', () => {
  const good = ['B', 'Bearer', 'Bearer realm="inside", error="invalid_token"', 'Basic realm="a", Bearer']
  const bad = ['', ' ', 'Bearer ', 'Bearer\r\nset-cookie: a=b', 'Bearer\n', 'Bearer réalm', 'Bearer\0', 7, null, ['Bearer']]
  for (const challenge of good) expect(issuesWith({ ...byMethod, challenge })).toEqual([])
  for (const challenge of bad) expect(issuesWith({ ...byMethod, challenge })).toEqual(['invalid options.challenge'])
  expect(parseGuardOptions(byMethod).challenge).toBe('Bearer')
  expect(parseGuardOptions<unknown>({ ...byMethod, challenge: undefined }).challenge).toBe('Bearer')
})

it('changing the options later does not change the guard', async () => {
  const options = { ...passing }
  const guard = parseGuardOptions<unknown>(options)
  Object.assign(options, { consentry: { authorize: () => ({}) }, actor: () => undefined })
  expect(Object.isFrozen(guard)).toBe(true)
  expect(await authorizeRequest(guard, {})).toMatchObject({ ok: true })
})

it('a service keeps its `this`', async () => {
  class Service {
    readonly answer = { allowed: true, reason: 'legacy-permitted' } as const
    async authorize() {
      return this.answer
    }
  }
  expect(await authorizeRequest(parseGuardOptions<unknown>({ ...passing, consentry: new Service() }), {})).toMatchObject({ ok: true })
})

it('by the login the service keeps its `this`, and the callback gets the request and nothing else', async () => {
  const login = { user: 'caroline', tenant: CLASSICS, permissions: [], session: 'id' }
  class Service {
    readonly asked: unknown[] = []
    async resume(asked: unknown) {
      this.asked.push(asked)
      return { actor: caroline, session: null, ended: null }
    }
    async checkImpersonation(...asked: unknown[]): Promise<never> {
      this.asked.push(...asked)
      throw new Error('down')
    }
  }
  const [service, person, onDenied, request] = [new Service(), vi.fn(() => login), vi.fn(), { for: 'this request' }]
  const guard = parseGuardOptions<unknown>({ consentry: service, person: person as () => typeof login, tenant: () => TOM, onDenied })
  expect(await authorizeRequest(guard, request)).toMatchObject({ ok: false, denial: { reason: 'facts-unavailable' } })
  expect(service.asked).toEqual([{ ...login, impersonating: null }, caroline, 'id'])
  expect(person.mock.calls).toEqual([[request]])
})

it('a question names the real user and their own tenant, the tenant and the method, and nothing else; callbacks get the request', async () => {
  const [consentry, actor] = [{ authorize: vi.fn(authorize) }, vi.fn(() => caroline)]
  const request = { for: 'this request' }
  await authorizeRequest(parseGuardOptions<unknown>({ ...passing, consentry, actor }), request)
  expect(consentry.authorize.mock.calls).toEqual([[{ user: 'caroline', tenant: TOM, method: 'legacy-support', from: CLASSICS }]])
  expect(actor.mock.calls).toEqual([[request]])
})

it('without a person, nothing else is asked', async () => {
  const [tenant, onDenied] = [vi.fn(() => TOM), vi.fn()]
  const service = { resume: vi.fn(), checkImpersonation: vi.fn() }
  for (const none of [null, undefined])
    expect(await authorizeRequest(parseGuardOptions<unknown>({ consentry: service, person: () => none, tenant, onDenied }), {})).toEqual({
      ok: false,
      denial: { status: 401, reason: 'no-actor' },
    })
  for (const call of [tenant, service.resume, service.checkImpersonation]) expect(call).not.toHaveBeenCalled()
})

it('without an actor, nothing else is asked', async () => {
  const [consentry, tenant] = [{ authorize: vi.fn(authorize) }, vi.fn(() => TOM)]
  await authorizeRequest(parseGuardOptions<unknown>({ ...passing, consentry, actor: () => null, tenant }), {})
  expect(tenant).not.toHaveBeenCalled()
  expect(consentry.authorize).not.toHaveBeenCalled()
})
