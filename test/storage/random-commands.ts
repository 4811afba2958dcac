/** Random commands of every kind, by vendors, tenants and users. */
import type { Consentry } from '../../src/consentry.js'
import type { Actor } from '../../src/domain/actor.js'
import type { TenantRequest } from '../../src/domain/tenant-request-state.js'
import type { Repository } from '../../src/ports/repository.js'
import { person } from '../story/cast.js'
import { answererOf, serviceOn, tenantsUpTo } from './service.js'

const HOUR = 3_600_000
export const upTo = (limit: number) => 1 + Math.floor(Math.random() * limit)

type Cast = Readonly<Record<'vendors' | 'tenants' | 'users', readonly string[]>> & { readonly brief: boolean }

/** Returns a function that runs the next command; if `brief`, some grants expire during the run. */
export function randomCommands({ vendors, tenants, users, brief }: Cast): (repository: Repository) => Promise<unknown> {
  const sessions: { readonly actor: Actor; readonly id: string }[] = []
  const one = <T>(of: readonly T[]) => of[upTo(of.length) - 1] as T
  const several = (of: readonly string[], most: number) => [...new Set(Array.from({ length: upTo(most) }, () => one(of)))]
  // Few distinct late expiries, so that many grants expire together.
  const expiry = () => (brief && Math.random() < 0.4 ? Date.now() + 30 + upTo(500) : Math.ceil(Date.now() / HOUR + upTo(3)) * HOUR)

  type Command = (service: Consentry, repository: Repository) => Promise<unknown>
  /** A command on a random request of that status, or another command if there is none. */
  const on =
    (status: 'pending' | 'granted', instead: Command, command: (service: Consentry, found: TenantRequest) => Promise<unknown>): Command =>
    async (service, repository) => {
      const listed = one(await repository.incoming({ tenant: one(tenants), statuses: [status], now: Date.now(), limit: 20 }))
      const [found] = listed === undefined ? [] : await repository.tenantRequests([listed.id])
      return found === undefined ? instead(service, repository) : command(service, found)
    }

  const submit: Command = (service) => {
    const associations = Array.from({ length: upTo(2) }, () => ({ users: several(users, 3), tenants: several(tenants, 3) }))
    return service.submit(vendor(one(vendors)), { name: 'SupportAccess', message: 'to look after you', associations })
  }
  const grant = on('pending', submit, (service, { id, tenant }) =>
    service.grant(answererOf(tenant), id, { expiresAt: Math.random() < 0.3 ? null : expiry() }),
  )
  const reject = on('pending', submit, (service, { id, tenant }) => service.reject(answererOf(tenant), id, { message: 'no' }))
  const withdraw = on('pending', submit, (service, { id, accessRequest, requestingTenant }) =>
    service.withdraw(vendor(requestingTenant), Math.random() < 0.5 ? id : { accessRequest }),
  )
  const setExpiry = on('granted', grant, (service, { id, tenant }) => service.setExpiry(answererOf(tenant), id, { expiresAt: expiry() }))
  const revoke = on('granted', grant, (service, { id, tenant, requestingTenant }) =>
    service.revoke(Math.random() < 0.5 ? answererOf(tenant) : vendor(requestingTenant), id),
  )
  const removeUser: Command = (service) => service.removeUser(vendor(one(vendors)), one(users))
  const start = on('granted', grant, async (service, { tenant, requestingTenant, users }) => {
    const actor = person(one(users), requestingTenant)
    sessions.push({ actor, id: (await service.startImpersonation(actor, { tenant, method: 'access-request' })).id })
  })
  const end: Command = (service, repository) => {
    const session = sessions.pop()
    return session === undefined ? start(service, repository) : service.endImpersonation(session.actor, session.id)
  }
  const recordDue: Command = (service) => service.recordDue()
  const seldom = [reject, withdraw, removeUser, recordDue, start, end]
  const often = [submit, submit, submit, grant, grant, grant, grant, setExpiry, revoke, revoke]
  return (repository) => one(Math.random() < 0.3 ? seldom : often)(serviceOn(repository), repository)
}

const vendor = (tenant: string) => person(`buyer-of-${tenant}`, tenant, 'submit')

/** Returns random commands on tenants that no other office has. */
export function officeNamed(name: string): ReturnType<typeof randomCommands> {
  const users = ['caroline', 'charlotte', 'wickham']
  return randomCommands({ vendors: [name], tenants: tenantsUpTo(8, name), users, brief: false })
}
