/** Submitting: the form of a request, whom it may name, and the fan-out to tenant requests (SPEC §3). */

import { describe, expect, it } from 'vitest'
import {
  isSameSubmission,
  parseSubmission,
  type Submission,
  type SubmissionInput,
  submissionSchema,
  submit,
} from '../../src/domain/access-request.js'
import { fanOut, type UsersByTenant } from '../../src/domain/fan-out.js'
import { read } from '../../src/domain/input.js'
import type { Issue, Result } from '../../src/domain/refusal.js'
import { initialState } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, elizabeth, HUNDRED, SUPPORT_ACCESS, TOM } from '../story/cast.js'

const LIMITS = { maxTenants: 10_000, maxPairs: 100_000 }

function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.refusal.code)
  return result.value
}
function issuesOf(result: Result<unknown>): readonly Issue[] {
  return !result.ok && result.refusal.code === 'invalid-input' ? result.refusal.issues : []
}
const submission = (input: Partial<SubmissionInput> = {}): Submission => submissionSchema.parse({ ...SUPPORT_ACCESS, ...input })
const fanned = (of: Submission): UsersByTenant => accepted(fanOut(of.associations, LIMITS))
const counting = () => {
  let count = 0
  return () => `id-${++count}`
}
const directory = { members: new Set(['caroline', 'charlotte']), askable: new Set([TOM, HUNDRED]) }
const send = (of: Submission, rest: object = {}) =>
  submit(of, fanned(of), { actor: elizabeth, now: 1000, newId: counting(), directory, ...rest })
const messages = (input: unknown) => issuesOf(read(submissionSchema, input)).map(({ message }) => message)
const codes = (input: unknown) => issuesOf(read(submissionSchema, input)).map(({ path, code }) => `${path.join('.')} ${code}`)

describe('submit', () => {
  it('sends one tenant request for each distinct tenant, with the union of its users (SPEC 3.7)', () => {
    const { request, tenantRequests, events } = accepted(send(submission({ id: 'mine' })))
    const by = { user: 'elizabeth', tenant: CLASSICS }
    const { name, message, associations } = SUPPORT_ACCESS
    expect(request).toEqual({ id: 'mine', requestingTenant: CLASSICS, name, message, associations, sentAt: 1000, sentBy: by })
    const common = { at: 1000, by, requestingTenant: CLASSICS, accessRequest: 'mine', revision: 1, version: 1 }
    const [submitted, ...received] = events
    expect(submitted).toEqual({ ...common, id: 'id-1', type: 'access-request.submitted', tenant: CLASSICS, name, message, associations })
    expect(received).toEqual([
      { ...common, id: 'id-2', type: 'tenant-request.received', tenant: HUNDRED, tenantRequest: 'id-3', users: ['charlotte'], message },
      {
        ...common,
        id: 'id-4',
        type: 'tenant-request.received',
        tenant: TOM,
        tenantRequest: 'id-5',
        users: ['caroline', 'charlotte'],
        message,
      },
    ])
    expect(tenantRequests).toEqual(received.map((event) => initialState(event as Parameters<typeof initialState>[0])))
  })

  it('creates an id if the host gives none, and merges duplicates', () => {
    const doubled = submission({ associations: [{ users: ['caroline', 'caroline'], tenants: [TOM, TOM] }] })
    const { request } = accepted(send(doubled))
    expect(request.id).toBe('id-1')
    expect(request.associations).toEqual([{ users: ['caroline'], tenants: [TOM] }])
  })

  it('lists every user and tenant it may not name, each with its path (SPEC 3.6)', () => {
    const strange = submission({
      associations: [
        { users: ['caroline', 'xavier'], tenants: [TOM] },
        { users: ['xavier', 'yves'], tenants: [CLASSICS, 'nowhere', HUNDRED] },
      ],
    })
    expect(issuesOf(send(strange))).toEqual([
      { path: ['associations', 0, 'users', 1], code: 'unknown-user', message: '`xavier` is not a user of the requesting tenant' },
      { path: ['associations', 1, 'users', 0], code: 'unknown-user', message: '`xavier` is not a user of the requesting tenant' },
      { path: ['associations', 1, 'users', 1], code: 'unknown-user', message: '`yves` is not a user of the requesting tenant' },
      { path: ['associations', 1, 'tenants', 0], code: 'own-tenant', message: '`classics` is the requesting tenant itself' },
      {
        path: ['associations', 1, 'tenants', 1],
        code: 'unknown-tenant',
        message: '`nowhere` is not a tenant that can be asked for access',
      },
    ])
  })
})

