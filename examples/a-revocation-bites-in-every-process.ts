/** Live access in two processes over one database: a revocation in one reaches the other. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Actor, createConsentry, createLiveAccess } from 'consentry'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import Sqlite from 'libsql'

const folder = await mkdtemp(join(tmpdir(), 'consentry-'))
const directory = {
  members: (vendor: string) => (vendor === 'classics' ? ['caroline'] : []),
  askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
}

/** Opens an office: in production a process, here two in one process, each with its own connection. */
async function openOffice() {
  const database = new Sqlite(join(folder, 'host.db'))
  database.exec('pragma journal_mode = wal; pragma busy_timeout = 5000')
  const repository = sqliteRepository({ database })
  await repository.migrate()
  const live = createLiveAccess({ repository, pollIntervalMs: 50, maxStalenessMs: 5_000, onError: console.error })
  await live.ready()
  return { repository, live, consentry: createConsentry({ repository, directory }), database }
}
const [monday, tuesday] = [await openOffice(), await openOffice()]
const may = (office: typeof monday) => office.live.canImpersonate('caroline', 'tom-sawyer', 'access-request', Date.now(), 'classics')

const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const tomAdmin: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }
const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
const { sent } = await monday.consentry.submit(elizabeth, { name: 'SupportAccess', associations })
await monday.consentry.grant(tomAdmin, sent[0]?.id ?? '', { expiresAt: null })
await Promise.all([monday.live.caughtUp(), tuesday.live.caughtUp()])
console.log('granted:', may(monday), may(tuesday))
assert.deepEqual([may(monday), may(tuesday)], [true, true])

await monday.consentry.revoke(tomAdmin, sent[0]?.id ?? '')
// Send the position to the other processes by your own means. `caughtUp` resolves once they have consumed the feed up to it.
const { latest } = await monday.repository.positions()
await Promise.all([monday.live.caughtUp(latest), tuesday.live.caughtUp(latest)])
console.log('revoked:', may(monday), may(tuesday))
assert.deepEqual([may(monday), may(tuesday)], [false, false])

for (const { live, database } of [monday, tuesday]) {
  await live.close()
  database.close()
}
await rm(folder, { recursive: true })
