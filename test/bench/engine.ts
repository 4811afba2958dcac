/** What can be measured at deciding. */
import type { AccessMethod, TenantFacts } from 'consentry/decision'
import type { Row } from './work.js'

/** The question every engine answers. A user or a tenant it does not know is denied. */
export type Ask = (user: string, tenant: string, method: AccessMethod, now: number) => boolean

/** An index that is ready to be asked. */
export interface Index {
  readonly ask: Ask
  /** The bytes of it that Node knows nothing of. */
  readonly bytesOutside?: number
}

/**
 * Something a host could decide with; `build` makes it from the rows, or from the facts, that are in memory already. It
 * loads its package by itself, so that each process has only the one it needs, and the first time before anything is measured.
 */
export type Engine = {
  readonly name: string
  /** The package that does the work, where it is none of Node's own. */
  readonly package?: string
} & (
  | { readonly source: 'rows'; readonly build: (rows: readonly Row[]) => Index | Promise<Index> }
  | { readonly source: 'facts'; readonly build: (facts: readonly TenantFacts[]) => Index | Promise<Index> }
)
