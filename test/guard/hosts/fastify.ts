/** Fastify 5, guarded by method in the first hook, and by session in the last one. */
import { type FastifyRequest, fastify } from 'fastify'
import { consentryGuard, impersonationPlugin } from '../../../src/guard/fastify.js'
import { type Host, handle, methodOptions, portOf, type Seen, sessionOptions } from '../host.js'

const seen = (request: FastifyRequest): Seen => ({
  header: (name) => request.headers[name],
  query: (name) => (request.query as Record<string, unknown>)[name],
  param: (request.params as Record<string, unknown>)['place'],
  path: request.url,
})

export const fastifyHost: Host = {
  name: 'Fastify',
  start: async (stand) => {
    const app = fastify()
    await app.register(impersonationPlugin)
    const byMethod = consentryGuard(methodOptions(stand, seen))
    const bySession = consentryGuard(sessionOptions(stand, seen))
    app.get('/by-method/:place', { onRequest: byMethod }, async (request) => handle(stand, request.impersonation))
    app.get('/by-session/:place', { preHandler: bySession }, async (request) => handle(stand, request.impersonation))
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: portOf(app.server), close: () => app.close() }
  },
}
