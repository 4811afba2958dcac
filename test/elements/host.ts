/** A host with the elements in its page, the API on SQLite behind it, and troubles that a test switches on. */
import Database from 'libsql'
import type { BrowserContextOptions } from 'playwright-core'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { createConsentry } from '../../src/consentry.js'
import type { Actor, Permission } from '../../src/domain/actor.js'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import { consentryApi } from '../../src/http/api.js'
import type { PeopleSearch } from '../../src/ports/people.js'
import { bundleForBrowsers } from '../browser/bundle.js'
import { type OpenPage, openPage } from '../browser/chromium.js'
import { serve } from '../http/socket.js'
import { closePages } from './looks.js'

/** The strictest policy that the elements are made for. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html"
const PAGE =
  '<!doctype html><html><head><meta name="viewport" content="width=device-width"><title>A host</title>' +
  '<link rel="stylesheet" href="/page.css"><script type="module" src="/page.js"></script></head><body><header><h1>Tom Sawyer</h1></header><main></main></body></html>'
const STYLE =
  ':root { color-scheme: light dark; color: light-dark(#16191d, #eceef0) } h1 { font: 600 15px system-ui; margin: 0; padding: 12px 24px } body { margin: 0; background: light-dark(#f6f7f8, #0f1113)} main { padding: 24px }'

/** What the API does instead of answering, for as long as a test wants it. */
export type Trouble = 'none' | 'busy' | 'fails' | 'garbage' | 'cut' | 'silent' | 'logged out' | 'forbidden' | 'loses answers'

/** What a form says of each trouble while it sends an answer. */
export const SENDING_TROUBLES: readonly (readonly [Trouble, string])[] = [
  ['busy', 'The server cannot do this at the moment.'],
  ['fails', 'The server could not do this.'],
  ['logged out', 'Your login has ended.'],
  ['forbidden', 'You may not answer requests any more.'],
  ['garbage', 'The server did not answer'],
  ['cut', 'The server did not answer'],
]

/** Where the clocks of the server and of the pages stand: a Thursday, two hours before the end of the day in Paris. */
export const NOW = Date.UTC(2026, 10, 26, 17, 4)
export const DAY = 86_400_000

export const CLASSICS = 'classics'
const STAFF = ['caroline', 'charlotte']
const NAMES: Record<string, string> = {
  [CLASSICS]: 'Classics, Inc.',
  netherfield: 'Netherfield Park Holdings and Country Estates Management Company',
  hostile: '<img src=x onerror=alert(1)>\u202eevil\u2066',
  'tom-sawyer': 'Tom Sawyer Fence Painting Co.',
  'green-gables': 'Green Gables Farm',
  'hundred-acre': 'Hundred Acre Wood Art Gallery',
  kellynch: 'Kellynch Hall Estates',
  tom: 'Tom Sawyer',
  elizabeth: 'Elizabeth Bennet',
  caroline: 'Caroline Bingley',
  charlotte: 'Charlotte Lucas',
  becky: 'Becky Thatcher',
}

const PEOPLE = ['tom', 'elizabeth', 'caroline', 'charlotte', 'becky']

/** Elizabeth asks for the vendor, her colleagues ask for nothing, Darcy asks and answers, and everybody else answers. */
const permissionsOf = (user: string): readonly Permission[] =>
  user === 'darcy' ? ['submit', 'answer'] : user === 'elizabeth' ? ['submit'] : ['caroline', 'charlotte'].includes(user) ? [] : ['answer']

export type Host = Awaited<ReturnType<typeof startHost>>

