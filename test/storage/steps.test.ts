/** Commands of several steps, the cap of open requests, and answers of many pages, in every store (SPEC 3.4a, 4.3, 4.5, 9.3). */
import { afterAll, describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Consentry } from '../../src/consentry.js'
import { type ConsentryError, isConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { libsqlDatabases, migrated, type Place, pooledDatabases } from '../databases/places.js'
import { issuesOf, pages, refusal } from '../service/session-scene.js'
import { person } from '../story/cast.js'
import { feedOf } from './findings.js'
import { answererOf, ask, asking, CLASSICS, caroline, elizabeth, serviceOn, tenantsUpTo } from './service.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const NOW = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const MANY = tenantsUpTo(130)
const files = libsqlDatabases()
const postgres = pooledDatabases()
afterAll(() => Promise.all([files.close(), postgres.close()]))

const stores: readonly (readonly [string, () => Promise<Pick<Place, 'repository'> | { readonly repository: Repository }>])[] = [
  ['memory', async () => ({ repository: memoryRepository() })],
  ['SQLite', () => migrated(files)],
  ['PostgreSQL', () => migrated(postgres)],
]

const at = (now: number) => ({ clock: () => now })
const idsOf = (list: readonly object[]) => list.map((one) => String(Reflect.get(one, 'id'))).sort()

/** Sends one access request about Caroline and Charlotte to all these tenants. */
async function sendTo(repository: Repository, tenants: readonly string[] = MANY): Promise<{ readonly id: string; readonly all: string[] }> {
  const { id, sent } = await serviceOn(repository, at(NOW)).submit(elizabeth, asking(tenants, ['caroline', 'charlotte']))
  return { id, all: idsOf(sent) }
}

/** The same, and every tenant grants until `NOW + HOUR`. */
async function grantedTo(repository: Repository, tenants: readonly string[] = MANY) {
  const on = await sendTo(repository, tenants)
  const sent = await repository.tenantRequests(on.all)
  for (const { id, tenant } of sent) await serviceOn(repository, at(NOW)).grant(answererOf(tenant), id, { expiresAt: NOW + HOUR })
  return on
}

/** Sends as many access requests, all to one tenant. */
async function sendToOne(repository: Repository): Promise<{ readonly id: string; readonly all: string[] }> {
  const service = serviceOn(repository, { ...at(NOW), policy: { maxOpenRequests: MANY.length } })
  const all: string[] = []
  for (const _ of MANY) all.push(await ask(service, 'one'))
  return { id: '', all: all.sort() }
}

/** The same, and the tenant grants all of them. */
async function grantedToOne(repository: Repository) {
  const on = await sendToOne(repository)
  const service = serviceOn(repository, at(NOW))
  for (const id of on.all) await service.grant(answererOf('one'), id, { expiresAt: NOW + HOUR })
  return on
}

/** The commands of several steps, each about as many requests as `MANY` has tenants. */
const commands: Readonly<
  Record<string, { readonly prepare: typeof sendTo; readonly run: (service: Consentry, id: string) => Promise<readonly object[]> }>
> = {
  'removeUser of pending requests (SPEC 4.5)': { prepare: sendTo, run: (service) => service.removeUser(elizabeth, 'caroline') },
  'removeUser of grants (SPEC 4.5)': { prepare: grantedTo, run: (service) => service.removeUser(elizabeth, 'caroline') },
  'withdraw of a whole access request (SPEC 9.3)': {
    prepare: sendTo,
    run: (service, accessRequest) => service.withdraw(elizabeth, { accessRequest }),
  },
  'endAll of pending requests (SPEC 4.11)': { prepare: sendToOne, run: (service) => service.endAll(elizabeth, { with: 'one' }) },
  'endAll of grants (SPEC 4.11)': { prepare: grantedToOne, run: (service) => service.endAll(answererOf('one'), { with: CLASSICS }) },
  'recordDue (SPEC 4.3)': { prepare: grantedTo, run: (service) => service.recordDue({ limit: 1_000 }) },
}
/** The instant of the command: every grant has expired, except for commands that end grants. */
const instantOf = (command: string) => (/^(removeUser|endAll)/.test(command) ? NOW + 1 : NOW + 2 * HOUR)

/** Returns the requests of the events that were saved after the first `before` ones. */
async function changedSince(repository: Repository, before: number): Promise<string[]> {
  const events = (await feedOf(repository)).slice(before)
  return events.map((event) => ('tenantRequest' in event ? event.tenantRequest : '')).sort()
}

describe.each(stores)('in %s', (_, open) => {
  describe.each(Object.entries(commands))('%s', (command, { prepare, run }) => {
    const timed = at(instantOf(command))

    it('a request that conflicts every time holds up no other: all others are saved before it is tried again', async () => {
      const { repository } = await open()
      const { id, all } = await prepare(repository)
      const moving = all[60] ?? ''
      const saved = new Set<string>()
      /** The number of the others that were saved at each attempt on the moving request alone. */
      const attempts: number[] = []
      let conflicts = 0
      const saveChanges: Repository['saveChanges'] = async (changes) => {
        const ids = changes.map(({ request }) => request.id)
        if (ids.includes(moving) && ids.length === 1) attempts.push(saved.size)
        if (ids.includes(moving) && conflicts++ < 200) return 'conflict'
        const result = await repository.saveChanges(changes)
        if (result === 'saved') for (const one of ids) saved.add(one)
        return result
      }
      const changed = await run(serviceOn({ ...repository, saveChanges }, timed), id)
      expect(idsOf(changed)).toEqual(all)
      expect(conflicts).toBeGreaterThan(200)
      expect(attempts.length).toBeGreaterThan(100)
      // The first attempt alone finds out that it moves.
      expect(new Set(attempts.slice(1))).toEqual(new Set([all.length - 1]))
      expect([...saved].sort()).toEqual(all)
    })

    it.each(['saveChanges', 'tenantRequests'] as const)(
      'a repository that fails midway, in `%s`, leaves whole steps, and repeating the command finishes them',
      async (method) => {
        const { repository } = await open()
        const { id, all } = await prepare(repository)
        const before = (await feedOf(repository)).length
        let left = 2
        const failing = async (input: never): Promise<never> => {
          if (left-- <= 0) throw new Error('the connection is lost')
          return repository[method](input) as never
        }
        const error = await refusal(run(serviceOn({ ...repository, [method]: failing }, timed), id))
        expect(error).toMatchObject({ code: 'unavailable', port: 'repository' })
        const changed = await changedSince(repository, before)
        expect(changed.length).toBeGreaterThan(0)
        expect(changed.length).toBeLessThan(all.length)
        // `recordDue` is nobody's command, so it tells nobody (SPEC 9.3).
        if (!command.startsWith('recordDue')) expect(idsOf(error.changed)).toEqual(changed)
        const rest = await run(serviceOn(repository, timed), id)
        expect(idsOf([...changed.map((one) => ({ id: one })), ...rest])).toEqual(all)
        expect(await changedSince(repository, before)).toEqual(all)
        expect(await run(serviceOn(repository, timed), id)).toEqual([])
      },
    )
  })

  it('SPEC 4.5: of two requests that move, one that never rests does not hold up the other', async () => {
    const { repository } = await open()
    const { all } = await sendTo(repository, MANY.slice(0, 9))
    const [restless, once] = [all[2] ?? '', all[6] ?? '']
    let rested = false
    const saveChanges: Repository['saveChanges'] = async (changes) => {
      const ids = changes.map(({ request }) => request.id)
      if (ids.includes(restless)) return 'conflict'
      if (ids.includes(once) && !rested) {
        rested = ids.length === 1
        return 'conflict'
      }
      return repository.saveChanges(changes)
    }
    const error = await refusal(serviceOn({ ...repository, saveChanges }, at(NOW + 1)).removeUser(elizabeth, 'caroline'))
    expect(error.code).toBe('unavailable')
    expect(idsOf(error.changed)).toEqual(all.filter((id) => id !== restless))
  })

  describe('SPEC 3.4a: one vendor’s open requests in one tenant', () => {
    const tenants = ['first', 'second', 'third']
    const stored = async (repository: Repository) => (await feedOf(repository)).length
    /** What a submission is refused with, or `undefined`. */
    const issues = (service: Consentry, input: Parameters<Consentry['submit']>[1]) =>
      service.submit(elizabeth, input).then(
        () => undefined,
        (error: ConsentryError) => error,
      )

    it('beyond the cap is the issue `too-many-open` at each place of the tenant, and nothing is saved', async () => {
      const { repository } = await open()
      const service = serviceOn(repository, { ...at(NOW), policy: { maxOpenRequests: 3 } })
      for (let n = 0; n < 3; n++) await service.submit(elizabeth, asking(['first', 'second']))
      const before = await stored(repository)
      const associations = [
        { users: ['caroline'], tenants },
        { users: ['charlotte'], tenants: ['third', 'second', 'first'] },
      ]
      const refused = service.submit(elizabeth, { name: 'Again', associations })
      const paths = ['0.tenants.0', '0.tenants.1', '1.tenants.1', '1.tenants.2']
      expect(await issuesOf(refused)).toEqual(paths.map((path) => `associations.${path} too-many-open`))
      const { code, issues } = await refusal(refused)
      expect(code).toBe('invalid-input')
      expect(issues[0]?.message).toBe('`first` has 3 open requests of the requesting tenant: withdraw some or wait until they end')
      expect(await stored(repository)).toBe(before)
      await service.submit(elizabeth, asking(['third']))
    })

    it('is at most 100 by default; a replay of a request that was sent is none more (SPEC 3.9)', async () => {
      const { repository } = await open()
      const service = serviceOn(repository, at(NOW))
      for (let n = 0; n < 100; n++) await service.submit(elizabeth, { ...asking(['first']), id: `request-${n}` })
      expect((await refusal(service.submit(elizabeth, asking(['first'])))).issues).toMatchObject([{ code: 'too-many-open' }])
      expect((await service.submit(elizabeth, { ...asking(['first']), id: 'request-7' })).id).toBe('request-7')
      for (const maxOpenRequests of [0, 1_001, 1.5])
        expect(() => serviceOn(repository, { policy: { maxOpenRequests } })).toThrow(/maxOpenRequests|whole number|at (least|most)/)
    })

    it('counts what is pending or granted and not over, by that vendor in that tenant only', async () => {
      const { repository } = await open()
      let now = NOW
      const service = serviceOn(repository, { clock: () => now, policy: { maxOpenRequests: 2 } })
      const rival = person('rosa', 'novels', 'submit')
      for (let n = 0; n < 2; n++) await service.submit(rival, asking(['first'], ['rosa-marie']))
      const [granted, pending] = [await ask(service, 'first'), await ask(service, 'first')]
      await service.grant(answererOf('first'), granted, { expiresAt: NOW + HOUR })
      const isRefused = async () => (await issues(service, asking(['first']))) !== undefined
      expect(await isRefused()).toBe(true)
      await ask(service, 'second')
      now = NOW + HOUR - 1
      expect(await isRefused()).toBe(true)
      // Nobody has recorded that the grant is over.
      now = NOW + HOUR
      const next = await ask(service, 'first')
      expect(await isRefused()).toBe(true)
      for (const [command, id] of [
        ['withdraw', pending],
        ['reject', next],
      ] as const) {
        await (command === 'withdraw' ? service.withdraw(elizabeth, id) : service.reject(answererOf('first'), id))
        expect(await isRefused()).toBe(false)
        expect(await isRefused()).toBe(true)
      }
      await service.removeUser(elizabeth, 'caroline')
      expect(await isRefused()).toBe(false)
    })

    it('of eight concurrent submissions, none goes beyond the cap', async () => {
      const { repository } = await open()
      const service = () => serviceOn(repository, { ...at(NOW), policy: { maxOpenRequests: 5 } })
      for (let round = 0; round < 5; round++) {
        const [own, shared] = [`own-${round}`, `shared-${round}`]
        await ask(service(), shared)
        const outcomes = await Promise.all(Array.from({ length: 8 }, (_, n) => issues(service(), asking(n % 2 ? [shared] : [own, shared]))))
        const refused = outcomes.filter((error) => error !== undefined)
        expect(refused.map(({ code }) => code)).toEqual(Array(4).fill('invalid-input'))
        for (const error of refused) expect(error.issues).toMatchObject([{ code: 'too-many-open' }])
        const incoming = await repository.incoming({ tenant: shared, now: NOW, limit: 100 })
        expect(incoming.length).toBe(5)
      }
    })
  })

  describe('answers of many pages are complete', () => {
    const staff = (length: number, name: string) => Array.from({ length }, (_, n) => `${name}-${String(n).padStart(4, '0')}`)
    const policy = { maxOpenRequests: 1_000, maxPairs: 1_000_000, maxUsersPerTenant: 10_000 }

    it('SPEC 5.8: `tenantsFor` of more than 500 tenants', async () => {
      const { repository } = await open()
      const tenants = [...tenantsUpTo(620)].sort()
      await grantedTo(repository, tenants)
      const service = serviceOn(repository, at(NOW + 1))
      for (const from of [null, CLASSICS]) expect(await service.tenantsFor({ user: 'caroline', from })).toEqual(tenants)
      expect(await service.tenantsFor({ user: 'caroline', from: 'novels' })).toEqual([])
      expect(await service.tenantsFor({ user: 'caroline', at: NOW + HOUR })).toEqual([])
    })

    it('SPEC 5.8: `usersFor` and `facts` of more than 500 requests and 5,000 users', async () => {
      const { repository } = await open()
      const service = serviceOn(repository, { ...at(NOW), policy })
      const everybody: string[] = []
      const add = async (users: readonly string[]) => {
        const id = await ask(service, 'tenant', users)
        await service.grant(answererOf('tenant'), id, { expiresAt: null })
        everybody.push(...users)
      }
      for (let n = 0; n < 3; n++) await add(staff(2_000, `crowd-${n}`))
      for (let n = 0; n < 510; n++) await add([`single-${n}`])
      const later = serviceOn(repository, at(NOW + 1))
      for (const from of [null, CLASSICS]) expect(await later.usersFor({ tenant: 'tenant', from })).toEqual(everybody.toSorted())
      expect(await later.usersFor({ tenant: 'tenant', from: 'novels' })).toEqual([])
      const { requests, governed } = await later.facts('tenant')
      expect([requests.length, governed]).toEqual([513, true])
      expect(requests.flatMap(({ users }) => users).sort()).toEqual(everybody.toSorted())
    })

    it('SPEC 6.5: a page of the history that names more than 5,000 ids ends early, and its cursor goes on without loss', async () => {
      const { repository } = await open()
      let now = NOW
      const service = serviceOn(repository, { clock: () => now, policy })
      const requests: string[] = []
      for (let n = 0; n < 7; n++) {
        now += 1
        requests.push(await ask(service, 'tenant', staff(2_000, 'user')))
      }
      const list = (actor: typeof elizabeth, limit: number) => pages((cursor) => service.history(actor, { limit, cursor }))
      for (const limit of [200, 14, 3, 1]) {
        const { items, sizes } = await list(elizabeth, limit)
        expect(items.map(({ type }) => type).toSorted()).toEqual([
          ...Array(7).fill('access-request.submitted'),
          ...Array(7).fill('tenant-request.received'),
        ])
        expect(new Set(items.map((entry) => JSON.stringify(entry))).size).toBe(14)
        expect(items.map((entry) => entry.at)).toEqual(items.map((entry) => entry.at).toSorted((a, b) => b - a))
        expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.min(limit, 3))
      }
      // The tenant asked sees no users, so that nothing ends its pages early.
      const shown = await list(answererOf('tenant') as typeof elizabeth, 200)
      expect(shown.sizes).toEqual([7])
      expect(JSON.stringify(shown.items)).not.toContain('user-')
      expect(requests.length).toBe(7)
    })
  })
})

