/** A rule of the host that throws, or answers what is no boolean, denies, and is reported once (SPEC 5.3.6). */
import { describe, expect, it, vi } from 'vitest'
import { accessOnIndex } from '../../src/access-index/access.js'
import { AccessIndex } from '../../src/access-index/access-index.js'
import type { IsAskable, LegacyRule } from '../../src/domain/decision-types.js'
import { evaluate, LEGACY_NOT_PERMITTED, LEGACY_PERMITTED, NEVER_ASKED } from '../../src/domain/evaluate.js'

const QUESTION = { user: 'wickham', tenant: 'tom-sawyer', method: 'legacy-support', now: 1, from: 'classics' } as const
const FACTS = { governed: false, requests: [] }
const failure = new Error('of the host')
const throws = () => {
  throw failure
}
const promise = Promise.resolve(true)

/** Asks the plain function and an access over an index, which must agree; returns the decision and the calls of each. */
function ask(legacy: () => unknown, isAskable: () => unknown = () => true) {
  const host = { legacy: legacy as LegacyRule, isAskable: isAskable as IsAskable }
  const { user, tenant, method, now, from } = QUESTION
  const [plain, indexed] = [vi.fn(), vi.fn()]
  const decision = evaluate(QUESTION, FACTS, { ...host, reportRule: plain })
  const access = accessOnIndex(new AccessIndex(), { ...host, everyTenant: true }, indexed)
  expect(access.decide(user, tenant, method, now, from)).toBe(decision)
  expect(indexed.mock.calls).toEqual(plain.mock.calls)
  indexed.mockClear()
  expect(access.canImpersonate(user, tenant, method, now, from)).toBe(decision.allowed)
  expect(indexed.mock.calls).toEqual(plain.mock.calls)
  // Nobody needs to be told.
  expect(evaluate(QUESTION, FACTS, host)).toBe(decision)
  expect(accessOnIndex(new AccessIndex(), { ...host, everyTenant: true }).decide(user, tenant, method, now, from)).toBe(decision)
  return { decision, reports: plain.mock.calls }
}

describe('the rule', () => {
  it.each<[unknown]>([[1], ['true'], [undefined], [null], [0], [''], [{}], [promise]])(
    'that answers %s denies, and its answer is reported',
    (answer) => {
      expect(ask(() => answer)).toEqual({ decision: LEGACY_NOT_PERMITTED, reports: [[answer, false]] })
    },
  )

  it('that throws denies, and what it throws is reported', () => {
    expect(ask(throws)).toEqual({ decision: LEGACY_NOT_PERMITTED, reports: [[failure, true]] })
  })

  it('that answers a boolean is not reported', () => {
    expect(ask(() => true)).toEqual({ decision: LEGACY_PERMITTED, reports: [] })
    expect(ask(() => false)).toEqual({ decision: LEGACY_NOT_PERMITTED, reports: [] })
  })
})

it('an `isAskable` that throws is reported, one that answers anything but true is not', () => {
  expect(ask(() => true, throws)).toEqual({ decision: NEVER_ASKED, reports: [[failure, true]] })
  for (const answer of [false, 1, undefined, promise]) expect(ask(throws, () => answer)).toEqual({ decision: NEVER_ASKED, reports: [] })
})
