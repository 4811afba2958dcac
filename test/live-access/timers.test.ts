/** Timers: they end on abort, and leave no pending timer, listener or unhandled rejection. */
import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { onAbort, retryDelay, sleep, withTimeout } from '../../src/live-access/timers.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A controller, its signal, and the number of listeners of that signal. */
function watched() {
  const controller = new AbortController()
  return { controller, signal: controller.signal, listeners: () => getEventListeners(controller.signal, 'abort').length }
}

const reason = new Error('closed')
const never = () => new Promise<never>(() => {})

describe('onAbort', () => {
  it('calls every callback that is still registered, with one listener for all', () => {
    const { controller, signal, listeners } = watched()
    const [first, second, third] = [vi.fn(), vi.fn(), vi.fn()]
    const remove = onAbort(signal, first)
    remove()
    expect(listeners()).toBe(0)
    onAbort(signal, second)
    remove()
    onAbort(signal, third)
    expect(listeners()).toBe(1)
    controller.abort(reason)
    expect([first, second, third].map(({ mock }) => mock.calls.length)).toEqual([0, 1, 1])
  })
})

describe('sleep', () => {
  it('resolves after its time, when woken, or on abort, and leaves no timer and no listener', async () => {
    vi.useFakeTimers()
    const ends: ((wake: () => void, controller: AbortController) => void)[] = [
      () => void vi.advanceTimersByTime(1_000),
      (wake) => wake(),
      (_, controller) => controller.abort(reason),
    ]
    for (const end of ends) {
      const { controller, signal, listeners } = watched()
      let wake = () => {}
      const sleeping = sleep(1_000, signal, (given) => {
        wake = given
      })
      vi.advanceTimersByTime(999)
      expect([vi.getTimerCount(), listeners()]).toEqual([1, 1])
      end(wake, controller)
      await sleeping
      expect([vi.getTimerCount(), listeners()]).toEqual([0, 0])
    }
  })

  it('resolves at once if the signal is aborted already', async () => {
    const { controller, signal, listeners } = watched()
    controller.abort(reason)
    await sleep(60_000, signal)
    expect(listeners()).toBe(0)
  })

  it('shortens a delay that `setTimeout` cannot take', () => {
    vi.useFakeTimers()
    const set = vi.spyOn(globalThis, 'setTimeout')
    for (const ms of [2 ** 31 - 1, 2 ** 31, Infinity]) void sleep(ms, watched().signal)
    expect(set.mock.calls.map(([, ms]) => ms)).toEqual(Array(3).fill(2 ** 31 - 1))
  })
})

describe('withTimeout', () => {
  it('settles like the call, a call that throws included, and leaves no timer and no listener', async () => {
    vi.useFakeTimers()
    const { signal, listeners } = watched()
    const failure = new Error('down')
    const thrower = () => {
      throw failure
    }
    expect(await withTimeout(async () => 7, 1_000, signal)).toBe(7)
    await expect(withTimeout(() => Promise.reject(failure), 1_000, signal)).rejects.toBe(failure)
    await expect(withTimeout(thrower, 1_000, signal)).rejects.toBe(failure)
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0])
  })

  it('rejects when it is late, and with the reason of an abort, whatever the call does later', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const { controller, signal, listeners } = watched()
      const lateFailure = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 20))
      await expect(withTimeout(lateFailure, 5, signal)).rejects.toThrow('no answer within 5 milliseconds')
      const pending = [lateFailure, never].map((call) => withTimeout(call, 60_000, signal))
      controller.abort(reason)
      expect(await Promise.allSettled(pending)).toEqual(Array(2).fill({ status: 'rejected', reason }))
      expect(listeners()).toBe(0)
      await new Promise((resolve) => setTimeout(resolve, 40))
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })

  it('does not call if the signal is aborted already', async () => {
    const { controller, signal } = watched()
    controller.abort(reason)
    const call = vi.fn(never)
    await expect(withTimeout(call, 60_000, signal)).rejects.toBe(reason)
    expect(call).not.toHaveBeenCalled()
  })

  it('causes no warning about listeners when many calls share a signal', async () => {
    const warning = vi.fn()
    process.on('warning', warning)
    try {
      const { controller, signal, listeners } = watched()
      const pending = Array.from({ length: 1_000 }, () => withTimeout(never, 60_000, signal))
      controller.abort(reason)
      await Promise.allSettled(pending)
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect([warning.mock.calls, listeners()]).toEqual([[], 0])
    } finally {
      process.off('warning', warning)
    }
  })
})

describe('retryDelay', () => {
  it('doubles up to 5 s, with a random part of up to a half', () => {
    for (const [random, factor] of [
      [0, 0.5],
      [1, 1],
    ] as const) {
      vi.spyOn(Math, 'random').mockReturnValue(random)
      expect([0, 1, 2, 6, 7, 2_000].map(retryDelay)).toEqual([50, 100, 200, 3_200, 5_000, 5_000].map((ms) => ms * factor))
    }
  })
})
