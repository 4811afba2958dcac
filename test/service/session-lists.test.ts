/** The list of sessions: each party's view, full pages, and the pinned instant (SPEC 6.5, 7.6). */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Actor } from '../../src/domain/actor.js'
import type { SessionRow } from '../../src/ports/repository.js'
import { CLASSICS, caroline, elizabeth, HUNDRED, hundredAdmin, person, T0, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, grantAgain, grantedStage, HOUR, IN_TOM, pages, refusal, sessionStage } from './session-scene.js'

const sha256 = (id: string) => createHash('sha256').update(id).digest('hex')

/** A stage with sessions of both account managers in Tom Sawyer's tenant; one has ended. */
async function visitedStage(options = {}) {
  const on = await grantedStage(options)
  on.now = T0 + 1
  const first = await on.consentry.startImpersonation(caroline, { ...IN_TOM, reason: 'CANARY-reason' })
  on.now = T0 + 2
  const second = await on.start('charlotte')
  on.now = T0 + 3
  await on.consentry.endImpersonation(caroline, first.id)
  return Object.assign(on, { first: sha256(first.id), second: sha256(second.id) })
}

describe('reading sessions', () => {
  it('needs a permission, and shows the actor’s own tenant', async () => {
    const { consentry } = await visitedStage()
    expect(await codeOf(consentry.sessions(caroline))).toBe('not-permitted')
    for (const stranger of [hundredAdmin, person('z', 'third', 'answer', 'submit')]) {
      expect(await consentry.sessions(stranger)).toEqual({ items: [], next: null })
    }
    expect((await consentry.sessions(person('becky', TOM, 'submit'))).items).toEqual([])
    expect((await consentry.sessions(person('elizabeth', CLASSICS, 'answer'))).items).toEqual([])
  })

  it('is allowed while impersonating', async () => {
    const { consentry } = await visitedStage()
    const inside: Actor = { ...elizabeth, impersonating: { tenant: TOM, method: 'legacy-support' } }
    expect((await consentry.sessions(inside)).items).toHaveLength(2)
  })

  it('is refused with all issues of the query, before permissions are checked', async () => {
    const { consentry } = await visitedStage()
    const query = { status: 'open', limit: 201, cursor: 'x', tenant: TOM }
    const error = await refusal(consentry.sessions({ ...caroline, user: '' }, query as never))
    expect(error.code).toBe('invalid-input')
    expect(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      'actor.user: `` must be an id: 1 to 128 printable ASCII characters without a space',
      'limit: `201` must be at most 200',
      'status: `open` must be a session status: `live` or `ended`',
      'cursor: `x` is not a cursor of this list',
      'tenant: `tenant` is not expected here',
    ])
  })
})

describe('the view', () => {
  it('of the requesting tenant shows everything, newest first', async () => {
    const on = await visitedStage()
    const common = { view: 'outgoing', requestingTenant: CLASSICS, tenant: TOM, method: 'access-request', grantedBy: [on.tom] }
    expect(await on.consentry.sessions(elizabeth)).toStrictEqual({
      items: [
        { ...common, hash: on.second, user: 'charlotte', reason: '', startedAt: T0 + 2, endsAt: T0 + 2 + HOUR, status: 'live' },
        {
          ...common,
          hash: on.first,
          user: 'caroline',
          reason: 'CANARY-reason',
          startedAt: T0 + 1,
          endsAt: T0 + 1 + HOUR,
          status: 'ended',
          endedAt: T0 + 3,
          cause: 'ended-by-user',
        },
      ],
      next: null,
    })
  })

  it('of the tenant shows the requesting tenant, the time and the grants, but neither user nor reason', async () => {
    const on = await visitedStage()
    const common = { view: 'incoming', requestingTenant: CLASSICS, method: 'access-request', grantedBy: [on.tom], user: null }
    const seen = await on.consentry.sessions(tomAdmin)
    expect(seen.items).toStrictEqual([
      { ...common, hash: on.second, startedAt: T0 + 2, endsAt: T0 + 2 + HOUR, status: 'live' },
      { ...common, hash: on.first, startedAt: T0 + 1, endsAt: T0 + 1 + HOUR, status: 'ended', endedAt: T0 + 3, cause: 'ended-by-user' },
    ])
    expect(JSON.stringify(seen)).not.toMatch(/CANARY|caroline|charlotte/)
  })

  it('of the tenant shows the user if the policy says so, but no reason', async () => {
    const on = await visitedStage({ policy: { showUsersToTenant: true } })
    const { items } = await on.consentry.sessions(tomAdmin)
    expect(items.map(({ user }) => user)).toEqual(['charlotte', 'caroline'])
    expect(JSON.stringify(items)).not.toContain('CANARY')
  })

  it('of a tenant that is both requester and asked shows each side for its permission, and each session once', async () => {
    const everywhere = {
      members: (_: string, users: readonly string[]) => users,
      askable: (_: string, tenants: readonly string[]) => tenants,
    }
    const on = await sessionStage({ directory: everywhere, legacy: () => true })
    await on.consentry.startImpersonation(person('a', 'north'), { tenant: 'south', method: 'legacy-support' })
    await on.consentry.startImpersonation(person('b', 'south'), { tenant: 'north', method: 'legacy-support' })
    const views = async (...permissions: Actor['permissions']) =>
      (await on.consentry.sessions(person('a', 'north', ...permissions))).items.map(({ view, user }) => `${view} ${user}`).sort()
    expect(await views('submit')).toEqual(['outgoing a'])
    expect(await views('answer')).toEqual(['incoming null'])
    expect(await views('answer', 'submit')).toEqual(['incoming null', 'outgoing a'])
  })
})

