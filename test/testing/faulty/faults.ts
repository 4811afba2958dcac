/** What the faulty repositories share: the form of a fault, and what several faults do. */
import type { ConsentryEvent } from '../../../src/domain/event.js'
import { FEED_START, type FeedEntry, type Position } from '../../../src/ports/event-feed.js'
import type { Repository, SaveResult } from '../../../src/ports/repository.js'

/** The faults by name; `breaks` lists the contract tests that fail, the most specific first. */
export type Faults = Readonly<Record<string, { readonly breaks: readonly [string, ...string[]]; readonly change: Change }>>

export type Change = (inner: Repository) => Partial<Repository>

/** Returns the change of one method. */
export function replacing<N extends keyof Repository>(name: N, by: (inner: Repository) => Repository[N]): Change {
  return (inner) => ({ [name]: by(inner) })
}

/** More rows than any contract test saves. */
export const ALL = 1_000_000

export const yieldToOthers = () => new Promise<void>((resolve) => setImmediate(resolve))
export const allEvents = async (inner: Repository) =>
  (await inner.readEvents({ after: FEED_START, limit: ALL })).entries.map(({ event }) => event)
export const allTenants = async (inner: Repository) => [...new Set((await allEvents(inner)).map(({ tenant }) => tenant))]
export const isAccessLost = (event: ConsentryEvent) => event.type === 'impersonation.ended' && event.cause === 'access-lost'

/** Replaces the three methods that save: `around` gets the events and the call of the correct method. */
export function aroundSaves(inner: Repository, around: <T>(events: readonly ConsentryEvent[], save: () => Promise<T>) => Promise<T>) {
  const eventsOf = (changes: readonly { readonly event: ConsentryEvent }[]) => changes.map(({ event }) => event)
  return {
    saveSubmission: (submitted) => around(submitted.events, () => inner.saveSubmission(submitted)),
    saveChanges: (changes) => around(eventsOf(changes), () => inner.saveChanges(changes)),
    saveSessionChanges: (changes) => around(eventsOf(changes), () => inner.saveSessionChanges(changes)),
  } satisfies Partial<Repository>
}

export function inChunks<C>(save: (changes: readonly C[]) => Promise<SaveResult>) {
  return async (changes: readonly C[]): Promise<SaveResult> => {
    for (let from = 0; from < changes.length; from += 500) {
      if ((await save(changes.slice(from, from + 500))) === 'conflict') return 'conflict'
    }
    return 'saved'
  }
}

export const feedPage = (entries: readonly FeedEntry[], after: Position) => ({ entries, position: entries.at(-1)?.position ?? after })
export const numbered = (events: readonly ConsentryEvent[], start: Position): FeedEntry[] =>
  events.map((event, n) => ({ position: { at: start.at + n + 1, event: event.id }, event }))
