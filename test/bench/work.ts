/** The seeded workload of the deciding benchmark: numbers, expanded to rows, facts and questions. */
import type { AccessMethod, TenantFacts } from 'consentry/decision'
import { METHODS } from '../../src/domain/decision-types.js'

export const NOW = Date.UTC(2026, 10, 22, 9)

const DAY = 86_400_000
const ID_LENGTH = 36
const USERS_PER_TENANT = 10
const holdsForGood = (tenant: number) => tenant % 10 < 5
const isExpired = (tenant: number) => tenant % 10 === 5 || tenant % 10 === 6
const idAt = (ids: Buffer, n: number) => ids.toString('latin1', n * ID_LENGTH, (n + 1) * ID_LENGTH)
const KINDS: readonly Question['kind'][] = [...Array(4).fill('holding'), 'stranger', 'stranger', 'expired', 'unknown tenant']

/** A workload: its tenants, users and instants as numbers, and their ids concatenated. */
export type Work = ReturnType<typeof workOf>

/** A granted tenant request as a driver returns it: every id is a new string. */
export type Row = ReturnType<typeof rowsOf>[number]

/** A question as it arrives with a request: new strings, whose hashes are not yet computed. */
export interface Question {
  readonly user: string
  readonly tenant: string
  readonly method: AccessMethod
  /** Only the first kind is allowed. A stranger is a user of another tenant. */
  readonly kind: 'holding' | 'stranger' | 'expired' | 'unknown tenant'
}

/**
 * Creates the workload of `size` grants, the same in every run. `size / 10` tenants have granted one request each, with ten users out of
 * a pool of `size / 50` or ten. Of ten requests, five have no expiry, two have expired, and three expire later.
 */
export function workOf(size: number) {
  // Below a thousand, nearly every user is in every tenant, so there are no strangers.
  if (!(size >= 1_000 && size % 100 === 0)) throw new Error(`\`${size}\` is no number of grants from 1,000 on in hundreds`)
  const draw = dice(size)
  const tenants = size / USERS_PER_TENANT
  const people = Math.max(USERS_PER_TENANT, size / 50)
  // The ten users of each tenant, one tenant after the other.
  const members = new Uint32Array(size)
  for (let n = 0; n < size; n++) {
    const first = n - (n % USERS_PER_TENANT)
    do members[n] = draw(people)
    while (members.subarray(first, n).includes(members[n] ?? 0))
  }
  const from = new Float64Array(tenants).map(() => NOW - 31 * DAY - draw(300 * DAY))
  const until = new Float64Array(tenants).map((_, tenant) => {
    if (holdsForGood(tenant)) return Number.POSITIVE_INFINITY
    // Some of the expired ones expire exactly at the instant of the questions.
    return isExpired(tenant) ? NOW - draw(30) * DAY : NOW + 1 + draw(90 * DAY)
  })
  // Half of the tenants have granted nothing: they are the unknown ones.
  const [tenantIds, requestIds, userIds] = [idsFrom(draw, 2 * tenants), idsFrom(draw, tenants), idsFrom(draw, people)]
  return { size, tenants, tenantIds, requestIds, userIds, members, from, until }
}

export function rowsOf({ tenants, tenantIds, requestIds, userIds, members, from, until }: Work) {
  return Array.from({ length: tenants }, (_, n) => ({
    id: idAt(requestIds, n),
    tenant: idAt(tenantIds, n),
    users: Array.from({ length: USERS_PER_TENANT }, (_, k) => idAt(userIds, members[n * USERS_PER_TENANT + k] ?? 0)),
    from: from[n] ?? 0,
    until: until[n] === Number.POSITIVE_INFINITY ? null : (until[n] ?? 0),
  }))
}

/** Creates the facts of the grants, as a Consentry repository returns them. */
export function factsOf(work: Work): TenantFacts[] {
  return rowsOf(work).map(({ id, tenant, users, from, until }) => {
    const parties = { id, requestingTenant: 'vendor', tenant, users, removed: [] }
    return { tenant, governed: true, requests: [{ ...parties, sentAt: from - DAY, state: 'granted', grantedAt: from, expiresAt: until }] }
  })
}

/** Returns a function that draws a number of further questions from a seed; all engines get the same ones. */
export function questionsOf({ tenants, members, tenantIds, userIds }: Work, seed: number): (count: number) => Question[] {
  const draw = dice(seed)
  const memberOf = (tenant: number) => members[tenant * USERS_PER_TENANT + draw(USERS_PER_TENANT)] ?? 0
  const usersOf = (tenant: number) => members.subarray(tenant * USERS_PER_TENANT, (tenant + 1) * USERS_PER_TENANT)
  const pairOf = (kind: Question['kind']): [user: number, tenant: number] => {
    if (kind === 'unknown tenant') return [memberOf(draw(tenants)), tenants + draw(tenants)]
    let tenant = draw(tenants)
    while (kind !== 'stranger' && isExpired(tenant) !== (kind === 'expired')) tenant = draw(tenants)
    let user = memberOf(tenant)
    while (kind === 'stranger' && usersOf(tenant).includes(user)) user = memberOf(draw(tenants))
    return [user, tenant]
  }
  return (count) =>
    Array.from({ length: count / KINDS.length }, () => shuffled(KINDS, draw))
      .flat()
      .map((kind) => {
        const [user, tenant] = pairOf(kind)
        return {
          user: idAt(userIds, user),
          tenant: idAt(tenantIds, tenant),
          method: METHODS[draw(METHODS.length)] ?? 'access-request',
          kind,
        }
      })
}

/** Draws whole numbers below the given one with Mulberry32, which is fast and portable. */
function dice(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function shuffled<One>(all: readonly One[], draw: (below: number) => number): One[] {
  const left = [...all]
  return all.flatMap(() => left.splice(draw(left.length), 1))
}

function idsFrom(draw: (below: number) => number, count: number): Buffer {
  const ids = Buffer.alloc(count * ID_LENGTH, 'xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx', 'latin1')
  const digits = Buffer.from('0123456789abcdef')
  const open = 'x'.charCodeAt(0)
  for (let n = 0; n < ids.length; n++) if (ids[n] === open) ids[n] = digits[draw(16)] ?? open
  return ids
}
