/** Run in a process of its own: follows by a live access, revokes when it is told to, and says at which instant what was revoked is denied. */
import { setImmediate } from 'node:timers/promises'
import { createConsentry, createLiveAccess } from 'consentry'
import { postgresRepository } from 'consentry/adapters/postgres'
import pg from 'pg'

/** What the process is told: to look out for the end of a grant, and to bring it about. */
export type LatencyOrder = { readonly watch: string } | { readonly revoke: string; readonly tenant: string }

/** What it tells: that it is filled, that it looks out, when the revocation was acknowledged, and when it denied; by one clock for all processes. */
export type LatencyTold = 'filled' | 'watching' | { readonly acknowledged: number } | { readonly denied: number }

const [connectionString = '', how = ''] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString, max: 4 })
pool.on('error', () => {}) // when the server goes
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
