/** Submitting: the records, the issues with their paths, and the fan-out to tenant requests (SPEC §3). */
import { describe, expect, it } from 'vitest'
import { isSameSubmission, submit } from '../../src/domain/access-request.js'
import { fanOut } from '../../src/domain/fan-out.js'
import { read } from '../../src/domain/input.js'
import type { Result } from '../../src/domain/refusal.js'
import { parseSubmission, type SubmissionInput, submissionSchema } from '../../src/domain/submission.js'
import { initialState } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, elizabeth, HUNDRED, SUPPORT_ACCESS, TOM } from '../story/cast.js'
import { accepted, issuesOf } from './results.js'

const LIMITS = { maxTenants: 10_000, maxPairs: 100_000 }
const { name, message, associations } = SUPPORT_ACCESS

const submission = (input: Partial<SubmissionInput> = {}) => submissionSchema.parse({ ...SUPPORT_ACCESS, ...input })
const send = (input: Partial<SubmissionInput> = {}) => {
  let ids = 0
  const directory = { members: new Set(['caroline', 'charlotte']), askable: new Set([TOM, HUNDRED]) }
  const [parsed, users] = accepted(parseSubmission({ ...SUPPORT_ACCESS, ...input }, LIMITS))
  return submit(parsed, users, { actor: elizabeth, now: 1000, newId: () => `id-${++ids}`, directory })
}
const codesOf = (result: Result<unknown>) => issuesOf(result).map((issue) => issue.split(' | ', 2).join(' '))
const codes = (input: unknown) => codesOf(read(submissionSchema, input))

describe('submit', () => {
  it('sends one tenant request for each distinct tenant, with the union of its users, all ordered by id (SPEC 3.7)', () => {
    const { request, tenantRequests, events } = accepted(send({ id: 'mine' }))
    const by = { user: 'elizabeth', tenant: CLASSICS }
    expect(request).toEqual({ id: 'mine', requestingTenant: CLASSICS, name, message, associations, sentAt: 1000, sentBy: by })
    const common = { at: 1000, by, requestingTenant: CLASSICS, accessRequest: 'mine', revision: 1, version: 1, message }
    const [submitted, ...received] = events
    expect(submitted).toEqual({ ...common, id: 'id-1', type: 'access-request.submitted', tenant: CLASSICS, name, associations })
    const type = 'tenant-request.received'
    expect(received).toEqual([
      { ...common, id: 'id-2', type, tenant: HUNDRED, tenantRequest: 'id-3', users: ['charlotte'] },
      { ...common, id: 'id-4', type, tenant: TOM, tenantRequest: 'id-5', users: ['caroline', 'charlotte'] },
    ])
    expect(tenantRequests).toEqual(received.map((event) => initialState(event as Parameters<typeof initialState>[0])))
  })

  it('creates an id if the host gives none, and merges duplicates', () => {
    const { request } = accepted(send({ associations: [{ users: ['caroline', 'caroline'], tenants: [TOM, TOM] }] }))
    expect(request.id).toBe('id-1')
    expect(request.associations).toEqual([{ users: ['caroline'], tenants: [TOM] }])
  })

  it('lists every user and tenant it may not name, each with its path (SPEC 3.6)', () => {
    const strangers = { users: ['xavier', 'yves'], tenants: [CLASSICS, 'nowhere', HUNDRED] }
    expect(issuesOf(send({ associations: [{ users: ['caroline', 'xavier'], tenants: [TOM] }, strangers] }))).toEqual([
      'associations.0.users.1 | unknown-user | `xavier` is not a user of the requesting tenant',
      'associations.1.users.0 | unknown-user | `xavier` is not a user of the requesting tenant',
      'associations.1.users.1 | unknown-user | `yves` is not a user of the requesting tenant',
      'associations.1.tenants.0 | own-tenant | `classics` is the requesting tenant itself',
      'associations.1.tenants.1 | unknown-tenant | `nowhere` is not a tenant that can be asked for access',
    ])
  })
})

describe('fanOut', () => {
  const two = [
    { users: ['b', 'a'], tenants: ['t2', 't1', 't1'] },
    { users: ['a', 'c'], tenants: ['t1'] },
  ]

  it('returns the union of the users per tenant, both ordered by id', () =>
    expect([...accepted(fanOut(two, { maxTenants: 2, maxPairs: 5 }))]).toEqual([
      ['t1', ['a', 'b', 'c']],
      ['t2', ['a', 'b']],
    ]))

  it('says which limit of the policy is exceeded, by one', () => {
    const line = (words: string) => [`associations | too-many | must name at most ${words}: split the request`]
    expect(issuesOf(fanOut(two, { maxTenants: 1, maxPairs: 5 }))).toEqual(line('1 distinct tenants'))
    expect(issuesOf(fanOut(two, { maxTenants: 2, maxPairs: 4 }))).toEqual(line('4 pairs of a user and a tenant'))
  })

  it('keeps ids such as `__proto__` and `constructor`', () => {
    const users = accepted(fanOut([{ users: ['__proto__'], tenants: ['constructor', '__proto__'] }], LIMITS))
    expect([...users.keys()]).toEqual(['__proto__', 'constructor'])
  })
})

