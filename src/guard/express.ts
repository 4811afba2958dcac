/** The guard of an Express application, as middleware. */
import type { NextFunction, Request, Response } from 'express'
import { authorizeRequest } from './authorize-request.js'
import type { Impersonation } from './impersonation.js'
import type { GuardOptions } from './options.js'
import { parseGuardOptions } from './parse-options.js'
import { isAnswered, problemDetails } from './problem-details.js'

export type { Impersonation } from './impersonation.js'
export type { Authorizer, GuardCallbacks, GuardOptions, LoginOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

declare global {
  namespace Express {
    interface Request {
      /**
       * The user and the tenant in which they act; set by a guard.
       * `null` for the tenant's own people, by a guard that lets them pass; absent if no guard ran.
       */
      impersonation?: Impersonation | null
    }
  }
}

/**
 * The middleware that `consentryGuard` makes; `Params` are the parameters of the route.
 *
 * It has a name of this package, so that a host's declarations need not name the packages of Express.
 */
export type ExpressGuard<Params> = (request: Request<Params>, response: Response, next: NextFunction) => Promise<void>

/**
 * Creates a guard for Express 5: middleware that decides at every request.
 *
 * It answers a denial itself, and calls `next` only if access is allowed. If the response was answered meanwhile, or the client has gone,
 * it does neither.
 * @throws `invalid-input` for options that it cannot use.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { consentryGuard } from 'consentry/guard/express'
 * import express, { type Request } from 'express'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const guard = consentryGuard<Request>({
 *   consentry,
 *   actor: () => null, // from your login
 *   tenant: (request) => String(request.params['tenant']),
 *   method: () => 'access-request',
 * })
 * express().get('/tenants/:tenant/fences', guard, (request, response) => void response.json(request.impersonation))
 * ```
 */
// The parameters are copied from the request's type: that type names packages that a host has not installed.
export function consentryGuard<R extends Request = Request>(
  options: GuardOptions<R>,
): ExpressGuard<{ [Name in keyof R['params']]: R['params'][Name] }> {
  const guard = parseGuardOptions(options)
  return async (request, response, next) => {
    // The returned type names the parameters only. The host mounts the guard where requests are `R`.
    const admission = await authorizeRequest(guard, request as unknown as R)
    if (isAnswered(response)) return
    if (!admission.ok) {
      const { body, headers } = problemDetails(admission.denial, guard.challenge)
      response.statusCode = body.status
      for (const [name, value] of headers) response.setHeader(name, value)
      response.end(JSON.stringify(body))
      return
    }
    request.impersonation = admission.impersonation
    next()
  }
}
