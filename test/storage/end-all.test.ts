/** `endAll` while others submit, answer, start sessions and remove users: nothing from before stays open (SPEC 4.11). */
import { isDeepStrictEqual } from 'node:util'
import { afterAll, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Consentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { TenantRequestEvent } from '../../src/domain/event.js'
import { fold } from '../../src/domain/tenant-request-state.js'
import type { Repository } from '../../src/ports/repository.js'
import { requestIn } from '../../src/testing/contract/fixtures/reads.js'
import { libsqlDatabases, migrated, pooledDatabases } from '../databases/places.js'
import { feedOf, groupedBy, requestOf } from './findings.js'
import { answererOf, ask, askAndGrant, CLASSICS, caroline, elizabeth, serviceOn, tenantsUpTo } from './service.js'

const ROUNDS = Number(process.env['CONSENTRY_RACES'] ?? 40)

vi.setConfig({ testTimeout: 60_000 + ROUNDS * 1_000, hookTimeout: 60_000 })

const postgres = pooledDatabases()
const files = libsqlDatabases()
afterAll(() => Promise.all([postgres.close(), files.close()]))

type End = (service: Consentry, tenant: string) => Promise<unknown>

const endAll: End = (service, tenant) => service.endAll(answererOf(tenant), { with: CLASSICS })

/** What a host could write without `endAll`: it reads the lists once, and ends each request as it was listed. */
const naive: End = async (service, tenant) => {
  const actor = answererOf(tenant)
  const { items } = await service.incoming(actor)
  const pending = items.filter(({ status }) => status === 'pending').map(({ id }) => service.reject(actor, id))
  const held = items.filter(({ status }) => status === 'granted').map(({ id }) => service.revoke(actor, id))
  await Promise.allSettled([...pending, ...held])
}

/** Runs the rounds, one tenant each, and returns what stayed open of what was there before the end began. */
async function leftovers(repository: Repository, rounds: number, end: End): Promise<readonly string[]> {
  const service = serviceOn(repository)
  const wrong: string[] = []
  for (const tenant of tenantsUpTo(rounds)) {
    const enter = () => service.startImpersonation(caroline, { tenant, method: 'access-request' })
    const held = [await askAndGrant(service, tenant), await askAndGrant(service, tenant)]
    const pending = [await ask(service, tenant), await ask(service, tenant), await ask(service, tenant)]
    await Promise.all([enter(), enter(), enter()])
    const parties = { requestingTenant: CLASSICS, tenant }
    const sessions = await repository.openSessions({ ...parties, limit: 100 })
    const grant = (id = '') => service.grant(answererOf(tenant), id, { expiresAt: null })
    const contenders = [
      () => grant(pending[0]),
      () => grant(pending[1]),
      () => service.setExpiry(answererOf(tenant), held[0] ?? '', { expiresAt: Date.now() + 60_000 }),
      () => enter(),
      () => ask(service, tenant),
      () => service.withdraw(elizabeth, pending[2] ?? ''),
      () => service.removeUser(elizabeth, 'charlotte'),
    ]
    const errors: unknown[] = []
    await Promise.all([
      ...contenders.map((one) => one().catch((error: unknown) => isConsentryError(error) || errors.push(error))),
      end(service, tenant),
    ])
    wrong.push(...errors.map((error) => `an untyped error: ${error}`))

    const before = [...held, ...pending]
    const open = await repository.openRequestsBetween({ ...parties, limit: 100 })
    wrong.push(...open.filter((id) => before.includes(id)).map((id) => `${tenant}: request ${id} is open`))
    const keys = new Set((await repository.openSessions({ ...parties, limit: 100 })).map(({ hash }) => hash))
    wrong.push(...sessions.filter(({ hash }) => keys.has(hash)).map(({ hash }) => `${tenant}: session ${hash} is open`))
    const live = (await service.sessions(answererOf(tenant), { status: 'live' })).items
    wrong.push(...live.map(({ hash }) => `${tenant}: session ${hash} is live`))
  }
  for (const [id, events] of groupedBy(await feedOf(repository), requestOf))
    if (!isDeepStrictEqual(fold(events as TenantRequestEvent[]), await requestIn(repository, id))) wrong.push(`${id} is not as its events`)
  return wrong
}

const STORES: readonly (readonly [string, () => Promise<Repository>])[] = [
  ['memory', async () => memoryRepository()],
  ['SQLite', async () => (await migrated(files)).repository],
  ['PostgreSQL', async () => (await migrated(postgres)).repository],
]

it.each(STORES)('in %s nothing from before stays open, and no session is live, when it returns', async (name, open) => {
  const wrong = await leftovers(await open(), ROUNDS, endAll)
  console.log(`endAll: ${ROUNDS} rounds x 8 on ${name}, ${wrong.length} left open`)
  expect(wrong).toEqual([])
})

it.each(STORES)('in %s, a negative control: an end by lists leaves sessions open', async (_, open) => {
  expect((await leftovers(await open(), 4, naive)).join('\n')).toMatch(/session \w+ is open/)
})
