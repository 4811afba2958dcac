/** What happens while the service waits for the host's directory or rule: facts read afterwards decide (SPEC 5.3, 7.2, 7.8). */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Consentry, ConsentryOptions } from '../../src/consentry.js'
import type { Repository } from '../../src/ports/repository.js'
import {
  CLASSICS,
  caroline,
  charlotte,
  directory,
  HUNDRED,
  hundredAdmin,
  person,
  sentStage,
  stage,
  T0,
  TOM,
  tomAdmin,
} from '../story/cast.js'
import { sessionStage, sha256, told } from './session-scene.js'

const IN_HUNDRED = { tenant: HUNDRED, method: 'legacy-support' } as const

/** The ways to ask about a user of Classics in Hundred Acre; `id` is a live session of theirs by the legacy rule. */
const QUESTIONS: Readonly<Record<string, (consentry: Consentry, user: string, id: string) => Promise<string>>> = {
  decide: async ({ decide }, user) => (await decide({ ...IN_HUNDRED, user, from: CLASSICS })).reason,
  'decide, at an instant before the grant': async (on, user) => (await on.decide({ ...IN_HUNDRED, user, from: CLASSICS, at: T0 })).reason,
  authorize: async ({ authorize }, user) => told(authorize({ ...IN_HUNDRED, user, from: CLASSICS })),
  decideMany: async ({ decideMany }, user) => {
    const question = { ...IN_HUNDRED, user, from: CLASSICS }
    const decisions = await decideMany([{ ...question, method: 'access-request' }, question, { ...question, at: T0 }])
    return decisions.map(({ reason }) => reason).join()
  },
  startImpersonation: async ({ startImpersonation }, user) => told(startImpersonation(person(user, CLASSICS), IN_HUNDRED)),
  checkImpersonation: async ({ checkImpersonation }, user, id) => told(checkImpersonation(person(user, CLASSICS), id)),
  resume: async ({ resume }, user, session) => {
    const { actor, ended } = await resume({ user, tenant: CLASSICS, permissions: [], session })
    return ended?.cause ?? (actor.impersonating ? 'live' : 'outside')
  },
}

/** A stage whose host runs `meanwhile` once, at the next time that it is asked in this way, before it answers. */
async function waitingStage(how: keyof typeof WAITS, options: Partial<ConsentryOptions> = {}) {
  const state = { meanwhile: undefined as (() => Promise<unknown>) | undefined }
  const wait = async () => {
    const now = state.meanwhile
    state.meanwhile = undefined
    await now?.()
  }
  const on = await sessionStage({ ...WAITS[how](wait, () => true), ...options })
  const sessions = { caroline: (await on.start('caroline', HUNDRED, 'legacy-support')).id }
  const charlottes = (await on.start('charlotte', HUNDRED, 'legacy-support')).id
  return Object.assign(on, { state, ids: { ...sessions, charlotte: charlottes } })
}

const WAITS = {
  'the rule': (wait: () => Promise<void>, permits: () => boolean) => ({
    legacy: async () => {
      await wait()
      return permits()
    },
  }),
  'the directory': (wait: () => Promise<void>, permits: () => boolean) => ({
    legacy: permits,
    directory: {
      ...directory,
      askable: async (vendor: string, tenants: readonly string[]) => {
        await wait()
        return directory.askable(vendor, tenants)
      },
    },
  }),
} satisfies Record<string, (wait: () => Promise<void>, permits: () => boolean) => Partial<ConsentryOptions>>
const HOSTS = ['the rule', 'the directory'] as const

