/** The host of `host.ts` on SQLite in memory, with two years behind it and a page to log in as anybody. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { install } from '../../test/install.js'

install('examples')
Object.assign(process.env, { DATABASE: ':memory:' })
const { app, consentry, database, directory, legacy, repository } = await import('../host.js')
const { default: express } = await import('express')
const { createTables } = await import('./tables.js')
const { beginStory, livePast } = await import('./past.js')
const { demoPage } = await import('./page.js')

// The past takes a second to live through. What is asked meanwhile waits for it.
const front = express().use((_request, _response, next) => void ready.then(() => next()), app)
const server = front.listen(Number(process.env['PORT'] ?? 3000), 'localhost')
const ready = once(server, 'listening').then(async () => {
  console.log(`The demo is at http://localhost:${(server.address() as AddressInfo).port}: log in there as anybody. Ctrl+C ends it.`)
  createTables(database)
  // Another process bundles the page's scripts meanwhile.
  const page = demoPage(database)
  const keep = database.prepare('update users set session = ? where id = ?')
  await livePast({ repository, directory, legacy, keepSession: (user, session) => void keep.run(session, user) })
  await beginStory(consentry)
  app.use(await page)
})
const stop = () => server.close(() => void ready.finally(() => database.close()))
process.once('SIGINT', stop).once('SIGTERM', stop)
await ready
