/** The shared part of the four hosts: logins, a customer's data, and pages of access requests as JSON. */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { type Actor, createConsentry, type Directory, type Permission, type Repository } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { z } from 'zod'

interface Person {
  readonly tenant: string
  readonly permissions: readonly Permission[]
}

const people: ReadonlyMap<string, Person> = new Map([
  ['elizabeth', { tenant: 'classics', permissions: ['submit'] }],
  ['caroline', { tenant: 'classics', permissions: [] }],
  ['charlotte', { tenant: 'classics', permissions: [] }],
  ['tom', { tenant: 'tom-sawyer', permissions: ['answer'] }],
  ['pooh', { tenant: 'hundred-acre', permissions: ['answer'] }],
])
const customers = ['tom-sawyer', 'hundred-acre']
const fences: ReadonlyMap<string, readonly string[]> = new Map([['tom-sawyer', ['thirty yards, to be whitewashed']]])

const directory: Directory = {
  members: (requester, users) => users.filter((user) => people.get(user)?.tenant === requester),
  askable: (requester, tenants) => tenants.filter((tenant) => requester === 'classics' && customers.includes(tenant)),
}

// All users share one password here. A real host stores one for each, or uses an identity provider.
const salt = randomBytes(16)
const hashed = (password: string) => scryptSync(password, salt, 32)
const PASSWORD = hashed('whitewash')

/** The logged-in user and the id of their session, as kept in a signed cookie. Never trust an unsigned one. */
export const Login = z.object({ user: z.string(), session: z.string().nullable() })
export type Login = z.infer<typeof Login>

/** Returns the user with this password, or `null`. */
export function signIn(credentials: unknown): string | null {
  const { data } = z.object({ user: z.string(), password: z.string() }).safeParse(credentials)
  if (data === undefined) return null
  // The password is always hashed, so the time of an answer does not tell which users there are.
  const matches = timingSafeEqual(hashed(data.password), PASSWORD)
  return matches && people.has(data.user) ? data.user : null
}

/**
 * Whether a body of this content type is read: JSON alone.
 * A page of another site can send a form or plain text in its reader's name, but no JSON without asking the host first (CORS).
 */
export const isJson = (contentType: string | undefined | null) => /^application\/json *(;|$)/i.test(contentType ?? '')

/** Returns a customer's data, which only its own users and guests may see. */
export const fencesOf = (tenant: string) => fences.get(tenant) ?? []

/** The input of a page. The service parses everything except the actor. */
export interface Asked {
  readonly actor: Actor
  readonly id: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
}

/** The service, and the pages of the access requests over it. */
export function office({ repository = memoryRepository(), clock }: { repository?: Repository; clock?: () => number } = {}) {
  const consentry = createConsentry({ repository, directory, clock, legacy: (user) => people.get(user)?.tenant === 'classics' })
  /** Returns the actor of a login: always the real person, impersonating while their session is live; `null` without a login. */
  const actorOf = async (login: Login | null | undefined): Promise<Actor | null> => {
    const person = login && people.get(login.user)
    return person ? (await consentry.resume({ ...login, ...person })).actor : null
  }
  const query = ({ limit, ...rest }: Asked['query']) => ({ ...rest, ...(limit === undefined ? {} : { limit: Number(limit) }) })
  const pages: readonly (readonly ['get' | 'post', string, (asked: Asked) => Promise<unknown>])[] = [
    ['get', '/outgoing', (asked) => consentry.outgoing(asked.actor, query(asked.query))],
    ['get', '/incoming', (asked) => consentry.incoming(asked.actor, query(asked.query))],
    ['get', '/my-access', (asked) => consentry.myAccess(asked.actor, query(asked.query))],
    ['get', '/sessions', (asked) => consentry.sessions(asked.actor, query(asked.query))],
    ['post', '/requests', (asked) => consentry.submit(asked.actor, asked.body as never)],
    ['post', '/requests/:id/grant', (asked) => consentry.grant(asked.actor, asked.id, asked.body as never)],
    ['post', '/requests/:id/reject', (asked) => consentry.reject(asked.actor, asked.id, asked.body as never)],
    ['post', '/requests/:id/expiry', (asked) => consentry.setExpiry(asked.actor, asked.id, asked.body as never)],
    ['post', '/requests/:id/revoke', (asked) => consentry.revoke(asked.actor, asked.id, asked.body as never)],
  ]
  return { consentry, pages, actorOf }
}
export type Office = ReturnType<typeof office>
