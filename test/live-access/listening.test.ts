/** Notifications: a notification causes a poll at once, and polls continue without notifications. */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { TOM, tomAdmin } from '../story/cast.js'
import { eventually, filled, NOW, never, scene, tidy } from './scene.js'

afterEach(tidy)

type Listen = NonNullable<Repository['subscribe']>

/** Polls so rarely that within a test only a notification causes one. */
const SELDOM = { maxStalenessMs: 600_000, pollIntervalMs: 300_000, timeoutMs: 50 }

const reason = (on: Awaited<ReturnType<typeof scene>>) => on.live.decide('caroline', TOM, 'access-request', NOW).reason

describe('a repository with notifications', () => {
  it('has its events applied without waiting for the next poll', async () => {
    const on = await filled(SELDOM)
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    await eventually(() => reason(on) === 'revoked')
  })

  it('that notifies before the event can be read is polled again a little later', async () => {
    const on = await filled(SELDOM)
    await sleep(20)
    let early = 3
    on.mood.readEvents = async ({ after: position, limit }) =>
      early-- > 0 ? { entries: [], position } : on.kept.readEvents({ after: position, limit })
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    await eventually(() => reason(on) === 'revoked')
    expect(early).toBeLessThan(0)
  })

  it('that notifies repeatedly without new events causes no error', async () => {
    const on = await filled({ maxStalenessMs: 60_000 })
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    await eventually(() => reason(on) === 'revoked')
    expect(on.heard).toEqual([])
  })

  it('that notifies during a poll is polled once more', async () => {
    const on = await filled(SELDOM)
    await sleep(20)
    let answer = (): void => {}
    on.mood.readEvents = async ({ after: position, limit }) => {
      delete on.mood.readEvents
      const before = await on.kept.readEvents({ after: position, limit })
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return before
    }
    void on.live.caughtUp(FEED_START)
    await eventually(() => on.mood.readEvents === undefined)
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    answer()
    await eventually(() => reason(on) === 'revoked')
  })
})

describe('a repository without notifications', () => {
  it('is polled on a timer', async () => {
    const on = await filled({ deaf: true, maxStalenessMs: 60_000 })
    expect(on.repository.subscribe).toBeUndefined()
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    await eventually(() => reason(on) === 'revoked')
  })

  it('is polled at least twice within `maxStalenessMs`, even if `pollIntervalMs` is longer', async () => {
    const on = await filled({ deaf: true, maxStalenessMs: 100, pollIntervalMs: 3_600_000 })
    let polls = 0
    on.mood.readEvents = (...asked) => {
      polls += 1
      return on.kept.readEvents(...asked)
    }
    await eventually(() => polls > 8)
    expect(on.heard).toEqual([])
  })
})

describe('more events than fit a page', () => {
  it('are all applied without a pause, and without a notification', async () => {
    const on = await scene({ ...SELDOM, deaf: true, timeoutMs: 60_000 })
    const { requestPage } = on.kept
    let taken = false
    on.mood.requestPage = async (query) => {
      const page = await requestPage(query)
      for (let n = 1; n <= 1_100 && !taken; n++) await on.stage.consentry.setExpiry(tomAdmin, on.stage.tom, { expiresAt: NOW + n })
      taken = true
      return page
    }
    await eventually(on.allowed)
    expect(on.live.decide('caroline', TOM, 'access-request', NOW)).toMatchObject({ changesAt: NOW + 1_100 })
  })
})

describe('a subscription that disconnects', () => {
  it('is reported and renewed, with growing delays after failures, while polls continue', async () => {
    const lost: ((error: unknown) => void)[] = []
    const gone = new Error('the connection is gone')
    const on = await scene({ maxStalenessMs: 60_000 })
    const tries: number[] = []
    on.mood.subscribe = async ({ onDisconnect: lose }) => {
      tries.push(performance.now())
      if (tries.length < 5 && lost.length > 0) throw gone
      lost.push(lose)
      return async () => {}
    }
    await on.live.ready()
    // The first scene subscribed before its mood changed, so it never disconnects. Another scene starts in that mood.
    const again = await filled({ maxStalenessMs: 60_000, mood: { subscribe: on.mood.subscribe as Listen } })
    await eventually(() => lost.length === 1)
    lost[0]?.(gone)
    lost[0]?.(gone)
    await again.stage.consentry.revoke(tomAdmin, again.stage.tom)
    await eventually(() => reason(again) === 'revoked')
    await eventually(() => lost.length === 2)
    expect(again.heard).toEqual([gone, gone, gone, gone])
    const waits = tries.slice(1).map((at, n) => at - (tries[n] ?? at))
    // The first delay follows the disconnect, the others double.
    expect(waits.filter((wait, n) => wait < (n === 0 ? 25 : 25 * 2 ** (n - 1)) - 2)).toEqual([])
  })

  it('before it starts, or at once, or that never starts, stops nothing else', async () => {
    const gone = new Error('the connection is gone')
    const listens: Listen[] = [
      async ({ onDisconnect: lose }) => {
        lose(gone)
        return async () => {}
      },
      () => {
        throw gone
      },
      () => Promise.reject(gone),
      never,
      async () => undefined as never,
    ]
    for (const listen of listens) {
      const on = await filled({ maxStalenessMs: 60_000, mood: { subscribe: listen } })
      await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
      await eventually(() => reason(on) === 'revoked')
      await on.live.close()
    }
  })

  it('causes a poll as soon as it is renewed, for the events in between', async () => {
    let lose = (_error: unknown): void => {}
    let listening = 0
    // Without `caughtUp` here, because that would cause a poll too.
    const on = await scene({
      ...SELDOM,
      mood: {
        subscribe: async ({ onDisconnect: lost }) => {
          listening += 1
          lose = lost
          return async () => {}
        },
      },
    })
    await eventually(on.allowed)
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    lose(new Error('the connection is gone'))
    await eventually(() => listening === 2 && reason(on) === 'revoked')
  })
})