describe.each([
  ['SQLite', () => migrated<Place>(files)],
  ['PostgreSQL', () => migrated<Place>(postgres)],
] as const)('a corrupt row among 120 in %s', (_, open) => {
  const TENANTS = MANY.slice(0, 120)
  /** Corruptions of a request: a value of the row, its list of users, and the keys by which it is found. */
  const spoils: Readonly<Record<string, string>> = {
    'a value': 'revision = -1',
    'the list of users': 'user_count = 7',
    'its id': `id = 'a b'`,
  }
  const isCorrupt = (error: unknown) => isConsentryError(error, 'corrupt')

  it.each(Object.entries(spoils))(
    'SPEC 4.5: in %s does not stop `removeUser` of the others, and the error says what has changed',
    async (_, set) => {
      const { repository, query, of } = await open()
      const { all } = await sendTo(repository, TENANTS)
      const broken = all[70] ?? ''
      await query(`update ${of('tenant_requests')} set ${set} where id = '${broken}'`)
      const errors: unknown[] = []
      const service = serviceOn(repository, { ...at(NOW + 1), onError: (error) => errors.push(error) })
      const error = await refusal(service.removeUser(elizabeth, 'caroline'))
      expect(error).toMatchObject({ code: 'unavailable', port: 'repository', cause: { code: 'corrupt' } })
      expect(idsOf(error.changed)).toEqual(all.filter((id) => id !== broken))
      expect(errors.some(isCorrupt)).toBe(true)
    },
  )

  it.each(Object.entries({ ...spoils, 'its expiry': 'expires_at = -8700000000000000' }))(
    'SPEC 4.3: in %s of a request, or in a session, is told to `onError` and stops no other record of `recordDue`',
    async (_, set) => {
      const { repository, query, of } = await open()
      const { all } = await grantedTo(repository, TENANTS)
      const broken = all[70] ?? ''
      const starting = serviceOn(repository, { ...at(NOW + 1), policy: { maxLiveSessions: 1_000 } })
      for (const tenant of TENANTS) await starting.startImpersonation(caroline, { tenant, method: 'access-request' })
      await query(`update ${of('tenant_requests')} set ${set} where id = '${broken}'`)
      // The session is of a tenant whose own request can be read.
      const [{ tenant = '' } = {}] = await repository.tenantRequests([all[71] ?? ''])
      await query(`update ${of('sessions')} set revision = -1 where tenant = '${tenant}'`)
      const errors: unknown[] = []
      const service = serviceOn(repository, { ...at(NOW + 2 * HOUR), onError: (error) => errors.push(error) })
      const recorded = await service.recordDue({ limit: 1_000 })
      const grants = recorded.filter((one) => 'id' in one)
      expect(idsOf(grants)).toEqual(all.filter((id) => id !== broken))
      // The session by the grant that cannot be read may be passed over too; no other is.
      const sessions = recorded.flatMap((one) => ('session' in one ? [one.tenant] : []))
      expect(sessions).not.toContain(tenant)
      expect(new Set(sessions).size).toBeGreaterThanOrEqual(TENANTS.length - 2)
      expect(errors.filter(isCorrupt).length).toBeGreaterThanOrEqual(2)
      expect(errors.every(isCorrupt)).toBe(true)
    },
  )
})
