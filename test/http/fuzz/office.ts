/** Two vendors and two customers behind the API, in one process; what each of them must not learn is marked. */
import { memoryRepository } from '../../../src/adapters/memory.js'
import { type Consentry, createConsentry } from '../../../src/consentry.js'
import type { Actor } from '../../../src/domain/actor.js'
import type { ConsentryEvent } from '../../../src/domain/event.js'
import { consentryApi } from '../../../src/http/api.js'
import type { Person } from '../../../src/http/api-options.js'
import { FEED_START } from '../../../src/ports/event-feed.js'
import type { Repository } from '../../../src/ports/repository.js'
import { T0 } from '../../story/cast.js'
import type { Planned } from './requests.js'

export type Api = (request: Request) => Promise<Response>

// Whatever belongs to somebody has the mark `0of0`, by which it is found in an answer.
const [CLASSICS, NETHERFIELD, TOM, HUNDRED] = ['classics0of0vendors', 'netherfield0of0vendors', 'tom0of0customers', 'hundred0of0customers']
const shortOf = (tenant: string) => tenant.replace(/0of0.*/, '')
const isVendor = (tenant: string) => tenant === CLASSICS || tenant === NETHERFIELD

/** The other tenant of its kind. */
export function neighbourOf(tenant: string): string {
  const [vendor, customer] = [tenant === CLASSICS ? NETHERFIELD : CLASSICS, tenant === TOM ? HUNDRED : TOM]
  return isVendor(tenant) ? vendor : customer
}

const [ELIZABETH, CAROLINE, CHARLOTTE] = ['elizabeth0of0classics', 'caroline0of0classics', 'charlotte0of0classics']
const [BINGLEY, DARCY, BECKY, SID] = ['bingley0of0netherfield', 'darcy0of0netherfield', 'becky0of0tom', 'sid0of0tom']

const logins: readonly Person[] = [
  { user: ELIZABETH, tenant: CLASSICS, permissions: ['submit'] },
  { user: CAROLINE, tenant: CLASSICS, permissions: [] },
  { user: CHARLOTTE, tenant: CLASSICS, permissions: [] },
  { user: BINGLEY, tenant: NETHERFIELD, permissions: ['submit'] },
  { user: DARCY, tenant: NETHERFIELD, permissions: [] },
  { user: BECKY, tenant: TOM, permissions: ['answer'] },
  { user: SID, tenant: TOM, permissions: ['submit', 'answer'] },
  { user: 'huck0of0tom', tenant: TOM, permissions: [] },
  { user: 'rabbit0of0hundred', tenant: HUNDRED, permissions: ['answer'] },
  { user: 'auditor0of0host', tenant: 'host0of0host', permissions: [] },
]
const AUDITOR = logins.length - 1
/** Everybody who asks; the last is not logged in. */
export const PEOPLE: readonly (Person | null)[] = [...logins, null]

/** Whether a person may learn of something. */
type Audience = (person: Person) => boolean

const administers = (person: Person, tenant: string) => person.tenant === tenant && person.permissions.length > 0

/** What is marked, and who may learn of it. */
class Marks {
  readonly audiences = new Map<string, Audience>()
  readonly pools: Readonly<Record<string, string[]>> = {
    UserId: logins.map(({ user }) => user),
    TenantId: [CLASSICS, NETHERFIELD, TOM, HUNDRED, TOM, HUNDRED],
    AccessRequestId: ['order-1', 'order-2'],
    TenantRequestId: ['missing'],
    SessionHash: ['0'.repeat(64)],
    Cursor: [''],
  }

  readonly #userOf = new Map<string, string>()

  constructor() {
    for (const { user, tenant } of logins) this.audiences.set(user, (person) => person.user === user || administers(person, tenant))
    // A customer knows the vendors that ask it, but no other customer; a vendor knows the customers, but no other vendor.
    for (const tenant of [CLASSICS, NETHERFIELD, TOM, HUNDRED])
      this.audiences.set(tenant, (person) => person.tenant === tenant || isVendor(person.tenant) !== isVendor(tenant))
    this.audiences.set('host0of0host', (person) => person.tenant === 'host0of0host')
  }

