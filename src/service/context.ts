/** The host's repository, directory, clock, ids and legacy rule, with errors reported and typed. */

import type { AsyncLegacyRule } from '../domain/decision-types.js'
import { ConsentryError, type Failure, isConsentryError } from '../domain/error.js'
import { askHost, callSafely } from '../domain/host-calls.js'
import { isId, type TenantId, type UserId } from '../domain/ids.js'
import { clockInstant, type Instant } from '../domain/instant.js'
import type { Policy } from '../domain/policy.js'
import { type Directory, directoryIds, durationOf } from '../ports/directory.js'
import { type AskLegacyRule, askLegacyRule } from '../ports/legacy-rule.js'
import type { Repository } from '../ports/repository.js'

type Port = Extract<Failure, { code: 'unavailable' }>['port']

/** The host's options with all defaults filled in. */
export interface ServiceOptions {
  readonly repository: Repository
  readonly directory: Directory
  readonly policy: Policy
  readonly legacy: AsyncLegacyRule | undefined
  readonly legacyTimeoutMs: number
  readonly clock: () => Date | Instant
  readonly newId: () => string
  readonly onError: (error: unknown) => void
}

/**
 * What every service method works with.
 * Each call of the host's code reports its errors to `onError` and throws `unavailable`.
 */
export interface ServiceContext {
  readonly policy: Policy
  /** Tells the host's `onError` of an error. */
  readonly report: (error: unknown) => void
  /** Asks the host's legacy rule; `undefined` without one. */
  readonly askLegacy: AskLegacyRule | undefined
  /** Calls the repository. Its error becomes the `cause` of `unavailable`. */
  readonly withRepository: <T>(call: (repository: Repository) => Promise<T>) => Promise<T>
  /** Returns which of these users are members of the requesting tenant (SPEC 2.5). */
  readonly members: (requestingTenant: TenantId, users: readonly UserId[]) => Promise<ReadonlySet<UserId>>
  /**
   * Returns which of these tenants the requesting tenant may ask (SPEC 2.5).
   * They come as a promise only if the directory did not answer at once, or failed; this never throws.
   */
  readonly askable: (requestingTenant: TenantId, tenants: readonly TenantId[]) => Promise<ReadonlySet<TenantId>> | ReadonlySet<TenantId>
  /** Returns the longest grant in a tenant, by the policy and its own cap, or `null` (SPEC 2.5). */
  readonly maxGrant: (tenant: TenantId) => Promise<number | null>
  /** Reads the clock, in whole milliseconds. */
  readonly now: () => Instant
  /** Returns a new id. */
  readonly newId: () => string
}

/** Creates the service context from the host's options. */
export function createServiceContext(options: ServiceOptions): ServiceContext {
  const { repository, directory, policy, legacy, legacyTimeoutMs, onError } = options

  const report = (error: unknown): void => {
    // A failing log must not replace a denial or a typed error.
    callSafely(onError, error)
  }
  const failed = (port: Port, cause: unknown): ConsentryError => {
    report(cause)
    return unavailable(port, cause)
  }
  const callPort = async <T>(port: Port, call: () => Promise<T> | T): Promise<T> => {
    try {
      return await call()
    } catch (cause) {
      throw failed(port, cause)
    }
  }
  const askDirectory = (method: 'members' | 'askable', tenant: TenantId, ids: readonly string[]) => {
    let answer: unknown
    try {
      answer = directory[method](tenant, ids)
      if (Array.isArray(answer)) return directoryIds(method, answer)
    } catch (cause) {
      return Promise.reject(failed('directory', cause))
    }
    return callPort('directory', async () => directoryIds(method, await answer))
  }

  return {
    policy,
    report,
    askLegacy: legacy && askLegacyRule(legacy, legacyTimeoutMs, report),
    withRepository: (call) => callPort('repository', () => call(repository)),
    members: async (tenant, users) => askDirectory('members', tenant, users),
    askable: (tenant, tenants) => askDirectory('askable', tenant, tenants),
    maxGrant: async (tenant) => {
      const own = await callPort('directory', async () => (directory.maxGrant ? durationOf(await directory.maxGrant(tenant)) : null))
      return own === null || policy.maxGrant === null ? (own ?? policy.maxGrant) : Math.min(own, policy.maxGrant)
    },
    now: () => {
      try {
        return clockInstant(askHost(options.clock))
      } catch (cause) {
        throw failed('clock', cause)
      }
    },
    newId: () => {
      const id = askHost(options.newId)
      if (!isId(id)) throw failed('newId', new TypeError('`newId` must return an id: 1 to 128 printable ASCII characters without a space'))
      return id
    },
  }
}

/**
 * Creates the `unavailable` error.
 * The message names only the port; details are in `cause`, which is not shown to users (SPEC 9.2).
 */
export function unavailable(port: Port, cause?: unknown): ConsentryError {
  return new ConsentryError(`the ${port} failed`, { code: 'unavailable', port }, { cause })
}

/** Returns why a port failed; any other error as it is. */
export function causeOf(error: unknown): unknown {
  return isConsentryError(error, 'unavailable') ? error.cause : error
}

/** Whether a call failed because a stored row cannot be read; other rows may be readable. */
export function isCorrupt(error: unknown): boolean {
  const cause = causeOf(error)
  return isConsentryError(cause, 'corrupt') || isConsentryError(cause, 'invalid-facts')
}

/** Throws `unavailable` for a row that the query did not ask for. */
export function throwBrokenRepository(): never {
  throw unavailable('repository', new TypeError('the repository returned a row that does not match the query'))
}

/**
 * Returns the rows if each is of the reader.
 * A row of another tenant, by a faulty repository, must not reach this one (SPEC 6.4).
 */
export function ownRows<Row>(rows: readonly Row[], isOwn: (row: Row) => boolean): readonly Row[] {
  if (!rows.every(isOwn)) throwBrokenRepository()
  return rows
}
