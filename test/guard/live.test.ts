/** A guard over a live access instead of the service: no database call, and 503 without current facts. */
import { Hono } from 'hono'
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest'
import { type Authorizer, consentryGuard } from '../../src/guard/hono.js'
import type { LiveAccess } from '../../src/live-access/live-access.js'
import { eventually, filled, never, open, type Scene, tidy } from '../live-access/scene.js'
import { caroline, charlotte, TOM, tomAdmin } from '../story/cast.js'

afterEach(tidy)

const asked = { actor: () => caroline, tenant: () => TOM, method: () => 'access-request' as const }

/** Returns the impersonation, or the denial's status and reason. */
async function answerOf(consentry: LiveAccess, change: Partial<{ actor: () => typeof caroline | null }> = {}): Promise<[number, unknown]> {
  const app = new Hono()
  app.get('/', consentryGuard({ ...asked, ...change, consentry }), (c) => c.json({ inside: c.var.impersonation.tenant }))
  const response = await app.request('/')
  return [response.status, await response.json()]
}

const problem = (status: number, title: string, reason: string) => [status, { type: 'about:blank', title, status, reason }]

/** A scene whose feed has been stopped for longer than `maxStalenessMs`. */
async function stale(options: Parameters<typeof filled>[0]): Promise<Scene> {
  const on = await filled({ ...options, maxStalenessMs: 60 })
  on.mood.readEvents = never
  await eventually(() => on.live.stalenessMs > 60)
  return on
}

describe('a guard over a live access', () => {
  it('accepts it by method, and not by session, because a live access has no sessions', () => {
    expectTypeOf<LiveAccess>().toExtend<Pick<Authorizer, 'authorize'>>()
    const live = open({ repository: {} as never })
    consentryGuard({ ...asked, consentry: live })
    const session = () => 'session'
    // @ts-expect-error a live access has no sessions
    expect(() => consentryGuard({ actor: asked.actor, tenant: asked.tenant, session, consentry: live })).toThrow('checkImpersonation')
  })

  it('allows without a repository call, and denies once the revocation was consumed', async () => {
    const { live, mood, stage } = await filled()
    mood.factsFor = () => expect.unreachable('it was asked')
    expect(await answerOf(live)).toEqual([200, { inside: TOM }])
    expect(await answerOf(live, { actor: () => ({ ...charlotte, user: 'elizabeth' }) })).toEqual(
      problem(403, 'Forbidden', 'not-associated'),
    )
    await stage.consentry.revoke(tomAdmin, stage.tom)
    await live.caughtUp()
    expect(await answerOf(live)).toEqual(problem(403, 'Forbidden', 'revoked'))
  })

  it('answers 503 if it is stale or closed', async () => {
    const { live } = await stale({})
    expect(await answerOf(live)).toEqual(problem(503, 'Service Unavailable', 'facts-unavailable'))
    await live.close()
    expect(await answerOf(live)).toEqual(problem(503, 'Service Unavailable', 'facts-unavailable'))
    expect(await answerOf(live, { actor: () => null })).toEqual(problem(401, 'Unauthorized', 'no-actor'))
  })

  it('with `onStale: query`, answers from the repository, and 503 if that fails too', async () => {
    const { live, mood, stage } = await stale({ onStale: 'query' })
    expect(await answerOf(live)).toEqual([200, { inside: TOM }])
    await stage.consentry.revoke(tomAdmin, stage.tom)
    expect(await answerOf(live)).toEqual(problem(403, 'Forbidden', 'revoked'))
    mood.factsFor = () => Promise.reject(new Error('connection refused'))
    expect(await answerOf(live)).toEqual(problem(503, 'Service Unavailable', 'facts-unavailable'))
  })
})
