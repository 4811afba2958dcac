/** What the lessons about notices share: a service with three people, and a receiver on this machine. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Actor, createConsentry } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'

const actor = (user: string, tenant: string, ...permissions: Actor['permissions']): Actor => ({
  user,
  tenant,
  permissions,
  impersonating: null,
})
export const elizabeth = actor('elizabeth', 'classics', 'submit')
export const caroline = actor('caroline', 'classics')
export const tom = actor('tom', 'tom-sawyer', 'answer')

export const repository = memoryRepository()
const directory = {
  members: (vendor: string) => (vendor === 'classics' ? ['caroline'] : []),
  askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
}
export const consentry = createConsentry({ repository, directory })

/** Sends a request for Caroline, and returns the id of Tom Sawyer's tenant request. */
export async function ask(message = ''): Promise<string> {
  const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
  const { sent } = await consentry.submit(elizabeth, { name: 'SupportAccess', message, associations })
  return sent[0]?.id ?? ''
}

/** Serves an address at which each post is answered with the status that `receive` returns, or 400 if it throws. */
export async function startReceiver(receive: (body: string, headers: IncomingHttpHeaders) => Promise<number> | number) {
  const server = createServer(async (request, response) => {
    const status = await text(request)
      .then((body) => receive(body, request.headers))
      .catch(() => 400)
    response.writeHead(status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() }
}
