/** Loading: denies until it is complete, reports progress, and misses no change made meanwhile. */

import { deepEqual } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setImmediate as immediately } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { accessFrom } from '../../src/access-index/access.js'
import { memoryRepository } from '../../src/adapters/memory.js'
import { createConsentry } from '../../src/consentry.js'
import { unwrap } from '../../src/domain/error.js'
import { grant, revoke } from '../../src/domain/tenant-request.js'
import { evolve } from '../../src/domain/tenant-request-state.js'
import type { LoadProgress } from '../../src/live-access/load-snapshot.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { answering } from '../domain/requests.js'
import { CLASSICS, elizabeth, HUNDRED, legacy, person, T0, TOM, tomAdmin } from '../story/cast.js'
import { eventually, filled, moved, NOW, never, open, scene, tidy } from './scene.js'

afterEach(tidy)

const METHODS = ['access-request', 'legacy-configure', 'legacy-support'] as const
/** Enough tenants for several pages of requests, and of governed tenants. */
const MANY = Array.from({ length: 2_100 }, (_, n) => `tenant-${n}`)

/**
 * A repository with one request for Caroline to each of many tenants.
 * Half of them have granted, and a tenth of those have revoked.
 */
async function crowd(): Promise<{ readonly repository: Repository; readonly inside: readonly string[] }> {
  const repository = memoryRepository()
  const directory = {
    members: (_tenant: string, users: readonly string[]) => users,
    askable: (_: string, tenants: readonly string[]) => tenants,
  }
  const consentry = createConsentry({ repository, directory, clock: () => T0 })
  const associations = [{ users: ['caroline', 'charlotte'], tenants: MANY }]
  const { id } = await consentry.submit(elizabeth, { name: 'SupportAccess', associations })
  const change = async (every: number, happen: typeof grant | typeof revoke) => {
    const asked = (await repository.tenantRequestsOf(CLASSICS, id)).filter((_, n) => n % every === 0)
    const changes = asked.map((request) => {
      const command = { message: '', expiresAt: null }
      const event = unwrap(happen(request, command, answering(T0, { actor: person('becky', request.tenant, 'answer'), newId: randomUUID })))
      return { request: evolve(request, event), event }
    })
    await repository.saveChanges(changes)
    return asked.map(({ tenant }) => tenant)
  }
  const [granted, revoked] = [await change(2, grant), await change(20, revoke)]
  return { repository, inside: granted.filter((tenant) => !revoked.includes(tenant)) }
}

describe('before the first load', () => {
  it('denies everything with `no-facts`, even what the host’s rule permits, and reports infinite staleness', async () => {
    const { live, allowed } = await scene({ mood: { requestPage: never }, timeoutMs: 60_000, legacy: () => true })
    expect(allowed()).toBe(false)
    for (const method of METHODS)
      for (const tenant of [TOM, HUNDRED, 'nowhere']) {
        expect(live.decide('caroline', tenant, method, NOW)).toEqual({ allowed: false, reason: 'no-facts', changesAt: null })
        expect(live.canImpersonate('caroline', tenant, method, NOW)).toBe(false)
        await expect(live.authorize({ user: 'caroline', tenant, method })).rejects.toMatchObject({ code: 'facts-unavailable' })
      }
    expect([live.position, live.stalenessMs]).toEqual([FEED_START, Infinity])
  })

  it('`ready` and `caughtUp` stay pending', async () => {
    const on = await scene({ mood: { requestPage: never }, timeoutMs: 60 })
    const done: string[] = []
    const waiting = [
      on.live.ready().then(() => done.push('ready')),
      on.live.caughtUp().then(() => done.push('reached')),
      on.live.caughtUp(FEED_START).then(() => done.push('reached 0')),
    ]
    for (let n = 0; n < 20; n++) await immediately()
    expect(done).toEqual([])
    delete on.mood.requestPage
    await Promise.all(waiting)
    expect(done.sort()).toEqual(['reached', 'reached 0', 'ready'])
    expect(on.allowed()).toBe(true)
  })
})

