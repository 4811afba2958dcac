/** `authorize` of a live access with a directory: it asks the directory, and waits for the legacy rule (SPEC 5.3.6). */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type AsyncLegacyRule, METHODS } from '../../src/domain/decision-types.js'
import { isConsentryError } from '../../src/domain/error.js'
import { CLASSICS, directory, HUNDRED, hundredAdmin, isAskable, legacy, TOM } from '../story/cast.js'
import { BRIEF, DOWN, eventually, filled, NOW, never, QUESTION, rejects, scene, tidy } from './scene.js'

afterEach(tidy)

const LEGACY = { user: 'wickham', tenant: HUNDRED, method: 'legacy-support', from: CLASSICS } as const
const NEVER_ASKED = { allowed: false, reason: 'legacy-not-permitted', changesAt: null }
const DENIED = { allowed: false, reason: 'legacy-not-permitted' }
const PERMITTED = { allowed: true, reason: 'legacy-permitted' }

type Options = NonNullable<Parameters<typeof filled>[0]>

/** A live access with a directory, and what was asked of the directory and the rule. */
async function withDirectory({ legacy = async () => true, ...options }: Options = {}) {
  const askable = vi.fn(directory.askable)
  const rule = vi.fn(legacy)
  const on = await filled({ isAskable: undefined, directory: { ...directory, askable }, legacy: rule, ...options })
  const asks = (change: object = {}): Promise<unknown> =>
    on.live.authorize({ ...LEGACY, ...change }).catch((error: unknown) => {
      if (!isConsentryError(error)) throw error
      return isConsentryError(error, 'access-denied') ? error.decision : error.code
    })
  return { ...on, askable, rule, asks }
}

describe('a question for the legacy rule', () => {
  it('waits for the directory and for the rule, and is put to each once', async () => {
    const { askable, rule, asks, live, errors } = await withDirectory({ legacy: (user) => sleep(5).then(() => user === 'wickham') })
    expect(await asks()).toEqual(PERMITTED)
    expect(askable.mock.calls).toEqual([[CLASSICS, [HUNDRED]]])
    expect(rule.mock.calls).toEqual([['wickham', HUNDRED, 'legacy-support', NOW]])
    expect(await asks({ user: 'lydia', at: new Date(NOW + 5) })).toEqual(DENIED)
    expect(rule.mock.lastCall).toEqual(['lydia', HUNDRED, 'legacy-support', NOW + 5])
    expect(errors).toEqual([])
    // Asked without waiting, the promise denies, and is told.
    expect(live.decide('wickham', HUNDRED, 'legacy-support', NOW)).toEqual(DENIED)
    expect(live.canImpersonate('wickham', HUNDRED, 'legacy-support', NOW)).toBe(false)
    expect(errors).toEqual([expect.any(TypeError), expect.any(TypeError)])
    expect(String(errors[0])).toContain('a promise is awaited by `authorize` with a directory')
  })

  it('is not put to the rule where the vendor may not ask, in exactly this spelling', async () => {
    const { rule, asks } = await withDirectory()
    for (const change of [{ tenant: HUNDRED.toUpperCase() }, { tenant: 'nowhere' }, { from: 'rival' }])
      expect([change, await asks(change)]).toEqual([change, NEVER_ASKED])
    expect(rule).not.toHaveBeenCalled()
  })

  it('is not put to the directory if it says `from: null`, or if there is no rule', async () => {
    const { askable, asks } = await withDirectory()
    expect(await asks({ from: null })).toEqual(PERMITTED)
    const ruleless = await filled({ directory: { ...directory, askable }, legacy: undefined })
    await expect(ruleless.live.authorize(LEGACY)).rejects.toMatchObject({ decision: NEVER_ASKED })
    expect(askable).not.toHaveBeenCalled()
  })

  it('asks the directory and not `isAskable`, which is for what is answered at once', async () => {
    const closed = vi.fn(() => false)
    const { asks, live } = await withDirectory({ isAskable: closed, legacy: () => true })
    expect(await asks()).toEqual(PERMITTED)
    expect(closed).not.toHaveBeenCalled()
    expect(live.canImpersonate('wickham', HUNDRED, 'legacy-support', NOW, CLASSICS)).toBe(false)
    expect(closed).toHaveBeenCalledTimes(1)
  })
})

it('a question that the facts answer is put to neither', async () => {
  const { askable, rule, asks, stage } = await withDirectory()
  expect(await asks(QUESTION)).toMatchObject({ reason: 'granted', grantedBy: [stage.tom] })
  expect(await asks({ tenant: TOM })).toMatchObject({ reason: 'legacy-closed' })
  expect(await asks({ method: 'access-request' })).toMatchObject({ reason: 'not-associated' })
  for (const change of [{ from: undefined }, { from: 7 }, { tenant: 'a b' }, { method: 'root' }, { at: Number.NaN }])
    expect([change, await asks(change)]).toMatchObject([change, { reason: 'invalid-question' }])
  expect(askable).not.toHaveBeenCalled()
  expect(rule).not.toHaveBeenCalled()
})

