/** A store with many kinds of rows, of which a test corrupts one at a time inside a transaction. */

import type { Consentry } from '../../src/consentry.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import type { Sound } from './corrupt-rows.js'
import { answererOf, ask, CLASSICS, caroline, elizabeth, serviceOn } from './service.js'

const HOUR = 3_600_000
/** The instant of all events. */
export const THEN = 1_000_000

/** A database, and a transaction in it. */
export interface Spoilable {
  readonly name: 'SQLite' | 'PostgreSQL'
  readonly repository: Repository & { migrate(): Promise<void> }
  /** Runs plain SQL; `inside` the open transaction, if there is one. */
  readonly rows: (sql: string) => Promise<readonly Record<string, unknown>[]>
  /** Returns the quoted name of a table. */
  readonly of: (table: string) => string
  /** Runs the work on a repository inside a transaction, and rolls back. */
  readonly rolledBack: <T>(work: (repository: Repository, rows: Spoilable['rows']) => Promise<T>) => Promise<T>
  readonly close: () => Promise<unknown>
}

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
export async function fill({ repository, rows, of }: Spoilable): Promise<Made> {
  await repository.migrate()
  let now = THEN
  const service = (on: Repository) => serviceOn(on, { clock: () => now })
  const on = service(repository)
  const granted = async (tenant: string, expiresAt: number | null) => {
    const id = await ask(on, tenant, ['caroline', 'charlotte'])
    await on.grant(answererOf(tenant), id, { expiresAt, message: 'come in' })
    return id
  }
  const requests = {
    granted: await granted('granted', THEN + 10 * HOUR),
    revoked: await granted('revoked', null),
    expired: await granted('expired', THEN + 1),
    pending: await ask(on, 'pending'),
  }
  await granted('healthy', null)
  await on.revoke(answererOf('revoked'), requests.revoked, { message: 'go' })
  const { id: left } = await on.startImpersonation(caroline, { tenant: 'healthy', method: 'access-request' })
  await on.endImpersonation(caroline, left)
  const { id: openSession } = await on.startImpersonation(caroline, { tenant: 'granted', method: 'access-request', reason: 'to help' })
  await on.removeUser(elizabeth, 'charlotte')
  now += 2
  await on.recordDue()
  const only = async (sql: string) => String((await rows(sql))[0]?.['key'])
  const at = (table: string, keyColumn: string, key: string): Located => ({ table, keyColumn, key })
  const eventOf = (type: string, tenant: string) =>
    only(`select id as key from ${of('events')} where type = '${type}' and tenant = '${tenant}'`)
  const sessionIn = (tenant: string) => only(`select hash as key from ${of('sessions')} where tenant = '${tenant}'`)
  const sent = await only(`select access_request as key from ${of('tenant_requests')} where tenant = 'granted'`)
  return {
    service,
    openSession,
    located: {
      granted: at('tenant_requests', 'id', requests.granted),
      revoked: at('tenant_requests', 'id', requests.revoked),
      expired: at('tenant_requests', 'id', requests.expired),
      pending: at('tenant_requests', 'id', requests.pending),
      'open session': at('sessions', 'hash', await sessionIn('granted')),
      'left session': at('sessions', 'hash', await sessionIn('healthy')),
      started: at('events', 'id', await eventOf('tenant-request.received', 'granted')),
      submitted: at('events', 'id', await only(`select id as key from ${of('events')} where type = 'access-request.submitted' limit 1`)),
      sent: at('access_requests', 'id', sent),
    },
  }
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
  }
}
