/** Stored records: they are parsed unchanged, and refused with a missing, extra or malformed field. */
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { AccessRequest } from '../../src/domain/access-request.js'
import { ConsentryEvent } from '../../src/domain/event.js'
import { read } from '../../src/domain/input.js'
import { sessionHashSchema } from '../../src/domain/session-hash.js'
import { applySessionEnd, Session, sessionFromStart } from '../../src/domain/session-state.js'
import { submissionSchema } from '../../src/domain/submission.js'
import { TenantRequest } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, SUPPORT_ACCESS } from '../story/cast.js'
import {
  accessLost,
  becky,
  elizabeth,
  endedByRequester,
  endedByTenant,
  endedByUser,
  ofRequest,
  ofSession,
  started,
  submitted,
} from './events.js'
import { endless, everyState } from './requests.js'
import { issuesOf } from './results.js'

const { name, message, associations } = SUPPORT_ACCESS
const [, granted, , withdrawn, , , revoked] = ofRequest
const events = [
  submitted,
  ...ofRequest,
  { ...granted, message: '', expiresAt: null, removedUsers: [] },
  { ...withdrawn, removedUser: null },
  { ...revoked, by: elizabeth, message: '', removedUser: 'caroline' },
  ...ofSession,
  { ...started, method: 'legacy-support', grantedBy: [], reason: '' },
  { ...accessLost, cause: 'expired' },
] as readonly ConsentryEvent[]
const request: AccessRequest = { id: 'ar-1', requestingTenant: CLASSICS, name, message, associations, sentAt: 5, sentBy: elizabeth }

const session = sessionFromStart(started)
const endings = [endedByUser, endedByTenant, endedByRequester, accessLost, { ...accessLost, cause: 'expired' }] as const

interface Stored {
  readonly what: string
  readonly schema: z.ZodType
  readonly row: object
}
const stored: readonly Stored[] = [
  ...events.map((row) => ({ what: row.type, schema: ConsentryEvent, row })),
  ...[...everyState, endless].map((row) => ({ what: `a request that is ${row.state}`, schema: TenantRequest, row })),
  { what: 'an access request', schema: AccessRequest, row: request },
  { what: 'a session that is open', schema: Session, row: session },
  ...endings.map((ending) => {
    return { what: `a session ended as ${ending.cause}`, schema: Session, row: applySessionEnd(session, { ...ending, revision: 2 }) }
  }),
]

for (const { what, schema, row } of stored)
  describe(`${what}, stored`, () => {
    it('is parsed unchanged', () => expect(schema.parse(JSON.parse(JSON.stringify(row)))).toStrictEqual(row))

    it('is refused with a missing, wrong or extra field', () => {
      for (const key of Object.keys(row)) {
        const { [key as never]: _, ...rest } = row
        expect(read(schema, rest).ok, `without ${key}`).toBe(false)
        for (const wrong of [true, -0.5, 'a\u0000', [0], {}])
          expect(read(schema, { ...row, [key]: wrong }).ok, `${key}: ${wrong}`).toBe(false)
      }
      expect(read(schema, { ...row, more: 1 }).ok).toBe(false)
    })
  })

