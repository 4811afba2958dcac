/** Every query of a service and its repository, as small steps that can run at any time. */

import type { Actor, RequestFacts, TenantFacts, UserId } from '../../src/index.js'
import { REQUEST_STATUSES, SESSION_STATUSES, USER_STATUSES } from '../../src/index.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { METHODS } from '../model/questions.js'
import { type Stage, TENANTS, USERS } from '../model/replay.js'
import { sha256 } from '../model/session-model.js'

/** A query, and the answers of the repository; the answers of the service are recorded by its wrapper. */
export type Reading = () => Promise<readonly unknown[]>

interface Paged {
  readonly next: string | null
}

/** Returns all queries of a stage in its current state. */
export function readingsOf(stage: Stage, sessions: readonly string[]): Reading[] {
  const { consentry } = stage
  return [
    ...TENANTS.flatMap((tenant, index): Reading[] => {
      const actor = partyOf(tenant)
      return [
        ...[undefined, ...REQUEST_STATUSES].flatMap((status) => [
          pages((cursor) => consentry.incoming(actor, { status, cursor, limit: 2 })),
          pages((cursor) => consentry.outgoing(actor, { status, cursor, limit: 2 })),
        ]),
        ...[undefined, ...SESSION_STATUSES].map((status) => pages((cursor) => consentry.sessions(actor, { status, cursor, limit: 1 }))),
        pages((cursor) => consentry.history(actor, { cursor, limit: 5 })),
        asked(() => consentry.usersFor({ tenant })),
        ...USERS.map((user, turn) => {
          return asked(() => consentry.decide({ user, tenant, method: METHODS[(index + turn) % 3] ?? 'access-request' }))
        }),
      ]
    }),
    ...USERS.flatMap((user, index): Reading[] => {
      const actor = { ...partyOf('classics'), user }
      return [
        ...[undefined, USER_STATUSES[index % USER_STATUSES.length]].map((status) =>
          pages((cursor) => consentry.myAccess(actor, { status, cursor, limit: 2 })),
        ),
        asked(() => consentry.tenantsFor({ user })),
      ]
    }),
    ...storedReadings(stage, sessions),
  ]
}

/** Returns the queries of stored data that the service never returns directly. */
function storedReadings(stage: Stage, sessions: readonly string[]): Reading[] {
  const { consentry, repository, sent } = stage
  const orders = new Map([...sent.values()].map((one) => [`${one.requestingTenant} ${one.accessRequest}`, one]))
  return [
    ...TENANTS.map(
      (tenant): Reading =>
        async () => [sortedById(await repository.facts(tenant))],
    ),
    ...USERS.map(
      (user): Reading =>
        async () =>
          (await repository.factsOfUser(user)).map((facts) => about(user, facts)),
    ),
    ...[...orders.values()].flatMap(({ requestingTenant, accessRequest }): Reading[] => [
      async () => [await repository.accessRequest(requestingTenant, accessRequest)],
      async () => [await repository.tenantRequestsOf(requestingTenant, accessRequest)],
      pages((cursor) => consentry.outgoing(partyOf(requestingTenant), { accessRequest, cursor, limit: 2 })),
    ]),
    ...[...sent.keys()].map(
      (id): Reading =>
        async () => [await repository.tenantRequest(id)],
    ),
    ...sessions.map(
      (id): Reading =>
        async () => {
          const row = await repository.session(sha256(id))
          return [row && { ...row, facts: about(row.session.user, row.facts) }]
        },
    ),
    async () => (await repository.openSessions({ limit: 3 })).map(({ session }) => session),
    () => feedOf(repository),
    () => stockOf(repository),
    () => repository.governedTenantPage({ limit: 100 }),
    async () => [await reachesLatest(repository)],
    dueReading(stage),
  ]
}

/** Returns the query of the due requests. */
export function dueReading({ repository, now }: Stage): Reading {
  return () => repository.dueRequests(now, 3)
}

/** Reads a list from its first page to its last. */
function pages(page: (cursor: string | undefined) => Promise<Paged>): Reading {
  return async () => {
    for (let cursor: string | null | undefined; cursor !== null; ) ({ next: cursor } = await page(cursor))
    return []
  }
}

function asked(call: () => Promise<unknown>): Reading {
  return async () => {
    await call()
    return []
  }
}

/** Reads the feed. The order of different requests and the positions are not compared. */
async function feedOf(repository: Repository): Promise<readonly unknown[]> {
  const bySubject = new Map<string, unknown[]>()
  for (let position: Position = FEED_START; ; ) {
    const page = await repository.readEvents({ after: position, limit: 7 })
    for (const entry of page.entries) {
      if (entry.position.at <= position.at) throw new Error(`the feed returned position ${entry.position.at} after ${position.at}`)
      position = entry.position
      const { event } = entry
      const subject = 'tenantRequest' in event ? event.tenantRequest : 'session' in event ? event.session : event.id
      bySubject.set(subject, [...(bySubject.get(subject) ?? []), event])
    }
    if (page.entries.length < 7) return [...bySubject].sort(([a], [b]) => (a < b ? -1 : 1))
    position = page.position
  }
}

/** Reads the snapshot, page by page. */
async function stockOf(repository: Repository): Promise<readonly unknown[]> {
  const all: RequestFacts[] = []
  for (let more = true; more; ) {
    const page = await repository.requestPage({ after: all.at(-1), limit: 4 })
    all.push(...page)
    more = page.length === 4
  }
  return all
}

/** Whether a reader reaches the end of the feed of an idle repository; the position is not compared. */
async function reachesLatest(repository: Repository): Promise<boolean> {
  const { stable, latest } = await repository.positions()
  return stable.at <= latest.at && (await repository.readEvents({ after: stable, limit: 1_000 })).position.at >= latest.at
}

/** Sorts the requests of facts, whose order the port does not specify. */
function sortedById(facts: TenantFacts): TenantFacts {
  return { ...facts, requests: facts.requests.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }
}

/** Removes the other users from the facts for one user, which an adapter may omit. */
function about(user: UserId, facts: TenantFacts): TenantFacts {
  const requests = facts.requests.map((one) => {
    return { ...one, users: one.users.filter((named) => named === user), removed: one.removed.filter((gone) => gone.user === user) }
  })
  return sortedById({ ...facts, requests })
}

/** Returns an actor of a tenant with all permissions. */
function partyOf(tenant: string): Actor {
  return { user: 'somebody', tenant, permissions: ['submit', 'answer'], impersonating: null }
}
