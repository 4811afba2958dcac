/** The API on Cloudflare Workers: a Worker is its `fetch`, and PostgreSQL over `pg` is the store. */
import { createConsentry } from 'consentry'
import { postgresRepository } from 'consentry/adapters/postgres'
import { consentryApi, type Person } from 'consentry/http'
import { jwtVerify } from 'jose'
import pg from 'pg'

/** The bindings: from Hyperdrive, `DATABASE_URL` is `env.HYPERDRIVE.connectionString`. */
interface Bindings {
  readonly DATABASE_URL: string
  readonly LOGIN_KEY: string
}

// Your tables say who works for a vendor, and which tenants it may ask.
const directory = {
  members: (vendor: string) => (vendor === 'classics' ? ['elizabeth', 'caroline'] : []),
  askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
}

/** Stands for your login: its signature says that a token is one of yours, and the token says who asks. */
async function personOf(request: Request, key: string): Promise<Person | null> {
  if (!key) throw new Error('LOGIN_KEY must be the secret key of the login')
  const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
  const verified = await jwtVerify<Person>(token, new TextEncoder().encode(key), { algorithms: ['HS256'] }).catch(() => null)
  return verified && { user: verified.payload.user, tenant: verified.payload.tenant, permissions: verified.payload.permissions }
}

/**
 * Answers one request over a connection of its own, since a Worker may not use one of another request.
 * The tables are there already: `migrate()` is called where the Worker is deployed.
 */
async function fetch(request: Request, env: Bindings, context: { waitUntil(work: Promise<unknown>): void }): Promise<Response> {
  const client = new pg.Client({ connectionString: env.DATABASE_URL })
  client.on('error', (error) => console.error('the connection is lost:', error.message))
  const api = consentryApi({
    consentry: createConsentry({ repository: postgresRepository({ client }), directory }),
    person: (asked) => personOf(asked, env.LOGIN_KEY),
    // Here a database that cannot be reached becomes a problem of the API, not a page of the platform.
    onRequest: async () => {
      await client.connect()
      return null
    },
    basePath: '/consentry',
  })
  const response = await api(request)
  context.waitUntil(client.end())
  return response
}

// biome-ignore lint/style/noDefaultExport: a Worker is the default export of its module.
export default { fetch }
