/** Your own SQLite transaction: an order and its access request are saved together or not at all. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Actor, createConsentry } from 'consentry'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import Sqlite from 'libsql'
import { directoryInSqlite } from './stores/directory.js'

const folder = await mkdtemp(join(tmpdir(), 'consentry-'))
const open = () => new Sqlite(join(folder, 'host.db'))
const database = open()
database.exec('pragma journal_mode = wal; create table orders (id text, customer text) strict')
const repository = sqliteRepository({ database })
await repository.migrate()

const directory = directoryInSqlite(database)
const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }

/** Saves a customer's order for support, and asks the customer to let Caroline in. */
async function order({ id, customer, paid }: { id: string; customer: string; paid: boolean }): Promise<void> {
  // A connection of its own, because statements of other code on a shared one would join the transaction. Until it ends, another write
  // blocks this process: do nothing slow in between.
  const connection = open()
  try {
    connection.exec('begin immediate')
    connection.prepare('insert into orders values (?, ?)').run(id, customer)

    const consentry = createConsentry({ repository: repository.within(connection), directory })
    await consentry.submit(elizabeth, { id, name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: [customer] }] })
    if (!paid) throw new Error('the payment failed')
    connection.exec('commit')
  } finally {
    // Closing rolls back an uncommitted transaction.
    connection.close()
  }
}

async function saved(id: string): Promise<{ order: boolean; request: boolean }> {
  const found = database.prepare('select * from orders where id = ?').all(id)
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
database.close()
await rm(folder, { recursive: true })
