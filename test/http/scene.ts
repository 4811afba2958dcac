/** The API over the story's people behind a socket, with a repository that can fail and a host that can be changed. */
import { memoryRepository } from '../../src/adapters/memory.js'
import { type Consentry, type ConsentryOptions, createConsentry } from '../../src/consentry.js'
import type { ConsentryEvent } from '../../src/domain/event.js'
import { consentryApi } from '../../src/http/api.js'
import type { ApiOptions, Person } from '../../src/http/api-options.js'
import type { Directory } from '../../src/ports/directory.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { People } from '../../src/ports/people.js'
import type { Repository } from '../../src/ports/repository.js'
import { CLASSICS, HUNDRED, person, T0, TOM } from '../story/cast.js'
import { type Answer, type Sent, type Server, serve } from './socket.js'

/** Another vendor, which asks the same customers. */
export const NETHERFIELD = 'netherfield'
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  [CLASSICS]: ['elizabeth', 'caroline', 'charlotte', 'wickham'],
  [NETHERFIELD]: ['bingley', 'darcy'],
}

const outside = (user: string, tenant: string, ...permissions: Person['permissions']): Person => {
  const { impersonating: _, ...login } = person(user, tenant, ...permissions)
  return login
}

/** Who can be logged in. */
export const PERSONS: Readonly<Record<string, Person>> = {
  elizabeth: outside('elizabeth', CLASSICS, 'submit'),
  caroline: outside('caroline', CLASSICS),
  charlotte: outside('charlotte', CLASSICS),
  bingley: outside('bingley', NETHERFIELD, 'submit'),
  darcy: outside('darcy', NETHERFIELD),
  becky: outside('becky', TOM, 'answer'),
  rabbit: outside('rabbit', HUNDRED, 'answer'),
  /** Of the tenant asked, with an account of the vendor too: she may not answer its requests. */
  wickham: outside('wickham', TOM, 'answer'),
  sid: outside('sid', TOM, 'submit', 'answer'),
  collins: outside('collins', CLASSICS, 'submit', 'answer'),
  huck: outside('huck', TOM),
}

const named = (ids: readonly string[]) => ids.map((id) => ({ id, name: `Name of ${id}` }))
const people: People = {
  users: named,
  tenants: named,
  findUsers: (vendor) => ({ items: named(VENDORS[vendor] ?? []), next: null }),
  findTenants: () => ({ items: named([TOM, HUNDRED]), next: null }),
  recipients: () => [],
}

export type Scene = Awaited<ReturnType<typeof scene>>

/** How the API is put behind a socket. */
export type Serve = (options: ApiOptions) => Promise<Server>
const alone: Serve = (options) => serve(consentryApi(options))

export async function scene(
  host: Partial<ApiOptions> = {},
  service: Partial<ConsentryOptions> = {},
  serveApi = alone,
  seenAs = (consentry: Consentry) => consentry,
) {
  const state = { now: T0, broken: new Set<string>(), failAll: false, left: new Set<string>(), hash: '' }
  const directory: Directory = {
    members: (vendor, users) => users.filter((user) => VENDORS[vendor]?.includes(user) && !state.left.has(user)),
    askable: (vendor, tenants) => (vendor in VENDORS ? tenants.filter((one) => one === TOM || one === HUNDRED) : []),
  }
  const store = memoryRepository()
  const errors: unknown[] = []
  /** The rows that were read by their ids alone. */
  const readById: unknown[] = []
  const repository = new Proxy(store, {
    get: (target, method) => {
      const call: unknown = Reflect.get(target, method)
      if (typeof call !== 'function') return call
      return async (...args: unknown[]) => {
        if (state.failAll || state.broken.has(String(method))) throw new Error('the database is gone')
        const rows: unknown = await Reflect.apply(call, target, args)
        if (method === 'tenantRequests' || method === 'sessionRows') readById.push(...(rows as unknown[]))
        return rows
      }
    },
  }) as Repository
  const consentry = createConsentry({
    repository,
    directory,
    clock: () => state.now,
    legacy: () => false,
    policy: { maxLiveSessions: 2 },
    ...service,
  })
  const kept = new Map<string, string>()
  const personOf = (request: Request) => {
    const user = request.headers.get('x-user') ?? ''
    const one = PERSONS[user]
    const impersonating = request.headers.has('x-inside') ? ({ tenant: HUNDRED, method: 'legacy-support' } as const) : null
    return one ? { ...one, impersonating, session: kept.get(user) ?? null } : null
  }
  const options: ApiOptions = {
    consentry: seenAs(consentry),
    people: {
      ...people,
      findUsers: (...args) => (state.broken.has('people') ? Promise.reject(new Error('no people')) : people.findUsers(...args)),
      findTenants: (...args) => (state.broken.has('people') ? Promise.reject(new Error('no people')) : people.findTenants(...args)),
    },
    person: personOf,
    onRequest: (request) => {
      if (request.headers.has('x-fail')) throw new Error('the limiter is gone')
      return undefined
    },
    keepSession: (_request, session, _headers, { user }) => {
      if (session === null) kept.delete(user)
      else kept.set(user, session)
    },
    origins: ['https://app.example.com'],
    mayAsk: ({ user }) => user === 'becky',
    onError: (error) => void errors.push(error),
    ...host,
  }
  const server = await serveApi(options)
  const events = async (): Promise<readonly ConsentryEvent[]> =>
    (await store.readEvents({ after: FEED_START, limit: 100_000 })).entries.map(({ event }) => event)

  return Object.assign(state, {
    ...server,
    consentry,
    kept,
    errors,
    readById,
    events,
    /** Asks as a person; `as` nobody is without a login. */
    as: (user: string, sent: Sent): Promise<Answer> => server.ask({ ...sent, headers: { 'x-user': user, ...sent.headers } }),
  })
}

const CAROLINE_TOM = [{ users: ['caroline'], tenants: [TOM] }]

/** Words of other parties, which must not be where they do not belong. */
export const CANARY = 'canary0of0netherfield'

/** A scene where both vendors have asked Tom Sawyer, and Caroline's request has an id of its own. */
export async function askedScene(
  host: Partial<ApiOptions> = {},
  service: Partial<ConsentryOptions> = {},
  serveApi = alone,
  seenAs?: (consentry: Consentry) => Consentry,
) {
  const on = await scene(host, service, serveApi, seenAs)
  const elizabeth = person('elizabeth', CLASSICS, 'submit')
  const bingley = person('bingley', NETHERFIELD, 'submit')
  const { id, sent } = await on.consentry.submit(elizabeth, { id: 'order-1', name: 'SupportAccess', associations: CAROLINE_TOM })
  const foreign = await on.consentry.submit(bingley, {
    id: `${CANARY}-order`,
    name: CANARY,
    message: `${CANARY} message`,
    associations: [{ users: ['darcy'], tenants: [HUNDRED] }],
  })
  return Object.assign(on, {
    accessRequest: id,
    request: sent[0]?.id ?? '',
    foreign: foreign.sent[0]?.id ?? '',
    foreignRequest: foreign.id,
  })
}

export type AskedScene = Awaited<ReturnType<typeof askedScene>>
