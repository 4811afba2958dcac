/** The API on Bun: the function is the `fetch` handler, and `bun:sqlite` is the store. */

// @ts-expect-error: its types come with `@types/bun`
import { Database } from 'bun:sqlite'
import { randomUUID } from 'node:crypto'
import { createConsentry } from 'consentry'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import { consentryApi, type Person } from 'consentry/http'
import { playConsent } from './clients/play-consent.js'

declare const Bun: {
  readonly version: string
  serve(options: { port: number; hostname: string; fetch: (request: Request) => Promise<Response> }): { url: URL; stop(): Promise<void> }
}

// `strict` binds values by name without a prefix, as the repository does.
const database = new Database(':memory:', { strict: true }) // or the path of a file
const repository = sqliteRepository({ database })
await repository.migrate()
// Your tables say who works for a vendor, and which tenants it may ask.
const directory = {
  members: (vendor: string) => (vendor === 'classics' ? ['elizabeth', 'caroline'] : []),
  askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
}

// Stands for your login, which says who asks: these tokens are random, and end with the process.
const tokens = { elizabeth: randomUUID(), tom: randomUUID(), caroline: randomUUID() }
const logins = new Map<string | null, Person>([
  [`Bearer ${tokens.elizabeth}`, { user: 'elizabeth', tenant: 'classics', permissions: ['submit'] }],
  [`Bearer ${tokens.tom}`, { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'] }],
  [`Bearer ${tokens.caroline}`, { user: 'caroline', tenant: 'classics', permissions: [] }],
])

const api = consentryApi({
  consentry: createConsentry({ repository, directory }),
  person: (request) => logins.get(request.headers.get('authorization')),
  basePath: '/consentry',
})
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: api }) // beside routes of yours: `routes: { '/consentry/*': api }`

console.log('Bun', Bun.version, await playConsent({ baseUrl: new URL('/consentry', server.url).href, tokens }))
await server.stop()