  /** A text of a person: a customer's is for vendors, a vendor's for customers. */
  text({ tenant }: Person): string {
    const text = `Text0of0${shortOf(tenant)}`
    this.audiences.set(text, (person) => person.tenant === tenant || isVendor(person.tenant) !== isVendor(tenant))
    return text
  }

  /** The name of a request, which no customer and no user without a permission sees. */
  name({ tenant }: Person): string {
    const name = `Name0of0${shortOf(tenant)}`
    this.audiences.set(name, (person) => administers(person, tenant))
    return name
  }

  /** Mostly an id of the person's own, of the newest first; else anybody's. */
  idOf(name: string, n: number, person: Person): string {
    const all = this.pools[name] ?? []
    const own = all.filter((id) => this.audiences.get(id)?.(person))
    const others = name === 'TenantId' ? own.filter((id) => id !== person.tenant) : own
    const pool = n % 8 > 0 && others.length > 0 ? others : all
    return pool.at(-1 - (n % Math.min(pool.length, 12))) ?? ''
  }

  learn(event: ConsentryEvent): void {
    const { tenant } = event
    if (event.type === 'access-request.submitted') {
      this.audiences.set(event.id, (person) => administers(person, tenant))
      this.audiences.set(event.accessRequest, (person) => administers(person, tenant))
      this.pools['AccessRequestId']?.push(event.accessRequest)
      return
    }
    const { requestingTenant } = event
    const parties: Audience = (person) => administers(person, tenant) || administers(person, requestingTenant)
    this.audiences.set(event.id, parties)
    if (event.type === 'tenant-request.received') {
      const { users, tenantRequest } = event
      this.audiences.set(tenantRequest, (person) => parties(person) || users.includes(person.user) || person.user === logins[AUDITOR]?.user)
      this.pools['TenantRequestId']?.push(tenantRequest)
    }
    if (event.type === 'impersonation.started') {
      const { by, session } = event
      this.audiences.set(session, (person) => parties(person) || person.user === by.user)
      this.pools['SessionHash']?.push(session)
      this.#userOf.set(session, by.user)
    }
    // Its user sees who of the own tenant has ended a session (SPEC 7.7).
    if (event.type === 'impersonation.ended' && event.by !== 'clock' && event.by.tenant === requestingTenant) {
      const [known, user] = [this.audiences.get(event.by.user), this.#userOf.get(event.session)]
      this.audiences.set(event.by.user, (person) => person.user === user || known?.(person) === true)
    }
  }
}

/** What was sent, with its marks replaced. */
interface Sent {
  readonly path: string
  readonly body: string | undefined
}

export interface Office {
  readonly consentry: Consentry
  readonly repository: Repository
  readonly errors: unknown[]
  /** Sends a request to the API, and returns the answer. */
  readonly send: (
    planned: Planned,
  ) => Promise<{ readonly sent: Sent; readonly status: number; readonly headers: Record<string, string>; readonly text: string }>
  /** Returns all rows, events and logins' sessions, as text. */
  readonly state: () => Promise<string>
  /** Returns what of an answer its reader must not learn. */
  readonly leaks: (planned: Planned, sent: Sent, answer: { readonly headers: object; readonly text: string }) => readonly string[]
}

export interface Faults {
  /** Replaces the service that the API is given. */
  readonly service?: (consentry: Consentry, repository: Repository) => Partial<Consentry>
  readonly api?: (api: Api, office: { readonly consentry: Consentry; readonly secret: string }) => Api
}

/** Opens an office in which all has begun: requests of both vendors, grants, a session of each, and secrets of each pair. */
export async function openOffice({ service, api: wrap }: Faults = {}): Promise<Office> {
  const store = memoryRepository()
  const marks = new Marks()
  const clock = { now: T0, calls: Number.POSITIVE_INFINITY, ids: 0 }
  const kept = new Map<string, string>()
  const errors: unknown[] = []
  const cache = { writes: 0, at: -1, state: '' }
  const repository = new Proxy(store, {
    get: (target, method) => {
      const call: unknown = Reflect.get(target, method)
      if (typeof call !== 'function') return call
      return async (...args: unknown[]) => {
        if (clock.calls <= 0) throw new Error('the database is gone')
        clock.calls--
        if (/^save|^purge|^migrate/.test(String(method))) cache.writes++
        return Reflect.apply(call, target, args)
      }
    },
  }) as Repository
  const consentry = createConsentry({
    repository,
    clock: () => clock.now,
    newId: () => `id0of0${(clock.ids++).toString(36)}`,
    legacy: (user) => user === CAROLINE,
    directory: {
      members: (vendor, users) => users.filter((user) => logins.some((one) => one.tenant === vendor && one.user === user)),
      askable: (vendor, tenants) => (isVendor(vendor) ? tenants.filter((one) => one === TOM || one === HUNDRED) : []),
    },
    policy: { maxGrant: { days: 90 }, answerWithin: { days: 60 }, maxLiveSessions: 2, maxOpenRequests: 20 },
    onError: () => {},
  })
  const named = (ids: readonly string[]) => ids.map((id) => ({ id, name: `Dear ${id}` }))
  const within = <T>(found: T): T => {
    if (clock.calls <= 0) throw new Error('the people are gone')
    return found
  }
  const made = consentryApi({
    consentry: service ? { ...consentry, ...service(consentry, store) } : consentry,
    person: (request) => {
      const one = PEOPLE[Number(request.headers.get('x-person'))]
      const impersonating = request.headers.has('x-inside') ? ({ tenant: 'elsewhere', method: 'legacy-support' } as const) : null
      return one ? { ...one, impersonating, session: kept.get(one.user) ?? null } : null
    },
    keepSession: (request, session) => {
      const user = PEOPLE[Number(request.headers.get('x-person'))]?.user ?? ''
      if (session === null) kept.delete(user)
      else kept.set(user, session)
    },
    people: {
      users: (ids) => within(named(ids)),
      tenants: (ids) => within(named(ids)),
      findUsers: (tenant) => within({ items: named(logins.filter((one) => one.tenant === tenant).map(({ user }) => user)), next: null }),
      findTenants: (tenant) => within({ items: named(isVendor(tenant) ? [TOM, HUNDRED] : []), next: null }),
      recipients: () => [],
    },
    mayAsk: ({ user }) => user === logins[AUDITOR]?.user,
    origins: ['https://app.example.com'],
    maxBodyBytes: 65_536,
    onError: (error) => void errors.push(error),
  })

  const seen = { position: FEED_START }
  const learnEvents = async () => {
    const { entries, position } = await store.readEvents({ after: seen.position, limit: 100_000 })
    for (const { event } of entries) marks.learn(event)
    seen.position = position
  }
  const secrets = await begin(consentry, marks)
  await learnEvents()
  const api = wrap ? wrap(made, { consentry, secret: secrets.ofClassicsAndHundred }) : made

  const state = async (): Promise<string> => {
    if (cache.at === cache.writes) return `${cache.state} ${JSON.stringify([...kept])}`
    const { entries } = await store.readEvents({ after: FEED_START, limit: 100_000 })
    const rows = [
      await store.requestPage({ limit: 100_000 }),
      await store.governedTenantPage({ limit: 100 }),
      await store.openSessions({ limit: 100_000 }),
    ]
    cache.state = JSON.stringify([entries, rows])
    cache.at = cache.writes
    return `${cache.state} ${JSON.stringify([...kept])}`
  }

  const filled = (text: string, person: Person, escaped: (value: string) => string) =>
    text.replaceAll(/(?:«|%C2%AB)(\w+)(?: |%20)(\d+)(?:»|%C2%BB)/g, (_, name: string, n: string) => {
      if (name === 'RequestName') return escaped(marks.name(person))
      if (name === 'MessageInput') return escaped(marks.text(person))
      if (name === 'InstantInput') return escaped(new Date(clock.now + (Number(n) - 9) * 86_400_000).toISOString())
      return escaped(marks.idOf(name, Number(n), person))
    })

  return {
    consentry,
    repository: store,
    errors,
    state,
    send: async (planned) => {
      const person = PEOPLE[planned.as] ?? { user: '', tenant: 'nobody0of0nowhere', permissions: [] }
      const sent = {
        path: filled(planned.path, person, encodeURIComponent),
        body: planned.body && filled(planned.body, person, (value) => JSON.stringify(value).slice(1, -1)),
      }
      clock.now += planned.wait
      clock.calls = planned.outage
      const answer = await api(requestOf(planned, sent)).finally(() => {
        clock.calls = Number.POSITIVE_INFINITY
      })
      const text = await answer.text()
      await learnEvents()
      const next = /"next":"([^"]+)"/.exec(text)?.[1]
      if (next !== undefined) marks.pools['Cursor']?.push(next)
      return { sent, status: answer.status, headers: Object.fromEntries(answer.headers), text }
    },
    leaks: ({ as }, { path, body }, { headers, text }) => {
      const person = PEOPLE[as]
      const given = `${decoded(path)} ${body}`
      const secret = new Set(kept.values())
      const said = `${text} ${JSON.stringify(headers)} ${cursorsIn(text)}`
      const tokens = new Set(said.match(/[\w-]*0of0[\w-]*|[0-9a-f]{64}/g) ?? [])
      return [...tokens].filter((token) => {
        if (given.includes(token)) return false
        if (secret.has(token) || person === null || person === undefined) return true
        return !(marks.audiences.get(token)?.(person) ?? false)
      })
    },
  }
}

