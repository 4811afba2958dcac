/** The data of the guard benchmark: a thousand grants in memory, and one live session. */
import { type Actor, createConsentry } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import type { MethodOptions, SessionOptions } from 'consentry/guard/express'
import { answererOf, directory, requester } from './host.js'

const TENANTS = 100
const USERS_PER_TENANT = 10
const USER = 'user-55'
const TENANT = 'tenant-50'

/** The wiring of the benchmark's servers. */
export type Inside = Awaited<ReturnType<typeof inside>>

/** Creates the grants, and starts one session. */
export async function inside() {
  const consentry = createConsentry({ repository: memoryRepository(), directory, policy: { sessionCap: { hours: 12 } } })
  const userOf = (n: number) => `user-${n % TENANTS}`
  const associations = Array.from({ length: TENANTS }, (_, n) => ({
    tenants: [`tenant-${n}`],
    users: Array.from({ length: USERS_PER_TENANT }, (_, k) => userOf(n + k)),
  }))
  const { sent } = await consentry.submit(requester, { name: 'Bench', associations })
  for (const { id, tenant } of sent) await consentry.grant(answererOf(tenant), id, { expiresAt: null })

  // The host's own login costs the same with and without a guard: here it is one look-up.
  const actorOf = (user: string): Actor => ({ ...requester, user, permissions: [] })
  const actors = new Map(Array.from({ length: TENANTS }, (_, n) => [userOf(n), actorOf(userOf(n))]))
  const session = await consentry.startImpersonation(actorOf(USER), { tenant: TENANT, method: 'access-request' })
  /** The options of both forms of a guard, for a framework's request. */
  function options<Request>(
    tenant: (request: Request) => string | undefined,
    headersOf: (request: Request) => (name: string) => string | undefined,
  ) {
    const common = { consentry, actor: (request: Request) => actors.get(headersOf(request)('x-user') ?? ''), tenant }
    const byMethod: MethodOptions<Request> = { ...common, method: () => 'access-request' }
    const bySession: SessionOptions<Request> = { ...common, session: (request) => headersOf(request)('x-session') }
    return { byMethod, bySession }
  }
  return { headers: { 'x-user': USER, 'x-session': session.id }, tenant: TENANT, options }
}
