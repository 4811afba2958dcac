/** Every callback of the host, given everything that a callback can do wrong: the answer is a denial or a typed error, no more. */
import { setTimeout as sleep } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { accessFrom } from '../../src/access-index/access.js'
import { memoryRepository } from '../../src/adapters/memory.js'
import { decide } from '../../src/domain/decision.js'
import type { Decision } from '../../src/domain/decision-types.js'
import { isConsentryError } from '../../src/domain/error.js'
import { authorizeRequest } from '../../src/guard/authorize-request.js'
import { parseGuardOptions } from '../../src/guard/parse-options.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import type { LiveAccessOptions } from '../../src/live-access/live-access-api.js'
import type { Directory } from '../../src/ports/directory.js'
import type { Repository } from '../../src/ports/repository.js'
import { eventually, faultyRepository, tidy } from '../live-access/scene.js'
import {
  CLASSICS,
  caroline,
  directory,
  elizabeth,
  HUNDRED,
  hundredAdmin,
  SUPPORT_ACCESS,
  sentStage,
  stage,
  T0,
  TOM,
  tomAdmin,
} from '../story/cast.js'

type Callback = (...args: unknown[]) => never

const failure = new Error('of the host')
const throws: Callback = () => {
  throw failure
}
/** A function that is a proxy, too, so that calling, reading and comparing it throws. */
const proxy = new Proxy(() => {}, new Proxy({}, { get: () => throws }))
/** The key `then`, written so that no linter reports a thenable. */
const THEN = 'then'

const HOSTILE: Readonly<Record<string, Callback>> = {
  throws,
  'throws a proxy': () => {
    throw proxy
  },
  'returns a promise that rejects': () => Promise.reject(failure) as never,
  'returns a promise that rejects later': () => sleep(2).then(throws) as never,
  'returns a promise of another realm that rejects': () => runInNewContext('Promise.reject(new Error("of another realm"))') as never,
  'returns a thenable that rejects later': () =>
    ({ [THEN]: (_resolve: unknown, reject: (error: unknown) => void) => setTimeout(reject, 2, failure) }) as never,
  'returns a thenable whose `then` throws': () => ({ [THEN]: throws }) as never,
  'returns a thenable whose `then` cannot be read': () => Object.defineProperty({}, THEN, { get: throws }) as never,
  'returns a function with a `then` that rejects': () =>
    Object.assign(() => {}, { [THEN]: (_resolve: unknown, reject: (error: unknown) => void) => reject(failure) }) as never,
  'returns a proxy that throws on everything': () => proxy as never,
  'is a proxy that throws on everything': proxy as never,
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    (value) => value,
    (error: unknown) => (isConsentryError(error) ? error.code : error),
  )

/** The wrong answer of the callback, given as the named option, leads to this answer. */
type Trial = readonly [name: string, answer: unknown, run: (callback: Callback) => unknown]

const question = { user: 'wickham', tenant: HUNDRED, method: 'legacy-support', from: CLASSICS } as const
const { user, tenant, method, from } = question
const byRequest = { ...question, method: 'access-request' } as const
const malformed = { ...question, user: 'a b' }
const reasonsOf = async (decisions: Promise<readonly Decision[]>) => (await decisions).map(({ reason }) => reason)
const facts = { tenant: HUNDRED, governed: false, requests: [] }
const allowed = { legacy: () => true, isAskable: () => true }

const PURE: readonly Trial[] = (['legacy', 'isAskable'] as const).flatMap((name): Trial[] => [
  [
    `${name} of decide`,
    'legacy-not-permitted',
    (callback) => decide(user, tenant, method, T0, facts, { ...allowed, [name]: callback, from }).reason,
  ],
  [
    `${name} of accessFrom`,
    [false, 'legacy-not-permitted'],
    (callback) => {
      const access = accessFrom([facts], { ...allowed, [name]: callback })
      return [access.canImpersonate(user, tenant, method, T0, from), access.decide(user, tenant, method, T0, from).reason]
    },
  ],
])

