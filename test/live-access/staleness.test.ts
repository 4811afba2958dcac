/** Staleness: denies beyond `maxStalenessMs` while clocks or the repository fail, then recovers. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import { grantFacts } from '../domain/requests.js'
import { HUNDRED, hundredAdmin } from '../story/cast.js'
import type { Faults } from './scene.js'
import * as scenes from './scene.js'

const { all, BRIEF, closes, DOWN, eventually, filled, moved, NOW, never, recovers, rejects, scene, seesRevocation, throws, tidy } = scenes
afterEach(tidy)

describe('a wrong clock', () => {
  it('the system clock, set back and stopped: staleness is measured by the monotonic clock', async () => {
    const on = await filled(BRIEF)
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000)
    expect(on.live.stalenessMs).toBeGreaterThanOrEqual(0)
    await sleep(150)
    await eventually(on.allowed)
    on.faults.readEvents = never
    await closes(on)
    delete on.faults.readEvents
    await recovers(on)
  })

  it('the monotonic clock, stopped during sleep: staleness is measured by the system clock, until the next poll', async () => {
    const { live, faults, allowed } = await filled()
    faults.readEvents = never
    vi.spyOn(performance, 'now').mockReturnValue(performance.now())
    const slept = Date.now() + 3_600_000
    expect(allowed()).toBe(true)
    await Promise.resolve()
    vi.spyOn(Date, 'now').mockReturnValue(slept)
    expect(allowed()).toBe(false)
    expect(live.stalenessMs).toBeGreaterThan(3_500_000)
    delete faults.readEvents
    await eventually(allowed)
  })
})

it('a turn of the event loop that takes long: denies in it as soon as it is stale, whatever the count of answers', async () => {
  const { allowed, live } = await filled(BRIEF)
  await live.caughtUp()
  expect(allowed()).toBe(true)
  const end = performance.now() + 2 * BRIEF.maxStalenessMs
  while (performance.now() < end);
  expect(allowed()).toBe(false)
})

describe('a repository that fails or is slow', () => {
  it('denies in time if it is slow: staleness counts from the question, not from the answer', async () => {
    const on = await filled({ ...BRIEF, timeoutMs: 10_000 })
    on.faults.readEvents = async (query) => {
      const page = on.kept.readEvents(query)
      await sleep(250)
      return page
    }
    await closes(on)
    for (let n = 0; n < 60; n++) {
      await sleep(10)
      expect(on.allowed()).toBe(false)
    }
    delete on.faults.readEvents
    await recovers(on)
  })

  const failures: Record<string, readonly [call: () => Promise<never>, isReported: (error: unknown) => boolean]> = {
    'a rejection': [rejects, (error) => error === DOWN],
    'an error at once': [throws, (error) => error === DOWN],
    'no answer': [never, (error) => String(error) === 'Error: no answer within 50 milliseconds'],
  }
  it('denies in time if it fails, retries with growing delays, reports each failure, and recovers', () =>
    all(failures, async ([call, isReported]) => {
      const on = await filled(BRIEF)
      const tries: number[] = []
      on.faults.readEvents = () => {
        tries.push(performance.now())
        return call()
      }
      await closes(on)
      await eventually(() => tries.length > 4)
      const waits = tries.slice(1).map((at, n) => at - (tries[n] ?? at))
      // 50 ms, doubled each time, and jitter of up to a half. Timers may be late, but at most a millisecond early.
      expect(waits.filter((wait, n) => wait < 25 * 2 ** n - 2)).toEqual([])
      expect(on.errors.length).toBeGreaterThan(3)
      expect(on.errors.filter((error) => !isReported(error))).toEqual([])
      delete on.faults.readEvents
      await recovers(on)
    }))

  it('is retried with the first delay again, if it has answered in between', async () => {
    const on = await filled()
    on.faults.readEvents = rejects
    await eventually(() => on.errors.length > 3)
    delete on.faults.readEvents
    await on.revoke()
    await on.live.caughtUp()
    const [reported, timers] = [on.errors.length, vi.spyOn(globalThis, 'setTimeout')]
    on.faults.readEvents = rejects
    await eventually(() => on.errors.length > reported)
    await eventually(() => timers.mock.calls.length > 1)
    // No poll, call or delay exceeds 50 ms here; the fifth delay of a series would be at least 400 ms.
    expect(Math.max(...timers.mock.calls.map(([, ms]) => ms ?? 0))).toBeLessThanOrEqual(50)
  })
})

describe('a repository with malformed answers', () => {
  const granted = (change: object) => ({
    ...{ id: 'e', at: NOW, by: { user: 'rabbit', tenant: HUNDRED }, tenant: HUNDRED, requestingTenant: 'classics', accessRequest: 'a' },
    ...{ revision: 2, version: 1, type: 'tenant-request.granted', message: '', expiresAt: null, ...change },
  })
  /** A page whose only event is the grant of a request that is pending, changed like this. */
  const pageOf =
    (change: object, at = (after: Position): unknown => moved(after, 1)) =>
    (after: Position, tenantRequest: string) => ({
      entries: [{ position: at(after), event: granted({ tenantRequest, ...change }) }],
      position: moved(after, 1),
      latest: moved(after, 1),
    })
  const pages: Readonly<Record<string, (after: Position, tenantRequest: string) => unknown>> = {
    'no page': () => undefined,
    'a page without entries': (after) => ({ position: after, latest: after }),
    'a page without a position': (after) => ({ entries: [], latest: after }),
    'a page without its newest event': (after) => ({ entries: [], position: after }),
    'a malformed newest event': (after) => ({ entries: [], position: after, latest: moved(after, 0.5) }),
    'a position after the newest event': (after, tenantRequest) => ({ ...pageOf({})(after, tenantRequest), latest: after }),
    'a position before the one asked from': (after) => ({ entries: [], position: moved(after, -1), latest: after }),
    'a malformed position': (after) => ({ entries: [], position: moved(after, 0.5), latest: moved(after, 1) }),
    'no entry': (after) => ({ entries: [null], position: moved(after, 1), latest: moved(after, 1) }),
    'an entry without an event': (after) => ({ ...pageOf({})(after, ''), entries: [{ position: moved(after, 1) }] }),
    'a grant that does not say when it ends': pageOf({ expiresAt: undefined }),
    'a grant whose end is no instant': pageOf({ expiresAt: 'never' }),
    'an event of an unknown type': pageOf({ type: 'tenant-request.forgotten' }),
    'entries whose positions go backward': pageOf({}, (after) => moved(after, -1)),
    'entries whose positions are malformed': pageOf({}, () => ({ at: Number.NaN, event: 'e' })),
  }
  it('in a page of its feed: denies in time, reports it, and recovers', () =>
    all(pages, async (page) => {
      const on = await filled(BRIEF)
      const allowed = () => on.live.canImpersonate('charlotte', HUNDRED, 'access-request', NOW)
      let everAllowed = false
      on.faults.readEvents = async ({ after }) => {
        // Right after the page before was applied, if it was.
        everAllowed ||= allowed()
        return page(after, on.stage.hundred) as never
      }
      await closes(on)
      await eventually(() => on.errors.length > 0)
      expect(on.errors[0]).toBeInstanceOf(Error)
      delete on.faults.readEvents
      await recovers(on)
      expect([everAllowed, allowed()]).toEqual([false, false])
    }))

  const requests = (...changes: (object | null)[]): Faults => ({
    requestPage: async () => changes.map((change) => change && { ...grantFacts('r', NOW), ...change }) as never,
  })
  const positions = (stable: unknown, latest: unknown): Faults => ({ positions: async () => ({ stable, latest }) as never })
  const at = (at: number) => ({ at, event: 'e' })
  const snapshots: Record<string, Faults> = {
    'no requests': { requestPage: async () => undefined as never },
    'a request that is null': requests(null),
    'a grant that does not say when it ends': requests({ expiresAt: undefined }),
    'a request with a malformed tenant id': requests({ tenant: 'tom sawyer' }),
    'one request twice': requests({}, {}),
    'governed tenants that are no list': { governedTenantPage: async () => ({ length: 1 }) as never },
    'a governed tenant with a malformed id': { governedTenantPage: async () => [7] as never },
    'no ends of the feed': { positions: async () => undefined as never },
    'a malformed stable end of the feed': positions(at(0.5), at(2)),
    'a malformed latest end of the feed': positions(FEED_START, at(2.5)),
    'a stable end of the feed after its latest': positions(at(3), at(2)),
  }
  it('in its snapshot: denies everything, reports it, and loads once the answers are valid', () =>
    all(snapshots, async (faults) => {
      const on = await scene({ ...BRIEF, faults })
      await eventually(() => on.errors.length > 1)
      expect([on.allowed(), on.live.position, on.live.stalenessMs]).toEqual([false, FEED_START, Infinity])
      for (const name of Object.keys(faults)) delete on.faults[name as keyof Faults]
      await recovers(on)
    }))
})

