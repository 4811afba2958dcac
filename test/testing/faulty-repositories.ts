/** Repositories with one fault each, such as adapters really have: the negative controls of the laws. */
import { memoryRepository } from '../../src/adapters/memory.js'
import { AccessRequest, type Submitted } from '../../src/domain/access-request.js'
import { Event } from '../../src/domain/event.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import type { TenantId, UserId } from '../../src/domain/ids.js'
import { TenantRequest } from '../../src/domain/tenant-request-state.js'
import type { Change, MyAccessRow, Repository } from '../../src/repository.js'

/** A fault, a maker of repositories that have it and no other, and the laws they break: first the one that names the fault. */
export interface Faulty {
  readonly fault: string
  readonly make: () => Repository
  readonly breaks: readonly [string, ...string[]]
}

export const faultyRepositories: readonly Faulty[] = [
  {
    fault: 'compares revisions before its transaction, and loses an update that comes between',
    make: faulty((inner) => ({
      async save(changes) {
        for (const { request } of changes) {
          if ((await inner.tenantRequest(request.id))?.revision !== request.revision - 1) return false
        }
        if (new Set(changes.map(({ request }) => request.id)).size < changes.length) return false
        await anotherTurn()
        while (!(await inner.save(await rebased(inner, changes)))) await anotherTurn()
        return true
      },
    })),
    breaks: [
      'of two changes for the same revision exactly one is saved, and the other answers false',
      'of batches at once that share requests, in whatever order, exactly one is saved, and the others answer false',
      'of batches at once that share only one request exactly one is saved, and nothing of the others',
    ],
  },
  {
    fault: 'saves a fan-out one by one, and keeps what it had saved when one fails',
    make: faulty((inner) => ({
      async submit(submitted) {
        try {
          return await inner.submit(submitted)
        } catch (error) {
          await submitUntilTaken(inner, submitted)
          throw error
        }
      },
    })),
    breaks: [
      "a tenant request's id that is taken rejects, and leaves nothing",
      "of several submissions at once with one tenant request's id exactly one is saved, and the others reject",
    ],
  },
  {
    fault: "shows another tenant's rows after a key, for want of brackets around an `or`",
    make: faulty((inner) => {
      const tenants = new Set<TenantId>()
      return {
        async submit(submitted) {
          for (const { tenant } of submitted.tenantRequests) tenants.add(tenant)
          return inner.submit(submitted)
        },
        async incoming(query) {
          const { after, tenant, limit } = query
          const own = await inner.incoming(query)
          if (after === undefined) return own
          const others = [...tenants].filter((one) => one !== tenant)
          const theirs = await Promise.all(others.map((other) => inner.incoming({ ...query, tenant: other })))
          return newestFirst([...own, ...theirs.flat().filter(({ sentAt }) => sentAt === after.sentAt)]).slice(0, limit)
        },
      }
    }),
    breaks: [
      "after a key too, every list shows its own party's rows alone, whoever else has rows at that instant",
      'going on from any key, incoming neither repeats nor skips a row, one row a page too',
      'a filter fills the pages of incoming though the rows that match lie far apart',
    ],
  },
  {
    fault: 'drops the event of a withdrawal that came of removing the last user',
    make: faulty((inner) => ({
      async history(query) {
        const events = await inner.history({ ...query, limit: query.limit + 1_000 })
        return events.filter((event) => event.type !== 'tenant-request.withdrawn' || event.removedUser === null).slice(0, query.limit)
      },
    })),
    breaks: [
      'every event of every kind comes back exactly as it was saved, once',
      'a request is the fold of its events, at every step of every life',
      'after a long run of commands by several parties everything read agrees with everything saved',
    ],
  },
  {
    fault: "finds an access request's rows by its id alone, whoever sent it",
    make: faulty((inner) => {
      const requesters = new Set<TenantId>()
      return {
        async submit(submitted) {
          requesters.add(submitted.request.requestingTenant)
          return inner.submit(submitted)
        },
        async outgoing(query) {
          if (query.accessRequest === undefined) return inner.outgoing(query)
          const all = [...requesters].map((requestingTenant) => inner.outgoing({ ...query, requestingTenant }))
          return (await Promise.all(all)).flat().slice(0, query.limit)
        },
      }
    }),
    breaks: [
      "outgoing of one access request shows nothing of another requesting tenant's request of that id",
      'outgoing of one access request shows its rows alone',
      'outgoing of one access request goes on from a key with its own rows alone',
    ],
  },
  {
    fault: 'filters by status after it has cut the page',
    make: faulty((inner) => ({
      async outgoing({ status, ...query }) {
        const page = await inner.outgoing(query)
        const matching = await inner.outgoing({ ...query, status, after: undefined, limit: 1_000 })
        return page.filter(({ request }) => matching.some((row) => row.request.id === request.id))
      },
    })),
    breaks: ['a filter fills the pages of outgoing though the rows that match lie far apart'],
  },
  {
    fault: 'lets a grant last 1 ms too long in a list',
    make: faulty((inner) => ({ incoming: (query) => inner.incoming({ ...query, now: query.now - 1 }) })),
    breaks: [
      'incoming at a status shows the requests that are so at `now`, at the boundary of every grant and expiry',
      'instants are kept to the millisecond and compared as numbers, from the first to the last',
    ],
  },
  {
    fault: 'forgets that a tenant is governed once its newest request is rejected or withdrawn',
    make: faulty((inner) => ({
      async facts(tenant) {
        const facts = await inner.facts(tenant)
        const [newest] = newestFirst(facts.requests)
        return newest?.state === 'rejected' || newest?.state === 'withdrawn' ? { ...facts, governed: false } : facts
      },
    })),
    breaks: [
      'a governed tenant stays governed whatever is sent, rejected or withdrawn there later',
      'after a long run of commands by several parties everything read agrees with everything saved',
    ],
  },
  {
    fault: 'saves a large batch in chunks, each in its own transaction',
    make: faulty((inner) => ({
      async save(changes) {
        for (let from = 0; from < changes.length; from += 500) {
          if (!(await inner.save(changes.slice(from, from + 500)))) return false
        }
        return true
      },
    })),
    breaks: ['of 1,000 changes of which only the last is stale none is saved'],
  },
  {
    fault: "orders ids by a language's rules",
    make: faulty((inner) => ({
      async tenantRequestsOf(requestingTenant, accessRequest) {
        const requests = await inner.tenantRequestsOf(requestingTenant, accessRequest)
        return [...requests].sort((a, b) => new Intl.Collator('en').compare(a.tenant, b.tenant))
      },
    })),
    breaks: [
      "an access request's tenant requests come all, in the order of their tenants' ids",
      'every printable character is an id, and no id matches another as a pattern, a prefix or in another case',
    ],
  },
  {
    fault: 'finds tenants in whatever case',
    make: faulty((inner) => {
      const known = new Map<string, TenantId>()
      return {
        async submit(submitted) {
          for (const { tenant } of submitted.tenantRequests) known.set(tenant.toLowerCase(), tenant)
          return inner.submit(submitted)
        },
        incoming: (query) => inner.incoming({ ...query, tenant: known.get(query.tenant.toLowerCase()) ?? query.tenant }),
      }
    }),
    breaks: ['every printable character is an id, and no id matches another as a pattern, a prefix or in another case'],
  },
  {
    fault: 'normalises texts',
    make: faulty((inner) => ({
      async accessRequest(requestingTenant, id) {
        const request = await inner.accessRequest(requestingTenant, id)
        return request && { ...request, message: request.message.normalize('NFC') }
      },
    })),
    breaks: ['messages are kept exactly: to the last code point, space and line feed, composed or not'],
  },
  {
    fault: 'hands out what it holds',
    make: faulty((inner) => {
      const held = new Map<string, TenantRequest>()
      return {
        async tenantRequest(id) {
          const stored = await inner.tenantRequest(id)
          if (stored === undefined) return undefined
          const version = `${id} ${stored.revision}`
          const known = held.get(version) ?? structuredClone(stored)
          held.set(version, known)
          return known
        },
      }
    }),
    breaks: ['altering whatever came back alters nothing stored'],
  },
  {
    fault: "begins the next page of my access at the tenant's latest request instead of its key",
    make: faulty((inner) => ({
      async myAccess(query) {
        const { after, limit } = query
        if (after === undefined) return inner.myAccess(query)
        const rows = await inner.myAccess({ ...query, after: undefined, limit: 1_000 })
        const latest = (row: MyAccessRow) => ({ sentAt: Math.max(...row.requests.map(({ sentAt }) => sentAt)), id: row.tenant })
        return rows.filter((row) => compareNewest({ sentAt: after.sentAt, id: after.tenant }, latest(row)) < 0).slice(0, limit)
      },
    })),
    breaks: [
      'rows added between the pages of my access make it neither repeat nor skip one',
      'going on from any key, my access neither repeats nor skips a row, one row a page too',
      'a filter fills the pages of my access though the rows that match lie far apart',
    ],
  },
]

