/** The guard of a Fastify server, as a hook. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { authorizeRequest } from './authorize-request.js'
import type { Impersonation } from './impersonation.js'
import type { GuardOptions } from './options.js'
import { parseGuardOptions } from './parse-options.js'
import { isAnswered, problemDetails } from './problem-details.js'

export type { Impersonation } from './impersonation.js'
export type { Authorizer, GuardCallbacks, GuardOptions, LoginOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The user and the tenant in which they act; set by a guard.
     * `null` for the tenant's own people, by a guard that lets them pass; `undefined` if no guard ran.
     */
    impersonation?: Impersonation | null
  }
}

/**
 * Creates a guard for Fastify 5: an `onRequest` or `preHandler` hook of a route or a scope.
 *
 * It decides at every request. It answers a denial itself; then neither later hooks nor the handler run. If the reply was answered
 * meanwhile, or the client has gone, it answers nothing, and they do not run either.
 * @throws `invalid-input` for options that it cannot use.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { consentryGuard } from 'consentry/guard/fastify'
 * import { fastify } from 'fastify'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const guard = consentryGuard({
 *   consentry,
 *   actor: () => null, // from your login
 *   tenant: (request) => (request.params as { tenant: string }).tenant,
 *   method: () => 'access-request',
 * })
 * fastify().get('/tenants/:tenant/fences', { onRequest: guard }, (request) => request.impersonation)
 * ```
 */
export function consentryGuard<R extends FastifyRequest = FastifyRequest>(
  options: GuardOptions<R>,
): (request: NoInfer<R>, reply: FastifyReply) => Promise<FastifyReply | undefined> {
  const guard = parseGuardOptions(options)
  return async (request, reply) => {
    const admission = await authorizeRequest(guard, request)
    // Fastify goes on to the handler unless the reply is sent or hijacked.
    if (isAnswered(reply)) return reply.hijack()
    if (!admission.ok) {
      const { body, headers } = problemDetails(admission.denial, guard.challenge)
      for (const [name, value] of headers) reply.header(name, value)
      // As bytes: no serializer of the host changes them. Returning the reply tells Fastify that the response is sent.
      return reply.code(body.status).send(new TextEncoder().encode(JSON.stringify(body)))
    }
    request.impersonation = admission.impersonation
    return undefined
  }
}

/**
 * Declares `request.impersonation` to Fastify, so that all requests have one shape.
 * Use it as `app.register(impersonationPlugin)`. Guards work without it, and registering it twice is harmless.
 * @example
 * ```ts
 * import { impersonationPlugin } from 'consentry/guard/fastify'
 * import { fastify } from 'fastify'
 *
 * const app = fastify()
 * await app.register(impersonationPlugin)
 * console.log(app.hasRequestDecorator('impersonation')) // true
 * ```
 */
export const impersonationPlugin: (app: FastifyInstance) => Promise<void> = Object.assign(
  async (app: FastifyInstance): Promise<void> => {
    // Not `null`, which says that a guard let the tenant's own people pass.
    if (!app.hasRequestDecorator('impersonation')) app.decorateRequest('impersonation', undefined)
  },
  // As `fastify-plugin` does: the declaration belongs to the registering scope, not to a scope of its own.
  { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'consentry-impersonation' },
)
