/** A gap in the feed: denies everything from that moment on, until everything is reloaded. */
import { afterEach, describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { LiveAccess } from '../../src/live-access/live-access-api.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { elizabeth, HUNDRED, hundredAdmin, sentStage, TOM, tomAdmin } from '../story/cast.js'
import { eventually, filled, moved, NOW, never, open, QUESTION, type Scene, tidy } from './scene.js'

afterEach(tidy)

/** From now on the feed omits `tenant-request.received` events, such as the one before this grant to Wickham. */
async function gap({ faults, kept, stage, submit }: Scene, tenant: string): Promise<void> {
  faults.readEvents = async (query) => {
    const page = await kept.readEvents(query)
    return { ...page, entries: page.entries.filter(({ event }) => event.type !== 'tenant-request.received') }
  }
  await stage.consentry.grant(tenant === TOM ? tomAdmin : hundredAdmin, await submit('wickham', tenant), { expiresAt: null })
}

describe('an event that does not follow the current state', () => {
  it('denies everything at once, and reloads; the reported error names only the event', async () => {
    const on = await filled()
    on.faults.governedTenantPage = never
    await gap(on, HUNDRED)
    await eventually(() => !on.allowed())
    expect(on.live.stalenessMs).toBe(Infinity)
    expect(String(on.errors[0])).toMatch(/the event `.+` does not follow the events before it: reloading everything/)
    await expect(on.live.authorize(QUESTION)).rejects.toMatchObject({ code: 'facts-unavailable' })
    // Both stay pending until the reload.
    const waiting = [on.live.ready(), on.live.caughtUp((await on.kept.positions()).latest)].map((one) => one.then(on.allowed))
    delete on.faults.governedTenantPage
    expect(await Promise.all(waiting)).toEqual([true, true])
    expect(on.live.canImpersonate('wickham', HUNDRED, 'access-request', NOW)).toBe(true)
  })

  it('denies everything until it has applied the events made during the load, such as a grant and its revocation', async () => {
    const on = await filled({ timeoutMs: 60_000 })
    const { consentry } = on.stage
    const pages: Position[] = []
    // All of it after the load has started and before its first page: the feed returns it afterwards, in two pages.
    on.faults.requestPage = async (query) => {
      const id = await on.submit('wickham', HUNDRED)
      await consentry.grant(hundredAdmin, id, { expiresAt: null })
      for (let n = 1; n < 600; n++) await consentry.setExpiry(hundredAdmin, id, { expiresAt: NOW + 1_000 + n })
      await consentry.revoke(hundredAdmin, id)
      on.faults.readEvents = async (feed) => (pages.push(feed.after) > 1 ? never() : on.kept.readEvents(feed))
      return on.kept.requestPage(query)
    }
    await gap(on, TOM)
    await eventually(() => pages.length > 1)
    expect(on.live.canImpersonate('wickham', HUNDRED, 'access-request', NOW)).toBe(false)
    expect(on.allowed()).toBe(false)
  })
})

it('a feed that has gone back, such as that of a database restored from a backup, denies everything at once, and is reloaded', async () => {
  const on = await filled()
  const { latest } = await on.kept.positions()
  await on.submit('wickham', HUNDRED)
  await on.live.caughtUp()
  on.faults.readEvents = async ({ after }) => ({ entries: [], position: after, latest })
  on.faults.requestPage = never
  await eventually(() => !on.allowed())
  expect(on.live.stalenessMs).toBe(Infinity)
  expect(String(on.errors[0])).toContain('reloading everything')
  delete on.faults.readEvents
  delete on.faults.requestPage
  await eventually(on.allowed)
})

describe('a feed of another history (SPEC 8.4)', () => {
  /** A primary and a standby with the same events so far. Later events have ids of their own. */
  async function replicas() {
    const [primary, standby] = await Promise.all([replica('primary'), replica('standby')])
    let current = primary
    const forwarded = (name: keyof Repository) => (query: never) => (current.repository[name] as (query: never) => unknown)(query)
    const { subscribe: _, ...pollOnly } = memoryRepository()
    const repository: Repository = { ...pollOnly, ...Object.fromEntries(READS.map((name) => [name, forwarded(name)])) }
    const failOver = () => {
      current = standby
    }
    return { primary, standby, repository, failOver }
  }
  const READS = ['positions', 'readEvents', 'requestPage', 'governedTenantPage'] as const

  async function replica(name: string) {
    let [ids, prefix] = [0, 'both']
    const repository = memoryRepository()
    const stage = await sentStage({ repository, newId: () => `${prefix}-${++ids}` })
    await stage.consentry.grant(tomAdmin, stage.tom, { expiresAt: null })
    await stage.consentry.grant(hundredAdmin, stage.hundred, { expiresAt: null })
    prefix = name
    return { ...stage, repository }
  }
  const prolong = async ({ consentry, hundred }: Awaited<ReturnType<typeof replica>>, times: number) => {
    for (let n = 1; n <= times; n++) await consentry.setExpiry(hundredAdmin, hundred, { expiresAt: NOW + n * 1_000 })
  }
  const reason = (live: LiveAccess) => live.decide('caroline', TOM, 'access-request', NOW).reason

  it.each([
    ['as many', 61],
    ['more', 100],
    ['fewer', 2],
  ])('is noticed at the next read, with %s events as before: what it has revoked is denied', async (_, others) => {
    const { primary, standby, repository, failOver } = await replicas()
    const live = open({ repository, pollIntervalMs: 5, onError: () => {} })
    await prolong(primary, 62)
    await live.ready()
    await live.caughtUp()
    expect(reason(live)).toBe('granted')
    await standby.consentry.revoke(tomAdmin, standby.tom)
    await prolong(standby, others)
    failOver()
    await eventually(() => reason(live) !== 'granted')
    await eventually(() => reason(live) === 'revoked')
  })

  it('stays unnoticed, and allows for good, if positions are compared by their numbers alone: a negative control', async () => {
    const { primary, standby, repository, failOver } = await replicas()
    const live = open({
      repository: {
        ...repository,
        readEvents: async ({ after, limit }) => {
          const { entries, latest } = await repository.readEvents({ after: FEED_START, limit: 1_000 })
          const later = entries.filter(({ position }) => position.at > after.at).slice(0, limit)
          return { entries: later, position: later.at(-1)?.position ?? after, latest }
        },
      },
      pollIntervalMs: 5,
    })
    await prolong(primary, 62)
    await live.ready()
    await live.caughtUp()
    await standby.consentry.revoke(tomAdmin, standby.tom)
    await prolong(standby, 61)
    failOver()
    await live.caughtUp()
    expect(reason(live)).toBe('granted')
  })

  it.each([
    ['more', 9],
    ['fewer', 0],
  ])('with %s events keeps nothing of a snapshot that shows what was lost, such as a grant', async (_, others) => {
    const { primary, standby, repository, failOver } = await replicas()
    await prolong(standby, others)
    const lost = { name: 'Lost', associations: [{ users: ['wickham'], tenants: [HUNDRED] }] }
    const faulty = {
      ...repository,
      requestPage: async (query: Parameters<Repository['requestPage']>[0]) => {
        const [request] = (await primary.consentry.submit(elizabeth, lost)).sent
        await primary.consentry.grant(hundredAdmin, request?.id ?? '', { expiresAt: null })
        return primary.repository.requestPage(query)
      },
      readEvents: async (query: Parameters<Repository['readEvents']>[0]) => {
        failOver()
        faulty.requestPage = repository.requestPage
        return repository.readEvents(query)
      },
    }
    const live = open({ repository: faulty, pollIntervalMs: 5, onError: () => {} })
    await live.ready()
    await live.caughtUp()
    expect(reason(live)).toBe('granted')
    expect(live.canImpersonate('wickham', HUNDRED, 'access-request', NOW)).toBe(false)
  })
})

it('an event that was applied already is a gap like any other: a feed that repeats events may have lost others', async () => {
  const on = await filled()
  const { latest } = await on.kept.positions()
  on.faults.readEvents = async ({ limit }) => {
    delete on.faults.readEvents
    const { entries } = await on.kept.readEvents({ after: FEED_START, limit })
    const position = moved(latest, 1)
    const repeated = entries.filter(({ event }) => event.type === 'tenant-request.granted')
    return { entries: repeated.map(({ event }) => ({ event, position })), position, latest: position }
  }
  await eventually(() => on.errors.length > 0)
  expect(String(on.errors[0])).toContain('does not follow')
  await eventually(on.allowed)
})

it('an event with a name in letters that this runtime does not know is applied like any other (SPEC 8.5)', async () => {
  const on = await filled()
  let read = 0
  on.faults.readEvents = async (query) => {
    // Events of all types, as a live access reads them before it is current.
    const page = await on.kept.readEvents({ ...query, types: undefined })
    const entries = page.entries.map((entry) => {
      if (entry.event.type !== 'access-request.submitted') return entry
      read += 1
      return { ...entry, event: { ...entry.event, name: 'Name\u0378' } }
    })
    return { ...page, entries }
  }
  await on.submit('wickham', HUNDRED)
  await on.revoke()
  await eventually(() => on.reason() === 'revoked')
  expect(read).toBeGreaterThan(0)
  expect(on.errors).toEqual([])
})
