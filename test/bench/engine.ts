/** The interface of a measured engine. */
import type { AccessMethod } from 'consentry/decision'
import type { Work } from './work.js'

/** The question that every engine answers. Unknown users and tenants are denied. */
export interface Ask {
  (user: string, tenant: string, method: AccessMethod, now: number): boolean
  /** The bytes of the index outside Node's accounting. */
  readonly bytesOutside?: number
}

/** An engine with which a host could decide. */
export interface Engine {
  readonly name: string
  /** The package that does the work, or `undefined` if it is built into Node. */
  readonly package: string | undefined
  /** Builds the index of a workload, and drops the references to its input. */
  readonly build: (work: Work) => Promise<{ readonly ask: Ask; readonly buildMilliseconds: number }>
}

/**
 * Creates the engines of a package, by name, each with how it builds its index from rows or facts in memory.
 * It loads the package itself, so that a process contains only the packages it needs. The first load is not measured.
 */
export function enginesOf<Source>(
  name: string | undefined,
  sourceOf: (work: Work) => Source,
  builders: Readonly<Record<string, (source: Source) => Ask | Promise<Ask>>>,
): Engine[] {
  return Object.entries(builders).map(([engine, build]) => ({
    name: engine,
    package: name,
    build: async (work) => {
      const source = sourceOf(work)
      const started = performance.now()
      const ask = await build(source)
      return { ask, buildMilliseconds: performance.now() - started }
    },
  }))
}
