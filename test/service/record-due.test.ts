/** The recording of ended sessions: dated at their end, once, without changing an answer (SPEC 4.3). */
import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { CLASSICS, caroline, elizabeth, person, T0, TOM, tomAdmin } from '../story/cast.js'
import { grantAgain, grantedStage, HOUR, refusal, sessionStage, told, traces } from './session-scene.js'

const sha256 = (id: string) => createHash('sha256').update(id).digest('hex')
type On = Awaited<ReturnType<typeof sessionStage>>

/** Returns the session events, oldest first: when, by whom and why. */
async function ends(on: On) {
  const events = await on.memory.history({ requestingTenant: CLASSICS, limit: 1e6 })
  return events.flatMap((event) => (event.type === 'impersonation.ended' ? [[event.at, event.by, event.cause]] : [])).reverse()
}
const due = async (on: On, limit?: number) =>
  (await on.consentry.recordDue({ limit })).map((one) => ('session' in one ? one.cause : one.status))

describe('recordDue', () => {
  it('records an expired session, dated at its `endsAt` and by the clock, and returns it', async () => {
    const on = await grantedStage()
    const { id, endsAt } = await on.start()
    on.now = endsAt - 1
    expect(await due(on)).toEqual([])
    on.now = endsAt + 999
    expect(await on.consentry.recordDue()).toStrictEqual([
      { session: sha256(id), tenant: TOM, status: 'ended', endedAt: endsAt, cause: 'expired', revision: 2 },
    ])
    expect(await ends(on)).toEqual([[endsAt, 'clock', 'expired']])
    expect(await on.memory.session(sha256(id))).toMatchObject({ session: { state: 'ended', endedBy: 'clock', cause: 'expired' } })
  })

  it('records it exactly from `endsAt` on', async () => {
    const on = await grantedStage()
    on.now = (await on.start()).endsAt
    expect(await due(on)).toEqual(['expired'])
  })

  it('dates lost access at the revocation, at the shortened expiry, and at the removal', async () => {
    const revoked = await grantedStage()
    await revoked.start()
    revoked.now += 10
    await revoked.consentry.revoke(tomAdmin, revoked.tom)
    revoked.now += 10
    expect(await due(revoked)).toEqual(['access-lost'])
    expect(await ends(revoked)).toEqual([[T0 + 10, 'clock', 'access-lost']])

    const shortened = await grantedStage()
    await shortened.start()
    await shortened.consentry.setExpiry(tomAdmin, shortened.tom, { expiresAt: T0 + 20 })
    shortened.now = T0 + 19
    expect(await due(shortened)).toEqual([])
    shortened.now = T0 + 500
    expect(await due(shortened)).toEqual(['expired', 'access-lost'])
    expect(await ends(shortened)).toEqual([[T0 + 20, 'clock', 'access-lost']])

    const removed = await grantedStage()
    await removed.start()
    await removed.start('charlotte')
    removed.now += 30
    await removed.consentry.removeUser(elizabeth, 'caroline')
    removed.now += 30
    expect(await due(removed)).toEqual(['access-lost'])
    expect(await ends(removed)).toEqual([[T0 + 30, 'clock', 'access-lost']])
  })

  it('dates lost access at the revocation even long after `endsAt`', async () => {
    const on = await grantedStage()
    await on.start()
    on.now += 10
    await on.consentry.revoke(tomAdmin, on.tom)
    on.now += 2 * HOUR
    await due(on)
    expect(await ends(on)).toEqual([[T0 + 10, 'clock', 'access-lost']])
  })

  it('ends a legacy session once the tenant has granted to others', async () => {
    const on = await sessionStage()
    await on.start('wickham', TOM, 'legacy-support')
    await on.start('caroline', TOM, 'legacy-support')
    on.now += 5
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: T0 + 20 })
    on.now += 5
    expect(await due(on)).toEqual(['access-lost'])
    on.now += 50
    expect(await due(on)).toEqual(['expired', 'access-lost'])
    expect(await ends(on)).toEqual([
      [T0 + 5, 'clock', 'access-lost'],
      [T0 + 20, 'clock', 'access-lost'],
    ])
  })

  it('ignores live sessions and recorded ends', async () => {
    const on = await grantedStage()
    const [mine] = [await on.start(), await on.start('charlotte')]
    await on.consentry.endImpersonation(caroline, mine.id)
    expect(await due(on)).toEqual([])
    on.now += HOUR
    expect(await due(on)).toEqual(['expired'])
    const before = await traces(on.memory)
    expect(await due(on)).toEqual([])
    expect(await traces(on.memory)).toBe(before)
  })

  it('ignores a session that starts after the current clock', async () => {
    const on = await grantedStage()
    on.now += 10
    await on.start()
    on.now = T0 - 10
    expect(await due(on)).toEqual([])
  })
})

