/** The service over the memory repository as a subject. */
import { memoryRepository } from '../../src/adapters/memory.js'
import { createConsentry, isConsentryError, type LegacyRule } from '../../src/index.js'
import type { Outcome, World } from '../model/oracle.js'
import { directoryOf, type ListingSubject, namedIds, policyOf, refusedOutcome } from './subject.js'

/** Returns the service of a world over the memory repository, with what sets its clock, names its ids and reads its events. */
export function serviceOf(world: World) {
  const repository = memoryRepository()
  const clock = { now: 0 }
  const ids = namedIds()
  const consentry = createConsentry({
    repository,
    directory: directoryOf(world),
    policy: policyOf(world),
    legacy: world.legacy as LegacyRule,
    clock: () => clock.now,
    newId: ids.next,
  })
  const eventsOf = (requestingTenant: string) => repository.history({ requestingTenant, limit: 1000 })
  const events = async () => (await Promise.all(Object.keys(world.members).map(eventsOf))).flat()
  return { consentry, clock, ids, events }
}

/** Somebody who reads the lists of both sides. */
export const reader = (tenant: string, user = 'reader') =>
  ({ user, tenant, permissions: ['submit', 'answer'], impersonating: null }) as const

export function byService(world: World): ListingSubject {
  const { consentry, clock, ids, events } = serviceOf(world)
  const at = async (now: number, command: () => Promise<unknown>): Promise<Outcome> => {
    clock.now = now
    try {
      return { ok: true, changed: [await command()].flat().map((one) => (one as { id: string }).id) }
    } catch (error) {
      if (!isConsentryError(error)) throw error
      return refusedOutcome(error.code, error.issues)
    }
  }
  const read = async <T>(now: number, list: () => Promise<{ items: readonly T[] }>): Promise<readonly T[]> => {
    clock.now = now
    return (await list()).items
  }

  return {
    submit: async (actor, input, now) => {
      const before = (await events()).length
      const send = async () => (await consentry.submit(actor, input as never)).sent
      const outcome = await at(now, () => ids.during(input, send))
      // A repeated submission returns what was sent before: it changes nothing.
      return outcome.ok && (await events()).length === before ? { ok: true, changed: [] } : outcome
    },
    grant: (actor, id, input, now) => at(now, () => consentry.grant(actor, id, input as never)),
    reject: (actor, id, input, now) => at(now, () => consentry.reject(actor, id, input)),
    setExpiry: (actor, id, input, now) => at(now, () => consentry.setExpiry(actor, id, input)),
    revoke: (actor, id, input, now) => at(now, () => consentry.revoke(actor, id, input)),
    withdraw: (actor, target, now) => {
      if (!('tenantRequest' in target)) {
        const { accessRequest, ...condition } = target
        return at(now, () => consentry.withdraw(actor, { accessRequest }, condition))
      }
      const { tenantRequest, ...condition } = target
      return at(now, () => consentry.withdraw(actor, tenantRequest, condition))
    },
    removeUser: (actor, user, now) => at(now, () => consentry.removeUser(actor, user)),
    recordDue: (now, limit) => at(now, () => consentry.recordDue({ limit })),
    decide: (user, tenant, method, now, from) => consentry.decide({ user, tenant, method, at: now, from } as never),
    governed: async (tenant) => (await consentry.facts(tenant)).governed,
    tenantsFor: (user, now, from) => consentry.tenantsFor({ user, at: now, from }),
    usersFor: (tenant, now, from) => consentry.usersFor({ tenant, at: now, from }),
    eventCount: async () => (await events()).length,
    incoming: async (tenant, status, now) => {
      const items = await read(now, () => consentry.incoming(reader(tenant), { status }))
      return items.map(({ id, requestingTenant, message, sentAt, status, revision, ...rest }) => {
        return { id, requestingTenant, message, sentAt, status, expiresAt: 'expiresAt' in rest ? rest.expiresAt : null, revision }
      })
    },
    outgoing: async (tenant, status, now) => {
      const items = await read(now, () => consentry.outgoing(reader(tenant), { status }))
      return items.map(({ id, tenant, accessRequest, name, users, status, revision }) => {
        return { id, tenant, accessRequest, name, users: [...users].sort(), status, revision }
      })
    },
    myAccess: async (user, own, status, now) => [...(await read(now, () => consentry.myAccess(reader(own, user), { status })))],
  }
}
