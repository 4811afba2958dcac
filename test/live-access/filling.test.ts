/** Loading: denies until it is complete, reports progress, and misses no change made meanwhile. */
import { deepEqual } from 'node:assert/strict'
import { setImmediate as immediately } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { accessFrom } from '../../src/access-index/access.js'
import { memoryRepository } from '../../src/adapters/memory.js'
import { createConsentry } from '../../src/consentry.js'
import type { LoadProgress } from '../../src/live-access/load-snapshot.js'
import type { Directory } from '../../src/ports/directory.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { factsIn } from '../../src/testing/contract/fixtures/reads.js'
import { CLASSICS, directory, elizabeth, HUNDRED, legacy, person, T0, TOM, tomAdmin } from '../story/cast.js'
import { DOWN, eventually, filled, moved, NO_FACTS, NOW, never, open, rejects, scene, tidy } from './scene.js'

afterEach(tidy)

const METHODS = ['access-request', 'legacy-configure', 'legacy-support'] as const
/** Enough tenants for several pages of requests, and of governed tenants. */
const MANY = Array.from({ length: 2_100 }, (_, n) => `tenant-${n}`)

/** A repository with one request to each of many tenants. Half of them have granted, and a tenth of those have revoked. */
async function crowd(): Promise<{ readonly repository: Repository; readonly inside: readonly string[] }> {
  const repository = memoryRepository()
  const everyTenant: Directory = { ...directory, askable: (_, tenants) => tenants }
  const consentry = createConsentry({ repository, directory: everyTenant, clock: () => T0 })
  const associations = [{ users: ['caroline', 'charlotte'], tenants: MANY }]
  const { sent } = await consentry.submit(elizabeth, { name: 'SupportAccess', associations })
  const granted = sent.filter((_, n) => n % 2 === 0)
  const revoked = granted.filter((_, n) => n % 10 === 0)
  for (const { id, tenant } of granted) await consentry.grant(person('becky', tenant, 'answer'), id, { expiresAt: null })
  for (const { id, tenant } of revoked) await consentry.revoke(person('becky', tenant, 'answer'), id)
  return { repository, inside: granted.filter((one) => !revoked.includes(one)).map(({ tenant }) => tenant) }
}

describe('before the first load', () => {
  it('denies everything with `no-facts`, even what the host’s rule permits, and reports infinite staleness', async () => {
    const { live, allowed } = await scene({ faults: { requestPage: never }, timeoutMs: 60_000, legacy: () => true })
    expect(allowed()).toBe(false)
    for (const method of METHODS)
      for (const tenant of [TOM, HUNDRED, 'nowhere']) {
        expect(live.decide('caroline', tenant, method, NOW)).toEqual(NO_FACTS)
        expect(live.canImpersonate('caroline', tenant, method, NOW)).toBe(false)
        await expect(live.authorize({ user: 'caroline', tenant, method, from: null })).rejects.toMatchObject({ code: 'facts-unavailable' })
      }
    expect([live.position, live.stalenessMs]).toEqual([FEED_START, Infinity])
  })

  it('`ready` and `caughtUp` stay pending', async () => {
    const { live, faults, allowed } = await scene({ faults: { requestPage: never }, timeoutMs: 60 })
    const done: boolean[] = []
    const waiting = [live.ready(), live.caughtUp(), live.caughtUp(FEED_START)].map((one) => one.then(() => done.push(allowed())))
    for (let n = 0; n < 20; n++) await immediately()
    expect(done).toEqual([])
    delete faults.requestPage
    await Promise.all(waiting)
    expect(done).toEqual([true, true, true])
  })
})