const broken = (...names: readonly (keyof Repository)[]) => ({
  repository: (callback: Callback): Repository => ({ ...memoryRepository(), ...Object.fromEntries(names.map((name) => [name, callback])) }),
})
const submitting = (options: object) => codeOf(stage(options).consentry.submit(elizabeth, SUPPORT_ACCESS))

/** Checks a session by a legacy method whose rule goes wrong after its start, and records its end. */
async function inLegacySession(rule: Callback): Promise<unknown> {
  let legacy: Callback = (() => true) as never
  const { consentry } = stage({ legacy: (...args: unknown[]) => legacy(...args) })
  const { id } = await consentry.startImpersonation(caroline, { tenant, method })
  legacy = rule
  const checked = await codeOf(consentry.checkImpersonation(caroline, id))
  const [ended] = await consentry.recordDue()
  return [checked, ended && 'cause' in ended ? ended.cause : ended]
}

/** Renews a granted request with a directory that has gone wrong since. */
async function renewing(callback: Callback): Promise<unknown> {
  let members: Directory['members'] = directory.members
  const on = await sentStage({ directory: { ...directory, members: (...args) => members(...args) } })
  await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
  members = callback
  return codeOf(on.consentry.renewalDraft(elizabeth, on.tom))
}

/** Ends everything in Hundred Acre, where a session is live by the legacy rule, with this callback in place of the host's. */
async function endingAll(name: 'legacy' | 'askable' | 'clock' | 'newId' | keyof Repository, wrong: Callback): Promise<unknown> {
  const { repository, faults } = faultyRepository()
  const right = { legacy: () => true, askable: directory.askable, clock: () => T0, newId: () => crypto.randomUUID() }
  const host: Record<string, (...args: never[]) => unknown> = { ...right }
  const call =
    (one: keyof typeof right) =>
    (...args: unknown[]) =>
      host[one]?.(...(args as never[])) as never
  const { consentry } = await sentStage({
    repository,
    legacy: call('legacy'),
    directory: { ...directory, askable: call('askable') },
    clock: call('clock'),
    newId: call('newId'),
    onError: wrong,
  })
  await consentry.startImpersonation(caroline, { tenant, method })
  if (name in right) host[name] = wrong
  else Object.assign(faults, { [name]: wrong })
  const ending = consentry.endAll(hundredAdmin, { with: CLASSICS })
  return ending.then(
    (ended) => ended.map((one) => ('session' in one ? one.cause : one.status)),
    (error: unknown) => (isConsentryError(error) ? [error.code, ...error.changed.map(({ status }) => status)] : error),
  )
}

