/** Notifications: a notification causes a poll at once, and polls continue without notifications. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { TOM, tomAdmin } from '../story/cast.js'
import { DOWN, eventually, filled, NOW, never, rejects, scene, seesRevocation, throws, tidy } from './scene.js'

afterEach(tidy)

type Subscribe = NonNullable<Repository['subscribe']>

/** Polls so rarely that within a test only a notification causes one. */
const SELDOM = { maxStalenessMs: 600_000, pollIntervalMs: 300_000, timeoutMs: 50 }

describe('a repository with notifications', () => {
  it('has its events applied without waiting for the next poll, and without an error', async () => {
    const on = await filled(SELDOM)
    await on.revoke()
    await seesRevocation(on)
    expect(on.errors).toEqual([])
  })

  it('that notifies before the event can be read is polled again a little later', async () => {
    const on = await filled(SELDOM)
    await sleep(20)
    let early = 3
    on.faults.readEvents = async (query) =>
      early-- > 0 ? { entries: [], position: query.after, latest: query.after } : on.kept.readEvents(query)
    await on.revoke()
    await seesRevocation(on)
    expect(early).toBeLessThan(0)
  })

  it('that notifies during a poll is polled once more', async () => {
    const on = await filled(SELDOM)
    await sleep(20)
    on.faults.readEvents = async (query) => {
      delete on.faults.readEvents
      const page = await on.kept.readEvents(query)
      await on.revoke()
      return page
    }
    void on.live.caughtUp(FEED_START)
    await seesRevocation(on)
  })
})

describe('a repository without notifications', () => {
  it.each([
    ['on a timer', { maxStalenessMs: 600_000, pollIntervalMs: 10 }],
    ['at least twice within `maxStalenessMs`, even if `pollIntervalMs` is longer', { maxStalenessMs: 100, pollIntervalMs: 3_600_000 }],
  ])('is polled %s', async (_how, options) => {
    const on = await filled({ ...options, pollOnly: true })
    expect(on.repository.subscribe).toBeUndefined()
    const readEvents = vi.fn(on.kept.readEvents)
    on.faults.readEvents = readEvents
    await eventually(() => readEvents.mock.calls.length > 8)
    await on.revoke()
    await seesRevocation(on)
    expect(on.errors).toEqual([])
  })

  it('has more events than fit a page applied without a pause', async () => {
    const { faults, kept, stage, live, allowed } = await scene({ ...SELDOM, pollOnly: true, timeoutMs: 60_000 })
    faults.requestPage = async (query) => {
      delete faults.requestPage
      const page = await kept.requestPage(query)
      for (let n = 1; n <= 1_100; n++) await stage.consentry.setExpiry(tomAdmin, stage.tom, { expiresAt: NOW + n })
      return page
    }
    await eventually(allowed)
    expect(live.decide('caroline', TOM, 'access-request', NOW)).toMatchObject({ changesAt: NOW + 1_100 })
  })
})

describe('a subscription that disconnects', () => {
  it('is reported and renewed, with growing delays after failures, while polls continue', async () => {
    const disconnects: ((error: unknown) => void)[] = []
    const tries: number[] = []
    const subscribe: Subscribe = async ({ onDisconnect }) => {
      tries.push(performance.now())
      if (tries.length > 1 && tries.length < 5) throw DOWN
      disconnects.push(onDisconnect)
      return async () => {}
    }
    const on = await filled({ faults: { subscribe } })
    await eventually(() => disconnects.length === 1)
    disconnects[0]?.(DOWN)
    disconnects[0]?.(DOWN)
    await on.revoke()
    await seesRevocation(on)
    await eventually(() => disconnects.length === 2)
    expect(on.errors).toEqual([DOWN, DOWN, DOWN, DOWN])
    const waits = tries.slice(1).map((at, n) => at - (tries[n] ?? at))
    // The first delay follows the disconnect, the others double.
    expect(waits.filter((wait, n) => wait < (n === 0 ? 25 : 25 * 2 ** (n - 1)) - 2)).toEqual([])
  })

  const disconnectsAtOnce: Subscribe = async ({ onDisconnect }) => {
    onDisconnect(DOWN)
    return async () => {}
  }
  it.each<[how: string, subscribe: Subscribe]>([
    ['before it starts', disconnectsAtOnce],
    ['by throwing', throws],
    ['by rejecting', rejects],
    ['by never starting', never],
    ['by starting without a way to stop it', async () => undefined as never],
  ])('%s, stops nothing else', async (_how, subscribe) => {
    const on = await filled({ faults: { subscribe } })
    await on.revoke()
    await seesRevocation(on)
    await on.live.close()
  })

  it('causes a poll as soon as it is renewed, for the events in between', async () => {
    const subscribe = vi.fn<Subscribe>(async () => async () => {})
    // Without `caughtUp` here, because that would cause a poll too.
    const on = await scene({ ...SELDOM, faults: { subscribe } })
    await eventually(on.allowed)
    await on.revoke()
    subscribe.mock.lastCall?.[0].onDisconnect(DOWN)
    await eventually(() => subscribe.mock.calls.length === 2 && on.reason() === 'revoked')
  })
})
