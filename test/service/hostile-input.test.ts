/** Hostile input: typed errors, nothing saved, nothing allowed (SPEC 4.7, 5.3.1, 9.3). */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Consentry } from '../../src/consentry.js'
import type { Actor } from '../../src/domain/actor.js'
import { ConsentryError, isConsentryError } from '../../src/domain/error.js'
import type { Resumed } from '../../src/domain/login.js'
import { factsIn } from '../../src/testing/contract/fixtures/reads.js'
import { hurt, plan } from '../evidence/hostile-values.js'
import { CLASSICS, charlotte, elizabeth, HUNDRED, hundredAdmin, SUPPORT_ACCESS, sentStage, T0, TOM, tomAdmin } from '../story/cast.js'
import { sha256 } from './session-scene.js'

const INPUTS = Number(process.env['CONSENTRY_HOSTILE'] ?? 20_000)
const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)
const BATCH = 20_000

type Verb = keyof Consentry
type Service = Record<Verb, (...args: unknown[]) => unknown>
type Scene = Awaited<ReturnType<typeof scene>>
type Call = readonly [verb: Verb, ...args: unknown[]]

/** A service with pending and granted requests, the log of its repository calls, and one valid call of each method. */
async function scene() {
  const repository = memoryRepository()
  const asked: PropertyKey[] = []
  const watched = new Proxy(repository, {
    get: (target, key) => {
      asked.push(key)
      return Reflect.get(target, key)
    },
  })
  const { consentry, id: accessRequest, tom, hundred } = await sentStage({ repository: watched, legacy: () => true })
  await consentry.submit(elizabeth, SUPPORT_ACCESS)
  await consentry.grant(hundredAdmin, hundred, { expiresAt: null })
  const entered = { tenant: HUNDRED, method: 'access-request' } as const
  const { id: session } = await consentry.startImpersonation(charlotte, entered)
  await consentry.startImpersonation(charlotte, entered)
  const span = { from: T0 - 1, to: new Date(T0 + 1).toISOString(), requestingTenants: [CLASSICS] }
  const ofHistory = {
    ...span,
    types: ['tenant-request.received', 'tenant-request.granted'],
    users: [elizabeth.user],
    tenants: [TOM, HUNDRED],
  } as const
  const ofSessions = {
    ...span,
    status: ['live'],
    users: 'charlotte',
    tenants: [HUNDRED],
    methods: ['access-request'],
    tenantRequest: hundred,
  } as const
  const expiring = { status: 'granted', order: 'expiring', tenants: [TOM, HUNDRED] } as const
  const cursors = {
    incoming: (await consentry.incoming(tomAdmin, { status: 'pending', limit: 1 })).next,
    outgoing: (await consentry.outgoing(elizabeth, { accessRequest, limit: 1 })).next,
    requests: (await consentry.requests(elizabeth, { users: ['caroline'], name: 'Support', from: T0, limit: 1 })).next,
    history: (await consentry.history(elizabeth, { limit: 1 })).next,
    filteredHistory: (await consentry.history(elizabeth, { ...ofHistory, limit: 1 })).next,
    sessions: (await consentry.sessions(elizabeth, { ...ofSessions, limit: 1 })).next,
    myAccess: (await consentry.myAccess(charlotte, { ...expiring, limit: 1 })).next,
  }
  const answer = { message: 'Welcome.', ifRevision: 1 }
  const window = { from: T0 - 1, to: '2026-02-28T12:00:00+01:00' }
  const question = { user: 'charlotte', tenant: HUNDRED, method: 'access-request', at: T0, from: CLASSICS }
  const calls: readonly Call[] = [
    ['submit', elizabeth, { id: 'order-1', ...SUPPORT_ACCESS }],
    ['preview', elizabeth, { id: 'order-2', ...SUPPORT_ACCESS }],
    ['previewAnswer', tomAdmin, tom],
    ['renewalDraft', elizabeth, hundred],
    ['grant', tomAdmin, tom, { ...answer, expiresAt: T0 + 1000 }],
    ['reject', tomAdmin, tom, answer],
    ['setExpiry', hundredAdmin, hundred, { expiresAt: '2026-02-28T12:00:00+01:00', ifRevision: 2 }],
    ['revoke', hundredAdmin, hundred, { ...answer, ifRevision: 2 }],
    ['withdraw', elizabeth, tom, { ifRevision: 1 }],
    ['withdraw', elizabeth, { accessRequest }, {}],
    ['removeUser', elizabeth, 'caroline'],
    ['answerMany', tomAdmin, [{ id: tom, answer: 'grant', ...answer, expiresAt: T0 + 1000 }]],
    ['answerMany', tomAdmin, [{ id: tom, answer: 'reject', ...answer }]],
    ['endAll', tomAdmin, { with: CLASSICS, message: 'Enough.' }],
    ['recordDue', { limit: 10 }],
    ['startImpersonation', charlotte, { ...entered, reason: 'Ticket 7.' }],
    ['checkImpersonation', { ...charlotte, impersonating: entered }, session],
    ['endImpersonation', { ...charlotte, impersonating: entered }, session],
    ['endSession', { ...charlotte, impersonating: entered }, sha256(session)],
    ['resume', { ...charlotte, session, impersonating: entered }],
    ['sessions', elizabeth, { ...ofSessions, limit: 10, cursor: cursors.sessions }],
    ['sessions', elizabeth, { session: sha256(session), limit: 10 }],
    ['incoming', tomAdmin, { status: 'pending', limit: 10, cursor: cursors.incoming }],
    ['outgoing', elizabeth, { limit: 10, cursor: cursors.outgoing, accessRequest }],
    ['outgoing', elizabeth, { status: 'pending', limit: 10 }],
    [
      'incoming',
      tomAdmin,
      { status: ['granted', 'pending'], requestingTenants: [CLASSICS], from: T0, to: T0 + 1, expiresBefore: T0, order: 'newest' },
    ],
    ['outgoing', elizabeth, { status: ['granted'], order: 'expiring', tenants: [TOM], users: ['caroline'], name: 'Support' }],
    ['requests', elizabeth, { users: ['caroline'], name: 'Support', from: T0, limit: 10, cursor: cursors.requests }],
    ['incomingRequest', tomAdmin, tom],
    ['outgoingRequest', elizabeth, tom],
    ['accessRequest', elizabeth, accessRequest],
    ['myAccess', { ...charlotte, permissions: ['submit', 'answer'] }, { status: 'pending', limit: 10 }],
    ['myAccess', { ...charlotte, permissions: ['submit'] }, { ...expiring, limit: 10, cursor: cursors.myAccess }],
    ['myAccess', { ...charlotte, permissions: ['submit'] }, { expiresBefore: T0 + 1, limit: 10 }],
    ['counts', { ...charlotte, permissions: ['submit'] }, 'myAccess'],
    ['counts', elizabeth, 'sessions'],
    ['history', elizabeth, { limit: 10, cursor: cursors.history }],
    ['history', elizabeth, { ...ofHistory, limit: 10, cursor: cursors.filteredHistory }],
    ['history', elizabeth, { tenantRequest: hundred, limit: 10 }],
    ['history', elizabeth, { session: sha256(session), limit: 10 }],
    ['access', elizabeth, { ...window, tenant: HUNDRED, limit: 1 }],
    ['access', { ...hundredAdmin, permissions: ['answer', 'submit'] }, { ...window, limit: 10 }],
    ['decide', question],
    ['authorize', { ...question, method: 'legacy-support' }],
    ['decideMany', [question]],
    ['facts', HUNDRED],
    ['tenantsFor', { user: 'charlotte', at: T0, from: CLASSICS }],
    ['usersFor', { tenant: HUNDRED, at: T0, from: CLASSICS }],
  ]
  const rows = async () => {
    const history = await Promise.all(
      [CLASSICS, TOM, HUNDRED].map((one) => repository.history({ requestingTenant: one, tenant: one, limit: 1e9 })),
    )
    const open = await repository.openSessions({ limit: 1e9 })
    return JSON.stringify([await factsIn(repository, TOM), await factsIn(repository, HUNDRED), history, open])
  }
  return { service: consentry as unknown as Service, calls, asked, rows }
}

