/** The answers about requests, as they go over the wire (SPEC 6.1, 6.2, 6.7, 6.10, 6.11). */
import * as z from 'zod'
import { REQUEST_STATUSES, type RequestStatus, USER_STATUSES } from '../domain/status.js'
import {
  AccessRequestIdText,
  ByWhom,
  component,
  InstantOut,
  oneOfValues,
  RevisionOut,
  TagText,
  TenantIdText,
  TenantRequestIdText,
  UserIdText,
  WrittenText,
} from './wire-values.js'

const RequestStatusName = component('RequestStatus', oneOfValues(REQUEST_STATUSES))

const Answer = component('Answer', z.object({ at: InstantOut, user: UserIdText.nullable(), message: WrittenText }), {
  description: 'The answer of the tenant asked. `user` is null for the other party.',
})
const Ending = component('Ending', z.object({ by: ByWhom, at: InstantOut, user: UserIdText.nullable(), message: WrittenText }), {
  description: 'By which party a request ended, and when. `user` is null for the other party.',
})

/** Returns the schema of a request's view: its own fields, and those that belong to its status. */
function requestView<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.discriminatedUnion('status', [
    z.object({ ...shape, status: z.literal('pending') }),
    z.object({ ...shape, status: z.literal('granted'), answer: Answer, expiresAt: InstantOut.nullable() }),
    z.object({ ...shape, status: z.literal('expired'), answer: Answer, expiresAt: InstantOut, ended: Ending }),
    z.object({ ...shape, status: z.literal('revoked'), answer: Answer, expiresAt: InstantOut.nullable(), ended: Ending }),
    z.object({ ...shape, status: z.literal('rejected'), answer: Answer, ended: Ending }),
    z.object({ ...shape, status: z.literal('withdrawn'), ended: Ending }),
    z.object({ ...shape, status: z.literal('lapsed'), ended: Ending }),
  ])
}

const sent = {
  id: TenantRequestIdText,
  tag: TagText,
  message: WrittenText,
  sentAt: InstantOut,
  answerBy: InstantOut.nullable(),
  revision: RevisionOut,
}

export const IncomingOut = component('IncomingRequest', requestView({ ...sent, requestingTenant: TenantIdText }), {
  description: 'A request to the own tenant: without its name, its users and the other tenants.',
})

export const OutgoingOut = component(
  'OutgoingRequest',
  requestView({
    ...sent,
    accessRequest: AccessRequestIdText,
    name: z.string(),
    tenant: TenantIdText,
    users: z.array(UserIdText),
    removed: z.array(z.object({ user: UserIdText, at: InstantOut })),
  }),
  { description: "One tenant's copy of a request that the own tenant sent." },
)

const countOfEach = Object.fromEntries(REQUEST_STATUSES.map((status) => [status, z.int()])) as Record<RequestStatus, z.ZodInt>

const summary = {
  id: AccessRequestIdText,
  name: z.string(),
  message: WrittenText,
  sentAt: InstantOut,
  sentBy: UserIdText,
  users: z.array(UserIdText),
  tenants: z.object(countOfEach),
}
const associations = z.array(z.object({ users: z.array(UserIdText), tenants: z.array(TenantIdText) }))

export const AccessRequestOut = component('AccessRequestSummary', z.object(summary), {
  description: 'An access request that the own tenant sent; `tenants` counts its tenants by status.',
})
export const AccessRequestViewOut = component('AccessRequest', z.object({ ...summary, associations }))

export const SubmitOut = component(
  'SubmitResult',
  z.object({ id: AccessRequestIdText, sent: z.array(z.object({ id: TenantRequestIdText, tag: TagText, tenant: TenantIdText })) }),
)

export const RequestSummaryOut = component(
  'RequestSummary',
  z.object({ id: TenantRequestIdText, tenant: TenantIdText, status: RequestStatusName, revision: RevisionOut }),
  { description: 'A tenant request after a command.' },
)

export const SubmissionPreviewOut = component(
  'SubmissionPreview',
  z.object({
    alreadySent: z.boolean(),
    tenants: z.array(
      z.object({
        tenant: TenantIdText,
        users: z.array(
          z.object({
            user: UserIdText,
            status: oneOfValues([...USER_STATUSES, 'not-associated']),
            pending: z.array(TenantRequestIdText),
          }),
        ),
        legacy: z.enum(['closed', 'not-told']),
        tooManyOpen: z.boolean(),
      }),
    ),
  }),
)

export const AnswerPreviewOut = component(
  'AnswerPreview',
  z.discriminatedUnion('mustExpire', [
    z.object({ closesLegacy: z.boolean(), mustExpire: z.literal(false), latestExpiry: z.null() }),
    z.object({ closesLegacy: z.boolean(), mustExpire: z.literal(true), latestExpiry: InstantOut }),
  ]),
)

export const DraftOut = component('Draft', z.object({ name: z.string(), message: WrittenText, associations }))

const granted = { tenantRequest: TenantRequestIdText, tag: TagText, from: InstantOut, to: InstantOut, answer: Answer }
export const AccessItemOut = component(
  'AccessItem',
  z.discriminatedUnion('view', [
    z.object({ view: z.literal('incoming'), ...granted, requestingTenant: TenantIdText }),
    z.object({
      view: z.literal('outgoing'),
      ...granted,
      accessRequest: AccessRequestIdText,
      name: z.string(),
      tenant: TenantIdText,
      users: z.array(z.object({ user: UserIdText, from: InstantOut, to: InstantOut })),
    }),
  ]),
  { description: 'When a granted request let somebody enter, within the window: `from` is in the span, `to` is not.' },
)

const row = { tenant: TenantIdText, requestingTenant: TenantIdText, tenantRequest: TenantRequestIdText }
export const MyAccessOut = component(
  'MyAccess',
  z.union([
    z.object({
      ...row,
      status: z.literal('granted'),
      message: WrittenText,
      grantedAt: InstantOut,
      expiresAt: InstantOut.nullable(),
      renewalPending: z.boolean(),
    }),
    z.object({ ...row, status: oneOfValues(USER_STATUSES).exclude(['granted']) }),
  ]),
  { description: "The own status in one tenant, by the own tenant's requests." },
)
