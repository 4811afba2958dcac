/** The host of `host.ts` on SQLite in memory, with two years behind it, a page to log in as anybody, and an outbox. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { install } from '../../test/install.js'

install('examples')
const { default: express } = await import('express')
const { createTables } = await import('./tables.js')
const { beginStory, livePast } = await import('./past.js')
const { demoPage } = await import('./page.js')
const { Outbox } = await import('./outbox.js')

// The past takes a second to live through. What is asked meanwhile waits for it.
const front = express().use((_request, _response, next) => void ready.then(() => next()))
const server = front.listen(Number(process.env['PORT'] ?? 3000), 'localhost')
const ready = once(server, 'listening').then(async () => {
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  console.log(`The demo is at ${origin}: log in there as anybody. Ctrl+C ends it.`)
  Object.assign(process.env, { DATABASE: ':memory:', ORIGIN: origin })
  const { app, consentry, database, legacy, mailer, people, repository, startMails } = await import('../host.js')
  const outbox = new Outbox(mailer)
  createTables(database)
  // Another process bundles the page's scripts meanwhile.
  const page = demoPage(database, outbox)
  const keep = database.prepare('update users set session = ? where id = ?')
  await livePast({ repository, directory: people, legacy, keepSession: (user, session) => void keep.run(session, user) })
  // From here on: nobody is told of the past.
  const notices = await startMails()
  await beginStory(consentry)
  front.use(app.use(await page))
  return async () => {
    await notices.close()
    database.close()
  }
})
const stop = () => server.close(() => void ready.then((close) => close()))
process.once('SIGINT', stop).once('SIGTERM', stop)
await ready
