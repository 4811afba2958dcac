/** A live access over a repository that tests can break, and a service that writes to an intact one. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import { ConsentryError, isConsentryError } from '../../src/domain/error.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import type { LiveAccess, LiveAccessOptions } from '../../src/live-access/live-access-api.js'
import type { Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { CLASSICS, elizabeth, isAskable, legacy, sentStage, T0, TOM, tomAdmin } from '../story/cast.js'

/** The methods of a repository that a test replaces; all others work normally. */
export type Faults = Partial<Repository>

/** A repository that works until a fault replaces a method, above one that always works; a `pollOnly` one has no `subscribe`. */
export function faultyRepository({ pollOnly = false } = {}) {
  const kept = memoryRepository()
  const faults: Record<string, unknown> = {}
  const calls = Object.entries(kept).map(([name, call]) => [
    name,
    (...args: unknown[]) => ((faults[name] ?? call) as (...args: unknown[]) => unknown)(...args),
  ])
  const { subscribe, ...rest } = Object.fromEntries(calls)
  return { repository: (pollOnly ? rest : { subscribe, ...rest }) as Repository, faults: faults as Faults, kept }
}

/** A staleness limit so short that a busy machine may exceed it at any moment. */
export const BRIEF = { maxStalenessMs: 100 }

/** A position `by` numbers after the other; it names no real event. */
export const moved = ({ at }: Position, by: number): Position => ({ at: at + by, event: 'nothing' })

export const never = (): Promise<never> => new Promise(() => {})

/** The error of a repository that fails. */
export const DOWN = new Error('connection refused')
export const rejects = (): Promise<never> => Promise.reject(DOWN)
export const throws = (): never => {
  throw DOWN
}

/** The default instant of all questions. */
export const NOW = T0 + 1

export const QUESTION = { user: 'caroline', tenant: TOM, method: 'access-request', from: CLASSICS } as const

export const NO_FACTS = { allowed: false, reason: 'no-facts', changesAt: null }

/** Caroline may enter Tom Sawyer: the grant is saved before the live access is created. */
export type Scene = Awaited<ReturnType<typeof scene>>

const opened: LiveAccess[] = []

/** Restores mocks and closes live accesses. Each file calls it in `afterEach`: this module is loaded once for all files. */
export async function tidy(): Promise<void> {
  vi.restoreAllMocks()
  for (const live of opened.splice(0)) await live.close()
}

/** A live access that is closed after the test, even if the test fails. */
export function open(options: LiveAccessOptions): LiveAccess {
  const live = createLiveAccess(options)
  opened.push(live)
  return live
}

type SceneOptions = Partial<LiveAccessOptions> & { readonly pollOnly?: boolean; readonly faults?: Faults }

/** The scene, before the first load. */
export async function scene(options: SceneOptions = {}) {
  const { pollOnly = false, faults = {}, ...rest } = options
  const beneath = faultyRepository({ pollOnly })
  Object.assign(beneath.faults, faults)
  const stage = await sentStage({ repository: beneath.kept })
  const { consentry, tom } = stage
  await consentry.grant(tomAdmin, tom, { expiresAt: null })
  const errors: unknown[] = []
  const live = open({
    ...{ repository: beneath.repository, legacy, isAskable, maxStalenessMs: 60_000, pollIntervalMs: 10, timeoutMs: 50, clock: () => NOW },
    onError: (error) => errors.push(error),
    ...rest,
  })
  return {
    ...beneath,
    stage,
    live,
    errors,
    /** Whether Caroline may enter Tom Sawyer, by every method of the access: all must agree. */
    allowed: (): boolean => {
      const may = () => live.canImpersonate('caroline', TOM, 'access-request', NOW)
      const allowed = may()
      const same = [live.decide('caroline', TOM, 'access-request', NOW).allowed, live.tenantsFor('caroline', NOW), live.usersFor(TOM, NOW)]
      // It may have become stale between two of the questions, but it does not become fresh again within a turn.
      if (allowed && !may()) return false
      expect(same).toEqual(allowed ? [true, [TOM], ['caroline', 'charlotte']] : [false, [], []])
      return allowed
    },
    /** The reason of a decision, by default of the one about Caroline in Tom Sawyer. */
    reason: (user = 'caroline', tenant: string = TOM, method: AccessMethod = 'access-request'): string =>
      live.decide(user, tenant, method, NOW).reason,
    revoke: () => consentry.revoke(tomAdmin, tom),
    submit: async (user: string, tenant: string) => {
      const { sent } = await consentry.submit(elizabeth, { name: 'Again', associations: [{ users: [user], tenants: [tenant] }] })
      return sent[0]?.id ?? ''
    },
  }
}

/** The scene, after the first load. */
export async function filled(options: SceneOptions = {}): Promise<Scene> {
  const on = await scene(options)
  await on.live.ready()
  await eventually(on.allowed)
  return on
}

export function issuesOf(call: () => unknown): string[] {
  try {
    call()
    return []
  } catch (error) {
    if (!(error instanceof ConsentryError) || !isConsentryError(error, 'invalid-input')) throw error
    return error.issues.map(({ code, path }) => `${code} ${path.join('.')}`).sort()
  }
}

/** Runs every case concurrently, each on its own scene. */
export async function all<T>(cases: Readonly<Record<string, T>>, run: (one: T) => Promise<void>): Promise<void> {
  const tried = Object.entries(cases).map(([what, one]) =>
    run(one).catch((cause) => {
      throw new Error(`failed for ${what}: ${cause}`, { cause })
    }),
  )
  await Promise.all(tried)
}

/** Waits until the condition is true, for up to 20 s: no test depends on how long it takes. */
export async function eventually(so: () => boolean): Promise<void> {
  for (const began = performance.now(); !so(); await sleep(2))
    if (performance.now() - began > 20_000) throw new Error(`never became true: ${so}`)
}

export const seesRevocation = ({ reason }: Scene): Promise<void> => eventually(() => reason() === 'revoked')

/** Expects a denial within `BRIEF.maxStalenessMs`, by `process.hrtime`, which no test replaces. No event may be applied meanwhile. */
export async function closes({ allowed, live }: Scene): Promise<void> {
  const { maxStalenessMs } = BRIEF
  const began = process.hrtime.bigint()
  const passed = () => Number(process.hrtime.bigint() - began) / 1e6
  for (let asked = passed(); allowed(); asked = passed()) {
    expect(asked).toBeLessThanOrEqual(maxStalenessMs)
    await sleep(3)
  }
  expect(live.stalenessMs).toBeGreaterThan(maxStalenessMs)
  expect(live.decide('caroline', TOM, 'access-request', NOW)).toEqual(NO_FACTS)
  // Not even what the host's rule permits.
  expect(live.canImpersonate('wickham', 'nowhere', 'legacy-support', NOW)).toBe(false)
}

/** Expects that it allows again, and applies later events. */
export async function recovers(on: Scene): Promise<void> {
  await eventually(on.allowed)
  await on.revoke()
  await on.live.caughtUp()
  await seesRevocation(on)
}
