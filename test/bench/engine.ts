/** The interface of a measured engine. */
import type { AccessMethod, TenantFacts } from 'consentry/decision'
import type { Row } from './work.js'

/** The question that every engine answers. Unknown users and tenants are denied. */
export type Ask = (user: string, tenant: string, method: AccessMethod, now: number) => boolean

/** A built index. */
export interface Index {
  readonly ask: Ask
  /** Its bytes outside Node's accounting. */
  readonly bytesOutside?: number
}

/**
 * An engine with which a host could decide; `build` creates its index from rows or facts in memory.
 * It loads its package itself, so that a process contains only the packages it needs. The first load is not measured.
 */
export type Engine = {
  readonly name: string
  /** The package that does the work, unless it is built into Node. */
  readonly package?: string
} & (
  | { readonly source: 'rows'; readonly build: (rows: readonly Row[]) => Index | Promise<Index> }
  | { readonly source: 'facts'; readonly build: (facts: readonly TenantFacts[]) => Index | Promise<Index> }
)
