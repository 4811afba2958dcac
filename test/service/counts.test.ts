/** The counts of lists through the service: by permission, as of one instant, and exact up to 1,000 (SPEC 6.8). */
import { expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { caroline, elizabeth, person, sentStage, stage, T0, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, issuesOf } from './session-scene.js'

const none = { count: 0, more: false }
const one = { count: 1, more: false }
const EMPTY = { pending: none, granted: none, rejected: none, withdrawn: none, revoked: none, expired: none, lapsed: none }

it('each party counts its own requests by status at the instant of the call', async () => {
  const on = await sentStage()
  await on.consentry.grant(tomAdmin, on.tom, { expiresAt: T0 + 1_000 })
  expect(await on.consentry.counts(tomAdmin, 'incoming')).toEqual({ ...EMPTY, granted: one })
  expect(await on.consentry.counts(elizabeth, 'outgoing')).toEqual({ ...EMPTY, granted: one, pending: one })
  on.now = T0 + 1_000
  expect(await on.consentry.counts(tomAdmin, 'incoming')).toEqual({ ...EMPTY, expired: one })
  expect(await on.consentry.counts(elizabeth, 'outgoing')).toEqual({ ...EMPTY, expired: one, pending: one })
  expect(await on.consentry.counts(person('x', 'third', 'submit', 'answer'), 'outgoing')).toEqual(EMPTY)
})

it('an access request counts once for each status that some tenant of it has', async () => {
  const on = await sentStage()
  await on.consentry.submit(elizabeth, { name: 'Two', associations: [{ users: ['caroline'], tenants: [TOM] }] })
  await on.consentry.reject(tomAdmin, on.tom)
  expect(await on.consentry.counts(elizabeth, 'requests')).toEqual({ ...EMPTY, pending: { count: 2, more: false }, rejected: one })
})

it('beyond 1,000, more is true', async () => {
  const repository = memoryRepository()
  for (const [found, count, more] of [
    [999, 999, false],
    [1_000, 1_000, false],
    [1_001, 1_000, true],
  ] as const) {
    const asked: unknown[] = []
    const crowded = {
      ...repository,
      countRequests: async (query: Parameters<typeof repository.countRequests>[0]) => {
        asked.push(query)
        return { ...(await repository.countRequests(query)), pending: found }
      },
    }
    const { consentry } = stage({ repository: crowded })
    for (const list of ['outgoing', 'requests'] as const) expect((await consentry.counts(elizabeth, list)).pending).toEqual({ count, more })
    expect((await consentry.counts(tomAdmin, 'incoming')).pending).toEqual({ count, more })
    expect(asked).toEqual([
      { requestingTenant: 'classics', each: 'tenant-request', now: T0, limit: 1_001 },
      { requestingTenant: 'classics', each: 'access-request', now: T0, limit: 1_001 },
      { tenant: TOM, now: T0, limit: 1_001 },
    ])
  }
})

it('counting needs what the list needs, after the name of a list', async () => {
  const { consentry } = stage()
  for (const list of ['incoming', 'outgoing', 'requests'] as const)
    expect(await codeOf(consentry.counts(caroline, list))).toBe('not-permitted')
  expect(await codeOf(consentry.counts(elizabeth, 'incoming'))).toBe('not-permitted')
  expect(await codeOf(consentry.counts(tomAdmin, 'requests'))).toBe('not-permitted')
  expect(await issuesOf(consentry.counts(caroline, 'history' as never))).toEqual(['list invalid'])
  expect(await issuesOf(consentry.counts(caroline, undefined as never))).toEqual(['list missing'])
})
