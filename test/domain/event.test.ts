/** Stored records: they are parsed unchanged, and refused with a missing, extra or malformed field. */
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { AccessRequest } from '../../src/domain/access-request.js'
import { ConsentryEvent, sessionHashSchema } from '../../src/domain/event.js'
import { read } from '../../src/domain/input.js'
import { applySessionEnd, Session, sessionFromStart } from '../../src/domain/session-state.js'
import { TenantRequest } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, SUPPORT_ACCESS } from '../story/cast.js'
import { accessLost, becky, elizabeth, endedByUser, ofRequest, ofSession, started, submitted } from './events.js'
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
const endings = [endedByUser, accessLost, { ...accessLost, cause: 'expired' }] as const

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

it('an access request, stored, is refused if its name is not a string', () =>
  expect(issuesOf(read(AccessRequest, { ...request, name: 7 }, 'row'))).toEqual(['row.name | invalid | `7` must be a string']))

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
