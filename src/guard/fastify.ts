/** The guard of a Fastify server: a hook that lets a request through while its user may act in the tenant. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { authorizeRequest, type Impersonation } from './authorize-request.js'
import { type GuardOptions, parseGuardOptions } from './options.js'
import { problemDetails } from './problem-details.js'

export type { Impersonation } from './authorize-request.js'
export type { Authorizer, GuardCallbacks, GuardOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who acts in which tenant, behind a guard; `null` or absent where there is none. */
    impersonation?: Impersonation | null
  }
}

/**
 * A guard for Fastify 5, as `onRequest` or `preHandler` of a route or of everything in a scope. It decides at every request anew, and
 * answers a denial itself, so that neither later hooks nor the handler run. Throws `invalid-input` for options it cannot use.
 */
export function consentryGuard<R extends FastifyRequest = FastifyRequest>(
  options: GuardOptions<R>,
): (request: NoInfer<R>, reply: FastifyReply) => Promise<FastifyReply | undefined> {
  const guard = parseGuardOptions(options)
  return async (request, reply) => {
    const admission = await authorizeRequest(guard, request)
    if (!admission.ok) {
      const { body, headers } = problemDetails(admission.denial, guard.challenge)
      for (const [name, value] of headers) reply.header(name, value)
      // As bytes, which no serializer of the host writes anew. The reply is what tells Fastify that it was answered.
      return reply.code(body.status).send(new TextEncoder().encode(JSON.stringify(body)))
    }
    request.impersonation = admission.impersonation
    return undefined
  }
}

/**
 * Declares `request.impersonation` to Fastify, so that all requests have one shape: `app.register(impersonationPlugin)`. Guards work
 * without it. To register it again changes nothing.
 */
export const impersonationPlugin: (app: FastifyInstance) => Promise<void> = Object.assign(
  async (app: FastifyInstance): Promise<void> => {
    if (!app.hasRequestDecorator('impersonation')) app.decorateRequest('impersonation', null)
  },
  // What `fastify-plugin` would set: the declaration is for the scope that registers, not for one of its own.
  { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'consentry-impersonation' },
)
