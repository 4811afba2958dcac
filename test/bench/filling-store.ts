/** A store with many grants: submitted by the service, granted in batches of a thousand. */
import { randomUUID } from 'node:crypto'
import { type Actor, createConsentry, type Repository } from 'consentry'
import { postgresRepository } from 'consentry/adapters/postgres'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import { evolve, grant, revoke, type TenantRequest, type TenantRequestEvent } from 'consentry/domain'
import Sqlite from 'libsql'
import pg from 'pg'

/** A store, and how to close it. */
export interface FillingStore {
  readonly repository: Repository
  readonly close: () => Promise<unknown> | unknown
}

const BATCH = 1_000
const requester: Actor = { user: 'elizabeth', tenant: 'vendor', permissions: ['submit'], impersonating: null }
const directory = {
  members: (_: string, users: readonly string[]) => users.filter((user) => user !== 'an-admin'),
  askable: (_: string, tenants: readonly string[]) => tenants,
}

/** Creates ids of 36 characters, as in most hosts. */
export function idOf(kind: string, n: number): string {
  return `${kind}-${n.toString(16).padStart(35 - kind.length, '0')}`
}

/** Opens the named store: `sqlite:` and a path, or a connection string of PostgreSQL. */
export async function openStore(url: string): Promise<FillingStore> {
  if (url.startsWith('sqlite:')) {
    const database = new Sqlite(url.slice('sqlite:'.length))
    database.exec('pragma journal_mode = wal; pragma busy_timeout = 60000')
    const repository = sqliteRepository({ database })
    await repository.migrate()
    return { repository, close: () => database.close() }
  }
  const pool = new pg.Pool({ connectionString: url })
  pool.on('error', () => {})
  const repository = postgresRepository({ pool })
  await repository.migrate()
  return { repository, close: () => pool.end() }
}

/** Submits one request for these users to these tenants, and lets all tenants grant. */
export async function grantAll(repository: Repository, tenants: readonly string[], users: readonly string[]): Promise<void> {
  const consentry = createConsentry({ repository, directory })
  const { id } = await consentry.submit(requester, { name: 'Bench', associations: [{ users, tenants }] })
  await change(repository, await repository.tenantRequestsOf(requester.tenant, id), (request, now) =>
    grant(request, { message: '', expiresAt: null }, { ...contextOf(request, now), actorIsRequester: false, policy: { maxGrant: null } }),
  )
}

/** Revokes all grants of these tenants. */
export async function revokeAll(repository: Repository, tenants: readonly string[]): Promise<void> {
  const open: TenantRequest[] = []
  for (const tenant of tenants) {
    const requests = await repository.incoming({ tenant, status: 'granted', now: Date.now(), limit: 10 })
    open.push(...requests)
  }
  await change(repository, open, (request, now) => revoke(request, { message: '' }, contextOf(request, now)))
}

function contextOf({ tenant }: TenantRequest, now: number) {
  const actor: Actor = { user: 'an-admin', tenant, permissions: ['answer'], impersonating: null }
  return { actor, now, newId: randomUUID }
}

type Outcome =
  | { readonly ok: true; readonly value: TenantRequestEvent }
  | { readonly ok: false; readonly refusal: { readonly code: string } }

async function change(
  repository: Repository,
  requests: readonly TenantRequest[],
  command: (request: TenantRequest, now: number) => Outcome,
): Promise<void> {
  for (let start = 0; start < requests.length; start += BATCH) {
    const changes = requests.slice(start, start + BATCH).map((request) => {
      const outcome = command(request, Date.now())
      if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.code}`)
      return { request: evolve(request, outcome.value), event: outcome.value }
    })
    if (!(await repository.saveChanges(changes))) throw new Error('somebody else has changed a request')
  }
}
