/** Views of past and present access: what each party may see of who could enter (SPEC 13.1). */
import { cutSpan, grantSpan, type Span, type UserSpan, userSpans } from './access-span.js'
import type { AccessRequestId, TenantId, TenantRequestId } from './ids.js'
import { requestTag } from './request-tag.js'
import type { RequestWithoutUsers, TenantRequest } from './tenant-request-state.js'
import { type Answer, answerOf } from './views.js'

/**
 * A granted request for the tenant asked: when it let anybody enter, never whom (SPEC 13.1).
 *
 * `from` is in the span, `to` is not, both in milliseconds.
 */
export interface IncomingAccess extends Span {
  readonly view: 'incoming'
  readonly tenantRequest: TenantRequestId
  /** A short tag of `tenantRequest`, such as `482-915`. Both parties see it; it is not unique (SPEC 6.2). */
  readonly tag: string
  readonly requestingTenant: TenantId
  /** The tenant's grant. */
  readonly answer: Answer
}

/**
 * A granted request for the requesting tenant: when it let which users enter (SPEC 13.1).
 *
 * `from` is in the span, `to` is not, both in milliseconds.
 */
export interface OutgoingAccess extends Span {
  readonly view: 'outgoing'
  readonly tenantRequest: TenantRequestId
  /** A short tag of `tenantRequest`, such as `482-915`. Both parties see it; it is not unique (SPEC 6.2). */
  readonly tag: string
  readonly accessRequest: AccessRequestId
  /** The name of the access request. */
  readonly name: string
  /** The tenant entered. */
  readonly tenant: TenantId
  /** Each user who could enter inside the window, and when. */
  readonly users: readonly UserSpan[]
  /** The tenant's grant, without the answerer. */
  readonly answer: Answer
}

/** A row of `access`. `view` says for which party it is. */
export type AccessItem = IncomingAccess | OutgoingAccess

/** Returns the request's access in the window for the tenant asked; `undefined` for none. */
export function incomingAccess(request: RequestWithoutUsers, window: Span): IncomingAccess | undefined {
  const { id: tenantRequest, requestingTenant, tenant } = request
  const granted = grantedIn(window, request, tenant)
  return granted && { view: 'incoming', tenantRequest, tag: requestTag(tenantRequest), requestingTenant, ...granted }
}

/** Returns the request's access in the window for the requesting tenant; `undefined` for none. */
export function outgoingAccess(request: TenantRequest, name: string, window: Span): OutgoingAccess | undefined {
  const { id: tenantRequest, accessRequest, requestingTenant, tenant } = request
  const granted = grantedIn(window, request, requestingTenant)
  const sent = { tenantRequest, tag: requestTag(tenantRequest), accessRequest, name, tenant }
  return granted && { view: 'outgoing', ...sent, users: userSpans(request, window), ...granted }
}

function grantedIn(window: Span, request: RequestWithoutUsers, viewer: TenantId): (Span & { readonly answer: Answer }) | undefined {
  if (!('grantedAt' in request)) return undefined
  const span = grantSpan(request)
  const cut = span && cutSpan(span, window)
  return cut && { ...cut, answer: answerOf(request, viewer) }
}
