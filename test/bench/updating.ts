/** The update benchmark: single changes among many grants, their median and maximum time. */
import type { TenantRequestEvent } from 'consentry/domain'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import { idOf } from './host.js'
import { collectGarbage, inWords, type Measured, median, print } from './measure.js'

const USERS = 10
const CHANGES = 100_000
const peopleOf = (grants: number) => Math.max(USERS, grants / 50)

/** Measures each number of grants. A change is a request of one user received, granted, given an expiry or revoked. */
export function benchUpdates(sizes: readonly number[], rounds: number): Measured[] {
  return sizes.map((grants) => {
    const projection = projectionOf(grants)
    const microseconds: number[] = []
    let longest = 0
    for (let round = 0; round < rounds; round++) {
      const events = Array.from({ length: CHANGES }, (_, n) => eventOf(n + round * CHANGES, grants))
      collectGarbage()
      const started = performance.now()
      let before = started
      for (const event of events) {
        projection.apply(event)
        const now = performance.now()
        longest = Math.max(longest, now - before)
        before = now
      }
      microseconds.push(((before - started) * 1_000) / CHANGES)
    }
    return print(`a change among ${inWords(grants)} grants`, { 'µs one change': median(microseconds), 'ms the longest': longest })
  })
}

function projectionOf(grants: number): AccessProjection {
  const projection = new AccessProjection()
  for (let n = 0; n < grants / USERS; n++) {
    const users = Array.from({ length: USERS }, (_, k) => idOf('user', (n * 7 + k) % peopleOf(grants)))
    const parties = { id: idOf('request', n), requestingTenant: 'vendor', tenant: idOf('tenant', n), users, removed: [] }
    projection.load({ ...parties, sentAt: 0, state: 'granted', grantedAt: 0, expiresAt: null })
  }
  return projection
}

/** Every request has four changes. Tenants and users are spread, so that no change benefits from cached neighbours. */
function eventOf(n: number, grants: number): TenantRequestEvent {
  const request = n >> 2
  const tenant = idOf('tenant', (request * 7919) % (grants / USERS))
  const parties = { tenant, requestingTenant: 'vendor', accessRequest: 'a', tenantRequest: idOf('changed', request) }
  const event = { id: 'e', at: n, version: 1, by: { user: 'tom', tenant }, ...parties } as const
  if (n % 4 === 0)
    return { ...event, type: 'tenant-request.received', revision: 1, message: '', users: [idOf('user', request % peopleOf(grants))] }
  if (n % 4 === 1) return { ...event, type: 'tenant-request.granted', revision: 2, message: '', expiresAt: null, removedUsers: [] }
  if (n % 4 === 2) return { ...event, type: 'tenant-request.expiry-set', revision: 3, expiresAt: 1e15 }
  return { ...event, type: 'tenant-request.revoked', revision: 4, message: '', removedUser: null }
}
