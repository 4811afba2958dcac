/** A correct repository that uses every freedom of the port, so that no contract test checks more. */
import { memoryRepository } from '../../src/adapters/memory.js'
import { AccessRequest } from '../../src/domain/access-request.js'
import { ConsentryEvent } from '../../src/domain/event.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import { compareIds, type UserId } from '../../src/domain/ids.js'
import { Session } from '../../src/domain/session-state.js'
import { TenantRequest } from '../../src/domain/tenant-request-state.js'
import { FEED_START, feedChanged } from '../../src/ports/event-feed.js'
import type { Repository, SessionRow } from '../../src/ports/repository.js'
import { ALL, allEvents, aroundSaves, feedPage, yieldToOthers } from './faulty/faults.js'

export function liberalRepository(): Repository {
  const { subscribe, ...inner } = strictRepository()
  const late = { ...inner }
  for (const [name, method] of Object.entries(inner) as [string, (...values: unknown[]) => Promise<unknown>][])
    Reflect.set(late, name, async (...values: unknown[]) => {
      await yieldToOthers()
      return structuredClone(await method(...values))
    })
  const readEvents = withGaps(late)
  let seen = FEED_START
  return {
    ...late,
    facts: async (tenant) => reversed(await late.facts(tenant)),
    factsFor: async (tenant, user) => reversed(narrowed(await late.factsFor(tenant, user), user)),
    factsOfUser: async (user) => (await late.factsOfUser(user)).map((facts) => reversed(narrowed(facts, user))),
    session: async (hash) => {
      const row = await late.session(hash)
      return row && withFewerUsers(row)
    },
    sessions: async (query) => (await late.sessions(query)).map(withFewerUsers),
    openSessions: async (query) => (await late.openSessions(query)).map(withFewerUsers),
    myAccess: async (query) => (await late.myAccess(query)).map((row) => ({ ...row, requests: row.requests.toReversed() })),
    readEvents,
    // `stable` lags: it is the end of the feed at the previous call.
    async positions() {
      const stable = seen
      seen = (await readEvents({ after: FEED_START, limit: ALL })).position
      return { stable, latest: seen }
    },
    // Notifies early, twice, late, and without a change.
    subscribe: async ({ onChange, onDisconnect }) => {
      const timer = setInterval(onChange, 50)
      const stop = await subscribe?.({ onChange: () => setImmediate(onChange), onDisconnect })
      return async () => {
        clearInterval(timer)
        await stop?.()
        await yieldToOthers()
      }
    },
  }
}

/** Assigns positions on the first read, with gaps; unread events are ordered by revision. */
function withGaps(inner: Repository): Repository['readEvents'] {
  const placed: ConsentryEvent[] = []
  const known = new Set<string>()
  return async ({ after, limit }) => {
    const events = (await allEvents(inner)).filter(({ id }) => !known.has(id))
    placed.push(...events.sort((a, b) => a.revision - b.revision || compareIds(b.id, a.id)))
    for (const { id } of events) known.add(id)
    const before = Math.floor(after.at / 3)
    if (after.at > 0 && (after.at % 3 > 0 || placed[before - 1]?.id !== after.event)) throw feedChanged()
    const entries = structuredClone(placed.slice(before, before + limit)).map((event, n) => ({
      position: { at: 3 * (before + n + 1), event: event.id },
      event,
    }))
    return feedPage(entries, after)
  }
}

function strictRepository(): Repository {
  const inner = memoryRepository()
  const saves = aroundSaves(inner, (events, save) => {
    for (const event of events) ConsentryEvent.parse(event)
    return save()
  })
  return {
    ...inner,
    async saveSubmission(submitted) {
      AccessRequest.parse(submitted.request)
      for (const request of submitted.tenantRequests) TenantRequest.parse(request)
      return saves.saveSubmission(submitted)
    },
    async saveChanges(changes) {
      for (const { request } of changes) TenantRequest.parse(request)
      return saves.saveChanges(changes)
    },
    async saveSessionChanges(changes) {
      for (const { session } of changes) Session.parse(session)
      return saves.saveSessionChanges(changes)
    },
  }
}

function withFewerUsers<S extends Session>({ session, facts, governedSince }: SessionRow<S>): SessionRow<S> {
  return { governedSince, facts: reversed(narrowed(facts, session.user)), session }
}

const reversed = (facts: TenantFacts) => ({ ...facts, requests: facts.requests.toReversed() })

/** Removes the other users from the facts for one user, which an adapter may omit. */
export function narrowed(facts: TenantFacts, user: UserId): TenantFacts {
  const requests = facts.requests.map((request) => ({
    ...request,
    users: request.users.filter((one) => one === user),
    removed: request.removed.filter((one) => one.user === user),
  }))
  return { ...facts, requests }
}
