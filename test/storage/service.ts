/** A service over a repository under test, for a vendor that may ask every tenant there is. */
import { type Consentry, type ConsentryOptions, createConsentry } from '../../src/consentry.js'
import type { Actor } from '../../src/domain/actor.js'
import type { Directory } from '../../src/ports/directory.js'
import type { Repository } from '../../src/ports/repository.js'

export const CLASSICS = 'classics'
export const STAFF: readonly string[] = ['caroline', 'charlotte', 'wickham']

const directory: Directory = {
  members: (tenant, users) => (tenant === CLASSICS ? users.filter((user) => STAFF.includes(user)) : []),
  askable: (tenant, tenants) => tenants.filter((one) => one !== tenant),
}

export const elizabeth: Actor = { user: 'elizabeth', tenant: CLASSICS, permissions: ['submit'], impersonating: null }
export const caroline: Actor = { user: 'caroline', tenant: CLASSICS, permissions: [], impersonating: null }

/** Whoever answers for a tenant. */
export function answererOf(tenant: string): Actor {
  return { user: `admin-of-${tenant}`, tenant, permissions: ['answer'], impersonating: null }
}

/** The service; by the system's clock and with random ids unless the options say otherwise. */
export function serviceOn(repository: Repository, options: Partial<ConsentryOptions> = {}): Consentry {
  return createConsentry({ repository, directory, ...options })
}

/** What asks these tenants for these users. */
export function asking(tenants: readonly string[], users: readonly string[] = ['caroline'], message = '') {
  return { name: 'SupportAccess', message, associations: [{ users, tenants }] }
}

/** As many tenants. */
export function tenantsUpTo(count: number, name = 'tenant'): string[] {
  return Array.from({ length: count }, (_, n) => `${name}-${n}`)
}

/** Asks one tenant, and gives the id of its request. */
export async function ask(service: Consentry, tenant: string, users?: readonly string[]): Promise<string> {
  const { sent } = await service.submit(elizabeth, asking([tenant], users))
  return sent[0]?.id ?? ''
}
