/** Many issues: the first hundred are told in the order of the input, and the others are counted (SPEC 3.4, 9.1). */
import { describe, expect, it } from 'vitest'
import { submit } from '../../src/domain/access-request.js'
import { actorSchema } from '../../src/domain/actor.js'
import { ConsentryError, throwRefusal, unwrap } from '../../src/domain/error.js'
import { ConsentryEvent } from '../../src/domain/event.js'
import { parseAllFacts, parseFacts } from '../../src/domain/facts.js'
import { combine, read, readRecord } from '../../src/domain/input.js'
import type { Issue, Result } from '../../src/domain/refusal.js'
import { Session, sessionFromStart } from '../../src/domain/session-state.js'
import { parseSubmission, submissionSchema } from '../../src/domain/submission.js'
import { TenantRequest } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, elizabeth, HUNDRED, TOM } from '../story/cast.js'
import { ofRequest, started, submitted } from './events.js'
import { grantFacts, pending } from './requests.js'
import { accepted, issuesOf } from './results.js'

const LIMITS = { maxTenants: 10_000, maxPairs: 100_000, maxUsersPerTenant: 1_000 }
// More than the arguments that fit on the stack, where lists of issues used to be joined.
const MANY = 150_000
const list = <T>(length: number, value: T): T[] => Array.from({ length }, () => value)
const naming = (...users: string[]) => ({ name: 'a', associations: [{ users, tenants: [TOM] }] })

function thrownBy(call: () => unknown): ConsentryError {
  try {
    call()
  } catch (error) {
    if (error instanceof ConsentryError) return error
    throw error
  }
  throw new Error('it was accepted')
}

const told = (result: Result<unknown>) => {
  const { issues, omitted } = thrownBy(() => unwrap(result))
  return [issues.length, omitted]
}

describe('an input with many issues', () => {
  it('is refused with the first hundred, and the number of the others is in the error and its short message', () => {
    const error = thrownBy(() => unwrap(parseSubmission(naming(...list(33_333, '')), LIMITS)))
    expect(error.code).toBe('invalid-input')
    expect(error.issues.map(({ path }) => path)).toEqual(list(100, 0).map((_, at) => ['associations', 0, 'users', at]))
    expect(error.omitted).toBe(33_233)
    expect(error.message.split('; ').at(-1)).toBe('... and 33,233 more issues')
    expect(error.message.split('; ').length).toBe(101)
    expect(error.message.length).toBeLessThan(15_000)
  })

  it('omits nothing of a hundred, and one of a hundred and one', () => {
    expect(told(parseSubmission(naming(...list(100, '')), LIMITS))).toEqual([100, 0])
    expect(parseSubmission(naming(...list(100, '')), LIMITS)).not.toHaveProperty('refusal.omitted')
    const error = thrownBy(() => unwrap(parseSubmission(naming(...list(101, '')), LIMITS)))
    expect([error.issues.length, error.omitted]).toEqual([100, 1])
    expect(error.message).toMatch(/without a space; \.\.\. and 1 more issue$/)
  })

  it.each([
    [1_000, '1,000'],
    [999, '999'],
    [1_234_567, '1,234,567'],
  ])('counts %d as %s', (omitted, words) => {
    const issue: Issue = { path: [], code: 'invalid', message: 'x' }
    expect(thrownBy(() => throwRefusal({ code: 'invalid-input', issues: [issue], omitted })).message).toBe(
      `x; ... and ${words} more issues`,
    )
  })

  it('keeps the order of the input over several associations, with unknown keys and missing lists', () => {
    const associations = [
      { users: list(40, ''), tenants: list(20, 7), extra: 1 },
      null,
      { tenants: 'all', more: 1, most: 2 },
      ...list(30, { users: [], tenants: ['a b', TOM, ''] }),
    ]
    const expected = [
      ...list(40, 0).map((_, at) => `associations.0.users.${at} invalid`),
      ...list(20, 0).map((_, at) => `associations.0.tenants.${at} invalid`),
      'associations.0.extra unknown-key',
      'associations.1 invalid',
      ...['users missing', 'tenants invalid', 'more unknown-key', 'most unknown-key'].map((one) => `associations.2.${one}`),
      ...list(30, 0).flatMap((_, n) => ['users', 'tenants.0', 'tenants.2'].map((at) => `associations.${n + 3}.${at} invalid`)),
    ]
    const error = thrownBy(() => unwrap(parseSubmission({ name: 'a', associations, other: 1 }, LIMITS)))
    expect(error.issues.map(({ path, code }) => `${path.join('.')} ${code}`)).toEqual(expected.slice(0, 100))
    expect(error.omitted).toBe(expected.length + 1 - 100)
    const few = readRecord(submissionSchema, { name: 'a', associations: associations.slice(1, 4), other: 1 })
    expect(issuesOf(few).map((line) => line.split(' | ', 2).join(' '))).toEqual([
      'associations.0 invalid',
      ...['users missing', 'tenants invalid', 'more unknown-key', 'most unknown-key'].map((one) => `associations.1.${one}`),
      ...['users', 'tenants.0', 'tenants.2'].map((at) => `associations.2.${at} invalid`),
      'other unknown-key',
    ])
  })

  it('counts the unknown keys of a record too', () => {
    const keys = Object.fromEntries(list(150, 0).map((_, n) => [`key${n}`, n]))
    expect(told(parseSubmission({ ...naming('caroline'), ...keys }, LIMITS))).toEqual([100, 50])
    expect(told(parseSubmission({ name: 'a', associations: [{ ...naming('').associations[0], ...keys }] }, LIMITS))).toEqual([100, 51])
  })

  it('counts over several lists of one value', () => {
    const removed = list(140, { user: 'x', at: 'y' })
    expect(told(read(TenantRequest, { ...pending, users: list(150, ''), removed }))).toEqual([100, 190])
    expect(told(read(TenantRequest, { ...pending, users: list(30, ''), removed: list(20, 7) }))).toEqual([50, 0])
  })

  it('counts over several arguments', () => {
    const [some, others] = [parseSubmission(naming(...list(70, '')), LIMITS), parseSubmission(naming(...list(140, '')), LIMITS)]
    expect(told(combine(some, others))).toEqual([100, 110])
    expect(told(combine(others, some))).toEqual([100, 110])
    expect(told(combine(some, { ok: true, value: 1 }))).toEqual([70, 0])
  })

  it('counts the users and tenants that the directory does not know, at each place (SPEC 3.6)', () => {
    const [parsed, users] = accepted(
      parseSubmission({ name: 'a', associations: list(60, { users: ['x'], tenants: [TOM, 'y', CLASSICS] }) }, LIMITS),
    )
    const directory = { members: new Set<string>(), askable: new Set([TOM]) }
    const result = submit(parsed, users, { actor: elizabeth, now: 1, newId: () => 'id', directory, policy: { answerWithin: null } })
    expect(told(result)).toEqual([100, 80])
    expect(
      issuesOf(result)
        .slice(0, 4)
        .map((line) => line.split(' | ', 2).join(' ')),
    ).toEqual([
      'associations.0.users.0 unknown-user',
      'associations.0.tenants.1 unknown-tenant',
      'associations.0.tenants.2 own-tenant',
      'associations.1.users.0 unknown-user',
    ])
  })
})

