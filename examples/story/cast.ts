/** The cast of the story: users, tenants, directory, legacy rule and instants. */
import type { Actor, Directory, LegacyRule, Permission } from 'consentry'

export const CLASSICS = 'classics'
export const TOM_SAWYER = 'tom-sawyer'
export const HUNDRED_ACRE = 'hundred-acre'

export const CAROLINE = 'caroline'
export const CHARLOTTE = 'charlotte'
export const ELIZABETH = 'elizabeth'
/** Another employee of Classics, whom no request names. */
export const WICKHAM = 'wickham'
/** A user of another vendor. */
export const XAVIER = 'xavier'
/** The other vendor. */
export const RIVAL = 'rival'

/** The users of the matrix. */
export const USERS = [CAROLINE, CHARLOTTE, ELIZABETH, WICKHAM, XAVIER]

const NAMES: Readonly<Record<string, string>> = {
  [CLASSICS]: 'Classics, Inc.',
  [TOM_SAWYER]: 'Tom Sawyer Fence Painting Co.',
  [HUNDRED_ACRE]: 'Hundred Acre Wood Art Gallery',
  [CAROLINE]: 'Caroline Bingley',
  [CHARLOTTE]: 'Charlotte Lucas',
  [ELIZABETH]: 'Elizabeth Bennet',
  [WICKHAM]: 'George Wickham',
  [XAVIER]: 'Xavier',
}

/** Returns a name to print; Consentry itself knows only ids. */
export const nameOf = (id: string): string => NAMES[id] ?? id

const person = (user: string, tenant: string, ...permissions: Permission[]): Actor => ({ user, tenant, permissions, impersonating: null })

export const elizabeth = person(ELIZABETH, CLASSICS, 'submit')
export const caroline = person(CAROLINE, CLASSICS)
export const charlotte = person(CHARLOTTE, CLASSICS)
export const tomAdmin = person('tom', TOM_SAWYER, 'answer')
export const hundredAdmin = person('christopher', HUNDRED_ACRE, 'answer')

const MEMBERS = new Map([[CLASSICS, new Set([CAROLINE, CHARLOTTE, ELIZABETH, WICKHAM])]])
const CUSTOMERS = new Map([[CLASSICS, new Set([TOM_SAWYER, HUNDRED_ACRE])]])

export const directory: Directory = {
  members: (requestingTenant, users) => users.filter((user) => MEMBERS.get(requestingTenant)?.has(user)),
  askable: (requestingTenant, tenants) => tenants.filter((tenant) => CUSTOMERS.get(requestingTenant)?.has(tenant)),
}

/** Whether a vendor may ask a tenant, without asking the directory. */
export const isAskable = (from: string, tenant: string): boolean => CUSTOMERS.get(from)?.has(tenant) ?? false

/** The legacy rule: permits exactly the members of Classics. */
export const legacy: LegacyRule = (user) => MEMBERS.get(CLASSICS)?.has(user) ?? false

export const SUPPORT_ACCESS = {
  name: 'SupportAccess',
  message: 'Caroline and Charlotte look after your account.',
  associations: [
    { users: [CAROLINE], tenants: [TOM_SAWYER] },
    { users: [CHARLOTTE], tenants: [TOM_SAWYER, HUNDRED_ACRE] },
  ],
}

/** The instants of the story, in milliseconds. */
export const AT = {
  start: Date.parse('2026-11-02T08:00:00Z'),
  t0: Date.parse('2026-11-02T09:00:00Z'),
  t1: Date.parse('2026-11-03T10:00:00Z'),
  t2: Date.parse('2026-11-04T11:00:00Z'),
  t3: Date.parse('2026-11-05T12:00:00Z'),
  t9: Date.parse('2026-12-01T00:00:00Z'),
  t10: Date.parse('2026-12-03T00:00:00Z'),
  t11: Date.parse('2026-12-05T15:00:00Z'),
  t12: Date.parse('2026-12-31T00:00:00Z'),
}

/** Returns the story's name of an instant: `t1`, or `t1 - 1 ms`. */
export function labelOf(at: number | Date): string {
  const names = Object.entries(AT)
  const exact = names.find(([, instant]) => instant === Number(at))
  const after = names.find(([, instant]) => instant - 1 === Number(at))
  return exact?.[0] ?? (after ? `${after[0]} - 1 ms` : String(at))
}