describe('the limit', () => {
  /** Two expired grants and three ended sessions. */
  async function fiveDue() {
    const on = await grantedStage({}, T0 + 10)
    await grantAgain(on, T0 + 20)
    for (let count = 0; count < 3; count++) await on.start()
    on.now = T0 + 50
    return on
  }

  it('counts grants and sessions together, grants first, exactly', async () => {
    for (const [limit, grants, sessions] of [
      [1, 1, 0],
      [2, 2, 0],
      [3, 2, 1],
      [4, 2, 2],
      [5, 2, 3],
      [6, 2, 3],
    ] as const) {
      const on = await fiveDue()
      expect(await due(on, limit), `limit ${limit}`).toEqual([...Array(grants).fill('expired'), ...Array(sessions).fill('expired')])
      expect((await ends(on)).length).toBe(sessions)
      const rest = await due(on)
      expect(rest.length).toBe(5 - grants - sessions)
      expect(await ends(on)).toHaveLength(3)
    }
  })

  it('reads no sessions if expired grants reach it', async () => {
    const on = await fiveDue()
    on.asked.length = 0
    await due(on, 2)
    expect(on.asked.map(({ call }) => call)).toEqual(['dueRequests', 'saveChanges'])
  })

  it('is refused if malformed, and 100 by default', async () => {
    const on = await grantedStage()
    for (const limit of [0, 1001, 1.5, '1', null])
      expect(await refusal(on.consentry.recordDue({ limit } as never))).toMatchObject({
        code: 'invalid-input',
        issues: [{ path: ['limit'] }],
      })
    for (let count = 0; count < 103; count++) await on.start()
    on.now += HOUR
    expect(await due(on)).toHaveLength(100)
    expect(await due(on)).toHaveLength(3)
  })
})

describe('hundreds of open sessions', () => {
  it('are all read, page by page: an ended session behind live ones is found', { timeout: 60_000 }, async () => {
    const on = await grantedStage()
    const hundred = person('charlotte', CLASSICS)
    // The repository orders by `endsAt`: the live sessions come first, the ended one last.
    for (let count = 0; count < 430; count++) await on.consentry.startImpersonation(hundred, { tenant: TOM, method: 'access-request' })
    on.now += 1000
    const { id } = await on.start()
    await on.consentry.removeUser(elizabeth, 'caroline')
    on.asked.length = 0
    expect(await on.consentry.recordDue()).toMatchObject([{ session: sha256(id), cause: 'access-lost', endedAt: T0 + 1000 }])
    expect(on.asked.filter(({ call }) => call === 'openSessions').map(({ args }) => (args[0] as { limit: number }).limit)).toEqual([
      200, 200, 200,
    ])

    on.now += 2 * HOUR
    expect(await due(on, 1000)).toHaveLength(430)
    expect(await on.memory.openSessions({ limit: 1 })).toEqual([])
    expect(await ends(on)).toHaveLength(431)
  })
})

