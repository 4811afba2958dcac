/** The guard of a NestJS application, on Express or on Fastify. */
import { type CanActivate, createParamDecorator, type ExecutionContext, HttpException } from '@nestjs/common'
import { authorizeRequest, type Impersonation } from './authorize-request.js'
import { type GuardOptions, parseGuardOptions } from './options.js'
import { type Denial, denial, problemDetails } from './problem-details.js'

export type { Impersonation } from './authorize-request.js'
export type { Authorizer, GuardCallbacks, GuardOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

/** The part of either platform's response that sets headers. */
type PlatformResponse =
  | { setHeader(name: string, value: string | readonly string[]): unknown; header?: unknown }
  | { setHeader?: never; header(name: string, value: string): unknown }

/** A request, with the impersonation if a guard ran. */
type PlatformRequest = { impersonation?: Impersonation | null }

/**
 * Creates a guard for NestJS.
 *
 * Use it as `@UseGuards(consentryGuard<Request>(...))`, or as the value of a provider's `useFactory`.
 * `Request` is the platform's type. The guard decides at every request. A denial is an `HttpException` with the problem as its response;
 * a request that is not HTTP is denied.
 * @throws `invalid-input` for options that it cannot use.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { consentryGuard } from 'consentry/guard/nest'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const guard = consentryGuard<{ params: { tenant: string } }>({
 *   consentry,
 *   actor: () => null, // from your login
 *   tenant: (request) => request.params.tenant,
 *   method: () => 'access-request',
 * })
 * // On a handler or a controller: `@UseGuards(guard)`
 * console.log('canActivate' in guard) // true
 * ```
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
 * The impersonation as a parameter of a handler: `@Impersonated() impersonation: Impersonation`.
 * @throws if no guard ran, so a handler that needs the impersonation never runs without one.
 * @example
 * ```ts
 * import { Impersonated, type Impersonation } from 'consentry/guard/nest'
 *
 * export class Fences {
 *   list(@Impersonated() impersonation: Impersonation) {
 *     return { seenBy: impersonation.user }
 *   }
 * }
 * ```
 */
export const Impersonated = createParamDecorator((_data: unknown, context: ExecutionContext): Impersonation => {
  const { impersonation } = context.switchToHttp().getRequest<PlatformRequest>()
  if (impersonation) return impersonation
  throw new Error('no guard ran before this handler: add `@UseGuards(consentryGuard(...))`')
})

function exceptionOf(denial: Denial, challenge: string, response?: PlatformResponse): HttpException {
  const { body, headers } = problemDetails(denial, challenge)
  for (const [name, value] of headers) {
    // Nest on Express replaces `application/problem+json` by `application/json` unless the value is a list.
    if (response?.setHeader) response.setHeader(name, name === 'content-type' ? [value] : value)
    else response?.header(name, value)
  }
  return new HttpException(body, body.status)
}
