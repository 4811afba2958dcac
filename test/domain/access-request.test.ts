/** Submitting: the records, the issues with their paths, and the fan-out to tenant requests (SPEC §3). */
import { describe, expect, it } from 'vitest'
import { isSameSubmission, submit, tooManyOpenIssues } from '../../src/domain/access-request.js'
import { fanOut } from '../../src/domain/fan-out.js'
import { read } from '../../src/domain/input.js'
import { type Result, refused } from '../../src/domain/refusal.js'
import { parseSubmission, type SubmissionInput, submissionSchema } from '../../src/domain/submission.js'
import { initialState } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, elizabeth, HUNDRED, SUPPORT_ACCESS, TOM } from '../story/cast.js'
import { accepted, issuesOf } from './results.js'

const LIMITS = { maxTenants: 10_000, maxPairs: 100_000, maxUsersPerTenant: 1_000 }
const { name, message, associations } = SUPPORT_ACCESS

const submission = (input: Partial<SubmissionInput> = {}) => submissionSchema.parse({ ...SUPPORT_ACCESS, ...input })
const send = (input: Partial<SubmissionInput> = {}, answerWithin: number | null = null) => {
  let ids = 0
  const directory = { members: new Set(['caroline', 'charlotte']), askable: new Set([TOM, HUNDRED]) }
  const [parsed, users] = accepted(parseSubmission({ ...SUPPORT_ACCESS, ...input }, LIMITS))
  return submit(parsed, users, { actor: elizabeth, now: 1000, newId: () => `id-${++ids}`, directory, policy: { answerWithin } })
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
      { ...common, id: 'id-2', type, tenant: HUNDRED, tenantRequest: 'id-3', users: ['charlotte'], answerBy: null },
      { ...common, id: 'id-4', type, tenant: TOM, tenantRequest: 'id-5', users: ['caroline', 'charlotte'], answerBy: null },
    ])
    expect(tenantRequests).toEqual(received.map((event) => initialState(event as Parameters<typeof initialState>[0])))
  })

  it('says until when it can be answered, as far as a `Date` reaches (SPEC 4.9)', () => {
    for (const [answerWithin, answerBy] of [
      [null, null],
      [1, 1001],
      [8.64e15 - 1000, 8.64e15],
      [8.64e15, 8.64e15],
    ] as const) {
      const { tenantRequests, events } = accepted(send({}, answerWithin))
      expect(tenantRequests.map((one) => [one.state, one.answerBy])).toEqual([
        ['pending', answerBy],
        ['pending', answerBy],
      ])
      expect(events.slice(1)).toMatchObject([{ answerBy }, { answerBy }])
    }
  })

  it('lists a message that is too short with the other issues of the form, in the input’s order (SPEC 3.3a)', () => {
    const limits = { ...LIMITS, requireMessage: { submit: 5, grant: 9 } }
    expect(accepted(parseSubmission({ ...SUPPORT_ACCESS, message: 'a b c d 5' }, limits))).toHaveLength(2)
    const input = { name: 'a b', message: 'abcd', associations: [] }
    expect(codesOf(parseSubmission(input, limits))).toEqual(['name invalid', 'message missing', 'associations invalid'])
    expect(codesOf(parseSubmission({ ...SUPPORT_ACCESS, message: undefined }, limits))).toEqual(['message missing'])
    expect(accepted(parseSubmission({ ...SUPPORT_ACCESS, message: undefined }, LIMITS))).toHaveLength(2)
  })

  it('counts the letters of a message of any length that is allowed, and no others (SPEC 3.3a)', () => {
    const codes = (message: string) =>
      codesOf(parseSubmission({ ...SUPPORT_ACCESS, message }, { ...LIMITS, requireMessage: { submit: 1 } }))
    // A thousand characters of two code units each.
    expect(codes('😀'.repeat(1_000))).toEqual(['message missing'])
    expect(codes('-'.repeat(2_000))).toEqual(['message invalid', 'message missing'])
    expect(codes('-'.repeat(2_001))).toEqual(['message invalid'])
  })

  it('requires the letters of these limits, whatever other limits required before (SPEC 3.3a)', () => {
    const codes = (submit: number | undefined, message: string) =>
      codesOf(parseSubmission({ ...SUPPORT_ACCESS, message }, { ...LIMITS, requireMessage: { submit } }))
    for (let round = 0; round < 2; round++) {
      expect(codes(5, 'abcd')).toEqual(['message missing'])
      expect(codes(4, 'abcd')).toEqual([])
      expect(codes(undefined, '')).toEqual([])
      expect(codes(5, 'abcde')).toEqual([])
      expect(codes(6, 'abcde')).toEqual(['message missing'])
    }
  })

  it('creates an id if the host gives none, and merges duplicates', () => {
    const { request } = accepted(send({ associations: [{ users: ['caroline', 'caroline'], tenants: [TOM, TOM] }] }))
    expect(request.id).toBe('id-1')
    expect(request.associations).toEqual([{ users: ['caroline'], tenants: [TOM] }])
  })

  it('is refused for an actor who is inside a tenant or lacks the permission, before the directory is looked at (SPEC 4.7)', () => {
    const [parsed, users] = accepted(parseSubmission(SUPPORT_ACCESS, LIMITS))
    const unknown = { members: new Set<string>(), askable: new Set<string>() }
    const by = (actor: typeof elizabeth) =>
      submit(parsed, users, { actor, now: 1, newId: () => 'id', directory: unknown, policy: { answerWithin: null } })
    const inside = { tenant: TOM, method: 'access-request' } as const
    expect(by({ ...elizabeth, permissions: [], impersonating: inside })).toEqual(refused({ code: 'impersonating' }))
    expect(by({ ...elizabeth, permissions: ['answer'] })).toEqual(refused({ code: 'not-permitted' }))
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
    expect([...accepted(fanOut(two, LIMITS))]).toEqual([
      ['t1', ['a', 'b', 'c']],
      ['t2', ['a', 'b']],
    ]))

  it('says which limit of the policy is exceeded, by one (SPEC 3.4)', () => {
    const limits = { maxTenants: 2, maxPairs: 5, maxUsersPerTenant: 3 }
    const line = (words: string) => [`associations | too-many | must name at most ${words}: split the request`]
    expect(issuesOf(fanOut(two, limits))).toEqual([])
    expect(issuesOf(fanOut(two, { ...limits, maxTenants: 1 }))).toEqual(line('1 distinct tenants'))
    expect(issuesOf(fanOut(two, { ...limits, maxPairs: 4 }))).toEqual(line('4 pairs of a user and a tenant'))
    expect(issuesOf(fanOut(two, { ...limits, maxUsersPerTenant: 2 }))).toEqual(line('2 distinct users for one tenant'))
  })

  it('reads at most ten times the pairs allowed, duplicates included (SPEC 3.4)', () => {
    const repeated = (users: number, tenants: number) => [{ users: Array(users).fill('u'), tenants: Array(tenants).fill('t') }]
    const limits = { ...LIMITS, maxPairs: 2 }
    expect([...accepted(fanOut(repeated(5, 4), limits))]).toEqual([['t', ['u']]])
    for (const tooMany of [repeated(21, 1), repeated(7, 3), [...repeated(5, 4), ...repeated(1, 1)]])
      expect(issuesOf(fanOut(tooMany, limits))).toEqual([
        'associations | too-many | must name at most 20 pairs of a user and a tenant, duplicates included: split the request',
      ])
  })

  it('reads what is repeated once: the same association, and the same users again for a tenant', () => {
    let reads = 0
    const counted = (...list: string[]) =>
      Object.defineProperty(list, Symbol.iterator, {
        value: () => {
          reads += 1
          return list.values()
        },
      })
    const again = (...tenants: string[]) => ({ users: counted('b', 'a'), tenants })
    const others = { users: counted('b', 'a', 'c'), tenants: ['t1'] }
    const merged = accepted(fanOut([again('t1', 't2'), others, ...Array.from({ length: 100 }, () => again('t2', 't1')), others], LIMITS))
    expect([...merged]).toEqual([
      ['t1', ['a', 'b', 'c']],
      ['t2', ['a', 'b']],
    ])
    expect(reads).toBe(2)
  })

  it('asks for a list of users in every tenant of the associations that repeat it', () => {
    const repeated = [
      { users: ['b', 'a'], tenants: ['t2'] },
      { users: ['b', 'a'], tenants: ['t1', 't2'] },
      { users: ['b', 'a'], tenants: ['t3'] },
    ]
    expect([...accepted(fanOut(repeated, LIMITS))]).toEqual(['t1', 't2', 't3'].map((tenant) => [tenant, ['a', 'b']]))
  })

  it('leaves tenants with the users of their own associations when another of the same list gets more, in three steps', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((user, n) => ({ users: [user], tenants: ['t2', 't1', 't3'].slice(0, 3 - n) }))
    const merged = accepted(fanOut([a, b, c, { users: ['b', 'd'], tenants: ['t4'] }] as Parameters<typeof fanOut>[0], LIMITS))
    expect([...merged]).toEqual([
      ['t1', ['a', 'b']],
      ['t2', ['a', 'b', 'c']],
      ['t3', ['a']],
      ['t4', ['b', 'd']],
    ])
  })

  it('tells lists of users apart whose ids look alike when joined', () => {
    const alike = [
      { users: ['ab', 'c'], tenants: ['t'] },
      { users: ['a', 'bc'], tenants: ['t'] },
    ]
    expect([...accepted(fanOut(alike, LIMITS))]).toEqual([['t', ['a', 'ab', 'bc', 'c']]])
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
      'associations.0.users.0 | invalid | `a b` contains white space; remove it: an id is 1 to 128 printable ASCII characters without a space',
      'associations.0.tenants | invalid | `all` must be a list of tenants',
      'associations.0.extra | unknown-key | `extra` is not expected here',
    ],
    [{ associations: [{ users: 'u', tenants: ['t'] }] }, 'associations.0.users | invalid | `u` must be a list of users'],
    [
      { associations: [[], 7] },
      'associations.0 | invalid | an empty list must be an association: an object with `users` and `tenants`',
      'associations.1 | invalid | `7` must be an association: an object with `users` and `tenants`',
    ],
  ])('%j has its issues, each at its path', (over, ...issues) =>
    expect(issuesOf(read(submissionSchema, typeof over === 'object' ? { ...SUPPORT_ACCESS, ...over } : over))).toEqual(issues),
  )

  it('refuses unknown keys, `actor` included (law 16)', () => {
    const given = JSON.parse(`{ "actor": {}, "__proto__": { "permissions": ["submit"] }, "associations": [] }`)
    expect(codes(given)).toEqual(['name missing', 'associations invalid', 'actor unknown-key', '__proto__ unknown-key'])
    expect(({} as Record<string, unknown>)['permissions']).toBeUndefined()
  })
})

