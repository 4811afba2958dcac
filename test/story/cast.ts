/** The people and tenants of the story, and a service with a clock that the test sets (SPEC §10). */
import { memoryRepository } from '../../src/adapters/memory.js'
import { type ConsentryOptions, createConsentry } from '../../src/consentry.js'
import type { Actor } from '../../src/domain/actor.js'
import type { Directory } from '../../src/ports/directory.js'

export const CLASSICS = 'classics'
export const TOM = 'tom-sawyer'
export const HUNDRED = 'hundred-acre'

const staff = ['elizabeth', 'caroline', 'charlotte', 'wickham']

export const isAskable = (from: string, tenant: string): boolean => from === CLASSICS && (tenant === TOM || tenant === HUNDRED)

export const directory: Directory = {
  members: (tenant, users) => (tenant === CLASSICS ? users.filter((user) => staff.includes(user)) : []),
  askable: (tenant, tenants) => tenants.filter((one) => isAskable(tenant, one)),
}

/** The host's legacy rule of SPEC §10: it permits every member of Classics, and no other user. */
export const legacy = (user: string): boolean => staff.includes(user)

export const person = (user: string, tenant: string, ...permissions: Actor['permissions']): Actor => {
  return { user, tenant, permissions, impersonating: null }
}

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

export const T0 = Date.UTC(2026, 0, 15, 9)

export type Stage = ReturnType<typeof stage>

export function stage(options: Partial<ConsentryOptions> = {}) {
  const clock = { now: T0 }
  const consentry = createConsentry({ repository: memoryRepository(), directory, legacy, clock: () => clock.now, ...options })
  return Object.assign(clock, { consentry })
}

/** A stage where SupportAccess was submitted at `T0`, with the ids of its requests. */
export async function sentStage(options: Partial<ConsentryOptions> = {}): Promise<Stage & { id: string; tom: string; hundred: string }> {
  const on = stage(options)
  const { id, sent } = await on.consentry.submit(elizabeth, SUPPORT_ACCESS)
  const idOf = (tenant: string) => sent.find((one) => one.tenant === tenant)?.id ?? ''
  return Object.assign(on, { id, tom: idOf(TOM), hundred: idOf(HUNDRED) })
}
