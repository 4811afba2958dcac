/** The answers about sessions, decisions and the person, as they go over the wire (SPEC §5, §7). */
import * as z from 'zod'
import { SESSION_STATUSES } from '../domain/session-views.js'
import { REQUEST_STATUSES, USER_STATUSES } from '../domain/status.js'
import { RequestSummaryOut } from './wire-requests.js'
import {
  component,
  InstantOut,
  MethodName,
  oneOfValues,
  RevisionOut,
  SessionHashText,
  TenantIdText,
  TenantRequestIdText,
  UserIdText,
  WrittenText,
} from './wire-values.js'

export const EndCause = component(
  'SessionEndCause',
  z.enum(['ended-by-user', 'ended-by-tenant', 'ended-by-requester', 'expired', 'access-lost']),
)

/** Returns the schema of a session in a list: live, or ended with how it ended. */
function sessionOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const fields = {
    hash: SessionHashText,
    requestingTenant: TenantIdText,
    method: MethodName,
    grantedBy: z.array(TenantRequestIdText),
    startedAt: InstantOut,
    endsAt: InstantOut,
    ...shape,
  }
  const ended = { endedAt: InstantOut, cause: EndCause, endedBy: UserIdText.nullable() }
  return z.discriminatedUnion('status', [
    z.object({ ...fields, status: z.literal('live') }),
    z.object({ ...fields, status: z.literal('ended'), ...ended }),
  ])
}

export const SessionOut = component(
  'SessionView',
  z.union([
    sessionOf({ view: z.literal('outgoing'), user: UserIdText, tenant: TenantIdText, reason: WrittenText }),
    sessionOf({ view: z.literal('incoming'), user: UserIdText.nullable() }),
  ]),
  { description: 'A session in a list. `view` says for which party it is.' },
)

export const OwnSessionOut = component(
  'OwnSession',
  z.object({
    hash: SessionHashText,
    user: UserIdText,
    requestingTenant: TenantIdText,
    tenant: TenantIdText,
    method: MethodName,
    grantedBy: z.array(TenantRequestIdText),
    reason: WrittenText,
    startedAt: InstantOut,
    endsAt: InstantOut,
    changesAt: InstantOut,
  }),
  { description: "The person's own live session. Its secret id is in no answer: the login keeps it." },
)

export const EndedSessionOut = component(
  'EndedSession',
  z.object({
    session: SessionHashText,
    tenant: TenantIdText,
    status: z.literal('ended'),
    endedAt: InstantOut,
    cause: EndCause,
    revision: RevisionOut,
  }),
)

/** What a command of several steps changed: ended sessions and requests. */
export const ChangedOut = z.array(z.union([EndedSessionOut, RequestSummaryOut]))

const DenyReasonName = component(
  'DenyReason',
  z.enum([
    ...['invalid-question', 'not-associated', 'pending', 'expired', 'revoked', 'rejected', 'withdrawn', 'lapsed', 'removed'],
    ...['no-facts', 'legacy-closed', 'legacy-not-permitted'],
  ] as const),
)

export const DecisionOut = component(
  'Decision',
  z.union([
    z.object({
      allowed: z.literal(true),
      reason: z.literal('granted'),
      grantedBy: z.array(TenantRequestIdText),
      changesAt: InstantOut.nullable(),
    }),
    z.object({ allowed: z.literal(true), reason: z.literal('legacy-permitted') }),
    z.object({ allowed: z.literal(false), reason: DenyReasonName, changesAt: InstantOut.nullable().optional() }),
  ]),
  { description: '`changesAt` is never a cache lifetime: a revocation may come at any time.' },
)

export const CountsOut = component(
  'Counts',
  z.partialRecord(
    oneOfValues([...new Set([...REQUEST_STATUSES, ...USER_STATUSES, ...SESSION_STATUSES])] as [string, ...string[]]),
    z.object({ count: z.int(), more: z.boolean() }),
  ),
  { description: 'How many rows have each status. `count` is exact up to 1,000; `more` says that there are more.' },
)

export const MeOut = component(
  'Me',
  z.object({
    user: UserIdText,
    tenant: TenantIdText,
    permissions: z.array(z.enum(['submit', 'answer'])),
    impersonating: z.object({ tenant: TenantIdText, method: MethodName }).nullable(),
    session: OwnSessionOut.nullable(),
    ended: z.union([z.object({ at: InstantOut, cause: EndCause }), z.object({ at: z.null(), cause: z.literal('not-found') })]).nullable(),
  }),
  { description: 'The person, their permissions, and whether they are inside a tenant. `ended` says why the session is over.' },
)
