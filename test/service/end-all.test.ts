/** One party ends everything between two tenants (SPEC 4.11). */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { ConsentryOptions } from '../../src/consentry.js'
import type { Ended } from '../../src/service/end-all.js'
import { CLASSICS, caroline, directory, elizabeth, HUNDRED, hundredAdmin, person, stage, T0, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, issuesOf, refusal, traces } from './session-scene.js'

const HOUR = 3_600_000
const told = (ended: readonly Ended[]) => ended.map((one) => ('session' in one ? one.cause : `${one.tenant} ${one.status} ${one.revision}`))
const ask = { name: 'Access', associations: [{ users: ['caroline'], tenants: [TOM] }] }

/** A stage with a pending request of Tom Sawyer, one that holds, and one live session by it; Hundred Acre has the same. */
async function liveStage(options: Partial<ConsentryOptions> = {}) {
  const repository = options.repository ?? memoryRepository()
  const on = stage({ ...options, repository })
  const associations = [{ users: ['caroline'], tenants: [TOM, HUNDRED] }]
  const idsOf = async () => (await on.consentry.submit(elizabeth, { name: 'Access', associations })).sent.map(({ id }) => id)
  const [pending, held] = [await idsOf(), await idsOf()]
  await on.consentry.grant(tomAdmin, held[1] ?? '', { expiresAt: null })
  await on.consentry.grant(hundredAdmin, held[0] ?? '', { expiresAt: T0 + HOUR / 2 })
  const enter = (tenant: string, method: 'access-request' | 'legacy-support' = 'access-request') =>
    on.consentry.startImpersonation(caroline, { tenant, method })
  return Object.assign(on, { repository, pending, held, enter, tom: await enter(TOM), hundred: await enter(HUNDRED) })
}

describe('endAll by the tenant', () => {
  it('rejects what is pending, revokes what holds, ends what is live, and leaves others alone', async () => {
    const on = await liveStage()
    on.now = T0 + 5
    const ended = await on.consentry.endAll(tomAdmin, { with: CLASSICS, message: 'Enough.' })
    expect(told(ended).sort()).toEqual(['ended-by-tenant', 'tom-sawyer rejected 2', 'tom-sawyer revoked 3'])
    expect(ended.find((one) => 'session' in one)).toMatchObject({ tenant: TOM, status: 'ended', endedAt: T0 + 5, revision: 2 })
    const incoming = (await on.consentry.incoming(tomAdmin)).items
    expect(incoming.map((one) => 'ended' in one && one.ended)).toMatchObject([
      { by: 'tenant', user: 'becky', message: 'Enough.', at: T0 + 5 },
      { by: 'tenant', user: 'becky', message: 'Enough.', at: T0 + 5 },
    ])
    expect(await codeOf(on.consentry.checkImpersonation(caroline, on.tom.id))).toBe('session-ended')
    expect(await on.consentry.checkImpersonation(caroline, on.hundred.id)).toMatchObject({ tenant: HUNDRED })
    expect((await on.consentry.incoming(hundredAdmin, { status: 'granted' })).items).toHaveLength(1)
    const [end] = (await on.consentry.history(tomAdmin, { limit: 3 })).items.filter(({ type }) => type === 'impersonation.ended')
    expect(end).toMatchObject({ by: 'tenant', user: 'becky', cause: 'ended-by-tenant' })
    const before = await traces(on.repository)
    expect(await on.consentry.endAll(tomAdmin, { with: CLASSICS })).toEqual([])
    expect(await traces(on.repository)).toBe(before)
  })

  it('ends sessions by a legacy method too, and may be given by a member of the requesting tenant', async () => {
    const on = stage()
    const { id } = await on.consentry.startImpersonation(caroline, { tenant: TOM, method: 'legacy-support' })
    const ended = await on.consentry.endAll(person('caroline', TOM, 'answer'), { with: CLASSICS })
    expect(told(ended)).toEqual(['ended-by-tenant'])
    expect(await codeOf(on.consentry.checkImpersonation(caroline, id))).toBe('session-ended')
  })

  it('records a session that was over as it ended, and leaves an expired grant to `recordDue`', async () => {
    const on = await liveStage()
    on.now = T0 + HOUR / 2
    expect(told(await on.consentry.endAll(hundredAdmin, { with: CLASSICS }))).toEqual(['expired', 'hundred-acre rejected 2'])
    expect(told((await on.consentry.recordDue()) as Ended[])).toEqual(['hundred-acre expired undefined'])
  })

  it('records access that was lost before as `access-lost`, at its instant', async () => {
    const on = await liveStage()
    on.now = T0 + 3
    await on.consentry.revoke(tomAdmin, on.held[1] ?? '')
    on.now = T0 + 9
    const ended = await on.consentry.endAll(tomAdmin, { with: CLASSICS })
    expect(ended.find((one) => 'session' in one)).toMatchObject({ cause: 'access-lost', endedAt: T0 + 3 })
  })

  it('a clock behind the one that started a session makes no `access-lost` of its end (SPEC 7.7)', async () => {
    const on = await liveStage()
    on.now = T0 - 10
    const ended = await on.consentry.endAll(tomAdmin, { with: CLASSICS })
    expect(ended.find((one) => 'session' in one)).toMatchObject({ cause: 'ended-by-tenant', endedAt: T0 })
  })
})

