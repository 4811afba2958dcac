/** One small route in every framework, bare and behind either form of a guard. */
import 'reflect-metadata'
import type { AddressInfo, Server } from 'node:net'
import { serve } from '@hono/node-server'
import { type CanActivate, Controller, type ExecutionContext, Get, Inject, Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { consentryGuard as expressGuard } from 'consentry/guard/express'
import { consentryGuard as fastifyGuard, impersonationPlugin } from 'consentry/guard/fastify'
import { consentryGuard as honoGuard } from 'consentry/guard/hono'
import { consentryGuard as nestGuard } from 'consentry/guard/nest'
import express from 'express'
import Fastify, { type FastifyRequest } from 'fastify'
import { type Context, Hono } from 'hono'
import type { Inside } from './inside.js'

/** The three routes: `/bare/:tenant`, `/method/:tenant` and `/session/:tenant`. */
export const ROUTES = ['bare', 'method', 'session'] as const

const FENCES = { fences: ['thirty yards, to be whitewashed'] }
const WIRING = Symbol('inside')

/** Starts each framework on a free port. */
export const frameworks: ReadonlyMap<string, (inside: Inside) => Promise<Server>> = new Map([
  ['Express', onExpress],
  ['Fastify', onFastify],
  ['Hono', onHono],
  ['Nest on Express', onNest],
])

/** Returns the URL of a server. */
export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function onExpress(inside: Inside): Promise<Server> {
  const app = express()
  const { byMethod, bySession } = inside.options<express.Request<{ tenant: string }>>(({ params }) => params.tenant, inside.fromNode)
  app.get('/bare/:tenant', (_request, response) => void response.json(FENCES))
  app.get('/method/:tenant', expressGuard(byMethod), (_request, response) => void response.json(FENCES))
  app.get('/session/:tenant', expressGuard(bySession), (_request, response) => void response.json(FENCES))
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server))
  })
}

async function onFastify(inside: Inside): Promise<Server> {
  type Asked = FastifyRequest<{ Params: { tenant: string } }>
  const app = Fastify()
  await app.register(impersonationPlugin)
  const { byMethod, bySession } = inside.options<Asked>(({ params }) => params.tenant, inside.fromNode)
  app.get('/bare/:tenant', async () => FENCES)
  app.get<{ Params: { tenant: string } }>('/method/:tenant', { onRequest: fastifyGuard(byMethod) }, async () => FENCES)
  app.get<{ Params: { tenant: string } }>('/session/:tenant', { onRequest: fastifyGuard(bySession) }, async () => FENCES)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}

async function onHono(inside: Inside): Promise<Server> {
  const app = new Hono()
  const { byMethod, bySession } = inside.options<Context>(
    (c) => c.req.param('tenant'),
    (c) => (name) => c.req.header(name),
  )
  app.get('/bare/:tenant', (c) => c.json(FENCES))
  app.get('/method/:tenant', honoGuard(byMethod), (c) => c.json(FENCES))
  app.get('/session/:tenant', honoGuard(bySession), (c) => c.json(FENCES))
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(server as Server))
  })
}

abstract class Guard implements CanActivate {
  protected abstract readonly guard: CanActivate

  canActivate(context: ExecutionContext) {
    return this.guard.canActivate(context)
  }
}

const nestOptions = (inside: Inside) => inside.options<express.Request<{ tenant: string }>>(({ params }) => params.tenant, inside.fromNode)

class MethodGuard extends Guard {
  protected readonly guard: CanActivate

  constructor(@Inject(WIRING) inside: Inside) {
    super()
    this.guard = nestGuard(nestOptions(inside).byMethod)
  }
}

class SessionGuard extends Guard {
  protected readonly guard: CanActivate

  constructor(@Inject(WIRING) inside: Inside) {
    super()
    this.guard = nestGuard(nestOptions(inside).bySession)
  }
}

@Controller()
class Fences {
  @Get('bare/:tenant')
  bare() {
    return FENCES
  }

  @Get('method/:tenant')
  @UseGuards(MethodGuard)
  method() {
    return FENCES
  }

  @Get('session/:tenant')
  @UseGuards(SessionGuard)
  session() {
    return FENCES
  }
}

async function onNest(inside: Inside): Promise<Server> {
  @Module({ controllers: [Fences], providers: [{ provide: WIRING, useValue: inside }] })
  class Host {}

  const app = await NestFactory.create(Host, { logger: false })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer()
}
