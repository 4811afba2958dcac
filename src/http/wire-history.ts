/** The entries of the history, as they go over the wire (SPEC 6.6). */
import * as z from 'zod'
import { EndCause } from './wire-sessions.js'
import {
  AccessRequestIdText,
  ByWhom,
  component,
  EventIdText,
  InstantOut,
  MethodName,
  SessionHashText,
  TagText,
  TenantIdText,
  TenantRequestIdText,
  UserIdText,
  WrittenText,
} from './wire-values.js'

const entry = {
  id: EventIdText,
  at: InstantOut,
  by: ByWhom,
  user: UserIdText.nullable(),
  requestingTenant: TenantIdText,
}
const ofRequest = { tenantRequest: TenantRequestIdText, tag: TagText }
const users = z.array(UserIdText)
const removedUser = UserIdText.nullable()
const started = { session: SessionHashText, method: MethodName, grantedBy: z.array(TenantRequestIdText), endsAt: InstantOut }
const ended = { session: SessionHashText, cause: EndCause }

/** Returns the schema of an entry of this type. */
function entryOf<Type extends string, Base extends z.ZodRawShape, Shape extends z.ZodRawShape>(base: Base, type: Type, shape: Shape) {
  return z.object({ ...base, type: z.literal(type), ...shape })
}

const incoming = { ...entry, view: z.literal('incoming') }
const asked = { ...incoming, ...ofRequest }
const IncomingEntry = z.discriminatedUnion('type', [
  entryOf(asked, 'tenant-request.received', { message: WrittenText, answerBy: InstantOut.nullable() }),
  entryOf(asked, 'tenant-request.granted', { message: WrittenText, expiresAt: InstantOut.nullable() }),
  entryOf(asked, 'tenant-request.rejected', { message: WrittenText }),
  entryOf(asked, 'tenant-request.revoked', { message: WrittenText }),
  entryOf(asked, 'tenant-request.expiry-set', { expiresAt: InstantOut }),
  entryOf(asked, 'tenant-request.withdrawn', {}),
  entryOf(asked, 'tenant-request.expired', {}),
  entryOf(asked, 'tenant-request.lapsed', {}),
  entryOf(incoming, 'impersonation.started', started),
  entryOf(incoming, 'impersonation.ended', ended),
])

const outgoing = { ...entry, view: z.literal('outgoing') }
const sent = { ...outgoing, ...ofRequest, accessRequest: AccessRequestIdText, tenant: TenantIdText }
const inside = { ...outgoing, tenant: TenantIdText }
const OutgoingEntry = z.discriminatedUnion('type', [
  entryOf(outgoing, 'access-request.submitted', {
    accessRequest: AccessRequestIdText,
    name: z.string(),
    message: WrittenText,
    associations: z.array(z.object({ users, tenants: z.array(TenantIdText) })),
  }),
  entryOf(sent, 'tenant-request.received', { message: WrittenText, answerBy: InstantOut.nullable(), users }),
  entryOf(sent, 'tenant-request.granted', { message: WrittenText, expiresAt: InstantOut.nullable(), users, removedUsers: users }),
  entryOf(sent, 'tenant-request.rejected', { message: WrittenText, users }),
  entryOf(sent, 'tenant-request.revoked', { message: WrittenText, users, removedUser }),
  entryOf(sent, 'tenant-request.expiry-set', { expiresAt: InstantOut }),
  entryOf(sent, 'tenant-request.withdrawn', { users, removedUser }),
  entryOf(sent, 'tenant-request.user-removed', { removedUser: UserIdText }),
  entryOf(sent, 'tenant-request.expired', { users }),
  entryOf(sent, 'tenant-request.lapsed', { users }),
  entryOf(inside, 'impersonation.started', { reason: WrittenText, ...started }),
  entryOf(inside, 'impersonation.ended', ended),
])

export const HistoryOut = component('HistoryEntry', z.union([IncomingEntry, OutgoingEntry]), {
  description: 'An entry of the history. `view` says for which party it is.',
})
