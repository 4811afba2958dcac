/** Comparison of a live access with its database: every answer, and every allow after an end. */
import { isDeepStrictEqual } from 'node:util'
import { decide } from '../../src/domain/decision.js'
import { type LegacyRule, METHODS } from '../../src/domain/decision-types.js'
import type { ConsentryEvent } from '../../src/domain/event.js'
import type { TenantRequest } from '../../src/domain/tenant-request-state.js'
import type { LiveAccess } from '../../src/live-access/live-access-api.js'
import type { Repository } from '../../src/ports/repository.js'
import { turns } from '../model/questions.js'
import { serviceOn, tenantsUpTo } from './service.js'

export const TENANTS: readonly string[] = tenantsUpTo(30).sort()
export const USERS: readonly string[] = tenantsUpTo(12, 'user').sort()

export const legacy: LegacyRule = (user) => user.length % 2 === 0

/** The number of future instants at which all answers are compared, besides now. */
const MOMENTS = 4

/** Compares every answer, now and later; requires that no writes run meanwhile. */
export async function compared(live: LiveAccess, repository: Repository) {
  const { facts: factsOf } = serviceOn(repository)
  const all = await Promise.all(TENANTS.map((tenant) => factsOf(tenant)))
  const now = Date.now()
  const later = turns(all.flatMap(({ requests }) => requests)).filter((at) => at > now)
  const moments = [now, ...later.filter((_, n) => n % Math.ceil(later.length / MOMENTS) === 0)]
  // Of other users' requests nothing depends but whether the tenant is governed.
  const pairs = all.flatMap((facts) =>
    USERS.map((user) => {
      const requests = facts.requests.filter(({ users, removed }) => users.includes(user) || removed.some((one) => one.user === user))
      return { user, tenant: facts.tenant, facts: { ...facts, requests } }
    }),
  )
  const differences: string[] = []
  let answers = 0
  const differ = (question: string, mine: unknown, theirs: unknown) => {
    answers += 1
    if (!isDeepStrictEqual(mine, theirs)) differences.push(`${question}: ${JSON.stringify(mine)} instead of ${JSON.stringify(theirs)}`)
  }
  for (const at of moments) {
    for (const { user, tenant, facts } of pairs) {
      for (const method of METHODS) {
        const theirs = decide(user, tenant, method, at, facts, { legacy })
        differ(`${user} ${tenant} ${method} at now + ${at - now}`, live.decide(user, tenant, method, at), theirs)
        differ(`${user} ${tenant} ${method}, whether`, live.canImpersonate(user, tenant, method, at), theirs.allowed)
      }
    }
    const inside = pairs.filter(({ user, tenant, facts }) => decide(user, tenant, 'access-request', at, facts).allowed)
    for (const one of USERS) {
      const theirs = inside.filter(({ user }) => user === one).map(({ tenant }) => tenant)
      differ(`tenants of ${one}`, live.tenantsFor(one, at), theirs)
    }
    for (const one of TENANTS) {
      const theirs = inside.filter(({ tenant }) => tenant === one).map(({ user }) => user)
      differ(`users of ${one}`, live.usersFor(one, at), theirs)
    }
  }
  return { answers, differences }
}

/** One user of an ended request; `granted` if it had been granted. */
type Ended = { readonly tenant: string; readonly user: string; readonly request: string; readonly granted: boolean }

export async function endedBy(event: ConsentryEvent, repository: Pick<Repository, 'tenantRequests'>): Promise<readonly Ended[]> {
  if (!('tenantRequest' in event) || !/\.(revoked|rejected|withdrawn|user-removed)$/.test(event.type)) return []
  const [request] = await repository.tenantRequests([event.tenantRequest])
  if (request === undefined) throw new Error(`\`${event.id}\` is about no request`)
  // The request may have been granted after the removal of a user.
  const granted = 'grantedAt' in request && request.grantedAt < event.at
  const users = 'removedUser' in event && event.removedUser !== null ? [event.removedUser] : request.users
  return users.map((user) => ({ tenant: event.tenant, user, request: request.id, granted }))
}

/** Returns what is allowed although it ended: by an ended request, by a non-grant, or by a closed legacy method. */
export async function stillAllowed(
  live: LiveAccess,
  repository: Pick<Repository, 'tenantRequests'>,
  ended: readonly Ended[],
): Promise<string[]> {
  const now = Date.now()
  // Synchronous, so that no update runs in between.
  const answers = ended.flatMap((end) => METHODS.map((method) => ({ end, decision: live.decide(end.user, end.tenant, method, now) })))
  const wrong: string[] = []
  for (const { end, decision } of answers) {
    if (!decision.allowed || (decision.reason === 'granted' ? await byOthers(decision.grantedBy, end, repository) : !end.granted)) continue
    wrong.push(`${end.user} ${end.tenant}, where ${end.request} is over: ${JSON.stringify(decision)}`)
  }
  return wrong
}

/** Whether all of these are the user's grants and none is the ended one; they may have ended by now. */
async function byOthers(grants: readonly string[], { user, tenant, request }: Ended, repository: Pick<Repository, 'tenantRequests'>) {
  const others = grants.filter((id) => id !== request)
  const found = await repository.tenantRequests(others)
  const isOfUser = ({ users, removed, ...one }: TenantRequest) =>
    one.tenant === tenant && 'grantedAt' in one && (users.includes(user) || removed.some((gone) => gone.user === user))
  return others.length === grants.length && found.length === grants.length && found.every(isOfUser)
}