describe('fanOut', () => {
  it('returns the union of the users per tenant, both ordered by id', () => {
    const users = fanOut(
      [
        { users: ['b', 'a'], tenants: ['t2', 't1'] },
        { users: ['a', 'c'], tenants: ['t1'] },
      ],
      LIMITS,
    )
    expect([...accepted(users)]).toEqual([
      ['t1', ['a', 'b', 'c']],
      ['t2', ['a', 'b']],
    ])
  })

  it('accepts as many distinct tenants and pairs as the policy allows, and not one more', () => {
    const two = [
      { users: ['a', 'b'], tenants: ['t1', 't1', 't2'] },
      { users: ['b'], tenants: ['t2'] },
    ]
    expect(fanOut(two, { maxTenants: 2, maxPairs: 4 }).ok).toBe(true)
    expect(issuesOf(fanOut(two, { maxTenants: 1, maxPairs: 4 }))).toEqual([
      { path: ['associations'], code: 'too-many', message: 'must name at most 1 distinct tenants: split the request' },
    ])
    expect(issuesOf(fanOut(two, { maxTenants: 2, maxPairs: 3 }))).toEqual([
      { path: ['associations'], code: 'too-many', message: 'must name at most 3 pairs of a user and a tenant: split the request' },
    ])
  })

  it('keeps ids such as `__proto__` and `constructor`', () => {
    expect([...accepted(fanOut([{ users: ['__proto__'], tenants: ['constructor', '__proto__'] }], LIMITS)).keys()]).toEqual([
      '__proto__',
      'constructor',
    ])
  })
})

