/** The guard of a Hono application, as middleware. */
import type { Context, Env, MiddlewareHandler } from 'hono'
import { authorizeRequest } from './authorize-request.js'
import type { Impersonation } from './impersonation.js'
import type { DenyOwnTenant, GuardOptions } from './options.js'
import { parseGuardOptions } from './parse-options.js'
import { problemDetails } from './problem-details.js'

export type { Impersonation } from './impersonation.js'
export type { Authorizer, DenyOwnTenant, GuardCallbacks, GuardOptions, LoginOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

/**
 * The variables of a guarded handler's context: `c.get('impersonation')`.
 *
 * `Shown` is `Impersonation | null` of a guard that lets the tenant's own people pass.
 */
export interface ImpersonationEnv<Shown extends Impersonation | null = Impersonation> {
  /** The user and the tenant in which they act; `null` for the tenant's own people, if they pass. */
  Variables: { impersonation: Shown }
}

/**
 * Creates a guard for Hono 4: middleware that decides at every request.
 *
 * It calls `next` only if access is allowed. A denial keeps the headers that were set before it.
 * @throws `invalid-input` for options that it cannot use.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { consentryGuard } from 'consentry/guard/hono'
 * import { Hono } from 'hono'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const guard = consentryGuard({
 *   consentry,
 *   actor: () => null, // from your login
 *   tenant: (c) => c.req.param('tenant'),
 *   method: () => 'access-request',
 * })
 * const app = new Hono().get('/tenants/:tenant/fences', guard, (c) => c.json(c.var.impersonation))
 * console.log((await app.request('/tenants/tom-sawyer/fences')).status) // 401
 * ```
 */
export function consentryGuard<E extends Env = Env>(options: GuardOptions<Context<E>> & DenyOwnTenant): MiddlewareHandler<ImpersonationEnv>
/** Creates a guard whose option `ownTenant` may be `pass`: `c.get('impersonation')` may be `null`. */
export function consentryGuard<E extends Env = Env>(
  options: GuardOptions<Context<E>>,
): MiddlewareHandler<ImpersonationEnv<Impersonation | null>>
export function consentryGuard<E extends Env = Env>(options: GuardOptions<Context<E>>): MiddlewareHandler {
  const guard = parseGuardOptions(options)
  return async (c, next) => {
    // The callbacks see the host's variables, the handler also the guard's; it is one context object.
    const admission = await authorizeRequest(guard, c as unknown as Context<E>)
    if (!admission.ok) {
      const { body, headers } = problemDetails(admission.denial, guard.challenge)
      return c.body(JSON.stringify(body), admission.denial.status, Object.fromEntries(headers))
    }
    c.set('impersonation', admission.impersonation)
    await next()
  }
}
