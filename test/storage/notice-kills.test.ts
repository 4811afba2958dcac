/** Notices from several processes that are killed again and again: each is delivered, under one id, in order (SPEC 12.1). */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import type { ConsentryEvent } from '../../src/domain/event.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import { libsqlDatabases, migrated, pooledDatabases } from '../databases/places.js'
import { programNamed } from '../databases/programs.js'
import type { Notifying } from './notifier.js'
import { answererOf, ask, elizabeth, serviceOn } from './service.js'

const EVENTS = Number(process.env['CONSENTRY_NOTICE_EVENTS'] ?? 120)
const KILLS = Number(process.env['CONSENTRY_NOTICE_KILLS'] ?? 4)
const PROCESSES = 4
/** The number of rounds in which a negative control must find its fault. */
const AT_MOST = 20

vi.setConfig({ testTimeout: 120_000 + 60 * EVENTS + 5_000 * KILLS, hookTimeout: 60_000 })

const program = programNamed('../storage/notifier')
const files = libsqlDatabases()
const server = pooledDatabases(inject('postgres'))
afterAll(() => Promise.all([program.remove(), files.close(), server.close()]))

interface Received {
  readonly id: string
  readonly party: string
  readonly kind: string
  readonly subject: string
  readonly attempt: number
}

/** Starts a receiver that keeps what comes, and asks every so often that its sender die before it can mark the delivery. */
async function receiving(dies: (delivery: Received) => boolean) {
  const received: Received[] = []
  const http = createServer(async (request, response) => {
    let body = ''
    for await (const some of request) body += some
    const delivery: Received = JSON.parse(body)
    received.push(delivery)
    response.end(dies(delivery) ? 'die' : 'ok')
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const close = async () => {
    http.closeAllConnections()
    http.close()
  }
  return { received, close, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/` }
}

/** Keeps this many processes running: one that ends is started again. */
function keepRunning(notifying: Notifying, count: number) {
  const children = new Set<Awaited<ReturnType<typeof program.start>>['process']>()
  let isOver = false
  let deaths = 0
  const start = async () => {
    const { process: child } = await program.start([JSON.stringify(notifying)])
    children.add(child)
    child.once('exit', () => {
      children.delete(child)
      deaths += 1
      if (!isOver) void start()
    })
    if (isOver) child.kill('SIGKILL')
    await Promise.race([once(child, 'message'), once(child, 'exit')])
  }
  return {
    started: Promise.all(Array.from({ length: count }, start)),
    deaths: () => deaths,
    killOne: () => [...children][Math.floor(Math.random() * children.size)]?.kill('SIGKILL'),
    end: async () => {
      isOver = true
      await Promise.all([...children].map((child) => (child.kill('SIGKILL') ? once(child, 'exit') : undefined)))
    },
  }
}

/** What the table says that each party is told of an event, in the naive form of this test. */
function toldOf(event: ConsentryEvent, tenantOf: ReadonlyMap<string, string>): readonly string[] {
  if (event.type === 'access-request.submitted') return [`requester classics submitted ${event.accessRequest}`]
  if (!('tenantRequest' in event)) return []
  const isRequesters = event.type === 'tenant-request.revoked' && event.by.tenant === event.requestingTenant
  const kind = isRequesters ? 'revoked-by-requester' : event.type.slice('tenant-request.'.length)
  const { tenantRequest, tenant } = event
  // A user is told of a tenant alone, which is asked once here.
  const user = `user caroline ${kind} ${tenantOf.get(tenantRequest)}`
  const asked = `tenant ${tenant} ${kind} ${tenantRequest}`
  return kind === 'received' ? [user, asked] : [`requester classics ${kind} ${tenantRequest}`, user, asked]
}

const keyOf = ({ party, kind, subject }: Received) => `${party} ${kind} ${subject}`
type AnyPlace = Awaited<ReturnType<typeof migrated>>

/** Returns what the feed says that each party must be told, in its order. */
async function expectedIn(place: AnyPlace): Promise<readonly string[]> {
  const expected: string[] = []
  const tenantOf = new Map<string, string>()
  for (let after = FEED_START; ; ) {
    const { entries, position } = await place.repository.readEvents({ after, limit: 1_000 })
    if (position.at === after.at) return expected
    after = position
    for (const { event } of entries) if ('tenantRequest' in event) tenantOf.set(event.tenantRequest, event.tenant)
    expected.push(...entries.flatMap(({ event }) => toldOf(event, tenantOf)))
  }
}

/** Compares what was received with what was expected: nothing lost, nothing else, one id each, in order. */
function compared(expected: readonly string[], received: readonly Received[]) {
  const ids = new Map<string, Set<string>>()
  const first = new Map<string, number>()
  for (const [n, one] of received.entries()) {
    const key = keyOf(one)
    ids.set(key, (ids.get(key) ?? new Set()).add(one.id))
    if (!first.has(key)) first.set(key, n)
  }
  const lost = expected.filter((key) => !first.has(key))
  const known = new Set(expected)
  const unexpected = [...first.keys()].filter((key) => !known.has(key))
  const severalIds = [...ids.values()].filter((some) => some.size > 1).length
  // The feed has the events of a request in order: so must each party have heard of them, by the first delivery of each.
  const last = new Map<string, number>()
  const outOfOrder = expected.filter((key) => {
    const [role, party, kind, subject] = key.split(' ')
    if (kind === 'submitted') return false
    const within = `${role} ${party} ${subject}`
    const place = first.get(key) ?? Number.POSITIVE_INFINITY
    const isLate = place < (last.get(within) ?? -1)
    last.set(within, place)
    return isLate
  })
  return { expected: expected.length, lost: lost.length, unexpected, severalIds, outOfOrder, repeats: received.length - first.size }
}

/** Waits until all is received, or nothing has come for so long; `meanwhile` is called every so often. */
async function allReceived(place: AnyPlace, received: readonly Received[], patienceMs: number, meanwhile = () => {}) {
  const expected = await expectedIn(place)
  let [count, since] = [received.length, Date.now()]
  for (;;) {
    const found = compared(expected, received)
    if (found.lost === 0 || Date.now() - since > patienceMs) return found
    await sleep(300)
    meanwhile()
    if (received.length > count) [count, since] = [received.length, Date.now()]
  }
}

const places = [
  ['SQLite', () => migrated(files), (place: AnyPlace) => ['sqlite', place.address[1]]],
  ['PostgreSQL', () => migrated(server), (place: AnyPlace) => ['postgres', inject('postgres'), (place as { schema?: string }).schema]],
] as const

describe.each(places)('notices over %s', (name, make, addressOf) => {
  async function prepared(count: number, dies: (delivery: Received) => boolean, fault?: Notifying['fault']) {
    const place = await make()
    // This process writes too, beside the others.
    if (name === 'SQLite') await place.query('pragma busy_timeout = 30000')
    const receiver = await receiving(dies)
    onTestFinished(receiver.close)
    // Longer than this busy process ever takes to answer, but where an attempt must soon be over.
    const sendTimeoutMs = count === 1 ? 1_000 : 5_000
    const notifying = { address: addressOf(place), receiver: receiver.url, sendTimeoutMs, fault } as unknown as Notifying
    const processes = keepRunning(notifying, count)
    onTestFinished(processes.end)
    await processes.started
    return { place, processes, received: receiver.received }
  }

  /** Commands of one request: four events. */
  async function request(place: AnyPlace, n: number) {
    const service = serviceOn(place.repository)
    const tenant = `tenant-${n}`
    const id = await ask(service, tenant)
    const answerer = answererOf(tenant)
    await service.grant(answerer, id, { expiresAt: null })
    await service.revoke(n % 2 ? answerer : elizabeth, id)
  }

  it(`from ${PROCESSES} processes, killed ${KILLS} times, also between call and mark: all are told, in order, each under one id`, async () => {
    let calls = 0
    const dieEvery = Math.max(20, Math.floor((EVENTS * 2.25) / (KILLS / 2)))
    const { place, processes, received } = await prepared(PROCESSES, () => {
      calls += 1
      return calls % dieEvery === 0
    })
    const requests = Math.ceil(EVENTS / 4)
    let killed = 0
    for (let n = 0; n < requests; n += 1) {
      await request(place, n)
      if (killed < Math.floor(((n + 1) * KILLS) / requests / 2) && processes.killOne()) killed += 1
    }
    const found = await allReceived(place, received, 30_000, () => {
      if (killed < KILLS / 2 && processes.killOne()) killed += 1
    })
    const deaths = processes.deaths()
    const { expected, lost, unexpected, severalIds, outOfOrder, repeats } = found
    const said = `${4 * requests} events, ${deaths} kills, ${expected} notices, ${lost} lost, ${repeats} repeated, ${outOfOrder.length} out of order`
    console.log(`notices: ${name}: ${said}`)
    expect({ lost, unexpected, severalIds, outOfOrder }).toEqual({ lost: 0, unexpected: [], severalIds: 0, outOfOrder: [] })
    expect(deaths).toBeGreaterThanOrEqual(Math.floor(KILLS / 2))
    // What was received, and not marked by a process that died, is sent once more.
    const left = () => place.query(`select 1 from ${place.of('notices')} where state <> 'done'`)
    await vi.waitFor(async () => expect(await left()).toHaveLength(0), { timeout: 30_000, interval: 200 })
  })

  it('a negative control: with the position in a transaction of its own, some are lost', async () => {
    const { place, received } = await prepared(2, () => false, 'position-apart')
    let lost = 0
    for (let n = 0; lost === 0 && n < AT_MOST; n += 1) {
      for (let m = 0; m < 5; m += 1) await request(place, 5 * n + m)
      lost = (await allReceived(place, received, 3_000)).lost
    }
    expect(lost).toBeGreaterThan(0)
  })

  /** Runs one process whose every attempt at one delivery kills it; returns its attempts, once enough or given up. */
  async function poisoned(fault: Notifying['fault'], atMost: number) {
    const isPoison = ({ kind, party }: Received) => kind === 'received' && party.startsWith('tenant')
    const { place, received } = await prepared(1, isPoison, fault)
    await ask(serviceOn(place.repository), 'tenant-0')
    const attempts = () => received.filter(isPoison).map(({ attempt }) => attempt)
    const dead = async () => (await place.query(`select party from ${place.of('notices')} where state = 'dead'`)).map(({ party }) => party)
    while ((await dead()).length === 0 && attempts().length < atMost) await sleep(50)
    return { attempts: attempts(), dead: await dead(), received }
  }

  // Each death costs seconds; the two databases count alike, as the contract says.
  if (name === 'PostgreSQL') return

  it('a delivery that kills its process each time is given up, and all others are delivered', async () => {
    const { attempts, dead, received } = await poisoned(undefined, 100)
    expect(attempts).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    expect(dead).toEqual(['tenant tenant-0'])
    expect(new Set(received.map(({ kind, party }) => `${party} ${kind}`))).toEqual(
      new Set(['requester classics submitted', 'user caroline received', 'tenant tenant-0 received']),
    )
  })

  it('a negative control: counted after the call, its attempts never end', async () => {
    const { attempts, dead } = await poisoned('count-after', 6)
    expect(dead).toEqual([])
    expect(attempts.slice(0, 6)).toEqual(Array(6).fill(1))
  })
})
