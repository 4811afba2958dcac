/** The specification of one tenant request and one decision, for instants that are small numbers. */
import type { AccessMethod } from '../../src/index.js'

/** The relevant state of a tenant request: no id, no revision, no message. */
export interface Model {
  readonly tenant: string
  readonly state: 'pending' | 'granted' | 'rejected' | 'withdrawn' | 'revoked' | 'expired'
  readonly users: readonly string[]
  readonly removed: readonly (readonly [user: string, at: number])[]
  readonly grantedAt: number | null
  readonly expiresAt: number | null
  readonly endedAt: number | null
}

/** The actor of a command: the right party, or the defect, in the order of SPEC 4.7. */
export const GIVERS = ['right', 'impersonating', 'not-permitted', 'stranger', 'other-party', 'member', 'stale'] as const
export type Giver = (typeof GIVERS)[number]

export type Act =
  | { readonly verb: 'grant'; readonly expiresAt: number | null }
  | { readonly verb: 'setExpiry'; readonly expiresAt: number }
  | { readonly verb: 'reject' | 'withdraw' | 'revoke' | 'giveUp' | 'expire' }
  | { readonly verb: 'removeUser'; readonly user: string }

/** SPEC 4.2. */
export function holdsAt({ state, grantedAt, expiresAt }: Model, now: number): boolean {
  return (state === 'granted' || state === 'expired') && grantedAt !== null && grantedAt <= now && (expiresAt === null || now < expiresAt)
}

/** SPEC 4 and 4.7: the request after the command, or the code of the refusal. */
export function expected(model: Model, act: Act, giver: Giver, now: number, maxGrant: number | null): Model | string {
  if (act.verb === 'expire') {
    const due = model.state === 'granted' && model.expiresAt !== null && model.expiresAt <= now
    return due ? { ...model, state: 'expired' } : 'not-due'
  }
  if (giver === 'impersonating' || giver === 'not-permitted') return giver
  if (giver === 'stranger') return 'not-found'
  if (giver === 'other-party' && act.verb !== 'revoke' && act.verb !== 'giveUp') return 'wrong-party'
  if (giver === 'member' && (act.verb === 'grant' || act.verb === 'setExpiry')) return 'requester-may-not-answer'
  if (giver === 'stale' && act.verb !== 'removeUser') return 'stale-revision'

  const pending = model.state === 'pending'
  const holding = holdsAt(model, now)
  switch (act.verb) {
    case 'grant':
      if (!pending) return 'not-pending'
      return wrongExpiry(act.expiresAt, now, now, maxGrant) ?? { ...model, state: 'granted', grantedAt: now, expiresAt: act.expiresAt }
    case 'setExpiry':
      if (!holding) return 'not-active'
      return wrongExpiry(act.expiresAt, now, model.grantedAt ?? now, maxGrant) ?? { ...model, expiresAt: act.expiresAt }
    case 'reject':
      return pending ? { ...model, state: 'rejected', endedAt: now } : 'not-pending'
    case 'withdraw':
      return pending ? { ...model, state: 'withdrawn', endedAt: now } : 'not-pending'
    case 'revoke':
    case 'giveUp':
      return holding ? { ...model, state: 'revoked', endedAt: now } : 'not-active'
    case 'removeUser': {
      if (!model.users.includes(act.user)) return 'invalid-input'
      if (!pending && !holding) return 'not-active'
      const users = model.users.filter((user) => user !== act.user)
      const left = { ...model, users, removed: [...model.removed, [act.user, now] as const] }
      return users.length > 0 ? left : { ...left, state: pending ? 'withdrawn' : 'revoked', endedAt: now }
    }
  }
}

function wrongExpiry(expiresAt: number | null, now: number, grantedAt: number, maxGrant: number | null): string | undefined {
  if (expiresAt === null) return maxGrant === null ? undefined : 'expiry-required'
  if (expiresAt <= now) return 'expires-too-soon'
  return maxGrant !== null && expiresAt > grantedAt + maxGrant ? 'expires-too-late' : undefined
}

const ENDS = ['expired', 'revoked', 'rejected', 'withdrawn', 'removed']

/** SPEC 5.3 and 5.4: the reason, with a legacy rule that permits everybody except the outsider. */
export function reasonFor(models: readonly Model[], user: string, method: AccessMethod, now: number, permitted: boolean): string {
  if (models.some((model) => model.users.includes(user) && holdsAt(model, now))) return 'granted'
  if (method !== 'access-request') {
    if (models.some(({ grantedAt }) => grantedAt !== null)) return 'legacy-closed'
    return permitted ? 'legacy-permitted' : 'legacy-not-permitted'
  }
  const parts = models.flatMap((model) => partOf(model, user, now))
  if (parts.length === 0) return 'not-associated'
  if (parts.some(({ status }) => status === 'pending')) return 'pending'
  const last = Math.max(...parts.map(({ at }) => at))
  return ENDS.find((end) => parts.some(({ status, at }) => at === last && status === end)) ?? 'none'
}

function partOf(model: Model, user: string, now: number): { status: string; at: number }[] {
  const removal = model.removed.find(([who]) => who === user)
  if (removal) return [{ status: 'removed', at: removal[1] }]
  if (!model.users.includes(user)) return []
  const runs = model.state === 'granted' || model.state === 'expired'
  if (runs && now < (model.grantedAt ?? 0)) return [{ status: 'pending', at: 0 }]
  if (runs) return [{ status: 'expired', at: model.expiresAt ?? Number.POSITIVE_INFINITY }]
  return [{ status: model.state, at: model.endedAt ?? Number.POSITIVE_INFINITY }]
}
