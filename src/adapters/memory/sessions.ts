/** The sessions of the memory repository. */
import type { ConsentryEvent, SessionHash } from '../../domain/event.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import { type OpenSession, recordedEnd, type Session } from '../../domain/session-state.js'
import type { SessionRow, SessionStore } from '../../ports/repository.js'
import { assertNewIds, byStartDesc, earliestEndFirst, frozenCopy, MultiMap, page } from './parts.js'

/** What the sessions share with the rest of the repository. */
export interface Shared {
  /** The ids of all events. */
  readonly eventIds: { has(id: string): boolean }
  /** Adds an event that nobody else holds to the one log. */
  readonly record: (event: ConsentryEvent) => void
  /** The facts of a tenant as they concern a user. */
  readonly factsFor: (tenant: TenantId, user: UserId) => TenantFacts
  /** The earliest instant of a tenant's grants, `null` where it has made none. */
  readonly governedSince: (tenant: TenantId) => Instant | null
}

/** Sessions in memory, by their hashes. */
export function memorySessions({ eventIds, record, factsFor, governedSince }: Shared): SessionStore {
  const byHash = new Map<SessionHash, Session>()
  const byParty = new MultiMap()
  const open = new Map<SessionHash, OpenSession>()

  const row = <S extends Session>(session: S): SessionRow<S> => {
    const { tenant, user } = session
    return Object.freeze({ session, facts: factsFor(tenant, user), governedSince: governedSince(tenant) })
  }

  return {
    async saveSessionChanges(handed) {
      const changes = frozenCopy(handed)
      const fresh = changes.every(({ session }) => (byHash.get(session.hash)?.revision ?? 0) === session.revision - 1)
      if (!fresh || new Set(changes.map(({ session }) => session.hash)).size < changes.length) return 'conflict'
      assertNewIds(
        changes.map(({ event }) => event.id),
        eventIds,
      )
      for (const { session, event } of changes) {
        const { hash, requestingTenant, tenant } = session
        byHash.set(hash, session)
        for (const party of [requestingTenant, tenant]) byParty.add(party, hash)
        if (session.state === 'open') open.set(hash, session)
        else open.delete(hash)
        record(event)
      }
      return 'saved'
    },

    async session(hash) {
      const session = byHash.get(hash)
      return session && row(session)
    },

    async sessions({ requestingTenant, tenant, openAt, after, limit }) {
      const hashes = new Set([requestingTenant, tenant].flatMap((party) => (party === undefined ? [] : [...byParty.of(party)])))
      const rows = [...hashes]
        .flatMap((hash) => byHash.get(hash) ?? [])
        .filter((session) => session.requestingTenant === requestingTenant || session.tenant === tenant)
        .filter((session) => openAt === undefined || openAt < recordedEnd(session))
      return page(rows, byStartDesc, after, limit).map(row)
    },

    async openSessions({ after, limit }) {
      return page([...open.values()], earliestEndFirst, after, limit).map(row)
    },
  }
}
