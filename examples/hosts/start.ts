/** Starts a host: `express`, `fastify`, `hono` or `nest`, with `--store` and `PORT` (3000 by default). */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { install } from '../../test/install.js'
import { asked, openStore } from '../stores/open.js'
import { office } from './office.js'

// Loads only the named host, because the frameworks of the others may not be installed.
const hosts = new Map(
  Object.entries({
    express: () => import('./express.js'),
    fastify: () => import('./fastify.js'),
    hono: () => import('./hono.js'),
    nest: () => import('./nest.js'),
  }),
)
const { words, store: storeName } = asked()
const [name = 'express'] = words
const load = hosts.get(name)
if (load === undefined) {
  console.error(`there is no host \`${name}\`: take one of ${[...hosts.keys()].join(', ')}`)
  process.exit(1)
}
install('examples')
const { listen } = await load()
const store = await openStore(storeName)
// A new secret at each start invalidates all logins. A real host keeps one.
const secret = process.env['SECRET'] ?? randomBytes(32).toString('base64url')
const server = await listen(office(await store.repository()), secret, Number(process.env['PORT'] ?? 3000))
const { port } = server.address() as AddressInfo
console.log(`${name} listens on http://localhost:${port}; log in as elizabeth, caroline, charlotte, tom or pooh, password whitewash`)

// Finishes open requests before it closes the store.
const stop = () => server.close(() => void store.close())
process.once('SIGINT', stop).once('SIGTERM', stop)
