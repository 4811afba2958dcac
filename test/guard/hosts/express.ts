/** Express 5, guarded by middleware before a handler, as in an application. */
import { createServer } from 'node:http'
import express, { type Request } from 'express'
import { consentryGuard } from '../../../src/guard/express.js'
import { type Host, handle, listening, methodOptions, type Seen, sessionOptions } from '../host.js'

const seen = (request: Request): Seen => ({
  header: (name) => request.headers[name],
  query: (name) => request.query[name],
  param: request.params['place'],
  path: request.originalUrl,
})

export const expressHost: Host = {
  name: 'Express',
  start: (stand) => {
    const app = express()
    app.get('/by-method/:place', consentryGuard(methodOptions(stand, seen)), (request, response) => {
      response.json(handle(stand, request.impersonation))
    })
    app.get('/by-session/:place', consentryGuard(sessionOptions(stand, seen)), (request, response) => {
      response.json(handle(stand, request.impersonation))
    })
    return listening(createServer(app))
  },
}
