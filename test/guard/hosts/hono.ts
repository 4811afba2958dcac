/** Hono 4 on Node, guarded by its middleware. */
import { type Context, Hono } from 'hono'
import { consentryGuard } from '../../../src/guard/hono.js'
import { guardOptions, type Host, handle, listenFetch, webSeen } from '../host.js'

const seen = (c: Context) => ({ ...webSeen(c.req.raw), param: c.req.param('place') })

export const honoHost: Host = {
  name: 'Hono',
  start: (state) => {
    const { byMethod, bySession } = guardOptions(state, seen)
    const app = new Hono()
    app.get('/by-method/:place', consentryGuard(byMethod), (c) => c.json(handle(state, c.get('impersonation'))))
    app.get('/by-session/:place', consentryGuard(bySession), (c) => c.json(handle(state, c.var.impersonation)))
    return listenFetch(app.fetch)
  },
}
