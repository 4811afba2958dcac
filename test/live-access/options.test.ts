/** Options: invalid ones are refused with every issue, errors of the host's callbacks are ignored. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { isConsentryError } from '../../src/domain/error.js'
import { createLiveAccess, type LiveAccessOptions } from '../../src/live-access/live-access.js'
import { HUNDRED, TOM } from '../story/cast.js'
import { BRIEF, eventually, filled, NOW, open, recovers, scene, tidy } from './scene.js'

afterEach(tidy)

const repository = memoryRepository()

/** The paths of the issues for which these options are refused. */
function refused(options: unknown): string[] {
  try {
    void createLiveAccess(options as LiveAccessOptions).close()
  } catch (error) {
    if (isConsentryError(error, 'invalid-input')) return error.issues.map(({ path, code }) => `${path.join('.')} ${code}`)
    throw error
  }
  return []
}

describe('invalid options', () => {
  it('are refused, all of them at once, each with its path', () => {
    const wrong = {
      ...{ repository: 'postgres://localhost', legacy: true, maxStalenessMs: 0, onStale: 'allow', pollIntervalMs: -1, timeoutMs: '30s' },
      ...{ clock: 5, onProgress: {}, onError: 'log', poll: 5 },
    }
    expect(refused(wrong)).toEqual([
      'options.repository invalid',
      'options.legacy invalid',
      'options.maxStalenessMs invalid',
      'options.onStale invalid',
      'options.pollIntervalMs invalid',
      'options.timeoutMs invalid',
      'options.clock invalid',
      'options.onProgress invalid',
      'options.onError invalid',
      'options.poll unknown-key',
    ])
  })

  it('include a missing repository, values that are no options, and durations that are not positive numbers', () => {
    expect(refused({})).toEqual(['options.repository missing'])
    expect(refused({ repository: null })).toEqual(['options.repository invalid'])
    for (const none of [
      undefined,
      null,
      7,
      'options',
      [],
      new Map(),
      new Date(0),
      new Proxy({}, { get: () => expect.fail(), ownKeys: () => expect.fail() }),
    ]) {
      expect(refused(none)).toHaveLength(1)
    }
    for (const key of ['maxStalenessMs', 'pollIntervalMs', 'timeoutMs'])
      for (const span of [0, -0, -5, Number.NaN, Infinity, -Infinity, null, '5', new Date(5), 5n]) {
        expect([span, refused({ repository, [key]: span })]).toEqual([span, [`options.${key} invalid`]])
      }
  })

  it('do not include unusual ones', () => {
    const usual = { repository, maxStalenessMs: 5, pollIntervalMs: 50, timeoutMs: 0.5 }
    for (const options of [usual, { ...usual, legacy: undefined, clock: undefined, onError: undefined, onStale: 'query' }]) {
      expect(refused(options)).toEqual([])
    }
  })
})

describe('durations longer than the longest timer', () => {
  it('are long, not short: no call times out, and polls stay rare', async () => {
    const heard: unknown[] = []
    const long = 2 ** 40
    const slow = memoryRepository()
    let polls = 0
    const live = open({
      repository: {
        ...slow,
        readEvents: async (...asked) => {
          polls += 1
          await sleep(20)
          return slow.readEvents(...asked)
        },
      },
      maxStalenessMs: long,
      pollIntervalMs: long,
      timeoutMs: long,
      onError: (error) => heard.push(error),
    })
    await live.ready()
    await sleep(60)
    expect(heard).toEqual([])
    expect(polls).toBeLessThan(4)
  })
})

describe('a host’s callback that fails', () => {
  const fail = () => {
    throw new Error('from the host')
  }
  const reject = async () => fail()

  it('stops nothing and crashes nothing, by throwing or by rejecting', async () => {
    const unheard: unknown[] = []
    const hear = (error: unknown) => unheard.push(error)
    const before = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', hear)
    try {
      for (const callback of [fail, reject as () => never]) {
        const on = await scene({ ...BRIEF, onProgress: callback, onError: callback, legacy: callback })
        await on.live.ready()
        const { mood, live } = on
        let failures = 0
        mood.readEvents = () => {
          failures += 1
          return Promise.reject(new Error('down'))
        }
        await eventually(() => failures > 1 && !on.allowed())
        delete mood.readEvents
        await eventually(on.allowed)
        await eventually(() => live.decide('wickham', HUNDRED, 'legacy-support', NOW).reason === 'legacy-not-permitted')
        expect(live.canImpersonate('wickham', HUNDRED, 'legacy-support', NOW)).toBe(false)
        await recovers(on)
      }
      await sleep(5)
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const listener of before) process.on('unhandledRejection', listener)
    }
    expect(unheard).toEqual([])
  })

  it('the host’s rule is called with the question, and only if the tenant is not governed', async () => {
    const asked: unknown[] = []
    const { live } = await filled({
      legacy: (...question) => {
        asked.push(question)
        return true
      },
    })
    for (const tenant of [TOM, HUNDRED, 'nowhere']) {
      live.canImpersonate('wickham', tenant, 'legacy-support', new Date(NOW))
      live.decide('wickham', tenant, 'access-request', NOW)
    }
    expect(asked).toEqual([
      ['wickham', HUNDRED, 'legacy-support', NOW],
      ['wickham', 'nowhere', 'legacy-support', NOW],
    ])
  })
})