/** Sends requests of both vendors to both customers, with secrets that only two parties know. */
async function begin(consentry: Consentry, marks: Marks): Promise<{ readonly ofClassicsAndHundred: string }> {
  const as = (user: string): Actor => {
    const found = logins.find((one) => one.user === user)
    if (found === undefined) throw new Error(`nobody is called ${user}`)
    const { tenant, permissions } = found
    return { user, tenant, permissions, impersonating: null }
  }
  const secretOf = (one: string, other: string) => {
    const secret = `Secret0of0${shortOf(one)}-${shortOf(other)}`
    marks.audiences.set(secret, (person) => person.tenant === one || person.tenant === other)
    return secret
  }
  for (const [sender, vendor, user, other] of [
    [ELIZABETH, CLASSICS, CAROLINE, CHARLOTTE],
    [BINGLEY, NETHERFIELD, DARCY, DARCY],
  ] as const)
    for (const [answerer, customer] of [
      [BECKY, TOM],
      ['rabbit0of0hundred', HUNDRED],
    ] as const) {
      const secret = secretOf(vendor, customer)
      const submission = { name: 'Begun', message: secret, associations: [{ users: [user, other], tenants: [customer] }] }
      const { sent } = await consentry.submit(as(sender), submission)
      await consentry.submit(as(sender), {
        ...submission,
        message: `${secret} again`,
        associations: [{ users: [user], tenants: [customer] }],
      })
      await consentry.grant(as(answerer), sent[0]?.id ?? '', { expiresAt: T0 + 80 * 86_400_000, message: secret })
      await consentry.startImpersonation(as(user), { tenant: customer, method: 'access-request', reason: secret })
    }
  return { ofClassicsAndHundred: secretOf(CLASSICS, HUNDRED) }
}

function requestOf({ method, headers, cut, as }: Planned, { path, body }: Sent): Request {
  const init: RequestInit & { duplex?: 'half' } = { method, headers: { ...headers, 'x-person': String(as) } }
  if (body !== undefined && method !== 'GET' && method !== 'HEAD') {
    if (cut === 1) init.body = body
    else Object.assign(init, { body: cutStream(body.slice(0, Math.floor(body.length * cut))), duplex: 'half' })
  }
  return new Request(`http://localhost${path}`, init)
}

/** A body whose connection breaks after these characters. */
function cutStream(text: string): ReadableStream {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    pull: (controller) => controller.error(new Error('the connection is gone')),
  })
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path.replaceAll('+', ' '))
  } catch {
    return path
  }
}

/** What the cursors in an answer say. */
function cursorsIn(text: string): string {
  return [...text.matchAll(/"next":"([^"]+)"/g)].map(([, cursor = '']) => Buffer.from(cursor, 'base64url').toString('latin1')).join(' ')
}
