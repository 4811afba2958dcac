/** Hono 4 on Node, guarded by middleware, and a wrapped handler of web-standard requests. */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { consentryGuard, withConsentryGuard } from '../../../src/guard/hono.js'
import { type Host, handle, listening, methodOptions, queryOf, type Seen, sessionOptions } from '../host.js'

const seen = (c: Context): Seen => ({
  header: (name) => c.req.header(name),
  query: queryOf(new URL(c.req.url)),
  param: c.req.param('place'),
  path: new URL(c.req.url).pathname,
})

export const honoHost: Host = {
  name: 'Hono',
  start: (stand) => {
    const app = new Hono()
    app.get('/by-method/:place', consentryGuard(methodOptions(stand, seen)), (c) => c.json(handle(stand, c.get('impersonation'))))
    app.get('/by-session/:place', consentryGuard(sessionOptions(stand, seen)), (c) => c.json(handle(stand, c.var.impersonation)))
    return listening(createServer(getRequestListener(app.fetch)))
  },
}

const plainlySeen = (request: Request): Seen => {
  const url = new URL(request.url)
  return {
    header: (name) => request.headers.get(name) ?? undefined,
    query: queryOf(url),
    param: decodeURIComponent(url.pathname.split('/')[2] ?? ''),
    path: url.pathname,
  }
}

export const webHost: Host = {
  name: 'web-standard Request',
  start: (stand) => {
    const byMethod = withConsentryGuard(methodOptions(stand, plainlySeen), (_request, impersonation) =>
      Response.json(handle(stand, impersonation)),
    )
    const bySession = withConsentryGuard(sessionOptions(stand, plainlySeen), async (_request, impersonation) =>
      Response.json(handle(stand, impersonation)),
    )
    const answer = (request: Request) => (new URL(request.url).pathname.startsWith('/by-session/') ? bySession : byMethod)(request)
    return listening(createServer(getRequestListener(answer)))
  },
}
