/** What differs by framework: the guard's place, what it leaves unchanged, and what a handler receives. */
import 'reflect-metadata'
import { Controller, type ExecutionContext, Get, HttpException, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import type { Response as ExpressResponse, NextFunction, Request } from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { consentryGuard as express } from '../../src/guard/express.js'
import { consentryGuard as fastifyGuard, impersonationPlugin } from '../../src/guard/fastify.js'
import { consentryGuard as hono, withConsentryGuard } from '../../src/guard/hono.js'
import { Impersonated, consentryGuard as nest } from '../../src/guard/nest.js'
import { caroline, TOM } from '../story/cast.js'

const PASS = { user: 'caroline', tenant: TOM, method: 'access-request', session: null, changesAt: 9 }
const PROBLEM = { type: 'about:blank', title: 'Unauthorized', status: 401, reason: 'no-actor' }

const allows = {
  consentry: { authorize: async () => ({ allowed: true, reason: 'granted', grantedBy: ['r'], changesAt: 9 }) as const },
  actor: () => caroline,
  tenant: () => TOM,
  method: () => 'access-request' as const,
}
const denies = { ...allows, actor: () => null }

describe('Express', () => {
  it('calls next once, outside its own try: an error of a later handler is not a denial', async () => {
    const request = {} as Request
    const response = { end: vi.fn() }
    const next = vi.fn(() => {
      throw new Error('from the next layer')
    })
    await expect(express(allows)(request, response as unknown as ExpressResponse, next as NextFunction)).rejects.toThrow(
      'from the next layer',
    )
    expect(next.mock.calls).toEqual([[]])
    expect(response.end).not.toHaveBeenCalled()
    expect(request.impersonation).toEqual(PASS)
  })

  it('does not call next if it denies', async () => {
    const response = { setHeader: vi.fn(), end: vi.fn(), statusCode: 200 }
    const next = vi.fn()
    const request = {} as Request
    await express(denies)(request, response as unknown as ExpressResponse, next)
    expect(next).not.toHaveBeenCalled()
    expect(response.statusCode).toBe(401)
    expect(response.end.mock.calls).toEqual([[JSON.stringify(PROBLEM)]])
    expect(request).toEqual({})
  })
})

describe('Fastify', () => {
  const apps: { close(): unknown }[] = []
  afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())))
  const start = () => {
    const app = fastify()
    apps.push(app)
    return app
  }

  it.each(['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const)('guards as %s, and no later hook runs', async (stage) => {
    const app = start()
    const later = vi.fn(async () => ({}))
    app.get('/open', { [stage]: fastifyGuard(allows) }, async ({ impersonation }) => impersonation)
    app.get('/shut', { [stage]: [fastifyGuard(denies), later] }, later)
    expect((await app.inject('/open')).json()).toEqual(PASS)
    const shut = await app.inject('/shut')
    expect(shut.json()).toEqual(PROBLEM)
    expect(shut.headers['content-type']).toBe('application/problem+json')
    expect(later).not.toHaveBeenCalled()
  })

  it('guards a whole scope, and nothing outside it', async () => {
    const app = start()
    await app.register(impersonationPlugin)
    await app.register(impersonationPlugin)
    await app.register(async (scope) => {
      scope.addHook('onRequest', fastifyGuard(denies))
      scope.get('/inside', async () => 'inside')
    })
    app.get('/outside', async ({ impersonation }) => ({ impersonation }))
    expect((await app.inject('/inside')).statusCode).toBe(401)
    expect((await app.inject('/outside')).json()).toEqual({ impersonation: null })
  })

  it('does not leak one request’s impersonation into the next', async () => {
    const app = start()
    await app.register(impersonationPlugin)
    app.get('/inside', { onRequest: fastifyGuard(allows) }, async ({ impersonation }) => ({ impersonation }))
    app.get('/outside', async ({ impersonation }) => ({ impersonation }))
    expect((await app.inject('/inside')).json()).toEqual({ impersonation: PASS })
    expect((await app.inject('/outside')).json()).toEqual({ impersonation: null })
  })

  it('sends the same body under a custom serializer of the host', async () => {
    const app = start()
    app.setReplySerializer((payload) => `<${JSON.stringify(payload)}>`)
    app.get('/', { onRequest: fastifyGuard(denies) }, async () => 'inside')
    expect((await app.inject('/')).json()).toEqual(PROBLEM)
  })
})

