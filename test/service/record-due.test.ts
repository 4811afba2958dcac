/** The recording of ended sessions: once each, up to a limit, while others change them (SPEC 4.3). */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { ConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { CLASSICS, caroline, elizabeth, T0 } from '../story/cast.js'
import { grantAgain, grantedStage, HOUR, issuesOf, type sessionStage, sha256 } from './session-scene.js'

type On = Awaited<ReturnType<typeof sessionStage>>

async function ends(on: On) {
  const events = await on.memory.history({ requestingTenant: CLASSICS, limit: 1e6 })
  return events.flatMap(({ event }) => (event.type === 'impersonation.ended' ? [[event.at, event.by, event.cause]] : [])).reverse()
}
const due = async (on: On, limit?: number) =>
  (await on.consentry.recordDue({ limit })).map((one) => ('session' in one ? one.cause : one.status))

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
    for (const limit of [1, 2, 3, 4, 5, 6]) {
      const [grants, sessions] = [Math.min(limit, 2), Math.min(Math.max(limit - 2, 0), 3)]
      const on = await fiveDue()
      expect(await due(on, limit), `limit ${limit}`).toEqual(Array(grants + sessions).fill('expired'))
      expect((await ends(on)).length).toBe(sessions)
      expect(await due(on)).toHaveLength(5 - grants - sessions)
      expect(await ends(on)).toHaveLength(3)
    }
  })

  it('reads no sessions if expired grants reach it', async () => {
    const on = await fiveDue()
    on.asked.length = 0
    await due(on, 2)
    expect(on.asked.map(({ call }) => call)).toEqual(['dueRequests', 'tenantRequests', 'saveChanges'])
  })

  it('holds beside a request that cannot be read: the next page is asked for the rest only', async () => {
    const memory = memoryRepository()
    const corrupt = new ConsentryError('a row is corrupt', { code: 'corrupt', issues: [] })
    let first = ''
    const tenantRequests: Repository['tenantRequests'] = async (ids) => {
      if (ids.includes(first)) throw corrupt
      return memory.tenantRequests(ids)
    }
    const on = await grantedStage({ repository: { ...memory, tenantRequests } }, T0 + 10)
    for (const expiresAt of [T0 + 20, T0 + 30, T0 + 40]) await grantAgain(on, expiresAt)
    on.now = T0 + 50
    first = on.tom
    expect(await due(on, 2)).toEqual(['expired', 'expired'])
    expect(await due(on, 2)).toEqual(['expired'])
    first = ''
    expect(await due(on)).toEqual(['expired'])
  })

  it('is refused if malformed, and 100 by default', async () => {
    const on = await grantedStage({ policy: { maxLiveSessions: 1_000 } })
    for (const limit of [0, 1001, 1.5, '1', null])
      expect(await issuesOf(on.consentry.recordDue({ limit } as never))).toEqual(['limit invalid'])
    for (let count = 0; count < 103; count++) await on.start()
    on.now += HOUR
    expect(await due(on)).toHaveLength(100)
    expect(await due(on)).toHaveLength(3)
  })
})

it('hundreds of open sessions are all read, page by page: an ended session behind live ones is found', { timeout: 60_000 }, async () => {
  const on = await grantedStage({ policy: { maxLiveSessions: 1_000 } })
  // The repository orders by `endsAt`: the live sessions come first, the ended one last.
  for (let count = 0; count < 430; count++) await on.start('charlotte')
  on.now += 1000
  const { id } = await on.start()
  await on.consentry.removeUser(elizabeth, 'caroline')
  on.asked.length = 0
  expect(await on.consentry.recordDue()).toMatchObject([{ session: sha256(id), cause: 'access-lost', endedAt: T0 + 1000 }])
  const queries = on.asked.filter(({ call }) => call === 'openSessions').map(({ args: [query] }) => query)
  // Three pages hold the 431 sessions; an empty one is the end.
  expect(queries).toMatchObject(Array(4).fill({ limit: 200 }))

  on.now += 2 * HOUR
  expect(await due(on, 1000)).toHaveLength(430)
  expect(await on.memory.openSessions({ limit: 1 })).toEqual([])
  expect(await ends(on)).toHaveLength(431)
})

it('with concurrent changes the page is read again, and no end is recorded twice', async () => {
  const memory = memoryRepository()
  const saveSessionChanges = vi.fn(memory.saveSessionChanges)
  const on = await grantedStage({ repository: { ...memory, saveSessionChanges } })
  const { id } = await on.start()
  await on.start('charlotte')
  on.now += HOUR
  saveSessionChanges.mockImplementationOnce(async () => {
    await on.consentry.endImpersonation(caroline, id)
    return 'conflict'
  })
  expect(await due(on)).toEqual(['expired'])
  expect(await ends(on)).toEqual(Array(2).fill([T0 + HOUR, 'clock', 'expired']))
})
