/** A guard over a live access instead of the service: no database call, and 503 without current facts. */
import { Hono } from 'hono'
import { afterEach, expect, expectTypeOf, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { type Authorizer, consentryGuard } from '../../src/guard/hono.js'
import type { LiveAccess } from '../../src/live-access/live-access-api.js'
import { filled, open, rejects, tidy } from '../live-access/scene.js'
import { CLASSICS, caroline, directory, elizabeth, HUNDRED, hundredAdmin, legacy, person, TOM, tomAdmin } from '../story/cast.js'

afterEach(tidy)

it('a guard by method accepts a live access; one by session or by login does not, because a live access has no sessions', () => {
  expectTypeOf<LiveAccess>().toExtend<Pick<Authorizer, 'authorize'>>()
  const consentry = open({ repository: memoryRepository() })
  // @ts-expect-error a live access has no sessions
  expect(() => consentryGuard({ actor: () => caroline, tenant: () => TOM, session: () => 'session', consentry })).toThrow(
    'checkImpersonation',
  )
  // @ts-expect-error a live access has no sessions
  expect(() => consentryGuard({ person: () => caroline, tenant: () => TOM, consentry })).toThrow('a service with `resume`')
})

it('a guard over a live access allows without a repository call, and denies once a revocation is applied', async () => {
  const { live, faults, stage } = await filled()
  faults.factsFor = () => expect.unreachable('it was called')
  const answerFor = async (actor: typeof caroline | null) => {
    const guard = consentryGuard({ actor: () => actor, tenant: () => TOM, method: () => 'access-request', consentry: live })
    const response = await new Hono().get('/', guard, (c) => c.json(c.var.impersonation.tenant)).request('/')
    return [response.status, await response.json()]
  }
  const denial = (status: number, title: string, reason: string) => [status, { type: 'about:blank', title, status, reason }]
  expect(await answerFor(caroline)).toEqual([200, TOM])
  expect(await answerFor(elizabeth)).toEqual(denial(403, 'Forbidden', 'not-associated'))
  await stage.consentry.revoke(tomAdmin, stage.tom)
  await live.caughtUp()
  expect(await answerFor(caroline)).toEqual(denial(403, 'Forbidden', 'revoked'))
  await live.close()
  expect(await answerFor(caroline)).toEqual(denial(503, 'Service Unavailable', 'facts-unavailable'))
  expect(await answerFor(null)).toEqual(denial(401, 'Unauthorized', 'no-actor'))
})

it('a guard over a live access with a directory decides about the legacy tool as the service does', async () => {
  const askable = vi.fn(directory.askable)
  const options = { isAskable: undefined, directory: { ...directory, askable }, legacy: async (user: string) => legacy(user) }
  const { live, stage } = await filled(options)
  const reasonFor = async (consentry: Pick<Authorizer, 'authorize'>, user: string, tenant: string) => {
    const guard = consentryGuard({ actor: () => person(user, CLASSICS), tenant: () => tenant, method: () => 'legacy-support', consentry })
    const response = await new Hono().get('/', guard, (c) => c.json({ reason: 'passed' })).request('/')
    return ((await response.json()) as { reason: string }).reason
  }
  const questions = [
    ['wickham', HUNDRED, 'passed'],
    ['lydia', HUNDRED, 'legacy-not-permitted'],
    ['wickham', HUNDRED.toUpperCase(), 'legacy-not-permitted'],
    ['wickham', TOM, 'legacy-closed'],
    ['caroline', TOM, 'passed'],
  ] as const
  for (const [user, tenant, reason] of questions)
    for (const one of [live, stage.consentry]) expect([user, tenant, await reasonFor(one, user, tenant)]).toEqual([user, tenant, reason])
  askable.mockImplementation(rejects)
  expect(await reasonFor(live, 'wickham', HUNDRED)).toBe('facts-unavailable')
  await stage.consentry.grant(hundredAdmin, stage.hundred, { expiresAt: null })
  await live.caughtUp()
  expect(await reasonFor(live, 'wickham', HUNDRED)).toBe('legacy-closed')
})
