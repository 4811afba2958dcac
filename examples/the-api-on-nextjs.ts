/** The API on Next.js: this file is `app/consentry/[...path]/route.ts`, and PostgreSQL is the store. */
import { createConsentry } from 'consentry'
import { postgresRepository } from 'consentry/adapters/postgres'
import { consentryApi, type Person } from 'consentry/http'
import { jwtVerify } from 'jose'
import pg from 'pg'

// Your tables say who works for a vendor, and which tenants it may ask.
const directory = {
  members: (vendor: string) => (vendor === 'classics' ? ['elizabeth', 'caroline'] : []),
  askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
}

/** Stands for your login: its signature says that a token is one of yours, and the token says who asks. */
async function person(request: Request): Promise<Person | null> {
  const { LOGIN_KEY } = process.env
  if (!LOGIN_KEY) throw new Error('LOGIN_KEY must be the secret key of the login')
  const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
  const verified = await jwtVerify<Person>(token, new TextEncoder().encode(LOGIN_KEY), { algorithms: ['HS256'] }).catch(() => null)
  return verified && { user: verified.payload.user, tenant: verified.payload.tenant, permissions: verified.payload.permissions }
}

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] })
// Node exits on an `error` event without a listener, so attach one to the pool and to each connection.
const lost = ({ message }: Error) => console.error('a connection is lost:', message)
pool.on('error', lost).on('connect', (client) => client.on('error', lost))
const repository = postgresRepository({ pool })

// `next build` loads this file, and must need no database: the first request makes the tables. If that fails, the next one tries again.
let tables: Promise<void> | undefined
async function onRequest(): Promise<null> {
  tables ??= repository.migrate()
  await tables.catch((error) => {
    tables = undefined
    throw error
  })
  return null
}

const consentry = createConsentry({ repository, directory })
const api = consentryApi({ consentry, person, onRequest, basePath: '/consentry' })

export { api as DELETE, api as GET, api as POST, api as PUT }
