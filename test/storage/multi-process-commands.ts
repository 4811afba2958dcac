/** Random commands of several vendors and many tenants, some inside a host transaction that stays open. */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { PostgresRepository } from '../../src/adapters/postgres.js'
import { type Consentry, createConsentry } from '../../src/consentry.js'
import type { Actor } from '../../src/domain/actor.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { TenantRequest } from '../../src/domain/tenant-request-state.js'
import type { Directory } from '../../src/ports/directory.js'
import type { Repository } from '../../src/ports/repository.js'
import type { RequestSummary } from '../../src/service/change-requests.js'
import type { Chance } from './random-service.js'
import { answererOf, tenantsUpTo } from './service.js'

export const TENANTS: readonly string[] = tenantsUpTo(30)
export const USERS: readonly string[] = tenantsUpTo(12, 'user')
const VENDORS = ['classics', 'novels', 'poems']

/** One user of an ended request; `granted` if it had been granted. */
export interface Ended {
  readonly tenant: string
  readonly user: string
  readonly request: string
  readonly granted: boolean
}

/** The outcome of a command: the access it ended, a refusal, or unknown. */
export type Outcome = { readonly ended: readonly Ended[] } | 'refused' | { readonly unknown: string }

const HOUR = 3_600_000
/** How long a host may hold a transaction open, in milliseconds. */
const HELD = 15
const REFUSALS = ['not-pending', 'not-active', 'expires-too-soon']

const directory: Directory = {
  members: (_tenant, users) => users.filter((user) => USERS.includes(user)),
  askable: (_tenant, tenants) => tenants,
}

/** Returns a function that runs the next command; that share of them runs inside a host transaction. */
export function liveOffice(repository: PostgresRepository, pool: pg.Pool, chance: Chance, share: number): () => Promise<Outcome> {
  const command = commandsBy(chance)

  async function held(): Promise<readonly Ended[]> {
    const client = await pool.connect()
    client.on('error', ignore)
    let broken = true
    try {
      await client.query('begin')
      const ended = await command(repository.within(client))
      await sleep(chance() * HELD)
      const kept = chance() < 0.8
      await client.query(kept ? 'commit' : 'rollback')
      broken = false
      return kept ? ended : []
    } finally {
      // Closing a connection rolls back.
      client.off('error', ignore)
      client.release(broken)
    }
  }

  return async () => {
    try {
      return { ended: await (chance() < share ? held() : command(repository)) }
    } catch (error) {
      if (!isConsentryError(error)) return { unknown: String(error) }
      if (REFUSALS.includes(error.code)) return 'refused'
      if (error.code === 'unavailable') return { unknown: String(error.cause) }
      throw error
    }
  }
}

function commandsBy(chance: Chance): (repository: Repository) => Promise<readonly Ended[]> {
  const upTo = (limit: number) => 1 + Math.floor(chance() * limit)
  const one = (of: readonly string[]) => of[upTo(of.length) - 1] ?? ''
  const several = (of: readonly string[], most: number) => [...new Set(Array.from({ length: upTo(most) }, () => one(of)))]
  // Few distinct late expiries, so that many grants expire together; early ones pass during the run.
  const expiry = () => (chance() < 0.4 ? Date.now() + 30 + upTo(500) : Math.ceil(Date.now() / HOUR + upTo(3)) * HOUR)
  const found = async (repository: Repository, status: 'pending' | 'granted'): Promise<TenantRequest | undefined> => {
    const rows = await repository.incoming({ tenant: one(TENANTS), status, now: Date.now(), limit: 20 })
    return rows[upTo(rows.length) - 1]
  }

  const submit = async (service: Consentry) => {
    const associations = Array.from({ length: upTo(2) }, () => ({ users: several(USERS, 3), tenants: several(TENANTS, 2) }))
    await service.submit(requesterOf(one(VENDORS)), { name: 'SupportAccess', associations })
    return []
  }
  const grant = async (service: Consentry, repository: Repository) => {
    const request = await found(repository, 'pending')
    if (request === undefined) return submit(service)
    await service.grant(answererOf(request.tenant), request.id, { expiresAt: chance() < 0.3 ? null : expiry() })
    return []
  }
  const reject = async (service: Consentry, repository: Repository) => {
    const request = await found(repository, 'pending')
    if (request === undefined) return submit(service)
    return overOf(repository, [await service.reject(answererOf(request.tenant), request.id)])
  }
  const setExpiry = async (service: Consentry, repository: Repository) => {
    const request = await found(repository, 'granted')
    if (request === undefined) return grant(service, repository)
    await service.setExpiry(answererOf(request.tenant), request.id, { expiresAt: expiry() })
    return []
  }
  const revoke = async (service: Consentry, repository: Repository) => {
    const request = await found(repository, 'granted')
    if (request === undefined) return grant(service, repository)
    const by = chance() < 0.5 ? answererOf(request.tenant) : requesterOf(request.requestingTenant)
    return overOf(repository, [await service.revoke(by, request.id)])
  }
  const withdraw = async (service: Consentry, repository: Repository) => {
    const request = await found(repository, 'pending')
    if (request === undefined) return submit(service)
    const target = chance() < 0.5 ? request.id : { accessRequest: request.accessRequest }
    return overOf(repository, await service.withdraw(requesterOf(request.requestingTenant), target))
  }
  const removeUser = async (service: Consentry) => {
    const user = one(USERS)
    const changed = await service.removeUser(requesterOf(one(VENDORS)), user)
    return changed.map(({ id, tenant, status }) => ({ tenant, user, request: id, granted: hasGranted(status) }))
  }
  const recordDue = async (service: Consentry) => {
    await service.recordDue()
    return []
  }
  const seldom = [reject, withdraw, removeUser, recordDue]
  const commands = [submit, submit, submit, grant, grant, grant, grant, setExpiry, revoke, revoke]
  return (repository) => {
    const service = createConsentry({ repository, directory })
    const from = chance() < 0.25 ? seldom : commands
    return (from[upTo(from.length) - 1] ?? submit)(service, repository)
  }
}

/** Returns all users that were named when these requests ended. */
async function overOf(repository: Repository, changed: readonly RequestSummary[]): Promise<Ended[]> {
  const ended: Ended[] = []
  for (const { id, tenant, status } of changed) {
    const request = await repository.tenantRequest(id)
    for (const user of request?.users ?? []) ended.push({ tenant, user, request: id, granted: hasGranted(status) })
  }
  return ended
}

function hasGranted(status: RequestSummary['status']): boolean {
  return status === 'granted' || status === 'revoked'
}

function requesterOf(vendor: string): Actor {
  return { user: `buyer-of-${vendor}`, tenant: vendor, permissions: ['submit'], impersonating: null }
}

function ignore(): void {}