const SERVICE: readonly Trial[] = [
  ['legacy of `endAll`', ['access-lost', 'rejected'], (legacy) => endingAll('legacy', legacy)],
  // Requests are ended although the sessions cannot be (SPEC 9.3).
  ['askable of `endAll`', ['unavailable', 'rejected'], (askable) => endingAll('askable', askable)],
  ['clock of `endAll`', ['unavailable'], (clock) => endingAll('clock', clock)],
  ['newId of `endAll`', ['unavailable'], (newId) => endingAll('newId', newId)],
  ['openSessions of `endAll`', ['unavailable', 'rejected'], (read) => endingAll('openSessions', read)],
  ['sessionRows of `endAll`', ['unavailable', 'rejected'], (read) => endingAll('sessionRows', read)],
  ['saveSessionChanges of `endAll`', ['unavailable', 'rejected'], (save) => endingAll('saveSessionChanges', save)],
  ['openRequestsBetween of `endAll`', ['unavailable', 'ended'], (read) => endingAll('openRequestsBetween', read)],
  ['tenantRequests of `endAll`', ['unavailable', 'ended'], (read) => endingAll('tenantRequests', read)],
  ['saveChanges of `endAll`', ['unavailable', 'ended'], (save) => endingAll('saveChanges', save)],
  ['onError', 'unavailable', (onError) => submitting({ onError, directory: { ...directory, members: throws } })],
  ['clock', 'unavailable', (clock) => submitting({ clock })],
  ['clock of a decision', 'facts-unavailable', (clock) => codeOf(stage({ clock }).consentry.authorize(question))],
  ['newId', 'unavailable', (newId) => submitting({ newId })],
  ['legacy', 'access-denied', (legacy) => codeOf(stage({ legacy }).consentry.authorize(question))],
  ['legacy of a check, and of `recordDue`', ['access-denied', 'access-lost'], (legacy) => inLegacySession(legacy)],
  ['members', 'unavailable', (members) => submitting({ directory: { ...directory, members } })],
  [
    'maxGrant of the directory',
    'unavailable',
    async (maxGrant) => {
      const on = await sentStage({ directory: { ...directory, maxGrant } })
      return codeOf(on.consentry.grant(tomAdmin, on.tom, { expiresAt: null }))
    },
  ],
  ...(['members', 'askable'] as const).map(
    (name): Trial => [
      `${name} of a preview`,
      'unavailable',
      (callback) => codeOf(stage({ directory: { ...directory, [name]: callback } }).consentry.preview(elizabeth, SUPPORT_ACCESS)),
    ],
  ),
  [
    'maxGrant of the preview of an answer',
    'unavailable',
    async (maxGrant) => {
      const on = await sentStage({ directory: { ...directory, maxGrant } })
      return codeOf(on.consentry.previewAnswer(tomAdmin, on.tom))
    },
  ],
  ['members of a renewal', 'unavailable', renewing],
  ...(['factsForMany', 'tenantSummaries'] as const).map(
    (name): Trial => [
      `${name} of a preview`,
      'unavailable',
      (read) => codeOf(stage({ repository: broken(name).repository(read) }).consentry.preview(elizabeth, SUPPORT_ACCESS)),
    ],
  ),
  ['askable', 'unavailable', (askable) => submitting({ directory: { ...directory, askable } })],
  [
    'askable of a decision',
    'facts-unavailable',
    (askable) => codeOf(stage({ directory: { ...directory, askable } }).consentry.authorize(question)),
  ],
  [
    'legacy of many decisions',
    ['legacy-not-permitted', 'not-associated', 'invalid-question'],
    async (legacy) => reasonsOf(stage({ legacy }).consentry.decideMany([question, byRequest, malformed])),
  ],
  [
    'askable of many decisions',
    'facts-unavailable',
    (askable) => codeOf(stage({ directory: { ...directory, askable } }).consentry.decideMany([byRequest, question])),
  ],
  ['clock of many decisions', 'facts-unavailable', (clock) => codeOf(stage({ clock }).consentry.decideMany([byRequest]))],
  [
    'factsForMany',
    'facts-unavailable',
    (read) => codeOf(stage({ repository: broken('factsForMany').repository(read) }).consentry.decideMany([question])),
  ],
  [
    'onError of many decisions',
    ['legacy-not-permitted', 'not-associated', 'invalid-question'],
    async (onError) => reasonsOf(stage({ legacy: throws, onError }).consentry.decideMany([question, byRequest, malformed])),
  ],
  [
    'maxGrant, for example, which is no option',
    'invalid-input',
    async (maxGrant) => codeOf((async () => stage({ maxGrant } as never).consentry)()),
  ],
  ['saveSubmission', 'unavailable', (save) => submitting({ repository: broken('saveSubmission').repository(save) })],
  [
    'factsFor',
    'facts-unavailable',
    (read) => codeOf(stage({ repository: broken('factsFor').repository(read) }).consentry.authorize(question)),
  ],
  [
    'incoming of the repository',
    'unavailable',
    (read) => codeOf(stage({ repository: broken('incoming').repository(read) }).consentry.incoming(tomAdmin)),
  ],
  [
    'session of the repository',
    'facts-unavailable',
    (read) => codeOf(stage({ repository: broken('sessionRows').repository(read) }).consentry.checkImpersonation(caroline, 'id')),
  ],
  [
    'session of a login',
    'facts-unavailable',
    (read) =>
      codeOf(
        stage({ repository: broken('sessionRows').repository(read) }).consentry.resume({
          user: 'caroline',
          tenant: CLASSICS,
          permissions: [],
          session: 'id',
        }),
      ),
  ],
  [
    'session to end, of the repository',
    'unavailable',
    (read) => codeOf(stage({ repository: broken('sessionRows').repository(read) }).consentry.endSession(caroline, '0'.repeat(64))),
  ],
  [
    'saveSessionChanges',
    'unavailable',
    (save) =>
      codeOf(
        stage({ legacy: () => true, repository: broken('saveSessionChanges').repository(save) }).consentry.startImpersonation(caroline, {
          tenant: TOM,
          method: 'legacy-support',
        }),
      ),
  ],
  [
    'saveChanges',
    'unavailable',
    async (saveChanges) => {
      const world = faultyRepository()
      const { consentry, tom } = await sentStage({ repository: world.repository })
      world.faults.saveChanges = saveChanges
      return codeOf(consentry.grant(tomAdmin, tom, { expiresAt: null }))
    },
  ],
]

