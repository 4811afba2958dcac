/** Drizzle and Consentry in one transaction: an order and its access request are saved together or not. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type Actor, createConsentry } from 'consentry'
import { postgresRepository } from 'consentry/adapters/postgres'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { pgSchema, text } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { directoryInPostgres } from './stores/directory.js'

const { DATABASE_URL } = process.env
if (!DATABASE_URL) {
  console.error('DATABASE_URL must name a PostgreSQL database: postgres://<user>:<password>@<host>:<port>/<database>')
  process.exit(1)
}
const pool = new pg.Pool({ connectionString: DATABASE_URL })
// Node exits on an `error` event without a listener, so attach one to the pool and to each connection.
const lost = ({ message }: Error) => console.error('a connection is lost:', message)
pool.on('error', lost).on('connect', (client) => client.on('error', lost))

const db = drizzle(pool)
const orders = pgSchema('with_drizzle').table('orders', { id: text(), customer: text() })
const repository = postgresRepository({ pool, schema: 'with_drizzle' })
await repository.migrate()
await db.execute('create table if not exists with_drizzle.orders (id text, customer text)')
const directory = await directoryInPostgres(pool, 'with_drizzle')
const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }

/** Saves a customer's order for support, and asks the customer to let Caroline in. */
async function order({ id, customer, paid }: { id: string; customer: string; paid: boolean }): Promise<void> {
  // A transaction of `db` does not expose its client, so take one from the pool, for Drizzle and for the repository.
  const client = await pool.connect()
  const work = drizzle(client).transaction(async (transaction) => {
    await transaction.insert(orders).values({ id, customer })
    const consentry = createConsentry({ repository: repository.within(client), directory })
    await consentry.submit(elizabeth, { id, name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: [customer] }] })
    if (!paid) throw new Error('the payment failed')
  })
  await work.finally(() => client.release())
}

async function saved(id: string): Promise<{ order: boolean; request: boolean }> {
  const found = await db.select().from(orders).where(eq(orders.id, id))
  return { order: found.length === 1, request: (await repository.accessRequest('classics', id)) !== undefined }
}

const good = { id: randomUUID(), customer: 'tom-sawyer', paid: true }
const unpaid = { id: randomUUID(), customer: 'tom-sawyer', paid: false }
const refused = { id: randomUUID(), customer: 'nobody-we-know', paid: true }
for (const one of [good, unpaid, refused]) {
  const said = await order(one).then(
    () => 'committed',
    (error: Error) => `rolled back: ${error.message}`,
  )
  const both = await saved(one.id)
  console.log(said, both)
  assert.deepEqual(both, { order: one === good, request: one === good })
}
await pool.end()