/** Starts the host, with a script of its page. A person's login is a cookie that says who they are, which only a test may do. */
export async function startHost(pageScript = 'page-script.ts') {
  const tenants = Object.keys(NAMES).filter((id) => !PEOPLE.includes(id) && id !== CLASSICS)
  const state = {
    ...{ now: NOW, trouble: 'none' as Trouble, names: NAMES, tool: new Set<string>() },
    /** Whom the vendor may name in a request, and the tenants that it may ask; a test may ask any other one too. */
    ...{ staff: new Set(STAFF), tenants: new Set(tenants), unaskable: new Set<string>() },
  }
  const pages: OpenPage[] = []
  const database = new Database(':memory:')
  const repository = sqliteRepository({ database })
  await repository.migrate()
  const named = (ids: readonly string[]) => ids.flatMap((id) => (NAMES[id] === undefined ? [] : [{ id, name: NAMES[id] }]))
  const search = (ids: ReadonlySet<string>, { search, cursor, limit }: PeopleSearch) => {
    const all = [...ids].map((id) => ({ id, name: NAMES[id] ?? id }))
    const found = all.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase())).sort((a, b) => (a.name < b.name ? -1 : 1))
    const from = Number(cursor ?? 0)
    return { items: found.slice(from, from + limit), next: found.length > from + limit ? String(from + limit) : null }
  }
  const consentry = createConsentry({
    repository,
    directory: {
      members: (_vendor, users) => users.filter((user) => state.staff.has(user)),
      askable: (_vendor, tenants) => tenants.filter((tenant) => !state.unaskable.has(tenant)),
      maxGrant: (tenant) => (tenant.startsWith('capped') ? { days: 3 } : null),
    },
    clock: () => state.now,
    policy: { answerWithin: { days: 10 } },
    legacy: (user) => state.tool.has(user),
  })
  const api = consentryApi({
    consentry,
    basePath: '/consentry',
    people: {
      ...{ users: named, tenants: named },
      findUsers: (_vendor, query) => search(state.staff, query),
      findTenants: (_vendor, query) => search(state.tenants, query),
    },
    pages: ({ url }) => ({
      locale: new URL(url).searchParams.get('lang') ?? 'en-GB',
      timeZone: 'Europe/Paris',
      title: 'Support & care',
      links: [{ text: 'Back to the fences', href: '/' }],
    }),
    person: (request) => {
      const [user, tenant, impersonating, method] = /\blogin=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1]?.split('~') ?? []
      if (!user || !tenant || state.trouble === 'logged out') return null
      const inside = impersonating ? { tenant: impersonating, method: methodOf(method) } : null
      return { user, tenant, permissions: state.trouble === 'forbidden' ? [] : permissionsOf(user), impersonating: inside }
    },
  })
  const script = await bundleForBrowsers(new URL(pageScript, import.meta.url))
  const server = await serve(async (request) => {
    const { pathname } = new URL(request.url)
    const of = (body: string, type: string) => new Response(body, { headers: { 'content-type': type, 'content-security-policy': POLICY } })
    if (pathname === '/') return of(PAGE, 'text/html')
    if (pathname === '/page.js') return of(script, 'text/javascript')
    if (pathname === '/page.css') return of(STYLE, 'text/css')
    if (!pathname.startsWith('/consentry/')) return new Response(null, { status: 204 })
    return answerIn(state.trouble, () => api(request))
  })

  /** Asks the tenant for access, as a vendor. */
  const ask = async (tenant: string, message: string, from = CLASSICS, users = ['caroline']) => {
    const actor: Actor = { user: 'elizabeth', tenant: from, permissions: ['submit'], impersonating: null }
    const { sent } = await consentry.submit(actor, { name: 'SupportAccess', message, associations: [{ users, tenants: [tenant] }] })
    return sent[0]?.id ?? ''
  }
  /** Returns a colleague of the tenant asked. */
  const colleague = (tenant: string): Actor => ({ user: 'becky', tenant, permissions: ['answer'], impersonating: null })
  /** Opens the page of an element as somebody of a tenant, or another `path`. */
  const open = async (
    tenant: string,
    query: Record<string, string> = {},
    options: BrowserContextOptions & { login?: string; path?: string } = {},
  ) => {
    const { login = `tom~${tenant}`, path, ...more } = options
    const opened = await openPage('about:blank', { viewport: { width: 1280, height: 900 }, ...more })
    opened.page.setDefaultTimeout(10_000)
    const url = `http://localhost:${server.port}`
    await opened.page.context().addCookies([{ name: 'login', value: login, url, sameSite: 'Lax' }])
    await opened.page.clock.setFixedTime(state.now)
    await opened.page.goto(url + (path ?? `/?${new URLSearchParams(query)}`))
    pages.push(opened)
    return opened
  }
  /** Puts the host back to how it was, after a test, and closes the pages that the test has opened. */
  const reset = async () => {
    Object.assign(state, { now: NOW, trouble: 'none', staff: new Set(STAFF), tenants: new Set(tenants), unaskable: new Set() })
    await closePages(...pages.splice(0))
  }
  const close = async () => {
    await server.close()
    database.close()
  }
  return Object.assign(state, { consentry, ask, colleague, pages, open, reset, close, port: server.port })
}

/** The method of a login that is inside a tenant without a session of the API. */
const methodOf = (name: string | undefined): AccessMethod => (name === 'access-request' ? name : 'legacy-support')

async function answerIn(trouble: Trouble, answer: () => Promise<Response>): Promise<Response> {
  if (trouble === 'cut') throw new Error('cut off')
  if (trouble === 'silent') return new Promise(() => {})
  if (trouble === 'garbage') return new Response('<html>502</html>', { headers: { 'content-type': 'text/html' } })
  if (trouble === 'loses answers') {
    await answer()
    throw new Error('the answer is lost')
  }
  const code = trouble === 'busy' ? 'facts-unavailable' : trouble === 'fails' ? 'internal' : undefined
  if (code === undefined) return answer()
  const problem = { type: `urn:consentry:error:${code}`, code, title: 'no', status: code === 'internal' ? 500 : 503 }
  return new Response(JSON.stringify(problem), { status: problem.status, headers: { 'content-type': 'application/problem+json' } })
}
