/** The HTTP API in a Fastify server, as a plugin. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callApi, canAnswer, headersOf, hostRequestOf, type MountableApi } from './mount.js'
import { behindSegments } from './mount-path.js'

export type { MountableApi } from './mount.js'

/**
 * Returns the API as a plugin for Fastify 5: `app.register(toFastify(api), { prefix: '/consentry' })`.
 *
 * Register it with any prefix; the API's `basePath` is not needed, and does no harm. The plugin is encapsulated: the host's hooks run for its
 * routes, and the host's body parsers do not. If the reply was sent meanwhile, or the client has gone, it answers nothing.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { consentryApi } from 'consentry/http'
 * import { toFastify } from 'consentry/http/fastify'
 * import { fastify } from 'fastify'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const api = consentryApi({ consentry, person: () => null }) // from your login
 * const app = fastify()
 * await app.register(toFastify(api), { prefix: '/consentry' })
 * console.log((await app.inject('/consentry/me')).statusCode) // 401
 * ```
 */
export function toFastify(api: MountableApi): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const segments = app.prefix.split('/').filter((segment) => segment !== '').length
    const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { raw, protocol, body } = request
      if (reply.sent || !canAnswer(reply.raw)) return reply.hijack()
      const url = raw.url ?? ''
      const target = segments === 0 ? url : `${api.basePath ?? ''}${behindSegments(url, segments)}`
      const stream = body as AsyncIterable<Uint8Array> | undefined
      const answered = await callApi(api, raw, reply.raw, { target, protocol, stream, request })
      const bytes = new Uint8Array(await answered.arrayBuffer())
      if (reply.sent || !canAnswer(reply.raw)) return reply.hijack()
      // Fastify adds cookies to those that are set.
      for (const [name, value] of headersOf(answered, raw, undefined)) reply.header(name, value)
      // As bytes: no serializer of the host changes them.
      return reply.code(answered.status).send(bytes.length > 0 ? bytes : undefined)
    }
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    app.setErrorHandler((error: FastifyError, request, reply) => {
      // A type that Fastify cannot read is the API's to refuse. Any other error, such as that of a hook, is the host's.
      if (!/^FST_ERR_CTP_/.test(error.code)) throw error
      return answer(request, reply)
    })
    app.all('/*', answer)
  }
}

/**
 * Returns the request of Fastify behind the one that the API's options are called with.
 *
 * Use it in `person` and `keepSession`, for what the host's own hooks know.
 * @throws `TypeError` for a request that no mount made, such as a copy.
 * @example Continues toFastify
 * ```ts
 * import { fastifyRequestOf } from 'consentry/http/fastify'
 *
 * const logins = new Map([['127.0.0.1', { user: 'elizabeth', tenant: 'classics', permissions: [] }]])
 * const ownApi = consentryApi({ consentry, person: (request) => logins.get(fastifyRequestOf(request).ip) })
 * await fastify().register(toFastify(ownApi), { prefix: '/own' })
 * ```
 */
export function fastifyRequestOf(request: Request): FastifyRequest {
  return hostRequestOf(request) as FastifyRequest
}
