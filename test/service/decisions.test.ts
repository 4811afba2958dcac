/** Decisions through the service: its clock, its errors, and facts that cannot be loaded (SPEC 5.9). */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { AccessDenied, isConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { HUNDRED, hundredAdmin, legacy, sentStage, stage, T0, TOM, tomAdmin } from '../story/cast.js'
import { allow, deny, notPermitted, permitted } from '../story/scenario.js'
import { refusal } from './session-scene.js'

const down = new Error('SELECT secret FROM tenants')
const throwsDown = () => {
  throw down
}
const question = { user: 'caroline', tenant: TOM, method: 'access-request' } as const

async function grantedStage(options = {}) {
  const on = await sentStage(options)
  await on.consentry.grant(tomAdmin, on.tom, { expiresAt: T0 + 1000 })
  return on
}

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

  it('denies a malformed question without a call of the repository, and never throws', async () => {
    const factsFor = vi.fn()
    const { consentry } = stage({ repository: { ...memoryRepository(), factsFor } })
    const parts = [{ user: '' }, { tenant: 7 }, { method: 'root' }, { at: 'now' }, { at: new Date(Number.NaN) }, { at: null }, { now: 5 }]
    const wrong = [...parts, { at: '2026-01-01T00:00:00Z' }].map((part) => ({ ...question, ...part }))
    const questions = [undefined, null, 7, [], {}, ...wrong]
    for (const one of questions) expect(await consentry.decide(one as never)).toEqual(deny('invalid-question'))
    expect(factsFor).not.toHaveBeenCalled()
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

describe('authorize', () => {
  it('resolves to the allowing decision', async () => {
    const on = await grantedStage()
    expect(await on.consentry.authorize(question)).toEqual(await on.consentry.decide(question))
    expect(await on.consentry.authorize({ user: 'wickham', tenant: HUNDRED, method: 'legacy-support' })).toEqual(permitted)
  })

  it('throws AccessDenied with the denying decision', async () => {
    const on = await grantedStage()
    const error = await refusal(on.consentry.authorize({ ...question, user: 'elizabeth' }))
    expect(error).toBeInstanceOf(AccessDenied)
    expect(isConsentryError(error, 'access-denied') && error.decision).toEqual(deny('not-associated'))
    await expect(on.consentry.authorize({} as never)).rejects.toMatchObject({ code: 'access-denied', decision: deny('invalid-question') })
  })
})

describe('facts, tenantsFor and usersFor', () => {
  it('agree with an access over the same facts', async () => {
    const on = await grantedStage()
    await on.consentry.grant(hundredAdmin, on.hundred, { expiresAt: null })
    const part = { id: on.tom, tenant: TOM, users: ['caroline', 'charlotte'], removed: [], sentAt: T0 }
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

  it('return nothing for a malformed question, and refuse a malformed tenant id', async () => {
    const { consentry } = await grantedStage()
    expect(await consentry.tenantsFor({ user: 'charlotte', at: null } as never)).toEqual([])
    expect(await consentry.usersFor({ tenant: TOM, at: null } as never)).toEqual([])
    expect(await consentry.tenantsFor(undefined as never)).toEqual([])
    expect(await consentry.usersFor(undefined as never)).toEqual([])
    await expect(consentry.facts('a b')).rejects.toMatchObject({ code: 'invalid-input', issues: [{ path: ['tenant'] }] })
  })
})

describe('facts that cannot be loaded (law 30)', () => {
  const everywhere = (method: () => Promise<never>) => ({ factsFor: method, facts: method, factsOfUser: method })
  const ofHundred = { tenant: HUNDRED, governed: false, requests: [] }
  const ofTom = { id: 'r', tenant: TOM, users: ['caroline'], removed: [], sentAt: 1, state: 'pending' } as const
  const broken: Record<string, Partial<Repository>> = {
    'the repository rejects': everywhere(() => Promise.reject(down)),
    'the repository throws synchronously': everywhere(throwsDown),
    'it returns nothing': { ...everywhere(async () => undefined as never), facts: async () => null as never },
    'it returns another tenant’s facts': {
      factsFor: async () => ofHundred,
      facts: async () => ofHundred,
      factsOfUser: async () => [{ ...ofHundred, requests: [ofTom] }],
    },
    'it returns malformed facts': {
      factsFor: async (tenant) => ({ tenant, governed: 1, requests: [] }) as never,
      facts: async (tenant) => ({ tenant, governed: true, requests: [{}] }) as never,
      factsOfUser: async () => [{ tenant: TOM, governed: true, requests: 'x' }] as never,
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
