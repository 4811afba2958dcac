/** Timers: they end on abort, and leave no pending timer, listener or unhandled rejection. */
import { getEventListeners } from 'node:events'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { onAbort, retryDelay, sleep, withTimeout } from '../../src/feed/timers.js'
import { DOWN, never, rejects, throws } from '../live-access/scene.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

function watched() {
  const controller = new AbortController()
  return { controller, signal: controller.signal, listeners: () => getEventListeners(controller.signal, 'abort').length }
}

const reason = new Error('closed')

// Node warns about a leak at the eleventh listener of a signal.
it('`onAbort` calls every callback that is still registered, with one listener for all', () => {
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

it.each<[end: string, (wake: () => void, controller: AbortController) => unknown]>([
  ['after its time', () => vi.advanceTimersByTime(1_000)],
  ['when woken', (wake) => wake()],
  ['on abort', (_, controller) => controller.abort(reason)],
])('`sleep` resolves %s, and leaves no timer and no listener', async (_end, end) => {
  vi.useFakeTimers()
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
})

it('`sleep` shortens a delay that `setTimeout` cannot take', () => {
  vi.useFakeTimers()
  const set = vi.spyOn(globalThis, 'setTimeout')
  for (const ms of [2 ** 31 - 1, 2 ** 31, Infinity]) void sleep(ms, watched().signal)
  expect(set.mock.calls.map(([, ms]) => ms)).toEqual(Array(3).fill(2 ** 31 - 1))
})

it('`withTimeout` settles like the call, one that throws included, and leaves no timer and no listener', async () => {
  vi.useFakeTimers()
  const { signal, listeners } = watched()
  expect(await withTimeout(async () => 7, 1_000, signal)).toBe(7)
  for (const call of [rejects, throws]) await expect(withTimeout(call, 1_000, signal)).rejects.toBe(DOWN)
  expect([vi.getTimerCount(), listeners()]).toEqual([0, 0])
})

it('`withTimeout` rejects when it is late, and with the reason of an abort, whatever the call does later', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  onTestFinished(() => void process.off('unhandledRejection', unhandled))
  const { controller, signal, listeners } = watched()
  const lateFailure = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 20))
  await expect(withTimeout(lateFailure, 5, signal)).rejects.toThrow('no answer within 5 milliseconds')
  const pending = [lateFailure, never].map((call) => withTimeout(call, 60_000, signal))
  expect(listeners()).toBe(1)
  controller.abort(reason)
  expect(await Promise.allSettled(pending)).toEqual(Array(2).fill({ status: 'rejected', reason }))
  expect(listeners()).toBe(0)
  await new Promise((resolve) => setTimeout(resolve, 40))
  expect(unhandled).not.toHaveBeenCalled()
})

it('after an abort, `sleep` resolves at once, and `withTimeout` rejects without calling', async () => {
  const { controller, signal, listeners } = watched()
  controller.abort(reason)
  const call = vi.fn(never)
  await sleep(60_000, signal)
  await expect(withTimeout(call, 60_000, signal)).rejects.toBe(reason)
  expect(listeners()).toBe(0)
  expect(call).not.toHaveBeenCalled()
})

it.each([
  ['least', 0, 0.5],
  ['most', 1, 1],
])('`retryDelay` doubles up to 5 s, with the %s random part, which is up to a half', (_part, random, factor) => {
  vi.spyOn(Math, 'random').mockReturnValue(random)
  expect([0, 1, 2, 6, 7, 2_000].map(retryDelay)).toEqual([50, 100, 200, 3_200, 5_000, 5_000].map((ms) => ms * factor))
})
