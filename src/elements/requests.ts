/** Requests as the elements read them, and the names in them. */
import type { ConsentryClient, Names } from '../client/client-types.js'

/** A request to the own tenant, as the API answers it. */
export type IncomingRow = Awaited<ReturnType<ConsentryClient['listIncoming']>>['items'][number]

/** A tenant request that the own tenant sent, as the API answers it. */
export type OutgoingRow = Awaited<ReturnType<ConsentryClient['listOutgoing']>>['items'][number]

/** An access request that the own tenant sent, with how many of its tenants are in which status. */
export type AccessRequestRow = Awaited<ReturnType<ConsentryClient['listRequests']>>['items'][number]

/** The status of a request. */
export type RequestStatus = IncomingRow['status']

/** A person's own access to one tenant, as the API answers it. */
export type AccessRow = Awaited<ReturnType<ConsentryClient['listMyAccess']>>['items'][number]

/** The status of a person in a tenant. */
export type UserStatus = AccessRow['status']

/** The statuses of requests by which nobody enters any more, or ever did. */
export const ENDED: readonly RequestStatus[] = ['expired', 'revoked', 'withdrawn', 'lapsed']

/** How long before its end a grant ends soon, in milliseconds. */
export const SOON = 7 * 86_400_000

/** How long before it lapses a request lapses soon, in milliseconds. */
const LAPSES_SOON = 3 * 86_400_000

/** Whether a pending request lapses within three days. */
export function lapsesSoon({ status, answerBy }: IncomingRow | OutgoingRow, now: number): boolean {
  return status === 'pending' && answerBy !== null && answerBy - now < LAPSES_SOON
}

/** Whether a grant ends within a week. */
export function endsSoon(row: IncomingRow | OutgoingRow | AccessRow, now: number): boolean {
  return row.status === 'granted' && row.expiresAt !== null && row.expiresAt - now < SOON
}

/** Whether the end of a grant has passed since it was read: only the clock ended it. */
export function hasPassed(row: IncomingRow | OutgoingRow | AccessRow, now: number): boolean {
  return row.status === 'granted' && row.expiresAt !== null && row.expiresAt <= now
}

/** The names of people and tenants by their ids; an id without a name stands for itself. */
export class NameTable {
  readonly #users = new Map<string, string>()
  readonly #tenants = new Map<string, string>()

  constructor(names: Names | undefined) {
    this.add(names)
  }

  /** Adds the names of a further answer. */
  add(names: Names | undefined): void {
    for (const { id, name } of names?.users ?? []) this.#users.set(id, name)
    for (const { id, name } of names?.tenants ?? []) this.#tenants.set(id, name)
  }

  /** The names that were added, as the API tells them. */
  get names(): Names {
    const named = (map: ReadonlyMap<string, string>) => [...map].map(([id, name]) => ({ id, name }))
    return { users: named(this.#users), tenants: named(this.#tenants) }
  }

  tenant(id: string): string {
    return this.#tenants.get(id) ?? id
  }

  user(id: string): string {
    return this.#users.get(id) ?? id
  }
}
