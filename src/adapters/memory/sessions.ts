/** The session store of the memory repository. */
import { requestsOfSession } from '../../domain/decisive-requests.js'
import type { ConsentryEvent } from '../../domain/event.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { SessionHash } from '../../domain/session-hash.js'
import { type OpenSession, recordedEnd, type Session } from '../../domain/session-state.js'
import { holdingGrants, type RequestFacts, requestsOfUser } from '../../domain/status.js'
import { page } from '../../ports/page.js'
import type { SessionRow, SessionStore } from '../../ports/repository.js'
import { isListed } from '../../ports/sessions-query.js'
import { assertNewIds, byStartDesc, earliestEndFirst, frozenCopy, MultiMap } from './parts.js'

/** The parts of the repository that the session store depends on. */
export interface Shared {
  /** The ids of all stored events. */
  readonly eventIds: { has(id: string): boolean }
  /** Appends a frozen event to the log. */
  readonly record: (event: ConsentryEvent) => void
  /** Returns a tenant's requests that name or named a user. */
  readonly requestsOf: (tenant: TenantId, user: UserId) => readonly RequestFacts[]
  /** Returns a tenant's facts with these requests. */
  readonly factsOf: (tenant: TenantId, requests: readonly RequestFacts[]) => TenantFacts
  /** Returns the earliest grant of a tenant, in milliseconds; `null` if it never granted. */
  readonly governedSince: (tenant: TenantId) => Instant | null
}

/** Returns a session store that keeps sessions in memory, by hash. */
export function memorySessions({ eventIds, record, requestsOf, factsOf, governedSince }: Shared): SessionStore {
  const byHash = new Map<SessionHash, Session>()
  const byParty = new MultiMap()
  const byUser = new MultiMap()
  const open = new Map<SessionHash, OpenSession>()

  const load = (hashes: Iterable<SessionHash>): Session[] => [...hashes].flatMap((hash) => byHash.get(hash) ?? [])
  const rowAt = (session: Session, now: Instant): SessionRow => {
    const { tenant, user } = session
    const facts = factsOf(tenant, requestsOfSession(session, requestsOf(tenant, user), now))
    return Object.freeze({ session, facts, governedSince: governedSince(tenant) })
  }
  const canBeLive = (session: Session, now: Instant): boolean => {
    const { tenant, user, requestingTenant, method } = session
    if (recordedEnd(session) <= now) return false
    if (method !== 'access-request' && governedSince(tenant) === null) return true
    const sent = requestsOf(tenant, user).filter((request) => request.requestingTenant === requestingTenant)
    return holdingGrants(requestsOfUser(user, sent), now).length > 0
  }

  return {
    async saveSessionChanges(input, cap) {
      const changes = frozenCopy(input)
      const current = changes.every(({ session }) => (byHash.get(session.hash)?.revision ?? 0) === session.revision - 1)
      if (!current || new Set(changes.map(({ session }) => session.hash)).size < changes.length) return 'conflict'
      if (cap !== undefined) {
        const changed = new Map(changes.map(({ session }) => [session.hash, session]))
        const starters = new Set(changes.flatMap(({ session: { user, revision } }) => (revision === 1 ? [user] : [])))
        for (const user of starters) {
          const after = [...load(byUser.of(user)).filter(({ hash }) => !changed.has(hash)), ...changed.values()]
          if (after.filter((session) => session.user === user && canBeLive(session, cap.now)).length > cap.maxLive) return 'too-many-live'
        }
      }
      assertNewIds(
        changes.map(({ event }) => event.id),
        eventIds,
      )
      for (const { session, event } of changes) {
        const { hash, requestingTenant, tenant, user } = session
        byHash.set(hash, session)
        byUser.add(user, hash)
        for (const party of [requestingTenant, tenant]) byParty.add(party, hash)
        if (session.state === 'open') open.set(hash, session)
        else open.delete(hash)
        record(event)
      }
      return 'saved'
    },

    async sessionRows({ hashes, now }) {
      return load(new Set(hashes)).map((session) => rowAt(session, now))
    },

    async sessions(query) {
      const { requestingTenant, tenant, user, now, liveOnly, after, limit } = query
      const ofParties = [requestingTenant, tenant].flatMap((party) => (party === undefined ? [] : [...byParty.of(party)]))
      const rows = load(new Set([...ofParties, ...(user === undefined ? [] : byUser.of(user))]))
        .filter((session) => isListed(session, query))
        .filter((session) => liveOnly !== true || canBeLive(session, now))
      return page(rows, byStartDesc, after, limit).map((session) => rowAt(session, now))
    },

    async openSessions({ requestingTenant, tenant, after, limit }) {
      const found = [...open.values()].filter(
        (session) => tenant === undefined || (session.tenant === tenant && session.requestingTenant === requestingTenant),
      )
      return page(found, earliestEndFirst, after, limit).map(({ endsAt, hash }) => ({ endsAt, hash }))
    },
  }
}