describe.each(HOSTS)('a first grant while %s is awaited', (how) => {
  const grantMeanwhile = async () => {
    const on = await waitingStage(how)
    on.state.meanwhile = async () => {
      on.now = T0 + 5
      await on.consentry.grant(hundredAdmin, on.hundred, { expiresAt: null })
    }
    return on
  }

  it.each<[keyof typeof QUESTIONS, string, string]>([
    ['decide', 'legacy-closed', 'granted'],
    ['decide, at an instant before the grant', 'legacy-closed', 'legacy-closed'],
    ['authorize', 'access-denied legacy-closed', 'live'],
    ['decideMany', 'not-associated,legacy-closed,legacy-closed', 'pending,granted,legacy-closed'],
    ['startImpersonation', 'access-denied legacy-closed', 'live'],
    ['checkImpersonation', 'access-denied legacy-closed', 'live'],
    ['resume', 'access-lost', 'live'],
  ])('`%s` answers %s to a user whom it does not name, and %s to one whom it names', async (name, closed, granted) => {
    for (const [user, answer] of [
      ['caroline', closed],
      ['charlotte', granted],
    ] as const) {
      const on = await grantMeanwhile()
      expect(await QUESTIONS[name]?.(on.consentry, user, on.ids[user])).toBe(answer)
    }
  })

  it('a session that starts then is by that grant, from the instant at which it was decided', async () => {
    const on = await grantMeanwhile()
    expect(await on.consentry.startImpersonation(charlotte, IN_HUNDRED)).toMatchObject({ startedAt: T0 + 5, grantedBy: [on.hundred] })
  })

  it('a session that is carried by the grant stays live later on', async () => {
    const on = await grantMeanwhile()
    await on.consentry.checkImpersonation(charlotte, on.ids.charlotte)
    on.now = T0 + 9
    expect(await told(on.consentry.checkImpersonation(charlotte, on.ids.charlotte))).toBe('live')
    expect(await told(on.consentry.checkImpersonation(caroline, on.ids.caroline))).toBe('access-denied legacy-closed')
  })
})

describe.each(HOSTS)('while %s is awaited', (how) => {
  it('a session that a party ends is over, in a check and in `resume`', async () => {
    for (const name of ['checkImpersonation', 'resume'] as const) {
      const on = await waitingStage(how)
      on.state.meanwhile = () => on.consentry.endAll(hundredAdmin, { with: CLASSICS })
      expect(await QUESTIONS[name]?.(on.consentry, 'caroline', on.ids.caroline)).toMatch(/^(session-ended \d+|ended-by-tenant)$/)
    }
  })

  it('a session that another user has afterwards is not found', async () => {
    const memory = memoryRepository()
    let stolen = false
    const sessionRows: Repository['sessionRows'] = async (query) =>
      (await memory.sessionRows(query)).map((row) => (stolen ? { ...row, session: { ...row.session, user: 'charlotte' } } : row))
    const on = await waitingStage(how, { repository: { ...memory, sessionRows } })
    on.state.meanwhile = async () => {
      stolen = true
    }
    expect(await told(on.consentry.checkImpersonation(caroline, on.ids.caroline))).toBe('not-found')
  })

  it('a clock that steps back moves no instant: facts are read for the first one again, and decide as of it', async () => {
    const on = await waitingStage(how)
    const stepBack = async () => {
      on.now = T0 - 60_000
    }
    const question = { ...IN_HUNDRED, user: 'caroline', from: CLASSICS }
    const asks = [
      () => on.consentry.decide(question),
      () => on.consentry.decideMany([question]),
      () => on.consentry.checkImpersonation(caroline, on.ids.caroline),
      () => on.consentry.startImpersonation(caroline, IN_HUNDRED),
    ]
    for (const ask of asks) {
      on.now = T0
      on.asked.length = 0
      on.state.meanwhile = stepBack
      const answer = await ask()
      if ('startedAt' in answer) expect(answer.startedAt).toBe(T0)
      const reads = on.asked.filter(({ call }) => ['factsFor', 'factsForMany', 'sessionRows'].includes(call))
      expect(reads.map(({ args }) => [args].flat(2).map((one) => Reflect.get(one as object, 'now')))).toEqual([[T0], [T0]])
    }
  })

  it('what is denied is denied, and nothing is read again', async () => {
    const reads = await readsOf({
      ...WAITS[how](
        async () => sleep(1),
        () => false,
      ),
    })
    expect(reads).toEqual({ decide: 1, decideMany: 1 })
  })

  it('facts that cannot be read again are `facts-unavailable`, never an allow', async () => {
    const memory = memoryRepository()
    let isDown = false
    const failing = (method: 'factsFor' | 'factsForMany' | 'sessionRows') => async (query: never) => {
      if (isDown) throw new Error('the connection is lost')
      return memory[method](query) as never
    }
    const broken = { factsFor: failing('factsFor'), factsForMany: failing('factsForMany'), sessionRows: failing('sessionRows') }
    const on = await waitingStage(how, { repository: { ...memory, ...broken } })
    for (const [name, ask] of Object.entries(QUESTIONS)) {
      isDown = false
      on.state.meanwhile = async () => {
        isDown = true
      }
      const answer = await ask(on.consentry, 'caroline', on.ids.caroline).catch((error: unknown) => Reflect.get(Object(error), 'code'))
      expect([name, answer]).toEqual([name, 'facts-unavailable'])
    }
  })
})

