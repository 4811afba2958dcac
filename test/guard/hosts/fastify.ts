/** Fastify 5, guarded by method in the first hook, and by session in the last one. */
import { type FastifyRequest, fastify } from 'fastify'
import { consentryGuard, impersonationPlugin } from '../../../src/guard/fastify.js'
import { guardOptions, type Host, handle, nodeSeen, portOf } from '../host.js'

export const fastifyHost: Host = {
  name: 'Fastify',
  start: async (state) => {
    const { byMethod, bySession } = guardOptions(state, nodeSeen)
    const handler = async (request: FastifyRequest) => handle(state, request.impersonation)
    const app = fastify()
    await app.register(impersonationPlugin)
    app.get('/by-method/:place', { onRequest: consentryGuard(byMethod) }, handler)
    app.get('/by-session/:place', { preHandler: consentryGuard(bySession) }, handler)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: portOf(app.server), close: () => app.close() }
  },
}
