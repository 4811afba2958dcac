/** Starts one of the hosts: `npx tsx examples/hosts/start.ts express`, or `fastify`, `hono`, `nest`; `PORT` is 3000 where absent. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { listen as express } from './express.js'
import { listen as fastify } from './fastify.js'
import { listen as hono } from './hono.js'
import { listen as nest } from './nest.js'
import { office } from './office.js'

const hosts = new Map(Object.entries({ express, fastify, hono, nest }))
const name = process.argv[2] ?? 'express'
const listen = hosts.get(name)
if (listen === undefined) {
  console.error(`there is no host \`${name}\`: take one of ${[...hosts.keys()].join(', ')}`)
  process.exit(1)
}
// A secret made at every start logs everybody out with it; a real host keeps its own.
const secret = process.env['SECRET'] ?? randomBytes(32).toString('base64url')
const server = await listen(office(), secret, Number(process.env['PORT'] ?? 3000))
const { port } = server.address() as AddressInfo
console.log(`${name} listens on http://localhost:${port}; log in as elizabeth, caroline, charlotte, tom or pooh, password whitewash`)
