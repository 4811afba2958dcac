/** The benchmark of notices: ten thousand gathered and sent to a local receiver, beside a bare loop of the same calls. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createConsentry } from 'consentry'
import { type NoticeChannel, startNotices } from 'consentry/notices'
import type { NoticeRepository } from 'consentry/repository'
import { directory, requester } from './host.js'
import { inRounds, type Measured, median, print, ratio, timed } from './measure.js'
import { openStore, withEachStore } from './stores.js'

/** Each tenant is told, and so is its one user. */
const TENANTS = 5_000
const AT_ONCE = 64
const DAY = 86_400_000

export function benchNotices(rounds: number): Promise<Measured[]> {
  return withEachStore(async (store, place) => {
    const opened = await openStore(store, place)
    const repository = opened.repository as unknown as NoticeRepository<never>
    const consentry = createConsentry({ repository, directory })
    const receiver = await receiving()
    let now = Date.now()
    const channel: NoticeChannel = {
      name: 'receiver',
      roles: ['user', 'tenant'],
      digests: false,
      send: (delivery) => receiver.post(JSON.stringify(delivery)),
    }
    const notices = await startNotices({ consentry, repository, deliver: [channel], background: false, unanswered: [], clock: () => now })
    const { gathering, sending, loop, left } = await inRounds(rounds, async () => {
      now = Date.now()
      const tenants = Array.from({ length: TENANTS }, () => randomUUID())
      await consentry.submit(requester, {
        name: 'Bench',
        associations: tenants.map((tenant) => ({ users: [randomUUID()], tenants: [tenant] })),
      })
      const before = receiver.bodies.length
      const gathering = await timed(() => notices.gather())
      const sending = await timed(() => notices.send())
      const bodies = receiver.bodies.splice(before)
      if (bodies.length !== 2 * TENANTS) throw new Error(`${bodies.length} deliveries, not ${2 * TENANTS}`)
      const loop = await timed(() => postAll(receiver.post, bodies))
      receiver.bodies.length = 0
      // A month later what was sent is removed.
      now += 31 * DAY
      await notices.gather()
      return { gathering, sending, loop, left: await rowsIn(opened) }
    })
    await notices.close()
    receiver.close()
    await opened.close()
    return [
      print(`${store}, ${2 * TENANTS} notices`, {
        'ms to gather': median(gathering),
        'ms to send': median(sending),
        'ms for a bare loop of the same calls': median(loop),
        '× of the loop to send': ratio(sending, loop),
        'rows left a month later': median(left),
      }),
    ]
  })
}

async function rowsIn(opened: Awaited<ReturnType<typeof openStore>>): Promise<number> {
  const sql = 'select count(*) as n from consentry_notices'
  const rows = 'pool' in opened ? (await opened.pool.query(sql)).rows : opened.database.prepare(sql).all()
  return Number((rows[0] as { readonly n: unknown }).n)
}

async function postAll(post: (body: string) => Promise<void>, bodies: readonly string[]): Promise<void> {
  const rest = bodies.values()
  const worker = async () => {
    for (const body of rest) await post(body)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function receiving() {
  const bodies: string[] = []
  const server = createServer(async (incoming, response) => {
    let body = ''
    for await (const some of incoming) body += some
    bodies.push(body)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const { port } = server.address() as AddressInfo
  const post = (body: string) =>
    new Promise<void>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, agent, method: 'POST' }, (answer) => {
        answer.resume().on('end', resolve)
      })
      call.on('error', reject).end(body)
    })
  const close = () => {
    agent.destroy()
    server.close()
  }
  return { bodies, post, close }
}