describe('facts are read once', () => {
  it.each<[string, Partial<ConsentryOptions>, number]>([
    ['if directory and rule answer at once', {}, 1],
    ['if the rule is asynchronous', { legacy: async () => true }, 2],
    ['if the directory is asynchronous', { directory: { ...directory, askable: async (_, tenants) => tenants } }, 2],
    ['without a rule', { legacy: undefined }, 1],
  ])('%s: %o reads %i', async (_, options, reads) => {
    expect(await readsOf(options)).toEqual({ decide: reads, decideMany: reads })
  })

  it.each<[string, Partial<ConsentryOptions>, number]>([
    ['if directory and rule answer at once', {}, 1],
    ['if the rule is asynchronous', { legacy: async () => true }, 2],
    ['if the directory is asynchronous', { directory: { ...directory, askable: async (_, tenants) => tenants } }, 2],
    ['if an asynchronous rule refuses', { legacy: async () => false }, 1],
  ])('of a session %s: %o reads %i', async (_, options, reads) => {
    const memory = memoryRepository()
    const { id } = await stage({ repository: memory }).consentry.startImpersonation(caroline, IN_HUNDRED)
    const sessionRows = vi.fn(memory.sessionRows)
    const { consentry } = stage({ repository: { ...memory, sessionRows }, ...options })
    await told(consentry.checkImpersonation(caroline, id))
    expect(sessionRows).toHaveBeenCalledTimes(reads)
    await consentry.resume({ user: 'caroline', tenant: CLASSICS, permissions: [], session: id })
    expect(sessionRows).toHaveBeenCalledTimes(2 * reads)
  })

  it('by many questions, of which only those that are allowed are read again', async () => {
    const memory = memoryRepository()
    const factsForMany = vi.fn(memory.factsForMany)
    const legacy = async (user: string) => user === 'caroline'
    const on = await sentStage({ repository: { ...memory, factsForMany }, legacy })
    const question = { ...IN_HUNDRED, from: CLASSICS }
    const asking = ['wickham', 'caroline', 'elizabeth'].map((user) => ({ ...question, user }))
    const reasons = (await on.consentry.decideMany(asking)).map(({ reason }) => reason)
    expect(reasons).toEqual(['legacy-not-permitted', 'legacy-permitted', 'legacy-not-permitted'])
    expect(factsForMany.mock.calls.map(([asked]) => asked.map(({ user }) => user))).toEqual([
      ['wickham', 'caroline', 'elizabeth'],
      ['caroline'],
    ])
  })
})

it('a grant that ends while the rule is awaited about another question allows no more', async () => {
  const on = await waitingStage('the rule')
  await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
  on.state.meanwhile = () => on.consentry.revoke(tomAdmin, on.tom)
  const byGrant = { user: 'caroline', tenant: TOM, method: 'access-request', from: CLASSICS } as const
  const decisions = await on.consentry.decideMany([byGrant, { ...IN_HUNDRED, user: 'caroline', from: CLASSICS }])
  expect(decisions.map(({ reason }) => reason)).toEqual(['revoked', 'legacy-permitted'])
})

