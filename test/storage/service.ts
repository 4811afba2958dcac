/** A service over a repository under test, whose vendor may ask every tenant. */
import { type Consentry, type ConsentryOptions, createConsentry } from '../../src/consentry.js'
import type { Directory } from '../../src/ports/directory.js'
import type { Repository } from '../../src/ports/repository.js'
import { CLASSICS, caroline, elizabeth, person } from '../story/cast.js'

export { CLASSICS, caroline, elizabeth }

export type Call = () => Promise<unknown>

const directory: Directory = {
  members: (_tenant, users) => users.filter((user) => !user.startsWith('admin-of-')),
  askable: (tenant, tenants) => tenants.filter((one) => one !== tenant),
}

export const answererOf = (tenant: string) => person(`admin-of-${tenant}`, tenant, 'answer')
export const serviceOn = (repository: Repository, options: Partial<ConsentryOptions> = {}) =>
  createConsentry({ repository, directory, ...options })

export function asking(tenants: readonly string[], users: readonly string[] = ['caroline'], message = '') {
  return { name: 'SupportAccess', message, associations: [{ users, tenants }] }
}

export const tenantsUpTo = (count: number, name = 'tenant') => Array.from({ length: count }, (_, n) => `${name}-${n}`)

/** A vendor of that name. A submission waits for an open transaction in which the same vendor has submitted (SPEC 3.4a). */
export const vendorOf = (name: string) => person(`buyer-of-${name}`, name, 'submit')

export async function ask(service: Consentry, tenant: string, users?: readonly string[], by = elizabeth): Promise<string> {
  const { sent } = await service.submit(by, asking([tenant], users))
  return sent[0]?.id ?? ''
}

export async function askAndGrant(service: Consentry, tenant: string): Promise<string> {
  const id = await ask(service, tenant)
  await service.grant(answererOf(tenant), id, { expiresAt: null })
  return id
}

export const mayEnter = (tenant: string) => ({ user: 'caroline', tenant, method: 'access-request', from: CLASSICS }) as const

export function questionsOf(service: Consentry, tenant: string): readonly Call[] {
  return [
    () => service.decide(mayEnter(tenant)),
    () => service.authorize(mayEnter(tenant)),
    () => service.facts(tenant),
    () => service.tenantsFor({ user: 'caroline' }),
    () => service.usersFor({ tenant }),
    () => service.startImpersonation(caroline, { tenant, method: 'access-request' }),
    () => service.checkImpersonation(caroline, 'A'.repeat(43)),
    () => service.resume({ user: 'caroline', tenant: CLASSICS, permissions: [], session: 'A'.repeat(43) }),
  ]
}

export function listsOf(service: Consentry, tenant: string): readonly Call[] {
  return [
    () => service.incoming(answererOf(tenant)),
    () => service.outgoing(elizabeth),
    () => service.myAccess(caroline),
    () => service.sessions(elizabeth),
    () => service.history(elizabeth),
  ]
}

/** Returns commands of every kind: on one request, a submission, and on many requests. */
export function commandsOf(service: Consentry, tenant: string, id: string, submission = asking([tenant])): readonly Call[] {
  return [
    () => service.grant(answererOf(tenant), id, { expiresAt: null }),
    () => service.submit(elizabeth, submission),
    () => service.removeUser(elizabeth, 'caroline'),
  ]
}
