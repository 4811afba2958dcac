/** Kysely and Consentry in one transaction: an order and its access request are saved together or not. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type Actor, createConsentry } from 'consentry'
import { postgresRepository } from 'consentry/adapters/postgres'
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
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

const db = new Kysely<{ orders: { id: string; customer: string } }>({ dialect: new PostgresDialect({ pool }) }).withSchema('with_kysely')
const repository = postgresRepository({ pool, schema: 'with_kysely' })
await repository.migrate()
await db.schema.createTable('orders').ifNotExists().addColumn('id', 'text').addColumn('customer', 'text').execute()

const directory = await directoryInPostgres(pool, 'with_kysely')
const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }

/** Saves a customer's order for support, and asks the customer to let Caroline in. */
const order = ({ id, customer, paid }: { id: string; customer: string; paid: boolean }) =>
  db.transaction().execute(async (transaction) => {
    await transaction.insertInto('orders').values({ id, customer }).execute()

    // Kysely does not expose its client, but it runs any statement on it, which is all that the repository needs.
    const client = { query: (text: string, values?: unknown[]) => transaction.executeQuery(CompiledQuery.raw(text, values)) }
    const consentry = createConsentry({ repository: repository.within(client), directory })
    await consentry.submit(elizabeth, { id, name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: [customer] }] })
    if (!paid) throw new Error('the payment failed')
  })

async function saved(id: string): Promise<{ order: boolean; request: boolean }> {
  const orders = await db.selectFrom('orders').selectAll().where('id', '=', id).execute()
  return { order: orders.length === 1, request: (await repository.accessRequest('classics', id)) !== undefined }
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
