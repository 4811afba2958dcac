/** Options: invalid ones are refused with every issue, errors of the host's callbacks are ignored. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import type { LiveAccessOptions } from '../../src/live-access/live-access-api.js'
import { CLASSICS, HUNDRED } from '../story/cast.js'
import { BRIEF, eventually, issuesOf, NOW, open, QUESTION, recovers, rejects, scene, throws, tidy } from './scene.js'

afterEach(tidy)

const repository = memoryRepository()

const issuesWith = (options: unknown) => issuesOf(() => createLiveAccess(options as LiveAccessOptions).close())

describe('invalid options', () => {
  it('are refused, all of them at once, each with its path', () => {
    const wrong = {
      ...{
        repository: 'postgres://localhost',
        legacy: true,
        maxStalenessMs: 0,
        onStale: 'allow',
        directory: {},
        legacyTimeoutMs: 0,
        pollIntervalMs: -1,
        timeoutMs: '30s',
      },
      ...{ clock: 5, onProgress: {}, onError: 'log' },
    }
    const names = Object.keys(wrong).sort()
    expect(issuesWith({ ...wrong, poll: 5 })).toEqual([...names.map((name) => `invalid options.${name}`), 'unknown-key options.poll'])
  })

  it('include a missing repository, values that are no options, and durations that are not positive numbers', () => {
    expect(issuesWith({})).toEqual(['missing options.repository'])
    expect(issuesWith({ repository: null })).toEqual(['invalid options.repository'])
    const unreadable = new Proxy({}, { get: throws, ownKeys: throws })
    for (const none of [undefined, null, 7, 'options', [], new Map(), new Date(0), unreadable]) expect(issuesWith(none)).toHaveLength(1)
    for (const key of ['maxStalenessMs', 'pollIntervalMs', 'timeoutMs'])
      for (const span of [0, -0, -5, Number.NaN, Infinity, -Infinity, null, '5', new Date(5), 5n])
        expect([span, issuesWith({ repository, [key]: span })]).toEqual([span, [`invalid options.${key}`]])
  })

  it('include a directory that lacks a method, and a time for the rule that no timer can wait', () => {
    const askable = () => []
    for (const directory of [null, 7, {}, { askable }, { askable, members: 7 }, { askable, members: askable, maxGrant: 7 }])
      expect(issuesWith({ repository, directory })).toEqual(['invalid options.directory'])
    for (const legacyTimeoutMs of [0, -1, Number.NaN, 2 ** 31, Infinity, null, '5'])
      expect(issuesWith({ repository, legacyTimeoutMs })).toEqual(['invalid options.legacyTimeoutMs'])
    expect(issuesWith({ repository, directory: { askable, members: askable }, legacyTimeoutMs: 2 ** 31 - 1 })).toEqual([])
  })

  it('do not include unusual ones', () => {
    const usual = { repository, maxStalenessMs: 5, pollIntervalMs: 50, timeoutMs: 0.5 }
    const long = { repository, maxStalenessMs: 2 ** 40, pollIntervalMs: 2 ** 40, timeoutMs: 2 ** 40 }
    for (const options of [usual, long, { ...usual, legacy: undefined, clock: undefined, onError: undefined, onStale: 'query' }])
      expect(issuesWith(options)).toEqual([])
  })
})

it('a callback of the host that throws or rejects stops nothing and crashes nothing', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  onTestFinished(() => void process.off('unhandledRejection', unhandled))
  for (const callback of [throws, rejects as () => never]) {
    const on = await scene({ ...BRIEF, onProgress: callback, onError: callback, legacy: callback })
    await on.live.ready()
    const readEvents = vi.fn(rejects)
    on.faults.readEvents = readEvents
    await eventually(() => readEvents.mock.calls.length > 1 && !on.allowed())
    delete on.faults.readEvents
    await eventually(on.allowed)
    await eventually(() => on.reason('wickham', HUNDRED, 'legacy-support') === 'legacy-not-permitted')
    const asking = open({ repository: on.kept, legacy: () => true, isAskable: callback, clock: callback })
    await asking.ready()
    expect(asking.canImpersonate('wickham', HUNDRED, 'legacy-support', NOW, CLASSICS)).toBe(false)
    await expect(asking.authorize(QUESTION)).rejects.toMatchObject({ code: 'facts-unavailable' })
    expect(on.live.canImpersonate('wickham', HUNDRED, 'legacy-support', NOW)).toBe(false)
    await recovers(on)
  }
  await sleep(5)
  expect(unhandled).not.toHaveBeenCalled()
})
