/** The demo's past: what two years have left, the same after each start of a day, and nothing that the library refuses. */
import { type Actor, createConsentry, type Page } from 'consentry'
import { sqliteDirectory, sqliteRepository } from 'consentry/adapters/sqlite'
import Sqlite from 'libsql'
import { beforeAll, describe, expect, it } from 'vitest'
import { livePast } from '../../examples/demo/past.js'
import { CLASSICS, FIRMS, PICKWICK, STORY_FIRMS } from '../../examples/demo/people.js'
import { createTables, USERS } from '../../examples/demo/tables.js'

const DAY = 86_400_000
const MIDNIGHT = Date.UTC(2026, 10, 28)

/** A start of the demo at this instant, and a service that reads what it has left. */
async function start(today: number) {
  const database = new Sqlite(':memory:')
  const repository = sqliteRepository({ database })
  await repository.migrate()
  createTables(database)
  const directory = sqliteDirectory({ database, users: 'select * from users', tenants: 'select * from tenants' })
  const legacy = (user: string) => USERS.some(({ id, legacyTool }) => id === user && legacyTool)
  const kept = new Map<string, string>()
  await livePast({ repository, directory, legacy, keepSession: (user, session) => void kept.set(user, session) }, today)
  const consentry = createConsentry({ repository, directory, legacy, clock: () => today })
  return { consentry, directory, kept }
}

async function all<Row>(read: (page: { cursor?: string; limit: number }) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await read({ limit: 100, ...(cursor !== undefined && { cursor }) })
    rows.push(...page.items)
    cursor = page.next
  }
  return rows
}

function actorOf(user: string): Actor {
  const { tenant, permissions } = USERS.find(({ id }) => id === user) ?? { tenant: '', permissions: [] }
  return { user, tenant, permissions, impersonating: null }
}

/** All that somebody may read: what the two vendors have sent, their sessions and histories, and the lists of all customers. */
async function readAll({ consentry }: Awaited<ReturnType<typeof start>>) {
  const requesters = ['elizabeth', 'pickwick'].map(actorOf)
  const answerers = FIRMS.map(({ people: [[user] = ['']] }) => actorOf(user))
  const each = async <Row>(actors: readonly Actor[], read: (actor: Actor, page: object) => Promise<Page<Row>>) =>
    (await Promise.all(actors.map((actor) => all((page) => read(actor, page))))).flat()
  return {
    outgoing: await each(requesters, consentry.outgoing),
    incoming: await each(answerers, consentry.incoming),
    history: await each([...requesters, ...answerers], consentry.history),
    sessions: await each(requesters, consentry.sessions),
    sessionsSeen: await each(answerers, consentry.sessions),
    myAccess: await each(
      USERS.map(({ id }) => actorOf(id)),
      consentry.myAccess,
    ),
  }
}

/** What the rows say, but for the hashes of sessions, which are random. */
const withoutHashes = (rows: readonly object[]) => rows.map((row) => JSON.stringify({ ...row, hash: null, session: null })).sort()

let started: Awaited<ReturnType<typeof start>>
let left: Awaited<ReturnType<typeof readAll>>
const TODAY = MIDNIGHT + 10.5 * 3_600_000
beforeAll(async () => {
  started = await start(TODAY)
  left = await readAll(started)
})

