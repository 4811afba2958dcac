/** What a writer says while it writes: which events it is about to save, and that they are acknowledged; what is stored is held to it. */
import type { Repository, SaveResult } from '../../src/ports/repository.js'

/** What was said: the events of every acknowledged command, oldest first, and of the one that was cut short. */
export interface Ledger {
  readonly acknowledged: (readonly string[])[]
  open: readonly string[]
}

/** One line of it. */
export type Said = { readonly saving: readonly string[] } | 'acknowledged'

/** Nothing said yet. */
export function emptyLedger(): Ledger {
  return { acknowledged: [], open: [] }
}

/** Takes down one line. */
export function takeDown(ledger: Ledger, said: Said): void {
  if (said !== 'acknowledged') ledger.open = said.saving
  else if (ledger.open.length > 0) {
    ledger.acknowledged.push(ledger.open)
    ledger.open = []
  }
}

/** The lines as text, whole ones only: the last may have been cut. */
export function ledgerOf(text: string): Ledger {
  const ledger = emptyLedger()
  for (const line of text.split('\n').slice(0, -1)) takeDown(ledger, JSON.parse(line))
  return ledger
}

/** The repository, saying what it is about to save, and that it did not where others were faster. */
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
