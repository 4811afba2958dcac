/** Every query of a service and its repository, as small steps that can run at any time. */
import { EVENT_TYPES, TENANT_EVENTS } from '../../src/domain/event-types.js'
import type { TenantFacts } from '../../src/index.js'
import { REQUEST_STATUSES, SESSION_STATUSES, USER_STATUSES } from '../../src/index.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { RequestKey } from '../../src/ports/request-query.js'
import { PEOPLE } from '../../src/testing/arbitraries.js'
import { METHODS } from '../model/questions.js'
import { type Stage, TENANTS, USERS } from '../model/replay.js'
import { sha256 } from '../model/session-model.js'
import { feedOf, groupedBy } from '../storage/findings.js'
import { person } from '../story/cast.js'

const partyOf = (tenant: string) => person('somebody', tenant, 'submit', 'answer')
const homeOf = (user: string) => [...PEOPLE].find(([, users]) => users.includes(user))?.[0] ?? ''

/** A query, which returns its answer. The pages of a list are recorded by the wrapper of the service. */
export type Reading = () => Promise<unknown>

export function readingsOf(stage: Stage, sessions: readonly { readonly id: string; readonly tenant: string }[]): Reading[] {
  const { consentry, repository, sent } = stage
  return [
    ...TENANTS.flatMap((tenant, index): Reading[] => {
      const actor = partyOf(tenant)
      return [
        ...[undefined, ...REQUEST_STATUSES].flatMap((status) => [
          pages((cursor) => consentry.incoming(actor, { status, cursor, limit: 2 })),
          pages((cursor) => consentry.outgoing(actor, { status, cursor, limit: 2 })),
        ]),
        ...(index % 2
          ? [{ requestingTenants: TENANTS.slice(0, 2) }, { from: stage.now - 5_000, to: stage.now }]
          : [{ expiresBefore: stage.now + 60_000 }]
        ).map((filters) => pages((cursor) => consentry.incoming(actor, { ...filters, cursor, limit: 2 }))),
        ...[{ tenants: TENANTS.slice(1, 3) }, { users: USERS.slice(0, 2), status: REQUEST_STATUSES.slice(0, 3) }, { name: 'S' }].map(
          (filters) => pages((cursor) => consentry.outgoing(actor, { ...filters, cursor, limit: 3 })),
        ),
        pages((cursor) => consentry.incoming(actor, { status: 'granted', order: 'expiring', cursor, limit: 1 })),
        pages((cursor) => consentry.outgoing(actor, { status: 'granted', order: 'expiring', cursor, limit: 2 })),
        ...[{}, { users: USERS.slice(0, 1) }, { name: 'S' }].map((filters) =>
          pages((cursor) => consentry.requests(actor, { ...filters, cursor, limit: 2 })),
        ),
        () => repository.countRequests({ tenant, now: stage.now, limit: 3 }),
        () => repository.countRequests({ requestingTenant: tenant, each: 'tenant-request', now: stage.now, limit: 100 }),
        () => repository.countRequests({ requestingTenant: tenant, each: 'access-request', now: stage.now, limit: 100 }),
        ...[undefined, ...SESSION_STATUSES].map((status) => pages((cursor) => consentry.sessions(actor, { status, cursor, limit: 1 }))),
        pages((cursor) => consentry.history(actor, { cursor, limit: 5 })),
        ...filtersOf(stage, index).flatMap(({ ofHistory, ofSessions }) => [
          pages((cursor) => consentry.history(actor, { ...ofHistory, cursor, limit: 2 })),
          pages((cursor) => consentry.sessions(actor, { ...ofSessions, cursor, limit: 2 })),
        ]),
        () => consentry.counts(actor, 'sessions'),
        pages((cursor) => consentry.access(actor, { from: 0, to: 8e15, tenant: TENANTS[index % 2], cursor, limit: 2 })),
        () => consentry.usersFor({ tenant }),
        ...USERS.map((user, turn) => () => {
          const question = { user, tenant, method: METHODS[(index + turn) % 3] ?? 'access-request' }
          return consentry.decide({ ...question, from: turn % 2 ? homeOf(user) : null })
        }),
        async () => {
          const queries = USERS.flatMap((user) => [null, homeOf(user)].map((from) => ({ tenant, user, from, now: stage.now })))
          return (await Promise.all(queries.map((query) => repository.factsFor(query)))).map(sortedById)
        },
        // Each query twice, at different instants, and by every vendor: only some of them sent requests that name the user.
        async () => {
          const queries = [...USERS, ...USERS].flatMap((user, turn) =>
            [null, ...PEOPLE.keys()].map((from) => ({ tenant, user, from, now: stage.now - (turn % 3) })),
          )
          return (await repository.factsForMany(queries)).map(sortedById)
        },
        pagesOf(
          (after: RequestKey | undefined) => repository.factsPage({ tenant, openAt: index % 2 ? stage.now : undefined, after, limit: 3 }),
          ({ requests }) => requests.at(-1),
        ),
      ]
    }),
    ...USERS.flatMap((user, index): Reading[] => {
      const actor = { ...partyOf(homeOf(user)), user }
      return [
        ...[undefined, USER_STATUSES[index % USER_STATUSES.length]].map((status) =>
          pages((cursor) => consentry.myAccess(actor, { status, cursor, limit: 2 })),
        ),
        ...[
          { status: 'granted', order: 'expiring' } as const,
          { tenants: TENANTS.slice(index % 2, 3), status: ['granted', 'pending', 'removed'] } as const,
          { expiresBefore: stage.now + 1_000 },
        ].map((filters) => pages((cursor) => consentry.myAccess(actor, { ...filters, cursor, limit: 2 }))),
        () => consentry.counts(actor, 'myAccess'),
        pages((cursor) => consentry.sessions({ ...actor, permissions: [] }, { status: SESSION_STATUSES[index % 3], cursor, limit: 2 })),
        pages((cursor) => consentry.sessions({ ...actor, permissions: [] }, { users: [user], tenants: TENANTS, cursor, limit: 2 })),
        () => consentry.tenantsFor({ user }),
        async () => {
          const query = { user, from: index % 2 ? null : homeOf(user), now: stage.now, limit: 2 }
          return (await repository.grantsOfUser(query)).map(sortedById)
        },
        pagesOf(
          (after: string | undefined) => repository.openRequestsNaming({ requestingTenant: homeOf(user), user, after, limit: 2 }),
          (ids) => ids.at(-1),
        ),
      ]
    }),
    ...[...sent.values()].flatMap(({ id, requestingTenant, tenant, accessRequest }): Reading[] => [
      async () => repository.tenantRequests([id]),
      async () => repository.accessRequest(requestingTenant, accessRequest),
      async () => repository.tenantRequestsOf(requestingTenant, accessRequest),
      pages((cursor) => consentry.outgoing(partyOf(requestingTenant), { accessRequest, cursor, limit: 2 })),
      ...[requestingTenant, tenant].flatMap((party) => [
        pages((cursor) => consentry.history(partyOf(party), { tenantRequest: id, cursor, limit: 2 })),
        pages((cursor) => consentry.sessions(partyOf(party), { tenantRequest: id, cursor, limit: 2 })),
      ]),
    ]),
    ...sessions.map(({ id, tenant }) => async () => {
      await consentry.history(partyOf(tenant), { session: sha256(id) })
      await consentry.sessions(partyOf(tenant), { session: sha256(id), status: 'live' })
      const rows = await repository.sessionRows({ hashes: [sha256(id)], now: stage.now })
      return rows.map((row) => ({ ...row, facts: sortedById(row.facts) }))
    }),
    async () => repository.openSessions({ limit: 3 }),
    ...[...new Set([...sent.values()].map(({ requestingTenant, tenant }) => `${requestingTenant} ${tenant}`))].flatMap(
      (pair): Reading[] => {
        const [requestingTenant = '', tenant = ''] = pair.split(' ')
        const parties = { requestingTenant, tenant, limit: 2 }
        return [
          async () => repository.openSessions(parties),
          pagesOf(
            (after: string | undefined) => repository.openRequestsBetween({ ...parties, after }),
            (ids) => ids.at(-1),
          ),
        ]
      },
    ),
    () =>
      consentry.decideMany(
        TENANTS.flatMap((tenant) =>
          USERS.flatMap((user) => METHODS.map((method, turn) => ({ user, tenant, method, from: turn % 2 ? null : homeOf(user) }))),
        ),
      ),
    // The order of different requests in the feed is not compared.
    async () => {
      const grouped = groupedBy(await feedOf(repository), (event) => ('accessRequest' in event ? event.accessRequest : event.session))
      return [...grouped].sort(([a], [b]) => (a < b ? -1 : 1))
    },
    async () => {
      const { entries } = await repository.readEvents({ after: FEED_START, limit: 1_000, types: TENANT_EVENTS })
      return entries.map(({ event }) => event).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    },
    () => repository.requestPage({ limit: 1_000 }),
    () => repository.governedTenantPage({ limit: 100 }),
    dueReading(stage),
  ]
}

