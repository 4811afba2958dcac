/** The law of storage: stored values read back unchanged, and never reach `Object.prototype`. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import { AccessRequest, ConsentryEvent, TenantRequest } from '../../src/repository.js'
import { commandLog, submission } from '../../src/testing/arbitraries.js'
import { Stage, steps, TENANTS } from './replay.js'

vi.setConfig({ testTimeout: 60_000 })

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** A snapshot of `Object.prototype`, including its functions. */
const prototype = () => Object.entries(Object.getOwnPropertyDescriptors(Object.prototype))

describe('a stored value', () => {
  it('law 31: decode(encode(x)) = x; Object.prototype is untouched', async () => {
    const before = prototype()
    const read = { 'access request': 0, 'tenant request': 0, event: 0 }
    const states = new Set<string>()
    const types = new Set<string>()
    await fc.assert(
      fc.asyncProperty(commandLog(), async (log) => {
        const stage = new Stage()
        for await (const { after } of steps(log, stage)) {
          for (const request of after.requests.values()) {
            deepEqual(TenantRequest.parse(throughJson(request)), request)
            states.add(request.state)
            read['tenant request'] += 1
          }
        }
        const { requests, events } = await stage.stored()
        for (const event of events) {
          deepEqual(ConsentryEvent.parse(throughJson(event)), event)
          types.add(event.type)
          read.event += 1
        }
        for (const { requestingTenant, accessRequest } of requests.values()) {
          const request = await stage.repository.accessRequest(requestingTenant, accessRequest)
          deepEqual(AccessRequest.parse(throughJson(request)), request)
          read['access request'] += 1
        }
      }),
      { numRuns: 250 },
    )
    deepEqual(prototype(), before)
    ok(Object.values(read).every((count) => count > 500))
    deepEqual([...states].sort(), ['expired', 'granted', 'pending', 'rejected', 'revoked', 'withdrawn'])
    equal(types.size, 9)
  })

  it('law 31: any valid text reads back unchanged', async () => {
    const cast = { users: ['elizabeth', '__proto__', 'Caroline'], tenants: ['tom-sawyer', 'Tom-Sawyer', '__proto__'] }
    const property = fc.asyncProperty(submission(cast), async (input) => {
      const { repository, consentry } = new Stage({ policy: {} })
      const actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null } as const
      const { id, sent } = await consentry.submit(actor, input)
      const stored = await repository.accessRequest('classics', id)
      equal(stored?.name, input.name.normalize('NFC'))
      equal(stored?.message, input.message ?? '')
      deepEqual(AccessRequest.parse(throughJson(stored)), stored)
      for (const one of sent) equal((await repository.tenantRequest(one.id))?.message, input.message ?? '')
    })
    await fc.assert(property, { numRuns: 250 })
  })

  it('law 31: rows are parsed like any input: malformed and polluting ones are refused', async () => {
    const before = prototype()
    const property = fc.asyncProperty(commandLog({ length: 12 }), fc.nat(), async (log, dice) => {
      const stage = new Stage()
      for await (const _ of steps(log, stage));
      const { requests, events } = await stage.stored()
      const rows = [
        ...[...requests.values()].map((row) => [TenantRequest, row] as const),
        ...events.map((row) => [ConsentryEvent, row] as const),
      ]
      for (const [schema, row] of rows) {
        const keys = Object.keys(row)
        const key = keys[dice % keys.length] ?? 'id'
        const { [key]: _, ...without } = row as Record<string, unknown>
        equal(schema.safeParse(throughJson(without)).success, false, `without \`${key}\``)
        equal(schema.safeParse({ ...row, [key]: Number.NaN }).success, false, `\`${key}\` is no number`)
        equal(schema.safeParse({ ...row, another: 1 }).success, false, 'with another key')
        const polluting = JSON.parse(`{"__proto__":{"polluted":true},${JSON.stringify(row).slice(1)}`)
        equal(schema.safeParse(polluting).success, false, 'with a polluting key')
      }
    })
    await fc.assert(property, { numRuns: 100 })
    deepEqual(prototype(), before)
    equal('polluted' in {}, false)
    ok(TENANTS.includes('__proto__'), 'and `__proto__` is an id like any other (SPEC 3.5)')
  })
})
