/** What an event tells each party, out of the redacted history (SPEC 6.6, 12.1). */
import type { ConsentryEvent, SessionEvent, TenantRequestEvent } from '../domain/event.js'
import { historyEntry } from '../domain/history.js'
import type { Policy } from '../domain/policy.js'
import { usersRemovedBy } from '../domain/request-event.js'
import { requestTag } from '../domain/request-tag.js'
import type { Session } from '../domain/session-state.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import type { NoticeKind, NoticeParty } from './notice.js'

/** What must be known besides the event. */
export interface EventFacts {
  /** The event's tenant request, as last saved; `undefined` if it cannot be read. */
  readonly request?: TenantRequest | undefined
  /** The event's session, as last saved. */
  readonly session?: Session | undefined
  /** Whether a grant is the first one of its tenant. */
  readonly isFirstGrant: boolean
  readonly policy: Pick<Policy, 'showUsersToTenant'>
}

/** What one party is told. The `facts` are checked against the table before they are stored. */
export interface Told {
  readonly kind: NoticeKind
  readonly to: NoticeParty
  readonly facts: Readonly<Record<string, unknown>>
}

/** Returns what an event tells each party. */
export function toldBy(event: ConsentryEvent, facts: EventFacts): readonly Told[] {
  if (event.type === 'access-request.submitted') {
    const { accessRequest, name, message, associations } = event
    return [{ kind: 'submitted', to: requesterParty(event), facts: { accessRequest, name, message, associations } }]
  }
  return isSessionEvent(event) ? toldBySession(event, facts) : toldByRequest(event, facts)
}

/** Returns the party of a requesting tenant, a user of it, or a tenant asked. */
export function requesterParty({ requestingTenant }: { readonly requestingTenant: string }): NoticeParty {
  return { role: 'requester', tenant: requestingTenant }
}

/** Returns the parties of these users of a requesting tenant. */
export function userParties({ requestingTenant }: { readonly requestingTenant: string }, users: readonly string[]): readonly NoticeParty[] {
  return users.map((user) => ({ role: 'user', tenant: requestingTenant, user }))
}

function isSessionEvent(event: ConsentryEvent): event is SessionEvent {
  return event.type === 'impersonation.started' || event.type === 'impersonation.ended'
}

function toldByRequest(event: TenantRequestEvent, { request, isFirstGrant }: EventFacts): readonly Told[] {
  const { tenant, tenantRequest, accessRequest, requestingTenant } = event
  const { kind, common, requester, asked, toUser } = contentOf(event)
  const tag = requestTag(tenantRequest)
  const tenantEntry = historyEntry(event, tenant)
  // Who did it is shown to that person's own tenant only, as the history shows it.
  const colleague = tenantEntry?.user
  const forTenant = { tenantRequest, tag, requestingTenant, ...common, ...asked, ...(colleague && { by: colleague }) }
  const legacyClosed = kind === 'granted' && { legacyClosed: isFirstGrant }
  const users = event.type === 'tenant-request.received' ? event.users : concernedBy(event, request)
  return [
    ...(requester === undefined
      ? []
      : [{ kind, to: requesterParty(event), facts: { accessRequest, tenantRequest, tag, tenant, ...common, ...requester } }]),
    ...(toUser === undefined ? [] : userParties(event, users).map((to) => ({ kind, to, facts: { tenant, ...toUser } }))),
    ...(asked === undefined ? [] : [{ kind, to: { role: 'tenant', tenant } as const, facts: { ...forTenant, ...legacyClosed } }]),
  ]
}

/** The users whom an event concerns: whom it removes, or whom the request names after it. */
function concernedBy(event: TenantRequestEvent, request: TenantRequest | undefined): readonly string[] {
  const removed = event.type === 'tenant-request.granted' ? [] : usersRemovedBy(event)
  return removed.length > 0 ? removed : (request?.users ?? [])
}

interface Content {
  readonly kind: NoticeKind
  /** What requester and tenant both hear. */
  readonly common?: Readonly<Record<string, unknown>>
  /** What else each role hears; `undefined` for a role that hears nothing. */
  readonly requester?: Readonly<Record<string, unknown>> | undefined
  readonly asked?: Readonly<Record<string, unknown>> | undefined
  readonly toUser?: Readonly<Record<string, unknown>> | undefined
}

function contentOf(event: TenantRequestEvent): Content {
  const toAll = { requester: {}, asked: {}, toUser: {} }
  switch (event.type) {
    case 'tenant-request.received':
      // The requester has heard of all its tenants at once, by the submission.
      return { kind: 'received', asked: { message: event.message, answerBy: event.answerBy }, toUser: {} }
    case 'tenant-request.granted': {
      const { message, expiresAt, removedUsers } = event
      // To the requester at every grant: its absence would tell of another vendor.
      return {
        kind: 'granted',
        common: { message, expiresAt },
        requester: { legacyClosed: true, removedUsers },
        asked: {},
        toUser: { message, expiresAt },
      }
    }
    case 'tenant-request.rejected':
      return { ...toAll, kind: 'rejected', common: { message: event.message } }
    case 'tenant-request.revoked': {
      const { by, requestingTenant, tenant, message, removedUser } = event
      const isRequesters = by.tenant === requestingTenant && requestingTenant !== tenant
      if (!isRequesters) return { ...toAll, kind: 'revoked', common: { message } }
      return { ...toAll, kind: 'revoked-by-requester', requester: { by: by.user, removedUser } }
    }
    case 'tenant-request.withdrawn':
      return { ...toAll, kind: 'withdrawn', requester: { by: event.by.user, removedUser: event.removedUser } }
    case 'tenant-request.expiry-set': {
      const { expiresAt } = event
      return { kind: 'expiry-set', common: { expiresAt }, requester: {}, asked: {}, toUser: { expiresAt } }
    }
    case 'tenant-request.user-removed':
      return { kind: 'user-removed', requester: { user: event.removedUser }, toUser: {} }
    case 'tenant-request.expired':
      return { ...toAll, kind: 'expired' }
    case 'tenant-request.lapsed':
      return { kind: 'lapsed', requester: {}, asked: {} }
  }
}

function toldBySession(event: SessionEvent, { session: stored, policy }: EventFacts): readonly Told[] {
  const { session, tenant, requestingTenant } = event
  const started = event.type === 'impersonation.started' ? sessionStarted(event) : stored
  if (started === undefined) return []
  const { user, method, reason, grantedBy, startedAt, endsAt } = started
  const kind = event.type === 'impersonation.started' ? 'session-started' : 'session-ended'
  const last = event.type === 'impersonation.started' ? { endsAt } : { cause: event.cause }
  const answers = grantedBy.map((tenantRequest) => ({ tenantRequest, tag: requestTag(tenantRequest) }))
  const seen = policy.showUsersToTenant ? user : null
  return [
    { kind, to: requesterParty(event), facts: { session, tenant, user, method, reason, ...last } },
    ...userParties(event, [user]).map((to) => ({ kind, to, facts: { session, tenant, method, reason, ...last } }) as const),
    { kind, to: { role: 'tenant', tenant }, facts: { session, requestingTenant, user: seen, startedAt, answers, ...last } },
  ]
}

function sessionStarted(event: Extract<SessionEvent, { type: 'impersonation.started' }>) {
  const { by, method, reason, grantedBy, at, endsAt } = event
  return { user: by.user, method, reason, grantedBy, startedAt: at, endsAt }
}
