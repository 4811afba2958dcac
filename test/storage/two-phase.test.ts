/** A host's transaction that commits in two phases, with what the library saved in it. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { pooledDatabases } from '../databases/places.js'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { feedOf } from './findings.js'
import { answererOf, ask, mayEnter, serviceOn } from './service.js'

vi.setConfig({ testTimeout: 60_000 })

let server: PostgresServer
let databases: ReturnType<typeof pooledDatabases>
beforeAll(async () => {
  server = await startPostgres({ postgresFlags: ['-c', 'max_prepared_transactions=2'] })
  databases = pooledDatabases(server.connectionString)
}, 60_000)
afterAll(() => databases.close().then(server.stop))

it.each(['commit', 'rollback'])('what is prepared holds readers back until its %s, also after the server was restarted', async (how) => {
  const { repository, begin, query, schema } = databases.place()
  await repository.migrate()
  const service = serviceOn(repository)
  const id = await ask(service, 'tom-sawyer')
  await service.grant(answererOf('tom-sawyer'), id, { expiresAt: null })
  const before = await feedOf(repository)

  const host = await begin()
  await serviceOn(host.repository).revoke(answererOf('tom-sawyer'), id)
  await host.query(`prepare transaction '${schema}'`)
  await host.end('commit') // of nothing: the transaction is no longer the connection's
  const later = await ask(service, 'hundred-acre')
  expect(await feedOf(repository)).toEqual(before)
  await server.restart()
  await vi.waitFor(async () => expect(await feedOf(repository)).toEqual(before), { timeout: 10_000 })
  expect((await service.decide(mayEnter('tom-sawyer'))).allowed).toBe(true)

  await query(`${how} prepared '${schema}'`)
  const types = how === 'commit' ? ['tenant-request.revoked'] : []
  const after = (await feedOf(repository)).slice(before.length)
  expect(after.map(({ type }) => type)).toEqual([...types, 'access-request.submitted', 'tenant-request.received'])
  expect(after.at(-1)).toMatchObject({ tenantRequest: later })
  const live = createLiveAccess({ repository, pollIntervalMs: 10, timeoutMs: 5_000 })
  await live.ready()
  expect(live.canImpersonate('caroline', 'tom-sawyer', 'access-request', Date.now())).toBe(how === 'rollback')
  await live.close()
})
