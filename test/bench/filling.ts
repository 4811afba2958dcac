/** The loading benchmark: a live access with a million grants, and its memory after two days of changes. */
import { randomUUID } from 'node:crypto'
import { createConsentry, type Repository } from 'consentry'
import { evolve, grant, revoke, type TenantRequest } from 'consentry/domain'
import { startChild } from './child.js'
import type { Filling } from './filling-process.js'
import { answererOf, directory, idOf, requester } from './host.js'
import { inWords, type Measured, print } from './measure.js'
import { openStore, type Places, withEachStore } from './stores.js'

const USERS = 10
/** The daily changes: the percentage of tenants that revoke, are asked again, and grant. */
const CHANGED = 10
/** How many tenants a request names, and how many changes are saved at once. */
const BATCH = 1_000

export function benchFilling(grants: number): Promise<Measured[]> {
  return withEachStore(async (store, place) => [
    print(`${store}, a live access of ${inWords(grants)} grants`, await filled(store, place, grants)),
  ])
}

async function filled(store: keyof Places, place: string, grants: number) {
  const { repository, close } = await openStore(store, place)
  const tenants = Array.from({ length: grants / USERS }, (_, n) => idOf('tenant', n))
  const teams = Math.max(1, grants / 50 / USERS)
  await grantAll(repository, tenants, teams)
  const child = startChild<Filling>('filling-process.ts', [store, place])
  try {
    const load = await child.call('load')
    const changed = tenants.slice(0, (tenants.length * CHANGED) / 100)
    const weighAfterADay = async () => {
      await revokeAll(repository, changed)
      await grantAll(repository, changed, teams)
      return (await child.call('weigh')) / load.bytes
    }
    return {
      's to load': load.milliseconds / 1_000,
      'grants a second': (grants * 1_000) / load.milliseconds,
      'bytes a grant': load.bytes / grants,
      'MB at most': load.peak / 2 ** 20,
      'ms the longest turn': load.longestTurn,
      '× the bytes after a day of changes': await weighAfterADay(),
      '× after two': await weighAfterADay(),
    }
  } finally {
    await child.stop()
    await close()
  }
}

/** Submits a request for a team of ten to each thousand tenants, and lets all tenants grant. */
async function grantAll(repository: Repository, tenants: readonly string[], teams: number): Promise<void> {
  const consentry = createConsentry({ repository, directory })
  for (let start = 0; start < tenants.length; start += BATCH) {
    const team = (start / BATCH) % teams
    const users = Array.from({ length: USERS }, (_, n) => idOf('user', team * USERS + n))
    const associations = [{ users, tenants: tenants.slice(start, start + BATCH) }]
    const { id } = await consentry.submit(requester, { name: 'Bench', associations })
    const sent = await repository.tenantRequestsOf(requester.tenant, id)
    await change(repository, sent, (request) => {
      const known = { actorIsRequester: false, askable: true, policy: { maxGrant: null }, members: new Set(request.users) }
      return grant(request, { message: '', expiresAt: null }, { ...contextOf(request), ...known })
    })
  }
}

async function revokeAll(repository: Repository, tenants: readonly string[]): Promise<void> {
  const open: { readonly id: string }[] = []
  for (const tenant of tenants) open.push(...(await repository.incoming({ tenant, statuses: ['granted'], now: Date.now(), limit: 10 })))
  await change(repository, open, (request) => revoke(request, { message: '' }, contextOf(request)))
}

const contextOf = ({ tenant }: TenantRequest) => ({ actor: answererOf(tenant), now: Date.now(), newId: randomUUID })

type Command = (request: TenantRequest) => ReturnType<typeof grant> | ReturnType<typeof revoke>

async function change(repository: Repository, sent: readonly { readonly id: string }[], command: Command): Promise<void> {
  for (let start = 0; start < sent.length; start += BATCH) {
    const requests = await repository.tenantRequests(sent.slice(start, start + BATCH).map(({ id }) => id))
    const changes = requests.map((request) => {
      const outcome = command(request)
      if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.code}`)
      return { request: evolve(request, outcome.value), event: outcome.value }
    })
    if ((await repository.saveChanges(changes)) !== 'saved') throw new Error('somebody else has changed a request')
  }
}