it('every question is answered as by the service, fresh or from the repository', async () => {
  for (const options of [{}, { onStale: 'query', faults: { requestPage: never } }] as const) {
    const on = await scene({ isAskable: undefined, directory, legacy: async (user) => legacy(user), ...options })
    if (!('onStale' in options)) await on.live.ready()
    const reasons = new Set<string>()
    for (const user of ['caroline', 'charlotte', 'wickham', 'lydia', 'a b'])
      for (const tenant of [TOM, HUNDRED, HUNDRED.toUpperCase(), CLASSICS])
        for (const method of [...METHODS, 'root' as never])
          for (const from of [CLASSICS, 'rosings', 'rival', null]) {
            const question = { user, tenant, method, from, at: NOW }
            const answer = await on.live.authorize(question).catch(({ decision }) => decision)
            expect([question, answer]).toEqual([question, await on.stage.consentry.decide(question)])
            reasons.add(answer.reason)
          }
    const wanted = ['granted', 'pending', 'not-associated', 'legacy-closed', 'legacy-permitted', 'legacy-not-permitted', 'invalid-question']
    expect([...reasons].sort()).toEqual(wanted.sort())
  }
})

it('questions of one turn share one call of the directory for each `from`', async () => {
  const { askable, asks } = await withDirectory({ legacy: () => true })
  const tenants = [HUNDRED, 'nowhere', HUNDRED, 'elsewhere']
  const answers = await Promise.all([...tenants.map((tenant) => asks({ tenant })), asks({ from: 'rival' })])
  expect(answers).toEqual([PERMITTED, NEVER_ASKED, PERMITTED, NEVER_ASKED, NEVER_ASKED])
  expect(askable.mock.calls).toEqual([
    [CLASSICS, [HUNDRED, 'nowhere', 'elsewhere']],
    ['rival', [HUNDRED]],
  ])
  expect(await asks()).toEqual(PERMITTED)
  expect(askable).toHaveBeenCalledTimes(3)
})

describe('a directory that fails', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw DOWN
      },
    ],
    ['rejects', rejects],
    ['answers nothing', () => undefined],
    ['answers true', () => true],
    ['answers a set', () => new Set([HUNDRED])],
    ['answers rows', () => [{ id: HUNDRED }]],
    ['answers text', () => HUNDRED],
    ['never answers', never],
  ])('is `facts-unavailable`, and told once: one that %s', async (_how, askable) => {
    const { rule, asks, errors } = await withDirectory({ directory: { ...directory, askable: askable as never }, timeoutMs: 30 })
    expect(await Promise.all([asks(), asks({ user: 'lydia' })])).toEqual(['facts-unavailable', 'facts-unavailable'])
    expect(errors).toHaveLength(1)
    expect(rule).not.toHaveBeenCalled()
    // What is not for the rule is answered all the same.
    expect(await asks(QUESTION)).toMatchObject({ allowed: true })
  })

  it('is asked again by the next question', async () => {
    let calls = 0
    const askable: typeof directory.askable = (...args) => (calls++ === 0 ? rejects() : directory.askable(...args))
    const { asks } = await withDirectory({ directory: { ...directory, askable } })
    expect(await asks()).toBe('facts-unavailable')
    expect(await asks()).toEqual(PERMITTED)
  })
})

/** The key `then`, written so that no linter reports a thenable. */
const THEN = 'then'
const thenable = (then: (resolve: (answer: unknown) => void, reject: (error: unknown) => void) => void) => ({ [THEN]: then })

