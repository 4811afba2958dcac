/** Fixtures of the domain tests: one request in each state, command contexts, and facts. */
import type { GrantCommandContext } from '../../src/domain/command-checks.js'
import type { RequestFacts } from '../../src/domain/status.js'
import type { TenantRequest } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, elizabeth, TOM, tomAdmin } from '../story/cast.js'

export const GRANTED_AT = 2000
export const EXPIRES_AT = 5000
export const ENDED_AT = 3000
export const ANSWER_BY = 4000

/** The revisions of a request from which nobody was removed. */
const at = (revision: number) => ({ revision, tenantRevision: revision })
const parties = { accessRequest: 'ar-1', requestingTenant: CLASSICS, tenant: TOM, users: ['caroline', 'charlotte'], removed: [] }
const base = { id: 'tr-1', ...parties, message: 'please', sentAt: 1000, answerBy: null, changedAt: 1000, ...at(1) }
const grant = { grantedAt: GRANTED_AT, grantedBy: 'becky', grantMessage: 'welcome', expiresAt: EXPIRES_AT }
const granting = { ...grant, changedAt: GRANTED_AT, ...at(2) }
const byTenant = { endedAt: ENDED_AT, endedBy: { user: 'becky', tenant: TOM }, endMessage: 'enough' }
const byRequester = { endedAt: ENDED_AT, endedBy: { user: 'elizabeth', tenant: CLASSICS }, endMessage: '' }

export const pending: TenantRequest = { ...base, state: 'pending' }
export const granted: TenantRequest & { state: 'granted' } = { ...base, ...granting, state: 'granted' }
export const endless: TenantRequest & { state: 'granted' } = { ...granted, expiresAt: null }
export const expired: TenantRequest & { state: 'expired' } = { ...base, ...granting, ...at(3), state: 'expired', changedAt: EXPIRES_AT }
const ended = { changedAt: ENDED_AT, ...at(2) }
export const revoked: TenantRequest & { state: 'revoked' } = { ...base, ...granting, ...byTenant, ...ended, ...at(3), state: 'revoked' }
export const rejected: TenantRequest & { state: 'rejected' } = { ...base, ...byTenant, ...ended, state: 'rejected' }
export const withdrawn: TenantRequest & { state: 'withdrawn' } = { ...base, ...byRequester, ...ended, state: 'withdrawn' }

export const lapsing: TenantRequest & { state: 'pending' } = { ...pending, state: 'pending', answerBy: ANSWER_BY }
export const lapsed: TenantRequest & { state: 'lapsed' } = {
  ...lapsing,
  ...at(2),
  state: 'lapsed',
  answerBy: ANSWER_BY,
  changedAt: ANSWER_BY,
}

export const everyState: readonly TenantRequest[] = [pending, granted, expired, revoked, rejected, withdrawn, lapsed]

export const answering = (now: number, rest: Partial<GrantCommandContext> = {}): GrantCommandContext => {
  const known = { actorIsRequester: false, members: new Set(['caroline', 'charlotte']), askable: true }
  return { actor: tomAdmin, now, newId: () => 'event', ...known, policy: { maxGrant: null }, ...rest }
}

export const requesting = (now: number, rest: Partial<GrantCommandContext> = {}): GrantCommandContext =>
  answering(now, { actor: elizabeth, ...rest })

const bare = { requestingTenant: CLASSICS, tenant: TOM, users: ['caroline'], removed: [], sentAt: 0 }

export const grantFacts = (id: string, grantedAt: number, expiresAt: number | null = null): RequestFacts => {
  return { ...bare, id, state: 'granted', grantedAt, expiresAt }
}
export const pendingFacts = (id: string, answerBy: number | null = null): RequestFacts => ({ ...bare, id, state: 'pending', answerBy })
export const endedFacts = (id: string, state: 'rejected' | 'withdrawn', endedAt: number): RequestFacts => ({ ...bare, id, state, endedAt })
export const revokedFacts = (id: string, grantedAt: number, endedAt: number): RequestFacts => {
  return { ...bare, id, state: 'revoked', grantedAt, expiresAt: null, endedAt }
}
export const removedFacts = (id: string, at: number): RequestFacts => {
  return { ...bare, id, users: ['charlotte'], removed: [{ user: 'caroline', at }], state: 'pending', answerBy: null }
}
