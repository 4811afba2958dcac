/** A program that sends one notice to a trusted address by the public face, says what came of it, and has nothing else to do. */
import { Agent } from 'node:http'
import { webhook } from '../../src/notices.js'
import { contextOf, deliveryOf, SECRET } from './receivers.js'

const [url = ''] = process.argv.slice(2)
// Agents let go of idle connections before they keep them. A process that holds on to one does not end.
if (process.env['HOLD'] !== undefined) Agent.prototype.keepSocketAlive = () => true
const channel = webhook({ endpoint: () => ({ url, secret: SECRET }), trustedOrigins: [new URL(url).origin] })
process.stdout.write(
  await channel.send(deliveryOf(), contextOf()).then(
    () => 'sent\n',
    (error: Error) => `${error.message}\n`,
  ),
)
