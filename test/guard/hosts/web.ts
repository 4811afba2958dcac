/** A handler of web-standard requests on Node, guarded by wrapping it. */
import { withConsentryGuard } from '../../../src/guard/web.js'
import { guardOptions, type Host, handle, listenFetch, webSeen } from '../host.js'

export const webHost: Host = {
  name: 'web-standard Request',
  start: (state) => {
    const options = guardOptions(state, webSeen)
    const byMethod = withConsentryGuard(options.byMethod, (_request, impersonation) => Response.json(handle(state, impersonation)))
    const bySession = withConsentryGuard(options.bySession, async (_request, impersonation) => Response.json(handle(state, impersonation)))
    return listenFetch((request) => (request.url.includes('/by-session/') ? bySession : byMethod)(request))
  },
}
