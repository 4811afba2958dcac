/** The notices: for each kind and role one record of exactly what that party is told (SPEC 12.1). */
import * as z from 'zod'
import { Associations } from '../domain/association.js'
import { METHODS } from '../domain/decision-types.js'
import { PERSONAL_END_CAUSES, StoredName } from '../domain/event.js'
import { Id, StoredInstant } from '../domain/input.js'
import { Message } from '../domain/message.js'
import { sessionHashSchema } from '../domain/session-hash.js'

const ofRequester = { accessRequest: Id, tenantRequest: Id, tag: z.string(), tenant: Id }
const ofUser = { tenant: Id }
const ofTenant = { tenantRequest: Id, tag: z.string(), requestingTenant: Id }
const byColleague = { ...ofTenant, by: Id }
const expiresAt = StoredInstant.nullable()
const waiting = { sentAt: StoredInstant, answerBy: StoredInstant.nullable() }
const session = { session: sessionHashSchema }
const method = z.enum(METHODS)
const cause = z.enum([...PERSONAL_END_CAUSES, 'expired', 'access-lost'])
/** The answers that allowed a session, by their tags; none if the legacy rule did. */
const answers = z.array(z.strictObject({ tenantRequest: Id, tag: z.string() })).readonly()
const inTenant = { ...session, requestingTenant: Id, user: Id.nullable(), startedAt: StoredInstant, answers }

/**
 * What each party is told of each kind. A role without a record is told nothing.
 *
 * The requester is everybody who may `submit` there, the tenant everybody who may `answer`.
 */
export const NOTICES = {
  submitted: { requester: { accessRequest: Id, name: StoredName, message: Message, associations: Associations } },
  received: { user: ofUser, tenant: { ...ofTenant, message: Message, answerBy: StoredInstant.nullable() } },
  granted: {
    requester: { ...ofRequester, message: Message, expiresAt, legacyClosed: z.literal(true), removedUsers: z.array(Id).readonly() },
    user: { ...ofUser, message: Message, expiresAt },
    tenant: { ...byColleague, message: Message, expiresAt, legacyClosed: z.boolean() },
  },
  rejected: { requester: { ...ofRequester, message: Message }, user: ofUser, tenant: { ...byColleague, message: Message } },
  revoked: { requester: { ...ofRequester, message: Message }, user: ofUser, tenant: { ...byColleague, message: Message } },
  withdrawn: { requester: { ...ofRequester, by: Id, removedUser: Id.nullable() }, user: ofUser, tenant: ofTenant },
  'revoked-by-requester': { requester: { ...ofRequester, by: Id, removedUser: Id.nullable() }, user: ofUser, tenant: ofTenant },
  'expiry-set': {
    requester: { ...ofRequester, expiresAt: StoredInstant },
    user: { ...ofUser, expiresAt: StoredInstant },
    tenant: { ...byColleague, expiresAt: StoredInstant },
  },
  'user-removed': { requester: { ...ofRequester, user: Id }, user: ofUser },
  'ends-soon': {
    requester: { ...ofRequester, expiresAt: StoredInstant },
    user: { ...ofUser, expiresAt: StoredInstant },
    tenant: { ...ofTenant, expiresAt: StoredInstant },
  },
  expired: { requester: ofRequester, user: ofUser, tenant: ofTenant },
  unanswered: { requester: { ...ofRequester, ...waiting }, tenant: { ...ofTenant, ...waiting } },
  lapsed: { requester: ofRequester, tenant: ofTenant },
  'session-started': {
    requester: { ...session, tenant: Id, user: Id, method, reason: Message, endsAt: StoredInstant },
    user: { ...session, ...ofUser, method, reason: Message, endsAt: StoredInstant },
    tenant: { ...inTenant, endsAt: StoredInstant },
  },
  'session-ended': {
    requester: { ...session, tenant: Id, user: Id, method, reason: Message, cause },
    user: { ...session, ...ofUser, method, reason: Message, cause },
    tenant: { ...inTenant, cause },
  },
} as const

/** What a notice is about. */
export type NoticeKind = keyof typeof NOTICES

/** As what a party is told: the requesting tenant, a user of its own, or the tenant asked. */
export type NoticeRole = 'requester' | 'user' | 'tenant'

/**
 * Whom a notice is for.
 *
 * `tenant` is the party's own tenant: of a user, the requesting tenant.
 */
export type NoticeParty =
  | { readonly role: 'requester' | 'tenant'; readonly tenant: string }
  | { readonly role: 'user'; readonly tenant: string; readonly user: string }

type Cells = typeof NOTICES
type CellOf<Kind extends NoticeKind, Role extends NoticeRole> = Role extends keyof Cells[Kind] ? Cells[Kind][Role] : never
type Facts<Cell> = Cell extends z.ZodRawShape ? z.output<z.ZodObject<Cell>> : never
type PartyOf<Role extends NoticeRole> = Role extends 'user'
  ? Extract<NoticeParty, { role: 'user' }>
  : { readonly role: Role; readonly tenant: string }
/** A notice of one kind for one role. */
export type NoticeOf<Kind extends NoticeKind, Role extends NoticeRole> = {
  readonly id: string
  readonly kind: Kind
  readonly at: number
  readonly to: PartyOf<Role>
  readonly facts: Readonly<Facts<CellOf<Kind, Role>>>
}

/**
 * One notice.
 *
 * `id` is the same whenever it is sent. `at` is the instant of what happened, or from which a reminder was due, in milliseconds. `facts`
 * has exactly the fields that `kind` and the role of `to` name; instants are in milliseconds.
 */
export type Notice = {
  [Kind in NoticeKind]: { [Role in keyof Cells[Kind] & NoticeRole]: NoticeOf<Kind, Role> }[keyof Cells[Kind] & NoticeRole]
}[NoticeKind]

/** The kinds of notices. */
export const NOTICE_KINDS = Object.keys(NOTICES) as readonly NoticeKind[]
