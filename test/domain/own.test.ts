/** Own properties: a polluted `Object.prototype` gives nobody an option, an input or a fact (SPEC 2.1, 5.2, 5.3.4). */
import { afterEach, describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { tablesOf } from '../../src/adapters/sql/tables.js'
import { createConsentry } from '../../src/consentry.js'
import { accessFrom, decide, type TenantFacts } from '../../src/decision.js'
import { accessIntervals } from '../../src/domain/access-intervals.js'
import { actorSchema } from '../../src/domain/actor.js'
import { decideAsOf } from '../../src/domain/decide-as-of.js'
import { readRecord } from '../../src/domain/input.js'
import { ownOptions, ownRecord } from '../../src/domain/own.js'
import { policySchema } from '../../src/domain/policy.js'
import { parseSubmission } from '../../src/domain/submission.js'
import { parseGuardOptions } from '../../src/guard/parse-options.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { directory, legacy, TOM } from '../story/cast.js'
import { received } from './events.js'

const polluted: string[] = []
function pollute(properties: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(properties)) {
    polluted.push(key)
    Object.defineProperty(Object.prototype, key, { value, configurable: true, enumerable: true, writable: true })
  }
}
afterEach(() => {
  for (const key of polluted.splice(0)) Reflect.deleteProperty(Object.prototype, key)
})

const nothing: TenantFacts = { tenant: TOM, governed: false, requests: [] }
const support = ['wickham', TOM, 'legacy-support', 5] as const
const LIMITS = { maxTenants: 10, maxPairs: 10, maxUsersPerTenant: 10 }

describe('a polluted prototype', () => {
  it('opens no legacy tool: neither by a rule nor by the claim that all tenants are known', () => {
    pollute({ legacy: () => true, everyTenant: true })
    expect(decide(...support, nothing).reason).toBe('legacy-not-permitted')
    expect(accessFrom([nothing]).decide(...support).reason).toBe('legacy-not-permitted')
    expect(accessFrom([], { legacy: () => true }).decide(...support).reason).toBe('no-facts')
  })

  it('gives neither the service nor a live access a rule or a policy', async () => {
    pollute({ legacy: () => true, maxPairs: 1, showUsersToTenant: true, weeks: 9, maxStalenessMs: 1e9 })
    const consentry = createConsentry({ repository: memoryRepository(), directory, policy: { sessionCap: { hours: 2 } } })
    expect((await consentry.decide({ user: 'wickham', tenant: TOM, method: 'legacy-support' })).reason).toBe('legacy-not-permitted')
    expect(readRecord(policySchema, { sessionCap: { hours: 2 } })).toMatchObject({
      value: { maxPairs: 100_000, showUsersToTenant: false, sessionCap: 7_200_000 },
    })
    const live = createLiveAccess({ repository: memoryRepository() })
    await live.ready()
    expect(live.decide(...support).reason).toBe('legacy-not-permitted')
    await live.close()
  })

  it('completes no event of what was, and gives no rule to a decision as it was', () => {
    const { users: _, ...withoutUsers } = received
    // A schema of zod that is first used with a polluted prototype refuses everything.
    expect(accessIntervals([{ ...received, revision: 1 }], { from: 0, to: 9 }).intervals).toEqual([])
    pollute({ users: ['caroline'], legacy: () => true, completeSince: 1 })
    expect(() => accessIntervals([withoutUsers as never], { from: 0, to: 9 })).toThrow('events.0.users: ')
    expect(decideAsOf([], { user: 'wickham', tenant: TOM, method: 'legacy-support', now: 0 }).reason).toBe('legacy-not-permitted')
  })

  it('completes no actor, no facts, no submission, no options of a guard and no table names', () => {
    pollute({ impersonating: null, governed: false, users: ['caroline'], tenants: [TOM], name: 'Polluted' })
    pollute({ session: () => 'x', schema: 'x' })
    expect(readRecord(actorSchema, { user: 'tom', tenant: TOM, permissions: [] })).toMatchObject({ ok: false })
    expect(() => decide(...support, { tenant: TOM, requests: [] } as never, { legacy })).toThrow(
      'invalid facts: governed: must be true or false',
    )
    expect(parseSubmission({ associations: [{ tenants: [TOM] }] }, LIMITS)).toMatchObject({
      refusal: { issues: [{ path: ['name'] }, { path: ['associations', 0, 'users'] }] },
    })
    const callbacks = { actor: () => null, tenant: () => TOM }
    expect(() => parseGuardOptions({ ...callbacks, consentry: { authorize: () => {} } } as never)).toThrow('options')
    expect(tablesOf({}).schema).toBeUndefined()
  })
})

it('what is inherited is absent, a port with methods stays itself, and nothing is read twice', () => {
  const inherited = Object.create({ everyTenant: true })
  expect(ownOptions(inherited).everyTenant).toBeUndefined()
  expect(accessFrom([], Object.assign(inherited, { legacy: () => true })).decide(...support).reason).toBe('no-facts')
  const port = { count: 1, read: () => 1 }
  const date = new Date(5)
  const copy = ownRecord({ port, list: [{ a: 1 }], date, plain: { b: { c: 2 } } }) as Record<string, unknown>
  expect(copy['port']).toBe(port)
  expect(copy['date']).toBe(date)
  expect(copy).toEqual(Object.assign(Object.create(null), { port, list: [{ a: 1 }], date, plain: { b: { c: 2 } } }))
  let reads = 0
  ownRecord({ deep: Object.defineProperty({}, 'counted', { enumerable: true, get: () => ++reads }) })
  expect(reads).toBe(1)
})
