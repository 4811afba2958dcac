/** What differs by framework: where a guard runs, what it does not touch, and what a handler gets. */
import 'reflect-metadata'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { Controller, type ExecutionContext, Get, HttpException, UseGuards } from '@nestjs/common'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import expressApp, { type Request as ExpressRequest, type Response as ExpressResponse } from 'express'
import { type FastifyReply, fastify } from 'fastify'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { consentryGuard as express } from '../../src/guard/express.js'
import { consentryGuard as fastifyGuard, impersonationPlugin } from '../../src/guard/fastify.js'
import { consentryGuard as hono } from '../../src/guard/hono.js'
import type { Impersonation } from '../../src/guard/impersonation.js'
import { Impersonated, consentryGuard as nest } from '../../src/guard/nest.js'
import { withConsentryGuard } from '../../src/guard/web.js'
import { caroline, TOM } from '../story/cast.js'
import { listen, portOf } from './host.js'
import { start } from './hosts/nest.js'

const PASS = { user: 'caroline', tenant: TOM, method: 'access-request', session: null, changesAt: 9 }
const PROBLEM = { type: 'about:blank', title: 'Unauthorized', status: 401, reason: 'no-actor' }

const allows = {
  consentry: { authorize: async () => ({ allowed: true, reason: 'granted', grantedBy: ['r'], changesAt: 9 }) as const },
  actor: () => caroline,
  tenant: () => TOM,
  method: () => 'access-request' as const,
}
const denies = { ...allows, actor: () => null }

const ENDINGS = ['unhandledRejection', 'uncaughtException']
const failure = new Error('from the next layer')
const fails = () => {
  throw failure
}

describe('Express', () => {
  it('calls `next` once, and does not take its error for a denial', async () => {
    const request = {} as ExpressRequest
    const response = { end: vi.fn() }
    const next = vi.fn(fails)
    await expect(express(allows)(request, response as unknown as ExpressResponse, next)).rejects.toBe(failure)
    expect(next.mock.calls).toEqual([[]])
    expect(response.end).not.toHaveBeenCalled()
    expect(request.impersonation).toEqual(PASS)
  })

  it('does not call `next` or touch the request if it denies', async () => {
    const [request, next] = [{} as ExpressRequest, vi.fn()]
    await express(denies)(request, { setHeader: () => {}, end: () => {} } as unknown as ExpressResponse, next)
    expect(next).not.toHaveBeenCalled()
    expect(request).toStrictEqual({})
  })
})

describe('Fastify', () => {
  it.each(['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const)('guards as %s, and no later hook runs', async (hook) => {
    const later = vi.fn(async () => ({}))
    const app = fastify()
    app.get('/allowed', { [hook]: fastifyGuard(allows) }, async ({ impersonation }) => impersonation)
    app.get('/denied', { [hook]: [fastifyGuard(denies), later] }, later)
    expect((await app.inject('/allowed')).json()).toEqual(PASS)
    expect((await app.inject('/denied')).json()).toEqual(PROBLEM)
    expect(later).not.toHaveBeenCalled()
  })

  it('guards a whole scope and nothing outside it, and no request keeps the impersonation of another', async () => {
    const app = fastify()
    await app.register(impersonationPlugin)
    await app.register(impersonationPlugin)
    await app.register(async (scope) => {
      scope.addHook('onRequest', fastifyGuard(denies))
      scope.get('/denied', async () => 'inside')
    })
    app.get('/allowed', { onRequest: fastifyGuard(allows) }, async ({ impersonation }) => ({ impersonation }))
    app.get('/outside', async ({ impersonation }) => ({ impersonation }))
    expect((await app.inject('/denied')).statusCode).toBe(401)
    expect((await app.inject('/allowed')).json()).toEqual({ impersonation: PASS })
    expect((await app.inject('/outside')).json()).toEqual({})
  })

  it('sends the same denial if the host has its own serializer', async () => {
    const app = fastify()
    app.setReplySerializer((payload) => `<${JSON.stringify(payload)}>`)
    app.get('/', { onRequest: fastifyGuard(denies) }, async () => 'inside')
    expect((await app.inject('/')).json()).toEqual(PROBLEM)
  })
})

