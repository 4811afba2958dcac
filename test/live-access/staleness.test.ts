/** Staleness: denies beyond `maxStalenessMs` while clocks or the repository fail, then recovers. */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ConsentryEvent } from '../../src/domain/event.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { HUNDRED, hundredAdmin, TOM, tomAdmin } from '../story/cast.js'
import { all, BRIEF, closes, eventually, filled, type Mood, moved, NOW, never, recovers, scene, tidy } from './scene.js'

afterEach(tidy)

describe('a wrong clock', () => {
  it('the system clock, stopped: staleness is measured by the monotonic clock', async () => {
    const on = await filled(BRIEF)
    vi.spyOn(Date, 'now').mockReturnValue(Date.now())
    await sleep(150)
    await eventually(on.allowed)
    on.mood.readEvents = never
    await closes(on)
    delete on.mood.readEvents
    await recovers(on)
  })

  it('the monotonic clock, stopped during sleep: staleness is measured by the system clock, until the next poll', async () => {
    const on = await filled()
    on.mood.readEvents = never
    vi.spyOn(performance, 'now').mockReturnValue(performance.now())
    const slept = Date.now() + 3_600_000
    expect(on.allowed()).toBe(true)
    await Promise.resolve()
    vi.spyOn(Date, 'now').mockImplementation(() => slept)
    expect(on.allowed()).toBe(false)
    expect(on.live.stalenessMs).toBeGreaterThan(3_500_000)
    delete on.mood.readEvents
    await eventually(on.allowed)
  })

  it('the system clock, set back: staleness is measured by the monotonic clock', async () => {
    const on = await filled(BRIEF)
    const past = Date.now() - 3_600_000
    vi.spyOn(Date, 'now').mockImplementation(() => past)
    expect(on.live.stalenessMs).toBeGreaterThanOrEqual(0)
    on.mood.readEvents = never
    await closes(on)
  })
})

describe('a repository that does not answer', () => {
  it('denies in time if the feed stops, reports a timeout, and recovers', async () => {
    const on = await filled(BRIEF)
    on.mood.readEvents = never
    await closes(on)
    await eventually(() => on.heard.length > 0)
    expect(on.heard[0]).toMatchObject({ message: expect.stringContaining('no answer within 50 milliseconds') })
    delete on.mood.readEvents
    await recovers(on)
  })

  it('denies in time if answers are slow: staleness counts from the question, not from the answer', async () => {
    const on = await filled({ ...BRIEF, timeoutMs: 10_000 })
    on.mood.readEvents = async (...asked) => {
      const page = on.kept.readEvents(...asked)
      await sleep(250)
      return page
    }
    await closes(on)
    for (let n = 0; n < 60; n++) {
      await sleep(10)
      expect(on.allowed()).toBe(false)
    }
    delete on.mood.readEvents
    await recovers(on)
  })
})

describe('a repository that fails', () => {
  const down = new Error('connection refused')
  const failures: Record<string, () => never | Promise<never>> = {
    'a rejection': () => Promise.reject(down),
    'an error at once': () => {
      throw down
    },
  }
  it('denies in time, retries with growing delays, reports each failure, and recovers', () =>
    all(failures, async (fails) => {
      const on = await filled(BRIEF)
      const asked: number[] = []
      on.mood.readEvents = () => {
        asked.push(performance.now())
        return fails()
      }
      await closes(on)
      await eventually(() => asked.length > 4)
      const waits = asked.slice(1).map((at, n) => at - (asked[n] ?? at))
      // 50 ms, doubled each time, and jitter of up to a half. Timers may be late, but at most a millisecond early.
      expect(waits.filter((wait, n) => wait < 25 * 2 ** n - 2)).toEqual([])
      expect(on.heard.length).toBeGreaterThan(3)
      expect(on.heard.every((error) => error === down)).toBe(true)
      delete on.mood.readEvents
      await recovers(on)
    }))
})