/** Filters of histories and sessions, of which some match in every log. */
function filtersOf({ now }: Stage, index: number) {
  const span = { from: now - 5_000, to: now - 1_000 * (index % 3) }
  const users = ['somebody', ...USERS.slice(index % 2)]
  return [
    { ofHistory: span, ofSessions: span },
    { ofHistory: { users }, ofSessions: { users } },
    { ofHistory: { tenants: TENANTS.slice(1) }, ofSessions: { tenants: TENANTS.slice(1), status: 'ended' } as const },
    { ofHistory: { types: EVENT_TYPES.slice(index % 5, 9) }, ofSessions: { methods: METHODS.slice(0, 2) as never } },
    {
      ofHistory: { requestingTenants: TENANTS.slice(0, 2) },
      ofSessions: { requestingTenants: TENANTS.slice(0, 2), status: 'live' } as const,
    },
  ]
}

export function dueReading({ repository, now }: Stage): Reading {
  return () => repository.dueRequests({ now, limit: 3 })
}

function pages(page: (cursor: string | undefined) => Promise<{ readonly next: string | null }>): Reading {
  return async () => {
    for (let cursor: string | null | undefined; cursor !== null; ) ({ next: cursor } = await page(cursor))
  }
}

/** Reads the grants in a tenant's incoming list. */
export function grantedReading({ consentry }: Stage, tenant: string): Reading {
  return pages((cursor) => consentry.incoming(partyOf(tenant), { status: 'granted', cursor, limit: 2 }))
}

/** Reads on until a page has no key to continue from, and returns all pages. */
function pagesOf<Page, Key>(read: (after: Key | undefined) => Promise<Page>, keyAfter: (page: Page) => Key | undefined): Reading {
  return async () => {
    const pages = [await read(undefined)]
    for (let key = keyAfter(pages[0] as Page); key !== undefined; key = keyAfter(pages.at(-1) as Page)) pages.push(await read(key))
    return pages
  }
}

/** Sorts the requests of facts, whose order the port does not specify. */
const sortedById = (facts: TenantFacts) => ({ ...facts, requests: facts.requests.toSorted((a, b) => (a.id < b.id ? -1 : 1)) })
