/** The guard of an Express application: middleware that lets a request through while its user may act in the tenant. */
import type { NextFunction, Request, Response } from 'express'
import { authorizeRequest, type Impersonation } from './authorize-request.js'
import { type GuardOptions, parseGuardOptions } from './options.js'
import { problemDetails } from './problem-details.js'

export type { Impersonation } from './authorize-request.js'
export type { Authorizer, GuardCallbacks, GuardOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

declare global {
  namespace Express {
    interface Request {
      /** Who acts in which tenant, behind a guard; absent where there is none. */
      impersonation?: Impersonation
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
 * A guard for Express 5, to stand before what it guards: `app.use('/inside/:tenant', consentryGuard(...))`. It decides at every request
 * anew, answers a denial itself, and calls `next` only where access is allowed. Throws `invalid-input` for options it cannot use.
 */
// The parameters are copied from the request's type: that type names packages that a host has not installed.
export function consentryGuard<R extends Request = Request>(
  options: GuardOptions<R>,
): ExpressGuard<{ [Name in keyof R['params']]: R['params'][Name] }> {
  const guard = parseGuardOptions(options)
  return async (request, response, next) => {
    // The returned type tells the parameters alone; that its requests are `R` is for the host to see to.
    const admission = await authorizeRequest(guard, request as unknown as R)
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
