/** The HTTP API in one process, beside the service's own call, and beside the shortest web handler that would do. */
import { type Actor, type Consentry, createConsentry, isConsentryError } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { consentryApi } from 'consentry/http'
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
  readonly call: (consentry: Consentry) => Promise<unknown>
}

export async function benchServing(rounds: number): Promise<Measured[]> {
  const consentry = createConsentry({ repository: memoryRepository(), directory })
  const inMemory = await measureAll('memory', { consentry, close: async () => {} }, 200, rounds)
  const stored = await withEachStore(async (store, place) => {
    const { repository, close } = await openStore(store, place)
    return measureAll(store, { consentry: createConsentry({ repository, directory }), close }, 100, rounds)
  })
  return [...inMemory, ...stored]
}

async function measureAll(store: string, { consentry, close }: Opened, times: number, rounds: number): Promise<Measured[]> {
  const tom = answererOf(TENANT)
  for (let n = 0; n < ROWS; n++) await send(consentry, [TENANT])
  const { items } = await consentry.incoming(tom, { limit: 2 })
  const [pending = '', granted = ''] = items.map(({ id }) => id)
  await consentry.grant(tom, granted, { expiresAt: null })
  const handlers = {
    api: consentryApi({ consentry, person: (request) => personOf(request), mayAsk: () => true }),
    bare: bareHandler(consentry),
  }
  const all: readonly Asked[] = [
    { what: 'a page of 50', method: 'GET', path: '/incoming?limit=50', call: () => consentry.incoming(tom, { limit: 50 }) },
    { what: 'one row', method: 'GET', path: `/incoming/${pending}`, call: () => consentry.incomingRequest(tom, pending) },
    {
      what: 'a question',
      method: 'POST',
      path: '/decisions',
      body: { questions: [QUESTION] },
      call: () => consentry.decideMany([QUESTION]),
    },
    {
      what: '100 questions',
      method: 'POST',
      path: '/decisions',
      body: { questions: Array.from({ length: 100 }, () => QUESTION) },
      call: () => consentry.decideMany(Array.from({ length: 100 }, () => QUESTION)),
    },
    {
      what: 'a grant, refused',
      method: 'POST',
      path: `/incoming/${granted}/grant`,
      body: { expiresAt: null },
      call: () => consentry.grant(tom, granted, { expiresAt: null }).catch(() => {}),
    },
  ]
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
  const headers = { 'x-tenant': tenant, ...(body && { 'content-type': 'application/json' }) }
  const response = await handler(new Request(`http://localhost${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }))
  return response.text()
}

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
