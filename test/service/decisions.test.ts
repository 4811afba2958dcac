/** Decisions through the service: its clock, its errors, and facts that cannot be loaded (SPEC 5.9). */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { AccessDenied, isConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { CLASSICS, directory, elizabeth, HUNDRED, hundredAdmin, legacy, stage, T0, TOM, tomAdmin } from '../story/cast.js'
import { allow, deny, notPermitted } from '../story/scenario.js'
import { codeOf, grantAgain, grantedStage as grantedUntil, issuesOf, refusal } from './session-scene.js'

const down = new Error('SELECT secret FROM tenants')
const throwsDown = () => {
  throw down
}
const question = { user: 'caroline', tenant: TOM, method: 'access-request', from: CLASSICS } as const

const grantedStage = (options = {}) => grantedUntil(options, T0 + 1000)

describe('decide', () => {
  it('decides at the given instant, by default at the service’s clock', async () => {
    const on = await grantedStage()
    expect(await on.consentry.decide(question)).toEqual(allow([on.tom], T0 + 1000))
    on.now = T0 + 1000
    expect(await on.consentry.decide(question)).toEqual(deny('expired'))
    expect((await on.consentry.decide({ ...question, at: T0 + 999 })).allowed).toBe(true)
    expect((await on.consentry.decide({ ...question, at: new Date(T0 - 1) })).reason).toBe('pending')
    expect((await on.consentry.decide({ ...question, at: undefined })).reason).toBe('expired')
  })

  it('denies, and the reverse questions find nothing, if the instant is null or a text, or a key is unknown', async () => {
    const { decide, tenantsFor, usersFor } = (await grantedStage()).consentry
    for (const odd of [{ at: null }, { at: '2026-01-01T00:00:00Z' }, { now: 5 }]) {
      expect(await decide({ ...question, ...odd } as never)).toEqual(deny('invalid-question'))
      expect(await tenantsFor({ user: 'charlotte', ...odd } as never)).toEqual([])
      expect(await usersFor({ tenant: TOM, ...odd } as never)).toEqual([])
    }
  })

  it('tells `onError` once what is wrong with a malformed question, as the reverse questions do, and answers as before (SPEC 5.3.1)', async () => {
    const onError = vi.fn()
    const { decide, authorize, tenantsFor, usersFor } = (await grantedStage({ onError })).consentry
    const id = 'ids are strings: use `String(id)`'
    const methods = '`access-request`, `legacy-configure`, `legacy-support`'
    const { from: _, ...withoutFrom } = question
    const told: (readonly [() => Promise<unknown>, unknown, ...string[]])[] = [
      [() => decide({ ...question, user: 7 } as never), deny('invalid-question'), `question.user: \`7\` is a number; ${id}`],
      [
        () => decide({ ...question, method: 'root' } as never),
        deny('invalid-question'),
        `question.method: \`root\` must be one of ${methods}`,
      ],
      [
        () => decide({ ...question, at: '1767225600000', tennant: TOM } as never),
        deny('invalid-question'),
        'question.at: `1767225600000` is text: use `new Date(...)`, or milliseconds',
        'question.tennant: `tennant` is not expected here: did you mean `tenant`?',
      ],
      [() => decide({ ...question, at: Number.NaN }), deny('invalid-question'), 'question.at: `NaN` must be a valid date or milliseconds'],
      [
        () => decide('caroline' as never),
        deny('invalid-question'),
        'question: `caroline` must be a question: an object with `user`, `tenant` and `method`',
      ],
      [() => authorize(withoutFrom as never), new AccessDenied(deny('invalid-question') as never), 'question.from: is required'],
      [
        () => tenantsFor({ user: { id: 'caroline' } } as never),
        [],
        'question.user: an object must be an id, as a string: an id is 1 to 128 printable ASCII characters without a space',
      ],
      [() => tenantsFor(null as never), [], 'question: `null` must be a question: an object with `user`'],
      [() => usersFor({ tenant: 7 } as never), [], `question.tenant: \`7\` is a number; ${id}`],
    ]
    for (const [ask, answer, ...issues] of told) {
      onError.mockClear()
      expect(await ask().catch((error: unknown) => error)).toEqual(answer)
      expect(onError).toHaveBeenCalledTimes(1)
      const [error] = onError.mock.calls[0] as [unknown]
      if (!isConsentryError(error, 'invalid-input')) throw error
      expect(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual(issues)
    }
    onError.mockClear()
    await decide(question)
    await decide({ ...question, user: 'nobody' })
    expect(onError).not.toHaveBeenCalled()
  })

  it('asks the directory before the legacy rule where the question says `from`, and fails closed if it fails (SPEC 5.3.6)', async () => {
    const askable = vi.fn((): unknown => [HUNDRED])
    const repository = memoryRepository()
    await grantedStage({ repository })
    const directory = { members: () => [], askable } as never
    const { decide, startImpersonation } = stage({ repository, legacy: () => true, directory }).consentry
    const wickham = { user: 'wickham', tenant: HUNDRED, method: 'legacy-support', from: CLASSICS } as const
    expect((await decide(wickham)).reason).toBe('legacy-permitted')
    expect(askable.mock.calls).toEqual([[CLASSICS, [HUNDRED]]])
    // Nothing else asks it: a grant or a governed tenant has already answered, and `null` is not said.
    for (const other of [{ ...wickham, tenant: TOM }, { ...wickham, user: 'charlotte', tenant: TOM }, { ...wickham, from: null }, question])
      await decide(other)
    expect(askable).toHaveBeenCalledTimes(1)
    for (const spelling of ['Hundred', HUNDRED.toUpperCase(), 'nowhere'])
      expect(await decide({ ...wickham, tenant: spelling })).toEqual(deny('legacy-not-permitted'))
    const actor = { user: 'wickham', tenant: CLASSICS, permissions: [], impersonating: null }
    for (const broken of [throwsDown, () => Promise.reject(down), () => undefined]) {
      askable.mockImplementation(broken)
      expect(await codeOf(decide(wickham))).toBe('facts-unavailable')
      expect(await codeOf(startImpersonation(actor, { tenant: HUNDRED, method: 'legacy-support' }))).toBe('facts-unavailable')
    }
  })

  it('calls the legacy rule only in tenants that are not governed, and reports its errors', async () => {
    const onError = vi.fn()
    const on = await grantedStage({ onError, legacy: throwsDown })
    expect(await on.consentry.decide({ user: 'wickham', tenant: HUNDRED, method: 'legacy-support' })).toEqual(notPermitted)
    expect(onError.mock.calls).toEqual([[down]])
    expect((await on.consentry.decide({ user: 'wickham', tenant: TOM, method: 'legacy-support' })).reason).toBe('legacy-closed')
    expect(onError).toHaveBeenCalledTimes(1)
  })
})

it('authorize throws AccessDenied with the denying decision, `invalid-question` where `from` is not said (SPEC 2.7)', async () => {
  const { consentry } = await grantedStage()
  expect((await consentry.authorize({ ...question, from: null })).reason).toBe('granted')
  for (const from of [undefined, '', 7])
    expect(await refusal(consentry.authorize({ ...question, from: from as never }))).toMatchObject({ decision: deny('invalid-question') })
  const error = await refusal(consentry.authorize({ ...question, user: 'elizabeth' }))
  expect(error).toBeInstanceOf(AccessDenied)
  expect(error).toMatchObject({ code: 'access-denied', decision: deny('not-associated') })
})

describe('decideMany (SPEC 5.11)', () => {
  const other = { ...question, user: 'wickham' }

  it('answers each question as `decide` would, in order; a malformed one is denied alone, and told to `onError`', async () => {
    const onError = vi.fn()
    const { decide, decideMany } = (await grantedStage({ onError })).consentry
    const asked = [question, { ...question, at: T0 + 1000 }, { ...question, user: 'a b' }, other, question, { ...other, tenant: HUNDRED }]
    const [malformed] = [asked[2] as typeof question]
    expect(await decideMany(asked)).toEqual(await Promise.all(asked.map(decide)))
    expect(onError.mock.calls.length).toBe(2)
    expect(onError.mock.calls[0]).toEqual(onError.mock.calls[1])
    expect((await decide(malformed)).reason).toBe('invalid-question')
    expect(await decideMany([])).toEqual([])
    expect((await decideMany(Array(3).fill(null) as never)).map(({ reason }) => reason)).toEqual(Array(3).fill('invalid-question'))
  })

  it('reads the facts in one call, and asks the directory once for each vendor; 1,000 questions are the most', async () => {
    const memory = memoryRepository()
    const [factsForMany, factsFor] = [vi.fn(memory.factsForMany), vi.fn(memory.factsFor)]
    const askable = vi.fn(directory.askable)
    const on = await grantedUntil({ repository: { ...memory, factsForMany, factsFor }, directory: { ...directory, askable }, legacy })
    askable.mockClear()
    const byLegacy = { user: 'wickham', tenant: HUNDRED, method: 'legacy-support' } as const
    const asked = Array.from({ length: 1_000 }, (_, n) => ({ ...byLegacy, from: n % 2 ? CLASSICS : 'rival' }))
    const decisions = await on.consentry.decideMany(asked)
    expect(decisions.slice(0, 3).map(({ allowed }) => allowed)).toEqual([false, true, false])
    expect(decisions).toHaveLength(1_000)
    // Of 1,000 questions with two different facts, the repository reads these two.
    expect(factsForMany.mock.calls.map(([queries]) => queries.map(({ from }) => from))).toEqual([['rival', CLASSICS]])
    expect(factsFor).not.toHaveBeenCalled()
    expect(askable.mock.calls).toEqual([
      ['rival', [HUNDRED]],
      [CLASSICS, [HUNDRED]],
    ])
    expect(await issuesOf(on.consentry.decideMany([...asked, byLegacy]))).toEqual(['questions invalid'])
    for (const odd of [undefined, null, question, 'x', { length: 1 }, new Set([question])])
      expect(await codeOf(on.consentry.decideMany(odd as never))).toBe('invalid-input')
    expect(factsForMany).toHaveBeenCalledTimes(1)
  })

  it('keeps two questions apart that differ in one part: the user, the tenant, the method, `from` or the instant', async () => {
    const on = await grantedStage()
    // Of what is over at an instant, only the request that ended last decides.
    await grantAgain(on, T0 + 2000)
    const { decide, decideMany } = on.consentry
    const apart = [
      { user: 'wickham' },
      { tenant: HUNDRED },
      { method: 'legacy-support' },
      { from: 'rival' },
      { from: null },
      { at: T0 + 3000 },
    ]
    for (const other of apart) {
      const asked = [question, { ...question, ...other } as typeof question]
      for (const order of [asked, asked.toReversed()]) expect(await decideMany(order)).toEqual(await Promise.all(order.map(decide)))
    }
  })

  it('throws `facts-unavailable` for all if the facts, the clock, or the directory fail for one', async () => {
    const memory = memoryRepository()
    const fails: Partial<Repository>[] = [
      { factsForMany: throwsDown },
      { factsForMany: () => Promise.reject(down) },
      { factsForMany: async (queries) => (await memory.factsForMany(queries)).slice(1) },
      { factsForMany: async (queries) => memory.factsForMany([...queries, ...queries]) },
      { factsForMany: async (queries) => [...(await memory.factsForMany(queries))].reverse() },
      {
        factsForMany: async () =>
          [
            { tenant: TOM, governed: 1, requests: [] },
            { tenant: HUNDRED, governed: false, requests: [] },
          ] as never,
      },
      { factsForMany: async () => undefined as never },
    ]
    const asked = [question, { ...question, tenant: HUNDRED }]
    for (const repository of fails)
      expect(await codeOf(stage({ repository: { ...memory, ...repository } }).consentry.decideMany(asked))).toBe('facts-unavailable')
    const byLegacy = { ...question, method: 'legacy-support' } as const
    const withoutDirectory = stage({ legacy, directory: { ...directory, askable: throwsDown } }).consentry
    expect(await codeOf(withoutDirectory.decideMany([question, byLegacy]))).toBe('facts-unavailable')
    expect(await codeOf(stage({ clock: throwsDown }).consentry.decideMany([{ ...question, at: 1 }, question]))).toBe('facts-unavailable')
    expect((await stage({ clock: throwsDown }).consentry.decideMany([{ ...question, at: 1 }]))[0]?.reason).toBe('not-associated')
  })

  it('decides no earlier than the instant at which the facts were read, should the clock step back', async () => {
    const on = await grantedStage()
    const memory = on.memory
    let now = T0 + 1000
    const factsForMany: Repository['factsForMany'] = async (queries) => {
      now = T0 + 999
      return memory.factsForMany(queries)
    }
    const { consentry } = stage({ repository: { ...memory, factsForMany }, clock: () => now })
    expect((await consentry.decideMany([question]))[0]?.reason).toBe('expired')
  })

  it('decides as of the clock after the facts were read: what ended meanwhile allows nothing', async () => {
    const on = await grantedStage()
    let now = T0 + 999
    const factsForMany: Repository['factsForMany'] = async (queries) => {
      const facts = await on.memory.factsForMany(queries)
      now = T0 + 1000
      return facts
    }
    const { consentry } = stage({ repository: { ...on.memory, factsForMany }, clock: () => now })
    const before = { ...question, at: T0 + 999 }
    expect((await consentry.decideMany([question, before])).map(({ reason }) => reason)).toEqual(['expired', 'granted'])
  })

  it('asks the repository nothing if no question is well formed: its failure is not one of theirs', async () => {
    const { decideMany } = stage({ repository: { ...memoryRepository(), factsForMany: throwsDown }, clock: throwsDown }).consentry
    expect(await decideMany([])).toEqual([])
    expect((await decideMany([{ ...question, user: 'a b' }])).map(({ reason }) => reason)).toEqual(['invalid-question'])
  })
})

describe('facts, tenantsFor and usersFor', () => {
  it('agree with an access over the same facts', async () => {
    const on = await grantedStage()
    await on.consentry.grant(hundredAdmin, on.hundred, { expiresAt: null })
    const part = { id: on.tom, requestingTenant: CLASSICS, tenant: TOM, users: ['caroline', 'charlotte'], removed: [], sentAt: T0 }
    const request = { ...part, state: 'granted', grantedAt: T0, expiresAt: T0 + 1000 }
    expect(await on.consentry.facts(TOM)).toEqual({ tenant: TOM, governed: true, requests: [request] })
    expect(await on.consentry.facts('nowhere')).toEqual({ tenant: 'nowhere', governed: false, requests: [] })
    expect(await on.consentry.usersFor({ tenant: TOM })).toEqual(['caroline', 'charlotte'])
    expect(await on.consentry.usersFor({ tenant: TOM, at: T0 + 1000 })).toEqual([])
    expect(await on.consentry.tenantsFor({ user: 'charlotte' })).toEqual([HUNDRED, TOM])
    expect(await on.consentry.tenantsFor({ user: 'charlotte', at: new Date(T0 + 1000) })).toEqual([HUNDRED])
    on.now = T0 + 1000
    expect(await on.consentry.tenantsFor({ user: 'charlotte' })).toEqual([HUNDRED])
  })

  it('read on after a page that ended early: only an empty one is the last', async () => {
    const memory = memoryRepository()
    const short: Partial<Repository> = {
      factsPage: (query) => memory.factsPage({ ...query, limit: 1 }),
      grantsOfUser: (query) => memory.grantsOfUser({ ...query, limit: 1 }),
    }
    const on = await grantedUntil({ repository: { ...memory, ...short } })
    await on.consentry.grant(hundredAdmin, on.hundred, { expiresAt: null })
    const { sent } = await on.consentry.submit(elizabeth, { name: 'Wickham', associations: [{ users: ['wickham'], tenants: [TOM] }] })
    await on.consentry.grant(tomAdmin, sent[0]?.id ?? '', { expiresAt: null })
    expect(await on.consentry.usersFor({ tenant: TOM })).toEqual(['caroline', 'charlotte', 'wickham'])
    expect((await on.consentry.facts(TOM)).requests).toHaveLength(2)
    expect(await on.consentry.tenantsFor({ user: 'charlotte' })).toEqual([HUNDRED, TOM])
  })

  it('refuse a malformed tenant id', async () =>
    expect(await refusal(stage().consentry.facts('a b'))).toMatchObject({ code: 'invalid-input', issues: [{ path: ['tenant'] }] }))
})

describe('facts that cannot be loaded (law 30)', () => {
  const everywhere = (method: () => Promise<never>) => ({ factsFor: method, factsPage: method, grantsOfUser: method })
  const ofHundred = { tenant: HUNDRED, governed: false, requests: [] }
  const ofTom = {
    id: 'r',
    requestingTenant: CLASSICS,
    tenant: TOM,
    users: ['caroline'],
    removed: [],
    sentAt: 1,
    state: 'pending',
    answerBy: null,
  } as const
  const broken: Record<string, Partial<Repository>> = {
    'the repository rejects': everywhere(() => Promise.reject(down)),
    'the repository throws synchronously': everywhere(throwsDown),
    'it returns nothing': { ...everywhere(async () => undefined as never), factsPage: async () => null as never },
    'it returns another tenant’s facts': {
      factsFor: async () => ofHundred,
      factsPage: async () => ofHundred,
      grantsOfUser: async () => [{ ...ofHundred, requests: [ofTom] }],
    },
    'it returns malformed facts': {
      factsFor: async ({ tenant }) => ({ tenant, governed: 1, requests: [] }) as never,
      factsPage: async ({ tenant }) => ({ tenant, governed: true, requests: [{}] }) as never,
      grantsOfUser: async () => [{ tenant: TOM, governed: true, requests: 'x' }] as never,
    },
  }
  for (const [what, methods] of Object.entries(broken))
    it(`throw facts-unavailable if ${what}`, async () => {
      const onError = vi.fn()
      const { consentry } = stage({ repository: { ...memoryRepository(), ...methods }, onError, legacy: () => true })
      const asked = { ...question, method: 'legacy-support' } as const
      const { decide, authorize, facts, usersFor, tenantsFor } = consentry
      for (const call of [decide(asked), authorize(asked), facts(TOM), usersFor({ tenant: TOM }), tenantsFor({ user: 'caroline' })]) {
        const error = await refusal(call)
        expect(error).toMatchObject({ code: 'facts-unavailable', message: 'the facts could not be loaded' })
        expect(error.cause).toBeInstanceOf(Error)
        expect(JSON.stringify(error)).not.toContain('SELECT')
      }
      if (what.startsWith('the repository')) expect(onError).toHaveBeenCalledWith(down)
    })

  it('throw facts-unavailable if the clock returns no instant', async () => {
    const { consentry } = stage({ clock: () => Number.NaN, legacy })
    await expect(consentry.decide(question)).rejects.toMatchObject({ code: 'facts-unavailable' })
    expect((await consentry.decide({ ...question, at: T0 })).reason).toBe('not-associated')
  })
})
