/** Hono 4 on Node, guarded by its middleware. */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { consentryGuard } from '../../../src/guard/hono.js'
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