describe('a feed that is held back', () => {
  it('by an open transaction: goes stale if later events are saved but not readable', async () => {
    const on = await filled(BRIEF)
    const { latest } = await on.kept.positions()
    expect(on.live.position).toEqual(latest)
    on.faults.readEvents = async (query) => ({ ...(await on.kept.readEvents(query)), entries: [], position: query.after })
    await sleep(150)
    // Nothing was saved since, so everything is applied.
    await eventually(on.allowed)
    await on.revoke()
    await closes(on)
    delete on.faults.readEvents
    await on.live.caughtUp()
    await seesRevocation(on)
  })

  it('by one transaction after the other: stays fresh up to the events that are readable', async () => {
    const { faults, kept, stage, live, allowed } = await filled(BRIEF)
    // Each event is readable only after two more are saved, and events are saved all the time.
    faults.readEvents = async (query) => {
      const { latest } = await kept.positions()
      const { entries, ...page } = await kept.readEvents(query)
      const readable = entries.filter(({ position }) => position.at <= latest.at - 2)
      return { ...page, entries: readable, position: readable.at(-1)?.position ?? query.after }
    }
    await stage.consentry.grant(hundredAdmin, stage.hundred, { expiresAt: null })
    for (let n = 1; n < 25 || !allowed(); n++) {
      await stage.consentry.setExpiry(hundredAdmin, stage.hundred, { expiresAt: NOW + n * 1_000 })
      await sleep(10)
      expect(live.stalenessMs).toBeLessThan(5_000)
    }
  })
})
