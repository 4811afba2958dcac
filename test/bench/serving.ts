/** The HTTP API beside the service's own call and the shortest handler that would do: in one process, and served by Hono. */
import { type Actor, type Consentry, createConsentry, isConsentryError } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { consentryApi } from 'consentry/http'
import { Hono } from 'hono'
import { listenFetch } from '../guard/host.js'
import { costOf } from './guarding.js'
import { answererOf, directory, idOf, requester } from './host.js'
import { inRounds, type Measured, median, print, ratio, timed } from './measure.js'
import { openStore, withEachStore } from './stores.js'

const ROWS = 60
/** How many pending requests one round of grants takes, for each of the three. */
const GRANTS = 100
const TENANT = idOf('tenant', 0)
const USERS = Array.from({ length: 10 }, (_, n) => idOf('user', n))
const QUESTION = { user: USERS[5] ?? '', tenant: TENANT, method: 'access-request', from: requester.tenant } as const

type Handler = (request: Request) => Promise<Response>
type Opened = { readonly consentry: Consentry; readonly close: () => Promise<void> }

/** What is asked, over HTTP and of the service. */
interface Asked {
  readonly what: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
  /** The status of the answer; by default 200. */
  readonly status?: number
  readonly call: (consentry: Consentry) => Promise<unknown>
}

export async function benchServing(rounds: number, seconds: number): Promise<Measured[]> {
  const consentry = createConsentry({ repository: memoryRepository(), directory })
  const inMemory = await measureAll('memory', { consentry, close: async () => {} }, 200, rounds)
  const served = await benchServed(createConsentry({ repository: memoryRepository(), directory }), Math.ceil(rounds / 2), seconds)
  const stored = await withEachStore(async (store, place) => {
    const { repository, close } = await openStore(store, place)
    return measureAll(store, { consentry: createConsentry({ repository, directory }), close }, 100, rounds)
  })
  return [...inMemory, ...served, ...stored]
}

/** What is asked of a tenant with many requests, of which one is granted. */
async function prepare(consentry: Consentry): Promise<readonly Asked[]> {
  const tom = answererOf(TENANT)
  for (let n = 0; n < ROWS; n++) await send(consentry, [TENANT])
  const { items } = await consentry.incoming(tom, { limit: 2 })
  const [pending = '', granted = ''] = items.map(({ id }) => id)
  await consentry.grant(tom, granted, { expiresAt: null })
  const questions = (count: number) => {
    const body = { questions: Array.from({ length: count }, () => QUESTION) }
    return { method: 'POST', path: '/decisions', body, call: () => consentry.decideMany(body.questions) } as const
  }
  return [
    { what: 'a page of 50', method: 'GET', path: '/incoming?limit=50', call: () => consentry.incoming(tom, { limit: 50 }) },
    { what: 'one row', method: 'GET', path: `/incoming/${pending}`, call: () => consentry.incomingRequest(tom, pending) },
    { what: 'a question', ...questions(1) },
    { what: '100 questions', ...questions(100) },
    {
      what: 'a grant, refused',
      method: 'POST',
      path: `/incoming/${granted}/grant`,
      body: { expiresAt: null },
      status: 409,
      call: () => consentry.grant(tom, granted, { expiresAt: null }).catch(() => {}),
    },
  ]
}

const handlersOf = (consentry: Consentry) => ({
  api: consentryApi({ consentry, person: personOf, mayAsk: () => true }),
  bare: bareHandler(consentry),
})

/** Measures event-loop time behind a socket: both handlers are served by Hono on Node. */
async function benchServed(consentry: Consentry, rounds: number, seconds: number): Promise<Measured[]> {
  const all = await prepare(consentry)
  const handlers = handlersOf(consentry)
  const serve = (handler: Handler) => listenFetch(new Hono().all('*', (c) => handler(c.req.raw)).fetch)
  const [api, bare] = [await serve(handlers.api), await serve(handlers.bare)]
  const measured: Measured[] = []
  for (const { what, method, path, body, status = 200 } of all) {
    const cost = ({ port }: { readonly port: number }) => {
      const sent = { method, status, ...(body && { body: JSON.stringify(body) }) }
      return costOf(`http://127.0.0.1:${port}${path}`, headersOf(body), seconds, sent)
    }
    const costs = await inRounds(rounds, async () => ({ bare: await cost(bare), api: await cost(api) }))
    const times = { 'µs by a bare handler': median(costs.bare), 'µs by the API': median(costs.api) }
    measured.push(print(`Hono, memory, ${what}`, { ...times, '× the bare handler': ratio(costs.api, costs.bare) }))
  }
  await Promise.all([api.close(), bare.close()])
  return measured
}

