/** Every query of a service and its repository, as small steps that can run at any time. */
import type { TenantFacts } from '../../src/index.js'
import { REQUEST_STATUSES, SESSION_STATUSES, USER_STATUSES } from '../../src/index.js'
import { PEOPLE } from '../../src/testing/arbitraries.js'
import { METHODS } from '../model/questions.js'
import { type Stage, TENANTS, USERS } from '../model/replay.js'
import { sha256 } from '../model/session-model.js'
import { feedOf, groupedBy } from '../storage/findings.js'
import { person } from '../story/cast.js'
import { narrowed } from '../testing/liberal-repository.js'

const partyOf = (tenant: string) => person('somebody', tenant, 'submit', 'answer')
const homeOf = (user: string) => [...PEOPLE].find(([, users]) => users.includes(user))?.[0] ?? ''

/** A query, which returns its answer. The pages of a list are recorded by the wrapper of the service. */
export type Reading = () => Promise<unknown>

export function readingsOf(stage: Stage, sessions: readonly { readonly id: string }[]): Reading[] {
  const { consentry, repository, sent } = stage
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
        () => consentry.usersFor({ tenant }),
        ...USERS.map((user, turn) => () => {
          const question = { user, tenant, method: METHODS[(index + turn) % 3] ?? 'access-request' }
          return consentry.decide({ ...question, from: turn % 2 ? homeOf(user) : null })
        }),
        async () => sortedById(await repository.facts(tenant)),
      ]
    }),
    ...USERS.flatMap((user, index): Reading[] => {
      const actor = { ...partyOf(homeOf(user)), user }
      return [
        ...[undefined, USER_STATUSES[index % USER_STATUSES.length]].map((status) =>
          pages((cursor) => consentry.myAccess(actor, { status, cursor, limit: 2 })),
        ),
        () => consentry.tenantsFor({ user }),
        async () => (await repository.factsOfUser(user)).map((facts) => sortedById(narrowed(facts, user))),
      ]
    }),
    ...[...sent.values()].flatMap(({ id, requestingTenant, accessRequest }): Reading[] => [
      async () => repository.tenantRequest(id),
      async () => repository.accessRequest(requestingTenant, accessRequest),
      async () => repository.tenantRequestsOf(requestingTenant, accessRequest),
      pages((cursor) => consentry.outgoing(partyOf(requestingTenant), { accessRequest, cursor, limit: 2 })),
    ]),
    ...sessions.map(({ id }) => async () => {
      const row = await repository.session(sha256(id))
      return row && { ...row, facts: sortedById(narrowed(row.facts, row.session.user)) }
    }),
    async () => (await repository.openSessions({ limit: 3 })).map(({ session }) => session),
    // The order of different requests in the feed is not compared.
    async () => {
      const grouped = groupedBy(await feedOf(repository), (event) => ('accessRequest' in event ? event.accessRequest : event.session))
      return [...grouped].sort(([a], [b]) => (a < b ? -1 : 1))
    },
    () => repository.requestPage({ limit: 1_000 }),
    () => repository.governedTenantPage({ limit: 100 }),
    dueReading(stage),
  ]
}

export function dueReading({ repository, now }: Stage): Reading {
  return () => repository.dueRequests(now, 3)
}

function pages(page: (cursor: string | undefined) => Promise<{ readonly next: string | null }>): Reading {
  return async () => {
    for (let cursor: string | null | undefined; cursor !== null; ) ({ next: cursor } = await page(cursor))
  }
}

/** Sorts the requests of facts, whose order the port does not specify. */
const sortedById = (facts: TenantFacts) => ({ ...facts, requests: facts.requests.toSorted((a, b) => (a.id < b.id ? -1 : 1)) })