describe('endAll by the requester', () => {
  it('withdraws what is pending, revokes what holds with the message, and ends what is live', async () => {
    const on = await liveStage()
    // A removal that the tenant does not see: the requester's revisions count it (SPEC 4.10).
    const ended = await on.consentry.endAll(elizabeth, { with: TOM, message: 'The contract has ended.' })
    expect(told(ended).sort()).toEqual(['ended-by-requester', 'tom-sawyer revoked 3', 'tom-sawyer withdrawn 2'])
    const incoming = (await on.consentry.incoming(tomAdmin)).items
    const messages = Object.fromEntries(incoming.map((one) => [one.status, 'ended' in one && one.ended.message]))
    expect(messages).toEqual({ withdrawn: '', revoked: 'The contract has ended.' })
    const [end] = (await on.consentry.history(tomAdmin)).items.filter(({ type }) => type === 'impersonation.ended')
    expect(end).toMatchObject({ by: 'requester', user: null, cause: 'ended-by-requester' })
  })

  it('with both permissions ends both sides', async () => {
    const isAskable = () => true
    const on = stage({ directory: { ...directory, askable: (_, tenants) => tenants.filter(isAskable), members: (_, users) => users } })
    await on.consentry.submit(elizabeth, ask)
    const back = { name: 'Back', associations: [{ users: ['becky'], tenants: [CLASSICS] }] }
    await on.consentry.submit(person('becky', TOM, 'submit'), back)
    const both = person('becky', TOM, 'submit', 'answer')
    const one = await on.consentry.endAll(person('becky', TOM, 'answer'), { with: 'nobody' })
    expect(one).toEqual([])
    expect(told(await on.consentry.endAll(both, { with: CLASSICS })).sort()).toEqual(['classics withdrawn 2', 'tom-sawyer rejected 2'])
  })
})

