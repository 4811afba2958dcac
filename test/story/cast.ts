/** The people and tenants of the story, and a service whose clock the test holds. */
import { memoryRepository } from '../../src/adapters/memory.js'
import { type Consentry, type ConsentryOptions, createConsentry } from '../../src/consentry.js'
import type { Actor } from '../../src/domain/actor.js'
import type { Directory } from '../../src/ports/directory.js'

export const CLASSICS = 'classics'
export const TOM = 'tom-sawyer'
export const HUNDRED = 'hundred-acre'

const staff = ['elizabeth', 'caroline', 'charlotte', 'wickham']

export const directory: Directory = {
  members: (tenant, users) => (tenant === CLASSICS ? users.filter((user) => staff.includes(user)) : []),
  askable: (tenant, tenants) => (tenant === CLASSICS ? tenants.filter((one) => one === TOM || one === HUNDRED) : []),
}

/** The host's legacy rule of SPEC §10: every member of Classics may, nobody of another vendor. */
export const legacy = (user: string): boolean => staff.includes(user)

export const person = (user: string, tenant: string, ...permissions: Actor['permissions']): Actor => ({
  user,
  tenant,
  permissions,
  impersonating: null,
})

export const elizabeth = person('elizabeth', CLASSICS, 'submit')
export const caroline = person('caroline', CLASSICS)
export const charlotte = person('charlotte', CLASSICS)
export const tomAdmin = person('becky', TOM, 'answer')
export const hundredAdmin = person('rabbit', HUNDRED, 'answer')

export const SUPPORT_ACCESS = {
  name: 'SupportAccess',
  message: 'Caroline and Charlotte look after your account.',
  associations: [
    { users: ['caroline'], tenants: [TOM] },
    { users: ['charlotte'], tenants: [TOM, HUNDRED] },
  ],
}

/** A moment of the test's own choosing, in milliseconds. */
export const T0 = Date.UTC(2026, 0, 15, 9)

/** A service whose clock stands where it is put. */
export interface Stage {
  readonly consentry: Consentry
  now: number
}

export function stage(options: Partial<ConsentryOptions> = {}): Stage {
  const clock = { now: T0 }
  const consentry = createConsentry({ repository: memoryRepository(), directory, legacy, clock: () => clock.now, ...options })
  return Object.assign(clock, { consentry })
}

/** A stage on which SupportAccess was sent at T0; the tenant requests' ids by tenant. */
export async function sentStage(options: Partial<ConsentryOptions> = {}): Promise<Stage & { id: string; tom: string; hundred: string }> {
  const on = stage(options)
  const { id, sent } = await on.consentry.submit(elizabeth, SUPPORT_ACCESS)
  const idOf = (tenant: string) => sent.find((one) => one.tenant === tenant)?.id ?? ''
  return Object.assign(on, { id, tom: idOf(TOM), hundred: idOf(HUNDRED) })
}
