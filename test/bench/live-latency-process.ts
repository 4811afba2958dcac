/** Runs in its own process: follows with a live access, revokes on request, and waits for the denial. */
import { setImmediate } from 'node:timers/promises'
import { createConsentry, createLiveAccess } from 'consentry'
import { obey } from '../databases/orders.js'
import { answererOf, directory } from './host.js'
import { openPostgres } from './stores.js'

const [connectionString = '', how = ''] = process.argv.slice(2)
const { repository } = await openPostgres(connectionString)
const { subscribe, ...silent } = repository
const live = createLiveAccess({
  repository: how === 'listening' && subscribe ? { ...silent, subscribe } : silent,
  pollIntervalMs: how === 'listening' ? 1_000 : 100,
})
const consentry = createConsentry({ repository: silent, directory })

/** Returns the milliseconds by a clock that all processes share. */
const instant = () => performance.timeOrigin + performance.now()
const allows = (tenant: string) => live.canImpersonate('caroline', tenant, 'access-request', Date.now())

let denied = Promise.resolve(0)

async function denialOf(tenant: string): Promise<number> {
  while (allows(tenant)) await setImmediate()
  return instant()
}

const orders = {
  load: () => live.ready(),
  watch: (tenant: string) => {
    if (!allows(tenant)) throw new Error('denied before it was revoked')
    denied = denialOf(tenant)
  },
  /** Returns the instant at which the watched tenant is denied. */
  denied: () => denied,
  /** Returns the instant at which the revocation was acknowledged. */
  revoke: async (request: string, tenant: string) => {
    await consentry.revoke(answererOf(tenant), request)
    return instant()
  },
}

export type Latency = typeof orders

obey(orders)
