/** Starts one of the hosts, `express`, `fastify`, `hono` or `nest`, over the store that `--store` names; `PORT` is 3000 where absent. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { install } from '../../test/install.js'
import { asked, openStore } from '../stores/open.js'
import { office } from './office.js'

// Only the host that is asked for is loaded: the frameworks of the others may be missing.
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
// A secret made at every start logs everybody out with it; a real host keeps its own.
const secret = process.env['SECRET'] ?? randomBytes(32).toString('base64url')
const server = await listen(office({ repository: await store.repository() }), secret, Number(process.env['PORT'] ?? 3000))
const { port } = server.address() as AddressInfo
console.log(`${name} listens on http://localhost:${port}; log in as elizabeth, caroline, charlotte, tom or pooh, password whitewash`)

// Whoever is being answered is answered first, and the store is closed when nobody asks it any more.
const stop = () => server.close(() => void store.close())
process.once('SIGINT', stop).once('SIGTERM', stop)
