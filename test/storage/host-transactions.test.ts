/** Writes inside a host transaction: they commit and roll back with it, and a failed one undoes only itself. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ConsentryEvent } from '../../src/domain/event.js'
import type { Repository } from '../../src/ports/repository.js'
import { betterSqlite3, NO_BETTER_SQLITE3 } from '../databases/better-sqlite3.js'
import { feedOf } from './findings.js'
import { type Host, hosts, type Transaction } from './hosts.js'
import { answererOf, ask, asking, CLASSICS, elizabeth, serviceOn, tenantsUpTo } from './service.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const CHANGE_OF_MIND = new Error('the host has changed its mind')
const TWELVE = tenantsUpTo(12)

/** Returns the events of one tenant, earliest first. */
async function told(repository: Repository, tenant: string): Promise<readonly ConsentryEvent['type'][]> {
  return (await feedOf(repository)).filter((event) => event.tenant === tenant).map(({ type }) => type)
}

/** The id of an event that is already stored. */
async function takenId(repository: Repository): Promise<string> {
  const [event] = await repository.history({ requestingTenant: CLASSICS, limit: 1 })
  return event?.id ?? ''
}

if (betterSqlite3 === undefined) it.skip(NO_BETTER_SQLITE3, () => {})

for (const { name, start } of hosts) {
  describe(`inside a host transaction of ${name}`, () => {
    let host: Host
    beforeAll(async () => {
      host = await start()
    })
    afterAll(() => host.close())

    const noted = async (note: string) => (await host.notes()).includes(note)

    it('a request is stored together with a row of the host on commit', async () => {
      const id = await host.transaction(async ({ repository, note }) => {
        await note('committed')
        return ask(serviceOn(repository), 'committed')
      })
      expect(await host.repository.tenantRequest(id)).toMatchObject({ tenant: 'committed', state: 'pending' })
      expect(await told(host.repository, 'committed')).toEqual(['tenant-request.received'])
      expect(await noted('committed')).toBe(true)
    })

    it('nothing is stored after a rollback', async () => {
      const id = await ask(serviceOn(host.repository), 'kept')
      const work = host.transaction(async ({ repository, note }) => {
        await note('rolled back')
        const service = serviceOn(repository)
        const gone = await ask(service, 'rolled-back')
        await service.grant(answererOf('rolled-back'), gone)
        await service.reject(answererOf('kept'), id)
        expect((await service.facts('rolled-back')).governed).toBe(true)
        throw CHANGE_OF_MIND
      })
      await expect(work).rejects.toBe(CHANGE_OF_MIND)
      expect(await host.repository.facts('rolled-back')).toEqual({ tenant: 'rolled-back', governed: false, requests: [] })
      expect(await told(host.repository, 'rolled-back')).toEqual([])
      expect((await host.repository.tenantRequest(id))?.state).toBe('pending')
      expect(await told(host.repository, 'kept')).toEqual(['tenant-request.received'])
      expect(await noted('rolled back')).toBe(false)
    })

    it('a refused command keeps the rows of the host and other commands', async () => {
      await host.transaction(async ({ repository, note }) => {
        await note('before refusal')
        const service = serviceOn(repository)
        const id = await ask(service, 'refused')
        await service.reject(answererOf('refused'), id)
        await expect(service.grant(answererOf('refused'), id)).rejects.toMatchObject({ code: 'not-pending' })
        await note('after refusal')
      })
      expect(await told(host.repository, 'refused')).toEqual(['tenant-request.received', 'tenant-request.rejected'])
      expect([await noted('before refusal'), await noted('after refusal')]).toEqual([true, true])
    })

    it('a failed save undoes only itself, and the transaction stays usable', async () => {
      await ask(serviceOn(host.repository), 'earlier')
      const taken = await takenId(host.repository)
      await host.transaction(async ({ repository, note }) => {
        await note('before failure')
        const id = await ask(serviceOn(repository), 'failed')
        const clash = serviceOn(repository, { newId: () => taken })
        await expect(clash.grant(answererOf('failed'), id)).rejects.toMatchObject({ code: 'unavailable', port: 'repository' })
        await note('after failure')
        await serviceOn(repository).reject(answererOf('failed'), id)
      })
      expect(await told(host.repository, 'failed')).toEqual(['tenant-request.received', 'tenant-request.rejected'])
      expect((await host.repository.facts('failed')).governed).toBe(false)
      expect([await noted('before failure'), await noted('after failure')]).toEqual([true, true])
    })

    it('concurrent calls are queued, including failing ones', async () => {
      await ask(serviceOn(host.repository), 'earlier')
      const taken = await takenId(host.repository)
      const outcomes = await host.transaction(async ({ repository, note }) => {
        await note('at once')
        return atOnce(() => repository, taken)
      })
      expect(outcomes).toEqual(TWELVE.map((_, n) => (n % 3 ? 'saved' : 'failed')))
      for (const [n, tenant] of TWELVE.entries()) {
        expect(await told(host.repository, `at-once-${tenant}`)).toEqual(n % 3 ? ['tenant-request.received'] : [])
      }
      expect(await noted('at once')).toBe(true)
    })
  })
}

/** Submits all concurrently, every third with a taken event id. */
async function atOnce(repository: Transaction['outOfTurn'], taken: string): Promise<readonly string[]> {
  const submitting = TWELVE.map(async (tenant, n) => {
    const service = serviceOn(repository(), n % 3 ? {} : { newId: () => taken })
    return service.submit(elizabeth, asking([`at-once-${tenant}`])).then(
      () => 'saved',
      () => 'failed',
    )
  })
  return Promise.all(submitting)
}

describe('negative controls, by a client of pg', () => {
  let host: Host
  beforeAll(async () => {
    host = await (hosts.find(({ name }) => name.startsWith('pg'))?.start() ?? Promise.reject(new Error('there is no such host')))
  })
  afterAll(() => host.close())

  it('a request saved outside the transaction is stored although the host rolled back', async () => {
    const work = host.transaction(async () => {
      await ask(serviceOn(host.repository), 'beside')
      throw CHANGE_OF_MIND
    })
    await expect(work).rejects.toBe(CHANGE_OF_MIND)
    expect(await told(host.repository, 'beside')).toEqual(['tenant-request.received'])
  })

  it('concurrent calls without a queue undo each other, but return as if they had saved', async () => {
    await ask(serviceOn(host.repository), 'earlier')
    const taken = await takenId(host.repository)
    const outcomes = await host.transaction(({ outOfTurn }) => atOnce(outOfTurn, taken)).catch(() => 'nothing was committed')
    const stored = await Promise.all(TWELVE.map(async (tenant) => (await told(host.repository, `at-once-${tenant}`)).length === 1))
    expect([outcomes, stored]).not.toEqual([TWELVE.map((_, n) => (n % 3 ? 'saved' : 'failed')), TWELVE.map((_, n) => n % 3 > 0)])
  })
})
