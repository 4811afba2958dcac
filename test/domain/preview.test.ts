/** Previews: where users stand, and what a grant would mean (SPEC 6.11). */
import { describe, expect, it } from 'vitest'
import { MAX_INSTANT } from '../../src/domain/instant.js'
import { answerPreview, checkPreviewable, userPreview } from '../../src/domain/preview.js'
import { toFacts } from '../../src/domain/request-facts.js'
import { CLASSICS, elizabeth, person, TOM, tomAdmin } from '../story/cast.js'
import { ANSWER_BY, EXPIRES_AT, GRANTED_AT, granted, lapsing, pending, rejected } from './requests.js'

describe('the preview of a user', () => {
  const facts = (...requests: readonly (typeof pending | typeof granted | typeof lapsing | typeof rejected)[]) =>
    requests.map((request, n) => toFacts({ ...request, id: `tr-${9 - n}` }))
  const stands = (status: string, ...ids: readonly string[]) => ({ user: 'caroline', status, pending: ids })

  it.each([
    ['without a request', [], 4000, stands('not-associated')],
    ['with pending ones, ordered by id', facts(pending, pending), 4000, stands('pending', 'tr-8', 'tr-9')],
    ['with a grant beside a pending one', facts(granted, pending), GRANTED_AT, stands('granted', 'tr-8')],
    ['with a grant from the next millisecond on', facts(granted), GRANTED_AT - 1, stands('pending', 'tr-9')],
    ['with a grant that has just expired', facts(granted), EXPIRES_AT, stands('expired')],
    ['1 ms before a lapse', facts(lapsing), ANSWER_BY - 1, stands('pending', 'tr-9')],
    ['at a lapse', facts(lapsing), ANSWER_BY, stands('lapsed')],
    ['rejected', facts(rejected), 4000, stands('rejected')],
    ['removed', facts({ ...pending, users: [], removed: [{ user: 'caroline', at: 2000 }] }), 4000, stands('removed')],
  ])('%s', (_, requests, now, expected) => expect(userPreview('caroline', requests, now)).toEqual(expected))

  it('of another user counts no request that does not name them', () =>
    expect(userPreview('wickham', facts(pending, granted), 4000)).toEqual({ user: 'wickham', status: 'not-associated', pending: [] }))
})

describe('the preview of an answer', () => {
  const preview = (more: object = {}) => answerPreview(pending, { now: 4000, governed: false, policy: { maxGrant: null }, ...more })

  it('closes the legacy tool by the first grant only', () => {
    expect(preview()).toEqual({ closesLegacy: true, mustExpire: false, latestExpiry: null })
    expect(preview({ governed: true })).toEqual({ closesLegacy: false, mustExpire: false, latestExpiry: null })
  })

  it('says the latest expiry, counted from the instant of the grant (SPEC 4.4, 4.8)', () => {
    const policy = { maxGrant: 500 }
    expect(preview({ policy })).toMatchObject({ mustExpire: true, latestExpiry: 4500 })
    // The clock stepped back behind the request's last event.
    expect(preview({ policy, now: 0 })).toMatchObject({ latestExpiry: pending.changedAt + 500 })
    expect(preview({ policy: { maxGrant: 8.64e15 } })).toMatchObject({ latestExpiry: MAX_INSTANT })
  })

  it('is refused like the answer, in its order, as far as the request itself says (SPEC 4.7)', () => {
    const code = (actor: typeof tomAdmin, request = pending as Parameters<typeof checkPreviewable>[0], now = 4000) =>
      checkPreviewable(request, actor, now)?.code
    const both = person('elizabeth', CLASSICS, 'submit', 'answer')
    expect([code(elizabeth), code(person('x', 'rival', 'answer')), code(both), code(tomAdmin)]).toEqual([
      'not-permitted',
      'not-found',
      'wrong-party',
      undefined,
    ])
    expect([code(tomAdmin, granted), code(both, granted)]).toEqual(['not-pending', 'wrong-party'])
    expect([code(tomAdmin, lapsing, ANSWER_BY - 1), code(tomAdmin, lapsing, ANSWER_BY)]).toEqual([undefined, 'not-pending'])
    expect(code(person('x', TOM), granted)).toBe('not-permitted')
  })
})
