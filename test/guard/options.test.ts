/** The options of a guard: all issues at once, and no effect of later changes. */
import { describe, expect, it, vi } from 'vitest'
import { ConsentryError, isConsentryError } from '../../src/domain/error.js'
import { authorizeRequest } from '../../src/guard/authorize-request.js'
import { consentryGuard as express } from '../../src/guard/express.js'
import { consentryGuard as fastify } from '../../src/guard/fastify.js'
import { consentryGuard as hono } from '../../src/guard/hono.js'
import { consentryGuard as nest } from '../../src/guard/nest.js'
import { parseGuardOptions } from '../../src/guard/options.js'
import { withConsentryGuard } from '../../src/guard/web.js'
import { caroline, TOM } from '../story/cast.js'

const service = { authorize: async () => ({ allowed: true, reason: 'legacy-permitted' }) as const, checkImpersonation: vi.fn() }
const callback = () => undefined
const byMethod = { consentry: service, actor: callback, tenant: callback, method: callback }
const bySession = { consentry: service, actor: callback, tenant: callback, session: callback }

const MAKERS: Readonly<Record<string, (options: never) => unknown>> = {
  express,
  fastify,
  hono,
  withConsentryGuard: (options) => withConsentryGuard(options, () => new Response()),
  nest,
}

/** Returns the issues of refused options, as `code at.path`. */
function issuesOf(options: unknown, make: (options: never) => unknown = parseGuardOptions): string[] {
  try {
    make(options as never)
    return []
  } catch (error) {
    if (!isConsentryError(error, 'invalid-input')) throw error
    expect(error).toBeInstanceOf(ConsentryError)
    return error.issues.map(({ code, path }) => `${code} ${path.join('.')}`).sort()
  }
}

describe.each(Object.entries(MAKERS))('%s', (_name, make) => {
  it('accepts either form', () => {
    expect(issuesOf(byMethod, make)).toEqual([])
    expect(issuesOf(bySession, make)).toEqual([])
  })
  it('refuses malformed options', () => expect(issuesOf({ ...byMethod, actor: 7 }, make)).toEqual(['invalid options.actor']))
})

