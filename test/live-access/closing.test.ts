/** Closing: denies everything, settles all waiting promises, and leaves no timer or subscription. */

import { afterEach, describe, expect, it, vi } from 'vitest'
import { FEED_START } from '../../src/ports/event-feed.js'
import { TOM } from '../story/cast.js'
import { filled, type Mood, NOW, never, scene, tidy } from './scene.js'

afterEach(tidy)

/** The timers set after this call that are still pending. */
function timersFromHere(): Set<unknown> {
  const running = new Set<unknown>()
  const [set, clear] = [globalThis.setTimeout, globalThis.clearTimeout]
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((call: () => void, milliseconds?: number) => {
    const timer: unknown = set(() => {
      running.delete(timer)
      call()
    }, milliseconds)
    running.add(timer)
    return timer
  }) as typeof setTimeout)
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    running.delete(timer)
    clear(timer)
  })
  return running
}

describe('close', () => {
  it('denies everything from the call on, not only after it has resolved', async () => {
    const { live, allowed } = await filled()
    const closing = live.close()
    expect(allowed()).toBe(false)
    expect(live.stalenessMs).toBe(Infinity)
    await closing
    expect(allowed()).toBe(false)
    expect(live.decide('caroline', TOM, 'access-request', NOW)).toEqual({ allowed: false, reason: 'no-facts', changesAt: null })
    await expect(live.authorize({ user: 'caroline', tenant: TOM, method: 'access-request' })).rejects.toMatchObject({
      code: 'facts-unavailable',
    })
  })

  it('rejects pending and later calls of `ready` and `caughtUp`', async () => {
    const waiting = await scene({ mood: { requestPage: never }, timeoutMs: 60_000 })
    const open = await filled()
    const all = [
      waiting.live.ready(),
      waiting.live.caughtUp({ at: 7, event: 'seventh' }),
      waiting.live.caughtUp(),
      open.live.caughtUp({ at: 1_000_000, event: 'last' }),
    ]
    const told = Promise.all(
      all.map((one) =>
        one.then(
          () => 'resolved',
          (error: Error) => error.message,
        ),
      ),
    )
    await Promise.all([waiting.live.close(), open.live.close()])
    expect(await told).toEqual(Array(4).fill(expect.stringMatching(/closed$/)))
    for (const { live } of [waiting, open]) {
      await expect(live.ready()).rejects.toThrow('closed')
      await expect(live.caughtUp()).rejects.toThrow('closed')
      await expect(live.caughtUp(FEED_START)).rejects.toThrow('closed')
    }
  })

  it('may be called twice, concurrently or later', async () => {
    const { live } = await filled()
    await Promise.all([live.close(), live.close()])
    await live.close()
  })

  it('does not call `onError`', async () => {
    const { live, heard } = await scene({ mood: { readEvents: never }, timeoutMs: 60_000 })
    await live.close()
    expect(heard).toEqual([])
  })

  it('does not wait for a repository that does not answer, in any call', async () => {
    const moods: Mood[] = [
      { positions: never },
      { requestPage: never },
      { governedTenantPage: never },
      { readEvents: never },
      { subscribe: never },
      { readEvents: never, subscribe: never },
    ]
    for (const mood of moods) {
      const { live } = await scene({ mood, timeoutMs: 60_000 })
      await new Promise((resolve) => setTimeout(resolve, 5))
      await live.close()
    }
  })

  it('unsubscribes once, even if the subscription starts only after it', async () => {
    const stopped: string[] = []
    const stop = (what: string) => async () => void stopped.push(what)
    const early = await filled({ mood: { subscribe: async () => stop('early') } })
    await early.live.close()
    expect(stopped).toEqual(['early'])
    let begin = (_stop: () => Promise<void>): void => {}
    const late = await filled({ mood: { subscribe: () => new Promise((resolve) => (begin = resolve)) } })
    await late.live.close()
    begin(stop('late'))
    await vi.waitFor(() => expect(stopped).toEqual(['early', 'late']))
  })

  it('stops calling the repository, even when closed during the load', async () => {
    const { live, repository } = await scene()
    await live.close()
    const asked = vi.spyOn(repository, 'readEvents')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(asked).not.toHaveBeenCalled()
  })

  it('leaves no timer of a sleep, a call, a retry or a page', async () => {
    const running = timersFromHere()
    const down = () => Promise.reject(new Error('down'))
    const moods: Mood[] = [
      {},
      { readEvents: never },
      { readEvents: down },
      { subscribe: never },
      { subscribe: down },
      { requestPage: never },
    ]
    for (const mood of moods) {
      const { live } = await scene({ mood, pollIntervalMs: 40_000, maxStalenessMs: 80_000, timeoutMs: 60_000 })
      await new Promise((resolve) => setTimeout(resolve, 10))
      expect(running.size).toBeGreaterThan(0)
      await live.close()
      expect(running.size).toBe(0)
    }
  })
})
