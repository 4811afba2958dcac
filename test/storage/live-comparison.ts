/** Comparison of a live access with its database: every answer, and every allow after an end. */
import { isDeepStrictEqual } from 'node:util'
import { decide } from '../../src/domain/decision.js'
import { type LegacyRule, METHODS } from '../../src/domain/decision-types.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import type { RequestFacts } from '../../src/domain/status.js'
import type { LiveAccess } from '../../src/live-access/live-access.js'
import type { Repository } from '../../src/ports/repository.js'
import { turns } from '../model/questions.js'
import type { Ended } from './random-commands.js'
import { tenantsUpTo } from './service.js'

export const TENANTS: readonly string[] = tenantsUpTo(30)
export const USERS: readonly string[] = tenantsUpTo(12, 'user')

/** The host's legacy rule, which permits some users. */
export const legacy: LegacyRule = (user) => user.length % 2 === 0

/** The number of compared answers, and the differences. */
export interface Compared {
  readonly answers: number
  readonly differences: readonly string[]
}

/** The number of past instants per pair, and of future instants per list. */
const PAST = 10
const MOMENTS = 12

/** Compares every answer; requires that no writes run meanwhile. */
export async function compared(live: LiveAccess, repository: Pick<Repository, 'facts'>): Promise<Compared> {
  const all: TenantFacts[] = []
  for (const tenant of TENANTS) all.push(await repository.facts(tenant))
  const now = Date.now()
  const later = turns(all.flatMap(({ requests }) => requests)).filter((at) => at > now)
  const moments = [now, ...some(later, MOMENTS)]
  const inside = moments.map(() => new Map<string, string[]>())
  const differences: string[] = []
  let answers = 0
  const differ = (question: string, mine: unknown, theirs: unknown) => {
    answers += 1
    if (!isDeepStrictEqual(mine, theirs)) differences.push(`${question}: ${JSON.stringify(mine)} instead of ${JSON.stringify(theirs)}`)
  }

  for (const facts of all) {
    const { tenant } = facts
    for (const user of USERS) {
      // Of other users' requests nothing depends but whether the tenant is governed.
      const own = { ...facts, requests: facts.requests.filter((request) => everNamed(request, user)) }
      const turning = turns(own.requests)
      const past = some(
        turning.filter((at) => at <= now),
        PAST,
      )
      const forgotten = own.requests.some(({ state }) => state === 'expired')
      for (const method of METHODS) {
        const question = `${user} ${tenant} ${method}`
        differ(question, live.decide(user, tenant, method, now), decide(user, tenant, method, now, facts, { legacy }))
        for (const at of [...past, ...turning.filter((one) => one > now)]) {
          const [mine, theirs] = [live.decide(user, tenant, method, at), decide(user, tenant, method, at, own, { legacy })]
          differ(`${question}, whether`, live.canImpersonate(user, tenant, method, at), mine.allowed)
          // Before an expiry that was recorded it may deny what was allowed, and never allows what was not.
          if (at <= now && forgotten) differ(`${question}, in the past`, mine.allowed && !theirs.allowed, false)
          else differ(`${question} at now + ${at - now}`, mine, theirs)
        }
      }
      for (const [n, at] of moments.entries()) {
        if (!decide(user, tenant, 'access-request', at, own).allowed) continue
        inside[n]?.set(user, [...(inside[n]?.get(user) ?? []), tenant])
        inside[n]?.set(tenant, [...(inside[n]?.get(tenant) ?? []), user])
      }
    }
  }
  for (const [n, at] of moments.entries()) {
    for (const user of USERS) differ(`tenants of ${user}`, live.tenantsFor(user, at), (inside[n]?.get(user) ?? []).sort())
    for (const tenant of TENANTS) differ(`users of ${tenant}`, live.usersFor(tenant, at), (inside[n]?.get(tenant) ?? []).sort())
  }
  return { answers, differences }
}

/** Returns what is allowed although it ended: by an ended request, by a non-grant, or by a closed legacy method. */
export async function stillAllowed(live: LiveAccess, repository: Pick<Repository, 'factsFor'>, ended: readonly Ended[]): Promise<string[]> {
  const now = Date.now()
  // Synchronous, so that no update runs in between.
  const answers = ended.flatMap((end) =>
    METHODS.map((method) => ({ end, method, decision: live.decide(end.user, end.tenant, method, now) })),
  )
  const wrong: string[] = []
  for (const { end, method, decision } of answers) {
    if (!decision.allowed || (decision.reason === 'granted' ? await byOthers(decision.grantedBy, end, repository) : !end.granted)) continue
    wrong.push(`${end.user} ${end.tenant} ${method}, where ${end.request} is over: ${JSON.stringify(decision)}`)
  }
  return wrong
}

/** Whether all of these are the user's grants and none is the ended one; they may have ended by now. */
async function byOthers(
  grants: readonly string[],
  { user, tenant, request }: Ended,
  repository: Pick<Repository, 'factsFor'>,
): Promise<boolean> {
  if (grants.includes(request)) return false
  const { requests } = await repository.factsFor(tenant, user)
  return grants.every((id) => requests.some((one) => one.id === id && 'grantedAt' in one))
}

function everNamed({ users, removed }: RequestFacts, user: string): boolean {
  return users.includes(user) || removed.some((one) => one.user === user)
}

/** Returns at most that many items, spread evenly. */
function some(instants: readonly number[], most: number): number[] {
  return instants.filter((_, n) => n % Math.ceil(instants.length / most) === 0)
}
