/** The guard of an Express application: middleware that lets a request through while its user may act in the tenant. */
import type { NextFunction, Request, Response } from 'express'
import { admit, type Impersonation } from './authorize-request.js'
import { checked, type GuardOptions } from './options.js'
import { problemOf } from './problem-details.js'

export type { Impersonation } from './authorize-request.js'
export type { Doorkeeper, GuardCallbacks, GuardOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, Problem } from './problem-details.js'

declare global {
  namespace Express {
    interface Request {
      /** Who acts in which tenant, behind a guard; absent where there is none. */
      impersonation?: Impersonation
    }
  }
}

/**
 * A guard for Express 5, to stand before what it guards: `app.use('/inside/:tenant', consentryGuard(...))`. It decides at every request
 * anew, answers a denial itself, and calls `next` only where access is allowed. Throws `invalid-input` for options it cannot use.
 */
export function consentryGuard<R extends Request = Request>(
  options: GuardOptions<R>,
): (request: NoInfer<R>, response: Response, next: NextFunction) => Promise<void> {
  const guard = checked(options)
  return async (request, response, next) => {
    const admission = await admit(guard, request)
    if (!admission.ok) {
      const { body, headers } = problemOf(admission.denial, guard.challenge)
      response.statusCode = body.status
      for (const [name, value] of headers) response.setHeader(name, value)
      response.end(JSON.stringify(body))
      return
    }
    request.impersonation = admission.impersonation
    next()
  }
}
