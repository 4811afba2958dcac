/** Faults of the facts reader: what decides about one user, a tenant's facts and a user's grants. */
import { decisiveRequests, isOpenGrant } from '../../../src/domain/decisive-requests.js'
import type { TenantFacts } from '../../../src/domain/facts.js'
import { compareIds } from '../../../src/domain/ids.js'
import { type RequestFacts, requestsSentBy } from '../../../src/domain/status.js'
import type { Repository } from '../../../src/ports/repository.js'
import { ALL, allRequests, type Change, type Faults, replacing } from './faults.js'

const DECISIVE = 'facts for a user contain exactly the requests that decide, narrowed to that user'
const LAST_ENDED = 'of the ended requests, facts for a user contain the one that ended last by each requesting tenant'
const MANY = 'facts for many queries are those of each, in their order: repeated, by one requester or all, at any instant'
const WHOLE = "a tenant's facts contain all its requests, in every state and page by page"
const GRANTS = "a user's grants cover every tenant with a grant that is not over and names the user, page by page"
const FACTS_IDS = "a page of a tenant's facts ends at the request with which they name or named 5,000 users"

type FactsQuery = Parameters<Repository['factsFor']>[0]

/** Replaces the requests in the facts by those of one requesting tenant: `choose` gets all that it sent. */
const ofOneRequester = (choose: (sent: readonly RequestFacts[], query: FactsQuery) => readonly RequestFacts[]): Change =>
  replacing('factsFor', (inner) => async (query) => {
    const facts = await inner.factsFor(query)
    if (query.from === null) return facts
    const sent = requestsSentBy(
      query.from,
      (await allRequests(inner)).filter(({ tenant }) => tenant === query.tenant),
    )
    return { ...facts, requests: choose(sent, query) }
  })

