/** An address whose connections go to a server that can be exchanged, as behind a load balancer. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Starts a forwarder that refuses connections until it is switched to a server. */
export async function startForwarder() {
  let target: number | undefined
  let swallows = false
  const sockets = new Set<Socket>()
  const join = (one: Socket, other: Socket) => {
    sockets.add(one)
    one.on('error', () => {}).on('close', () => sockets.delete(one) && other.destroy())
    one.pipe(other)
  }
  const server = createServer((near) => {
    if (target === undefined) return near.destroy()
    if (swallows) {
      sockets.add(near.on('error', () => {}).on('close', () => sockets.delete(near)))
      return near.resume()
    }
    const far = connect(target, '127.0.0.1')
    join(near, far)
    join(far, near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: (connectionString: string) => Object.assign(new URL(connectionString), { port }).href,
    /** Breaks all connections, and forwards later ones to this server, or refuses them. */
    switchTo: (connectionString?: string) => {
      target = connectionString === undefined ? undefined : Number(new URL(connectionString).port)
      for (const one of sockets) one.destroy()
    },
    /** Drops everything on all connections, also on new ones, which are accepted: nobody is told. What has lost packets stays dead. */
    swallow: () => {
      swallows = true
      for (const one of sockets) one.unpipe().resume()
    },
    /** Forwards later connections again. */
    forward: () => {
      swallows = false
    },
    close: () => server.close(),
  }
}