describe('a submission again (SPEC 3.9)', () => {
  const isSame = (over: Partial<SubmissionInput>, sent: Partial<SubmissionInput> = {}, limits = LIMITS) => {
    const [again, users] = accepted(parseSubmission({ ...SUPPORT_ACCESS, ...over }, limits))
    return isSameSubmission(again, users, accepted(send(sent)).request, limits)
  }
  const everywhere = (...users: string[]) => ({ associations: [{ users, tenants: [TOM, HUNDRED] }] })

  it('is the same with other duplicates and in another order', () =>
    expect(
      isSame({ associations: [...associations, ...associations].reverse() }, { associations: [...associations, ...associations] }),
    ).toBe(true))

  it('of all the users and tenants, but other pairs of them, is not the same', () => {
    expect(isSame({})).toBe(true)
    expect(isSame(everywhere('caroline', 'charlotte'))).toBe(false)
    expect(isSame(everywhere('caroline'))).toBe(false)
  })

  it('is compared within the limits: what was sent beyond them is never read to its end', () => {
    const tom = { associations: [{ users: ['caroline'], tenants: [TOM] }] }
    expect(isSame(tom, tom, { ...LIMITS, maxTenants: 1 })).toBe(true)
    expect(isSame(tom, {}, { ...LIMITS, maxTenants: 1 })).toBe(false)
  })
})

