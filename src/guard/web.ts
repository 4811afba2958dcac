/** The guard of a web-standard handler, as Next.js, Workers, Bun and Deno call it. */
import { authorizeRequest } from './authorize-request.js'
import type { Impersonation } from './impersonation.js'
import type { DenyOwnTenant, GuardOptions } from './options.js'
import { parseGuardOptions } from './parse-options.js'
import { problemDetails } from './problem-details.js'

export type { Impersonation } from './impersonation.js'
export type { Authorizer, DenyOwnTenant, GuardCallbacks, GuardOptions, LoginOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

// The handler alone infers the further arguments. `NoInfer` would do this, but a rest parameter does not accept it.
type Settled<Rest extends readonly unknown[]> = Rest extends unknown ? Rest : never

/**
 * Guards a handler of web-standard requests: the handler runs only if access is allowed.
 *
 * The handler gets the request, the impersonation, and the further arguments of the platform. The callbacks get the request and the same
 * further arguments; in Next.js that is the context with the route's parameters. The handler declares the types of these arguments.
 * @throws `invalid-input` for options that it cannot use.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { withConsentryGuard } from 'consentry/guard/web'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const GET = withConsentryGuard(
 *   {
 *     consentry,
 *     actor: () => null, // from your login
 *     tenant: (request) => new URL(request.url).pathname.slice(1),
 *     method: () => 'access-request',
 *   },
 *   (_request, impersonation) => Response.json(impersonation),
 * )
 * console.log((await GET(new Request('http://localhost/tom-sawyer'))).status) // 401
 * ```
 */
export function withConsentryGuard<R extends Request = Request, Rest extends readonly unknown[] = []>(
  options: GuardOptions<R, Settled<Rest>> & DenyOwnTenant,
  handler: (request: R, impersonation: Impersonation, ...rest: Rest) => Response | Promise<Response>,
): (request: R, ...rest: Rest) => Promise<Response>
/** Guards a handler with the option `ownTenant`, which may be `pass`: the impersonation may be `null`. */
export function withConsentryGuard<R extends Request = Request, Rest extends readonly unknown[] = []>(
  options: GuardOptions<R, Settled<Rest>>,
  handler: (request: R, impersonation: Impersonation | null, ...rest: Rest) => Response | Promise<Response>,
): (request: R, ...rest: Rest) => Promise<Response>
export function withConsentryGuard<R extends Request = Request, Rest extends readonly unknown[] = []>(
  options: GuardOptions<R, Settled<Rest>>,
  // Only a guard of the second form gives `null`.
  handler: (request: R, impersonation: never, ...rest: Rest) => Response | Promise<Response>,
): (request: R, ...rest: Rest) => Promise<Response> {
  const guard = parseGuardOptions<R, Rest>(options)
  return async (request, ...rest) => {
    const admission = await authorizeRequest(guard, request, ...rest)
    if (admission.ok) return handler(request, admission.impersonation as never, ...rest)
    const { body, headers } = problemDetails(admission.denial, guard.challenge)
    return new Response(JSON.stringify(body), { status: body.status, headers })
  }
}
