/** Options: invalid ones are refused with every issue, errors of the host's callbacks are ignored. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { isConsentryError } from '../../src/domain/error.js'
import { createLiveAccess, type LiveAccessOptions } from '../../src/live-access/live-access.js'
import { HUNDRED, TOM } from '../story/cast.js'
import { BRIEF, DOWN, eventually, filled, type Mood, NOW, recovers, rejects, scene, throws, tidy } from './scene.js'

afterEach(tidy)

const repository = memoryRepository()

/** The paths of the issues for which these options are refused. */
function issuesOf(options: unknown): string[] {
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
      ...{ clock: 5, onProgress: {}, onError: 'log' },
    }
    expect(issuesOf({ ...wrong, poll: 5 })).toEqual([
      ...Object.keys(wrong).map((key) => `options.${key} invalid`),
      'options.poll unknown-key',
    ])
  })

  it('include a missing repository, values that are no options, and durations that are not positive numbers', () => {
    expect(issuesOf({})).toEqual(['options.repository missing'])
    expect(issuesOf({ repository: null })).toEqual(['options.repository invalid'])
    const unreadable = new Proxy({}, { get: throws, ownKeys: throws })
    for (const none of [undefined, null, 7, 'options', [], new Map(), new Date(0), unreadable]) expect(issuesOf(none)).toHaveLength(1)
    for (const key of ['maxStalenessMs', 'pollIntervalMs', 'timeoutMs'])
      for (const span of [0, -0, -5, Number.NaN, Infinity, -Infinity, null, '5', new Date(5), 5n])
        expect([span, issuesOf({ repository, [key]: span })]).toEqual([span, [`options.${key} invalid`]])
  })

  it('do not include unusual ones', () => {
    const usual = { repository, maxStalenessMs: 5, pollIntervalMs: 50, timeoutMs: 0.5 }
    for (const options of [usual, { ...usual, legacy: undefined, clock: undefined, onError: undefined, onStale: 'query' }])
      expect(issuesOf(options)).toEqual([])
  })
})

it('durations longer than the longest timer are long, not short: no call times out, and polls stay rare', async () => {
  const long = 2 ** 40
  let polls = 0
  const readEvents: Mood['readEvents'] = async (query) => {
    polls += 1
    await sleep(20)
    return on.kept.readEvents(query)
  }
  const on = await scene({ maxStalenessMs: long, pollIntervalMs: long, timeoutMs: long, mood: { readEvents } })
  await on.live.ready()
  await sleep(60)
  expect(on.errors).toEqual([])
  expect(polls).toBeLessThan(4)
})

describe('a callback of the host', () => {
  it('that throws or rejects stops nothing and crashes nothing', async () => {
    const unhandled: unknown[] = []
    const listeners = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', (error) => unhandled.push(error))
    try {
      for (const callback of [throws, rejects as () => never]) {
        const on = await scene({ ...BRIEF, onProgress: callback, onError: callback, legacy: callback })
        await on.live.ready()
        let failures = 0
        on.mood.readEvents = () => {
          failures += 1
          return Promise.reject(DOWN)
        }
        await eventually(() => failures > 1 && !on.allowed())
        delete on.mood.readEvents
        await eventually(on.allowed)
        await eventually(() => on.reason('wickham', HUNDRED, 'legacy-support') === 'legacy-not-permitted')
        expect(on.live.canImpersonate('wickham', HUNDRED, 'legacy-support', NOW)).toBe(false)
        await recovers(on)
      }
      await sleep(5)
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const listener of listeners) process.on('unhandledRejection', listener)
    }
    expect(unhandled).toEqual([])
  })

  it('the host’s rule is called with the question, and only if the tenant is not governed', async () => {
    const asked: unknown[] = []
    const { live } = await filled({ legacy: (...question) => asked.push(question) > 0 })
    for (const tenant of [TOM, HUNDRED, 'nowhere']) {
      live.canImpersonate('wickham', tenant, 'legacy-support', new Date(NOW))
      live.decide('wickham', tenant, 'access-request', NOW)
    }
    expect(asked).toEqual([HUNDRED, 'nowhere'].map((tenant) => ['wickham', tenant, 'legacy-support', NOW]))
  })
})
