/** The guard of a Hono application, as middleware. */
import type { Context, Env, MiddlewareHandler } from 'hono'
import { authorizeRequest, type Impersonation } from './authorize-request.js'
import { type GuardOptions, parseGuardOptions } from './options.js'
import { problemDetails } from './problem-details.js'

export type { Impersonation } from './authorize-request.js'
export type { Authorizer, GuardCallbacks, GuardOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

/** What a guarded handler's context holds: `c.get('impersonation')`. */
export interface ImpersonationEnv {
  /** `impersonation`: who acts in which tenant. */
  Variables: { impersonation: Impersonation }
}

/**
 * A guard for Hono 4: `app.get('/inside/:tenant', consentryGuard(...), handler)`. It decides at every request anew, and calls `next` only
 * where access is allowed; a denial keeps the headers set before it. Throws `invalid-input` for options it cannot use.
 */
export function consentryGuard<E extends Env = Env>(options: GuardOptions<Context<E>>): MiddlewareHandler<ImpersonationEnv> {
  const guard = parseGuardOptions(options)
  return async (c, next) => {
    // One context, of which the callbacks know what the host put there, and the handler what the guard puts there too.
    const admission = await authorizeRequest(guard, c as unknown as Context<E>)
    if (!admission.ok) {
      const { body, headers } = problemDetails(admission.denial, guard.challenge)
      return c.body(JSON.stringify(body), admission.denial.status, Object.fromEntries(headers))
    }
    c.set('impersonation', admission.impersonation)
    await next()
  }
}