describe('the status', () => {
  it('is evaluated at the pinned instant, even if nothing was recorded', async () => {
    const on = await grantedStage({}, T0 + 100)
    const { id } = await on.start()
    const other = await on.start('charlotte')
    const by = async (status: 'live' | 'ended') =>
      (await on.consentry.sessions(elizabeth, { status })).items.map((one) =>
        'cause' in one ? [one.hash, one.endedAt, one.cause] : [one.hash],
      )
    on.now = T0 + 50
    await on.consentry.removeUser(elizabeth, 'caroline')
    on.now = T0 + 60
    expect(await by('live')).toEqual([[sha256(other.id)]])
    expect(await by('ended')).toEqual([[sha256(id), T0 + 50, 'access-lost']])
    on.now = T0 + 99
    expect(await by('live')).toHaveLength(1)
    on.now = T0 + 100
    expect(await by('live')).toEqual([])
    expect((await by('ended')).sort()).toEqual(
      [
        [sha256(id), T0 + 50, 'access-lost'],
        [sha256(other.id), T0 + 100, 'expired'],
      ].sort(),
    )
    expect(await on.memory.openSessions({ limit: 9 })).toHaveLength(2)
  })

  it('of a legacy session follows the current answer of the legacy rule', async () => {
    let open = true
    const on = await sessionStage({ legacy: () => open })
    await on.start('wickham', TOM, 'legacy-support')
    on.now += 5
    expect((await on.consentry.sessions(tomAdmin)).items).toMatchObject([{ status: 'live', grantedBy: [] }])
    open = false
    expect((await on.consentry.sessions(tomAdmin)).items).toMatchObject([{ status: 'ended', endedAt: T0 + 5, cause: 'access-lost' }])
  })
})