describe('so many malformed values that their issues do not fit on the stack are counted', () => {
  const associations = (all: readonly unknown[]) => parseSubmission({ name: 'a', associations: all }, LIMITS)
  const [, granted] = ofRequest
  const session = sessionFromStart(started)
  const cases: Record<string, () => Result<unknown>> = {
    'users of an association': () => associations([{ users: list(MANY, ''), tenants: [TOM] }]),
    'tenants of an association': () => associations([{ users: ['u'], tenants: list(MANY, 7) }]),
    associations: () => associations(list(MANY, null)),
    'permissions of an actor': () => readRecord(actorSchema, { ...elizabeth, permissions: list(MANY, 'root') }, 'actor'),
    'users of a stored event': () => read(ConsentryEvent, { ...ofRequest[0], users: list(MANY, '') }),
    'removed users of a stored event': () => read(ConsentryEvent, { ...granted, removedUsers: list(MANY, '') }),
    'associations of a stored event': () => read(ConsentryEvent, { ...submitted, associations: list(MANY, 7) }),
    'grants of a stored event': () => read(ConsentryEvent, { ...started, grantedBy: list(MANY, '') }),
    'grants of a stored session': () => read(Session, { ...session, grantedBy: list(MANY, '') }),
    'users of a stored request': () => read(TenantRequest, { ...pending, users: list(MANY, '') }),
    'removed users of a stored request': () => read(TenantRequest, { ...pending, removed: list(MANY, { user: 'x', at: 'y' }) }),
  }
  it.each(Object.entries(cases))('%s', (_, parse) => expect(told(parse())).toEqual([100, MANY - 100]))
})

describe('facts with many issues', () => {
  it('are refused with the first hundred and the number of the others', () => {
    const error = thrownBy(() =>
      parseFacts({ tenant: TOM, governed: true, requests: [{ ...grantFacts('r', 1), users: list(1_000_000, '') }] }),
    )
    expect(error).toMatchObject({ code: 'invalid-facts', omitted: 999_900 })
    expect(error.issues.map(({ path }) => path)).toEqual(list(100, 0).map((_, at) => ['requests', 0, 'users', at]))
    const removed = list(50, { user: '', at: 'x' })
    const two = thrownBy(() => parseAllFacts([{ tenant: TOM, governed: true, requests: [{ ...grantFacts('r', 1), removed }] }, null]))
    expect([two.issues.length, two.omitted]).toEqual([100, 4])
  })

  it('omit nothing of a hundred', () => {
    const hundred = { tenant: HUNDRED, governed: true, requests: [{ ...grantFacts('r', 1), tenant: HUNDRED, users: list(100, '') }] }
    const error = thrownBy(() => parseFacts(hundred))
    expect([error.issues.length, error.omitted]).toEqual([100, 0])
  })
})
