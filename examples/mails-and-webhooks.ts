/** Notices by mail over SMTP, and by signed webhook: a request is sent and granted, and each party is told what it may know. */
import { deepEqual, doesNotMatch } from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { sqliteDirectory } from 'consentry/adapters/sqlite'
import { mail, startNotices, webhook } from 'consentry/notices'
import Database from 'libsql'
import { createTransport } from 'nodemailer'
import { SMTPServer } from 'smtp-server'
import { Webhook } from 'standardwebhooks'
import { ask, consentry, repository, startReceiver, tom } from './notices/office.js'

// A mail server that keeps what it gets: yours is another one.
const mails: string[] = []
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, _session, done) => void text(stream).then((one) => done(null, `mail ${mails.push(one)}`), done),
})
await once(smtp.listen(0, '127.0.0.1'), 'listening')

// Tom Sawyer's own application verifies each call by the secret that only the two know.
const secret = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`
const called: string[] = []
const application = await startReceiver((body, headers) => {
  const { type } = new Webhook(secret).verify(body, headers as Record<string, string>) as { type: string }
  doesNotMatch(body, /SupportAccess|"caroline/) // no name of the request, and no users
  called.push(type)
  return 204
})

const database = new Database(':memory:') // with your own tables; Tom has no address here
database.exec(`create table people (id text, name text, tenant text, permissions text, email text);
  insert into people values ('elizabeth', 'Elizabeth Bennet', 'classics', '["submit"]', 'elizabeth@classics.example'),
    ('caroline', 'Caroline Bingley', 'classics', '[]', 'caroline@classics.example'), ('tom', 'Tom', 'tom-sawyer', '["answer"]', null)`)
const tenants = `select 'tom-sawyer' as id, 'Tom Sawyer Fence Painting Co.' as name, 'classics' as vendor`
const people = sqliteDirectory({ database, users: 'select * from people', tenants, recipients: 'select * from people' })

const deliver = [
  mail(createTransport({ host: '127.0.0.1', port: (smtp.server.address() as AddressInfo).port, ignoreTLS: true }), {
    from: 'Classics, Inc. <access@classics.example>',
    link: ({ page, id }) => `https://classics.example/consentry/console#/${page}/${id ?? ''}`,
  }),
  webhook({
    endpoint: ({ tenant }) => (tenant === 'tom-sawyer' ? { url: application.url, secret } : null),
    trustedOrigins: [new URL(application.url).origin], // only because it is on this machine
  }),
]
const notices = await startNotices({ consentry, repository, people, deliver, background: false }) // a server works in the background
await consentry.grant(tom, await ask('Caroline looks after your account.'), { expiresAt: null, message: 'Welcome.' })
await notices.gather()
await notices.send()
deepEqual(called, ['consentry.received', 'consentry.granted'])
const recipients = mails.map((one) => /^To: (\w+)/m.exec(one)?.[1]).sort()
deepEqual(recipients, ['Caroline', 'Caroline', 'Elizabeth', 'Elizabeth'])
console.log(called, mails.at(-1))
await notices.close()
application.close()
smtp.close()
