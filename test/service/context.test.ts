/** Failures of the host's repository, directory, clock and ids, and the check of the options. */
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { createConsentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import { issuesThrown } from '../domain/results.js'
import { CLASSICS, directory, elizabeth, SUPPORT_ACCESS, sentStage, stage, T0, tomAdmin } from '../story/cast.js'
import { traces } from './session-scene.js'

const secret = new Error('password=hunter2')
const fail = () => Promise.reject(secret)
const failAtOnce = () => {
  throw secret
}

async function failure(command: Promise<unknown>) {
  const error = await command.catch((thrown: unknown) => thrown)
  if (!isConsentryError(error, 'unavailable')) throw error
  expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('hunter2')
  return error
}

describe('a failing port', () => {
  it('throws `unavailable` with the cause, and reports it', async () => {
    const onError = vi.fn()
    const repository = memoryRepository()
    const on = stage({ onError, repository: { ...repository, saveSubmission: fail } })
    const error = await failure(on.consentry.submit(elizabeth, SUPPORT_ACCESS))
    expect(error).toMatchObject({ port: 'repository', message: 'the repository failed', cause: secret })
    expect(onError.mock.calls).toEqual([[secret]])
    expect(await repository.history({ requestingTenant: CLASSICS, limit: 9 })).toEqual([])
  })

  it('is `directory` if that fails or answers anything but a list of texts: never `unknown-user`, and nothing is saved (SPEC 2.5)', async () => {
    const repository = memoryRepository()
    const { tom } = await sentStage({ repository })
    const before = await traces(repository)
    const ids = ['caroline', 'charlotte', 'tom-sawyer', 'hundred-acre']
    const wrong = [undefined, 'caroline', new Set(ids), [7], ids.map((id) => ({ id })), [...ids, null], Object.assign(Array(5), ids)]
    for (const answer of [fail, failAtOnce, ...wrong.map((value) => () => value)])
      for (const question of ['members', 'askable']) {
        const { consentry } = stage({ repository, directory: { ...directory, [question]: answer } as never })
        const about = question === 'members' ? [consentry.setExpiry(tomAdmin, tom, { expiresAt: T0 + 1 })] : []
        const commands = [consentry.submit(elizabeth, SUPPORT_ACCESS), consentry.grant(tomAdmin, tom, { expiresAt: null }), ...about]
        for (const error of await Promise.all(commands.map(failure)))
          expect(error).toMatchObject({ port: 'directory', message: 'the directory failed' })
      }
    expect(await traces(repository)).toEqual(before)
    await stage({ repository, directory: { members: fail, askable: fail } }).consentry.reject(tomAdmin, tom)
  })

  it('is `directory` if a tenant’s own cap is no duration or null: nothing is saved, and reject does not ask it (SPEC 2.5)', async () => {
    const repository = memoryRepository()
    const { tom } = await sentStage({ repository })
    const before = await traces(repository)
    const day = { days: 1 }
    const wrong = [
      undefined,
      86_400_000,
      '1 day',
      {},
      { day: 1 },
      { days: '1' },
      { days: -1 },
      { months: 1 },
      [day],
      new Date(T0),
      () => day,
    ]
    for (const maxGrant of [fail, failAtOnce, ...wrong.map((value) => () => value)]) {
      const { consentry } = stage({ repository, directory: { ...directory, maxGrant } as never })
      const commands = [consentry.grant(tomAdmin, tom, { expiresAt: T0 + 1 }), consentry.setExpiry(tomAdmin, tom, { expiresAt: T0 + 1 })]
      for (const error of await Promise.all(commands.map(failure)))
        expect(error).toMatchObject({ port: 'directory', message: 'the directory failed' })
    }
    expect(await traces(repository)).toEqual(before)
    const said = stage({ repository, directory: { ...directory, maxGrant: () => 7 } as never }).consentry.grant(tomAdmin, tom, {
      expiresAt: T0 + 1,
    })
    const answered = '`maxGrant` of the directory answered `7`: return a duration, such as `{ days: 30 }`, or null'
    expect((await failure(said)).cause).toMatchObject({ message: answered })
    const asked = vi.fn(async () => null)
    const { consentry } = stage({ repository, directory: { ...directory, maxGrant: asked } })
    await consentry.reject(tomAdmin, tom)
    expect(asked).not.toHaveBeenCalled()
  })

  it('throws its own error even if `onError` throws or rejects, and no rejection of a callback ends the process', async () => {
    for (const onError of [failAtOnce, fail as never]) {
      const { consentry } = stage({ repository: { ...memoryRepository(), saveSubmission: fail }, onError })
      expect((await failure(consentry.submit(elizabeth, SUPPORT_ACCESS))).port).toBe('repository')
    }
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    for (const port of ['clock', 'newId']) {
      const { consentry } = stage({ [port]: fail, onError: fail as never })
      expect((await failure(consentry.submit(elizabeth, SUPPORT_ACCESS))).port).toBe(port)
    }
    await new Promise((resolve) => setTimeout(resolve))
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('is `clock` for an invalid instant, and `newId` for an invalid id', async () => {
    for (const clock of [() => Number.NaN, () => new Date(Number.NaN), () => 'now' as never, failAtOnce]) {
      expect((await failure(stage({ clock }).consentry.submit(elizabeth, SUPPORT_ACCESS))).port).toBe('clock')
      expect((await failure(stage({ clock }).consentry.recordDue())).port).toBe('clock')
    }
    for (const newId of [() => '', () => 'a b', () => 7 as never, failAtOnce])
      expect((await failure(stage({ newId }).consentry.submit(elizabeth, SUPPORT_ACCESS))).port).toBe('newId')
  })

  it('saves nothing if `newId` returns the same id twice', async () => {
    const repository = memoryRepository()
    const on = stage({ repository, newId: () => 'same' })
    expect((await failure(on.consentry.submit(elizabeth, SUPPORT_ACCESS))).port).toBe('repository')
    expect(await repository.history({ requestingTenant: CLASSICS, limit: 9 })).toEqual([])
  })

  it('throws `unavailable` after 1,000 conflicts', async () => {
    const repository = memoryRepository()
    const { tom } = await sentStage({ repository })
    const save = vi.fn(async () => 'conflict' as const)
    const { consentry } = stage({ repository: { ...repository, saveChanges: save } })
    expect((await failure(consentry.grant(tomAdmin, tom, { expiresAt: null }))).port).toBe('repository')
    expect(save).toHaveBeenCalledTimes(1000)
  })
})

it('is `clock` for seconds, or an instant before 2000: the cause says that milliseconds are wanted; `at` may be any instant', async () => {
  const YEAR_2000 = Date.UTC(2000, 0)
  const seconds = T0 / 1000
  for (const [answer, year] of [
    [seconds, 1970],
    [new Date(seconds), 1970],
    [0, 1970],
    [-1, 1969],
    [YEAR_2000 - 1, 1999],
  ] as const) {
    const onError = vi.fn()
    const { consentry } = stage({ clock: () => answer, onError })
    const message = `\`clock\` returned \`${Number(answer)}\`, an instant of ${year}: return milliseconds, which are seconds times 1,000`
    const cause = new TypeError(message)
    expect(await failure(consentry.submit(elizabeth, SUPPORT_ACCESS))).toMatchObject({ port: 'clock', cause })
    expect(onError.mock.calls).toEqual([[cause]])
    const question = { user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', from: CLASSICS } as const
    await expect(consentry.authorize(question)).rejects.toMatchObject({ code: 'facts-unavailable', cause })
    expect((await consentry.decide({ ...question, at: seconds })).reason).toBe('not-associated')
  }
  await stage({ clock: () => YEAR_2000 }).consentry.submit(elizabeth, SUPPORT_ACCESS)
})

it('a clock finer than a millisecond is rounded down to whole milliseconds', async () => {
  const on = await sentStage({ clock: () => T0 + 0.9 })
  expect((await on.consentry.history(elizabeth)).items.map(({ at }) => at)).toEqual([T0, T0, T0])
})

describe('createConsentry', () => {
  it('uses the system clock and random ids by default', async () => {
    const consentry = createConsentry({ repository: memoryRepository(), directory })
    const before = Date.now()
    const { sent } = await consentry.submit(elizabeth, SUPPORT_ACCESS)
    const { items } = await consentry.outgoing(elizabeth)
    expect(items[0]?.sentAt).toBeGreaterThanOrEqual(before)
    expect(items[0]?.sentAt).toBeLessThanOrEqual(Date.now())
    expect(new Set(sent.map(({ id }) => id)).size).toBe(2)
    expect(Object.isFrozen(consentry)).toBe(true)
  })

  it('refuses unknown and malformed options, with all issues', () => {
    const told = (options: unknown) => issuesThrown(() => createConsentry(options as never))
    const policy = { maxGrant: { days: 0 }, maxTenants: 0 }
    expect(told({ directory: 7, legacy: true, legcay: 1, policy, clock: 5, newId: 'x', onError: {} })).toEqual([
      'options.repository: is required',
      'options.directory: `7` must be a directory: an object with the functions `members` and `askable`',
      'options.legacy: `true` must be a function',
      'options.policy.maxTenants: `0` must be at least 1',
      'options.policy.maxGrant: `0` must be a duration of more than 0 and at most 8640000000000000 milliseconds',
      'options.clock: `5` must be a function',
      'options.newId: `x` must be a function',
      'options.onError: an object must be a function',
      'options.legcay: `legcay` is not expected here: did you mean `legacy`?',
    ])
    expect(told(null)).toEqual(['options: `null` must be a record with `repository` and `directory`'])
    expect(told({ repository: null, directory })).toEqual(['options.repository: `null` must be a repository'])
  })

  it('returns methods that need no `this`', async () => {
    const { submit, incoming } = stage().consentry
    await submit(elizabeth, SUPPORT_ACCESS)
    expect((await incoming(tomAdmin)).items.length).toBe(1)
  })
})
