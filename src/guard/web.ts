/** The guard of a handler of web-standard requests: of Next.js, Workers, Bun, Deno, and of whatever else answers a `Request`. */
import { authorizeRequest, type Impersonation } from './authorize-request.js'
import { type GuardOptions, parseGuardOptions } from './options.js'
import { problemDetails } from './problem-details.js'

export type { Impersonation } from './authorize-request.js'
export type { Authorizer, GuardCallbacks, GuardOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

// `NoInfer` of a list is no list to a rest parameter. A conditional type has the same effect: where the two differ, the handler decides.
type Settled<Rest extends readonly unknown[]> = Rest extends unknown ? Rest : never

/**
 * Guards a handler of web-standard requests. The handler runs only where access is allowed, and is given the impersonation after the
 * request. What the platform hands over after the request, as Next.js does the route's parameters, every function of `options` is given
 * after the request too, and the handler after the impersonation; the handler declares its types. Throws `invalid-input` for options it
 * cannot use.
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
