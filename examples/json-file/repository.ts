/** A custom repository in one JSON file: each write replaces the file, each read validates it. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import {
  AccessRequest,
  ConsentryEvent,
  compareIds,
  type EventKey,
  feedChanged,
  type Repository,
  recordedEnd,
  requestsOfUser,
  Session,
  type SessionRow,
  statusAt,
  TENANT_EVENTS,
  type TenantFacts,
  type TenantId,
  TenantRequest,
  toFacts,
  type UserId,
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
  const requests = async (matches: (request: TenantRequest) => boolean) => (await load()).tenantRequests.filter(matches)

  return {
    saveSubmission: ({ request, tenantRequests, events }) =>
      enqueueWrite(async () => {
        const stored = await load()
        const existing = stored.accessRequests.find(
          ({ requestingTenant, id }) => requestingTenant === request.requestingTenant && id === request.id,
        )
        if (existing) return { existing }
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
    tenantRequest: async (id) => (await requests((request) => request.id === id))[0],
    tenantRequestsOf: async (tenant, accessRequest) =>
      (await requests((request) => request.requestingTenant === tenant && request.accessRequest === accessRequest)).sort((a, b) =>
        compareIds(a.tenant, b.tenant),
      ),
    openRequestsNaming: async (tenant, user) =>
      (
        await requests(
          ({ requestingTenant, users, state }) =>
            requestingTenant === tenant && users.includes(user) && (state === 'pending' || state === 'granted'),
        )
      ).sort((a, b) => compareIds(a.id, b.id)),
    dueRequests: async (now, limit) =>
      (await requests((request) => request.state === 'granted' && endOf(request) <= now))
        .sort((a, b) => endOf(a) - endOf(b) || compareIds(a.id, b.id))
        .slice(0, limit),

    facts: async (tenant) => factsOf(await load(), tenant),
    factsFor: async (tenant, user) => factsOf(await load(), tenant, user),
    factsOfUser: async (user) => {
      const stored = await load()
      return byTenantOf(stored, user).map(([tenant, own]) => factsOf({ ...stored, tenantRequests: own }, tenant))
    },

    incoming: async ({ tenant, status, now, after, limit }) => {
      const rows = await requests((request) => request.tenant === tenant && (status === undefined || statusAt(request, now) === status))
      return page(rows, ({ sentAt, id }) => [sentAt, id], after && [after.sentAt, after.id], limit)
    },
    outgoing: async ({ requestingTenant, accessRequest, status, now, after, limit }) => {
      const stored = await load()
      const sent = stored.accessRequests.filter((request) => request.requestingTenant === requestingTenant)
      const names = new Map(sent.map(({ id, name }) => [id, name]))
      const rows = stored.tenantRequests.filter(
        (request) =>
          request.requestingTenant === requestingTenant &&
          (accessRequest === undefined || request.accessRequest === accessRequest) &&
          (status === undefined || statusAt(request, now) === status),
      )
      return page(rows, ({ sentAt, id }) => [sentAt, id], after && [after.sentAt, after.id], limit).map((request) => ({
        request,
        name: names.get(request.accessRequest) ?? '',
      }))
    },
    myAccess: async ({ requestingTenant, user, status, now, after, limit }) => {
      const stored = await load()
      const rows = byTenantOf(stored, user, requestingTenant)
        .map(([tenant, own]) => ({ tenant, sentAt: Math.min(...own.map(({ sentAt }) => sentAt)), requests: own }))
        .filter((row) => status === undefined || userStatusAt(requestsOfUser(user, row.requests), now) === status)
      return page(rows, ({ sentAt, tenant }) => [sentAt, tenant], after && [after.sentAt, after.tenant], limit)
    },
    history: async ({ requestingTenant, tenant, after, limit }) => {
      const shown: readonly string[] = TENANT_EVENTS
      const { events } = await load()
      const rows = events.filter(
        (event) => event.requestingTenant === requestingTenant || (event.tenant === tenant && shown.includes(event.type)),
      )
      // The position decides between events of one instant. An event that is not stored is before all others.
      const positionOf = new Map(events.map(({ id }, n) => [id, n]))
      const keyOf = ({ at, id }: EventKey) => [at, positionOf.get(id) ?? -1]
      return page(rows, keyOf, after && keyOf(after), limit)
    },

    saveSessionChanges: (changes) =>
      enqueueWrite(async () => {
        const stored = await load()
        const byHash = new Map(stored.sessions.map((session) => [session.hash, session]))
        const isNext = ({ hash, revision }: Session) => (byHash.get(hash)?.revision ?? 0) === revision - 1
        const named = new Set(changes.map(({ session }) => session.hash))
        if (named.size < changes.length || !changes.every(({ session }) => isNext(session))) return 'conflict'
        const events = [...stored.events, ...changes.map(({ event }) => event)]
        assertUniqueIds(events)
        for (const { session } of changes) byHash.set(session.hash, session)
        await write({ ...stored, sessions: [...byHash.values()], events })
        return 'saved'
      }),
    session: async (hash) => {
      const stored = await load()
      return stored.sessions.filter((session) => session.hash === hash).map(rowIn(stored))[0]
    },
    sessions: async ({ requestingTenant, tenant, openAt, after, limit }) => {
      const stored = await load()
      const rows = stored.sessions
        .filter((session) => session.requestingTenant === requestingTenant || session.tenant === tenant)
        .filter((session) => openAt === undefined || openAt < recordedEnd(session))
      return page(rows, ({ startedAt, hash }) => [startedAt, hash], after && [after.startedAt, after.hash], limit).map(rowIn(stored))
    },
    openSessions: async ({ after, limit }) => {
      const stored = await load()
      return stored.sessions
        .filter((session) => session.state === 'open')
        .filter(({ endsAt, hash }) => after === undefined || compareKeys([endsAt, hash], [after.endsAt, after.hash]) > 0)
        .sort((a, b) => compareKeys([a.endsAt, a.hash], [b.endsAt, b.hash]))
        .slice(0, limit)
        .map(rowIn(stored))
    },

    // Events are only appended, so an index in the list is a position.
    readEvents: async ({ after, limit }) => {
      const { events } = await load()
      if (after.at > 0 && events[after.at - 1]?.id !== after.event) throw feedChanged()
      const page = events.slice(after.at, after.at + limit)
      const entries = page.map((event, n) => ({ position: { at: after.at + n + 1, event: event.id }, event }))
      return { entries, position: entries.at(-1)?.position ?? after }
    },
    positions: async () => {
      const { events } = await load()
      const end = { at: events.length, event: events.at(-1)?.id ?? null }
      return { stable: end, latest: end }
    },
    requestPage: async ({ after, limit }) => {
      const rows = (await load()).tenantRequests.map((request) => ({ key: [request.tenant, request.sentAt, request.id], request }))
      return rows
        .filter(({ key }) => after === undefined || compareKeys(key, [after.tenant, after.sentAt, after.id]) > 0)
        .sort((a, b) => compareKeys(a.key, b.key))
        .slice(0, limit)
        .map(({ request }) => toFacts(request))
    },
    governedTenantPage: async ({ after, limit }) =>
      (await load()).governed
        .map(({ tenant }) => tenant)
        .filter((tenant) => after === undefined || compareIds(after, tenant) < 0)
        .sort(compareIds)
        .slice(0, limit),
  }
}

function factsOf(stored: Stored, tenant: TenantId, user?: UserId): TenantFacts {
  const requests = stored.tenantRequests.filter(
    (request) => request.tenant === tenant && (user === undefined || namesOrNamed(user, request)),
  )
  return { tenant, governed: sinceOf(stored, tenant) !== null, requests: requests.map(toFacts) }
}

// Session and facts come from one read of the file, so they are one snapshot.
function rowIn(stored: Stored): <S extends Session>(session: S) => SessionRow<S> {
  return (session) => ({
    session,
    facts: factsOf(stored, session.tenant, session.user),
    governedSince: sinceOf(stored, session.tenant),
  })
}

function sinceOf({ governed }: Stored, tenant: TenantId): number | null {
  return governed.find((one) => one.tenant === tenant)?.since ?? null
}

function namesOrNamed(user: UserId, request: TenantRequest): boolean {
  return requestsOfUser(user, [request]).length > 0
}

function byTenantOf({ tenantRequests }: Stored, user: UserId, from?: TenantId): [TenantId, TenantRequest[]][] {
  const groups = new Map<TenantId, TenantRequest[]>()
  const sent = from === undefined ? tenantRequests : tenantRequests.filter(({ requestingTenant }) => requestingTenant === from)
  for (const request of sent.filter((one) => namesOrNamed(user, one))) {
    groups.set(request.tenant, [...(groups.get(request.tenant) ?? []), request])
  }
  return [...groups].sort(([a], [b]) => compareIds(a, b))
}

function endOf(request: TenantRequest): number {
  return request.state === 'granted' ? (request.expiresAt ?? Infinity) : Infinity
}

function assertUniqueIds(rows: readonly { readonly id: string }[]): void {
  if (new Set(rows.map(({ id }) => id)).size !== rows.length) throw new Error('an id is already taken or used twice in one call')
}

type Key = readonly (number | string)[]

// Returns the first `limit` rows after `after`, greatest key first.
function page<Row>(rows: readonly Row[], keyOf: (row: Row) => Key, after: Key | undefined, limit: number): Row[] {
  return rows
    .filter((row) => after === undefined || compareKeys(keyOf(row), after) < 0)
    .sort((a, b) => compareKeys(keyOf(b), keyOf(a)))
    .slice(0, limit)
}

function compareKeys(a: Key, b: Key): number {
  const at = a.findIndex((part, index) => part !== b[index])
  return at < 0 ? 0 : (a[at] as string) < (b[at] as string) ? -1 : 1
}