const DENIED = { allowed: false, reason: 'invalid-question', changesAt: null }
const REFUSED: Partial<Record<Verb, unknown>> = { decide: DENIED, tenantsFor: [], usersFor: [] }

async function fault(service: Service, verb: Verb, args: readonly unknown[]): Promise<string | undefined> {
  let answer: unknown
  try {
    answer = await service[verb](...args)
  } catch (error) {
    if (!isConsentryError(error)) return `an untyped error: ${error instanceof Error ? error.stack : typeof error}`
    if (verb === 'authorize')
      return isConsentryError(error, 'access-denied') && error.decision.reason === DENIED.reason ? undefined : error.code
    // An actor whose permissions were emptied is refused before the corruption is read (SPEC 4.7).
    if (isConsentryError(error, 'not-permitted') && mayNothing(args[0])) return undefined
    return isConsentryError(error, 'invalid-input') && error.issues.length > 0 ? undefined : `refused as ${error.code}`
  }
  // A malformed question is denied alone; a list that lost its question is an empty one (SPEC 5.11).
  if (verb === 'decideMany' && Array.isArray(answer) && (answer.length === 0 || answer.some(isDenied))) return undefined
  // A text that is no session's id must not lock its user out (SPEC 7.8).
  if (verb === 'resume' && isOutside(answer)) return undefined
  const expected = REFUSED[verb]
  return expected !== undefined && JSON.stringify(answer) === JSON.stringify(expected) ? undefined : `accepted: ${JSON.stringify(answer)}`
}

function isOutside(answer: unknown): boolean {
  const { session, actor } = answer as Resumed
  return session === null || actor.permissions.length === 0
}

