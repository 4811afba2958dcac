/** The guard of a NestJS application: HTTP on Express or Fastify, GraphQL, WebSocket and RPC. */
import { type CanActivate, createParamDecorator, type ExecutionContext, HttpException } from '@nestjs/common'
import { authorizeRequest, denyRequest, type GuardResult } from './authorize-request.js'
import type { Impersonation } from './impersonation.js'
import type { GuardOptions } from './options.js'
import { nestOption, parseGuardOptions } from './parse-options.js'
import { type Answerable, type Denial, denial, isAnswered, problemDetails } from './problem-details.js'

export type { Impersonation } from './impersonation.js'
export type { Authorizer, GuardCallbacks, GuardOptions, LoginOptions, MethodOptions, SessionOptions } from './options.js'
export type { Denial, GuardReason, ProblemDetails } from './problem-details.js'

/** The part of either platform's response that the guard uses: of Express, or the reply of Fastify. */
type PlatformResponse = Answerable &
  (
    | { setHeader(name: string, value: string): unknown; json?(body: unknown): unknown; header?: unknown }
    | { setHeader?: never; header(name: string, value: string): unknown }
  )

/** A request, with the impersonation if a guard ran, or `null` if it let the tenant's own people pass. */
type PlatformRequest = { impersonation?: Impersonation | null }

/** The options of every guard, whose callbacks get Nest's context as well, and one more. */
export type NestGuardOptions<Request> = GuardOptions<Request, [context: ExecutionContext]> & {
  /**
   * Returns the request of a context that is not HTTP: GraphQL, WebSocket or RPC.
   * It may be asynchronous. Without it, such a context is denied. For HTTP the guard asks the platform.
   */
  readonly request?: ((context: ExecutionContext) => Request | PromiseLike<Request>) | undefined
}

/**
 * Creates a guard for NestJS.
 *
 * Use it as `@UseGuards(consentryGuard<Request>(...))`, or as the value of a provider's `useFactory`.
 * `Request` is the platform's type. The guard decides at every request. A denial is an `HttpException` with the problem as its response.
 * A context that is not HTTP needs the option `request`; its handlers get the impersonation by `@Impersonated()` only.
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
export function consentryGuard<Request extends object>(options: NestGuardOptions<Request>): CanActivate {
  const guard = parseGuardOptions<Request, [ExecutionContext]>(options, nestOption)
  const authorize = async (context: ExecutionContext): Promise<GuardResult> => {
    let request: Request
    try {
      request = await requestOf(context, (guard as NestGuardOptions<Request>).request)
    } catch (error) {
      return denyRequest(guard, denial('invalid-question', error), undefined as never, context)
    }
    return authorizeRequest(guard, request, context)
  }
  return {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const http = context.getType() === 'http' ? context.switchToHttp() : undefined
      const admission = await authorize(context)
      const response = http?.getResponse<PlatformResponse>()
      const answered = response !== undefined && isAnswered(response)
      if (!admission.ok) throw exceptionOf(admission.denial, guard.challenge, answered ? undefined : response)
      if (http) show(http.getRequest<PlatformRequest>(), admission.impersonation)
      else remember(context, admission.impersonation)
      // The filters of Nest answer nothing to a response that was answered.
      return !answered
    },
  }
}

async function requestOf<Request extends object>(
  context: ExecutionContext,
  request: NestGuardOptions<Request>['request'],
): Promise<Request> {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<Request>()
  if (request === undefined) throw new TypeError(`a request of the kind \`${context.getType()}\` needs the option \`request\` of the guard`)
  const found = await request(context)
  if (Object(found) !== found) throw new TypeError('`request` must return the request of the context')
  return found
}

/**
 * The requests of the tenant's own people, which a guard let pass.
 * `null` on the request alone is no proof: a host on Fastify may declare `impersonation` with that value.
 */
const ownPeople = new WeakSet<object>()

function show(request: PlatformRequest, impersonation: Impersonation | null): void {
  request.impersonation = impersonation
  if (impersonation === null) ownPeople.add(request)
}

function shownOn(request: PlatformRequest): Impersonation | null | undefined {
  return request.impersonation ?? (ownPeople.has(request) ? null : undefined)
}

/** An impersonation outside HTTP, with the arguments of the call that it is for. */
interface Remembered {
  readonly args: readonly unknown[]
  readonly impersonation: Impersonation | null
}

/**
 * The impersonations outside HTTP, by the last object among the arguments of the call.
 * That is the `info` of a GraphQL field, or the data of a message. Never by the request: the fields of one query, and the messages of one
 * socket, share it, and may be about different tenants.
 */
const remembered = new WeakMap<object, Remembered>()

const keyOf = (args: readonly unknown[]) => args.filter((arg) => Object(arg) === arg).at(-1) as object

function remember(context: ExecutionContext, impersonation: Impersonation | null): void {
  const args = [...context.getArgs()]
  remembered.set(keyOf(args), { args, impersonation })
}

function recall(context: ExecutionContext): Impersonation | null | undefined {
  const args = context.getArgs()
  const found = remembered.get(keyOf(args))
  // Messages without data of their own have only the socket: another one may have come since.
  const isSameCall = found?.args.length === args.length && found.args.every((arg, n) => Object.is(arg, args[n]))
  return isSameCall ? found.impersonation : undefined
}

/**
 * The impersonation as a parameter of a handler: `@Impersonated() impersonation: Impersonation`.
 * It is `null` for the tenant's own people, if the guard lets them pass: declare it as `Impersonation | null` then.
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
export const Impersonated = createParamDecorator((_data: unknown, context: ExecutionContext): Impersonation | null => {
  const isHttp = context.getType() === 'http'
  const impersonation = isHttp ? shownOn(context.switchToHttp().getRequest<PlatformRequest>()) : recall(context)
  if (impersonation !== undefined) return impersonation
  throw new Error('no guard ran before this handler: add `@UseGuards(consentryGuard(...))`')
})

function exceptionOf(denial: Denial, challenge: string, response?: PlatformResponse): HttpException {
  const { body, headers } = problemDetails(denial, challenge)
  for (const [name, value] of headers) {
    if (!response?.setHeader) response?.header(name, value)
    else if (name === 'content-type') labelBody(response, body, value)
    else response.setHeader(name, value)
  }
  return new HttpException(body, body.status)
}

/**
 * Sets the content type on Express when Nest's filter sends the body, and not before.
 * Nest 11 takes any type but `application/json` for a mistake, and replaces it. Nest 12 does not.
 */
function labelBody(response: Extract<PlatformResponse, { json?: unknown }>, body: object, type: string): void {
  const { json } = response
  response.json = (sent) => {
    if (sent === body) response.setHeader('content-type', type)
    return json?.call(response, sent)
  }
}
