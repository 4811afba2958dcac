/** `authorize` and malformed questions: unknown facts never allow, malformed questions are denied. */
import { afterEach, describe, expect, it } from 'vitest'
import { AccessDenied, isConsentryError } from '../../src/domain/error.js'
import type { LiveAccess } from '../../src/live-access/live-access-api.js'
import { HUNDRED, hundredAdmin, TOM, tomAdmin } from '../story/cast.js'
import { all, BRIEF, DOWN, eventually, type Faults, filled, NOW, never, QUESTION, type Scene, scene, throws, tidy } from './scene.js'

afterEach(tidy)

const legacyTool = { user: 'wickham', method: 'legacy-support' }
const charlotte = { user: 'charlotte', tenant: HUNDRED }
const uncalled = () => expect.unreachable('it was called')

const answerTo = (live: LiveAccess, whole: unknown): Promise<string> =>
  live.authorize(whole as typeof QUESTION).then(
    () => 'allowed',
    (error: unknown) => {
      if (!isConsentryError(error)) throw error
      return isConsentryError(error, 'access-denied') ? error.decision.reason : error.code
    },
  )

async function expectAnswers(live: LiveAccess, rows: readonly (readonly [change: object, answer: string])[]): Promise<void> {
  for (const [change, answer] of rows) expect([change, await answerTo(live, { ...QUESTION, ...change })]).toEqual([change, answer])
}

/** A scene whose feed has stopped for so long that it is stale. */
async function stale(options: Parameters<typeof scene>[0] = {}): Promise<Scene> {
  const on = await filled({ ...BRIEF, ...options, timeoutMs: 60 })
  on.faults.readEvents = never
  await eventually(() => on.live.stalenessMs > BRIEF.maxStalenessMs)
  return on
}

describe('while fresh', () => {
  it('resolves or throws `AccessDenied`, by the clock or at the given instant, without calling the repository', async () => {
    const { live, faults, stage } = await filled()
    await stage.consentry.setExpiry(tomAdmin, stage.tom, { expiresAt: NOW + 1_000 })
    await live.caughtUp()
    faults.factsFor = uncalled
    expect(await live.authorize(QUESTION)).toEqual({ allowed: true, reason: 'granted', grantedBy: [stage.tom], changesAt: NOW + 1_000 })
    await expect(live.authorize({ ...QUESTION, user: 'elizabeth' })).rejects.toBeInstanceOf(AccessDenied)
    await expectAnswers(live, [
      [{ at: undefined }, 'allowed'],
      [{ at: NOW + 999 }, 'allowed'],
      [{ at: NOW + 1_000 }, 'expired'],
      [{ at: new Date(NOW - 2) }, 'pending'],
      [{ user: 'elizabeth' }, 'not-associated'],
      [legacyTool, 'legacy-closed'],
      [{ ...legacyTool, tenant: HUNDRED }, 'allowed'],
      [{ from: null }, 'allowed'],
      [{ from: undefined }, 'invalid-question'],
      [{ from: 7 }, 'invalid-question'],
      [{ from: 'rival' }, 'not-associated'],
      [{ ...legacyTool, tenant: HUNDRED.toUpperCase() }, 'legacy-not-permitted'],
    ])
  })

  it('throws `facts-unavailable` if the clock fails: neither an allow nor a denial', async () => {
    for (const clock of [() => Number.NaN, () => new Date(Number.NaN), () => 'now' as never, () => undefined as never, throws]) {
      const { live } = await filled({ clock })
      const cause = clock === throws ? DOWN : expect.any(TypeError)
      await expect(live.authorize(QUESTION)).rejects.toMatchObject({ code: 'facts-unavailable', cause })
      await expectAnswers(live, [[{ at: NOW }, 'allowed']])
    }
  })
})

describe('past `maxStalenessMs`', () => {
  it('`deny` throws `facts-unavailable`: neither a denial nor an allow; a malformed question is still denied', async () => {
    const { live, faults } = await stale({ legacy: () => true })
    faults.factsFor = uncalled
    await expectAnswers(live, [
      [{}, 'facts-unavailable'],
      [{ tenant: 'nowhere' }, 'facts-unavailable'],
      [legacyTool, 'facts-unavailable'],
      [{ ...legacyTool, tenant: 'nowhere' }, 'facts-unavailable'],
      [{ method: 'root' }, 'invalid-question'],
      [{ at: Number.NaN }, 'invalid-question'],
    ])
  })

  it('`query` asks the repository, with the same answers as the service, and only for `authorize`', async () => {
    const { live, stage, allowed, revoke } = await stale({ onStale: 'query' })
    expect(await live.authorize(QUESTION)).toMatchObject({ reason: 'granted', grantedBy: [stage.tom] })
    expect(allowed()).toBe(false)
    await expectAnswers(live, [[charlotte, 'pending']])
    await revoke()
    await stage.consentry.grant(hundredAdmin, stage.hundred, { expiresAt: NOW + 10 })
    await expectAnswers(live, [
      [{}, 'revoked'],
      [legacyTool, 'legacy-closed'],
      [{ ...charlotte, at: NOW + 9 }, 'allowed'],
      [{ ...charlotte, at: NOW + 10 }, 'expired'],
    ])
  })

  it('`query` answers before the first load, too', async () => {
    const { live } = await scene({ onStale: 'query', faults: { requestPage: never } })
    await expectAnswers(live, [
      [{}, 'allowed'],
      [{ user: 'elizabeth' }, 'not-associated'],
      [{ ...legacyTool, tenant: HUNDRED }, 'allowed'],
    ])
  })

  it('`query` never allows on a failure (law 30)', async () => {
    const secret = new Error('SELECT secret FROM tenants')
    const facts = (tenant: string, governed: boolean, requests: object[]) => async () => ({ tenant, governed, requests }) as never
    const failures: Record<string, NonNullable<Faults['factsFor']>> = {
      'a rejection': () => Promise.reject(secret),
      'an error at once': () => {
        throw secret
      },
      'no answer': never,
      nothing: async () => undefined as never,
      'another tenant’s facts': facts(HUNDRED, false, []),
      'malformed facts': facts(TOM, true, [{}]),
    }
    await all(failures, async (factsFor) => {
      const { live, faults } = await stale({ onStale: 'query', legacy: () => true })
      faults.factsFor = factsFor
      for (const method of ['access-request', 'legacy-support'] as const) {
        const error = await live.authorize({ ...QUESTION, method }).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'facts-unavailable', message: 'the facts could not be loaded', cause: expect.any(Error) })
        expect(JSON.stringify(error)).not.toContain('SELECT')
      }
    })
  })

  it('`query` calls the repository no more after `close`', async () => {
    const { live, faults } = await filled({ onStale: 'query' })
    faults.factsFor = uncalled
    await live.close()
    expect(await answerTo(live, QUESTION)).toBe('facts-unavailable')
  })
})

it('a malformed question is denied, fresh or stale, even if reading it throws', async () => {
  const traps = new Proxy({}, { get: () => throws })
  const unreadable = [new Proxy({ ...QUESTION }, traps), Object.defineProperty({ ...QUESTION }, 'user', { get: throws })]
  for (const { live } of [await filled({ legacy: () => true }), await stale({ onStale: 'query' })])
    for (const whole of [undefined, null, true, 7, 7n, 'caroline', Symbol('id'), [], ['caroline'], {}, () => {}, ...unreadable])
      expect(await answerTo(live, whole)).toBe('invalid-question')
})
