/** One small route in every framework, bare and behind either form of a guard. */
import 'reflect-metadata'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { Controller, Get, Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { consentryGuard as expressGuard } from 'consentry/guard/express'
import { consentryGuard as fastifyGuard, impersonationPlugin } from 'consentry/guard/fastify'
import { consentryGuard as honoGuard } from 'consentry/guard/hono'
import { consentryGuard as nestGuard } from 'consentry/guard/nest'
import express from 'express'
import Fastify, { type FastifyRequest } from 'fastify'
import { type Context, Hono } from 'hono'
import { listen, listenFetch, portOf, type Running } from '../guard/host.js'
import type { Inside } from './inside.js'

/** The three routes: `/bare/:tenant`, `/method/:tenant` and `/session/:tenant`. */
export const ROUTES = ['bare', 'method', 'session'] as const

const FENCES = { fences: ['thirty yards, to be whitewashed'] }

/** Starts each framework on a free port. */
export const frameworks: ReadonlyMap<string, (inside: Inside) => Promise<Running>> = new Map([
  ['Express', onExpress],
  ['Fastify', onFastify],
  ['Hono', onHono],
  ['Nest on Express', onNest],
])

const fromNode = (request: { readonly headers: IncomingHttpHeaders }) => (name: string) => request.headers[name] as string | undefined
type ExpressRequest = express.Request<{ tenant: string }>
const onNode = (inside: Inside) => inside.options<ExpressRequest>(({ params }) => params.tenant, fromNode)

async function onExpress(inside: Inside): Promise<Running> {
  const app = express()
  const { byMethod, bySession } = onNode(inside)
  const answer = (_request: ExpressRequest, response: express.Response) => void response.json(FENCES)
  app.get('/bare/:tenant', answer)
  app.get('/method/:tenant', expressGuard(byMethod), answer)
  app.get('/session/:tenant', expressGuard(bySession), answer)
  return listen(createServer(app))
}

async function onFastify(inside: Inside): Promise<Running> {
  type Route = { Params: { tenant: string } }
  const app = Fastify()
  await app.register(impersonationPlugin)
  const { byMethod, bySession } = inside.options<FastifyRequest<Route>>(({ params }) => params.tenant, fromNode)
  app.get('/bare/:tenant', async () => FENCES)
  app.get<Route>('/method/:tenant', { onRequest: fastifyGuard(byMethod) }, async () => FENCES)
  app.get<Route>('/session/:tenant', { onRequest: fastifyGuard(bySession) }, async () => FENCES)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), close: () => app.close() }
}

async function onHono(inside: Inside): Promise<Running> {
  const app = new Hono()
  const headersOf = (c: Context) => (name: string) => c.req.header(name)
  const { byMethod, bySession } = inside.options<Context>((c) => c.req.param('tenant'), headersOf)
  app.get('/bare/:tenant', (c) => c.json(FENCES))
  app.get('/method/:tenant', honoGuard(byMethod), (c) => c.json(FENCES))
  app.get('/session/:tenant', honoGuard(bySession), (c) => c.json(FENCES))
  return listenFetch(app.fetch)
}

async function onNest(inside: Inside): Promise<Running> {
  const { byMethod, bySession } = onNode(inside)

  @Controller()
  class Fences {
    @Get('bare/:tenant')
    bare() {
      return FENCES
    }

    @Get('method/:tenant')
    @UseGuards(nestGuard(byMethod))
    method() {
      return FENCES
    }

    @Get('session/:tenant')
    @UseGuards(nestGuard(bySession))
    session() {
      return FENCES
    }
  }

  @Module({ controllers: [Fences] })
  class Host {}

  const app = await NestFactory.create(Host, { logger: false })
  await app.listen(0, '127.0.0.1')
  return { port: portOf(app.getHttpServer()), close: () => app.close() }
}