describe('endAll', () => {
  it('of one’s own tenant, and of nothing between the two, is empty', async () => {
    const on = await liveStage()
    const before = await traces(on.repository)
    for (const other of [CLASSICS, 'nobody', HUNDRED.toUpperCase()])
      expect(await on.consentry.endAll(person('elizabeth', CLASSICS, 'submit', 'answer'), { with: other })).toEqual([])
    expect(await on.consentry.endAll(person('becky', TOM, 'submit'), { with: CLASSICS })).toEqual([])
    expect(await traces(on.repository)).toBe(before)
  })

  it('refuses a malformed input, who has neither permission, and who is inside (SPEC 4.7)', async () => {
    const on = await liveStage({ policy: { requireMessage: { reject: 5 } } })
    expect(await issuesOf(on.consentry.endAll(tomAdmin, {} as never))).toEqual(['with missing'])
    const wrong = { with: 'a b', message: '\u0007', ifRevision: 1 }
    expect(await issuesOf(on.consentry.endAll(tomAdmin, wrong as never))).toEqual([
      'with invalid',
      'message invalid',
      'ifRevision unknown-key',
    ])
    expect(await codeOf(on.consentry.endAll(caroline, { with: TOM }))).toBe('not-permitted')
    const inside = { ...tomAdmin, impersonating: { tenant: HUNDRED, method: 'access-request' } as const }
    expect(await codeOf(on.consentry.endAll(inside, { with: CLASSICS }))).toBe('impersonating')
    // The message that the policy requires of a rejection is not required here (SPEC 3.3a).
    expect(told(await on.consentry.endAll(tomAdmin, { with: CLASSICS }))).toHaveLength(3)
  })

  it('ends a session that started meanwhile: none is left when it returns', async () => {
    const on = await liveStage()
    const started: string[] = []
    const saveChanges: typeof on.repository.saveChanges = async (changes) => {
      // After the first pass over sessions, before the grant is revoked.
      if (started.length === 0) started.push((await on.enter(TOM)).id)
      return on.repository.saveChanges(changes)
    }
    const { consentry } = stage({ repository: { ...on.repository, saveChanges } })
    const ended = await consentry.endAll(tomAdmin, { with: CLASSICS })
    expect(told(ended).filter((one) => !one.startsWith(TOM))).toEqual(['ended-by-tenant', 'access-lost'])
    expect(await on.repository.openSessions({ requestingTenant: CLASSICS, tenant: TOM, limit: 9 })).toEqual([])
  })

  it('ends sessions of many pages, and one that its user ends meanwhile once', async () => {
    const repository = memoryRepository()
    const { consentry } = stage({ repository, policy: { maxLiveSessions: 1_000 } })
    const start = () => consentry.startImpersonation(caroline, { tenant: TOM, method: 'legacy-support' })
    const sessions = await Promise.all(Array.from({ length: 450 }, start))
    const left = sessions[3]?.id ?? ''
    let raced = false
    const saveSessionChanges: typeof repository.saveSessionChanges = async (changes) => {
      if (!raced) {
        raced = true
        await consentry.endImpersonation(caroline, left)
      }
      return repository.saveSessionChanges(changes)
    }
    const ended = await stage({ repository: { ...repository, saveSessionChanges } }).consentry.endAll(tomAdmin, { with: CLASSICS })
    expect(ended).toHaveLength(sessions.length - 1)
    expect(new Set(told(ended))).toEqual(new Set(['ended-by-tenant']))
    expect(await repository.openSessions({ limit: 9 })).toEqual([])
  })

  it('revokes grants although sessions cannot be read, and says what it changed (SPEC 9.3)', async () => {
    const on = await liveStage()
    const sessionRows = vi.fn(async () => Promise.reject(new Error('the connection is lost')))
    const { consentry } = stage({ repository: { ...on.repository, sessionRows } })
    const error = await refusal(consentry.endAll(tomAdmin, { with: CLASSICS }))
    expect(error).toMatchObject({ code: 'unavailable', port: 'repository' })
    expect(told(error.changed).sort()).toEqual(['tom-sawyer rejected 2', 'tom-sawyer revoked 3'])
    // Its access is lost, so the session is dead; the next call records it.
    expect(await codeOf(on.consentry.checkImpersonation(caroline, on.tom.id))).toBe('access-denied')
    expect(told(await on.consentry.endAll(tomAdmin, { with: CLASSICS }))).toEqual(['access-lost'])
  })

  it('fails if the repository answers a session of other parties, and ends it not', async () => {
    const on = await liveStage()
    const openSessions: typeof on.repository.openSessions = ({ after, limit }) => on.repository.openSessions({ after, limit })
    const { consentry } = stage({ repository: { ...on.repository, openSessions } })
    expect(await codeOf(consentry.endAll(tomAdmin, { with: CLASSICS }))).toBe('unavailable')
    expect(await on.consentry.checkImpersonation(caroline, on.hundred.id)).toMatchObject({ tenant: HUNDRED })
  })

  it('a repository in which every save conflicts ends the command, after the last attempt', async () => {
    const on = await liveStage()
    const saveSessionChanges = async () => 'conflict' as const
    const { consentry } = stage({ repository: { ...on.repository, saveSessionChanges } })
    expect(await codeOf(consentry.endAll(tomAdmin, { with: CLASSICS }))).toBe('unavailable')
  })
})
