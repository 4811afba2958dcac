/** Calls of the host's functions. All callbacks, given everything wrong, are in `test/service/host-callbacks.test.ts`. */
import { runInNewContext } from 'node:vm'
import { expect, it, vi } from 'vitest'
import { askHost, callSafely, oncePerKind } from '../../src/domain/host-calls.js'

it('returns what the host answers, and nothing for a throw or without a function', () => {
  const answer = Promise.resolve(7)
  expect(askHost(() => answer)).toBe(answer)
  expect(askHost((a: number, b: number) => a + b, 3, 4)).toBe(7)
  expect(askHost(() => expect.unreachable())).toBeUndefined()
  expect(askHost(undefined)).toBeUndefined()
  expect(callSafely(() => runInNewContext('Promise.reject(new Error("down"))'))).toBeUndefined()
})

it('a callback of the host that throws or rejects disturbs nothing', () => {
  const fails = vi.fn().mockRejectedValueOnce(new Error('down')).mockThrowOnce(new Error('down'))
  for (const times of [1, 2]) expect([callSafely(fails), fails.mock.calls.length]).toEqual([undefined, times])
})

it('reports each kind of error once: numbers and quoted input make no kind, and there are at most 100', () => {
  const report = vi.fn()
  const once = oncePerKind(report)
  const errors = ['connect 10.0.0.1:5432', 'connect 10.0.0.2:5432', 'tenant: `a b` is no id', 'tenant: `c` is no id', 'other'].map(
    (message) => new Error(message),
  )
  for (const error of [...errors, ...errors]) once(error)
  expect(report.mock.calls).toEqual([[errors[0]], [errors[2]], [errors[4]]])
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  for (const error of [proxy, proxy]) once(error)
  expect(report).toHaveBeenCalledTimes(4)
  for (let n = 0; n < 300; n++) once(new Error(`kind ${'x'.repeat(n)}`))
  expect(report).toHaveBeenCalledTimes(100)
})

it('an error of the report itself is ignored', () => {
  oncePerKind(() => expect.unreachable())(new Error('down'))
})
