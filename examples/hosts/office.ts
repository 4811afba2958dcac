/** The shared part of the four hosts: people with their logins and names, a customer's data, and the service. */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { createConsentry, type Directory, type Named, type People, type PeopleSearch, type Repository } from 'consentry'
import type { Person } from 'consentry/http'
import { z } from 'zod'

const everybody: readonly (Named & Omit<Person, 'user'>)[] = [
  { id: 'elizabeth', name: 'Elizabeth Bennet', tenant: 'classics', permissions: ['submit'] },
  { id: 'caroline', name: 'Caroline Bingley', tenant: 'classics', permissions: [] },
  { id: 'charlotte', name: 'Charlotte Lucas', tenant: 'classics', permissions: [] },
  { id: 'tom', name: 'Tom Sawyer', tenant: 'tom-sawyer', permissions: ['answer'] },
  { id: 'pooh', name: 'Winnie-the-Pooh', tenant: 'hundred-acre', permissions: ['answer'] },
]
const vendor: Named = { id: 'classics', name: 'Classics, Inc.' }
const customers: readonly Named[] = [
  { id: 'tom-sawyer', name: 'Tom Sawyer Fence Painting Co.' },
  { id: 'hundred-acre', name: 'Hundred Acre Wood Art Gallery' },
]
const fences: ReadonlyMap<string, readonly string[]> = new Map([['tom-sawyer', ['thirty yards, to be whitewashed']]])

const find = (user: string) => everybody.find(({ id }) => id === user)
const customersOf = (requester: string) => (requester === vendor.id ? customers : [])
const staffOf = (requester: string) => everybody.filter(({ tenant }) => tenant === requester).map(({ id, name }) => ({ id, name }))

const directory: Directory = {
  members: (requester, users) => users.filter((user) => find(user)?.tenant === requester),
  askable: (requester, tenants) => tenants.filter((tenant) => customersOf(requester).some(({ id }) => id === tenant)),
}

/** Returns the first matches behind the cursor, by name; the cursor is the last name of the page before. */
function pageOf(all: readonly Named[], { search, cursor, limit }: PeopleSearch) {
  const matches = all.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()) && (cursor === null || name > cursor))
  const items = matches.toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit)
  return { items, next: matches.length > limit ? (items.at(-1)?.name ?? null) : null }
}

const people = {
  users: (ids) => everybody.filter(({ id }) => ids.includes(id)).map(({ id, name }) => ({ id, name })),
  tenants: (ids) => [vendor, ...customers].filter(({ id }) => ids.includes(id)),
  findUsers: (requester, query) => pageOf(staffOf(requester), query),
  findTenants: (requester, query) => pageOf(customersOf(requester), query),
} satisfies People

// All users share one password here. A real host stores one for each, or uses an identity provider.
const salt = randomBytes(16)
const hashed = (password: string) => scryptSync(password, salt, 32)
const PASSWORD = hashed('whitewash')

/** Returns the user with this password, or `null`. */
export function signIn(credentials: unknown): string | null {
  const { data } = z.object({ user: z.string(), password: z.string() }).safeParse(credentials)
  if (data === undefined) return null
  // The password is always hashed, so the time of an answer does not tell which users there are.
  const matches = timingSafeEqual(hashed(data.password), PASSWORD)
  return matches && find(data.user) ? data.user : null
}

/** What a signed cookie or token keeps of a login: the user, and the id of their session. */
export const Login = z.object({ user: z.string(), session: z.string().nullable() })
export type Login = z.infer<typeof Login>

/** The attributes of a login's cookie: no script reads it, and no page of another site makes a browser send it. */
export const COOKIE = { path: '/', httpOnly: true, sameSite: 'strict', secure: process.env['NODE_ENV'] === 'production' } as const

/** Returns a customer's data, which only its own users and guests may see. */
export const fencesOf = (tenant: string) => fences.get(tenant) ?? []

/** The service with its people, and the person of a login. */
export function office(repository: Repository) {
  const consentry = createConsentry({ repository, directory, legacy: (user) => find(user)?.tenant === vendor.id })
  const personOf = (login: Login | null | undefined): Person | null => {
    const found = login && find(login.user)
    return found ? { user: found.id, tenant: found.tenant, permissions: found.permissions, session: login.session } : null
  }
  return { consentry, people, personOf }
}
export type Office = ReturnType<typeof office>
