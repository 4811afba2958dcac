/** An audit table of the host's own, written in the transaction that moves its reader of the feed: each event once, whatever crashes. */
import { deepEqual, rejects } from 'node:assert/strict'
import { type Actor, createConsentry } from 'consentry'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import { followFeed } from 'consentry/feed'
import Database from 'libsql'

const database = new Database(':memory:') // or the path of a file
database.exec('create table audit (at integer, tenant text, event text, who text)')
const repository = sqliteRepository({ database })
await repository.migrate()
const directory = {
  members: (vendor: string) => (vendor === 'classics' ? ['caroline'] : []),
  askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
}
const consentry = createConsentry({ repository, directory })

let isBroken = true
const follower = followFeed({
  repository,
  reader: 'audit',
  handle: (entries) => (transaction) => {
    const insert = transaction.prepare('insert into audit values (?, ?, ?, ?)')
    for (const { event } of entries) insert.run(event.at, event.tenant, event.type, event.by === 'clock' ? 'clock' : event.by.user)
    if (isBroken) throw new Error('the disk is full')
  },
  // After a restored backup, all events come again from the start.
  onFeedChanged: () => (transaction) => void transaction.prepare('delete from audit').run(),
  background: false, // a server leaves this out: it then follows until `close()`
})
const audit = () => database.prepare('select tenant, event, who from audit order by rowid').all()

const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const tom: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }
const { sent } = await consentry.submit(elizabeth, {
  name: 'SupportAccess',
  associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }],
})

// What fails has written nothing, and the same events come again.
await rejects(follower.catchUp(), /the disk is full/)
deepEqual(audit(), [])
isBroken = false
await follower.catchUp()
await consentry.grant(tom, sent[0]?.id ?? '', { expiresAt: null })
await follower.catchUp()
deepEqual(audit(), [
  { tenant: 'classics', event: 'access-request.submitted', who: 'elizabeth' },
  { tenant: 'tom-sawyer', event: 'tenant-request.received', who: 'elizabeth' },
  { tenant: 'tom-sawyer', event: 'tenant-request.granted', who: 'tom' },
])
await follower.close()
console.log(audit())