describe('after the first load', () => {
  it('answers like an access over all facts; reports progress page by page, and yields between pages', async () => {
    const { repository, inside } = await crowd()
    const progress: (LoadProgress & { turn: number })[] = []
    let [turn, over] = [0, false]
    const turning = (async () => {
      for (; !over; turn++) await immediately()
    })()
    const live = open({ repository, legacy, onProgress: (loaded) => progress.push({ ...loaded, turn }) })
    await live.ready()
    over = true
    await turning
    const requests = progress.map((loaded) => loaded.requests)
    expect(requests.at(-1)).toBe(MANY.length)
    expect(requests).toEqual([...new Set(requests)].sort((a, b) => a - b))
    expect(requests.length).toBeGreaterThan(2)
    expect(progress.map(({ pairs }) => pairs)).toEqual(requests.map((loaded) => 2 * loaded))
    expect(new Set(progress.map((loaded) => loaded.turn)).size).toBe(progress.length)
    expect(live.position).toEqual((await repository.positions()).latest)
    deepEqual(live.tenantsFor('caroline', NOW), inside)
    const access = accessFrom(await Promise.all(MANY.map((tenant) => factsIn(repository, tenant))), { legacy, everyTenant: true })
    for (const tenant of MANY)
      for (const method of METHODS) deepEqual(live.decide('caroline', tenant, method, NOW), access.decide('caroline', tenant, method, NOW))
  })

  it('reads pages that end early by their ids to the end: of requests, and of events that came since', async () => {
    const repository = memoryRepository()
    const everybody: Directory = { members: (_, users) => users.filter((user) => user !== 'becky'), askable: (_, tenants) => tenants }
    const policy = { maxPairs: 1_000_000, maxOpenRequests: 1_000, maxUsersPerTenant: 10_000 }
    const { submit, grant } = createConsentry({ repository, directory: everybody, policy, clock: () => T0 })
    const staff = Array.from({ length: 3_000 }, (_, n) => `user-${n}`)
    /** Five requests to one tenant, of 3,000 users each; the last one is for one more. */
    const crowded = async (tenant: string, last: string) => {
      for (let n = 0; n < 5; n++) {
        const users = n < 4 ? staff : [...staff, last]
        const { sent } = await submit(elizabeth, { name: `Crowd${n}`, associations: [{ users, tenants: [tenant] }] })
        await grant(person('becky', tenant, 'answer'), sent[0]?.id ?? '', { expiresAt: null })
      }
    }
    await crowded(TOM, 'last-of-tom')
    expect((await repository.requestPage({ limit: 100 })).length).toBe(2)
    const live = open({ repository })
    await live.ready()
    expect(live.canImpersonate('last-of-tom', TOM, 'access-request', NOW)).toBe(true)
    await crowded(HUNDRED, 'last-of-hundred')
    const { entries } = await repository.readEvents({ after: live.position, limit: 100 })
    expect(entries.length).toBeLessThan(15)
    await live.caughtUp()
    expect(live.canImpersonate('last-of-hundred', HUNDRED, 'access-request', NOW)).toBe(true)
    expect(live.position).toEqual((await repository.positions()).latest)
  })

  it('once it is caught up with the load, it asks for the events of requests only, and others count as read', async () => {
    const on = await scene({ pollOnly: true })
    await on.live.caughtUp()
    const asked: (readonly string[] | undefined)[] = []
    const read: string[] = []
    on.faults.readEvents = async (query) => {
      asked.push(query.types)
      const page = await on.kept.readEvents(query)
      read.push(...page.entries.map(({ event }) => event.type))
      return page
    }
    const inTom = { tenant: TOM, method: 'access-request' } as const
    for (let n = 0; n < 10; n++) await on.stage.consentry.startImpersonation(person('caroline', CLASSICS), inTom)
    await on.submit('wickham', HUNDRED)
    for (let n = 0; n < 10; n++) await on.stage.consentry.startImpersonation(person('caroline', CLASSICS), inTom)
    await on.live.caughtUp()
    expect(on.live.position).toEqual((await on.kept.positions()).latest)
    expect(asked.length).toBeGreaterThan(0)
    expect(asked).not.toContain(undefined)
    expect(read).toEqual(['tenant-request.received'])
    expect(on.errors).toEqual([])
    await on.revoke()
    await on.live.caughtUp()
    expect(on.reason()).toBe('revoked')
  })

  it('includes changes made during the load, to requests already read and to those not yet read', async () => {
    const { live, faults, kept, stage, errors, reason, revoke, submit } = await scene({ pollOnly: true })
    const requestPage = vi.fn(kept.requestPage).mockImplementationOnce(async (query) => {
      await stage.consentry.grant(tomAdmin, await submit('wickham', TOM), { expiresAt: null })
      const page = await kept.requestPage(query)
      await stage.consentry.grant(tomAdmin, await submit('elizabeth', TOM), { expiresAt: null })
      await revoke()
      return page
    })
    faults.requestPage = requestPage
    await live.ready()
    // By its random id, the request that came after the first page is on a second one or not; an empty page is the end.
    expect([2, 3]).toContain(requestPage.mock.calls.length)
    expect(reason()).toBe('revoked')
    expect(live.usersFor(TOM, NOW)).toEqual(['elizabeth', 'wickham'])
    expect(errors).toEqual([])
  })

  it('a tenant that has granted is governed, even if all its requests were purged', async () => {
    const { live, reason } = await scene({ faults: { requestPage: async () => [] }, legacy: () => true })
    await live.ready()
    expect(reason('wickham', TOM, 'legacy-support')).toBe('legacy-closed')
    expect(reason('wickham', HUNDRED, 'legacy-support')).toBe('legacy-permitted')
  })

  it('restarts from the beginning after a failure in between, and reports it', async () => {
    const progress: LoadProgress[] = []
    const on = await scene({ faults: { governedTenantPage: rejects }, onProgress: (loaded) => progress.push(loaded) })
    await eventually(() => on.errors.length > 1)
    expect(on.allowed()).toBe(false)
    delete on.faults.governedTenantPage
    await on.live.ready()
    expect(on.allowed()).toBe(true)
    expect(new Set(progress.map(({ requests }) => requests))).toEqual(new Set([2]))
    expect(progress.length).toBeGreaterThan(2)
    expect(new Set(on.errors)).toEqual(new Set([DOWN]))
  })
})

