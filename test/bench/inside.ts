/** The data of the guard benchmark: a thousand grants in memory, and one live session. */
import type { IncomingHttpHeaders } from 'node:http'
import { type Actor, createConsentry, type LiveSession } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import type { MethodOptions, SessionOptions } from 'consentry/guard/express'

const TENANTS = 100
const USERS_PER_TENANT = 10

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
  /** Reads the headers of a Node request. */
  readonly fromNode: (request: { readonly headers: IncomingHttpHeaders }) => (name: string) => string | undefined
}

/** Creates the grants, and starts one session. */
export async function inside(): Promise<Inside> {
  const tenants = Array.from({ length: TENANTS }, (_, n) => `tenant-${n}`)
  const users = Array.from({ length: TENANTS }, (_, n) => `user-${n}`)
  const directory = {
    members: (_tenant: string, asked: readonly string[]) => asked.filter((user) => users.includes(user)),
    askable: () => tenants,
  }
  const consentry = createConsentry({ repository: memoryRepository(), directory, policy: { sessionCap: { hours: 12 } } })
  const requester: Actor = { user: 'user-0', tenant: 'vendor', permissions: ['submit'], impersonating: null }
  const associations = tenants.map((tenant, n) => ({
    tenants: [tenant],
    users: Array.from({ length: USERS_PER_TENANT }, (_, k) => `user-${(n + k) % TENANTS}`),
  }))
  const { sent } = await consentry.submit(requester, { name: 'Bench', associations })
  for (const { id, tenant } of sent) {
    await consentry.grant({ user: `admin-of-${tenant}`, tenant, permissions: ['answer'], impersonating: null }, id)
  }

  // The host's own login costs the same with and without a guard: here it is one look-up.
  const actors = new Map(users.map((user): [string, Actor] => [user, { ...requester, user, permissions: [] }]))
  const tenant = 'tenant-50'
  const user = 'user-55'
  const session: LiveSession = await consentry.startImpersonation(actors.get(user) ?? requester, { tenant, method: 'access-request' })
  return {
    headers: { 'x-user': user, 'x-session': session.id },
    tenant,
    fromNode:
      ({ headers }) =>
      (name) =>
        headers[name] as string | undefined,
    options: (tenantOf, headersOf) => {
      const common = {
        consentry,
        actor: (request: Parameters<typeof tenantOf>[0]) => actors.get(headersOf(request)('x-user') ?? ''),
        tenant: tenantOf,
      }
      return {
        byMethod: { ...common, method: () => 'access-request' as const },
        bySession: { ...common, session: (request) => headersOf(request)('x-session') },
      }
    },
  }
}
