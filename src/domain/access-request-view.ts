/** Views of an access request for its sender: one, or a row of a list (SPEC 6.7, 6.10). */
import type { AccessRequest } from './access-request.js'
import type { Association } from './association.js'
import { type AccessRequestId, compareIds, type UserId } from './ids.js'
import type { Instant } from './instant.js'
import type { RequestStatus } from './status.js'

/** An access request for its sender, as a row of `requests` (SPEC 6.10). */
export interface AccessRequestSummary {
  /** The id, unique in the requesting tenant. */
  readonly id: AccessRequestId
  /** The name, which the tenants asked never see. */
  readonly name: string
  /** The message to every tenant asked; `''` for none. */
  readonly message: string
  /** When it was sent, in milliseconds. */
  readonly sentAt: Instant
  /** The user of the requesting tenant who sent it. */
  readonly sentBy: UserId
  /** The users it named when it was sent, in the order of their ids. */
  readonly users: readonly UserId[]
  /** How many of the tenants asked are in each status. */
  readonly tenants: Readonly<Record<RequestStatus, number>>
}

/** An access request for its sender, with its associations as sent (SPEC 6.7). */
export interface AccessRequestView extends AccessRequestSummary {
  /** The users and tenants, in the groups in which they were sent. */
  readonly associations: readonly Association[]
}

/** Returns a row of `requests`; `tenants` counts its tenant requests by status. */
export function accessRequestSummary(request: AccessRequest, tenants: Readonly<Record<RequestStatus, number>>): AccessRequestSummary {
  const { id, name, message, sentAt, sentBy, associations } = request
  const users = [...new Set(associations.flatMap((association) => association.users))].sort(compareIds)
  return { id, name, message, sentAt, sentBy: sentBy.user, users, tenants }
}
