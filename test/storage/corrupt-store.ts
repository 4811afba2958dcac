/** A store with many kinds of rows, of which a test corrupts one at a time inside a transaction. */
import type { Consentry } from '../../src/consentry.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import type { Place } from '../databases/places.js'
import type { Sound } from './corrupt-rows.js'
import { answererOf, ask, CLASSICS, caroline, elizabeth, serviceOn } from './service.js'

const HOUR = 3_600_000
/** The instant of all events. */
export const THEN = 1_000_000

/** The table and key of a row. */
export interface Located {
  readonly table: string
  readonly keyColumn: string
  readonly key: string
}

/** The rows of the store, and the session ids as their users know them. */
export interface Made {
  readonly located: Readonly<Record<Sound, Located>>
  readonly openSession: string
  readonly service: (repository: Repository) => Consentry
}

/** Fills the store: a tenant for each state with one request, and one untouched tenant. */
export async function fill({ repository, query, of }: Place): Promise<Made> {
  await repository.migrate()
  let now = THEN
  const service = (on: Repository) => serviceOn(on, { clock: () => now })
  const on = service(repository)
  const granted = async (tenant: string, expiresAt: number | null) => {
    const id = await ask(on, tenant, ['caroline', 'charlotte'])
    await on.grant(answererOf(tenant), id, { expiresAt, message: 'come in' })
    return id
  }
  await granted('granted', THEN + 10 * HOUR)
  await granted('expired', THEN + 1)
  await ask(on, 'pending')
  await granted('healthy', null)
  await on.revoke(answererOf('revoked'), await granted('revoked', null), { message: 'go' })
  const { id: left } = await on.startImpersonation(caroline, { tenant: 'healthy', method: 'access-request' })
  await on.endImpersonation(caroline, left)
  const { id: openSession } = await on.startImpersonation(caroline, { tenant: 'granted', method: 'access-request', reason: 'to help' })
  await on.removeUser(elizabeth, 'charlotte')
  now += 2
  await on.recordDue()

  const locate = async (table: string, keyColumn: string, where: string): Promise<Located> => {
    const [row] = await query(`select ${keyColumn} as key from ${of(table)} where ${where}`)
    return { table, keyColumn, key: String(row?.['key']) }
  }
  const request = (tenant: string) => locate('tenant_requests', 'id', `tenant = '${tenant}'`)
  const located = {
    granted: await request('granted'),
    revoked: await request('revoked'),
    expired: await request('expired'),
    pending: await request('pending'),
    'open session': await locate('sessions', 'hash', `tenant = 'granted'`),
    'left session': await locate('sessions', 'hash', `tenant = 'healthy'`),
    started: await locate('events', 'id', `type = 'tenant-request.received' and tenant = 'granted'`),
    submitted: await locate('events', 'id', `type = 'access-request.submitted' limit 1`),
    sent: await locate('access_requests', 'id', `id = (select access_request from ${of('tenant_requests')} where tenant = 'granted')`),
    governed: await locate('governed_tenants', 'tenant', `tenant = 'granted'`),
  }
  return { service, openSession, located }
}

/** Returns every query that reads a row of that kind. */
export function readings(repository: Repository, of: Sound, { key }: Located): readonly (() => Promise<unknown>)[] {
  const page = { now: THEN, limit: 100 }
  switch (of) {
    case 'granted':
    case 'pending':
    case 'revoked':
    case 'expired':
      return [
        () => repository.tenantRequest(key),
        () => repository.incoming({ ...page, tenant: of }),
        () => repository.outgoing({ ...page, requestingTenant: CLASSICS }),
        () => repository.myAccess({ ...page, user: 'caroline' }),
      ]
    case 'open session':
      return [
        () => repository.session(key),
        () => repository.sessions({ requestingTenant: CLASSICS, limit: 100 }),
        () => repository.sessions({ tenant: 'granted', limit: 100 }),
        () => repository.openSessions({ limit: 100 }),
      ]
    case 'left session':
      return [() => repository.session(key), () => repository.sessions({ tenant: 'healthy', limit: 100 })]
    case 'started':
    case 'submitted':
      return [
        () => repository.readEvents({ after: FEED_START, limit: 1_000 }),
        () => repository.history({ requestingTenant: CLASSICS, limit: 1_000 }),
      ]
    case 'sent':
      return [() => repository.accessRequest(CLASSICS, key)]
    case 'governed':
      return [() => repository.governedTenantPage({ limit: 100 })]
  }
}
