/** Facts: malformed, contradictory or mixed facts are refused with every issue (SPEC 5.2). */
import { describe, expect, it } from 'vitest'
import { accessFrom, decide, isConsentryError, type RequestFacts, type TenantFacts } from '../../src/decision.js'
import { expectFactsOf } from '../../src/domain/facts.js'
import { TOM } from '../story/cast.js'
import { deny } from '../story/scenario.js'
import { endedFacts, grantFacts, pendingFacts, revokedFacts } from './requests.js'

const facts = (requests: readonly unknown[], rest: object = {}): TenantFacts =>
  ({ tenant: TOM, governed: true, requests, ...rest }) as TenantFacts

function issuesOf(of: unknown): string[] {
  const found = [() => decide('caroline', TOM, 'access-request', 1, of as TenantFacts), () => accessFrom([of as TenantFacts])].map(
    (pass) => {
      try {
        pass()
        return []
      } catch (error) {
        if (!isConsentryError(error, 'invalid-facts')) throw error
        const said = error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}${path.length > 0 ? ': ' : ''}${message}`)
        expect(error.message).toBe(`invalid facts: ${said.join('; ')}`)
        expect(error.issues.every((issue) => issue.code === 'invalid')).toBe(true)
        return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      }
    },
  )
  const [plain, access] = found
  const unreadable = ': could not be read'
  expect(access).toEqual(plain?.map((text) => (text === unreadable ? text : text.startsWith(':') ? `0${text}` : `0.${text}`)))
  return plain ?? []
}

describe('well-formed facts', () => {
  it('of every state are accepted', () => {
    const granted = [grantFacts('b', 1), grantFacts('c', 1, 2), revokedFacts('d', 1, 2), { ...revokedFacts('h', 1, 2), expiresAt: 9 }]
    const others = [
      pendingFacts('a'),
      pendingFacts('i', 5),
      { ...pendingFacts('j', 5), state: 'lapsed' },
      endedFacts('e', 'rejected', 2),
      endedFacts('f', 'withdrawn', 2),
    ]
    expect(issuesOf(facts([...granted, ...others, { ...grantFacts('g', 1, 2), state: 'expired' }]))).toEqual([])
    expect(issuesOf(facts([pendingFacts('a'), endedFacts('e', 'rejected', 2)], { governed: false }))).toEqual([])
  })

  it('may repeat a request, with its users in any order', () => {
    const removed = (...users: string[]) => users.map((user) => ({ user, at: user.length }))
    const one = { ...grantFacts('r', 1), users: ['a', 'b'], removed: removed('x', 'yy') }
    const keysSwapped = removed('yy', 'x').map(({ user, at }) => ({ at, user }))
    const same = { ...one, users: ['b', 'a'], removed: keysSwapped }
    expect(issuesOf(facts([one, same]))).toEqual([])
  })
})

describe('refused facts', () => {
  it.each([
    ['mix tenants', { tenant: 'other' }, 'tenant: must be the tenant of the facts'],
    ['have a user in both lists', { removed: [{ user: 'caroline', at: 1 }] }, 'removed.0.user: must not be in `users` too'],
    ['have a user whose id is malformed', { users: ['a b'] }, 'users.0: must be an id, as a string'],
    ['are expired without an expiry', { state: 'expired' }, 'expiresAt: must be an instant in milliseconds'],
    ['are granted without an instant', { grantedAt: null }, 'grantedAt: must be an instant in milliseconds'],
    ['are pending and do not say until when', { state: 'pending' }, 'answerBy: must be an instant in milliseconds'],
    ['have lapsed at no instant', { state: 'lapsed', answerBy: null }, 'answerBy: must be an instant in milliseconds'],
  ])('%s', (_, over, issue) => expect(issuesOf(facts([{ ...grantFacts('r', 1), ...over }]))).toEqual([`requests.0.${issue}`]))

  it('have ids that are numbers, which the issue and the message of the error say (SPEC 9.1)', () => {
    const number = 'is a number; ids are strings: use `String(id)`'
    const request = { ...grantFacts('r', 1), id: 1, requestingTenant: 2, users: [3], removed: [{ user: 4, at: 1 }] }
    const paths = ['id', 'requestingTenant', 'users.0', 'removed.0.user']
    expect(issuesOf(facts([request]))).toEqual(paths.map((path) => `requests.0.${path}: ${number}`))
    expect(issuesOf({ ...facts([]), tenant: 5 })).toEqual([`tenant: ${number}`])
    const message = `invalid facts: requests.0.id: ${number}; requests.0.requestingTenant: ${number}; requests.0.users.0: ${number}`
    expect(() => decide('caroline', TOM, 'access-request', 1, facts([request]))).toThrow(message)
    const first = 'invalid facts: 0: must be an object; 0.tenant: must be an id, as a string; 0.governed: must be true or false'
    expect(() => accessFrom([7 as never])).toThrow(first)
  })

  it('have a grant in a tenant that is not governed', () => {
    for (const request of [grantFacts('r', 1), { ...grantFacts('r', 1, 2), state: 'expired' }, revokedFacts('r', 1, 2)])
      expect(issuesOf(facts([request], { governed: false }))).toEqual(['governed: must be true: the tenant has granted'])
  })

  it('have two versions of a request, of which one is stale', () => {
    const expected = ['requests: request `r` has two versions: pass the newer one']
    expect(issuesOf(facts([grantFacts('r', 1), revokedFacts('r', 1, 2)]))).toEqual(expected)
    expect(issuesOf(facts([grantFacts('r', 1), grantFacts('r', 1, 5)]))).toEqual(expected)
    expect(issuesOf(facts([grantFacts('r', 1), { ...grantFacts('r', 1), users: ['wickham'] }]))).toEqual(expected)
    const removed = { ...grantFacts('r', 1), removed: [{ user: 'x', at: 1 }] }
    expect(issuesOf(facts([removed, { ...removed, removed: [{ user: 'x', at: 2 }] }]))).toEqual(expected)
    const issue = { path: [1, 'requests'], code: 'invalid', message: 'request `r` has two versions: pass the newer one' }
    const refusal = expect.objectContaining({ code: 'invalid-facts', issues: [issue] })
    expect(() => accessFrom([facts([grantFacts('r', 1)]), facts([revokedFacts('r', 1, 2)])])).toThrow(refusal)
  })

  it('are malformed, and every issue is reported at once', () => {
    expect(issuesOf(null)).toEqual([
      ': must be an object',
      'tenant: must be an id, as a string',
      'governed: must be true or false',
      'requests: must be a list',
    ])
    expect(issuesOf({ tenant: 'a b', governed: 1, requests: [null, { users: 'x', removed: [7], state: 'odd' }] })).toEqual([
      'tenant: must be an id, as a string',
      'governed: must be true or false',
      'requests.0: must be an object',
      'requests.0.id: must be an id, as a string',
      'requests.0.requestingTenant: must be an id, as a string',
      'requests.0.tenant: must be the tenant of the facts',
      'requests.0.users: must be a list',
      'requests.0.removed: must be a list',
      'requests.0.state: must be one of pending, granted, rejected, withdrawn, revoked, expired, lapsed',
      'requests.0.sentAt: must be an instant in milliseconds',
      'requests.1.id: must be an id, as a string',
      'requests.1.requestingTenant: must be an id, as a string',
      'requests.1.tenant: must be the tenant of the facts',
      'requests.1.users: must be a list',
      'requests.1.removed.0: must be an object',
      'requests.1.removed.0.user: must be an id, as a string',
      'requests.1.removed.0.at: must be an instant in milliseconds',
      'requests.1.state: must be one of pending, granted, rejected, withdrawn, revoked, expired, lapsed',
      'requests.1.sentAt: must be an instant in milliseconds',
    ])
  })

  it.each([Number.NaN, Infinity, '2026', undefined, new Date(5), 8.64e15 + 1])('have %s as an instant', (at) => {
    for (const [key, request] of [
      ['expiresAt', { ...grantFacts('r', 1), expiresAt: at }],
      ['grantedAt', { ...grantFacts('r', 1), grantedAt: at }],
      ['sentAt', { ...pendingFacts('r'), sentAt: at }],
      ['endedAt', { ...revokedFacts('r', 1, 2), endedAt: at }],
      ['endedAt', { ...endedFacts('r', 'rejected', 2), endedAt: at }],
      ['endedAt', { ...endedFacts('r', 'withdrawn', 2), endedAt: at }],
      ['removed.0.at', { ...pendingFacts('r'), removed: [{ user: 'x', at }] }],
    ])
      expect(issuesOf(facts([request]))).toEqual([`requests.0.${key}: must be an instant in milliseconds`])
  })

  it('are not a list of facts', () => {
    const issue = { path: [], code: 'invalid', message: 'must be a list' }
    const refusal = expect.objectContaining({ code: 'invalid-facts', issues: [issue] })
    for (const all of [undefined, null, {}, 'facts', facts([])]) expect(() => accessFrom(all as never)).toThrow(refusal)
  })

  it('may have fields that do not belong to the state, which are ignored', () => {
    const odd = { ...pendingFacts('r'), grantedAt: 1, expiresAt: null } as RequestFacts
    expect(decide('caroline', TOM, 'access-request', 5, facts([odd], { governed: false }))).toEqual(deny('pending'))
  })

  it('throw when read, have holes, or have values that JSON does not support', () => {
    const trap = () => {
      throw new Error('secret')
    }
    expect(issuesOf(new Proxy({}, { ownKeys: trap }))).toEqual([': could not be read'])
    expect(issuesOf(facts(new Array(1)))).toContain('requests.0: must be an object')
    expect(issuesOf(facts([{ ...pendingFacts('r'), removed: new Array(1) }]))).toContain('requests.0.removed.0: must be an object')
    expect(issuesOf(facts([{ ...pendingFacts('r'), users: new Array(1) }]))).toEqual(['requests.0.users.0: must be an id, as a string'])
    const big = { ...grantFacts('r', 1), expiresAt: 5n }
    expect(issuesOf(facts([big, big]))).toEqual([0, 1].map((index) => `requests.${index}.expiresAt: must be an instant in milliseconds`))
    expect(() => accessFrom(new Array(1))).toThrow(expect.objectContaining({ code: 'invalid-facts' }))
  })
})

it('facts of another tenant than the expected one throw', () => {
  expect(expectFactsOf(TOM, facts([]))).toEqual(facts([]))
  expect(() => expectFactsOf('other', facts([]))).toThrow(new TypeError('the repository returned the facts of another tenant'))
})
