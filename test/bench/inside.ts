/** The data of the guard benchmark: a thousand grants in memory, and one live session. */
import { type Actor, createConsentry } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import type { Seen, Served } from '../guard/host.js'
import { answererOf, directory, requester } from './host.js'

const TENANTS = 100
const USERS_PER_TENANT = 10
const USER = 'user-55'
const TENANT = 'tenant-50'
const FENCES = { fences: ['thirty yards, to be whitewashed'] }

/** Creates the grants, starts one session, and serves every form of a guard and one small answer. */
export async function inside() {
  const consentry = createConsentry({ repository: memoryRepository(), directory, policy: { sessionCap: { hours: 12 } } })
  const users = Array.from({ length: TENANTS }, (_, n) => `user-${n}`)
  const associations = users.map((_, n) => ({ tenants: [`tenant-${n}`], users: [...users, ...users].slice(n, n + USERS_PER_TENANT) }))
  const { sent } = await consentry.submit(requester, { name: 'Bench', associations })
  for (const { id, tenant } of sent) await consentry.grant(answererOf(tenant), id, { expiresAt: null })

  // The host's own login costs the same with and without a guard: here it is one look-up.
  const actorOf = (user: string): Actor => ({ ...requester, user, permissions: [] })
  const actors = new Map(users.map((user) => [user, actorOf(user)]))
  const session = await consentry.startImpersonation(actorOf(USER), { tenant: TENANT, method: 'access-request' })
  const served: Served = {
    options: <Request>(seen: (request: Request) => Seen) => {
      const header = (name: string) => (request: Request) => seen(request).header(name) as string | undefined
      const user = header('x-user')
      const actor = (request: Request) => actors.get(user(request) ?? '')
      const common = { consentry, tenant: (request: Request) => seen(request).param as string }
      const byMethod = { ...common, actor, method: () => 'access-request' as const }
      const session = header('x-session')
      const bySession = { ...common, actor, session }
      const person = (request: Request) => {
        const own = actor(request)
        return own && { ...own, session: session(request) }
      }
      const byLogin = { ...common, person }
      const pass = { ownTenant: 'pass' } as const
      const own = { ownByMethod: { ...byMethod, ...pass }, ownBySession: { ...bySession, ...pass }, ownByLogin: { ...byLogin, ...pass } }
      return { byMethod, bySession, byLogin, ...own }
    },
    answer: () => FENCES,
    answerBoth: () => FENCES,
  }
  return { headers: { 'x-user': USER, 'x-session': session.id }, tenant: TENANT, served }
}
