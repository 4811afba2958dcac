/** Every framework without decorators, with a guard of each form, as in an application. */
import { createServer } from 'node:http'
import express, { type RequestHandler } from 'express'
import { type FastifyRequest, fastify } from 'fastify'
import { type Context, Hono } from 'hono'
import { consentryGuard as expressGuard } from '../../../src/guard/express.js'
import { consentryGuard as fastifyGuard, impersonationPlugin } from '../../../src/guard/fastify.js'
import { consentryGuard as honoGuard } from '../../../src/guard/hono.js'
import { type Impersonation, withConsentryGuard } from '../../../src/guard/web.js'
import { type Host, listen, listenFetch, nodeSeen, portOf, webSeen } from '../host.js'

export const expressHost: Host = {
  name: 'Express',
  start: ({ options, answer, answerBoth }) => {
    const { byMethod, bySession, byLogin, ownByMethod, ownBySession, ownByLogin } = options(nodeSeen)
    const handler: RequestHandler<{ place: string }> = (request, response) => void response.json(answer(request.impersonation))
    const both: RequestHandler<{ place: string }> = (request, response) => void response.json(answerBoth(request.impersonation))
    const app = express()
    app.get('/bare/:place', handler)
    app.get('/by-method/:place', expressGuard(byMethod), handler)
    app.get('/by-session/:place', expressGuard(bySession), handler)
    app.get('/by-login/:place', expressGuard(byLogin), handler)
    app.get('/own-bare/:place', both)
    app.get('/own-by-method/:place', expressGuard(ownByMethod), both)
    app.get('/own-by-session/:place', expressGuard(ownBySession), both)
    app.get('/own-by-login/:place', expressGuard(ownByLogin), both)
    return listen(createServer(app))
  },
}

/** Guarded by method and by login in the first hook, and by session in the last one. */
export const fastifyHost: Host = {
  name: 'Fastify',
  start: async ({ options, answer, answerBoth }) => {
    const { byMethod, bySession, byLogin, ownByMethod, ownBySession, ownByLogin } = options(nodeSeen)
    const handler = async (request: FastifyRequest) => answer(request.impersonation)
    const both = async (request: FastifyRequest) => answerBoth(request.impersonation)
    const app = fastify()
    await app.register(impersonationPlugin)
    app.get('/bare/:place', handler)
    app.get('/by-method/:place', { onRequest: fastifyGuard(byMethod) }, handler)
    app.get('/by-session/:place', { preHandler: fastifyGuard(bySession) }, handler)
    app.get('/by-login/:place', { onRequest: fastifyGuard(byLogin) }, handler)
    app.get('/own-bare/:place', both)
    app.get('/own-by-method/:place', { onRequest: fastifyGuard(ownByMethod) }, both)
    app.get('/own-by-session/:place', { preHandler: fastifyGuard(ownBySession) }, both)
    app.get('/own-by-login/:place', { onRequest: fastifyGuard(ownByLogin) }, both)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: portOf(app.server), close: () => app.close() }
  },
}

export const honoHost: Host = {
  name: 'Hono',
  start: ({ options, answer, answerBoth }) => {
    const { byMethod, bySession, byLogin, ownByMethod, ownBySession, ownByLogin } = options((c: Context) =>
      webSeen(c.req.raw, () => c.req.param('place')),
    )
    const app = new Hono()
    app.get('/bare/:place', (c) => c.json(answer(null)))
    app.get('/by-method/:place', honoGuard(byMethod), (c) => c.json(answer(c.get('impersonation'))))
    app.get('/by-session/:place', honoGuard(bySession), (c) => c.json(answer(c.var.impersonation)))
    app.get('/by-login/:place', honoGuard(byLogin), (c) => c.json(answer(c.var.impersonation)))
    app.get('/own-bare/:place', (c) => c.json(answerBoth(c.get('impersonation' as never) as undefined)))
    app.get('/own-by-method/:place', honoGuard(ownByMethod), (c) => c.json(answerBoth(c.get('impersonation'))))
    app.get('/own-by-session/:place', honoGuard(ownBySession), (c) => c.json(answerBoth(c.var.impersonation)))
    app.get('/own-by-login/:place', honoGuard(ownByLogin), (c) => c.json(answerBoth(c.var.impersonation)))
    return listenFetch(app.fetch)
  },
}

export const webHost: Host = {
  name: 'web-standard Request',
  start: ({ options, answer, answerBoth }) => {
    const { byMethod, bySession, byLogin, ownByMethod, ownBySession, ownByLogin } = options((request: Request) => webSeen(request))
    const handler = (_request: Request, impersonation: Impersonation) => Response.json(answer(impersonation))
    const both = async (_request: Request, impersonation: Impersonation | null) => Response.json(answerBoth(impersonation))
    const routes = {
      'by-method': withConsentryGuard(byMethod, handler),
      'by-session': withConsentryGuard(bySession, async (request, impersonation) => handler(request, impersonation)),
      'by-login': withConsentryGuard(byLogin, handler),
      'own-by-method': withConsentryGuard(ownByMethod, both),
      'own-by-session': withConsentryGuard(ownBySession, both),
      'own-by-login': withConsentryGuard(ownByLogin, both),
    }
    const routeOf = (request: Request) => routes[new URL(request.url).pathname.split('/')[1] as keyof typeof routes]
    return listenFetch((request) => (routeOf(request) ?? (() => new Response(null, { status: 500 })))(request))
  },
}