describe('Hono', () => {
  it('keeps the headers that were set before it, except one that allows caching the denial', async () => {
    const app = new Hono()
    app.use(async (c, next) => {
      c.header('access-control-allow-origin', 'https://classics.example')
      c.header('cache-control', 'public, max-age=60')
      await next()
    })
    app.get('/', hono(denies), (c) => c.text('inside'))
    const response = await app.request('/')
    expect(await response.json()).toEqual(PROBLEM)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://classics.example')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('leaves errors of the handler to the application', async () => {
    const app = new Hono()
    app.onError((error, c) => c.text(error.message, 500))
    app.get('/', hono(allows), fails)
    expect(await (await app.request('/')).text()).toBe(failure.message)
  })
})

describe.each([
  ['allowed', allows],
  ['denied', denies],
])('a response that was answered before the guard has decided, of a request that is %s', (_what, options) => {
  const lost = vi.fn()
  const handler = vi.fn((_request: unknown, response: { end(): void }) => response.end())
  beforeEach(() => {
    for (const event of ENDINGS) process.on(event, lost)
  })
  afterEach(async () => {
    await sleep(5)
    for (const event of ENDINGS) process.off(event, lost)
    expect(lost).not.toHaveBeenCalled()
    expect(handler).not.toHaveBeenCalled()
  })
  /** Options whose first callback answers, in one of the ways that Node knows. */
  const answering = <R>(answer: (request: R) => unknown) => ({
    ...allows,
    actor: async (request: R) => {
      await answer(request)
      return options.actor()
    },
  })
  const answerOf = async (port: number) => (await fetch(`http://127.0.0.1:${port}`)).text()
  const early = (response: ServerResponse | undefined) => response?.end('early')

  it('is left as it is in Express, with and without an application, and on a bare server', async () => {
    const guard = express<ExpressRequest>(answering(({ res }: ExpressRequest) => early(res)))
    const failed = vi.fn()
    const app = expressApp()
      .use(guard, handler)
      .use((error: unknown, _request: unknown, _response: unknown, _next: unknown) => failed(error))
    const bare = createServer((request, response) => {
      void guard(Object.assign(request, { res: response }) as never, response as never, failed)
    })
    for (const server of [createServer(app), bare]) {
      const { port, close } = await listen(server)
      expect(await answerOf(port)).toBe('early')
      await close()
    }
    expect(failed).not.toHaveBeenCalled()
  })

  it('is left as it is in Fastify, whose later hooks do not run', async () => {
    const answers: ((reply: FastifyReply) => unknown)[] = [
      (reply) => reply.send('early'),
      (reply) => early(reply.raw),
      (reply) => {
        reply.raw.writeHead(200).write('early')
        setTimeout(() => reply.raw.end(), 20)
      },
    ]
    for (const answer of answers) {
      let current: FastifyReply | undefined
      const app = fastify()
      app.addHook('onRequest', async (_request, reply) => {
        current = reply
      })
      const guard = fastifyGuard(answering(() => void answer(current as FastifyReply)))
      app.get('/', { onRequest: [guard, async () => void handler({}, { end: () => {} })] }, async () => handler({}, { end: () => {} }))
      await app.listen({ port: 0, host: '127.0.0.1' })
      expect(await answerOf(portOf(app.server))).toBe('early')
      await app.close()
    }
  })

  it('is left as it is in NestJS, on both platforms', async () => {
    const guard = nest(answering(({ res, raw }: { res?: ServerResponse; raw: { res?: ServerResponse } }) => early(res ?? raw.res)))
    @Controller()
    class Fences {
      @Get()
      @UseGuards(guard)
      look() {
        handler({}, { end: () => {} })
      }
    }
    const fastifyAdapter = new FastifyAdapter()
    fastifyAdapter.getInstance().addHook('onRequest', async (request, reply) => void Object.assign(request.raw, { res: reply.raw }))
    for (const adapter of [new ExpressAdapter(), fastifyAdapter]) {
      const { port, close } = await start(adapter, Fences)
      expect(await answerOf(port)).toBe('early')
      await close()
    }
  })

  it('is left alone if the client has gone', async () => {
    let decided = 0
    const gone = (response: ServerResponse | undefined) => new Promise((resolve) => response?.once('close', resolve))
    const next = vi.fn()
    const server = createServer(async (request, response) => {
      const guard = express<ExpressRequest>(answering(() => gone(response)))
      await guard(request as never, response as never, next)
      decided += 1
    })
    const { port, close } = await listen(server)
    const client = new AbortController()
    const asked = fetch(`http://127.0.0.1:${port}`, { signal: client.signal }).catch(() => 'aborted')
    await once(server, 'request')
    client.abort()
    expect(await asked).toBe('aborted')
    await vi.waitFor(() => expect(decided).toBe(1))
    expect(next).not.toHaveBeenCalled()
    await close()
  })
})

