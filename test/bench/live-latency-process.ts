/** Runs in its own process: follows with a live access, revokes on request, reports the denial. */
import { setImmediate } from 'node:timers/promises'
import { createConsentry, createLiveAccess } from 'consentry'
import { postgresRepository } from 'consentry/adapters/postgres'
import pg from 'pg'

/** The requests to the process: watch a grant, or revoke it. */
export type LatencyOrder = { readonly watch: string } | { readonly revoke: string; readonly tenant: string }

/** Its messages: loaded, watching, the instant of the acknowledged revocation, and of the denial, by a common clock. */
export type LatencyTold = 'filled' | 'watching' | { readonly acknowledged: number } | { readonly denied: number }

const [connectionString = '', how = ''] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString, max: 4 })
pool.on('error', () => {}) // the server stops while connections are open
const { subscribe, ...silent } = postgresRepository({ pool })
const live = createLiveAccess({
  repository: how === 'listening' && subscribe ? { ...silent, subscribe } : silent,
  pollIntervalMs: how === 'listening' ? 1_000 : 100,
})
const consentry = createConsentry({ repository: silent, directory: { members: () => [], askable: () => [] } })

const tell = (told: LatencyTold) => process.send?.(told)
const instant = () => performance.timeOrigin + performance.now()
const allows = (tenant: string) => live.canImpersonate('caroline', tenant, 'access-request', Date.now())

async function obey(order: LatencyOrder): Promise<void> {
  if ('watch' in order) {
    if (!allows(order.watch)) throw new Error('denied before it was revoked')
    tell('watching')
    while (allows(order.watch)) await setImmediate()
    tell({ denied: instant() })
  } else {
    await consentry.revoke({ user: 'tom', tenant: order.tenant, permissions: ['answer'], impersonating: null }, order.revoke)
    tell({ acknowledged: instant() })
  }
}

process.on('message', (order: LatencyOrder) => void obey(order))
process.on('disconnect', () => process.exit())
void live.ready().then(() => tell('filled'))
