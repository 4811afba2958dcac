/** A custom repository in one JSON file: each write replaces the file, each read validates it. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import {
  AccessRequest,
  ConsentryEvent,
  compareIds,
  countMyAccessOver,
  decisiveRequests,
  type EventKey,
  feedChanged,
  fold,
  type HistoryRow,
  idsInEvent,
  idsInHistoryRow,
  idsInRequest,
  isInHistory,
  isListed,
  isOpen,
  isOpenGrant,
  myAccessOver,
  OUTCOME_EVENTS,
  type Position,
  type Repository,
  type RequestFacts,
  recordedEnd,
  requestListsOver,
  requestsOfSession,
  requestsOfUser,
  Session,
  type SessionRow,
  type TenantFacts,
  type TenantId,
  TenantRequest,
  type TenantRequestEvent,
  toFacts,
  type UserId,
  upToPageIds,
  userStatusAt,
} from 'consentry/repository'
import { z } from 'zod'

const Stored = z.strictObject({
  accessRequests: z.array(AccessRequest),
  tenantRequests: z.array(TenantRequest),
  governed: z.array(z.strictObject({ tenant: z.string(), since: z.int() })),
  events: z.array(ConsentryEvent),
  sessions: z.array(Session),
})
type Stored = z.infer<typeof Stored>

const EMPTY: Stored = { accessRequests: [], tenantRequests: [], governed: [], events: [], sessions: [] }

/** Returns a repository in the file at `path`, created on the first write. For one process: only it queues its writes. */
export function jsonFileRepository(path: string): Repository {
  let lastWrite: Promise<unknown> = Promise.resolve()
  let lastRead = { text: '', stored: EMPTY }

  // A file that cannot be read or parsed rejects, so that no decision is based on invalid data. The same text is parsed once;
  // the schemas freeze their output, so it can be returned without a copy.
  const load = async (): Promise<Stored> => {
    const text = await readFile(path, 'utf8').catch((error) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)))
    if (text === undefined) return EMPTY
    if (text !== lastRead.text) lastRead = { text, stored: Stored.parse(JSON.parse(text)) }
    return lastRead.stored
  }
  const write = async (stored: Stored): Promise<void> => {
    await writeFile(`${path}.new`, JSON.stringify(stored), { flush: true })
    await rename(`${path}.new`, path)
  }
  const enqueueWrite = <T>(work: () => Promise<T>): Promise<T> => {
    const result = lastWrite.then(work)
    lastWrite = result.catch(() => {})
    return result
  }
  const lists = async () => {
    const stored = await load()
    const { tenantRequests, accessRequests } = stored
    return requestListsOver({
      requestsTo: (asked) => tenantRequests.filter(({ tenant }) => tenant === asked),
      requestsBy: (sender) => tenantRequests.filter(({ requestingTenant }) => requestingTenant === sender),
      submissionsBy: (sender) =>
        new Map(accessRequests.filter(({ requestingTenant }) => requestingTenant === sender).map((one) => [one.id, one])),
      governedSince: (tenant) => sinceOf(stored, tenant),
    })
  }
  const requests = async (matches: (request: TenantRequest) => boolean) => (await load()).tenantRequests.filter(matches)

  return {
    saveSubmission: ({ request, tenantRequests, events }, cap) =>
      enqueueWrite(async () => {
        const stored = await load()
        const existing = stored.accessRequests.find(
          ({ requestingTenant, id }) => requestingTenant === request.requestingTenant && id === request.id,
        )
        if (existing) return { existing }
        const openIn = (tenant: TenantId, now: number) =>
          stored.tenantRequests.filter(
            (one) => one.tenant === tenant && one.requestingTenant === request.requestingTenant && isOpen(one, now),
          ).length
        const asked = tenantRequests.map(({ tenant }) => tenant)
        const tooManyOpen = asked.filter((tenant) => cap !== undefined && openIn(tenant, cap.now) >= cap.maxOpen)
        if (tooManyOpen.length > 0) return { tooManyOpen: tooManyOpen.sort(compareIds) }
        assertUniqueIds([...stored.tenantRequests, ...tenantRequests])
        assertUniqueIds([...stored.events, ...events])
        await write({
          ...stored,
          accessRequests: [...stored.accessRequests, request],
          tenantRequests: [...stored.tenantRequests, ...tenantRequests],
          events: [...stored.events, ...events],
        })
        return { saved: true }
      }),

    saveChanges: (changes) =>
      enqueueWrite(async () => {
        const stored = await load()
        const byId = new Map(stored.tenantRequests.map((request) => [request.id, request]))
        const isNext = ({ id, revision }: TenantRequest) => byId.get(id)?.revision === revision - 1
        const named = new Set(changes.map(({ request }) => request.id))
        if (named.size < changes.length || !changes.every(({ request }) => isNext(request))) return 'conflict'
        const events = [...stored.events, ...changes.map(({ event }) => event)]
        assertUniqueIds(events)
        const since = new Map(stored.governed.map((one) => [one.tenant, one.since]))
        for (const { request, event } of changes) {
          byId.set(request.id, request)
          if (event.type === 'tenant-request.granted') since.set(event.tenant, Math.min(event.at, since.get(event.tenant) ?? event.at))
        }
        const governed = [...since].map(([tenant, at]) => ({ tenant, since: at }))
        await write({ ...stored, tenantRequests: [...byId.values()], governed, events })
        return 'saved'
      }),

    accessRequest: async (tenant, id) =>
      (await load()).accessRequests.find((request) => request.requestingTenant === tenant && request.id === id),
    tenantRequests: (ids, party) =>
      requests(
        ({ id, tenant, requestingTenant }) => ids.includes(id) && (party === undefined || party === tenant || party === requestingTenant),
      ),
    tenantRequestsOf: async (tenant, accessRequest) =>
      (await requests((request) => request.requestingTenant === tenant && request.accessRequest === accessRequest))
        .sort((a, b) => compareIds(a.tenant, b.tenant))
        .map(({ id, tenant }) => ({ id, tenant })),
    openRequestsNaming: async ({ requestingTenant, user, after, limit }) => {
      const open = await requests(
        (request) =>
          request.requestingTenant === requestingTenant &&
          request.users.includes(user) &&
          (request.state === 'pending' || request.state === 'granted'),
      )
      const rows = open.map(({ id }) => id)
      return firstPage(rows, (id) => [id], after === undefined ? undefined : [after], limit)
    },
    openRequestsBetween: async ({ requestingTenant, tenant, after, limit }) => {
      const open = await requests(
        (request) =>
          request.requestingTenant === requestingTenant &&
          request.tenant === tenant &&
          (request.state === 'pending' || request.state === 'granted'),
      )
      const rows = open.map(({ id }) => id)
      return firstPage(rows, (id) => [id], after === undefined ? undefined : [after], limit)
    },
    tenantSummaries: async ({ requestingTenant, tenants, now }) => {
      const sent = await requests((request) => request.requestingTenant === requestingTenant)
      return [...new Set(tenants)].sort(compareIds).map((tenant) => {
        const own = sent.filter((request) => request.tenant === tenant)
        return { tenant, open: own.filter((one) => isOpen(one, now)).length, everGranted: own.some((one) => 'grantedAt' in one) }
      })
    },
    dueRequests: async ({ now, after, limit }) => {
      const rows = (await load()).tenantRequests.flatMap((request) => {
        const dueAt = request.state === 'granted' ? request.expiresAt : request.state === 'pending' ? request.answerBy : null
        return dueAt !== null && dueAt <= now ? [{ dueAt, id: request.id }] : []
      })
      return firstPage(rows, ({ dueAt, id }) => [dueAt, id], after && [after.dueAt, after.id], limit)
    },

    factsFor: async ({ tenant, user, from, now }) => {
      const stored = await load()
      return factsOf(stored, tenant, decisiveRequests(user, sentBy(from, requestsAbout(stored, tenant, user)), now))
    },
    factsForMany: async (queries) => {
      const stored = await load()
      return queries.map(({ tenant, user, from, now }) =>
        factsOf(stored, tenant, decisiveRequests(user, sentBy(from, requestsAbout(stored, tenant, user)), now)),
      )
    },
    factsPage: async ({ tenant, openAt, after, limit }) => {
      const stored = await load()
      const rows = stored.tenantRequests
        .filter((request) => request.tenant === tenant && (openAt === undefined || isOpenGrant(request, openAt)))
        .map(toFacts)
      const first = firstPage(rows, ({ sentAt, id }) => [sentAt, id], after && [after.sentAt, after.id], limit)
      return factsOf(stored, tenant, upToPageIds(first, idsInRequest))
    },
    grantsOfUser: async ({ user, from, now, after, limit }) => {
      const stored = await load()
      const grants = sentBy(from, stored.tenantRequests).filter((one) => isOpenGrant(one, now) && one.users.includes(user))
      const tenants = [...new Set(grants.map(({ tenant }) => tenant))]
      return firstPage(tenants, (tenant) => [tenant], after === undefined ? undefined : [after], limit).map((tenant) => {
        const own = grants.filter((grant) => grant.tenant === tenant).map(toFacts)
        return factsOf(stored, tenant, decisiveRequests(user, own, now))
      })
    },

    incoming: async (query) => (await lists()).incoming(query),
    outgoing: async (query) => (await lists()).outgoing(query),
    accessRequests: async (query) => (await lists()).accessRequests(query),
    countRequests: async (query) => (await lists()).countRequests(query),
    grants: async (query) => (await lists()).grants(query),
    myAccess: async (query) => myAccessOver((await load()).tenantRequests, query),
    countMyAccess: async (query) => countMyAccessOver((await load()).tenantRequests, query),
    history: async (query) => {
      const { requestingTenant, after, limit } = query
      const { events } = await load()
      const rows = events.filter((event) => isInHistory(event, query))
      // The position decides between events of one instant. An event that is not stored is before all others.
      const positionOf = new Map(events.map(({ id }, n) => [id, n]))
      const keyOf = ({ at, id }: EventKey) => [at, positionOf.get(id) ?? -1]
      const toRow = (event: ConsentryEvent): HistoryRow => {
        if (event.requestingTenant === requestingTenant) return { event, request: usersAfter(events, event) }
        return { event: event.type === 'tenant-request.received' ? { ...event, users: [] } : event, request: null }
      }
      return upToPageIds(page(rows, keyOf, after && keyOf(after), limit).map(toRow), idsInHistoryRow)
    },

    saveSessionChanges: (changes, cap) =>
      enqueueWrite(async () => {
        const stored = await load()
        const byHash = new Map(stored.sessions.map((session) => [session.hash, session]))
        const isNext = ({ hash, revision }: Session) => (byHash.get(hash)?.revision ?? 0) === revision - 1
        const named = new Set(changes.map(({ session }) => session.hash))
        if (named.size < changes.length || !changes.every(({ session }) => isNext(session))) return 'conflict'
        const events = [...stored.events, ...changes.map(({ event }) => event)]
        assertUniqueIds(events)
        for (const { session } of changes) byHash.set(session.hash, session)
        const sessions = [...byHash.values()]
        const starters = changes.flatMap(({ session }) => (session.revision === 1 ? [session.user] : []))
        const liveOf = (user: UserId, now: number) => sessions.filter((one) => one.user === user && canBeLive(stored, one, now)).length
        if (cap !== undefined && starters.some((user) => liveOf(user, cap.now) > cap.maxLive)) return 'too-many-live'
        await write({ ...stored, sessions, events })
        return 'saved'
      }),
    sessionRows: async ({ hashes, now }) => {
      const stored = await load()
      return stored.sessions.filter(({ hash }) => hashes.includes(hash)).map(rowIn(stored, now))
    },
    sessions: async (query) => {
      const { now, liveOnly, after, limit } = query
      const stored = await load()
      const rows = stored.sessions
        .filter((session) => isListed(session, query))
        .filter((session) => liveOnly !== true || canBeLive(stored, session, now))
      return page(rows, ({ startedAt, hash }) => [startedAt, hash], after && [after.startedAt, after.hash], limit).map(rowIn(stored, now))
    },
    openSessions: async ({ requestingTenant, tenant, after, limit }) => {
      const rows = (await load()).sessions
        .filter((one) => tenant === undefined || (one.tenant === tenant && one.requestingTenant === requestingTenant))
        .flatMap(({ state, endsAt, hash }) => (state === 'open' ? [{ endsAt, hash }] : []))
      return firstPage(rows, ({ endsAt, hash }) => [endsAt, hash], after && [after.endsAt, after.hash], limit)
    },

    // Events are only appended, so an index in the list is a position.
    readEvents: async ({ after, limit, types }) => {
      const { events } = await load()
      if (after.at > 0 && events[after.at - 1]?.id !== after.event) throw feedChanged()
      const isAsked = ({ type }: ConsentryEvent) => types === undefined || types.includes(type)
      const read = upToPageIds(events.slice(after.at, after.at + limit), (event) => (isAsked(event) ? idsInEvent(event) : 0))
      const entries = read.map((event, n) => ({ position: { at: after.at + n + 1, event: event.id }, event }))
      const position = entries.at(-1)?.position ?? after
      return { entries: entries.filter(({ event }) => isAsked(event)), position, latest: endOf(events) }
    },
    positions: async () => {
      const end = endOf((await load()).events)
      return { stable: end, latest: end }
    },
    requestPage: async ({ after, limit }) => {
      const rows = (await load()).tenantRequests.map(toFacts)
      const keyOf = ({ tenant, sentAt, id }: { tenant: TenantId; sentAt: number; id: string }) => [tenant, sentAt, id]
      return upToPageIds(firstPage(rows, keyOf, after && keyOf(after), limit), idsInRequest)
    },
    governedTenantPage: async ({ after, limit }) => {
      const rows = (await load()).governed.map(({ tenant }) => tenant)
      return firstPage(rows, (tenant) => [tenant], after === undefined ? undefined : [after], limit)
    },
  }
}