async function measureAll(store: string, { consentry, close }: Opened, times: number, rounds: number): Promise<Measured[]> {
  const all = await prepare(consentry)
  const handlers = handlersOf(consentry)
  const measured: Measured[] = []
  for (const asked of all) {
    const costs = await inRounds(rounds, async () => ({
      service: await microseconds(times, () => asked.call(consentry)),
      bare: await microseconds(times, () => answered(handlers.bare, asked)),
      api: await microseconds(times, () => answered(handlers.api, asked)),
    }))
    measured.push(shown(`${store}, ${asked.what}`, costs))
  }
  measured.push(shown(`${store}, a grant`, await inRounds(rounds, () => granting(consentry, handlers))))
  await close()
  return measured
}

function shown(what: string, { service, bare, api }: Readonly<Record<'service' | 'bare' | 'api', readonly number[]>>): Measured {
  return print(what, {
    'µs by the service alone': median(service),
    'µs by a bare handler': median(bare),
    'µs by the API': median(api),
    '× the service': ratio(api, service),
    '× the bare handler': ratio(api, bare),
  })
}

async function microseconds(times: number, work: (n: number) => Promise<unknown>): Promise<number> {
  const milliseconds = await timed(async () => {
    for (let n = 0; n < times; n++) await work(n)
  })
  return (milliseconds * 1_000) / times
}

async function granting(consentry: Consentry, handlers: Readonly<Record<'api' | 'bare', Handler>>) {
  const pending = async () =>
    send(
      consentry,
      Array.from({ length: GRANTS }, (_, n) => idOf('asked', n)),
    )
  const [forService, forBare, forApi] = [await pending(), await pending(), await pending()]
  const by = (handler: Handler, requests: readonly Sent[]) =>
    microseconds(GRANTS, (n) => {
      const { id = '', tenant = '' } = requests[n] ?? {}
      return answered(handler, { method: 'POST', path: `/incoming/${id}/grant`, body: { expiresAt: null } }, tenant)
    })
  return {
    service: await microseconds(GRANTS, (n) => {
      const { id = '', tenant = '' } = forService[n] ?? {}
      return consentry.grant(answererOf(tenant), id, { expiresAt: null })
    }),
    bare: await by(handlers.bare, forBare),
    api: await by(handlers.api, forApi),
  }
}

type Sent = { readonly id: string; readonly tenant: string }

async function send(consentry: Consentry, tenants: readonly string[]): Promise<readonly Sent[]> {
  const { sent } = await consentry.submit(requester, {
    name: 'Bench',
    message: 'Caroline looks after you.',
    associations: [{ users: USERS, tenants }],
  })
  return sent
}

/** Sends a request to a handler, and reads the whole answer. */
async function answered(
  handler: Handler,
  { method, path, body }: Pick<Asked, 'method' | 'path' | 'body'>,
  tenant = TENANT,
): Promise<string> {
  const headers = headersOf(body, tenant)
  const response = await handler(new Request(`http://localhost${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }))
  return response.text()
}

const headersOf = (body: object | undefined, tenant = TENANT) => ({
  'x-tenant': tenant,
  ...(body && { 'content-type': 'application/json' }),
})

// The host's login costs the same for both.
const tenantOf = (request: Request) => request.headers.get('x-tenant') ?? ''
function personOf(request: Request) {
  const { impersonating: _, ...person } = answererOf(tenantOf(request))
  return person
}

/** What one would write by hand for these routes: no schema, no names, no headers but one; instants stay numbers. */
function bareHandler(consentry: Consentry): Handler {
  const answerOf = async (request: Request, actor: Actor): Promise<unknown> => {
    const { pathname, searchParams } = new URL(request.url)
    const [, list, id = '', command] = pathname.split('/')
    if (request.method === 'GET' && list === 'incoming')
      return id === '' ? consentry.incoming(actor, { limit: Number(searchParams.get('limit')) }) : consentry.incomingRequest(actor, id)
    const body = JSON.parse(await request.text())
    if (list === 'decisions') return { decisions: await consentry.decideMany(body.questions) }
    if (command === 'grant') return consentry.grant(actor, id, body)
    throw new Error(`there is no ${pathname}`)
  }
  return async (request) => {
    const headers = { 'content-type': 'application/json' }
    try {
      return new Response(JSON.stringify(await answerOf(request, answererOf(tenantOf(request)))), { headers })
    } catch (error) {
      if (!isConsentryError(error)) throw error
      return new Response(JSON.stringify({ code: error.code, message: error.message }), { status: 409, headers })
    }
  }
}