describe('with concurrent changes', () => {
  it('the page is read again, and no end is recorded twice', async () => {
    const memory = memoryRepository()
    const saveSessions = vi.fn(memory.saveSessionChanges)
    const on = await grantedStage({ repository: { ...memory, saveSessionChanges: saveSessions } })
    const { id } = await on.start()
    await on.start('charlotte')
    on.now += HOUR
    saveSessions.mockImplementationOnce(async () => {
      await on.consentry.endImpersonation(caroline, id)
      return 'conflict'
    })
    expect(await due(on)).toEqual(['expired'])
    expect(await ends(on)).toEqual([
      [T0 + HOUR, 'clock', 'expired'],
      [T0 + HOUR, 'clock', 'expired'],
    ])
  })

  it('on every attempt, it throws `unavailable`', async () => {
    const memory = memoryRepository()
    const saveSessions = vi.fn(memory.saveSessionChanges)
    const on = await grantedStage({ repository: { ...memory, saveSessionChanges: saveSessions } })
    await on.start()
    on.now += HOUR
    saveSessions.mockClear().mockResolvedValue('conflict')
    expect(await refusal(on.consentry.recordDue())).toMatchObject({ code: 'unavailable', port: 'repository' })
    expect(saveSessions).toHaveBeenCalledTimes(1000)
  })

  it('two concurrent calls record each end once', async () => {
    const on = await grantedStage()
    for (let count = 0; count < 5; count++) await on.start()
    on.now += HOUR
    const both = await Promise.all([due(on), due(on), due(on)])
    expect(both.flat()).toHaveLength(5)
    expect(await ends(on)).toHaveLength(5)
  })
})

describe('a malformed row', () => {
  it('throws `unavailable`, and ends nothing', async () => {
    const memory = memoryRepository()
    const earlier = await grantedStage({ repository: memory })
    await earlier.start()
    const openSessions: typeof memory.openSessions = async (query) =>
      (await memory.openSessions(query)).map((row) => ({ ...row, facts: { ...row.facts, tenant: 'hundred-acre' } }))
    const on = await sessionStage({ repository: { ...memory, openSessions } })
    on.now += HOUR
    expect(await refusal(on.consentry.recordDue())).toMatchObject({ code: 'unavailable', port: 'repository' })
    expect(await ends(on)).toEqual([])
  })
})

describe('a recorded end', () => {
  const lives: Record<string, (on: On) => Promise<void>> = {
    'nothing more happens': async () => {},
    'the grant is revoked': async (on) => {
      await on.consentry.revoke(tomAdmin, on.tom)
    },
    'its end comes sooner': async (on) => {
      await on.consentry.setExpiry(tomAdmin, on.tom, { expiresAt: on.now + 20 })
    },
    'another grant carries on': async (on) => {
      await grantAgain(on, on.now + 40)
      await on.consentry.revoke(tomAdmin, on.tom)
    },
    'another grant comes too late': async (on) => {
      await on.consentry.revoke(tomAdmin, on.tom)
      on.now += 1
      await grantAgain(on, null)
    },
    'its user is removed': async (on) => {
      await on.consentry.removeUser(elizabeth, 'caroline')
    },
  }
  for (const [what, change] of Object.entries(lives)) {
    it(`changes no answer about that instant or a later one, if ${what} (SPEC 4.3)`, async () => {
      for (const delay of [0, 1, 19, 20, 21, 40, 990, 1000, 2000]) {
        const on = await grantedStage({ policy: { sessionCap: { seconds: 1 } } })
        const { id } = await on.start()
        on.now = T0 + 10
        await change(on)
        const recordedAt = Math.max(on.now, T0 + delay)
        const answers = async () => {
          const said: unknown[] = []
          for (const later of [0, 1, 19, 20, 40, 500, 1000, 1001, HOUR]) {
            on.now = recordedAt + later
            said.push(await told(on.consentry.checkImpersonation(caroline, id)))
            for (const status of [undefined, 'live', 'ended'] as const) {
              said.push(await on.consentry.sessions(elizabeth, { status }), await on.consentry.sessions(tomAdmin, { status }))
            }
          }
          return said
        }
        const before = await answers()
        on.now = recordedAt
        await on.consentry.recordDue()
        expect(await answers(), `recorded ${delay} ms after the start`).toStrictEqual(before)
      }
    })
  }
})
