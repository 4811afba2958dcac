/** Closing: denies everything, settles all waiting promises, and leaves no timer or subscription. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { FEED_START } from '../../src/ports/event-feed.js'
import { TOM } from '../story/cast.js'
import { filled, NO_FACTS, NOW, never, rejects, scene, tidy } from './scene.js'

afterEach(tidy)

it('denies everything from the call on, not only after it has resolved; a second call is harmless', async () => {
  const { live, allowed } = await filled()
  expect(allowed()).toBe(true)
  const closing = Promise.all([live.close(), live.close()])
  expect(allowed()).toBe(false)
  expect(live.stalenessMs).toBe(Infinity)
  await closing
  await live.close()
  expect(allowed()).toBe(false)
  expect(live.decide('caroline', TOM, 'access-request', NOW)).toEqual(NO_FACTS)
})

it('rejects pending and later calls of `ready` and `caughtUp`', async () => {
  const [waiting, loaded] = [await scene({ faults: { requestPage: never }, timeoutMs: 60_000 }), await filled()]
  const pending = Promise.allSettled([
    waiting.live.ready(),
    waiting.live.caughtUp({ at: 7, event: 'seventh' }),
    waiting.live.caughtUp(),
    loaded.live.caughtUp({ at: 1_000_000, event: 'last' }),
  ])
  await Promise.all([waiting.live.close(), loaded.live.close()])
  const rejected = { status: 'rejected', reason: expect.objectContaining({ message: 'the live access is closed' }) }
  expect(await pending).toEqual(Array(4).fill(rejected))
  for (const { live } of [waiting, loaded])
    expect(await Promise.allSettled([live.ready(), live.caughtUp(), live.caughtUp(FEED_START)])).toEqual(Array(3).fill(rejected))
})

it.each([
  ['sleeps', {}],
  ['waits for the positions', { positions: never }],
  ['waits for a page of requests', { requestPage: never }],
  ['waits for a page of governed tenants', { governedTenantPage: never }],
  ['waits for events', { readEvents: never }],
  ['waits for a subscription', { subscribe: never }],
  ['waits for events and a subscription', { readEvents: never, subscribe: never }],
  ['waits to retry the feed', { readEvents: rejects }],
  ['waits to retry the subscription', { subscribe: rejects }],
])('does not wait, and leaves no timer and no error, while it %s', async (_what, faults) => {
  const { setTimeout: start } = globalThis
  const timers: NodeJS.Timeout[] = []
  // Others in this process have timers too, such as the connection to a browser: only those of the library count.
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((...given: Parameters<typeof start>) => {
    const timer = start(...given)
    if (new Error().stack?.includes('/src/live-access/')) timers.push(timer)
    return timer
  }) as typeof start)
  // Node marks a timer that has fired or was cleared.
  const running = () => timers.filter((timer) => !Reflect.get(timer, '_destroyed')).length
  const { live, errors } = await scene({ faults, pollIntervalMs: 40_000, maxStalenessMs: 80_000, timeoutMs: 60_000 })
  await sleep(10)
  // On a busy machine a retry may just be on its way, and its next timer is yet to come.
  await vi.waitFor(() => expect(running()).toBeGreaterThan(0))
  const reported = errors.length
  await live.close()
  expect(running()).toBe(0)
  expect(errors).toHaveLength(reported)
})

it('unsubscribes once, even if the subscription starts only after it', async () => {
  const stopped: string[] = []
  const stop = (what: string) => async () => {
    await sleep(5)
    stopped.push(what)
  }
  const early = await filled({ faults: { subscribe: async () => stop('early') } })
  await early.live.close()
  expect(stopped).toEqual(['early'])
  let begin = (_stop: () => Promise<void>): void => {}
  const late = await filled({ faults: { subscribe: () => new Promise((resolve) => (begin = resolve)) } })
  await late.live.close()
  begin(stop('late'))
  await vi.waitFor(() => expect(stopped).toEqual(['early', 'late']))
})