/** Loads a live access over this repository, asks it, and closes it. */
async function liveAnswer(options: Partial<LiveAccessOptions>, repository: Repository = memoryRepository()): Promise<unknown> {
  const live = createLiveAccess({ repository, maxStalenessMs: 60_000, timeoutMs: 50, ...allowed, onError: () => {}, ...options })
  try {
    await live.ready()
    return await live.authorize(question).then(({ reason }) => reason, codeOfError)
  } finally {
    await live.close()
  }
}
const codeOfError = (error: unknown) => (isConsentryError(error) ? error.code : error)

/** A live access whose repository fails in this method: it denies meanwhile, tries again, and recovers. */
async function trouble(fault: keyof Repository, callback: Callback): Promise<unknown> {
  const { repository, faults } = faultyRepository()
  let calls = 0
  const failing: Callback = (...args) => {
    calls += 1
    return callback(...args)
  }
  Object.assign(faults, { [fault]: failing })
  const live = createLiveAccess({ repository, timeoutMs: 50, ...allowed, onError: callback })
  try {
    await eventually(() => calls > 0)
    if (fault !== 'subscribe') expect(live.decide(user, tenant, method, T0, from).reason).toBe('no-facts')
    delete faults[fault]
    await live.ready()
    return live.decide(user, tenant, method, T0, from).reason
  } finally {
    await live.close()
  }
}

const LIVE: readonly Trial[] = [
  ['clock of a live access', 'facts-unavailable', (clock) => liveAnswer({ clock })],
  ['legacy of a live access', 'access-denied', (legacy) => liveAnswer({ legacy })],
  ['isAskable of a live access', 'access-denied', (isAskable) => liveAnswer({ isAskable })],
  ['legacy of a live access with a directory', 'access-denied', (legacy) => liveAnswer({ directory, legacy })],
  ['askable of a live access', 'facts-unavailable', (askable) => liveAnswer({ directory: { ...directory, askable } })],
  [
    'legacy and onError of a live access',
    ['access-denied', 'legacy-not-permitted'],
    async (callback) => {
      const options = { repository: memoryRepository(), isAskable: () => true, legacy: callback, onError: callback }
      const live = createLiveAccess(options)
      await live.ready()
      const answers = [await live.authorize(question).catch(codeOfError), live.decide(user, tenant, method, T0).reason]
      await live.close()
      return answers
    },
  ],
  [
    'onProgress of a live access',
    'legacy-permitted',
    async (onProgress) => {
      const repository = memoryRepository()
      await sentStage({ repository })
      return liveAnswer({ onProgress }, repository)
    },
  ],
  ...(['positions', 'readEvents', 'requestPage', 'governedTenantPage', 'subscribe'] as const).map(
    (fault): Trial => [`${fault} and onError of a live access`, 'legacy-permitted', (callback) => trouble(fault, callback)],
  ),
  [
    'the end of a subscription of a live access',
    'legacy-permitted',
    (unsubscribe) => liveAnswer({}, { ...memoryRepository(), subscribe: async () => unsubscribe }),
  ],
  [
    'the error given to onDisconnect by a repository',
    'legacy-permitted',
    (callback) => {
      const subscribe: Repository['subscribe'] = async ({ onDisconnect }) => {
        onDisconnect(answerOf(callback))
        await sleep(5)
        return async () => {}
      }
      return liveAnswer({ onError: callback }, { ...memoryRepository(), subscribe })
    },
  ],
]

