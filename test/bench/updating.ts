/** The update benchmark: single changes among many grants, their mean and maximum time. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { TenantRequestEvent } from 'consentry/domain'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import { idOf } from './filling-store.js'
import { median } from './median.js'

const USERS = 10
const CHANGES = 100_000

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** The figures of a change for one number of grants. */
export interface UpdatingFigure {
  readonly grants: number
  readonly microseconds: number
  readonly longestMilliseconds: number
}

/** Measures each number of grants. A change is a request of one user received, granted, given an expiry or revoked. */
export function benchUpdates(sizes: readonly number[], rounds: number, print: (line: string) => void): readonly UpdatingFigure[] {
  return sizes.map((grants) => {
    const following = new AccessProjection()
    const tenants = grants / USERS
    for (let n = 0; n < tenants; n++) {
      const users = Array.from({ length: USERS }, (_, k) => idOf('user', (n * 7 + k) % peopleOf(grants)))
      const tenant = idOf('tenant', n)
      following.load({ id: idOf('request', n), tenant, users, removed: [], sentAt: 0, state: 'granted', grantedAt: 0, expiresAt: null })
    }
    const times: number[] = []
    let longest = 0
    for (let round = 0; round < rounds; round++) {
      const events = Array.from({ length: CHANGES }, (_, n) => eventOf(n + round * CHANGES, grants))
      collect() // so that garbage of the set-up is not collected during the measurement
      const started = performance.now()
      let before = started
      for (const event of events) {
        following.apply(event)
        const now = performance.now()
        longest = Math.max(longest, now - before)
        before = now
      }
      times.push(((before - started) * 1000) / CHANGES)
    }
    const figure = { grants, microseconds: median(times), longestMilliseconds: longest }
    print(
      `${grants.toLocaleString('en-US')} grants, one change: ${figure.microseconds.toFixed(2)} µs, the longest step ${longest.toFixed(1)} ms`,
    )
    return figure
  })
}

/** Every request has four changes. Tenants and users are spread, so that no change benefits from cached neighbours. */
function eventOf(n: number, grants: number): TenantRequestEvent {
  const request = n >> 2
  const tenant = idOf('tenant', (request * 7919) % (grants / USERS))
  const by = { user: 'tom', tenant }
  const tenantRequest = idOf('changed', request)
  const common = {
    id: 'e',
    at: n,
    tenant,
    requestingTenant: 'vendor',
    accessRequest: 'a',
    version: 1,
    by,
    tenantRequest,
    message: '',
  } as const
  if (n % 4 === 0) return { ...common, type: 'tenant-request.received', revision: 1, users: [idOf('user', request % peopleOf(grants))] }
  if (n % 4 === 1) return { ...common, type: 'tenant-request.granted', revision: 2, expiresAt: null }
  if (n % 4 === 2) return { ...without(common), type: 'tenant-request.expiry-set', revision: 3, expiresAt: 1e15 }
  return { ...common, type: 'tenant-request.revoked', revision: 4, removedUser: null }
}

function without<E extends { readonly message: string }>({ message: _, ...rest }: E): Omit<E, 'message'> {
  return rest
}

function peopleOf(grants: number): number {
  return Math.max(USERS, grants / 50)
}