/** No fault: it uses every freedom the port leaves, and takes nothing a schema refuses, so that no law asks for more than was promised. */
export function liberalRepository(): Repository {
  const inner = strictRepository()
  const late = { ...inner }
  for (const [name, method] of Object.entries(inner) as [keyof Repository, (...values: unknown[]) => Promise<unknown>][]) {
    Object.assign(late, {
      [name]: async (...values: unknown[]) => {
        await anotherTurn()
        return structuredClone(await method(...values))
      },
    })
  }
  return {
    ...late,
    facts: async (tenant) => turned(await late.facts(tenant)),
    factsFor: async (tenant, user) => turned(narrowed(await late.factsFor(tenant, user), user)),
    factsOfUser: async (user) => (await late.factsOfUser(user)).map((facts) => turned(narrowed(facts, user))),
    myAccess: async (query) => (await late.myAccess(query)).map((row) => ({ ...row, requests: row.requests.toReversed() })),
  }
}

function strictRepository(): Repository {
  const inner = memoryRepository()
  return {
    ...inner,
    async submit(submitted) {
      AccessRequest.parse(submitted.request)
      for (const request of submitted.tenantRequests) TenantRequest.parse(request)
      for (const event of submitted.events) Event.parse(event)
      return inner.submit(submitted)
    },
    async save(changes) {
      for (const { request, event } of changes) {
        TenantRequest.parse(request)
        Event.parse(event)
      }
      return inner.save(changes)
    },
  }
}

