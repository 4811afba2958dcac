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
export interface Inside {
  /** The headers of a request by the session's user, and the tenant. */
  readonly headers: Readonly<Record<string, string>>
  readonly tenant: string
  /** Returns the options of both forms of a guard, for a framework's request. */
  readonly options: <Request>(
    tenantOf: (request: Request) => string | undefined,
    headersOf: (request: Request) => (name: string) => string | undefined,
  ) => { readonly byMethod: MethodOptions<Request>; readonly bySession: SessionOptions<Request> }
}

/** Creates the grants, and starts one session. */
export async function inside(): Promise<Inside> {
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
  return {
    headers: { 'x-user': USER, 'x-session': session.id },
    tenant: TENANT,
    options: (tenantOf, headersOf) => {
      const actor = (request: Parameters<typeof tenantOf>[0]) => actors.get(headersOf(request)('x-user') ?? '')
      const common = { consentry, actor, tenant: tenantOf }
      return {
        byMethod: { ...common, method: () => 'access-request' },
        bySession: { ...common, session: (request) => headersOf(request)('x-session') },
      }
    },
  }
}