describe('options', () => {
  it('are refused with all issues', () => {
    expect(issuesOf({ session: 7, tenant: 'x', consentry: {}, challenge: '', onDenied: null, cache: true })).toEqual([
      'invalid options.challenge',
      'invalid options.consentry',
      'invalid options.onDenied',
      'invalid options.session',
      'invalid options.tenant',
      'missing options.actor',
      'unknown-key options.cache',
    ])
    expect(issuesOf({})).toEqual(['missing options.actor', 'missing options.consentry', 'missing options.method', 'missing options.tenant'])
  })

  it('get messages that say what is wanted', () => {
    const told = { consentry: {}, actor: 7, tenant: callback, method: 8, session: 'id', challenge: ' ' }
    expect(() => parseGuardOptions(told as never)).toThrow(
      [
        'options.actor: `7` must be a function',
        'options.challenge: ` ` must be printable ASCII without spaces around it',
        'options.consentry: an object must be a service with `checkImpersonation`',
        'options.session: `id` must be a function',
        'options.method: `8` must not be given beside a `session`',
      ].join('; '),
    )
  })

  it('must name exactly one of method and session', () => {
    expect(issuesOf({ ...byMethod, session: callback })).toEqual(['invalid options.method'])
    expect(issuesOf({ ...byMethod, method: undefined })).toEqual(['missing options.method'])
    expect(issuesOf({ ...byMethod, session: undefined })).toEqual([])
    expect(issuesOf({ ...bySession, method: undefined })).toEqual([])
    expect(issuesOf({ ...byMethod, session: null })).toEqual(['invalid options.method', 'invalid options.session'])
  })

  it('need a service with the method that this form calls', () => {
    const { authorize, checkImpersonation } = service
    expect(issuesOf({ ...byMethod, consentry: { authorize } })).toEqual([])
    expect(issuesOf({ ...byMethod, consentry: { checkImpersonation } })).toEqual(['invalid options.consentry'])
    expect(issuesOf({ ...bySession, consentry: { checkImpersonation } })).toEqual([])
    expect(issuesOf({ ...bySession, consentry: { authorize } })).toEqual(['invalid options.consentry'])
    expect(issuesOf({ ...byMethod, consentry: null })).toEqual(['invalid options.consentry'])
    expect(issuesOf({ ...byMethod, consentry: { authorize: true } })).toEqual(['invalid options.consentry'])
  })

  it('need a challenge that is a valid header value', () => {
    const good = ['B', 'Bearer', 'Bearer realm="inside", error="invalid_token"', 'Basic realm="a", Bearer']
    const bad = ['', ' ', 'Bearer ', 'Bearer\r\nset-cookie: a=b', 'Bearer\n', 'Bearer réalm', 'Bearer\0', 7, null, ['Bearer']]
    for (const challenge of good) expect(issuesOf({ ...byMethod, challenge })).toEqual([])
    for (const challenge of bad) expect(issuesOf({ ...byMethod, challenge })).toEqual(['invalid options.challenge'])
    expect(parseGuardOptions(byMethod).challenge).toBe('Bearer')
    expect(parseGuardOptions<unknown>({ ...byMethod, challenge: undefined }).challenge).toBe('Bearer')
  })

  it('must be a readable plain record', () => {
    const unreadable = {
      ...byMethod,
      get session() {
        throw new Error('no')
      },
    }
    for (const options of [undefined, null, 7, [], () => {}, new Map(), new Date(), 'options']) {
      expect(issuesOf(options)).toHaveLength(1)
    }
    expect(issuesOf(unreadable)).toEqual(['invalid options'])
    expect(issuesOf(Proxy.revocable({}, {}).proxy)).toHaveLength(4)
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(issuesOf(proxy)).toEqual(['invalid options'])
  })

  it('can be changed afterwards without changing the guard', async () => {
    const options = { ...byMethod, actor: () => caroline, tenant: () => TOM, method: () => 'legacy-support' as const }
    const guard = parseGuardOptions<unknown>(options)
    Object.assign(options, { consentry: { authorize: () => ({}) }, actor: () => undefined })
    expect(Object.isFrozen(guard)).toBe(true)
    expect(await authorizeRequest(guard, {})).toMatchObject({ ok: true })
  })

  it('keep the `this` of the service', async () => {
    class Service {
      readonly answer = { allowed: true, reason: 'legacy-permitted' } as const
      async authorize() {
        return this.answer
      }
    }
    const told = { actor: () => caroline, tenant: () => TOM, method: () => 'legacy-support' as const }
    expect(await authorizeRequest(parseGuardOptions<unknown>({ consentry: new Service(), ...told }), {})).toMatchObject({ ok: true })
  })
})

describe('a question', () => {
  it('names the real user, the tenant and the method, and nothing else', async () => {
    const authorize = vi.fn(service.authorize)
    const request = { for: 'this request' }
    const actor = vi.fn(() => caroline)
    const guard = parseGuardOptions<unknown>({ consentry: { authorize }, actor, tenant: () => TOM, method: () => 'legacy-support' })
    await authorizeRequest(guard, request)
    expect(authorize.mock.calls).toEqual([[{ user: 'caroline', tenant: TOM, method: 'legacy-support' }]])
    expect(actor.mock.calls).toEqual([[request]])
  })

  it('is not put without an actor', async () => {
    const authorize = vi.fn(service.authorize)
    const tenant = vi.fn(() => TOM)
    await authorizeRequest(
      parseGuardOptions<unknown>({ consentry: { authorize }, actor: () => null, tenant, method: () => 'legacy-support' }),
      {},
    )
    expect(tenant).not.toHaveBeenCalled()
    expect(authorize).not.toHaveBeenCalled()
  })
})
