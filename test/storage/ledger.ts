/** The log of a writer: the events it is about to save, and each acknowledgement. */
import type { Repository, SaveResult } from '../../src/ports/repository.js'

/** The events of every acknowledged command, oldest first, and of the unfinished one. */
export interface Ledger {
  readonly acknowledged: (readonly string[])[]
  open: readonly string[]
}

/** One line of the log. */
export type Said = { readonly saving: readonly string[] } | 'acknowledged'

/** Returns an empty log. */
export function emptyLedger(): Ledger {
  return { acknowledged: [], open: [] }
}

/** Adds one line. */
export function takeDown(ledger: Ledger, said: Said): void {
  if (said !== 'acknowledged') ledger.open = said.saving
  else if (ledger.open.length > 0) {
    ledger.acknowledged.push(ledger.open)
    ledger.open = []
  }
}

/** Parses complete lines; the last one may be truncated. */
export function ledgerOf(text: string): Ledger {
  const ledger = emptyLedger()
  for (const line of text.split('\n').slice(0, -1)) takeDown(ledger, JSON.parse(line))
  return ledger
}

/** Wraps a repository, and logs each save before it runs and each conflict. */
export function telling(repository: Repository, say: (said: Said) => void): Repository {
  const saving = (events: readonly { readonly id: string }[]) => say({ saving: events.map(({ id }) => id) })
  const unlessOutrun = async (saving: Promise<SaveResult>) => {
    const result = await saving
    if (result === 'conflict') say({ saving: [] })
    return result
  }
  return {
    ...repository,
    saveSubmission: (submitted) => {
      saving(submitted.events)
      return repository.saveSubmission(submitted)
    },
    saveChanges: (changes) => {
      saving(changes.map(({ event }) => event))
      return unlessOutrun(repository.saveChanges(changes))
    },
    saveSessionChanges: (changes) => {
      saving(changes.map(({ event }) => event))
      return unlessOutrun(repository.saveSessionChanges(changes))
    },
  }
}