describe('pages', () => {
  /** 500 sessions, one per second. Every hundredth is Charlotte's and live; the others have ended unrecorded. */
  async function crowdedStage() {
    const on = await grantedStage({ policy: { sessionCap: { days: 1 } } })
    const live: string[] = []
    for (let count = 0; count < 500; count++) {
      on.now = T0 + count * 1000
      const { id } = await on.start(count % 100 === 50 ? 'charlotte' : 'caroline')
      if (count % 100 === 50) live.unshift(sha256(id))
    }
    on.now += 1000
    await on.consentry.removeUser(elizabeth, 'caroline')
    return Object.assign(on, { live })
  }

  it('are full, even if few of hundreds of rows match', { timeout: 60_000 }, async () => {
    const on = await crowdedStage()
    for (const actor of [elizabeth, tomAdmin]) {
      const live = await pages((cursor) => on.consentry.sessions(actor, { status: 'live', limit: 2, cursor }))
      expect(live.sizes).toEqual([2, 2, 1])
      expect(live.items.map(({ hash }) => hash)).toEqual(on.live)
      const exact = await pages((cursor) => on.consentry.sessions(actor, { status: 'live', limit: 5, cursor }))
      expect(exact.sizes).toEqual([5])
    }
    const ended = await pages((cursor) => on.consentry.sessions(tomAdmin, { status: 'ended', limit: 200, cursor }))
    expect(ended.sizes).toEqual([200, 200, 95])
    const all = await pages((cursor) => on.consentry.sessions(elizabeth, { limit: 125, cursor }))
    expect(all.sizes).toEqual([125, 125, 125, 125])
    expect(new Set(all.items.map(({ hash }) => hash)).size).toBe(500)
    expect(all.items.map(({ startedAt }) => startedAt)).toEqual(Array.from({ length: 500 }, (_, index) => T0 + (499 - index) * 1000))
    expect((await on.consentry.sessions(elizabeth)).items).toHaveLength(50)
  })

  it('use the instant of the first page', async () => {
    const on = await grantedStage({}, T0 + 100)
    for (let count = 0; count < 5; count++) await on.start()
    for (const [status, size] of [
      ['live', 3],
      ['ended', 0],
    ] as const) {
      on.now = T0 + 50
      const { next } = await on.consentry.sessions(elizabeth, { limit: 2 })
      on.now = T0 + 200
      const rest = await on.consentry.sessions(elizabeth, { status, cursor: next ?? '' })
      expect(rest.items.map((one) => one.status)).toEqual(Array(size).fill(status))
    }
    expect((await on.consentry.sessions(elizabeth, { status: 'live' })).items).toEqual([])
  })

  it('neither repeat nor skip a session while others start at the same and later instants', async () => {
    const on = await grantedStage()
    for (let count = 0; count < 7; count++) await on.start()
    const known = new Set((await on.consentry.sessions(tomAdmin)).items.map(({ hash }) => hash))
    const first = await on.consentry.sessions(tomAdmin, { limit: 2 })
    on.now += 1
    await on.start()
    const rest = await pages((cursor) => on.consentry.sessions(tomAdmin, { limit: 2, cursor: cursor ?? first.next ?? '' }))
    const seen = [...first.items, ...rest.items].map(({ hash }) => hash)
    expect(seen).toHaveLength(7)
    expect(new Set(seen)).toEqual(known)
  })

  it('continue only from a cursor of this list', async () => {
    const on = await visitedStage()
    await grantAgain(on, null)
    const both = person('both', CLASSICS, 'submit', 'answer')
    const cursor = (await on.consentry.sessions(both, { limit: 1 })).next ?? ''
    expect((await on.consentry.sessions(both, { cursor })).items).toHaveLength(1)
    for (const list of [
      on.consentry.outgoing(both, { cursor }),
      on.consentry.history(both, { cursor }),
      on.consentry.myAccess(both, { cursor }),
    ])
      expect(await codeOf(list)).toBe('invalid-input')
    const forged = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '')
    const others = [(await on.consentry.outgoing(both, { limit: 1 })).next, (await on.consentry.history(both, { limit: 1 })).next]
    const after = { now: T0, startedAt: T0, hash: 'a'.repeat(64) }
    const bad = [
      ...others,
      cursor.slice(1),
      forged(['sessions', { ...after, hash: 'A'.repeat(64) }]),
      forged(['sessions', { ...after, now: 0.5 }]),
      forged(['sessions', { ...after, more: 1 }]),
      forged(['history', after]),
    ]
    for (const one of bad) expect(await codeOf(on.consentry.sessions(both, { cursor: one ?? '' }))).toBe('invalid-input')
    expect(
      (await on.consentry.sessions(person('z', 'third', 'answer'), { cursor })).items,
      'another tenant’s cursor shows nothing',
    ).toEqual([])
  })
})

describe('a row outside the query', () => {
  it('throws `unavailable`: a row of another party, of a side without permission, or with another tenant’s facts', async () => {
    const memory = memoryRepository()
    const on = await grantedStage({ repository: memory })
    await on.start()
    const [row] = await memory.sessions({ tenant: TOM, limit: 1 })
    if (row === undefined) throw new Error('there is no session')
    const answering = async (answer: SessionRow) =>
      (await sessionStage({ repository: { ...memory, sessions: async () => [answer] } })).consentry
    const consentry = await answering(row)
    for (const actor of [
      hundredAdmin,
      person('z', 'third', 'submit', 'answer'),
      person('becky', TOM, 'submit'),
      person('e', CLASSICS, 'answer'),
    ])
      expect(await refusal(consentry.sessions(actor))).toMatchObject({ code: 'unavailable', port: 'repository' })
    expect((await consentry.sessions(tomAdmin)).items).toHaveLength(1)
    for (const odd of [
      { ...row, facts: { ...row.facts, tenant: HUNDRED } },
      { ...row, facts: { ...row.facts, governed: false } },
      { ...row, session: { ...row.session, method: 'root' } as never },
    ])
      expect(await refusal((await answering(odd)).sessions(tomAdmin))).toMatchObject({ code: 'unavailable', port: 'repository' })
  })
})