describe('a session whose end is recorded asks no host (SPEC 7.2, 7.8)', () => {
  /** A stage whose directory and rule fail as soon as `down` is called. */
  async function failingStage(options: Partial<ConsentryOptions> = {}) {
    let isDown = false
    const fail = (): never => {
      throw new Error('the directory is down')
    }
    const askable = vi.fn((vendor: string, tenants: readonly string[]) => (isDown ? fail() : directory.askable(vendor, tenants)))
    const legacy = vi.fn(() => true)
    const on = await sessionStage({ legacy, directory: { ...directory, askable }, ...options })
    const { id } = await on.start('caroline', HUNDRED, 'legacy-support')
    const down = () => {
      isDown = true
      for (const spy of [askable, legacy]) spy.mockClear()
    }
    const expectNobodyAsked = () => expect([askable.mock.calls, legacy.mock.calls]).toEqual([[], []])
    return Object.assign(on, { id, down, expectNobodyAsked })
  }
  const login = (session: string) => ({ user: 'caroline', tenant: CLASSICS, permissions: [], session })

  it('in a check and in `resume`, whatever the clock says since', async () => {
    for (const [now, cause] of [
      [T0 + 7, 'ended-by-tenant'],
      [T0 + 3_600_000, 'expired'],
    ] as const) {
      const on = await failingStage()
      on.now = now
      expect(await on.consentry.endSession(hundredAdmin, sha256(on.id))).toMatchObject({ cause, endedAt: now })
      on.down()
      for (const later of [now, now + 9, now - 1]) {
        on.now = later
        expect(await told(on.consentry.checkImpersonation(caroline, on.id))).toBe(`session-ended ${now}`)
        expect((await on.consentry.resume(login(on.id))).ended).toEqual({ at: now, cause })
      }
      on.expectNobodyAsked()
    }
  })

  it('in a check, after the rule had refused: it is over, by the record', async () => {
    const rule = { permits: true }
    const on = await failingStage({ legacy: () => rule.permits })
    rule.permits = false
    on.now = T0 + 3
    expect(await told(on.consentry.checkImpersonation(caroline, on.id))).toBe('access-denied legacy-not-permitted')
    expect(await on.consentry.recordDue()).toMatchObject([{ cause: 'access-lost', endedAt: T0 + 3 }])
    // What is recorded stays over, though the rule would permit again.
    rule.permits = true
    on.down()
    expect(await told(on.consentry.checkImpersonation(caroline, on.id))).toBe(`session-ended ${T0 + 3}`)
    expect((await on.consentry.resume(login(on.id))).ended).toEqual({ at: T0 + 3, cause: 'access-lost' })
    on.expectNobodyAsked()
  })

  it('in `endAll` and `recordDue`, if it ended between two of their reads', async () => {
    for (const name of ['endAll', 'recordDue'] as const) {
      const memory = memoryRepository()
      let found: (() => Promise<unknown>) | undefined
      const openSessions: Repository['openSessions'] = async (query) => {
        const keys = await memory.openSessions(query)
        await found?.()
        found = undefined
        return keys
      }
      const on = await failingStage({ repository: { ...memory, openSessions } })
      found = async () => {
        await on.consentry.endImpersonation(caroline, on.id)
        on.down()
      }
      const { consentry } = on
      const ended = name === 'endAll' ? consentry.endAll(person('rabbit', HUNDRED, 'answer'), { with: CLASSICS }) : consentry.recordDue()
      expect((await ended).filter((one) => 'session' in one)).toEqual([])
      on.expectNobodyAsked()
    }
  })
})

describe('a clock that steps back between the load of a session and the decision (SPEC 5.2)', () => {
  it('neither ends a session, nor keeps one alive', async () => {
    const clock = { reads: [] as number[], now: T0 }
    const on = await sessionStage({ clock: () => clock.reads.shift() ?? clock.now })
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
    const { id, endsAt } = await on.start()
    for (const [reads, answer, ended] of [
      [[T0, T0 - 1], 'live', undefined],
      [[endsAt, endsAt - 1], `session-ended ${endsAt}`, 'expired'],
      [[endsAt - 1, T0 - 1], 'live', undefined],
    ] as const) {
      clock.reads.push(...reads)
      expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe(answer)
      clock.reads.push(...reads)
      expect((await on.consentry.resume({ user: 'caroline', tenant: CLASSICS, permissions: [], session: id })).ended?.cause).toBe(ended)
      expect(clock.reads).toEqual([])
    }
  })
})

/** Returns how often the facts are read for one question that the facts leave to the rule. */
async function readsOf(options: Partial<ConsentryOptions>) {
  const memory = memoryRepository()
  const [factsFor, factsForMany] = [vi.fn(memory.factsFor), vi.fn(memory.factsForMany)]
  const { consentry } = stage({ repository: { ...memory, factsFor, factsForMany }, ...options })
  const question = { ...IN_HUNDRED, user: 'wickham', from: CLASSICS }
  await consentry.decide(question)
  await consentry.decideMany([question])
  return { decide: factsFor.mock.calls.length, decideMany: factsForMany.mock.calls.length }
}
