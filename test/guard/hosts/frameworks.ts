/** Every framework without decorators, with a guard by method and one by session, as in an application. */
import { createServer } from 'node:http'
import express, { type RequestHandler } from 'express'
import { type FastifyRequest, fastify } from 'fastify'
import { type Context, Hono } from 'hono'
import { consentryGuard as expressGuard } from '../../../src/guard/express.js'
import { consentryGuard as fastifyGuard, impersonationPlugin } from '../../../src/guard/fastify.js'
import { consentryGuard as honoGuard } from '../../../src/guard/hono.js'
import { withConsentryGuard } from '../../../src/guard/web.js'
import { type Host, listen, listenFetch, nodeSeen, portOf, webSeen } from '../host.js'

export const expressHost: Host = {
  name: 'Express',
  start: ({ options, answer }) => {
    const { byMethod, bySession } = options(nodeSeen)
    const handler: RequestHandler<{ place: string }> = (request, response) => void response.json(answer(request.impersonation))
    const app = express()
    app.get('/bare/:place', handler)
    app.get('/by-method/:place', expressGuard(byMethod), handler)
    app.get('/by-session/:place', expressGuard(bySession), handler)
    return listen(createServer(app))
  },
}

/** Guarded by method in the first hook, and by session in the last one. */
export const fastifyHost: Host = {
  name: 'Fastify',
  start: async ({ options, answer }) => {
    const { byMethod, bySession } = options(nodeSeen)
    const handler = async (request: FastifyRequest) => answer(request.impersonation)
    const app = fastify()
    await app.register(impersonationPlugin)
    app.get('/bare/:place', handler)
    app.get('/by-method/:place', { onRequest: fastifyGuard(byMethod) }, handler)
    app.get('/by-session/:place', { preHandler: fastifyGuard(bySession) }, handler)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: portOf(app.server), close: () => app.close() }
  },
}

export const honoHost: Host = {
  name: 'Hono',
  start: ({ options, answer }) => {
    const { byMethod, bySession } = options((c: Context) => webSeen(c.req.raw, () => c.req.param('place')))
    const app = new Hono()
    app.get('/bare/:place', (c) => c.json(answer(null)))
    app.get('/by-method/:place', honoGuard(byMethod), (c) => c.json(answer(c.get('impersonation'))))
    app.get('/by-session/:place', honoGuard(bySession), (c) => c.json(answer(c.var.impersonation)))
    return listenFetch(app.fetch)
  },
}

export const webHost: Host = {
  name: 'web-standard Request',
  start: ({ options, answer }) => {
    const { byMethod, bySession } = options((request: Request) => webSeen(request))
    const onMethod = withConsentryGuard(byMethod, (_request, impersonation) => Response.json(answer(impersonation)))
    const onSession = withConsentryGuard(bySession, async (_request, impersonation) => Response.json(answer(impersonation)))
    return listenFetch((request) => (request.url.includes('/by-session/') ? onSession : onMethod)(request))
  },
}
