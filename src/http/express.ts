/** The HTTP API in an Express application, as middleware. */
import type { Request as ExpressRequest, Response as ExpressResponse, NextFunction } from 'express'
import { callApi, canAnswer, hostRequestOf, type MountableApi, sendByNode } from './mount.js'

export type { MountableApi } from './mount.js'

/** The middleware that `toExpress` makes. */
export type ExpressMount = (request: ExpressRequest, response: ExpressResponse, next: NextFunction) => Promise<void>

/**
 * Returns the API as middleware for Express 5.
 *
 * Mount it at any path; the API's `basePath` is not needed, and does no harm. A body that a parser of the host has read is taken as it was
 * parsed. If the response was answered meanwhile, or the client has gone, it answers nothing. It calls `next` only with an error of a
 * function around the API: the API itself never rejects.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { consentryApi } from 'consentry/http'
 * import { expressRequestOf, toExpress } from 'consentry/http/express'
 * import express from 'express'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const api = consentryApi({
 *   consentry,
 *   // from your login, such as that of a session of Express
 *   person: (request) => expressRequestOf(request).app.locals['login'],
 * })
 * express().use('/consentry', toExpress(api))
 * ```
 */
export function toExpress(api: MountableApi): ExpressMount {
  return async (request, response, next) => {
    try {
      if (!canAnswer(response)) return
      const { url, baseUrl, protocol } = request
      const target = baseUrl === '' ? url : `${api.basePath ?? ''}${url}`
      await sendByNode(await callApi(api, request, response, { target, protocol }), request, response)
    } catch (error) {
      next(error)
    }
  }
}

/**
 * Returns the request of Express behind the one that the API's options are called with.
 *
 * Use it in `person` and `keepSession`, for what the host's own middleware knows.
 * @throws `TypeError` for a request that no mount made, such as a copy.
 * @example Continues toExpress
 * ```ts
 * const ownApi = consentryApi({ consentry, person: (request) => expressRequestOf(request).res?.locals['login'] })
 * express().use('/own', toExpress(ownApi))
 * ```
 */
export function expressRequestOf(request: Request): ExpressRequest {
  return hostRequestOf(request) as ExpressRequest
}