describe('a repository that fails again', () => {
  it('is retried with the first delay again, if it has answered in between', async () => {
    const on = await filled()
    const fails = () => Promise.reject(new Error('connection refused'))
    on.mood.readEvents = fails
    await eventually(() => on.heard.length > 3)
    delete on.mood.readEvents
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    await on.live.caughtUp()
    const [told, timers] = [on.heard.length, vi.spyOn(globalThis, 'setTimeout')]
    on.mood.readEvents = fails
    await eventually(() => on.heard.length > told)
    await eventually(() => timers.mock.calls.length > 2)
    // No poll, call or delay exceeds 50 ms here; the fifth delay of a series would be at least 400 ms.
    expect(Math.max(...timers.mock.calls.map(([, milliseconds]) => milliseconds ?? 0))).toBeLessThanOrEqual(50)
  })
})

describe('a repository with malformed answers', () => {
  const granted = (change: object): ConsentryEvent =>
    ({
      ...{ id: 'e', at: NOW, by: { user: 'rabbit', tenant: HUNDRED }, tenant: HUNDRED, requestingTenant: 'classics', accessRequest: 'a' },
      ...{ revision: 2, version: 1, type: 'tenant-request.granted', message: '', expiresAt: null, ...change },
    }) as unknown as ConsentryEvent
  type Page = Awaited<ReturnType<Repository['readEvents']>>
  /** The answers of the feed after a position, about a tenant request that is still pending. */
  const pages: Record<string, (after: Position, tenantRequest: string) => unknown> = {
    'no page': () => undefined,
    'a page without entries': (after) => ({ position: after }),
    'a page without a position': () => ({ entries: [] }),
    'a position before the one asked from': (after) => ({ entries: [], position: moved(after, -1) }),
    'a position that is no whole number': (after) => ({ entries: [], position: moved(after, 0.5) }),
    'a position whose number is a text': (after) => ({ entries: [], position: { ...after, at: String(after.at) } }),
    'a position that is a number': ({ at }) => ({ entries: [], position: at }),
    'a position that is infinite': () => ({ entries: [], position: { at: Infinity, event: 'e' } }),
    'a position that names no event': ({ at }) => ({ entries: [], position: { at, event: null } }),
    'a position whose event is no id': ({ at }) => ({ entries: [], position: { at, event: 'no id' } }),
    'no entry': (after) => ({ entries: [null], position: moved(after, 1) }),
    'an entry without an event': (after) => ({ entries: [{ position: moved(after, 1) }], position: moved(after, 1) }),
    'a grant that does not say when it ends': (after, tenantRequest) => ({
      entries: [{ position: moved(after, 1), event: granted({ tenantRequest, expiresAt: undefined }) }],
      position: moved(after, 1),
    }),
    'a grant whose end is no instant': (after, tenantRequest) => ({
      entries: [{ position: moved(after, 1), event: granted({ tenantRequest, expiresAt: 'never' }) }],
      position: moved(after, 1),
    }),
    'an event of an unknown type': (after, tenantRequest) => ({
      entries: [{ position: moved(after, 1), event: granted({ tenantRequest, type: 'tenant-request.forgotten' }) }],
      position: moved(after, 1),
    }),
    'entries whose positions go backward': (after, tenantRequest) => ({
      entries: [{ position: moved(after, -1), event: granted({ tenantRequest }) }],
      position: moved(after, 1),
    }),
    'entries whose positions are malformed': (after, tenantRequest) => ({
      entries: [{ position: { at: Number.NaN, event: 'e' }, event: granted({ tenantRequest }) }],
      position: moved(after, 1),
    }),
  }
  it('in a page of its feed: denies in time, reports it, and recovers', () =>
    all(pages, async (page) => {
      const on = await filled(BRIEF)
      let letIn = false
      on.mood.readEvents = async ({ after }) => page(after, on.stage.hundred) as Page
      // Called right after the page was applied, if it was.
      on.mood.positions = async () => {
        letIn ||= on.live.canImpersonate('charlotte', HUNDRED, 'access-request', NOW)
        return on.kept.positions()
      }
      await closes(on)
      await eventually(() => on.heard.length > 0)
      expect(on.heard[0]).toBeInstanceOf(Error)
      delete on.mood.readEvents
      await recovers(on)
      expect([letIn, on.live.canImpersonate('charlotte', HUNDRED, 'access-request', NOW)]).toEqual([false, false])
    }))

  const request = (change: object) => ({
    ...{
      id: 'r',
      tenant: TOM,
      users: ['caroline'],
      removed: [],
      sentAt: NOW,
      state: 'granted',
      grantedAt: NOW,
      expiresAt: null,
      ...change,
    },
  })
  const stocks: Record<string, Mood> = {
    'no requests': { requestPage: async () => undefined as never },
    'a request that is null': { requestPage: async () => [null] as never },
    'a grant that does not say when it ends': { requestPage: async () => [request({ expiresAt: undefined })] as never },
    'a grant that does not say when it began': { requestPage: async () => [request({ grantedAt: null })] as never },
    'a request with a malformed tenant id': { requestPage: async () => [request({ tenant: 'tom sawyer' })] as never },
    'a request that names a removed user': { requestPage: async () => [request({ removed: [{ user: 'caroline', at: NOW }] })] as never },
    'one request twice': { requestPage: async () => [request({}), request({})] as never },
    'governed tenants that are no list': { governedTenantPage: async () => ({ length: 1 }) as never },
    'a governed tenant with a malformed id': { governedTenantPage: async () => [7] as never },
    'no ends of the feed': { positions: async () => undefined as never },
    'malformed ends of the feed': { positions: async () => ({ stable: { at: 0.5, event: 'e' }, latest: { at: 2, event: 'e' } }) },
    'an end of the feed that is no whole number': { positions: async () => ({ stable: FEED_START, latest: { at: 2.5, event: 'e' } }) },
    'an end of the feed that is missing': { positions: async () => ({ stable: FEED_START }) as never },
    'a stable end of the feed after its latest': {
      positions: async () => ({ stable: { at: 3, event: 'e' }, latest: { at: 2, event: 'e' } }),
    },
    'an end of the feed before its beginning': {
      positions: async () => ({ stable: { at: -1, event: 'e' }, latest: { at: 2, event: 'e' } }),
    },
  }
  it('in its snapshot: denies everything, reports it, and loads once the answers are valid', () =>
    all(stocks, async (mood) => {
      const on = await scene({ ...BRIEF, mood })
      await eventually(() => on.heard.length > 1)
      expect([on.allowed(), on.live.position, on.live.stalenessMs]).toEqual([false, FEED_START, Infinity])
      for (const name of Object.keys(mood)) delete on.mood[name as keyof Mood]
      await recovers(on)
    }))
})