describe('a submission', () => {
  it('has its name in NFC, and its message exactly as it was given, or none (SPEC 3.2, 3.3)', () => {
    expect(submission({ name: 'e\u0301' }).name).toBe('\u00e9')
    // U+1F82 decomposes into four code points, the maximum.
    expect(submission({ name: '\u03b1\u0313\u0300\u0345'.repeat(64) }).name).toBe('\u1f82'.repeat(64))
    for (const message of ['', ' a\n\tb ', 'e\u0301', '\u200b']) expect(submission({ message }).message).toBe(message)
    expect(submission({ message: undefined }).message).toBe('')
  })

  it('whose name is too long in any form is not normalised, and is quoted as typed', () => {
    const quoted = (name: string) => messages({ ...SUPPORT_ACCESS, name })[0]?.slice(0, 3)
    expect(quoted('e\u0301'.repeat(256))).toBe('`\u00e9\u00e9')
    expect(quoted('e\u0301'.repeat(257))).toBe('`e\u0301')
    expect(codes({ ...SUPPORT_ACCESS, name: 'e'.repeat(513) })).toEqual(['name invalid'])
  })

  it('has each issue of its associations at its path (SPEC 3.4)', () => {
    const of = (associations: unknown) => codes({ ...SUPPORT_ACCESS, associations })
    expect(of([])).toEqual(['associations invalid'])
    expect(of([{ users: [], tenants: [] }, 7])).toEqual([
      'associations.0.users invalid',
      'associations.0.tenants invalid',
      'associations.1 invalid',
    ])
    expect(of([{ users: ['a b'], tenants: 'all', extra: 1 }])).toEqual([
      'associations.0.users.0 invalid',
      'associations.0.tenants invalid',
      'associations.0.extra unknown-key',
    ])
  })

  it.each([
    ['`7` must be an access request: an object with `name` and `associations`', 7],
    ['`a b` must be 1 to 64 letters and digits, without spaces or punctuation', { name: 'a b' }],
    ['`null` must be a string', { name: null }],
    ['`7` must be a string', { message: 7 }],
    ['`?` must be up to 1,000 characters, without control characters or lone surrogates', { message: '\r' }],
    ['`x` must be a list of associations', { associations: 'x' }],
    ['an empty list is not allowed: add at least one association', { associations: [] }],
    ['`null` must be an association: an object with `users` and `tenants`', { associations: [null] }],
    ['an empty list is not allowed: add at least one user', { associations: [{ users: [], tenants: ['t'] }] }],
    ['an empty list is not allowed: add at least one tenant', { associations: [{ users: ['u'], tenants: [] }] }],
    ['`u` must be a list of users', { associations: [{ users: 'u', tenants: ['t'] }] }],
    ['`7` must be a list of tenants', { associations: [{ users: ['u'], tenants: 7 }] }],
    ['`a b` must be an id: 1 to 128 printable ASCII characters without a space', { associations: [{ users: ['u'], tenants: ['a b'] }] }],
  ])('says: %s', (message, over) => {
    expect(messages(typeof over === 'object' ? { ...SUPPORT_ACCESS, ...over } : over)).toEqual([message])
  })

  it('refuses unknown keys, `actor` included (law 16)', () => {
    expect(codes(JSON.parse(`{ "actor": {}, "__proto__": { "permissions": ["submit"] }, "associations": [] }`))).toEqual([
      'name missing',
      'associations invalid',
      'actor unknown-key',
      '__proto__ unknown-key',
    ])
    expect(({} as Record<string, unknown>)['permissions']).toBeUndefined()
  })
})

it('a submission of all the users and tenants, but other pairs of them, is not the same (SPEC 3.9)', () => {
  const { request } = accepted(send(submission()))
  expect(isSameSubmission(submission(), request)).toBe(true)
  expect(isSameSubmission(submission({ associations: [{ users: ['caroline', 'charlotte'], tenants: [TOM, 'third'] }] }), request)).toBe(
    false,
  )
  expect(isSameSubmission(submission({ associations: [{ users: ['caroline'], tenants: [TOM, HUNDRED] }] }), request)).toBe(false)
})

describe('parseSubmission', () => {
  const limits = { maxTenants: 1, maxPairs: 100 }
  const tooMany = { path: ['associations'], code: 'too-many', message: 'must name at most 1 distinct tenants: split the request' }

  it('returns the submission and its fan-out', () => {
    const [asked, usersByTenant] = accepted(parseSubmission(SUPPORT_ACCESS, LIMITS))
    expect(asked).toEqual(submission())
    expect(usersByTenant).toEqual(fanned(submission()))
  })

  it('reports too many tenants along with the other issues', () => {
    expect(issuesOf(parseSubmission(SUPPORT_ACCESS, limits))).toEqual([tooMany])
    const wrong = parseSubmission({ ...SUPPORT_ACCESS, name: 'a b', more: 1 }, limits)
    expect(issuesOf(wrong).map(({ path, code }) => `${path.join('.')} ${code}`)).toEqual([
      'name invalid',
      'more unknown-key',
      'associations too-many',
    ])
    expect(issuesOf(wrong)).toContainEqual(tooMany)
  })

  it('does not count malformed associations', () => {
    const broken = { ...SUPPORT_ACCESS, associations: [{ users: ['u'], tenants: ['s', 't', ''] }] }
    expect(issuesOf(parseSubmission(broken, limits)).map(({ code }) => code)).toEqual(['invalid'])
    expect(issuesOf(parseSubmission(null, limits)).map(({ code }) => code)).toEqual(['invalid'])
  })
})
