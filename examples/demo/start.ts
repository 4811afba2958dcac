/** The host of `host.ts` on SQLite in memory, with the people of the story and a page to log in as any of them. */
import type { AddressInfo } from 'node:net'
import { install } from '../../test/install.js'

install('examples')
Object.assign(process.env, { DATABASE: ':memory:' })
const { app, consentry, database } = await import('../host.js')
const { createTables } = await import('./tables.js')
const { demoPage } = await import('./page.js')

createTables(database)
await consentry.submit(
  { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null },
  {
    name: 'SupportAccess',
    message: 'Caroline and Charlotte look after your account.',
    associations: [
      { users: ['caroline'], tenants: ['tom-sawyer'] },
      { users: ['charlotte'], tenants: ['tom-sawyer', 'hundred-acre'] },
    ],
  },
)
app.use(await demoPage(database))

const server = app.listen(Number(process.env['PORT'] ?? 3000), 'localhost', (error) => {
  if (error) throw error
  console.log(`The demo is at http://localhost:${(server.address() as AddressInfo).port}: log in there as anybody. Ctrl+C ends it.`)
})
const stop = () => server.close(() => database.close())
process.once('SIGINT', stop).once('SIGTERM', stop)
