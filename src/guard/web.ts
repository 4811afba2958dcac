/** The guard of a handler of web-standard requests, as Next.js, Workers, Bun and Deno call it. */
import { authorizeRequest, type Impersonation } from './authorize-request.js'
import { type GuardOptions, parseGuardOptions } from './options.js'
import { problemDetails } from './problem-details.js'

export type { Impersonation } from './authorize-request.js'
export type { Authorizer, GuardCallbacks, GuardOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

// The handler decides what the further arguments are. `NoInfer` would say so, but a rest parameter does not accept it.
type Settled<Rest extends readonly unknown[]> = Rest extends unknown ? Rest : never

/**
 * Guards a handler of web-standard requests: it runs only where access is allowed.
 *
 * The handler is given the request, the impersonation, and then the further arguments of the platform. The functions of `options` are
 * given the request and the same further arguments; in Next.js that is the context with the route's parameters. The handler declares the
 * types of these arguments. Throws `invalid-input` for options it cannot use.
 */
export function withConsentryGuard<R extends Request = Request, Rest extends readonly unknown[] = []>(
  options: GuardOptions<R, Settled<Rest>>,
  handler: (request: R, impersonation: Impersonation, ...rest: Rest) => Response | Promise<Response>,
): (request: R, ...rest: Rest) => Promise<Response> {
  const guard = parseGuardOptions<R, Rest>(options)
  return async (request, ...rest) => {
    const admission = await authorizeRequest(guard, request, ...rest)
    if (admission.ok) return handler(request, admission.impersonation, ...rest)
    const { body, headers } = problemDetails(admission.denial, guard.challenge)
    return new Response(JSON.stringify(body), { status: body.status, headers })
  }
}
