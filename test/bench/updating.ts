/** The update benchmark: single changes among many grants, and in one tenant of many; their median and maximum time. */
import type { TenantRequestEvent } from 'consentry/domain'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import { idOf } from './host.js'
import { collectGarbage, inWords, type Measured, median, print, ratio } from './measure.js'

const USERS = 10
const CHANGES = 100_000
const peopleOf = (grants: number) => Math.max(USERS, grants / 50)
/** How many users a request to the tenants that are compared names, and how many pairs those tenants have. */
const USERS_AT_ONCE = 1_000
const [SMALL, LARGE] = [1_000, 2_000_000]
const CHANGES_IN_A_TENANT = 8_000

/** Measures each number of grants. A change is a request of one user received, granted, given an expiry or revoked. */
export function benchUpdates(sizes: readonly number[], rounds: number): Measured[] {
  return sizes.map((grants) => {
    const projection = projectionOf(grants)
    const times: Times[] = []
    for (let round = 0; round < rounds; round++) {
      const events = Array.from({ length: CHANGES }, (_, n) => {
        const request = (n + round * CHANGES) >> 2
        // Tenants and users are spread, so that no change benefits from cached neighbours.
        const tenant = idOf('tenant', (request * 7919) % (grants / USERS))
        return eventOf(n + round * CHANGES, tenant, idOf('user', request % peopleOf(grants)))
      })
      times.push(timesOf(projection, events))
    }
    return print(`a change among ${inWords(grants)} grants`, {
      'µs one change': median(times.map(({ microseconds }) => microseconds)),
      'ms the longest': Math.max(...times.map(({ longest }) => longest)),
    })
  })
}

/** Measures the same changes in a tenant of many pairs and in one of few, in alternation. */
export function benchLargeTenant(rounds: number): Measured {
  const tenants = [SMALL, LARGE].map((pairs) => {
    const projection = new AccessProjection()
    const people = Math.max(USERS_AT_ONCE, pairs / 4)
    for (let n = 0; n < pairs / USERS_AT_ONCE; n++) {
      const users = Array.from({ length: USERS_AT_ONCE }, (_, k) => idOf('user', (n * USERS_AT_ONCE + k) % people))
      load(projection, n, idOf('tenant', 0), users)
    }
    return { projection, people, times: [] as Times[] }
  })
  for (let round = 0; round < rounds; round++)
    for (const { projection, people, times } of tenants) {
      const events = Array.from({ length: CHANGES_IN_A_TENANT }, (_, n) => {
        const change = n + round * CHANGES_IN_A_TENANT
        return eventOf(change, idOf('tenant', 0), idOf('user', ((change >> 2) * 7919) % people))
      })
      times.push(timesOf(projection, events))
    }
  const [few, many] = tenants.map(({ times }) => times.map(({ microseconds }) => microseconds)) as [number[], number[]]
  return print(`a change in a tenant of ${inWords(LARGE)} pairs`, {
    [`× one in a tenant of ${inWords(SMALL)}`]: ratio(many, few),
    'µs one change': median(many),
    'ms the longest': Math.max(...tenants.flatMap(({ times }) => times.map(({ longest }) => longest))),
  })
}

interface Times {
  readonly microseconds: number
  readonly longest: number
}

function timesOf(projection: AccessProjection, events: readonly TenantRequestEvent[]): Times {
  let longest = 0
  collectGarbage()
  const started = performance.now()
  let before = started
  for (const event of events) {
    projection.apply(event)
    const now = performance.now()
    longest = Math.max(longest, now - before)
    before = now
  }
  return { microseconds: ((before - started) * 1_000) / events.length, longest }
}

function projectionOf(grants: number): AccessProjection {
  const projection = new AccessProjection()
  for (let n = 0; n < grants / USERS; n++) {
    const users = Array.from({ length: USERS }, (_, k) => idOf('user', (n * 7 + k) % peopleOf(grants)))
    load(projection, n, idOf('tenant', n), users)
  }
  return projection
}

function load(projection: AccessProjection, n: number, tenant: string, users: string[]): void {
  const parties = { id: idOf('request', n), requestingTenant: 'vendor', tenant, users, removed: [] }
  projection.load({ ...parties, sentAt: 0, state: 'granted', grantedAt: 0, expiresAt: null })
}

/** Every request has four changes. */
function eventOf(n: number, tenant: string, user: string): TenantRequestEvent {
  const parties = { tenant, requestingTenant: 'vendor', accessRequest: 'a', tenantRequest: idOf('changed', n >> 2) }
  const event = { id: 'e', at: n, version: 1, by: { user: 'tom', tenant }, ...parties } as const
  if (n % 4 === 0) return { ...event, type: 'tenant-request.received', revision: 1, message: '', users: [user], answerBy: null }
  if (n % 4 === 1) return { ...event, type: 'tenant-request.granted', revision: 2, message: '', expiresAt: null, removedUsers: [] }
  if (n % 4 === 2) return { ...event, type: 'tenant-request.expiry-set', revision: 3, expiresAt: 1e15 }
  return { ...event, type: 'tenant-request.revoked', revision: 4, message: '', removedUser: null }
}
