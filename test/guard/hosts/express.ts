/** Express 5, guarded by middleware before a handler, as in an application. */
import { createServer } from 'node:http'
import express, { type RequestHandler } from 'express'
import { consentryGuard } from '../../../src/guard/express.js'
import { guardOptions, type Host, handle, listen, nodeSeen } from '../host.js'

export const expressHost: Host = {
  name: 'Express',
  start: (state) => {
    const { byMethod, bySession } = guardOptions(state, nodeSeen)
    const handler: RequestHandler<{ place: string }> = (request, response) => void response.json(handle(state, request.impersonation))
    const app = express()
    app.get('/by-method/:place', consentryGuard(byMethod), handler)
    app.get('/by-session/:place', consentryGuard(bySession), handler)
    return listen(createServer(app))
  },
}
