/** The host of the benchmarks: one tenant asks, and the administrator of every tenant answers. */
import type { Actor, Directory } from 'consentry'

export const requester: Actor = { user: 'elizabeth', tenant: 'vendor', permissions: ['submit'], impersonating: null }

export const answererOf = (tenant: string): Actor => ({ user: 'an-admin', tenant, permissions: ['answer'], impersonating: null })

/** Every tenant may be asked, for everybody except its administrator. */
export const directory: Directory = {
  members: (_tenant, users) => users.filter((user) => user !== 'an-admin'),
  askable: (_tenant, tenants) => tenants,
}

export function idOf(kind: string, n: number): string {
  return `${kind}-${n.toString(16).padStart(35 - kind.length, '0')}`
}