describe('`caughtUp`', () => {
  it('without a position waits for everything saved before the call; every later answer includes it', async () => {
    const { live, stage, submit } = await filled({ pollIntervalMs: 50 })
    for (let n = 0; n < 5; n++) {
      const id = await submit('wickham', TOM)
      for (const command of ['grant', 'revoke'] as const) {
        await (command === 'grant' ? stage.consentry.grant(tomAdmin, id, { expiresAt: null }) : stage.consentry.revoke(tomAdmin, id))
        await live.caughtUp()
        expect(live.canImpersonate('wickham', TOM, 'access-request', NOW)).toBe(command === 'grant')
      }
    }
  })

  it('with a position waits for that position, and not for later events', async () => {
    const { live, kept, reason, revoke, submit } = await filled()
    await live.caughtUp(FEED_START)
    await revoke()
    const { latest } = await kept.positions()
    await live.caughtUp(latest)
    expect(live.position.at).toBeGreaterThanOrEqual(latest.at)
    expect(reason()).toBe('revoked')
    const later = live.caughtUp(moved(latest, 1)).then(() => 'reached')
    expect(await Promise.race([later, eventually(() => live.stalenessMs < 5).then(() => 'waiting')])).toBe('waiting')
    await submit('wickham', HUNDRED)
    expect(await later).toBe('reached')
  })

  it('with a malformed position rejects', async () => {
    const { live } = await filled()
    const wrong = [null, 7, {}, { at: 1 }, { at: '1', event: 'e' }, { at: 0.5, event: 'e' }, { at: Infinity, event: 'e' }]
    for (const position of [...wrong, { at: -1, event: 'e' }, { at: 1, event: null }, { at: 1, event: 'no id' }, { at: 0, event: 'e' }])
      await expect(live.caughtUp(position as never)).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('without a position rejects if the repository cannot return its positions', async () => {
    const { live, faults } = await filled()
    faults.positions = rejects
    await expect(live.caughtUp()).rejects.toBe(DOWN)
    faults.positions = async () => ({}) as never
    await expect(live.caughtUp()).rejects.toThrow('no valid positions')
  })
})
