/** The guard of a NestJS application, on Express and on Fastify: it lets a request through while its user may act in the tenant. */
import { type CanActivate, createParamDecorator, type ExecutionContext, HttpException } from '@nestjs/common'
import { authorizeRequest, type Impersonation } from './authorize-request.js'
import { type GuardOptions, parseGuardOptions } from './options.js'
import { type Denial, denial, problemDetails } from './problem-details.js'

export type { Impersonation } from './authorize-request.js'
export type { Authorizer, GuardCallbacks, GuardOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

/** The response of either platform, as far as headers go. */
type PlatformResponse =
  | { setHeader(name: string, value: string | readonly string[]): unknown; header?: unknown }
  | { setHeader?: never; header(name: string, value: string): unknown }

/** A request that may have come through a guard. */
type PlatformRequest = { impersonation?: Impersonation | null }

/**
 * A guard for NestJS: `@UseGuards(consentryGuard<Request>(...))`, or the value of a provider's `useFactory`; `Request` is the platform's.
 * It decides at every request anew; a denial is an `HttpException` with the problem as its response. What is not HTTP is denied. Throws
 * `invalid-input` for options it cannot use.
 */
export function consentryGuard<Request extends object>(options: GuardOptions<Request>): CanActivate {
  const guard = parseGuardOptions(options)
  return {
    async canActivate(context: ExecutionContext): Promise<true> {
      if (context.getType() !== 'http') throw exceptionOf(denial('invalid-question'), guard.challenge)
      const http = context.switchToHttp()
      const request = http.getRequest<Request & PlatformRequest>()
      const admission = await authorizeRequest(guard, request)
      if (!admission.ok) throw exceptionOf(admission.denial, guard.challenge, http.getResponse<PlatformResponse>())
      request.impersonation = admission.impersonation
      return true
    },
  }
}

/**
 * The impersonation, as a parameter of a handler: `@Impersonated() impersonation: Impersonation`. Where no guard let the request in it
 * throws, so that a handler that needs one never runs without.
 */
export const Impersonated = createParamDecorator((_data: unknown, context: ExecutionContext): Impersonation => {
  const { impersonation } = context.switchToHttp().getRequest<PlatformRequest>()
  if (impersonation) return impersonation
  throw new Error('no guard stands before this handler')
})

function exceptionOf(denial: Denial, challenge: string, response?: PlatformResponse): HttpException {
  const { body, headers } = problemDetails(denial, challenge)
  for (const [name, value] of headers) {
    // Nest on Express takes a problem for a mistake and sends it as `application/json`, unless the type is a list, which says the same.
    if (response?.setHeader) response.setHeader(name, name === 'content-type' ? [value] : value)
    else response?.header(name, value)
  }
  return new HttpException(body, body.status)
}