describe('two years have left', () => {
  it('forty customers, twenty-five people of the vendor, and another vendor', () => {
    expect(FIRMS).toHaveLength(40)
    expect(USERS.filter(({ tenant }) => tenant === CLASSICS.id)).toHaveLength(25)
    expect(USERS.filter(({ tenant }) => tenant === PICKWICK.id)).toHaveLength(3)
    expect(new Set(USERS.map(({ id }) => id)).size).toBe(USERS.length)
    expect(FIRMS.every(({ id }) => USERS.some(({ tenant, permissions }) => tenant === id && permissions.includes('answer')))).toBe(true)
  })

  it('requests to every customer in every status, with answers and without', () => {
    expect(new Set(left.outgoing.map(({ tenant }) => tenant))).toEqual(new Set(FIRMS.map(({ id }) => id)))
    const statuses = ['pending', 'granted', 'rejected', 'withdrawn', 'revoked', 'expired', 'lapsed']
    for (const rows of [left.outgoing, left.incoming]) expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(statuses))
    expect(new Set(left.myAccess.map(({ status }) => status))).toEqual(new Set([...statuses, 'removed']))
    expect(left.outgoing.length).toBeGreaterThan(300)
    expect(left.incoming).toHaveLength(left.outgoing.length)
    expect(Math.min(...left.outgoing.map(({ sentAt }) => sentAt))).toBeLessThan(TODAY - 700 * DAY)
    expect(Math.max(...left.outgoing.map(({ sentAt }) => sentAt))).toBeGreaterThan(TODAY - 3 * 3_600_000)
  })

  it('everything that can happen to a request or a session', () =>
    expect(new Set(left.history.map(({ type }) => type))).toEqual(
      new Set([
        'access-request.submitted',
        'tenant-request.received',
        ...['granted', 'rejected', 'withdrawn', 'revoked', 'expired', 'lapsed'].map((end) => `tenant-request.${end}`),
        ...['expiry-set', 'user-removed'].map((change) => `tenant-request.${change}`),
        'impersonation.started',
        'impersonation.ended',
      ]),
    ))

  it('sessions by every method, live ones, and some for each cause of an end', () => {
    expect(left.sessions.length).toBeGreaterThan(200)
    expect(left.sessions.filter(({ status }) => status === 'live')).toHaveLength(3)
    expect(new Set(left.sessions.map(({ method }) => method))).toEqual(new Set(['access-request', 'legacy-configure', 'legacy-support']))
    const causes = ['ended-by-user', 'ended-by-tenant', 'ended-by-requester', 'expired', 'access-lost']
    expect(new Set(left.sessions.flatMap((one) => (one.status === 'ended' ? [one.cause] : [])))).toEqual(new Set(causes))
  })

  it('one customer with a long list, and several requests of one vendor to answer', () => {
    const asked = left.outgoing.filter(({ tenant, id }) => tenant === 'jarndyce' && left.incoming.some((one) => one.id === id))
    const ofClassics = left.incoming.filter(
      ({ id, requestingTenant }) => requestingTenant === 'classics' && asked.some((one) => one.id === id),
    )
    expect(ofClassics.length).toBeGreaterThan(30)
    const pending = asked.filter((one) => one.status === 'pending' && ofClassics.some(({ id }) => id === one.id))
    expect(new Set(pending.map(({ accessRequest }) => accessRequest)).size).toBeGreaterThan(3)
  })

  it('nothing granted by the customers of the story', () => {
    const asked = left.outgoing.filter(({ tenant }) => STORY_FIRMS.some(({ id }) => id === tenant))
    expect(asked.map(({ status }) => status).sort()).toEqual(['lapsed', 'lapsed', 'rejected', 'withdrawn'])
  })

  it('people who are inside, as their logins know', async () => {
    expect(started.kept.size).toBe(3)
    for (const [user, session] of started.kept) {
      const { tenant, permissions } = actorOf(user)
      const { actor } = await started.consentry.resume({ user, tenant, permissions, session })
      expect(actor.impersonating).not.toBeNull()
    }
  })
})

describe('nothing is as it could not be', () => {
  it('those whom a grant names may enter, and nobody is in two tenants at once', async () => {
    for (const { tenant, users } of left.outgoing.filter(({ status }) => status === 'granted'))
      for (const user of users) {
        const { allowed } = await started.consentry.decide({ user, tenant, method: 'access-request', from: actorOf(user).tenant })
        expect(allowed, `${user} in ${tenant}`).toBe(true)
      }
    const spans = left.sessions.map((one) => [one.user, one.startedAt, one.status === 'ended' ? one.endedAt : TODAY] as const)
    for (const [user, from, until] of spans)
      expect(spans.filter((other) => other[0] === user && other[1] < until && other[2] > from)).toHaveLength(1)
  })

  it('a step that is refused fails the start', async () => {
    const { directory } = started
    const repository = sqliteRepository({ database: new Sqlite(':memory:') })
    await repository.migrate()
    const strangers = { ...directory, members: () => [] }
    await expect(livePast({ repository, directory: strangers, keepSession: () => {} }, TODAY)).rejects.toThrow()
  })

  it.each([0, 1, 23 * 60 + 59])('it can be started %d minutes after midnight', async (minutes) => {
    const { kept } = await start(MIDNIGHT + minutes * 60_000)
    expect(kept.size).toBe(3)
  })
})

describe('it is the same', () => {
  it('after each start at one instant, ids included', async () => {
    const again = await readAll(await start(TODAY))
    for (const list of Object.keys(left) as (keyof typeof left)[]) expect(withoutHashes(again[list])).toEqual(withoutHashes(left[list]))
  })

  it('on another day, but for the dates', async () => {
    const later = await readAll(await start(TODAY + 40 * DAY))
    const shape = ({ outgoing }: typeof left, shift: number) =>
      outgoing.map(({ id, name, tenant, status, sentAt }) => [id, name, tenant, status, sentAt - shift])
    expect(shape(later, 40 * DAY)).toEqual(shape(left, 0))
  })
})