describe('NestJS', () => {
  it('does not take what a host on Fastify declares for a guard that let the tenant’s own people pass', async () => {
    const ran = vi.fn()
    const own = nest({ ...allows, tenant: () => caroline.tenant, ownTenant: 'pass' })
    @Controller()
    class Fences {
      @Get('bare')
      bare(@Impersonated() impersonation: Impersonation | null) {
        ran('bare', impersonation)
      }
      @Get('own')
      @UseGuards(own)
      own(@Impersonated() impersonation: Impersonation | null) {
        ran('own', impersonation)
      }
    }
    const adapter = new FastifyAdapter()
    adapter.getInstance().decorateRequest('impersonation', null)
    const { port, close } = await start(adapter, Fences)
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}/${path}`)).status
    expect([await statusOf('bare'), await statusOf('own'), await statusOf('bare')]).toEqual([500, 200, 500])
    expect(ran.mock.calls).toEqual([['own', null]])
    await close()
  })
})

describe('a guard without `onDenied`', () => {
  it('writes each kind of mistake of a callback once to the console, and no other denial', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const app = (options: Parameters<typeof hono>[0]) => new Hono().get('/:tenant', hono(options), (c) => c.text('inside'))
    const wrong: Partial<Record<'actor' | 'tenant' | 'method', unknown>>[] = [
      { actor: fails },
      { actor: () => ({ user: 'caroline' }) },
      { tenant: () => 7 },
      { method: () => Promise.reject(failure) },
    ]
    for (const mistake of wrong) {
      const guarded = app({ ...allows, ...mistake } as typeof allows)
      for (let times = 0; times < 3; times++) expect((await guarded.request('/tom')).status).toBe(403)
      expect(warn.mock.calls).toEqual([[expect.stringContaining('`onDenied` gets every denial'), expect.any(Error)]])
      warn.mockClear()
    }
    const spellings = app({ ...allows, tenant: (c) => new URL(c.req.url).pathname.slice(1) })
    for (const path of ['/a%2Db', '/c%2Dd']) expect((await spellings.request(path)).status).toBe(403)
    expect(warn).toHaveBeenCalledTimes(1)
    warn.mockClear()
    await app(denies).request('/tom')
    await app({ ...allows, consentry: { authorize: fails } }).request('/tom')
    await app({ ...allows, tenant: fails, onDenied: () => {} }).request('/tom')
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('a guard by login without `onDenied`', () => {
  it('writes a malformed person once to the console, without the id of its session', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const { impersonating: _, ...login } = caroline
    const secret = '5ec2e7'.repeat(10)
    const service = { resume: vi.fn(), checkImpersonation: vi.fn() }
    const mistakes: unknown[] = [
      secret,
      { ...login, session: Symbol(secret) },
      { ...login, impersonating: secret },
      { ...login, session: 7n },
    ]
    for (const mistake of mistakes) {
      const guard = hono({ consentry: service, person: () => mistake as typeof login, tenant: () => TOM })
      const app = new Hono().get('/', guard, (c) => c.text('inside'))
      for (let times = 0; times < 3; times++) expect((await app.request('/')).status).toBe(403)
      expect(warn.mock.calls).toEqual([[expect.stringContaining('`onDenied` gets every denial'), expect.any(Error)]])
      expect(inspect(warn.mock.calls, { depth: 9 })).not.toMatch(/5ec2e7|7n|`7`/)
      warn.mockClear()
    }
    expect(service.resume).not.toHaveBeenCalled()
  })
})

describe('withConsentryGuard', () => {
  it('passes the further arguments of the platform to every callback, and to the handler after the impersonation', async () => {
    const called = vi.fn()
    const spy =
      <T>(name: string, result: T) =>
      (...args: readonly unknown[]) => {
        called(name, ...args)
        return result
      }
    const both = { actor: spy('actor', caroline), tenant: spy('tenant', TOM), onDenied: spy('onDenied', undefined) }
    const handler = (_request: Request, impersonation: Impersonation, ...rest: [object, number]) => Response.json({ impersonation, rest })
    const byMethod = withConsentryGuard({ ...allows, ...both, method: spy('method', 'access-request' as const) }, handler)
    const bySession = withConsentryGuard({ ...both, consentry: { checkImpersonation: vi.fn() }, session: spy('session', null) }, handler)
    const service = { resume: vi.fn(async () => ({ actor: caroline, session: null, ended: null })), checkImpersonation: vi.fn() }
    const { impersonating: _, ...login } = caroline
    const { tenant, onDenied } = both
    const byLogin = withConsentryGuard({ consentry: service, tenant, onDenied, person: spy('person', login) }, handler)
    const args = [new Request('http://localhost/'), { params: 'p' }, 7] as const
    expect(await (await byMethod(...args)).json()).toEqual({ impersonation: PASS, rest: [{ params: 'p' }, 7] })
    expect((await bySession(...args)).status).toBe(403)
    expect((await byLogin(...args)).status).toBe(403)
    expect(called.mock.calls).toEqual([
      ...['actor', 'tenant', 'method', 'actor', 'tenant', 'session'].map((name) => [name, ...args]),
      ['onDenied', { status: 403, reason: 'no-session' }, ...args],
      ...['person', 'tenant'].map((name) => [name, ...args]),
      ['onDenied', { status: 403, reason: 'no-session' }, ...args],
    ])
  })

  it('leaves errors of the handler to the platform', async () => {
    await expect(withConsentryGuard(allows, fails)(new Request('http://localhost/'))).rejects.toBe(failure)
  })
})

describe('NestJS', () => {
  const FORBIDDEN = { type: 'about:blank', title: 'Forbidden', status: 403, reason: 'invalid-question' }
  it.each([
    ['http', denies, PROBLEM],
    ['rpc', allows, FORBIDDEN],
    ['ws', allows, FORBIDDEN],
    ['graphql', allows, FORBIDDEN],
  ])('denies a request of the kind %s by an exception with the problem, for filters', async (type, options, body) => {
    const http = { getRequest: () => ({}), getResponse: () => ({ setHeader: () => {} }) }
    const context = { getType: () => type, switchToHttp: () => http } as unknown as ExecutionContext
    const error = await Promise.resolve(nest({ ...options, onDenied: () => {} }).canActivate(context)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HttpException)
    expect((error as HttpException).getStatus()).toBe(body.status)
    expect((error as HttpException).getResponse()).toEqual(body)
  })

  it('does not run a handler that needs an impersonation if no guard ran before it', async () => {
    const ran = vi.fn()
    @Controller()
    class Fences {
      @Get()
      look(@Impersonated() _impersonation: Impersonation) {
        return ran()
      }
    }
    const { port, close } = await start(new ExpressAdapter(), Fences)
    expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(500)
    expect(ran).not.toHaveBeenCalled()
    await close()
  })
})
