/** The seeded workload of the deciding benchmark: numbers, expanded to rows, facts and questions. */
import type { AccessMethod, TenantFacts } from 'consentry/decision'

/** The instant of every question. */
export const NOW = Date.UTC(2026, 10, 22, 9)

const DAY = 86_400_000
const ID_LENGTH = 36
const USERS_PER_TENANT = 10
const holdsForGood = (tenant: number) => tenant % 10 < 5
const isExpired = (tenant: number) => tenant % 10 === 5 || tenant % 10 === 6
const idAt = (ids: Buffer, n: number) => ids.toString('latin1', n * ID_LENGTH, (n + 1) * ID_LENGTH)
const METHODS: readonly AccessMethod[] = ['access-request', 'legacy-configure', 'legacy-support']

/**
 * A workload of `size` grants. `size / 10` tenants have granted one request each, with ten users out of a pool of `size / 50` or ten.
 * Of ten requests, five have no expiry, two have expired, and three expire later. As many further tenants are unknown.
 */
export interface Work {
  readonly size: number
  readonly tenants: number
  /** The ids of the tenants that have granted, then of the unknown ones, concatenated; likewise below. */
  readonly tenantIds: Buffer
  readonly requestIds: Buffer
  readonly userIds: Buffer
  /** The ten users of each tenant, concatenated. */
  readonly members: Uint32Array
  readonly from: Float64Array
  readonly until: Float64Array
}

/** A granted tenant request as a driver returns it: every id is a new string. */
export interface Row {
  readonly id: string
  readonly tenant: string
  readonly users: readonly string[]
  readonly from: number
  readonly until: number | null
}

/** The kinds of questions; only the first is allowed. A stranger is a user of another tenant. */
export const KINDS = ['holding', 'stranger', 'expired', 'unknown tenant'] as const

/** Questions as they arrive with a request: new strings, whose hashes are not yet computed. */
export interface Questions {
  readonly users: readonly string[]
  readonly tenants: readonly string[]
  readonly methods: readonly AccessMethod[]
  /** An index of `KINDS` for each. */
  readonly kinds: readonly number[]
}

/** Creates the workload of a size, the same in every run. */
export function workOf(size: number): Work {
  // Below a thousand, nearly every user is in every tenant, so there are no strangers.
  if (!(size >= 1_000 && size % 100 === 0)) throw new Error(`\`${size}\` is no number of grants from 1,000 on in hundreds`)
  const draw = dice(size)
  const tenants = size / USERS_PER_TENANT
  const people = Math.max(USERS_PER_TENANT, size / 50)
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
  const ids = (count: number) => idsFrom(draw, count)
  return { size, tenants, tenantIds: ids(2 * tenants), requestIds: ids(tenants), userIds: ids(people), members, from, until }
}

/** Creates new rows of the grants. */
export function rowsOf({ tenants, tenantIds, requestIds, userIds, members, from, until }: Work): Row[] {
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
  return rowsOf(work).map(({ id, tenant, users, from, until }) => ({
    tenant,
    governed: true,
    requests: [
      {
        id,
        requestingTenant: 'vendor',
        tenant,
        users,
        removed: [],
        sentAt: from - DAY,
        state: 'granted',
        grantedAt: from,
        expiresAt: until,
      },
    ],
  }))
}

/**
 * Returns a function that draws a number of further questions from a seed; all engines get the same ones.
 * Each eight have four holders, two strangers, one expired and one unknown, in random order.
 */
export function questionsOf({ tenants, members, tenantIds, userIds }: Work, seed: number): (count: number) => Questions {
  const draw = dice(seed)
  const memberOf = (tenant: number) => members[tenant * USERS_PER_TENANT + draw(USERS_PER_TENANT)] ?? 0
  const usersOf = (tenant: number) => members.subarray(tenant * USERS_PER_TENANT, (tenant + 1) * USERS_PER_TENANT)
  const tenantWhere = (condition: (tenant: number) => boolean) => {
    let tenant = draw(tenants)
    while (!condition(tenant)) tenant = draw(tenants)
    return tenant
  }
  const pairOf = (kind: (typeof KINDS)[number] | undefined): [user: number, tenant: number] => {
    if (kind === 'unknown tenant') return [memberOf(draw(tenants)), tenants + draw(tenants)]
    const tenant = kind === 'stranger' ? draw(tenants) : tenantWhere((one) => isExpired(one) === (kind === 'expired'))
    let user = memberOf(tenant)
    while (kind === 'stranger' && usersOf(tenant).includes(user)) user = memberOf(draw(tenants))
    return [user, tenant]
  }
  return (count) => {
    const kinds = Array.from({ length: count / 8 }, () => shuffled([0, 0, 0, 0, 1, 1, 2, 3], draw)).flat()
    const pairs = kinds.map((kind) => pairOf(KINDS[kind]))
    return {
      users: pairs.map(([user]) => idAt(userIds, user)),
      tenants: pairs.map(([, tenant]) => idAt(tenantIds, tenant)),
      methods: kinds.map(() => METHODS[draw(METHODS.length)] ?? 'access-request'),
      kinds,
    }
  }
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

function shuffled(numbers: number[], draw: (below: number) => number): number[] {
  for (let n = numbers.length - 1; n > 0; n--) {
    const other = draw(n + 1)
    const one = numbers[n] ?? 0
    numbers[n] = numbers[other] ?? 0
    numbers[other] = one
  }
  return numbers
}

/** Creates ids that look like random UUIDs. */
function idsFrom(draw: (below: number) => number, count: number): Buffer {
  const ids = Buffer.alloc(count * ID_LENGTH, 'xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx', 'latin1')
  const digits = Buffer.from('0123456789abcdef')
  const open = 'x'.charCodeAt(0)
  for (let n = 0; n < ids.length; n++) if (ids[n] === open) ids[n] = digits[draw(16)] ?? open
  return ids
}
