/** A stage for sessions: Caroline may enter Tom Sawyer's tenant, and all repository calls are recorded. */
import { createHash } from 'node:crypto'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { ConsentryOptions } from '../../src/consentry.js'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import { type ConsentryError, isConsentryError } from '../../src/domain/error.js'
import type { LiveSession } from '../../src/domain/session-views.js'
import type { Repository, SessionRow } from '../../src/ports/repository.js'
import type { Page } from '../../src/service/pages.js'
import { CLASSICS, elizabeth, HUNDRED, person, sentStage, T0, TOM, tomAdmin } from '../story/cast.js'

export const HOUR = 3_600_000
export const wickham = person('wickham', CLASSICS)
export const IN_TOM = { tenant: TOM, method: 'access-request' } as const
/** An input that fails every reader: who is refused before it is read never notices. */
export const UNREADABLE: unknown = new Proxy(
  {},
  new Proxy(
    {},
    {
      get: (_, trap) => () => {
        throw new Error(`the input was read: ${String(trap)}`)
      },
    },
  ),
)
export const sha256 = (id: string) => createHash('sha256').update(id).digest('hex')

export function withRows(repository: Repository, change: (row: SessionRow) => unknown): Repository {
  const changed = <R extends SessionRow>(row: R): R => change(row) as R
  return {
    ...repository,
    sessionRows: async (query) => (await repository.sessionRows(query)).map(changed),
    // The stored facts do not say which of the changed rows can be live, so none is left out.
    sessions: async ({ liveOnly: _, ...query }) => (await repository.sessions(query)).map(changed),
  }
}

/** A stage with SupportAccess sent, and the log of repository calls. */
export async function sessionStage(options: Partial<ConsentryOptions> = {}) {
  const memory = options.repository ?? memoryRepository()
  const asked: { readonly call: string; readonly args: readonly unknown[] }[] = []
  const watch = ([call, method]: [string, (...args: unknown[]) => unknown]) => {
    const watched: typeof method = (...args) => {
      asked.push({ call, args })
      return method(...args)
    }
    return [call, watched]
  }
  const repository: Repository = Object.fromEntries(Object.entries(memory).map(watch))
  const on = await sentStage({ ...options, repository })
  const start = (user = 'caroline', tenant: string = TOM, method: AccessMethod = 'access-request'): Promise<LiveSession> =>
    on.consentry.startImpersonation(person(user, CLASSICS), { tenant, method })
  return Object.assign(on, { memory, asked, start })
}

/** The same stage after Tom Sawyer's grant, until `expiresAt` if it is given. */
export async function grantedStage(options: Partial<ConsentryOptions> = {}, expiresAt: number | null = null) {
  const on = await sessionStage(options)
  await on.consentry.grant(tomAdmin, on.tom, { expiresAt })
  return on
}

/** Sends another request for Caroline, which Tom Sawyer grants until `expiresAt`. */
export async function grantAgain(on: Awaited<ReturnType<typeof sessionStage>>, expiresAt: number | null) {
  const { sent } = await on.consentry.submit(elizabeth, { name: 'Again', associations: [{ users: ['caroline'], tenants: [TOM] }] })
  await on.consentry.grant(tomAdmin, sent[0]?.id ?? '', { expiresAt })
}

/** Returns the error of a call; fails if there is none, or if it is not a ConsentryError. */
export async function refusal(call: Promise<unknown>): Promise<ConsentryError> {
  const error = await call.then(
    (value) => new Error(`it was accepted: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  if (isConsentryError(error)) return error
  throw error
}

export const codeOf = async (call: Promise<unknown>) => (await refusal(call)).code

export const issuesOf = async (call: Promise<unknown>) => (await refusal(call)).issues.map(({ path, code }) => `${path.join('.')} ${code}`)

/** Returns the code of a call's error, with the reason of a denial or the instant of an end; `live` without an error. */
export async function told(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'live'
  } catch (error) {
    if (isConsentryError(error, 'access-denied')) return `access-denied ${error.decision.reason}`
    if (isConsentryError(error, 'session-ended')) return `session-ended ${error.endedAt}`
    if (isConsentryError(error, 'invalid-input')) return error.issues.map(({ code }) => code).join()
    if (isConsentryError(error)) return error.code
    throw error
  }
}

export async function pages<T>(list: (cursor: string | undefined) => Promise<Page<T>>): Promise<{ items: T[]; sizes: number[] }> {
  const items: T[] = []
  const sizes: number[] = []
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const page = await list(cursor)
    items.push(...page.items)
    sizes.push(page.items.length)
    cursor = page.next
  }
  return { items, sizes }
}

/** Returns everything stored about the story's parties, to check that nothing was added. */
export async function traces(repository: Repository): Promise<string> {
  const parties = [CLASSICS, TOM, HUNDRED]
  const events = await Promise.all(parties.map((one) => repository.history({ requestingTenant: one, tenant: one, limit: 1e6 })))
  const query = { now: T0, limit: 1e6 }
  const sessions = await Promise.all(parties.map((one) => repository.sessions({ ...query, requestingTenant: one, tenant: one })))
  return JSON.stringify([events, sessions, await repository.openSessions({ limit: 1e6 })])
}
