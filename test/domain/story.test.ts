/** The story of SPEC §10, row by row, by the pure functions alone. */

import { describe, expect, it } from 'vitest'
import { type AccessMethod, accessFrom, canImpersonate, decide, type TenantFacts } from '../../src/decision.js'
import { submit } from '../../src/domain/access-request.js'
import type { TenantRequestEvent } from '../../src/domain/event.js'
import { fanOut } from '../../src/domain/fan-out.js'
import type { Result } from '../../src/domain/refusal.js'
import { submissionSchema } from '../../src/domain/submission.js'
import { grant, reject, revoke, setExpiry } from '../../src/domain/tenant-request.js'
import { evolve, type TenantRequest, toFacts } from '../../src/domain/tenant-request-state.js'
import { elizabeth, HUNDRED, hundredAdmin, legacy, SUPPORT_ACCESS, TOM, tomAdmin } from '../story/cast.js'
import { type Play, ROW_19, TABLE } from '../story/table.js'

function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.refusal.code)
  return result.value
}

function byPureFunctions(): Play & { facts(tenant: string): TenantFacts } {
  const requests: TenantRequest[] = []
  const governed = new Set<string>()
  let ids = 0
  const newId = () => `id-${++ids}`
  const of = (tenant: string) => requests.filter((request) => request.tenant === tenant)
  const idOf = (tenant: string, which: 'first' | 'last') => of(tenant).at(which === 'first' ? 0 : -1)?.id ?? 'none'
  const directory = { members: new Set(['caroline', 'charlotte']), askable: new Set([TOM, HUNDRED]) }
  const send = async (now: number, input: typeof SUPPORT_ACCESS) => {
    const submission = submissionSchema.parse(input)
    const users = accepted(fanOut(submission.associations, { maxTenants: 10, maxPairs: 10 }))
    requests.push(...accepted(submit(submission, users, { actor: elizabeth, now, newId, directory })).tenantRequests)
  }
  const change = (
    id: string,
    now: number,
    command: (request: TenantRequest, context: Parameters<typeof grant>[2]) => Result<TenantRequestEvent>,
  ) => {
    const index = requests.findIndex((request) => request.id === id)
    const request = requests[index]
    if (!request) throw new Error('no such request')
    const actor = request.tenant === TOM ? tomAdmin : hundredAdmin
    const result = command(request, { actor, now, newId, policy: { maxGrant: null }, actorIsRequester: false })
    if (!result.ok) return result.refusal.code
    requests[index] = evolve(request, result.value)
    if (result.value.type === 'tenant-request.granted') governed.add(request.tenant)
    return undefined
  }
  const facts = (tenant: string): TenantFacts => ({ tenant, governed: governed.has(tenant), requests: of(tenant).map(toFacts) })
  return {
    idOf,
    facts,
    submit: (now) => send(now, SUPPORT_ACCESS),
    submitAgain: (now) => send(now, { ...SUPPORT_ACCESS, associations: [{ users: ['caroline'], tenants: [TOM] }] }),
    async grant(tenant, now, expiresAt = undefined) {
      change(idOf(tenant, 'last'), now, (request, context) => grant(request, { message: '', expiresAt: expiresAt ?? null }, context))
    },
    async reject(tenant, now) {
      change(idOf(tenant, 'last'), now, (request, context) => reject(request, { message: '' }, context))
    },
    async revoke(tenant, now) {
      change(idOf(tenant, 'last'), now, (request, context) => revoke(request, { message: '' }, context))
    },
    async setExpiry(tenant, now, expiresAt) {
      return change(idOf(tenant, 'first'), now, (request, context) => setExpiry(request, { expiresAt }, context))
    },
    async decide(user, tenant, method, now) {
      return decide(user, tenant, method, now as Date, facts(tenant), { legacy })
    },
  }
}

describe('the story by the pure functions (SPEC §10)', () => {
  for (const { row, says, play, ask } of TABLE) {
    it(`row ${row}: ${says}`, async () => {
      const pure = byPureFunctions()
      await play(pure)
      for (const [user, tenant, method, at, expected] of ask(pure)) {
        const [question, now] = [method as AccessMethod, at as Date]
        const access = accessFrom([pure.facts(TOM), pure.facts(HUNDRED)], { legacy })
        expect(decide(user, tenant, question, now, pure.facts(tenant), { legacy })).toEqual(expected)
        expect(access.decide(user, tenant, question, now)).toEqual(expected)
        expect(canImpersonate(user, tenant, question, now, pure.facts(tenant), { legacy })).toBe(expected.allowed)
        expect(access.canImpersonate(user, tenant, question, now)).toBe(expected.allowed)
      }
    })
  }

  it(ROW_19.says, async () => {
    expect(await ROW_19.play(byPureFunctions())).toBe('not-active')
  })
})
