/** The session store of the memory repository. */
import type { ConsentryEvent, SessionHash } from '../../domain/event.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import { type OpenSession, recordedEnd, type Session } from '../../domain/session-state.js'
import type { SessionRow, SessionStore } from '../../ports/repository.js'
import { assertNewIds, byStartDesc, earliestEndFirst, frozenCopy, MultiMap, page } from './parts.js'

/** The parts of the repository that the session store depends on. */
export interface Shared {
  /** The ids of all stored events. */
  readonly eventIds: { has(id: string): boolean }
  /** Appends a frozen event to the log. */
  readonly record: (event: ConsentryEvent) => void
  /** Returns a tenant's facts restricted to the requests that name or named a user. */
  readonly factsFor: (tenant: TenantId, user: UserId) => TenantFacts
  /** Returns the earliest grant of a tenant, in milliseconds; `null` if it never granted. */
  readonly governedSince: (tenant: TenantId) => Instant | null
}

/** Returns a session store that keeps sessions in memory, by hash. */
export function memorySessions({ eventIds, record, factsFor, governedSince }: Shared): SessionStore {
  const byHash = new Map<SessionHash, Session>()
  const byParty = new MultiMap()
  const open = new Map<SessionHash, OpenSession>()

  const row = <S extends Session>(session: S): SessionRow<S> => {
    const { tenant, user } = session
    return Object.freeze({ session, facts: factsFor(tenant, user), governedSince: governedSince(tenant) })
  }

  return {
    async saveSessionChanges(input) {
      const changes = frozenCopy(input)
      const current = changes.every(({ session }) => (byHash.get(session.hash)?.revision ?? 0) === session.revision - 1)
      if (!current || new Set(changes.map(({ session }) => session.hash)).size < changes.length) return 'conflict'
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