export const factsFaults: Faults = {
  "returns a user's whole history by one requesting tenant": {
    breaks: [DECISIVE, LAST_ENDED],
    change: ofOneRequester((sent, { user, now }) => sent.flatMap((request) => decisiveRequests(user, [request], now))),
  },
  'leaves out the last ended request by one requesting tenant': {
    breaks: [LAST_ENDED, DECISIVE],
    change: ofOneRequester((sent, { user, now }) => {
      const decisive = decisiveRequests(user, sent, now)
      return decisive.filter((one) => one.users.includes(user) && (one.state === 'pending' || isOpenGrant(one, now)))
    }),
  },
  'leaves the other users in facts for a user by one requesting tenant': {
    breaks: [DECISIVE, LAST_ENDED],
    change: ofOneRequester((sent, { user, now }) => {
      const decisive = new Set(decisiveRequests(user, sent, now).map(({ id }) => id))
      return sent.filter(({ id }) => decisive.has(id))
    }),
  },
  'treats a grant as open at the instant of its expiry in the facts by one requesting tenant': {
    breaks: [DECISIVE, LAST_ENDED],
    change: ofOneRequester((sent, { user, now }) => decisiveRequests(user, sent, now - 1)),
  },
  'takes a request for pending that has lapsed, in the facts by one requesting tenant': {
    breaks: [LAST_ENDED, DECISIVE],
    change: ofOneRequester((sent, { user, now }) => {
      const endless = sent.map((request) => (request.state === 'pending' ? { ...request, answerBy: null } : request))
      const ids = new Set(decisiveRequests(user, endless, now).map(({ id }) => id))
      return sent.flatMap((request) => (ids.has(request.id) ? decisiveRequests(user, [request], now) : []))
    }),
  },
  'returns the facts of queries that are alike once': {
    breaks: [MANY],
    change: replacing(
      'factsForMany',
      (inner) => async (queries) => inner.factsForMany([...new Map(queries.map((one) => [JSON.stringify(one), one])).values()]),
    ),
  },
  'answers many queries as of the instant of the first': {
    breaks: [MANY],
    change: replacing(
      'factsForMany',
      (inner) => async (queries) => inner.factsForMany(queries.map((one) => ({ ...one, now: queries[0]?.now ?? one.now }))),
    ),
  },
  'orders the facts of many queries by tenant': {
    breaks: [MANY],
    change: replacing(
      'factsForMany',
      (inner) => async (queries) => [...(await inner.factsForMany(queries))].sort((a, b) => compareIds(a.tenant, b.tenant)),
    ),
  },
  'reads the facts of many queries one after another': {
    breaks: ['facts for many queries read during a batch contain all of it or nothing'],
    change: replacing('factsForMany', (inner) => async (queries) => {
      const all: TenantFacts[] = []
      for (const query of queries) all.push(await inner.factsFor(query))
      return all
    }),
  },
  'rejects facts for no query': {
    breaks: [MANY],
    change: replacing('factsForMany', (inner) => async (queries) => {
      if (queries.length === 0) throw new TypeError('there is no query')
      return inner.factsForMany(queries)
    }),
  },
  'leaves the other users in the facts for many queries': {
    breaks: [MANY],
    change: replacing('factsForMany', (inner) => async (queries) => {
      const stored = new Map((await allRequests(inner)).map((request) => [request.id, request]))
      const widened = (request: RequestFacts) => stored.get(request.id) ?? request
      return (await inner.factsForMany(queries)).map((facts) => ({ ...facts, requests: facts.requests.map(widened) }))
    }),
  },
  'ignores `from` in the facts for many queries': {
    breaks: [MANY],
    change: replacing('factsForMany', (inner) => async (queries) => inner.factsForMany(queries.map((one) => ({ ...one, from: null })))),
  },
  'ignores `from` in the facts for a user': {
    breaks: [LAST_ENDED, DECISIVE, 'facts for a user have no requests if no request of the tenant names or named the user'],
    change: (inner) => ({ factsFor: (query) => inner.factsFor({ ...query, from: null }) }),
  },
  'keeps one ended request for all requesting tenants together': {
    breaks: [LAST_ENDED, 'after many commands by several parties, every query agrees with what was saved'],
    change: replacing('factsFor', (inner) => async (query) => {
      const { user, now } = query
      const facts = await inner.factsFor(query)
      const asOfOne = decisiveRequests(
        user,
        facts.requests.map((request) => ({ ...request, requestingTenant: 'one' })),
        now,
      )
      const kept = new Set(asOfOne.map(({ id }) => id))
      return { ...facts, requests: facts.requests.filter(({ id }) => kept.has(id)) }
    }),
  },
  "leaves an ended request out of a user's facts if the user has an open one": {
    breaks: [DECISIVE, LAST_ENDED],
    change: ofOneRequester((sent, { user, now }) => {
      const decisive = decisiveRequests(user, sent, now)
      const open = decisive.filter((one) => one.users.includes(user) && (one.state === 'pending' || isOpenGrant(one, now)))
      return open.length > 0 ? open : decisive
    }),
  },
  "fills a page of a tenant's open grants from a page of all its requests": {
    breaks: [WHOLE],
    change: replacing('factsPage', (inner) => async ({ openAt, ...query }) => {
      const facts = await inner.factsPage(query)
      return { ...facts, requests: facts.requests.filter((request) => openAt === undefined || isOpenGrant(request, openAt)) }
    }),
  },
  "continues a tenant's facts after the instant of the last row, and skips others of that instant": {
    breaks: [WHOLE],
    change: (inner) => ({
      factsPage: (query) => inner.factsPage({ ...query, after: query.after && { ...query.after, id: '~'.repeat(128) } }),
    }),
  },
  "returns a page of a tenant's facts however many users it names": {
    breaks: [FACTS_IDS],
    change: replacing('factsPage', (inner) => async (query) => {
      const facts = await inner.factsPage(query)
      const requests = [...facts.requests]
      for (let after = requests.at(-1); after !== undefined && requests.length < query.limit; ) {
        const page = await inner.factsPage({ ...query, after, limit: query.limit - requests.length })
        requests.push(...page.requests)
        after = page.requests.at(-1)
      }
      return { ...facts, requests }
    }),
  },
  "counts in a page of a tenant's facts only the users that a request names now": {
    breaks: [FACTS_IDS],
    change: replacing('factsPage', (inner) => async (query) => {
      const facts = await inner.factsPage(query)
      const names = facts.requests.reduce((sum, { users }) => sum + users.length, 0)
      const isShort = facts.requests.some(({ removed }) => removed.length > 0) && facts.requests.length < query.limit && names < 5_000
      const next = isShort ? (await inner.factsPage({ ...query, after: facts.requests.at(-1), limit: 1 })).requests : []
      return { ...facts, requests: [...facts.requests, ...next] }
    }),
  },
  "ignores `from` in a user's grants": {
    breaks: [GRANTS],
    change: (inner) => ({ grantsOfUser: (query) => inner.grantsOfUser({ ...query, from: null }) }),
  },
  "returns with a user's grants the other requests of those tenants by one requesting tenant": {
    breaks: [GRANTS],
    change: replacing('grantsOfUser', (inner) => async (query) => {
      const all = await inner.grantsOfUser(query)
      return query.from === null ? all : Promise.all(all.map(({ tenant }) => inner.factsFor({ ...query, tenant })))
    }),
  },
  "continues a user's grants by locale rules": {
    breaks: [GRANTS],
    change: replacing('grantsOfUser', (inner) => async ({ after, limit, ...query }) => {
      const all = await inner.grantsOfUser({ ...query, limit: ALL })
      const { compare } = new Intl.Collator('en')
      const rest = all.filter(({ tenant }) => after === undefined || compare(tenant, after) > 0)
      return rest.sort((a, b) => compareIds(a.tenant, b.tenant)).slice(0, limit)
    }),
  },
}
