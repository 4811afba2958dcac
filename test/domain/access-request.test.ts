/** Submitting: the form of a request, whom it may name, and the fan-out to tenant requests (SPEC §3). */

import { describe, expect, it } from 'vitest'
import { type AccessRequest, isSameSubmission, submit } from '../../src/domain/access-request.js'
import { fanOut, type UsersByTenant } from '../../src/domain/fan-out.js'
import { read } from '../../src/domain/input.js'
import type { Issue, Result } from '../../src/domain/refusal.js'
import { parseSubmission, type Submission, type SubmissionInput, submissionSchema } from '../../src/domain/submission.js'
import { initialState } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, elizabeth, HUNDRED, person, SUPPORT_ACCESS, TOM } from '../story/cast.js'

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

  it('is refused while impersonating or without the permission, before the directory is considered', () => {
    const strange = submission({ associations: [{ users: ['x'], tenants: ['y'] }] })
    const inside = { ...elizabeth, impersonating: { tenant: TOM, method: 'legacy-support' as const } }
    expect(send(strange, { actor: inside })).toEqual({ ok: false, refusal: { code: 'impersonating' } })
    expect(send(strange, { actor: person('e', CLASSICS, 'answer') })).toEqual({ ok: false, refusal: { code: 'not-permitted' } })
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

  it('refuses the requesting tenant even if the directory calls it askable', () => {
    const own = submission({ associations: [{ users: ['caroline'], tenants: [CLASSICS] }] })
    expect(issuesOf(send(own, { directory: { ...directory, askable: new Set([CLASSICS]) } })).map(({ code }) => code)).toEqual([
      'own-tenant',
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

  it('accepts 100,000 pairs and refuses 100,001', () => {
    const tenants = Array.from({ length: 10_000 }, (_, index) => `t${index}`)
    const users = Array.from({ length: 10 }, (_, index) => `u${index}`)
    expect(fanOut([{ users, tenants }], LIMITS).ok).toBe(true)
    expect(
      issuesOf(
        fanOut(
          [
            { users, tenants },
            { users: ['one-more'], tenants: ['t1'] },
          ],
          LIMITS,
        ),
      ).map(({ code }) => code),
    ).toEqual(['too-many'])
  })

  it('keeps ids such as `__proto__` and `constructor`', () => {
    expect([...accepted(fanOut([{ users: ['__proto__'], tenants: ['constructor', '__proto__'] }], LIMITS)).keys()]).toEqual([
      '__proto__',
      'constructor',
    ])
  })
})

describe('a submission', () => {
  it('has a name of 1 to 64 letters and digits of any script, kept in NFC (SPEC 3.2)', () => {
    for (const name of ['SupportAccess', 'é', '支援2026', 'हिन्दी', 'x'.repeat(64), '😀'.length === 2 ? '𝒜'.repeat(64) : '', '٣']) {
      expect(codes({ ...SUPPORT_ACCESS, name })).toEqual([])
    }
    for (const name of [
      '',
      'a b',
      'a-b',
      'a_b',
      'a.b',
      'x'.repeat(65),
      '𝒜'.repeat(65),
      '\u0301a',
      '😀',
      'a\u0000',
      'a\ud800',
      ' a',
      7,
      null,
      ['a'],
      'x'.repeat(100_000),
    ]) {
      expect(codes({ ...SUPPORT_ACCESS, name })).toEqual(['name invalid'])
    }
    expect(submission({ name: 'e\u0301' }).name).toBe('\u00e9')
    // 64 code points when composed, 128 before.
    expect(submission({ name: 'e\u0301'.repeat(64) }).name).toBe('\u00e9'.repeat(64))
    expect(codes({ ...SUPPORT_ACCESS, name: 'e\u0301'.repeat(65) })).toEqual(['name invalid'])
    // U+1F82 decomposes into four code points, the maximum.
    expect(submission({ name: '\u03b1\u0313\u0300\u0345'.repeat(64) }).name).toBe('\u1f82'.repeat(64))
    expect(codes({ ...SUPPORT_ACCESS, name: 'e'.repeat(513) })).toEqual(['name invalid'])
    // A name that is too long in any form is not normalised, and is quoted as typed.
    const quoted = (name: string) => issuesOf(read(submissionSchema, { ...SUPPORT_ACCESS, name }))[0]?.message.slice(0, 3)
    expect(quoted('e\u0301'.repeat(256))).toBe('`\u00e9\u00e9')
    expect(quoted('e\u0301'.repeat(257))).toBe('`e\u0301')
  })

  it('has a message of up to 1,000 code points, kept exactly, or none (SPEC 3.3)', () => {
    expect(submissionSchema.parse({ name: 'a', associations: SUPPORT_ACCESS.associations }).message).toBe('')
    for (const message of ['', ' a\n\tb ', 'x'.repeat(1000), '😀'.repeat(1000), 'e\u0301', '\u200b'])
      expect(submission({ message }).message).toBe(message)
    for (const message of ['x'.repeat(1001), '😀'.repeat(1001), 'a\r\n', '\u0000', '\u0085', '\u007f', '\ud800', 'a\udc00b', 7, null]) {
      expect(codes({ ...SUPPORT_ACCESS, message })).toEqual(['message invalid'])
    }
  })

  it('has at least one association, each with at least one user and one tenant (SPEC 3.4)', () => {
    expect(codes({ ...SUPPORT_ACCESS, associations: [] })).toEqual(['associations invalid'])
    expect(codes({ ...SUPPORT_ACCESS, associations: 'all' })).toEqual(['associations invalid'])
    expect(codes({ ...SUPPORT_ACCESS, associations: [{ users: [], tenants: [] }, 7] })).toEqual([
      'associations.0.users invalid',
      'associations.0.tenants invalid',
      'associations.1 invalid',
    ])
    expect(codes({ ...SUPPORT_ACCESS, associations: [{ users: ['a b'], tenants: 'all', extra: 1 }] })).toEqual([
      'associations.0.users.0 invalid',
      'associations.0.tenants invalid',
      'associations.0.extra unknown-key',
    ])
  })

  it('describes every issue in a message', () => {
    const input = { name: 'a b', message: 7, associations: [{ users: [], tenants: ['a b'] }, null] }
    expect(issuesOf(read(submissionSchema, input)).map(({ message }) => message)).toEqual([
      '`a b` must be 1 to 64 letters and digits, without spaces or punctuation',
      '`7` must be a string',
      'an empty list is not allowed: add at least one user',
      '`a b` must be an id: 1 to 128 printable ASCII characters without a space',
      '`null` must be an association: an object with `users` and `tenants`',
    ])
    expect(
      issuesOf(read(submissionSchema, { ...input, name: null, message: '\r', associations: [] })).map(({ message }) => message),
    ).toEqual([
      '`null` must be a string',
      '`?` must be up to 1,000 characters, without control characters or lone surrogates',
      'an empty list is not allowed: add at least one association',
    ])
    expect(
      issuesOf(read(submissionSchema, { name: 'a', associations: [{ users: 'u', tenants: [] }] })).map(({ message }) => message),
    ).toEqual(['`u` must be a list of users', 'an empty list is not allowed: add at least one tenant'])
    expect(
      issuesOf(read(submissionSchema, { name: 'a', associations: [{ users: ['u'], tenants: 7 }] })).map(({ message }) => message),
    ).toEqual(['`7` must be a list of tenants'])
    expect(issuesOf(read(submissionSchema, { name: 'a', associations: 'x' })).map(({ message }) => message)).toEqual([
      '`x` must be a list of associations',
    ])
    expect(issuesOf(read(submissionSchema, 7)).map(({ message }) => message)).toEqual([
      '`7` must be an access request: an object with `name` and `associations`',
    ])
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

describe('isSameSubmission (SPEC 3.9)', () => {
  const { request } = accepted(send(submission({ id: 'mine' })))
  const same = (input: Partial<SubmissionInput>, of: AccessRequest = request) => isSameSubmission(submission(input), of)

  it('ignores the order and duplicates of associations', () => {
    expect(same({})).toBe(true)
    expect(
      same({
        associations: [
          { users: ['charlotte'], tenants: [HUNDRED] },
          { users: ['charlotte', 'caroline', 'caroline'], tenants: [TOM] },
        ],
      }),
    ).toBe(true)
  })

  it('compares the name, the message and every pair', () => {
    expect(same({ name: 'Other' })).toBe(false)
    expect(same({ message: 'Other' })).toBe(false)
    expect(same({ message: undefined })).toBe(false)
    expect(same({ associations: [{ users: ['caroline', 'charlotte'], tenants: [TOM] }] })).toBe(false)
    expect(same({ associations: [...SUPPORT_ACCESS.associations, { users: ['caroline'], tenants: [HUNDRED] }] })).toBe(false)
    expect(same({ associations: [...SUPPORT_ACCESS.associations, { users: ['caroline'], tenants: ['third'] }] })).toBe(false)
    expect(same({ associations: [{ users: ['caroline'], tenants: [TOM, HUNDRED] }] })).toBe(false)
    expect(same({ associations: [{ users: ['caroline', 'charlotte'], tenants: [TOM, 'third'] }] })).toBe(false)
  })

  it('compares names in NFC', () => {
    expect(isSameSubmission(submission({ name: 'e\u0301' }), { ...request, name: '\u00e9' })).toBe(true)
  })
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