describe('a rule', () => {
  it.each<[string, () => unknown]>([
    ['true', () => true],
    ['a promise of true', async () => true],
    ['a promise of true, later', () => sleep(5).then(() => true)],
    ['a thenable of true', () => thenable((resolve) => resolve(true))],
    [
      'true twice, then false, then an error: the first answer counts',
      () => thenable((resolve, reject) => [true, true, false].map(resolve).concat(reject(DOWN))),
    ],
  ])('that answers %s permits', async (_how, legacy) => {
    const { asks, errors, rule } = await withDirectory({ legacy: legacy as AsyncLegacyRule })
    expect(await asks()).toEqual(PERMITTED)
    expect(rule).toHaveBeenCalledTimes(1)
    expect(errors).toEqual([])
  })

  it.each<[string, () => unknown, number]>([
    [
      'throws',
      () => {
        throw DOWN
      },
      1,
    ],
    ['rejects', rejects, 1],
    ['answers 1', () => 1, 1],
    ['answers a promise of 1', async () => 1, 1],
    ['answers a text', () => 'true', 1],
    ['answers nothing', () => undefined, 1],
    ['answers an object', () => ({}), 1],
    ['answers a thenable of 1', () => thenable((resolve) => resolve(1)), 1],
    ['answers a thenable that rejects', () => thenable((_resolve, reject) => reject(DOWN)), 1],
    ['answers a thenable that never answers', () => thenable(() => {}), 1],
    ['answers false, then true', () => thenable((resolve) => [false, true].map(resolve)), 0],
    ['never answers', never, 1],
    ['answers too late', () => sleep(60).then(() => true), 1],
    ['answers false', () => false, 0],
    ['answers a promise of false', async () => false, 0],
  ])('that %s denies, and what is wrong is told once', async (_how, legacy, told) => {
    const { asks, errors } = await withDirectory({ legacy: legacy as AsyncLegacyRule, legacyTimeoutMs: 20 })
    expect(await asks()).toEqual(DENIED)
    expect(errors).toHaveLength(told)
    await sleep(_how.includes('late') ? 60 : 0)
  })

  it('is awaited for 5 seconds by default', async () => {
    const { asks, errors } = await withDirectory({ legacy: never, maxStalenessMs: 1e9, timeoutMs: 60_000 })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const asked = asks()
      await vi.advanceTimersByTimeAsync(4_999)
      expect(errors).toEqual([])
      await vi.advanceTimersByTimeAsync(1)
      expect(await asked).toEqual(DENIED)
    } finally {
      vi.useRealTimers()
    }
  })

  it('without a directory must answer at once; what it answers instead is told', async () => {
    const on = await filled({ legacy: async () => true, isAskable })
    await expect(on.live.authorize(LEGACY)).rejects.toMatchObject({ decision: DENIED })
    expect(on.errors).toEqual([expect.any(TypeError)])
    const throwing = await filled({
      legacy: () => {
        throw DOWN
      },
      isAskable,
    })
    expect(throwing.live.decide('wickham', HUNDRED, 'legacy-support', NOW)).toEqual(DENIED)
    expect(throwing.errors).toEqual([DOWN])
  })
})

describe('while the directory or the rule is awaited', () => {
  /** A rule that permits once it is told to. */
  const late = () => {
    let permit = (): void => {}
    const permitted = new Promise<boolean>((resolve) => {
      permit = () => resolve(true)
    })
    return { legacy: () => permitted, permit: () => permit() }
  }

  it('a grant closes the legacy tool, and the rule no longer permits', async () => {
    const { legacy, permit } = late()
    const { asks, rule, stage, live } = await withDirectory({ legacy })
    const asked = asks()
    await eventually(() => rule.mock.calls.length > 0)
    await stage.consentry.grant(hundredAdmin, stage.hundred, { expiresAt: null })
    await live.caughtUp()
    permit()
    expect(await asked).toMatchObject({ allowed: false, reason: 'legacy-closed' })
  })

  it.each(['deny', 'query'] as const)('`close` leads to `facts-unavailable`, with `onStale: %s`', async (onStale) => {
    const { legacy, permit } = late()
    const { asks, rule, live } = await withDirectory({ legacy, onStale })
    const asked = asks()
    await eventually(() => rule.mock.calls.length > 0)
    await live.close()
    permit()
    expect(await asked).toBe('facts-unavailable')
  })

  it('`close` ends the wait for the directory, and is no failure of it', async () => {
    const askable = vi.fn(never)
    const { asks, live, errors } = await withDirectory({ directory: { ...directory, askable }, timeoutMs: 60_000 })
    const asked = asks()
    await eventually(() => askable.mock.calls.length > 0)
    await live.close()
    expect(await asked).toBe('facts-unavailable')
    expect(errors).toEqual([])
  })
})

it('while stale, `query` loads the facts and asks the directory and the rule; `deny` asks nothing', async () => {
  for (const onStale of ['query', 'deny'] as const) {
    const { asks, faults, live, askable, stage } = await withDirectory({ ...BRIEF, onStale, timeoutMs: 5_000 })
    faults.readEvents = never
    await eventually(() => live.stalenessMs > BRIEF.maxStalenessMs)
    if (onStale === 'deny') {
      expect(await asks()).toBe('facts-unavailable')
      expect(askable).not.toHaveBeenCalled()
    } else {
      expect(await asks()).toEqual(PERMITTED)
      expect(await asks({ tenant: HUNDRED.toUpperCase() })).toEqual(NEVER_ASKED)
      expect(await asks({ tenant: TOM })).toMatchObject({ reason: 'legacy-closed' })
      await stage.consentry.grant(hundredAdmin, stage.hundred, { expiresAt: null })
      expect(await asks()).toMatchObject({ reason: 'legacy-closed' })
    }
  }
})
