/** Writes inside a host transaction: they commit and roll back with it, and a failed one undoes only itself. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ConsentryEvent } from '../../src/domain/event.js'
import { withdraw } from '../../src/domain/tenant-request.js'
import { evolve } from '../../src/domain/tenant-request-state.js'
import type { Change, Repository } from '../../src/ports/repository.js'
import { factsIn, requestIn } from '../../src/testing/contract/fixtures/reads.js'
import { betterSqlite3, NO_BETTER_SQLITE3 } from '../databases/better-sqlite3.js'
import type { Databases, Place, Transaction } from '../databases/places.js'
import * as places from '../databases/places.js'
import { feedOf } from './findings.js'
import { answererOf, ask, askAndGrant, asking, CLASSICS, elizabeth, serviceOn, tenantsUpTo } from './service.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const drivers: readonly { readonly name: string; readonly open: () => Databases | Promise<Databases>; readonly shared: boolean }[] = [
  ...[betterSqlite3].flatMap((open) => (open ? [{ name: 'better-sqlite3', open: () => places.sqliteDatabases(open), shared: true }] : [])),
  { name: 'libsql', open: places.libsqlDatabases, shared: true },
  { name: 'pg, a client from a pool', open: () => places.pooledDatabases(), shared: true },
  { name: 'PGlite', open: places.embeddedDatabases, shared: false },
]

const CHANGE_OF_MIND = new Error('the host has changed its mind')
const TWELVE = tenantsUpTo(12)

/** Runs the work in a host transaction; if it rejects, rolls back and rejects too. */
async function inTransaction<T>(place: Place, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const transaction = await place.begin()
  try {
    const result = await work(transaction)
    await transaction.end('commit')
    return result
  } catch (error) {
    await transaction.end('rollback')
    throw error
  }
}

async function told(repository: Repository, tenant: string): Promise<readonly ConsentryEvent['type'][]> {
  return (await feedOf(repository)).filter((event) => event.tenant === tenant).map(({ type }) => type)
}

async function withdrawal(repository: Repository, id: string): Promise<Change> {
  const request = (await requestIn(repository, id)) ?? expect.unreachable()
  const result = withdraw(request, {}, { actor: elizabeth, now: request.changedAt, newId: randomUUID })
  return result.ok ? { request: evolve(request, result.value), event: result.value } : expect.unreachable()
}

/** Submits all concurrently, every third with an event id that is already stored. Returns which calls resolved. */
async function atOnce(repository: Transaction['outOfTurn'], taken: string): Promise<readonly boolean[]> {
  const submitting = TWELVE.map(async (tenant, n) => {
    const service = serviceOn(repository(), n % 3 ? {} : { newId: () => taken })
    return service.submit(elizabeth, asking([`at-once-${tenant}`]))
  })
  return (await Promise.allSettled(submitting)).map(({ status }) => status === 'fulfilled')
}

const savedAtOnce = TWELVE.map((_, n) => n % 3 > 0)

if (betterSqlite3 === undefined) it.skip(NO_BETTER_SQLITE3, () => {})