describe('a submission', () => {
  it('has its name in NFC, and its message exactly as it was given, or none (SPEC 3.2, 3.3)', () => {
    expect(submission({ name: 'e\u0301' }).name).toBe('\u00e9')
    // U+1F82 decomposes into four code points, the maximum.
    expect(submission({ name: '\u03b1\u0313\u0300\u0345'.repeat(64) }).name).toBe('\u1f82'.repeat(64))
    for (const exact of ['', ' a\n\tb ', 'e\u0301', '\u200b']) expect(submission({ message: exact }).message).toBe(exact)
    expect(submission({ message: undefined }).message).toBe('')
  })

  it('whose name is too long in any form is not normalised, and is quoted as typed', () => {
    const quoted = (typed: string) => issuesOf(read(submissionSchema, { ...SUPPORT_ACCESS, name: typed }))[0]
    expect(quoted('e\u0301'.repeat(256))).toContain('`\u00e9\u00e9')
    expect(quoted('e\u0301'.repeat(257))).toContain('`e\u0301')
    expect(codes({ ...SUPPORT_ACCESS, name: 'e'.repeat(513) })).toEqual(['name invalid'])
  })

  const EMPTY = 'an empty list is not allowed: add at least one'
  it.each<[unknown, ...string[]]>([
    [7, ' | invalid | `7` must be an access request: an object with `name` and `associations`'],
    [{ name: 'a b' }, 'name | invalid | `a b` must be 1 to 64 letters and digits, without spaces or punctuation'],
    [{ name: null }, 'name | invalid | `null` must be a string'],
    [{ message: 7 }, 'message | invalid | `7` must be a string'],
    [{ message: '\r' }, 'message | invalid | `?` must be up to 1,000 characters, without control characters or lone surrogates'],
    [{ associations: 'x' }, 'associations | invalid | `x` must be a list of associations'],
    [{ associations: [] }, `associations | invalid | ${EMPTY} association`],
    [
      { associations: [{ users: [], tenants: [] }, null] },
      `associations.0.users | invalid | ${EMPTY} user`,
      `associations.0.tenants | invalid | ${EMPTY} tenant`,
      'associations.1 | invalid | `null` must be an association: an object with `users` and `tenants`',
    ],
    [
      { associations: [{ users: ['a b'], tenants: 'all', extra: 1 }] },
      'associations.0.users.0 | invalid | `a b` must be an id: 1 to 128 printable ASCII characters without a space',
      'associations.0.tenants | invalid | `all` must be a list of tenants',
      'associations.0.extra | unknown-key | `extra` is not expected here',
    ],
    [{ associations: [{ users: 'u', tenants: ['t'] }] }, 'associations.0.users | invalid | `u` must be a list of users'],
  ])('%j has its issues, each at its path', (over, ...issues) =>
    expect(issuesOf(read(submissionSchema, typeof over === 'object' ? { ...SUPPORT_ACCESS, ...over } : over))).toEqual(issues),
  )

  it('refuses unknown keys, `actor` included (law 16)', () => {
    const given = JSON.parse(`{ "actor": {}, "__proto__": { "permissions": ["submit"] }, "associations": [] }`)
    expect(codes(given)).toEqual(['name missing', 'associations invalid', 'actor unknown-key', '__proto__ unknown-key'])
    expect(({} as Record<string, unknown>)['permissions']).toBeUndefined()
  })
})

it('a submission of all the users and tenants, but other pairs of them, is not the same (SPEC 3.9)', () => {
  const { request } = accepted(send())
  const isSame = (...users: string[]) => isSameSubmission(submission({ associations: [{ users, tenants: [TOM, HUNDRED] }] }), request)
  expect(isSameSubmission(submission(), request)).toBe(true)
  expect(isSame('caroline', 'charlotte')).toBe(false)
  expect(isSame('caroline')).toBe(false)
})

describe('parseSubmission', () => {
  const limits = { maxTenants: 1, maxPairs: 100 }
  const parse = (over: object | null) => codesOf(parseSubmission(over && { ...SUPPORT_ACCESS, ...over }, limits))

  it('returns the submission and its fan-out', () => {
    const [asked, users] = accepted(parseSubmission(SUPPORT_ACCESS, LIMITS))
    expect(asked).toEqual(submission())
    expect(users).toEqual(accepted(fanOut(associations, LIMITS)))
  })

  it('reports too many tenants along with the other issues, but does not count malformed associations', () => {
    expect(parse({})).toEqual(['associations too-many'])
    expect(parse({ name: 'a b', more: 1 })).toEqual(['name invalid', 'more unknown-key', 'associations too-many'])
    expect(parse({ associations: [{ users: ['u'], tenants: ['s', 't', ''] }] })).toEqual(['associations.0.tenants.2 invalid'])
    expect(parse(null)).toEqual([' invalid'])
  })
})
