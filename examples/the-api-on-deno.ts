/** The API on Deno: the function is the handler of `Deno.serve`, and `node:sqlite` is the store. */
import { randomUUID } from 'node:crypto'
// @ts-expect-error: Deno has it, and so do the types of Node from 22 on
import { DatabaseSync } from 'node:sqlite'
import { createConsentry } from 'consentry'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import { consentryApi, type Person } from 'consentry/http'
import { playConsent } from './clients/play-consent.js'

declare const Deno: {
  readonly version: { readonly deno: string }
  serve(
    options: { port: number; hostname: string; onListen: () => void },
    handler: (request: Request) => Promise<Response>,
  ): { addr: { port: number }; shutdown(): Promise<void> }
}

const repository = sqliteRepository({ database: new DatabaseSync(':memory:') }) // or the path of a file
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
const server = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: () => {} }, api)

console.log('Deno', Deno.version.deno, await playConsent({ baseUrl: `http://127.0.0.1:${server.addr.port}/consentry`, tokens }))
await server.shutdown()
