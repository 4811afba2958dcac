/** The log of a writer: the events it is about to save, and each acknowledgement. */
import type { Repository } from '../../src/ports/repository.js'
import type { SessionSaveResult } from '../../src/ports/saving.js'

export type Said = { readonly saving: readonly string[] } | 'acknowledged'

export type Ledger = ReturnType<typeof ledgerOf>

/** Returns the events of every acknowledged command, oldest first, and of the unfinished one. */
export function ledgerOf(log: readonly Said[]) {
  const acknowledged: (readonly string[])[] = []
  let open: readonly string[] = []
  for (const said of log) {
    if (said !== 'acknowledged') {
      open = said.saving
    } else if (open.length > 0) {
      acknowledged.push(open)
      open = []
    }
  }
  return { acknowledged, open }
}

export function linesOf(text: string): Said[] {
  const complete = text.split('\n').slice(0, -1)
  return complete.map((line) => JSON.parse(line))
}

export function telling(repository: Repository, say: (said: Said) => void): Repository {
  const logged =
    <C extends { readonly event: { readonly id: string } }, R extends SessionSaveResult, Cap>(
      save: (changes: readonly C[], cap?: Cap) => Promise<R>,
    ) =>
    async (changes: readonly C[], cap?: Cap) => {
      say({ saving: changes.map(({ event }) => event.id) })
      const result = await save(changes, cap)
      if (result !== 'saved') say({ saving: [] })
      return result
    }
  return {
    ...repository,
    saveSubmission: (submitted) => {
      say({ saving: submitted.events.map(({ id }) => id) })
      return repository.saveSubmission(submitted)
    },
    saveChanges: logged(repository.saveChanges),
    saveSessionChanges: logged(repository.saveSessionChanges),
  }
}