describe('Hono', () => {
  it('keeps earlier headers, except those that allow caching the denial', async () => {
    const app = new Hono()
    app.use(async (c, next) => {
      c.header('access-control-allow-origin', 'https://classics.example')
      c.header('cache-control', 'public, max-age=60')
      await next()
    })
    app.get('/', hono(denies), (c) => c.text('inside'))
    const response = await app.request('/')
    expect(await response.json()).toEqual(PROBLEM)
    expect(response.status).toBe(401)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://classics.example')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('leaves the errors of the handler to the application', async () => {
    const app = new Hono()
    app.onError((error, c) => c.text(error.message, 500))
    app.get('/', hono(allows), () => {
      throw new Error('from the handler')
    })
    expect(await (await app.request('/')).text()).toBe('from the handler')
  })
})

describe('guarded', () => {
  it('passes on all arguments of its platform', async () => {
    const handler = withConsentryGuard(allows, (_request, impersonation, context: { params: string }, more: number) =>
      Response.json({ impersonation, context, more }),
    )
    const response = await handler(new Request('http://localhost/'), { params: 'p' }, 7)
    expect(await response.json()).toEqual({ impersonation: PASS, context: { params: 'p' }, more: 7 })
  })

  it('leaves the errors of the handler to its platform', async () => {
    const thrown = new Error('from the handler')
    const handler = withConsentryGuard(allows, () => {
      throw thrown
    })
    await expect(handler(new Request('http://localhost/'))).rejects.toBe(thrown)
  })
})

describe('NestJS', () => {
  const context = (type: string, request: object = {}, response: object = {}) => {
    const http = { getRequest: () => request, getResponse: () => response }
    return { getType: () => type, switchToHttp: () => http } as unknown as ExecutionContext
  }
  const denial = async (told: ExecutionContext, options: typeof allows | typeof denies = denies) => {
    const error: unknown = await Promise.resolve(nest(options).canActivate(told)).catch((thrown: unknown) => thrown)
    if (!(error instanceof HttpException)) throw error
    return { status: error.getStatus(), body: error.getResponse() }
  }

  it.each(['rpc', 'ws', 'graphql'])('denies what is %s', async (type) => {
    const body = { type: 'about:blank', title: 'Forbidden', status: 403, reason: 'invalid-question' }
    expect(await denial(context(type), allows)).toEqual({ status: 403, body })
  })

  it('puts the problem into the exception for filters, and the headers on the response, on both platforms', async () => {
    const setHeader = vi.fn()
    const header = vi.fn()
    expect(await denial(context('http', {}, { setHeader, header }))).toEqual({ status: 401, body: PROBLEM })
    expect(setHeader.mock.calls).toEqual([
      ['content-type', ['application/problem+json']],
      ['cache-control', 'no-store'],
      ['www-authenticate', 'Bearer'],
    ])
    expect(header).not.toHaveBeenCalled()
    await denial(context('http', {}, { header }))
    expect(header.mock.calls).toContainEqual(['content-type', 'application/problem+json'])
  })

  it('resolves to exactly true', async () => {
    const request = {}
    expect(await nest(allows).canActivate(context('http', request))).toBe(true)
    expect(request).toEqual({ impersonation: PASS })
  })

  it('runs no handler that needs an impersonation if no guard ran before it', async () => {
    const ran = vi.fn(() => 'inside')
    class Door {
      handle() {
        return ran()
      }
    }
    Impersonated()(Door.prototype, 'handle', 0)
    Get()(Door.prototype, 'handle', Object.getOwnPropertyDescriptor(Door.prototype, 'handle') ?? {})
    Controller()(Door)
    class App {}
    Module({ controllers: [Door] })(App)
    const app = await NestFactory.create(App, new ExpressAdapter(), { logger: false })
    await app.listen(0, '127.0.0.1')
    expect((await fetch(await app.getUrl())).status).toBe(500)
    expect(ran).not.toHaveBeenCalled()
    await app.close()
  })
})