function turned(facts: TenantFacts): TenantFacts {
  return { ...facts, requests: facts.requests.toReversed() }
}

function narrowed(facts: TenantFacts, user: UserId): TenantFacts {
  const requests = facts.requests.map((request) => ({
    ...request,
    users: request.users.filter((one) => one === user),
    removed: request.removed.filter((one) => one.user === user),
  }))
  return { ...facts, requests }
}

function faulty(change: (inner: Repository) => Partial<Repository>): () => Repository {
  return () => {
    const inner = memoryRepository()
    return { ...inner, ...change(inner) }
  }
}

/** The changes as if they had been made of what is stored now. */
async function rebased(inner: Repository, changes: readonly Change[]): Promise<Change[]> {
  const stored = await Promise.all(changes.map(({ request }) => inner.tenantRequest(request.id)))
  return changes.map((change, n) => {
    const revision = (stored[n]?.revision ?? 0) + 1
    return { event: { ...change.event, revision }, request: { ...change.request, revision } }
  })
}

/** Submits the tenant requests before the first whose id is taken. */
async function submitUntilTaken(inner: Repository, { request, tenantRequests, events }: Submitted): Promise<void> {
  const known = await Promise.all(tenantRequests.map(({ id }) => inner.tenantRequest(id)))
  const count = known.findIndex((one) => one !== undefined)
  if (count < 1) return
  const [submitted, ...received] = events
  await inner.submit({ request, tenantRequests: tenantRequests.slice(0, count), events: [submitted, ...received.slice(0, count)] })
}

function anotherTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

interface Key {
  readonly sentAt: number
  readonly id: string
}

function newestFirst<Row extends Key>(rows: readonly Row[]): Row[] {
  return [...rows].sort(compareNewest)
}

function compareNewest(a: Key, b: Key): number {
  return b.sentAt - a.sentAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
}
