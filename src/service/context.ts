/** The host's ports as the service calls them: whatever they throw becomes one typed error, and the host's log hears of it. */

import type { LegacyRule } from '../domain/decision-types.js'
import { ConsentryError, type Failure, throwRefusal } from '../domain/error.js'
import { isId, type TenantId, type UserId } from '../domain/ids.js'
import { type Instant, toInstant } from '../domain/instant.js'
import type { Policy } from '../domain/policy.js'
import type { Refusal } from '../domain/refusal.js'
import type { Directory } from '../ports/directory.js'
import type { Repository } from '../ports/repository.js'

type Port = Extract<Failure, { code: 'unavailable' }>['port']

/** What the host gave, with every default filled in. */
export interface ServiceOptions {
  readonly repository: Repository
  readonly directory: Directory
  readonly policy: Policy
  readonly legacy: LegacyRule | undefined
  readonly clock: () => Date | Instant
  readonly newId: () => string
  readonly onError: (error: unknown) => void
}

/** The ports, each call guarded. */
export interface ServiceContext {
  readonly policy: Policy
  /** The host's legacy rule, its throws reported; `undefined` where there is none. */
  readonly legacy: LegacyRule | undefined
  /** Calls the repository; whatever it throws becomes `unavailable`, with the cause. */
  readonly withRepository: <T>(call: (repository: Repository) => Promise<T>) => Promise<T>
  /** Of these users, those who are members of the requesting tenant. */
  readonly members: (requestingTenant: TenantId, users: readonly UserId[]) => Promise<ReadonlySet<UserId>>
  /** Of these tenants, those that the requesting tenant may ask. */
  readonly askable: (requestingTenant: TenantId, tenants: readonly TenantId[]) => Promise<ReadonlySet<TenantId>>
  /** The clock's instant, in whole milliseconds. */
  readonly now: () => Instant
  /** A new id. */
  readonly newId: () => string
}

/** The host's ports, guarded. */
export function createServiceContext(host: ServiceOptions): ServiceContext {
  const { repository, directory, policy, legacy, onError } = host

  const report = (error: unknown): void => {
    try {
      onError(error)
    } catch {
      // A log that fails must not turn a denial or a typed error into something else.
    }
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
  const subset = (port: Port, call: () => Promise<readonly string[]> | readonly string[]) =>
    callPort(port, async () => {
      const ids: unknown = await call()
      // Nobody found and no answer are two things: the second must not pass for "not a member of the requesting tenant".
      if (!Array.isArray(ids)) throw new TypeError(`the ${port} gave no list`)
      return new Set<string>(ids)
    })

  return {
    policy,
    legacy: legacy && reportThrows(legacy, report),
    withRepository: (call) => callPort('repository', () => call(repository)),
    members: (tenant, users) => subset('directory', () => directory.members(tenant, users)),
    askable: (tenant, tenants) => subset('directory', () => directory.askable(tenant, tenants)),
    now: () => {
      const now = toInstant(tryCall(host.clock))
      if (now === undefined) throw failed('clock', new TypeError('the clock gave no instant'))
      return Math.floor(now) + 0 // no negative zero: it would not survive storage
    },
    newId: () => {
      const id = tryCall(host.newId)
      if (!isId(id)) throw failed('newId', new TypeError('newId gave no id'))
      return id
    },
  }
}

/** The error of a port that failed; its message says which, and `cause` has the rest (SPEC 9.2). */
export function unavailable(port: Port, cause?: unknown): ConsentryError {
  return new ConsentryError(`the ${port} failed`, { code: 'unavailable', port }, { cause })
}

/** Throws the refusal, if there is one. */
export function throwIfRefused(refusal: Refusal | undefined): void {
  if (refusal) throwRefusal(refusal)
}

function reportThrows(legacy: LegacyRule, report: (error: unknown) => void): LegacyRule {
  return (user, tenant, method, now) => {
    try {
      return legacy(user, tenant, method, now)
    } catch (error) {
      report(error)
      return false
    }
  }
}

function tryCall(call: () => unknown): unknown {
  try {
    return call()
  } catch {
    return undefined
  }
}