function endOf(events: readonly ConsentryEvent[]): Position {
  return { at: events.length, event: events.at(-1)?.id ?? null }
}

// Returns the users of a request as an answer or an end left them; `null` for other events.
function usersAfter(events: readonly ConsentryEvent[], event: ConsentryEvent): HistoryRow['request'] {
  const outcomes: readonly string[] = OUTCOME_EVENTS
  if (!('tenantRequest' in event) || !outcomes.includes(event.type)) return null
  const isPast = (one: ConsentryEvent): one is TenantRequestEvent =>
    'tenantRequest' in one && one.tenantRequest === event.tenantRequest && one.revision <= event.revision
  const { users, removed } = fold(events.filter(isPast))
  return { users, removed }
}

function factsOf(stored: Stored, tenant: TenantId, requests: readonly RequestFacts[]): TenantFacts {
  return { tenant, governed: sinceOf(stored, tenant) !== null, requests }
}

function sentBy<R extends RequestFacts>(from: TenantId | null, requests: readonly R[]): readonly R[] {
  return requests.filter(({ requestingTenant }) => from === null || requestingTenant === from)
}

function requestsAbout({ tenantRequests }: Stored, tenant: TenantId, user: UserId): RequestFacts[] {
  return tenantRequests.filter((request) => request.tenant === tenant && namesOrNamed(user, request)).map(toFacts)
}

