/** Stored records: they are parsed unchanged, and refused with a missing, extra or malformed field. */

import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { AccessRequest } from '../../src/domain/access-request.js'
import { ConsentryEvent, sessionHashSchema } from '../../src/domain/event.js'
import { read } from '../../src/domain/input.js'
import { TenantRequest } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, SUPPORT_ACCESS, TOM } from '../story/cast.js'
import { endless, everyState } from './requests.js'

const becky = { user: 'becky', tenant: TOM }
const elizabeth = { user: 'elizabeth', tenant: CLASSICS }
const common = { id: 'e', at: 5, accessRequest: 'ar-1', requestingTenant: CLASSICS, revision: 4, version: 1 } as const
const one = { ...common, tenant: TOM, tenantRequest: 'tr-1' }
const caroline = { user: 'caroline', tenant: CLASSICS }
const ofSession = { id: 'e', at: 5, tenant: TOM, requestingTenant: CLASSICS, session: '0'.repeat(64), revision: 1, version: 1 } as const
const { name, message, associations } = SUPPORT_ACCESS

const events: readonly ConsentryEvent[] = [
  { ...common, type: 'access-request.submitted', tenant: CLASSICS, by: elizabeth, name, message, associations },
  { ...one, type: 'tenant-request.received', by: elizabeth, users: ['caroline', 'charlotte'], message },
  { ...one, type: 'tenant-request.granted', by: becky, message: 'welcome', expiresAt: 9 },
  { ...one, type: 'tenant-request.granted', by: becky, message: '', expiresAt: null },
  { ...one, type: 'tenant-request.rejected', by: becky, message: 'no' },
  { ...one, type: 'tenant-request.withdrawn', by: elizabeth, removedUser: 'caroline' },
  { ...one, type: 'tenant-request.withdrawn', by: elizabeth, removedUser: null },
  { ...one, type: 'tenant-request.expiry-set', by: becky, expiresAt: 8 },
  { ...one, type: 'tenant-request.user-removed', by: elizabeth, removedUser: 'caroline' },
  { ...one, type: 'tenant-request.revoked', by: becky, message: 'enough', removedUser: null },
  { ...one, type: 'tenant-request.revoked', by: elizabeth, message: '', removedUser: 'caroline' },
  { ...one, type: 'tenant-request.expired', by: 'clock' },
  {
    ...ofSession,
    type: 'impersonation.started',
    by: caroline,
    method: 'access-request',
    grantedBy: ['tr-1'],
    reason: 'ticket 7',
    endsAt: 9,
  },
  { ...ofSession, type: 'impersonation.started', by: caroline, method: 'legacy-support', grantedBy: [], reason: '', endsAt: 9 },
  { ...ofSession, type: 'impersonation.ended', by: caroline, cause: 'ended-by-user' },
  { ...ofSession, type: 'impersonation.ended', by: 'clock', cause: 'access-lost' },
  { ...ofSession, type: 'impersonation.ended', by: 'clock', cause: 'expired' },
]
const request: AccessRequest = { id: 'ar-1', requestingTenant: CLASSICS, name, message, associations, sentAt: 5, sentBy: elizabeth }

interface Stored {
  readonly what: string
  readonly schema: z.ZodType
  readonly row: object
}
const stored: readonly Stored[] = [
  ...events.map((row) => ({ what: row.type, schema: ConsentryEvent, row })),
  ...[...everyState, endless].map((row) => ({ what: `a request that is ${row.state}`, schema: TenantRequest, row })),
  { what: 'an access request', schema: AccessRequest, row: request },
]

for (const { what, schema, row } of stored) {
  describe(`${what}, stored`, () => {
    it('is parsed unchanged', () => {
      expect(schema.parse(JSON.parse(JSON.stringify(row)))).toStrictEqual(row)
    })

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
}

describe('an access request, stored', () => {
  it('is refused if its name is not a string', () => {
    const result = read(AccessRequest, { ...request, name: 7 }, 'row')
    expect(!result.ok && result.refusal).toEqual({
      code: 'invalid-input',
      issues: [{ path: ['row', 'name'], code: 'invalid', message: '`7` must be a string' }],
    })
  })
})

describe('the hash of a session id', () => {
  const messages = (hash: string) => {
    const result = read(sessionHashSchema, hash, 'session')
    return result.ok || result.refusal.code !== 'invalid-input' ? [] : result.refusal.issues.map(({ message }) => message)
  }

  it('is exactly 64 lower-case hexadecimal digits', () => {
    expect(messages('0123456789abcdef'.repeat(4))).toEqual([])
    for (const hash of ['', 'a'.repeat(63), 'a'.repeat(65), `A${'a'.repeat(63)}`, `g${'a'.repeat(63)}`, `${'a'.repeat(64)}\n`])
      expect(messages(hash)).toEqual([expect.stringContaining('must be the hash of a session id')])
  })
})

describe('an event', () => {
  it('is by the clock for an expiry or a loss of access, else by a person', () => {
    for (const event of events) {
      const other = event.by === 'clock' ? becky : 'clock'
      expect(read(ConsentryEvent, { ...event, by: other }).ok, event.type).toBe(false)
    }
  })

  it('has this version', () => {
    for (const event of events) expect(read(ConsentryEvent, { ...event, version: 2 }).ok, event.type).toBe(false)
  })
})
