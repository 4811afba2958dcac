/** `authorize` and malformed questions: unknown facts never allow, malformed questions are denied. */
import { afterEach, describe, expect, it } from 'vitest'
import { AccessDenied, isConsentryError } from '../../src/domain/error.js'
import type { LiveAccess } from '../../src/live-access/live-access.js'
import { HUNDRED, hundredAdmin, TOM, tomAdmin } from '../story/cast.js'
import { all, BRIEF, eventually, filled, type Mood, NOW, never, type Scene, scene, tidy } from './scene.js'

afterEach(tidy)

const question = { user: 'caroline', tenant: TOM, method: 'access-request' } as const

/** The reason of the denial, or the code of another error. */
const refusal = (live: LiveAccess, ...asked: readonly [asked?: unknown]): Promise<string> =>
  live.authorize((asked.length > 0 ? asked[0] : question) as typeof question).then(
    () => 'let in',
    (error: unknown) => {
      if (!isConsentryError(error)) throw error
      return isConsentryError(error, 'access-denied') ? error.decision.reason : error.code
    },
  )

/** A scene whose feed has stopped for so long that it is stale. */
async function stale(options: Parameters<typeof scene>[0] = {}): Promise<Scene> {
  const on = await filled({ ...BRIEF, ...options, timeoutMs: 60 })
  on.mood.readEvents = never
  await eventually(() => on.live.stalenessMs > BRIEF.maxStalenessMs)
  return on
}

describe('while fresh', () => {
  it('resolves to the allowing decision, by the given clock or at the given instant', async () => {
    const on = await filled()
    await on.stage.consentry.setExpiry(tomAdmin, on.stage.tom, { expiresAt: NOW + 1_000 })
    await on.live.caughtUp()
    expect(await on.live.authorize(question)).toEqual({
      allowed: true,
      reason: 'granted',
      grantedBy: [on.stage.tom],
      changesAt: NOW + 1_000,
    })
    expect(await refusal(on.live, { ...question, at: NOW + 999 })).toBe('let in')
    expect(await refusal(on.live, { ...question, at: NOW + 1_000 })).toBe('expired')
    expect(await refusal(on.live, { ...question, at: new Date(NOW - 2) })).toBe('pending')
    expect(await refusal(on.live, { ...question, at: undefined })).toBe('let in')
  })

  it('throws `AccessDenied` with the decision inside, like the service, without calling the repository', async () => {
    const on = await filled()
    on.mood.factsFor = () => expect.unreachable('it was asked')
    const error = await on.live.authorize({ ...question, user: 'elizabeth' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AccessDenied)
    expect(error).toMatchObject({ decision: { allowed: false, reason: 'not-associated', changesAt: null } })
    expect(await refusal(on.live, { ...question, user: 'wickham', method: 'legacy-support' })).toBe('legacy-closed')
    expect(await refusal(on.live, { ...question, user: 'wickham', tenant: HUNDRED, method: 'legacy-support' })).toBe('let in')
  })

  it('answers about the future and the past from today’s facts (SPEC 5.7)', async () => {
    const on = await filled()
    const { live, stage } = on
    await stage.consentry.setExpiry(tomAdmin, stage.tom, { expiresAt: NOW + 86_400_000 })
    await live.caughtUp()
    const years = 100 * 365 * 86_400_000
    expect(live.decide('caroline', TOM, 'access-request', NOW + 86_399_999).allowed).toBe(true)
    expect(live.decide('caroline', TOM, 'access-request', NOW + years).reason).toBe('expired')
    expect(live.decide('charlotte', HUNDRED, 'access-request', NOW + years).reason).toBe('pending')
    await stage.consentry.revoke(tomAdmin, stage.tom)
    await live.caughtUp()
    for (const at of [NOW - years, NOW, NOW + 1, NOW + years])
      expect(live.decide('caroline', TOM, 'access-request', at).reason).toBe('revoked')
  })

  it('throws `facts-unavailable` if the clock fails: neither an allow nor a denial', async () => {
    const broken = new Error('no clock')
    for (const clock of [() => Number.NaN, () => new Date(Number.NaN), () => 'now' as never, () => undefined as never]) {
      const { live } = await filled({ clock })
      expect(await refusal(live)).toBe('facts-unavailable')
      expect(await refusal(live, { ...question, at: NOW })).toBe('let in')
    }
    const { live } = await filled({
      clock: () => {
        throw broken
      },
    })
    await expect(live.authorize(question)).rejects.toMatchObject({ code: 'facts-unavailable', cause: broken })
  })
})

describe('past `maxStalenessMs`', () => {
  it('`deny` throws `facts-unavailable`: neither a denial nor an allow; a malformed question is still denied', async () => {
    const { live, mood } = await stale({ legacy: () => true })
    mood.factsFor = () => expect.unreachable('it was asked')
    for (const method of ['access-request', 'legacy-support'] as const) {
      expect(await refusal(live, { ...question, method })).toBe('facts-unavailable')
      expect(await refusal(live, { ...question, tenant: 'nowhere', method })).toBe('facts-unavailable')
    }
    expect(await refusal(live, { ...question, method: 'root' })).toBe('invalid-question')
    expect(await refusal(live, { ...question, at: Number.NaN })).toBe('invalid-question')
  })

  it('`query` asks the repository, with the same answers as the service, and only for `authorize`', async () => {
    const on = await stale({ onStale: 'query' })
    expect(await on.live.authorize(question)).toMatchObject({ reason: 'granted', grantedBy: [on.stage.tom] })
    expect(on.allowed()).toBe(false)
    await on.stage.consentry.revoke(tomAdmin, on.stage.tom)
    expect(await refusal(on.live)).toBe('revoked')
    expect(await refusal(on.live, { ...question, tenant: HUNDRED, user: 'charlotte' })).toBe('pending')
    expect(await refusal(on.live, { ...question, tenant: HUNDRED, user: 'wickham', method: 'legacy-support' })).toBe('let in')
    expect(await refusal(on.live, { ...question, user: 'wickham', method: 'legacy-support' })).toBe('legacy-closed')
    await on.stage.consentry.grant(hundredAdmin, on.stage.hundred, { expiresAt: NOW + 10 })
    expect(await refusal(on.live, { ...question, tenant: HUNDRED, user: 'charlotte', at: NOW + 9 })).toBe('let in')
    expect(await refusal(on.live, { ...question, tenant: HUNDRED, user: 'charlotte', at: NOW + 10 })).toBe('expired')
  })

  it('`query` answers before the first load, too', async () => {
    const { live } = await scene({ onStale: 'query', mood: { requestPage: never } })
    expect(await refusal(live)).toBe('let in')
    expect(await refusal(live, { ...question, user: 'elizabeth' })).toBe('not-associated')
  })

  it('`query` never allows on a failure (law 30)', async () => {
    const down = new Error('SELECT secret FROM tenants')
    const about =
      (tenant: string, governed: unknown = false, requests: unknown = []) =>
      async () =>
        ({ tenant, governed, requests }) as never
    const moods: Record<string, NonNullable<Mood['factsFor']>> = {
      'a rejection': () => Promise.reject(down),
      'an error at once': () => {
        throw down
      },
      'no answer': never,
      nothing: async () => undefined as never,
      'another tenant’s facts': about(HUNDRED),
      'facts that cannot be': about(TOM, 1),
      'requests that cannot be': about(TOM, true, [{}]),
      'a grant of another tenant': about(TOM, true, [
        { id: 'r', tenant: HUNDRED, users: ['caroline'], removed: [], sentAt: 1, state: 'granted', grantedAt: 1, expiresAt: null },
      ]),
    }
    await all(moods, async (factsFor) => {
      const { live, mood } = await stale({ onStale: 'query', legacy: () => true })
      mood.factsFor = factsFor
      for (const method of ['access-request', 'legacy-support'] as const) {
        const error = await live.authorize({ ...question, method }).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'facts-unavailable', message: 'the facts could not be loaded', cause: expect.any(Error) })
        expect(JSON.stringify(error)).not.toContain('SELECT')
      }
    })
  })

  it('`query` calls the repository no more after `close`', async () => {
    const { live, mood } = await filled({ onStale: 'query' })
    mood.factsFor = () => expect.unreachable('it was asked')
    await live.close()
    expect(await refusal(live)).toBe('facts-unavailable')
  })
})