// Session and facts come from one read of the file, so they are one snapshot.
function rowIn(stored: Stored, now: number): (session: Session) => SessionRow {
  return (session) => {
    const { tenant, user } = session
    const facts = factsOf(stored, tenant, requestsOfSession(session, requestsAbout(stored, tenant, user), now))
    return { session, facts, governedSince: sinceOf(stored, tenant) }
  }
}

function canBeLive(stored: Stored, session: Session, now: number): boolean {
  const { tenant, user, requestingTenant, method } = session
  if (recordedEnd(session) <= now) return false
  if (method !== 'access-request' && sinceOf(stored, tenant) === null) return true
  const sent = sentBy(requestingTenant, requestsAbout(stored, tenant, user))
  return userStatusAt(requestsOfUser(user, sent), now) === 'granted'
}

function sinceOf({ governed }: Stored, tenant: TenantId): number | null {
  return governed.find((one) => one.tenant === tenant)?.since ?? null
}

function namesOrNamed(user: UserId, request: TenantRequest): boolean {
  return requestsOfUser(user, [request]).length > 0
}

function assertUniqueIds(rows: readonly { readonly id: string }[]): void {
  if (new Set(rows.map(({ id }) => id)).size !== rows.length) throw new Error('an id is already taken or used twice in one call')
}

type Key = readonly (number | string)[]

// Returns the first `limit` rows after `after`, greatest key first.
function page<Row>(rows: readonly Row[], keyOf: (row: Row) => Key, after: Key | undefined, limit: number): Row[] {
  return pageIn(-1, rows, keyOf, after, limit)
}

// Returns the first `limit` rows after `after`, smallest key first.
function firstPage<Row>(rows: readonly Row[], keyOf: (row: Row) => Key, after: Key | undefined, limit: number): Row[] {
  return pageIn(1, rows, keyOf, after, limit)
}

function pageIn<Row>(direction: 1 | -1, rows: readonly Row[], keyOf: (row: Row) => Key, after: Key | undefined, limit: number): Row[] {
  return rows
    .filter((row) => after === undefined || direction * compareKeys(keyOf(row), after) > 0)
    .sort((a, b) => direction * compareKeys(keyOf(a), keyOf(b)))
    .slice(0, limit)
}

function compareKeys(a: Key, b: Key): number {
  const at = a.findIndex((part, index) => part !== b[index])
  return at < 0 ? 0 : (a[at] as string) < (b[at] as string) ? -1 : 1
}