describe.each(drivers)('inside a host transaction of $name', ({ name, open, shared }) => {
  let databases: Databases
  let place: Place
  /** The repository outside transactions, over another connection if there can be one. */
  let outside: Repository
  let taken: string
  beforeAll(async () => {
    databases = await open()
    place = databases.place()
    outside = shared ? databases.place(place.address.at(-1)).repository : place.repository
    await place.repository.migrate()
    await place.query(`create table ${place.of('notes')} (note text)`)
    await ask(serviceOn(place.repository), 'earlier')
    taken = (await place.repository.history({ requestingTenant: CLASSICS, limit: 1 }))[0]?.event.id ?? ''
  })
  afterAll(() => databases.close())

  const note = ({ query }: Transaction, text: string) => query(`insert into ${place.of('notes')} values ('${text}')`)
  const notes = async () => (await place.query(`select note from ${place.of('notes')}`)).map((row) => row['note'])

  it('a request is stored together with a row of the host on commit, and not visible before', async () => {
    const id = await inTransaction(place, async (transaction) => {
      await note(transaction, 'committed')
      const id = await ask(serviceOn(transaction.repository), 'committed')
      if (shared) expect(await told(outside, 'committed')).toEqual([])
      return id
    })
    expect(await requestIn(outside, id)).toMatchObject({ tenant: 'committed', state: 'pending' })
    expect(await told(outside, 'committed')).toEqual(['tenant-request.received'])
    expect(await notes()).toContain('committed')
  })

  it('saving without an open transaction is refused, and nothing is stored', async () => {
    const { repository, end } = await place.begin()
    await end('commit')
    await expect(ask(serviceOn(repository), 'without')).rejects.toMatchObject({ code: 'unavailable' })
    expect((await factsIn(place.repository, 'without')).requests).toEqual([])
  })

  it('nothing is stored after a rollback', async () => {
    const id = await ask(serviceOn(outside), 'kept')
    const work = inTransaction(place, async (transaction) => {
      await note(transaction, 'rolled back')
      const service = serviceOn(transaction.repository)
      await askAndGrant(service, 'rolled-back')
      await service.reject(answererOf('kept'), id)
      expect((await service.facts('rolled-back')).governed).toBe(true)
      throw CHANGE_OF_MIND
    })
    await expect(work).rejects.toBe(CHANGE_OF_MIND)
    expect(await factsIn(outside, 'rolled-back')).toEqual({ tenant: 'rolled-back', governed: false, requests: [] })
    expect(await told(outside, 'rolled-back')).toEqual([])
    expect((await requestIn(outside, id))?.state).toBe('pending')
    expect(await told(outside, 'kept')).toEqual(['tenant-request.received'])
    expect(await notes()).not.toContain('rolled back')
  })

  it('a refused or failed command undoes only itself, and the transaction stays usable', async () => {
    const id = await inTransaction(place, async (transaction) => {
      await note(transaction, 'before failure')
      const service = serviceOn(transaction.repository)
      const id = await ask(service, 'failed')
      const clash = serviceOn(transaction.repository, { newId: () => taken })
      const granting = (by: typeof service) => by.grant(answererOf('failed'), id, { expiresAt: null })
      await expect(granting(clash)).rejects.toMatchObject({ code: 'unavailable', port: 'repository' })
      await note(transaction, 'after failure')
      await service.reject(answererOf('failed'), id)
      await expect(granting(service)).rejects.toMatchObject({ code: 'not-pending' })
      await note(transaction, 'after refusal')
      return id
    })
    expect(await told(outside, 'failed')).toEqual(['tenant-request.received', 'tenant-request.rejected'])
    expect((await requestIn(outside, id))?.state).toBe('rejected')
    expect((await factsIn(outside, 'failed')).governed).toBe(false)
    expect(await notes()).toEqual(expect.arrayContaining(['before failure', 'after failure', 'after refusal']))
  })

  it('concurrent calls are queued, including failing ones', async () => {
    const outcomes = await inTransaction(place, async (transaction) => {
      await note(transaction, 'at once')
      return atOnce(() => transaction.repository, taken)
    })
    expect(outcomes).toEqual(savedAtOnce)
    for (const [n, tenant] of TWELVE.entries())
      expect(await told(outside, `at-once-${tenant}`)).toEqual(savedAtOnce[n] ? ['tenant-request.received'] : [])
    expect(await notes()).toContain('at once')
  })

  if (name.startsWith('pg')) {
    it('a save that conflicts locks no row until commit: a retry that takes them in another order would deadlock', async () => {
      const ids = [await ask(serviceOn(outside), 'moved'), await ask(serviceOn(outside), 'unmoved')]
      const changes = await Promise.all(ids.map((id) => withdrawal(outside, id)))
      await serviceOn(outside).reject(answererOf('moved'), ids[0] ?? '')
      await inTransaction(place, async ({ repository }) => {
        expect(await repository.saveChanges(changes)).toBe('conflict')
        const locked = await place.query(`select id from ${place.of('tenant_requests')} where id = '${ids[1]}' for update nowait`)
        expect(locked).toHaveLength(1)
      })
      expect((await requestIn(outside, ids[1] ?? ''))?.state).toBe('pending')
    })

    describe('a command and a host transaction that lock the same rows in turn', () => {
      const DEADLOCK = { code: 'unavailable', cause: { code: '40P01' } }

      /** Runs `removeUser` of both requests beside a host transaction that has locked one of them and then asks for the other. */
      const inTurn = async (
        user: string,
        hostWaits: string,
        last: (answer: () => Promise<unknown>, transaction: Transaction) => Promise<unknown>,
      ) => {
        const tenants = [`${user}-1`, `${user}-2`]
        const asked = await Promise.all(
          tenants.map(async (tenant) => ({ tenant, id: await ask(serviceOn(outside), tenant, [user, 'charlotte']) })),
        )
        const [first, second] = asked.toSorted((a, b) => (a.id < b.id ? -1 : 1)) as [(typeof asked)[0], (typeof asked)[0]]
        let removing: Promise<unknown> | undefined
        await inTransaction(place, async (transaction) => {
          const { query, repository } = transaction
          await query(`set local deadlock_timeout = '${hostWaits}'`)
          const grant = ({ tenant, id }: typeof first) => serviceOn(repository).grant(answererOf(tenant), id, { expiresAt: null })
          await grant(second)
          removing = serviceOn(outside).removeUser(elizabeth, user)
          removing.catch(() => {})
          const [, schema] = place.of('tenant_requests').split('"')
          const isWaiting = async () => {
            const waiting = `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and query like '%${schema}%'`
            return (await place.query(waiting))[0]?.['n'] === 1
          }
          await vi.waitUntil(isWaiting, { timeout: 10_000, interval: 2 })
          await last(() => grant(first), transaction)
        })
        await removing
        return Promise.all([first, second].map(({ id }) => requestIn(outside, id)))
      }

      it('the command runs again after the server has ended its transaction to let the host go on', async () => {
        const requests = await inTurn('bingley', '1min', (answer) => answer())
        for (const request of requests) expect(request).toMatchObject({ state: 'granted', users: ['charlotte'] })
      })

      it('the command of the host fails, and undoes only itself, after the server has ended it to let the other go on', async () => {
        const requests = await inTurn('darcy', '1ms', async (answer, transaction) => {
          await expect(answer()).rejects.toMatchObject(DEADLOCK)
          await note(transaction, 'after the deadlock')
        })
        expect(requests.map((request) => request?.state)).toEqual(['pending', 'granted'])
        for (const request of requests) expect(request).toMatchObject({ users: ['charlotte'] })
        expect(await notes()).toContain('after the deadlock')
      })
    })

    it('a negative control: concurrent calls without a queue undo each other, but return as if they had saved', async () => {
      const before = await feedOf(outside)
      const outcomes = await inTransaction(place, ({ outOfTurn }) => atOnce(outOfTurn, taken)).catch(() => 'nothing was committed')
      const stored = (await feedOf(outside)).slice(before.length)
      const saved = TWELVE.map((tenant) => stored.some((event) => event.tenant === `at-once-${tenant}`))
      expect([outcomes, saved]).not.toEqual([savedAtOnce, savedAtOnce])
    })
  }
})
