/** Requests that lapse while they are answered, in every store: one end wins, and only one is recorded (SPEC 4.6, 4.9). */
import { afterAll, describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Consentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import { fold, type TenantRequestEvent } from '../../src/domain.js'
import type { Repository } from '../../src/ports/repository.js'
import { libsqlDatabases, migrated, pooledDatabases } from '../databases/places.js'
import { answererOf, ask, CLASSICS, elizabeth, mayEnter, serviceOn } from './service.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const NOW = Date.UTC(2026, 0, 1)
const ANSWER_BY = NOW + 1_000
const ROUNDS = 12
const files = libsqlDatabases()
const postgres = pooledDatabases()
afterAll(() => Promise.all([files.close(), postgres.close()]))

const stores: readonly (readonly [string, () => Promise<Repository>])[] = [
  ['memory', async () => memoryRepository()],
  ['SQLite', async () => (await migrated(files)).repository],
  ['PostgreSQL', async () => (await migrated(postgres)).repository],
]

/** Eight contenders about one request: answers by a clock at `answeredAt`, and records of the lapse by one at `recordedAt`. */
async function contest(repository: Repository, tenant: string, answeredAt: number, recordedAt: number) {
  const on = (now: number) => serviceOn(repository, { clock: () => now, policy: { answerWithin: { seconds: 1 } } })
  const id = await ask(on(NOW), tenant)
  const answers: readonly ((service: Consentry) => Promise<unknown>)[] = [
    (service) => service.grant(answererOf(tenant), id, { expiresAt: null }),
    (service) => service.reject(answererOf(tenant), id),
    (service) => service.withdraw(elizabeth, id),
  ]
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      if (n % 2 > 0) return (await on(recordedAt).recordDue()).length > 0 ? 'recorded' : 'nothing due'
      const answer = answers[(n / 2) % answers.length] as (typeof answers)[number]
      return answer(on(answeredAt)).then(
        () => 'answered',
        (error: unknown) => (isConsentryError(error) ? error.code : String(error)),
      )
    }),
  )
  const events = (await repository.history({ requestingTenant: CLASSICS, limit: 10_000 }))
    .map(({ event }) => event)
    .filter((event): event is TenantRequestEvent => 'tenantRequest' in event && event.tenantRequest === id)
    .sort((a, b) => a.revision - b.revision)
  const [stored] = await repository.tenantRequests([id])
  const { reason } = await on(Math.max(answeredAt, recordedAt)).decide(mayEnter(tenant))
  return { outcomes: outcomes.sort(), stored, events, reason }
}

describe.each(stores)('in %s', (_, open) => {
  it('at the same millisecond no answer is accepted, and the lapse is recorded once', async () => {
    const repository = await open()
    for (let round = 0; round < ROUNDS; round++) {
      const { outcomes, stored, events, reason } = await contest(repository, `tenant-${round}`, ANSWER_BY, ANSWER_BY)
      expect(outcomes.filter((outcome) => outcome !== 'nothing due')).toEqual([...Array(4).fill('not-pending'), 'recorded'])
      expect(events.map(({ type, at }) => [type, at])).toEqual([
        ['tenant-request.received', NOW],
        ['tenant-request.lapsed', ANSWER_BY],
      ])
      expect(stored).toEqual(fold(events))
      expect(reason).toBe('lapsed')
    }
  })

  it('with clocks 1 ms apart exactly one end wins, whichever it is, and the state is that of its event', async () => {
    const repository = await open()
    for (let round = 0; round < ROUNDS; round++) {
      const { outcomes, stored, events, reason } = await contest(repository, `tenant-${round}`, ANSWER_BY - 1, ANSWER_BY)
      expect(outcomes.filter((outcome) => outcome === 'answered' || outcome === 'recorded')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'not-pending').length).toBe(outcomes.includes('answered') ? 3 : 4)
      expect(events).toHaveLength(2)
      expect(stored).toEqual(fold(events))
      expect(reason).toBe(stored?.state)
    }
  })

  it('a user of requests that lapsed and are not recorded is told `lapsed`, the last of them, and one who was removed is told so', async () => {
    const repository = await open()
    const on = (now: number) =>
      serviceOn(repository, { clock: () => now, policy: { answerWithin: { seconds: 1 }, maxOpenRequests: 1_000 } })
    for (let n = 0; n < 40; n++) await ask(on(NOW + n), 'first', n % 2 ? ['charlotte'] : ['caroline', 'charlotte'])
    await on(NOW + 500).removeUser(elizabeth, 'charlotte')
    for (const [user, now, reason] of [
      ['caroline', ANSWER_BY + 37, 'pending'],
      ['caroline', ANSWER_BY + 38, 'lapsed'],
      ['charlotte', ANSWER_BY + 100, 'removed'],
    ] as const) {
      expect((await on(now).decide({ ...mayEnter('first'), user })).reason).toBe(reason)
    }
    expect((await on(ANSWER_BY + 100).recordDue({ limit: 1_000 })).map(({ status }) => status)).toEqual(Array(20).fill('lapsed'))
    expect(await on(ANSWER_BY + 100).recordDue({ limit: 1_000 })).toEqual([])
    expect((await on(ANSWER_BY + 100).decide(mayEnter('first'))).reason).toBe('lapsed')
  })
})
