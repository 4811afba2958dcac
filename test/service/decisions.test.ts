/** Decisions through the service: the pure answers, its clock, and failures (SPEC 5.9). */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { AccessDenied, isConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { HUNDRED, hundredAdmin, legacy, sentStage, stage, T0, TOM, tomAdmin } from '../story/cast.js'

const question = { user: 'caroline', tenant: TOM, method: 'access-request' } as const

async function grantedStage(options = {}) {
  const on = await sentStage(options)
  await on.consentry.grant(tomAdmin, on.tom, { expiresAt: T0 + 1000 })
  return on
}

describe('decide', () => {
  it('decides at the given instant, by default at the service’s clock', async () => {
    const on = await grantedStage()
    expect(await on.consentry.decide(question)).toEqual({ allowed: true, reason: 'granted', grantedBy: [on.tom], changesAt: T0 + 1000 })
    on.now = T0 + 1000
    expect(await on.consentry.decide(question)).toEqual({ allowed: false, reason: 'expired', changesAt: null })
    expect((await on.consentry.decide({ ...question, at: T0 + 999 })).allowed).toBe(true)
    expect((await on.consentry.decide({ ...question, at: new Date(T0 - 1) })).reason).toBe('pending')
    expect((await on.consentry.decide({ ...question, at: undefined })).reason).toBe('expired')
  })

  it('denies a malformed question without a call of the repository, and never throws', async () => {
    const factsFor = vi.fn()
    const { consentry } = stage({ repository: { ...memoryRepository(), factsFor } })
    const bad = [
      undefined,
      null,
      7,
      [],
      {},
      { ...question, user: '' },
      { ...question, tenant: 7 },
      { ...question, method: 'root' },
      { ...question, at: 'now' },
      { ...question, at: new Date(Number.NaN) },
      { ...question, at: null },
      { ...question, now: 5 },
      { ...question, at: '2026-01-01T00:00:00Z' },
    ]
    for (const one of bad) {
      expect(await consentry.decide(one as never)).toEqual({ allowed: false, reason: 'invalid-question', changesAt: null })
    }
    expect(factsFor).not.toHaveBeenCalled()
  })

  it('calls the legacy rule only in tenants that are not governed, and reports its errors', async () => {
    const onError = vi.fn()
    const down = new Error('down')
    const on = await grantedStage({
      onError,
      legacy: () => {
        throw down
      },
    })
    expect(await on.consentry.decide({ user: 'wickham', tenant: HUNDRED, method: 'legacy-support' })).toEqual({
      allowed: false,
      reason: 'legacy-not-permitted',
    })
    expect(onError.mock.calls).toEqual([[down]])
    expect((await on.consentry.decide({ user: 'wickham', tenant: TOM, method: 'legacy-support' })).reason).toBe('legacy-closed')
    expect(onError).toHaveBeenCalledTimes(1)
  })

  it('denies legacy methods without a rule', async () => {
    const { consentry } = stage({ legacy: undefined })
    expect(await consentry.decide({ ...question, method: 'legacy-support' })).toEqual({
      allowed: false,
      reason: 'legacy-not-permitted',
      changesAt: null,
    })
  })
})

describe('authorize', () => {
  it('resolves to the allowing decision', async () => {
    const on = await grantedStage()
    expect(await on.consentry.authorize(question)).toEqual(await on.consentry.decide(question))
    expect(await on.consentry.authorize({ user: 'wickham', tenant: HUNDRED, method: 'legacy-support' })).toEqual({
      allowed: true,
      reason: 'legacy-permitted',
    })
  })

  it('throws AccessDenied with the denying decision', async () => {
    const on = await grantedStage()
    const error = await on.consentry.authorize({ ...question, user: 'elizabeth' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AccessDenied)
    expect(isConsentryError(error, 'access-denied') && error.decision).toEqual({
      allowed: false,
      reason: 'not-associated',
      changesAt: null,
    })
    await expect(on.consentry.authorize({} as never)).rejects.toMatchObject({
      code: 'access-denied',
      decision: { reason: 'invalid-question' },
    })
  })
})

describe('facts, tenantsFor and usersFor', () => {
  it('agree with an access over the same facts', async () => {
    const on = await grantedStage()
    await on.consentry.grant(hundredAdmin, on.hundred)
    expect(await on.consentry.facts(TOM)).toEqual({
      tenant: TOM,
      governed: true,
      requests: [
        {
          id: on.tom,
          tenant: TOM,
          users: ['caroline', 'charlotte'],
          removed: [],
          sentAt: T0,
          state: 'granted',
          grantedAt: T0,
          expiresAt: T0 + 1000,
        },
      ],
    })
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
    for (const at of ['now', Number.NaN, null]) {
      expect(await consentry.tenantsFor({ user: 'charlotte', at } as never)).toEqual([])
      expect(await consentry.usersFor({ tenant: TOM, at } as never)).toEqual([])
    }
    expect(await consentry.tenantsFor({ user: 'a b' })).toEqual([])
    expect(await consentry.usersFor(undefined as never)).toEqual([])
    await expect(consentry.facts('a b')).rejects.toMatchObject({ code: 'invalid-input', issues: [{ path: ['tenant'] }] })
  })
})

describe('facts that cannot be loaded (law 30)', () => {
  const down = new Error('SELECT secret FROM tenants')
  const fail = async () => {
    throw down
  }
  const broken: Record<string, Partial<Repository>> = {
    'the repository rejects': { factsFor: fail, facts: fail, factsOfUser: fail },
    'the repository throws synchronously': {
      factsFor: () => {
        throw down
      },
      facts: () => {
        throw down
      },
      factsOfUser: () => {
        throw down
      },
    },
    'it returns nothing': {
      factsFor: async () => undefined as never,
      facts: async () => null as never,
      factsOfUser: async () => undefined as never,
    },
    'it returns another tenant’s facts': {
      factsFor: async () => ({ tenant: HUNDRED, governed: false, requests: [] }),
      facts: async () => ({ tenant: HUNDRED, governed: false, requests: [] }),
      factsOfUser: async () => [
        {
          tenant: HUNDRED,
          governed: false,
          requests: [{ id: 'r', tenant: TOM, users: ['caroline'], removed: [], sentAt: 1, state: 'pending' }],
        },
      ],
    },
    'it returns malformed facts': {
      factsFor: async (tenant) => ({ tenant, governed: 1, requests: [] }) as never,
      facts: async (tenant) => ({ tenant, governed: true, requests: [{}] }) as never,
      factsOfUser: async () => [{ tenant: TOM, governed: true, requests: 'x' }] as never,
    },
  }
  for (const [what, methods] of Object.entries(broken)) {
    it(`throw facts-unavailable if ${what}`, async () => {
      const onError = vi.fn()
      const { consentry } = stage({ repository: { ...memoryRepository(), ...methods }, onError, legacy: () => true })
      const asked = { ...question, method: 'legacy-support' } as const
      const asking = [
        consentry.decide(asked),
        consentry.authorize(asked),
        consentry.facts(TOM),
        consentry.usersFor({ tenant: TOM }),
        consentry.tenantsFor({ user: 'caroline' }),
      ]
      const told = await Promise.all(asking.map((one) => one.catch((error: unknown) => error)))
      for (const error of told) {
        if (!isConsentryError(error, 'facts-unavailable')) throw error
        expect(error.message).toBe('the facts could not be loaded')
        expect(error.cause).toBeInstanceOf(Error)
        expect(JSON.stringify(error)).not.toContain('SELECT')
      }
      if (what.startsWith('the repository')) expect(onError).toHaveBeenCalledWith(down)
    })
  }

  it('throw facts-unavailable if the clock returns no instant', async () => {
    const { consentry } = stage({ clock: () => Number.NaN, legacy })
    await expect(consentry.decide(question)).rejects.toMatchObject({ code: 'facts-unavailable' })
    expect((await consentry.decide({ ...question, at: T0 })).reason).toBe('not-associated')
  })
})