describe('too many open requests (SPEC 3.4a)', () => {
  it('are an issue at each place of each tenant that has them', () => {
    const parsed = submission({
      associations: [
        { users: ['caroline'], tenants: [TOM, HUNDRED] },
        { users: ['charlotte'], tenants: [HUNDRED, TOM] },
      ],
    })
    const message = `\`${TOM}\` has 3 open requests of the requesting tenant: withdraw some or wait until they end`
    expect(tooManyOpenIssues(parsed, [TOM], 3)).toEqual({
      issues: [
        { path: ['associations', 0, 'tenants', 0], code: 'too-many-open', message },
        { path: ['associations', 1, 'tenants', 1], code: 'too-many-open', message },
      ],
    })
    expect(tooManyOpenIssues(parsed, [], 3)).toEqual({ issues: [] })
  })

  it('are counted beyond the first 100', () => {
    const tenants = Array.from({ length: 103 }, (_, n) => `tenant-${n}`)
    const { issues, omitted } = tooManyOpenIssues(submission({ associations: [{ users: ['caroline'], tenants }] }), tenants, 1)
    expect([issues.length, issues.at(-1)?.path.at(-1), omitted]).toEqual([100, 99, 3])
  })
})

describe('parseSubmission', () => {
  const limits = { ...LIMITS, maxTenants: 1, maxPairs: 100 }
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

  it('reads malformed associations once', () => {
    let reads = 0
    const association = Object.defineProperty({ tenants: [TOM] }, 'users', { enumerable: true, get: () => ++reads })
    expect(parse({ name: 'a b', associations: [association] })).toEqual(['name invalid', 'associations.0.users invalid'])
    expect(reads).toBe(1)
  })
})
