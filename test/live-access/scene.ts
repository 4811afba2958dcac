/** A live access over a repository that a test may break and mend, beside a service that goes on writing to what is beneath. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { createLiveAccess, type LiveAccess, type LiveAccessOptions } from '../../src/live-access/live-access.js'
import type { Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { legacy, type Stage, sentStage, T0, TOM, tomAdmin } from '../story/cast.js'

/** What a repository does instead of what it should; what is not there it does as it should. */
export type Mood = Partial<Repository>

/** A repository in a mood, which a test may change. */
export interface Moody {
  readonly repository: Repository
  readonly mood: Mood
  /** What is beneath, always in order. */
  readonly kept: Repository
}

/** A repository that does as it should until its mood says otherwise; one that is `deaf` cannot listen. */
export function moody({ deaf = false } = {}): Moody {
  const kept = memoryRepository()
  const mood: Record<string, unknown> = {}
  const calls = Object.entries(kept).map(([name, call]) => [
    name,
    (...asked: unknown[]) => ((mood[name] ?? call) as (...asked: unknown[]) => unknown)(...asked),
  ])
  const { subscribe, ...rest } = Object.fromEntries(calls)
  return { repository: (deaf ? rest : { subscribe, ...rest }) as Repository, mood: mood as Mood, kept }
}

/** Knowledge that is soon too old: so soon that on a busy machine it may be at any moment. */
export const BRIEF = { maxStalenessMs: 100 }

/** A position `by` numbers after the other; no event is named there. */
export const moved = ({ at }: Position, by: number): Position => ({ at: at + by, event: 'nothing' })

/** A call that is never answered. */
export const never = (): Promise<never> => new Promise(() => {})

/** The instant all questions are about unless they are about another. */
export const NOW = T0 + 1

/** Caroline may enter Tom Sawyer: the grant is there before the live access is made. */
export interface Scene extends Moody {
  readonly stage: Stage & { readonly tom: string; readonly hundred: string }
  readonly live: LiveAccess
  readonly heard: unknown[]
  readonly allowed: () => boolean
}

const opened: LiveAccess[] = []

/** To be run after each test, by the file that has it: these modules are loaded once for all files. */
export async function tidy(): Promise<void> {
  vi.restoreAllMocks()
  for (const live of opened.splice(0)) await live.close()
}

/** A live access that is closed after the test, whatever comes of that. */
export function open(options: LiveAccessOptions): LiveAccess {
  const live = createLiveAccess(options)
  opened.push(live)
  return live
}

/** The scene, before anything is filled. */
export async function scene(options: Partial<LiveAccessOptions> & { readonly deaf?: boolean; readonly mood?: Mood } = {}): Promise<Scene> {
  const { deaf = false, mood = {}, ...rest } = options
  const beneath = moody({ deaf })
  Object.assign(beneath.mood, mood)
  const stage = await sentStage({ repository: beneath.kept })
  await stage.consentry.grant(tomAdmin, stage.tom)
  const heard: unknown[] = []
  const live = open({
    repository: beneath.repository,
    legacy,
    maxStalenessMs: 60_000,
    pollIntervalMs: 10,
    timeoutMs: 50,
    clock: () => NOW,
    onError: (error) => heard.push(error),
    ...rest,
  })
  return { ...beneath, stage, live, heard, allowed: () => inside(live) }
}

/** The scene, filled. */
export async function filled(options: Parameters<typeof scene>[0] = {}): Promise<Scene> {
  const on = await scene(options)
  await on.live.ready()
  await eventually(on.allowed)
  return on
}

/** Whether Caroline may enter Tom Sawyer, asked in every way: all must say the same. */
export function inside(live: LiveAccess): boolean {
  const allowed = live.canImpersonate('caroline', TOM, 'access-request', NOW)
  expect(live.decide('caroline', TOM, 'access-request', NOW).allowed).toBe(allowed)
  expect(live.tenantsFor('caroline', NOW)).toEqual(allowed ? [TOM] : [])
  expect(live.usersFor(TOM, NOW)).toEqual(allowed ? ['caroline', 'charlotte'] : [])
  return allowed
}

/** Tries every one of them, all at once, each on a scene of its own. */
export async function all<T>(cases: Readonly<Record<string, T>>, run: (one: T) => Promise<void>): Promise<void> {
  const tried = Object.entries(cases).map(([what, one]) =>
    run(one).catch((cause) => {
      throw new Error(`not where it is ${what}: ${cause}`, { cause })
    }),
  )
  await Promise.all(tried)
}

/** Tries again until it is so; how long that takes is nobody's promise. */
export async function eventually(so: () => boolean): Promise<void> {
  for (const began = performance.now(); !so(); await sleep(2))
    if (performance.now() - began > 20_000) throw new Error(`it never came that ${so}`)
}

/**
 * From this very moment on nothing is learned any more: that nobody is let in later than `maxStalenessMs` milliseconds from now, by a clock
 * that goes on whatever is done to the others.
 */
export async function closes({ allowed, live }: Scene, maxStalenessMs = BRIEF.maxStalenessMs): Promise<void> {
  const began = process.hrtime.bigint()
  const passed = () => Number(process.hrtime.bigint() - began) / 1e6
  for (;;) {
    const asked = passed()
    if (!allowed()) break
    expect(asked).toBeLessThanOrEqual(maxStalenessMs)
    await sleep(3)
  }
  expect(live.stalenessMs).toBeGreaterThan(maxStalenessMs)
  expect(live.decide('caroline', TOM, 'access-request', NOW)).toEqual({ allowed: false, reason: 'no-facts', changesAt: null })
  // Not even what the host's own rule would permit.
  expect(live.canImpersonate('wickham', 'nowhere', 'legacy-support', NOW)).toBe(false)
}

/** That it lets in again, and knows of what has happened meanwhile. */
export async function recovers({ allowed, live, stage }: Scene): Promise<void> {
  await eventually(allowed)
  await stage.consentry.revoke(tomAdmin, stage.tom)
  await live.caughtUp()
  await eventually(() => live.decide('caroline', TOM, 'access-request', NOW).reason === 'revoked')
}
