/** Whether the person is inside a tenant, as far as it is known: what the banner shows. */
import type { ConsentryClient } from '../client/client-types.js'
import { NameTable } from './requests.js'
import type { TroubleKind } from './trouble.js'

/** The person who is logged in, as the API answers it. */
type Me = Awaited<ReturnType<ConsentryClient['getMe']>>

/** The cause of an end, as the API says it for the login's own session. */
export type OwnEndCause = NonNullable<Me['ended']>['cause']

/** A person inside a tenant. */
export interface Inside {
  readonly kind: 'inside'
  readonly user: string
  readonly userName: string
  readonly tenantName: string
  readonly method: NonNullable<Me['impersonating']>['method']
  /** The session's public hash; `null` for a tool outside Consentry. */
  readonly session: string | null
  /** The instant at which the clock alone ends it, in milliseconds; never for a tool outside Consentry. */
  readonly endsAt: number
  /** When the server was asked, by this computer's clock. */
  readonly askedAt: number
}

/** A session that has ended, until the person has acknowledged it. */
export interface EndedPresence {
  readonly kind: 'ended'
  readonly user: string
  /** `null` if the session ended before the page was opened. */
  readonly tenantName: string | null
  readonly cause: OwnEndCause
  readonly at: number | null
}

/** What the server has said last. */
export type Presence = { readonly kind: 'outside' } | Inside | EndedPresence

/** What a person may be shown: what the server said, if that still holds, or that it is not known. */
export type ShownPresence = Presence | { readonly kind: 'unknown'; readonly last: Inside | null; readonly why: TroubleKind | 'overdue' }

export const OUTSIDE: Presence = { kind: 'outside' }

/** How long an answer holds that came after the end, which happens if this computer's clock is fast. */
const GRACE_MS = 20_000

/** Returns what an answer means for a person of whom `before` was known. */
export function presenceAfter(before: Presence, me: Me, askedAt: number): Presence {
  const { user, impersonating, session, ended } = me
  const known = before.kind !== 'outside' && before.user === user ? before : undefined
  if (impersonating !== null) {
    const names = new NameTable(me.names)
    const { tenant, method } = impersonating
    const named = { userName: names.user(user), tenantName: names.tenant(tenant) }
    return { kind: 'inside', user, ...named, method, session: session?.hash ?? null, endsAt: session?.changesAt ?? Infinity, askedAt }
  }
  if (known?.kind === 'ended') return known
  const tenantName = known?.tenantName ?? null
  // The login forgets a session that was left. One that the server does not know may be that of somebody else who was logged in here.
  if (ended !== null && (ended.cause !== 'not-found' || known)) return { kind: 'ended', user, tenantName, ...ended }
  // Another tool has told its user that they have left.
  return known?.session ? { kind: 'ended', user, tenantName, cause: 'ended-by-user', at: null } : OUTSIDE
}

/** Returns what to show of what the server has said; `trouble` says why it could not be asked since. */
export function shownPresence(known: Presence | undefined, trouble: TroubleKind | undefined, now: number): ShownPresence {
  if (known === undefined)
    return trouble === undefined || trouble === 'not-logged-in' ? OUTSIDE : { kind: 'unknown', last: null, why: trouble }
  if (known.kind !== 'inside') return known
  if (trouble !== undefined) return { kind: 'unknown', last: known, why: trouble }
  const holdsUntil = known.askedAt < known.endsAt ? known.endsAt : known.askedAt + GRACE_MS
  return now < holdsUntil ? known : { kind: 'unknown', last: known, why: 'overdue' }
}

/** How often the server is asked, in milliseconds, while the page is visible. */
const ASK_MS = { inside: 15_000, unknown: 5_000, ended: 60_000, outside: 60_000 } as const

/**
 * Whether to ask the server again, now and at the end of a session.
 *
 * A clock that was set back is a reason to ask as well.
 */
export function isTimeToAsk(shown: ShownPresence, lastAskedAt: number, now: number): boolean {
  const isOver = shown.kind === 'unknown' && shown.why === 'overdue' && shown.last !== null && lastAskedAt < shown.last.endsAt
  return isOver || now < lastAskedAt || now - lastAskedAt >= ASK_MS[shown.kind]
}
