/** The law of storage: stored values read back unchanged, and never reach `Object.prototype`. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { it, vi } from 'vitest'
import { AccessRequest, ConsentryEvent, TenantRequest } from '../../src/repository.js'
import { submission } from '../../src/testing/arbitraries.js'
import { requestIn } from '../../src/testing/contract/fixtures/reads.js'
import { commandLog, Stage, steps, TENANTS } from './replay.js'

vi.setConfig({ testTimeout: 60_000 })

const prototype = () => Object.entries(Object.getOwnPropertyDescriptors(Object.prototype))

/** Asserts that a row reads back unchanged, and is refused with a polluting key. */
function readsBack(schema: typeof AccessRequest | typeof TenantRequest | typeof ConsentryEvent, row: object | undefined): void {
  const text = JSON.stringify(row)
  deepEqual(schema.parse(JSON.parse(text)), row)
  equal(schema.safeParse(JSON.parse(`{"__proto__":{"polluted":true},${text.slice(1)}`)).success, false)
}

it('law 31: decode(encode(x)) = x; rows are parsed like any input; Object.prototype is untouched', async () => {
  const before = prototype()
  const read: string[] = []
  const property = fc.asyncProperty(commandLog(), async (log) => {
    const stage = new Stage()
    for await (const { after } of steps(log, stage))
      for (const request of after.requests.values()) {
        readsBack(TenantRequest, request)
        read.push(request.state)
      }
    const { requests, events } = await stage.stored()
    for (const event of events) {
      readsBack(ConsentryEvent, event)
      read.push(event.type)
    }
    for (const { requestingTenant, accessRequest } of requests.values())
      readsBack(AccessRequest, await stage.repository.accessRequest(requestingTenant, accessRequest))
  })
  await fc.assert(property, { numRuns: 250 })
  deepEqual(prototype(), before)
  equal('polluted' in {}, false)
  ok(TENANTS.includes('__proto__'), 'and `__proto__` is an id like any other (SPEC 3.5)')
  ok(read.length > 1_000)
  // Six states and nine types of events.
  equal(new Set(read).size, 6 + 9)
})

it('law 31: any valid text reads back unchanged', async () => {
  const cast = { users: ['elizabeth', '__proto__', 'Caroline'], tenants: ['tom-sawyer', 'Tom-Sawyer', '__proto__'] }
  const property = fc.asyncProperty(submission(cast), async (input) => {
    const { repository, consentry } = new Stage({ policy: {} })
    const actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null } as const
    const { id, sent } = await consentry.submit(actor, input)
    const stored = await repository.accessRequest('classics', id)
    deepEqual([stored?.name, stored?.message], [input.name.normalize('NFC'), input.message ?? ''])
    readsBack(AccessRequest, stored)
    for (const one of sent) equal((await requestIn(repository, one.id))?.message, input.message ?? '')
  })
  await fc.assert(property, { numRuns: 250 })
})