describe('a stored name (SPEC 8.5)', () => {
  // Letters of a future Unicode: this runtime calls them unassigned, as an older one would call the letters that this one knows.
  const UNASSIGNED = ['\u0378', '\u{2fe0}', '\u{e0080}', 'a\u{1c8ff}'].filter((name) => !/^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}]*$/u.test(name))
  const readName = (name: unknown) => [read(AccessRequest, { ...request, name }), read(ConsentryEvent, { ...submitted, name })]

  it('is read though its letters are of another version of Unicode, which `submit` refuses', () => {
    expect(UNASSIGNED.length).toBe(4)
    for (const one of UNASSIGNED) {
      expect(readName(one).map((result) => result.ok)).toEqual([true, true])
      expect(read(submissionSchema, { ...SUPPORT_ACCESS, name: one }).ok).toBe(false)
    }
  })

  it('is 1 to 64 code points', () => {
    for (const one of ['a', 'Ω', '\u{10400}'.repeat(64), 'e\u0301', '\u0301', '0']) expect(readName(one).every(({ ok }) => ok)).toBe(true)
    for (const one of ['', 'a'.repeat(65), '\u{10400}'.repeat(65)])
      expect(
        readName(one).some(({ ok }) => ok),
        one,
      ).toBe(false)
  })

  it('has no space, ASCII punctuation, control character or lone surrogate', () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter((one) => !/[0-9A-Za-z]/.test(one))
    expect(ascii).toHaveLength(66)
    for (const one of [...ascii, '\u0080', '\u009f', '\ud800', '\udc00'])
      for (const name of [one, `a${one}`, `${one}a`])
        expect(
          readName(name).some(({ ok }) => ok),
          JSON.stringify(name),
        ).toBe(false)
  })
})

it('an access request, stored, is refused if its name is not a string', () =>
  expect(issuesOf(read(AccessRequest, { ...request, name: 7 }, 'row'))).toEqual(['row.name | invalid | `7` must be a string']))

it('a stored list is refused with its own message, and each element at its place (SPEC 8.5)', () => {
  const lines = (schema: z.ZodType, row: object) => issuesOf(read(schema, row, 'row'))
  const [received] = ofRequest
  const [rest] = everyState
  expect(lines(ConsentryEvent, { ...received, users: 'caroline' })).toEqual(['row.users | invalid | `caroline` must be a list of ids'])
  // The history of the tenant asked, which may not see the users.
  expect(lines(ConsentryEvent, { ...received, users: [] })).toEqual([])
  expect(lines(ConsentryEvent, { ...granted, removedUsers: 7 })).toEqual(['row.removedUsers | invalid | `7` must be a list of ids'])
  expect(lines(ConsentryEvent, { ...received, users: ['caroline', 'a b', 7, undefined] })).toEqual([
    'row.users.1 | invalid | `a b` contains white space; remove it: an id is 1 to 128 printable ASCII characters without a space',
    'row.users.2 | invalid | `7` is a number; ids are strings: use `String(id)`',
    'row.users.3 | missing | is required',
  ])
  expect(lines(TenantRequest, { ...rest, removed: 'x' })).toEqual(['row.removed | invalid | `x` must be a list of removed users'])
  const removed = { user: 'charlotte', at: 1 }
  expect(
    lines(TenantRequest, { ...rest, removed: [removed, { ...removed, at: 'x' }, { ...removed, user: '' }, { ...removed, more: 1 }, 7] }),
  ).toEqual(
    ['1 | invalid | an object', '2 | invalid | an object', '3 | invalid | an object', '4 | invalid | `7`'].map(
      (one) => `row.removed.${one} must have \`user\` and \`at\``,
    ),
  )
})

it('what is read back is frozen, so that a repository can share it', () => {
  const frozen = (value: unknown): boolean =>
    typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen))
  for (const { schema, row } of stored) expect(frozen(schema.parse(JSON.parse(JSON.stringify(row))))).toBe(true)
})

it('the hash of a session id is exactly 64 lower-case hexadecimal digits', () => {
  expect(read(sessionHashSchema, '0123456789abcdef'.repeat(4)).ok).toBe(true)
  for (const hash of ['', 'a'.repeat(63), 'a'.repeat(65), `A${'a'.repeat(63)}`, `g${'a'.repeat(63)}`, `${'a'.repeat(64)}\n`])
    expect(issuesOf(read(sessionHashSchema, hash))).toEqual([expect.stringContaining('must be the hash of a session id')])
})

it('an event is by the clock for an expiry or a loss of access, else by a person, and has this version', () => {
  for (const event of events) {
    expect(read(ConsentryEvent, { ...event, by: event.by === 'clock' ? becky : 'clock' }).ok, event.type).toBe(false)
    expect(read(ConsentryEvent, { ...event, version: 2 }).ok, event.type).toBe(false)
  }
})
