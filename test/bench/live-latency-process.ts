/** Runs in its own process: follows with a live access, revokes or grants on request, and waits for a denial. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { obey } from '../databases/orders.js'
import { loadBuild, openOnPostgres } from './builds.js'
import { answererOf } from './host.js'
import { grants } from './writing-load.js'

const [folder = '', connectionString = '', how = ''] = process.argv.slice(2)
const PATIENCE = 60_000

const build = await loadBuild(folder)
const { repository, consentry } = await openOnPostgres(build, connectionString)
const { subscribe: _, ...silent } = repository
let live: ReturnType<typeof build.liveAccess>

/** Returns the milliseconds by a clock that all processes share. */
const instant = () => performance.timeOrigin + performance.now()
const allows = (tenant: string) => live.canImpersonate('caroline', tenant, 'access-request', Date.now())

let denied = Promise.resolve(0)

async function denialOf(tenant: string): Promise<number> {
  while (allows(tenant)) await setImmediate()
  return instant()
}

const { refill, command } = grants(consentry)
let granting: Promise<unknown> | undefined
let stopped = false

const orders = {
  load: () => {
    live = how === 'listening' ? build.liveAccess(repository, 1_000) : build.liveAccess(silent, 100)
    return live.ready()
  },
  watch: async (tenant: string) => {
    // A live access that has much to catch up with denies until it has.
    const until = performance.now() + PATIENCE
    while (!allows(tenant)) {
      if (performance.now() > until) throw new Error('denied before it was revoked')
      await sleep(10)
    }
    denied = denialOf(tenant)
  },
  /** Returns the instant at which the watched tenant is denied. */
  denied: () => denied,
  /** Returns the instant at which the revocation was acknowledged. */
  revoke: async (request: string, tenant: string) => {
    await consentry.revoke(answererOf(tenant), request)
    return instant()
  },
  refill,
  /** Grants requests of other tenants by so many clients at once, until it is stopped. */
  startGranting: (clients: number) => {
    stopped = false
    const client = async () => {
      while (!stopped) await command()
    }
    granting = Promise.all(Array.from({ length: clients }, client))
    granting.catch(() => {}) // reported when it is stopped
  },
  stopGranting: async () => {
    stopped = true
    await granting
  },
}

export type Latency = typeof orders

obey(orders)
