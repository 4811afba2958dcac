/** Runs in its own process: follows with a live access, revokes on request, and waits for the denial. */
import { setImmediate } from 'node:timers/promises'
import { createConsentry, createLiveAccess } from 'consentry'
import { answerParent } from './child.js'
import { answererOf, directory } from './host.js'
import { openPostgres } from './stores.js'

/**
 * The questions of the parent: to load, to watch a grant, for the instant at which the watched one is denied, and to revoke, which answers
 * the instant at which it was acknowledged. Instants are in milliseconds by a common clock.
 */
export type LatencyQuestion = 'load' | { readonly watch: string } | 'denied' | { readonly revoke: string; readonly tenant: string }

const [connectionString = '', how = ''] = process.argv.slice(2)
const { repository } = await openPostgres(connectionString)
const { subscribe, ...silent } = repository
const live = createLiveAccess({
  repository: how === 'listening' && subscribe ? { ...silent, subscribe } : silent,
  pollIntervalMs: how === 'listening' ? 1_000 : 100,
})
const consentry = createConsentry({ repository: silent, directory })

const instant = () => performance.timeOrigin + performance.now()
const allows = (tenant: string) => live.canImpersonate('caroline', tenant, 'access-request', Date.now())
let denied = Promise.resolve(0)

async function denialOf(tenant: string): Promise<number> {
  while (allows(tenant)) await setImmediate()
  return instant()
}

answerParent(async (question: LatencyQuestion) => {
  if (question === 'load') return live.ready()
  if (question === 'denied') return denied
  if ('watch' in question) {
    if (!allows(question.watch)) throw new Error('denied before it was revoked')
    denied = denialOf(question.watch)
    return
  }
  await consentry.revoke(answererOf(question.tenant), question.revoke)
  return instant()
})
