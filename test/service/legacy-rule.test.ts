/** The legacy rule in the service: asked once a question, awaited for a limited time, and everything but `true` denies (SPEC 5.3.6). */
import { setTimeout as sleep } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AsyncLegacyRule } from '../../src/domain/decision-types.js'
import { CLASSICS, caroline, HUNDRED, sentStage, stage, T0 } from '../story/cast.js'
import { codeOf, issuesOf } from './session-scene.js'

const QUESTION = { user: 'wickham', tenant: HUNDRED, method: 'legacy-support', from: CLASSICS } as const
const failure = new Error('of the host')
/** Written so that no linter reports a thenable. */
const THEN = 'then'
const thenable = (then: unknown) => ({ [THEN]: then })
const never = new Promise(() => {})

const rule = (answer: () => unknown) => answer as unknown as AsyncLegacyRule
const asked = async (answer: () => unknown, legacyTimeoutMs = 20) => {
  const onError = vi.fn()
  const legacy = vi.fn(rule(answer))
  const { consentry } = stage({ legacy, legacyTimeoutMs, onError })
  const decision = await consentry.decide(QUESTION)
  return { decision, calls: legacy.mock.calls, told: onError.mock.calls.map(([error]) => error), consentry }
}

const unhandled = vi.fn()
beforeEach(() => void process.on('unhandledRejection', unhandled))
afterEach(async () => {
  await sleep(5)
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

describe('an answer that permits', () => {
  it.each<[string, () => unknown]>([
    ['true', () => true],
    ['a promise of true', () => Promise.resolve(true)],
    ['a promise of true, later', () => sleep(5).then(() => true)],
    ['a promise of another realm', () => runInNewContext('Promise.resolve(true)')],
    ['a thenable', () => thenable((resolve: (answer: boolean) => void) => resolve(true))],
    [
      'a thenable that answers twice: the first answer counts',
      () =>
        thenable((resolve: (answer: boolean) => void, reject: (error: unknown) => void) => {
          resolve(true)
          resolve(false)
          reject(failure)
        }),
    ],
  ])('is %s; the rule is asked once, with the question', async (_, answer) => {
    const { decision, calls, told } = await asked(answer)
    expect(decision).toEqual({ allowed: true, reason: 'legacy-permitted' })
    expect(calls).toEqual([['wickham', HUNDRED, 'legacy-support', T0]])
    expect(told).toEqual([])
  })
})

describe('an answer that denies', () => {
  const odd = (text: string) => new TypeError(`the legacy rule answered ${text}: return true or false, or a promise of one`)
  const late = new Error('the legacy rule did not answer within 20 ms')
  it.each<[string, () => unknown, ...unknown[]]>([
    ['false', () => false],
    ['a promise of false', () => Promise.resolve(false)],
    ['1', () => 1, odd('`1`')],
    ['the text true', () => 'true', odd('`true`')],
    ['nothing', () => undefined, odd('`undefined`')],
    ['an object', () => ({ allowed: true }), odd('an object')],
    ['a function', () => () => true, odd('a function')],
    ['a promise of 1', () => Promise.resolve(1), odd('`1`')],
    ['a promise of nothing', () => Promise.resolve(), odd('`undefined`')],
    [
      'a throw',
      () => {
        throw failure
      },
      failure,
    ],
    ['a rejection', () => Promise.reject(failure), failure],
    ['a rejection, later', () => sleep(5).then(() => Promise.reject(failure)), failure],
    [
      'a thenable that throws',
      () =>
        thenable(() => {
          throw failure
        }),
      failure,
    ],
    [
      'a thenable that cannot be read',
      () =>
        Object.defineProperty({}, THEN, {
          get: () => {
            throw failure
          },
        }),
      failure,
    ],
    [
      'a thenable that answers false, then true',
      () =>
        thenable((resolve: (answer: boolean) => void) => {
          resolve(false)
          resolve(true)
        }),
    ],
    ['no answer', () => never, late],
    ['an answer that comes too late', () => sleep(40).then(() => true), late],
    ['a rejection that comes too late', () => sleep(40).then(() => Promise.reject(failure)), late],
    ['a thenable that never answers', () => thenable(() => {}), late],
  ])('is %s; what is wrong is told to `onError` once', async (_, answer, ...wrong) => {
    const { decision, calls, told } = await asked(answer)
    expect(decision).toEqual({ allowed: false, reason: 'legacy-not-permitted' })
    expect(calls).toHaveLength(1)
    expect(told).toEqual(wrong)
    await sleep(_.includes('late') ? 50 : 0)
  })

  it('keeps no timer once the rule has answered', async () => {
    vi.useFakeTimers()
    try {
      const { consentry } = stage({ legacy: async () => true })
      expect((await consentry.decide(QUESTION)).allowed).toBe(true)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

it('is awaited for 5 seconds by default', async () => {
  vi.useFakeTimers()
  try {
    const onError = vi.fn()
    const { consentry } = stage({ legacy: rule(() => never), onError })
    const decision = consentry.decide(QUESTION)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(onError).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect((await decision).reason).toBe('legacy-not-permitted')
    expect(onError).toHaveBeenCalledTimes(1)
  } finally {
    vi.useRealTimers()
  }
})

it('is asked about many questions at the same time, each alone: one that is not answered denies that one', async () => {
  const askedUntilThen: number[] = []
  const onError = () => void askedUntilThen.push(legacy.mock.calls.length)
  const legacy = vi.fn((user: string) => (user === 'hangs' ? never : Promise.resolve(user === 'wickham')))
  const { consentry } = stage({ legacy: legacy as unknown as AsyncLegacyRule, legacyTimeoutMs: 20, onError })
  const asking = ['hangs', 'wickham', 'nobody', 'wickham', 'hangs'].map((user) => ({ ...QUESTION, user }))
  const decisions = await consentry.decideMany([...asking, { ...QUESTION, method: 'access-request' }])
  expect(decisions.map(({ allowed }) => allowed)).toEqual([false, true, false, true, false, false])
  expect(legacy).toHaveBeenCalledTimes(5)
  expect(askedUntilThen).toEqual([5, 5])
})

it('is not asked where the vendor may not ask the tenant, and a time that is none is refused at the start', async () => {
  const legacy = vi.fn(async () => true)
  const { consentry } = stage({ legacy })
  expect(await consentry.decide({ ...QUESTION, tenant: 'HUNDRED-ACRE' })).toEqual({
    allowed: false,
    reason: 'legacy-not-permitted',
    changesAt: null,
  })
  expect(await consentry.decide({ ...QUESTION, method: 'access-request' })).toMatchObject({ reason: 'not-associated' })
  expect(legacy).not.toHaveBeenCalled()
  for (const legacyTimeoutMs of [0, -1, Number.NaN, Infinity, 2 ** 31, '5'])
    expect(await issuesOf((async () => stage({ legacyTimeoutMs } as never))())).toEqual(['options.legacyTimeoutMs invalid'])
})

it('decides about sessions too: each check and each record of an end asks it once (SPEC 7.2, 7.6a)', async () => {
  let permits: unknown = true
  const legacy = vi.fn(async () => permits as boolean)
  const onError = vi.fn()
  const on = await sentStage({ legacy, onError })
  const { id } = await on.consentry.startImpersonation(caroline, { tenant: HUNDRED, method: 'legacy-support' })
  expect(legacy).toHaveBeenCalledTimes(1)
  expect((await on.consentry.checkImpersonation(caroline, id)).id).toBe(id)
  expect(legacy).toHaveBeenCalledTimes(2)
  expect(await on.consentry.recordDue()).toEqual([])
  expect(legacy).toHaveBeenCalledTimes(3)
  permits = 'yes'
  expect(await codeOf(on.consentry.checkImpersonation(caroline, id))).toBe('access-denied')
  expect(onError).toHaveBeenCalledTimes(1)
  expect(await on.consentry.recordDue()).toMatchObject([{ cause: 'access-lost', endedAt: T0 }])
})
