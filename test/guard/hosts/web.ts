/** A handler of web-standard requests on Node, guarded by wrapping it. */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { withConsentryGuard } from '../../../src/guard/web.js'
import { type Host, handle, listening, methodOptions, queryOf, type Seen, sessionOptions } from '../host.js'

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