describe('a feed that is held back', () => {
  it('by an open transaction: goes stale if later events are saved but not readable', async () => {
    const on = await filled(BRIEF)
    const { latest } = await on.kept.positions()
    on.mood.positions = async () => ({ stable: latest, latest: (await on.kept.positions()).latest })
    on.mood.readEvents = async ({ after }) => ({ entries: [], position: after })
    await sleep(150)
    // Nothing was saved since, so everything is applied.
    await eventually(on.allowed)
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    await closes(on)
    delete on.mood.positions
    delete on.mood.readEvents
    await on.live.caughtUp()
    await eventually(() => on.live.decide('caroline', TOM, 'access-request', NOW).reason === 'revoked')
  })

  it('by one transaction after the other: stays fresh up to the events that are readable', async () => {
    const on = await filled(BRIEF)
    // Each event is readable only after two more are saved, and events are saved all the time.
    on.mood.readEvents = async ({ after: position, limit }) => {
      const { latest } = await on.kept.positions()
      const { entries } = await on.kept.readEvents({ after: position, limit })
      const seen = entries.filter((entry) => entry.position.at <= latest.at - 2)
      return { entries: seen, position: seen.at(-1)?.position ?? position }
    }
    const request = on.stage.hundred
    await on.stage.consentry.grant(hundredAdmin, request)
    for (let n = 1; n < 25; n++) {
      await on.stage.consentry.setExpiry(hundredAdmin, request, { expiresAt: NOW + n * 1_000 })
      await sleep(10)
      expect(on.live.stalenessMs).toBeLessThan(5_000)
    }
    await eventually(on.allowed)
  })
})
