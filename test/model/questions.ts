/** Generators for the laws of the decision: facts, questions, legacy rules, and what holding means. */
import * as fc from 'fast-check'
import { oldestFirst } from '../../src/adapters/memory/parts.js'
import type { IsAskable } from '../../src/domain/decision-types.js'
import { decisiveRequests, isOpenGrant } from '../../src/domain/decisive-requests.js'
import { compareIds } from '../../src/domain/ids.js'
import { requestsSentBy } from '../../src/domain/status.js'
import type { AccessMethod, LegacyRule, RequestFacts, TenantFacts } from '../../src/index.js'
import type { FactsQuery, FactsReader } from '../../src/ports/facts-reader.js'
import { page } from '../../src/ports/page.js'
import { accessQuery, tenantFacts } from '../../src/testing/arbitraries.js'

/** Few users, so that questions often match the facts, and one whom no request names. */
export const USERS = ['caroline', 'Caroline', '__proto__'] as const
export const OUTSIDER = 'outsider'
export const EVERYBODY = [...USERS, OUTSIDER]
export const TENANTS = ['tom-sawyer', '__proto__'] as const
export const METHODS: readonly AccessMethod[] = ['access-request', 'legacy-configure', 'legacy-support']

/** Generates facts of two tenants, and a question about one of them, mostly at an instant of change. */
export const sharedScene = fc
  .tuple(...TENANTS.map((tenant) => tenantFacts({ tenant, users: USERS })))
  .chain((all) => fc.record({ all: fc.constant(all), asked: accessQuery({ users: EVERYBODY, tenants: TENANTS, around: all }) }))
  .map(withFacts)

/** The same with a unique id for each request, as in a repository. */
export const scene = sharedScene.map(({ all: shared, asked }) => {
  const all = shared.map((facts, n) => ({ ...facts, requests: facts.requests.map((one) => ({ ...one, id: `${n}${one.id}` })) }))
  return withFacts({ all, asked })
})

function withFacts<Q extends { readonly tenant: string }>({ all, asked }: { readonly all: readonly TenantFacts[]; readonly asked: Q }) {
  return { all, asked, facts: factsAbout(all, asked.tenant) }
}

/** Pure legacy rules: yes, no, by the question, non-booleans, a throw, a promise, and none. */
export const rules: fc.Arbitrary<LegacyRule | undefined> = fc.constantFrom<(LegacyRule | undefined)[]>(
  () => true,
  () => false,
  (user, _tenant, method, now) => (user.length + method.length + now) % 2 === 0,
  (() => 'true') as unknown as LegacyRule,
  (() => 1) as unknown as LegacyRule,
  (() => undefined) as unknown as LegacyRule,
  () => {
    throw new Error('the rule fails')
  },
  (() => Promise.resolve(true)) as unknown as LegacyRule,
  (() => Promise.reject(new Error('the rule fails'))) as unknown as LegacyRule,
  undefined,
)

/** Which tenants a vendor may ask, by their ids: yes, no, and what is no answer. */
export const isAskable: IsAskable = (from, tenant) => {
  const turn = (from.length + tenant.length) % 5
  return turn === 3 ? (Promise.resolve(true) as never) : turn === 4 ? ('yes' as never) : turn < 2
}

/** The most requests, and the most tenants, on a page of `factsReaderOver`. */
const PER_PAGE = 2

/** A repository's reader over these facts: it leaves out what does not decide, and its pages are small (SPEC 5.2). */
export function factsReaderOver(all: readonly TenantFacts[]): FactsReader {
  const factsFor = ({ tenant, user, from, now }: FactsQuery) => {
    const facts = factsAbout(all, tenant)
    return { ...facts, requests: decisiveRequests(user, requestsSentBy(from, facts.requests), now) }
  }
  return {
    factsFor: async (query) => factsFor(query),
    factsForMany: async (queries) => queries.map(factsFor),
    factsPage: async ({ tenant, openAt, after, limit }) => {
      const facts = factsAbout(all, tenant)
      const open = facts.requests.filter((request) => openAt === undefined || isOpenGrant(request, openAt))
      return { ...facts, requests: page(open, oldestFirst, after, Math.min(limit, PER_PAGE)) }
    },
    grantsOfUser: async ({ user, from, now, after, limit }) => {
      const tenants = all.map((facts) => {
        const grants = requestsSentBy(from, facts.requests).filter((one) => isOpenGrant(one, now) && one.users.includes(user))
        return { ...facts, requests: decisiveRequests(user, grants, now) }
      })
      const found = tenants.filter(({ requests }) => requests.length > 0).sort((a, b) => compareIds(a.tenant, b.tenant))
      return found.filter(({ tenant }) => after === undefined || compareIds(after, tenant) < 0).slice(0, Math.min(limit, PER_PAGE))
    },
  }
}

export const noFacts = (tenant: string): TenantFacts => ({ tenant, governed: false, requests: [] })

export function factsAbout(all: readonly TenantFacts[], tenant: string): TenantFacts {
  return all.find((facts) => facts.tenant === tenant) ?? noFacts(tenant)
}

/** The definition of holding: granted, no recorded end, `grantedAt <= now`, and no expiry or `now < expiry`. */
export function holds(request: RequestFacts, now: number): boolean {
  if (request.state !== 'granted') return false
  return Number.isFinite(now) && request.grantedAt <= now && (request.expiresAt === null || now < request.expiresAt)
}

export function covers(request: RequestFacts, user: string, now: number): boolean {
  return request.users.includes(user) && holds(request, now)
}

/** SPEC 5.4 and 5.6: the latest end first, then the latest granted, then by id. */
export function latestEndFirst(a: RequestFacts, b: RequestFacts): number {
  if (!('grantedAt' in a) || !('grantedAt' in b)) throw new Error('only grants have this order')
  const [endOfA, endOfB] = [a.expiresAt ?? Number.MAX_VALUE, b.expiresAt ?? Number.MAX_VALUE]
  return endOfB - endOfA || b.grantedAt - a.grantedAt || (a.id < b.id ? -1 : 1)
}

/** Returns every instant at which these facts change, and 1 ms to either side of it, in order. */
export function turns(requests: readonly RequestFacts[]): number[] {
  const instants = requests.flatMap((request) => [
    request.sentAt,
    ...('grantedAt' in request ? [request.grantedAt, ...(request.expiresAt === null ? [] : [request.expiresAt])] : []),
    ...('endedAt' in request ? [request.endedAt] : []),
    ...('answerBy' in request && request.answerBy !== null ? [request.answerBy] : []),
    ...request.removed.map(({ at }) => at),
  ])
  return [...new Set(instants.flatMap((at) => [at - 1, at, at + 1]))].sort((a, b) => a - b)
}

export function permitted(rule: LegacyRule | undefined, user: string, tenant: string, method: AccessMethod, now: number): boolean {
  if (rule === undefined || method === 'access-request') return false
  try {
    const said: unknown = rule(user, tenant, method, now)
    if (said instanceof Promise) said.catch(() => {})
    return said === true
  } catch {
    return false
  }
}
