/** Decisions by the host's directory and rule, for `authorize`, which waits for both (SPEC 5.3.6). */
import type { Decision } from '../domain/decision-types.js'
import { factsUnavailable } from '../domain/error.js'
import { type AccessQuery, NEVER_ASKED } from '../domain/evaluate.js'
import type { TenantId } from '../domain/ids.js'
import { type Directory, directoryIds } from '../ports/directory.js'
import type { AskLegacyRule } from '../ports/legacy-rule.js'

/** What a host decider calls. */
export interface HostDeciderOptions {
  readonly directory: Pick<Directory, 'askable'>
  /** Asks the host's rule; `undefined` without one. */
  readonly askLegacy: AskLegacyRule | undefined
  /** Calls the directory with a timeout. */
  readonly callDirectory: <T>(call: () => Promise<T>) => Promise<T>
  /** Tells the host's `onError` of a failure of the directory. */
  readonly report: (error: unknown) => void
}

/** One call of `askable`, before it is made: further tenants may join it. */
interface Batch {
  readonly tenants: Set<TenantId>
  readonly answer: Promise<ReadonlySet<TenantId>>
}

/**
 * Returns a function that answers a question which the facts leave to the host's rule.
 *
 * The directory is asked first. Questions of one `from` that are put in the same turn share one call of it.
 * The function throws `facts-unavailable` if the directory fails.
 */
export function createHostDecider(options: HostDeciderOptions): (query: AccessQuery) => Promise<Decision> {
  const { directory, askLegacy, callDirectory, report } = options
  const batches = new Map<TenantId, Batch>()

  const askableOf = (from: TenantId, tenant: TenantId): Promise<ReadonlySet<TenantId>> => {
    const batch = batches.get(from) ?? openBatch(from)
    batch.tenants.add(tenant)
    return batch.answer
  }

  const openBatch = (from: TenantId): Batch => {
    const tenants = new Set<TenantId>()
    const batch: Batch = { tenants, answer: askDirectory(from, tenants) }
    batches.set(from, batch)
    return batch
  }

  const askDirectory = async (from: TenantId, tenants: ReadonlySet<TenantId>): Promise<ReadonlySet<TenantId>> => {
    await undefined // the other questions of this turn join
    batches.delete(from)
    try {
      return await callDirectory(async () => directoryIds('askable', await directory.askable(from, [...tenants])))
    } catch (cause) {
      report(cause)
      throw factsUnavailable(cause)
    }
  }

  return async (query) => {
    const { tenant, from } = query
    if (askLegacy === undefined) return NEVER_ASKED
    return from === null || (await askableOf(from, tenant)).has(tenant) ? askLegacy(query) : NEVER_ASKED
  }
}