/** What the callback returns, or throws. */
function answerOf(callback: Callback): unknown {
  try {
    return callback()
  } catch (error) {
    return error
  }
}

const passing = {
  consentry: { authorize: async () => ({ allowed: true, reason: 'legacy-permitted' }) as const },
  actor: () => caroline,
  tenant: () => TOM,
  method: () => 'legacy-support' as const,
}
const byLogin = {
  consentry: { resume: throws, checkImpersonation: throws },
  person: () => ({ user: 'caroline', tenant: 'classics', permissions: [], session: 'id' }),
  tenant: () => TOM,
}
const bySession = { consentry: { checkImpersonation: throws }, actor: () => caroline, tenant: () => TOM, session: () => 'id' }

async function guardAnswer(options: object): Promise<unknown> {
  const result = await authorizeRequest(parseGuardOptions({ onDenied: () => {}, ...options } as never), {})
  return result.ok ? 'passed' : result.denial.reason
}

const GUARD: readonly Trial[] = [
  ...(['actor', 'tenant', 'method'] as const).map(
    (name): Trial => [`${name} of a guard`, 'invalid-question', (callback) => guardAnswer({ ...passing, [name]: callback })],
  ),
  ['session of a guard', 'invalid-question', (session) => guardAnswer({ ...bySession, session })],
  ['person of a guard', 'invalid-question', (person) => guardAnswer({ ...byLogin, person })],
  ['onDenied of a guard', 'no-actor', (onDenied) => guardAnswer({ ...passing, actor: () => null, onDenied })],
  ['authorize of a guard', 'facts-unavailable', (authorize) => guardAnswer({ ...passing, consentry: { authorize } })],
  [
    'checkImpersonation of a guard',
    'facts-unavailable',
    (checkImpersonation) => guardAnswer({ ...bySession, consentry: { checkImpersonation } }),
  ],
  ['resume of a guard', 'facts-unavailable', (resume) => guardAnswer({ ...byLogin, consentry: { ...byLogin.consentry, resume } })],
]

const FEED: readonly Trial[] = [
  [
    'onChange of a subscriber in memory',
    2,
    async (onChange) => {
      const repository = memoryRepository()
      await repository.subscribe?.({ onChange, onDisconnect: () => {} })
      const { sent } = await stage({ repository }).consentry.submit(elizabeth, SUPPORT_ACCESS)
      return sent.length
    },
  ],
]

describe.each([...PURE, ...SERVICE, ...LIVE, ...GUARD, ...FEED])('%s', (_name, answer, run) => {
  const lost = vi.fn()
  beforeEach(() => {
    lost.mockClear()
    for (const event of ['unhandledRejection', 'uncaughtException']) process.on(event, lost)
  })
  afterEach(async () => {
    for (const event of ['unhandledRejection', 'uncaughtException']) process.off(event, lost)
    await tidy()
  })

  it.each(Object.entries(HOSTILE))('that %s', async (_how, callback) => {
    expect(await run(callback)).toEqual(answer)
    await sleep(5)
    expect(lost).not.toHaveBeenCalled()
  })
})