describe('malformed questions', () => {
  const touched = () => {
    throw new Error('touched')
  }
  const traps = { get: touched, has: touched, getPrototypeOf: touched, ownKeys: touched, getOwnPropertyDescriptor: touched, apply: touched }
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const hostile: readonly unknown[] = [
    ...[undefined, null, true, 7, 7n, '', 'a b', 'x'.repeat(129), Symbol('id'), [], ['caroline'], {}, { toString: () => 'caroline' }],
    ...[Number.NaN, Infinity, -Infinity, 8.64e15 + 1, new Date(Number.NaN), Object('caroline')],
    ...[new Proxy({}, traps), new Proxy(() => 0, traps), new Proxy(new Date(0), traps), new Proxy([], traps), revoked.proxy],
  ]

  it('are denied whichever part is malformed, by every method, and never throw', async () => {
    const { live } = await filled({ legacy: () => true })
    const denied = { allowed: false, reason: 'invalid-question', changesAt: null }
    for (const one of hostile as never[]) {
      for (const [user, tenant, method, now] of [
        [one, HUNDRED, 'legacy-support', NOW],
        ['caroline', one, 'legacy-support', NOW],
        ['caroline', HUNDRED, one, NOW],
        ['caroline', HUNDRED, 'legacy-support', one],
      ] as const) {
        if (now === 7) continue
        expect(live.decide(user, tenant, method, now)).toEqual(denied)
        expect(live.canImpersonate(user, tenant, method, now)).toBe(false)
        if (now !== undefined) expect(await refusal(live, { user, tenant, method, at: now })).toBe('invalid-question')
      }
      expect([live.tenantsFor(one, NOW), live.usersFor(one, NOW)]).toEqual([[], []])
      if (one !== 7) expect([live.tenantsFor('caroline', one), live.usersFor(TOM, one)]).toEqual([[], []])
    }
  })

  it('are denied as a whole, fresh or stale, even if reading them throws', async () => {
    const whole = [
      ...hostile,
      'caroline',
      Object.defineProperty({ ...question }, 'user', { get: touched }),
      new Proxy({ ...question }, traps),
    ]
    const [fresh, old] = [await filled(), await stale({ onStale: 'query' })]
    for (const one of whole) for (const { live } of [fresh, old]) expect([one, await refusal(live, one)].at(1)).toBe('invalid-question')
  })
})
