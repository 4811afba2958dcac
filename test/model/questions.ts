/** What the decision's laws ask about: facts of several tenants, a question at one of their instants, and the text's own words for holding. */
import * as fc from 'fast-check'
import type { AccessMethod, LegacyRule, RequestFacts, TenantFacts } from '../../src/index.js'
import { accessQuery, tenantFacts } from '../../src/testing/arbitraries.js'

/** Few enough for a question to be about the facts, and one whom no request names. */
export const USERS = ['caroline', 'Caroline', '__proto__'] as const
export const OUTSIDER = 'outsider'
export const TENANTS = ['tom-sawyer', '__proto__'] as const
export const METHODS: readonly AccessMethod[] = ['access-request', 'legacy-configure', 'legacy-support']

/** Facts of two tenants, and a question about one of them, mostly at an instant at which something turns. */
export const scene = fc
  .tuple(...TENANTS.map((tenant) => tenantFacts({ tenant, users: USERS })))
  .chain((all) => fc.record({ all: fc.constant(all), asked: accessQuery({ users: [...USERS, OUTSIDER], tenants: TENANTS, around: all }) }))
  .map(({ all, asked }) => ({ all, asked, facts: all.find(({ tenant }) => tenant === asked.tenant) ?? noFacts(asked.tenant) }))

/** Rules a host might write, each as pure as it must be: yes, no, by the question, nonsense, a throw, a promise, and none. */
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

/** Facts of a tenant that was never asked for anything. */
export const noFacts = (tenant: string): TenantFacts => ({ tenant, governed: false, requests: [] })

/** Law by law: granted and not revoked, now is finite, grantedAt <= now, and (no expiry or now < expiry). */
export function holds(request: RequestFacts, now: number): boolean {
  if (request.state !== 'granted' && request.state !== 'expired') return false
  return Number.isFinite(now) && request.grantedAt <= now && (request.expiresAt === null || now < request.expiresAt)
}

/** Every instant at which something of these facts turns, and 1 ms to either side of it, in order. */
export function turns(requests: readonly RequestFacts[]): number[] {
  const instants = requests.flatMap((request) => [
    request.sentAt,
    ...('grantedAt' in request ? [request.grantedAt, ...(request.expiresAt === null ? [] : [request.expiresAt])] : []),
    ...('endedAt' in request ? [request.endedAt] : []),
    ...request.removed.map(({ at }) => at),
  ])
  return [...new Set(instants.flatMap((at) => [at - 1, at, at + 1]))].sort((a, b) => a - b)
}

/** What the rule says, by the text: exactly `true` permits, nothing else does. */
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