describe('after the first load', () => {
  it('answers like an access over all facts; reports progress page by page, and yields between pages', async () => {
    const { repository, inside } = await crowd()
    const told: LoadProgress[] = []
    let [turns, over] = [0, false]
    const turning = (async () => {
      for (; !over; turns++) await immediately()
    })()
    const turnsAt: number[] = []
    const live = open({
      repository,
      legacy,
      onProgress: (filling) => {
        told.push(filling)
        turnsAt.push(turns)
      },
    })
    await live.ready()
    over = true
    await turning
    expect(told.at(-1)).toEqual({ requests: 2_100, pairs: 4_200 })
    expect(told.map(({ pairs }) => pairs)).toEqual(told.map(({ requests }) => 2 * requests))
    expect(told.map(({ requests }) => requests)).toEqual([...new Set(told.map(({ requests }) => requests))].sort((a, b) => a - b))
    expect(told.length).toBeGreaterThan(2)
    expect(new Set(turnsAt).size).toBe(told.length)
    expect(live.position).toEqual((await repository.positions()).latest)
    deepEqual(live.tenantsFor('caroline', NOW), inside)
    const facts = await Promise.all(MANY.map((tenant) => repository.facts(tenant)))
    const access = accessFrom(facts, { legacy, everyTenant: true })
    for (const tenant of MANY)
      for (const method of METHODS) deepEqual(live.decide('caroline', tenant, method, NOW), access.decide('caroline', tenant, method, NOW))
  })

  it('includes changes made during the load, to requests already read and to those not yet read', async () => {
    const on = await scene({ deaf: true })
    const [asked, { requestPage }] = [[] as string[], on.kept]
    const grantAgain = async (user: string) => {
      const { sent } = await on.stage.consentry.submit(elizabeth, { name: 'Again', associations: [{ users: [user], tenants: [TOM] }] })
      await on.stage.consentry.grant(tomAdmin, sent[0]?.id ?? '')
    }
    on.mood.requestPage = async (query) => {
      if (asked.push('requests') > 1) return requestPage(query)
      await grantAgain('wickham')
      const page = await requestPage(query)
      await grantAgain('elizabeth')
      await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
      return page
    }
    await on.live.ready()
    expect(asked).toHaveLength(1)
    expect(on.live.decide('caroline', TOM, 'access-request', NOW).reason).toBe('revoked')
    expect(on.live.usersFor(TOM, NOW)).toEqual(['elizabeth', 'wickham'])
    expect(on.heard).toEqual([])
  })

  it('a tenant that has granted is governed, even if all its requests were purged', async () => {
    const { live } = await scene({ mood: { requestPage: async () => [] }, legacy: () => true })
    await live.ready()
    expect(live.decide('wickham', TOM, 'legacy-support', NOW).reason).toBe('legacy-closed')
    expect(live.decide('wickham', HUNDRED, 'legacy-support', NOW).reason).toBe('legacy-permitted')
  })

  it('restarts from the beginning after a failure in between, and reports it', async () => {
    const down = new Error('connection refused')
    const told: LoadProgress[] = []
    const on = await scene({ mood: { governedTenantPage: () => Promise.reject(down) }, onProgress: (filling) => told.push(filling) })
    await eventually(() => on.heard.length > 1)
    expect(on.allowed()).toBe(false)
    delete on.mood.governedTenantPage
    await on.live.ready()
    expect(on.allowed()).toBe(true)
    expect(new Set(told.map(({ requests }) => requests))).toEqual(new Set([2]))
    expect(told.length).toBeGreaterThan(2)
    expect(new Set(on.heard)).toEqual(new Set([down]))
  })
})

describe('`caughtUp`', () => {
  it('without a position waits for everything saved before the call; every later answer includes it', async () => {
    const on = await filled({ pollIntervalMs: 50 })
    for (let n = 0; n < 5; n++) {
      const { sent } = await on.stage.consentry.submit(elizabeth, { name: 'Again', associations: [{ users: ['wickham'], tenants: [TOM] }] })
      const id = sent[0]?.id ?? ''
      await on.stage.consentry.grant(tomAdmin, id)
      await on.live.caughtUp()
      expect(on.live.canImpersonate('wickham', TOM, 'access-request', NOW)).toBe(true)
      await on.stage.consentry.revoke(tomAdmin, id)
      await on.live.caughtUp()
      expect(on.live.canImpersonate('wickham', TOM, 'access-request', NOW)).toBe(false)
    }
  })

  it('with a position waits for that position, and not for later events', async () => {
    const on = await filled()
    await on.live.caughtUp(FEED_START)
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    const { latest } = await on.kept.positions()
    await on.live.caughtUp(latest)
    expect(on.live.position.at).toBeGreaterThanOrEqual(latest.at)
    expect(on.live.decide('caroline', TOM, 'access-request', NOW).reason).toBe('revoked')
    const later = on.live.caughtUp(moved(latest, 1)).then(() => 'reached')
    expect(await Promise.race([later, eventually(() => on.live.stalenessMs < 5).then(() => 'waiting')])).toBe('waiting')
    await on.stage.consentry.submit(elizabeth, { name: 'Again', associations: [{ users: ['wickham'], tenants: [HUNDRED] }] })
    expect(await later).toBe('reached')
  })

  it('without a position rejects if the repository cannot return its positions', async () => {
    const on = await filled()
    on.mood.positions = () => Promise.reject(new Error('connection refused'))
    await expect(on.live.caughtUp()).rejects.toThrow('connection refused')
    on.mood.positions = async () => ({}) as never
    await expect(on.live.caughtUp()).rejects.toThrow('no valid positions')
  })
})