const isDenied = (decision: unknown) => JSON.stringify(decision) === JSON.stringify(DENIED)

function mayNothing(actor: unknown): boolean {
  const { permissions } = actor as Actor
  return Array.isArray(permissions) && permissions.length === 0
}

/** The shared prototypes, which an input could try to modify. */
function prototypes(): unknown[] {
  const shared = [Object, Array, Function, String, Number, Map, Set, Date, Promise, Error, RegExp]
  return shared.flatMap(({ prototype }) =>
    Reflect.ownKeys(prototype).flatMap((key) => [key, ...Object.values(Reflect.getOwnPropertyDescriptor(prototype, key) ?? {})]),
  )
}

/** Corrupts valid calls in every way, and fails with the plan, seed and path of the first wrong reaction. */
async function attack(on: Scene, inputs: number, seed: number, among: readonly Call[] = on.calls): Promise<void> {
  const before = { rows: await on.rows(), prototypes: prototypes() }
  const property = fc.asyncProperty(fc.record({ call: fc.constantFrom(...among), plan }), async ({ call, plan }) => {
    const [verb, ...args] = structuredClone(call) as unknown as Call
    on.asked.length = 0
    const found = await fault(on.service, verb, hurt(args, plan))
    if (found !== undefined) throw new Error(`${verb}: ${found}`)
    if (on.asked.length > 0 && verb !== 'decideMany' && verb !== 'resume')
      throw new Error(`${verb}: asked the repository for ${on.asked.map(String)}`)
  })
  await fc.assert(property, { seed, numRuns: inputs, includeErrorInReport: true })
  expect(await on.rows()).toBe(before.rows)
  const after = prototypes()
  expect(after.length).toBe(before.prototypes.length)
  expect(after.findIndex((one, index) => !Object.is(one, before.prototypes[index]))).toBe(-1)
}

/** Wraps a value so that each part can be read once and is hostile afterwards: it differs between check and use. */
function fleeting(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const parts = Array.isArray(value)
    ? value.map(fleeting)
    : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fleeting(part)]))
  const taken = new Set<PropertyKey>()
  return new Proxy(parts, {
    get: (target, key) => {
      if (taken.has(key)) return '\ud800'
      if (key !== 'length' && Object.hasOwn(target, key)) taken.add(key)
      return Reflect.get(target, key)
    },
  })
}

describe('hostile input', () => {
  it(`is refused, ${INPUTS} times: no untyped error, no row, no call of a port, no access`, { timeout: 1e9 }, async () => {
    const started = performance.now()
    for (let done = 0; done < INPUTS; done += BATCH) await attack(await scene(), Math.min(BATCH, INPUTS - done), SEED + done)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`hostile input: ${INPUTS} inputs, 0 untyped errors, 0 rows left behind in ${seconds} s, seed ${SEED}`)
  })

  it('is refused only for the corruption: each call succeeds without it, and each value is read once, so that later changes have no effect', async () => {
    for (let index = 0; index < (await scene()).calls.length; index++)
      for (const handed of [(args: unknown[]) => args, (args: unknown[]) => args.map(fleeting)]) {
        const { service, calls } = await scene()
        const [verb, ...args] = calls[index] as Call
        const answer = await service[verb](...handed(args))
        expect(answer, verb).toBeDefined()
        if (verb === 'decide') expect(answer).toMatchObject({ allowed: true })
        if (verb === 'decideMany') expect(answer).toMatchObject([{ allowed: true }])
        if (verb === 'tenantsFor' || verb === 'usersFor') expect(answer).toHaveLength(1)
      }
  })

  const refuse = (code: 'invalid-input' | 'not-found'): never => {
    throw new ConsentryError('refused', code === 'not-found' ? { code } : { code, issues: [{ path: [], code: 'invalid', message: 'x' }] })
  }
  const careless: Record<string, Partial<Record<Verb, (on: Scene) => (...args: never[]) => Promise<unknown>>>> = {
    'an untyped error': { grant: () => async (actor: { user: string }) => actor.user.trim() },
    'accepted: {"allowed":true': {
      decide: (on) => async () => on.service.decide(...(on.calls.find(([verb]) => verb === 'decide') as [Verb]).slice(1)),
    },
    'accepted: ["hundred-acre"]': { tenantsFor: () => async () => ['hundred-acre'] },
    'asked the repository for factsFor': {
      removeUser: (on) => async () => {
        on.asked.push('factsFor')
        return refuse('invalid-input')
      },
    },
    'refused as not-found': { facts: () => async () => refuse('not-found') },
  }
  for (const [found, planted] of Object.entries(careless))
    it(`detects a careless service: ${found}`, async () => {
      const on = await scene()
      for (const [verb, plant] of Object.entries(planted)) {
        const among = on.calls.filter(([name]) => name === verb)
        const service = { ...on.service, [verb]: plant(on) }
        await expect(attack({ ...on, service }, 200, SEED, among)).rejects.toThrow(found)
      }
    })
})
