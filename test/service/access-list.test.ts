/** What was, through the service: who sees which spans, windows, pages and refusals (SPEC 13.1). */
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { requestTag } from '../../src/domain/request-tag.js'
import type { AccessInput, AccessItem } from '../../src/index.js'
import type { GrantPage, GrantRow } from '../../src/ports/grants-query.js'
import { requestIn } from '../../src/testing/contract/fixtures/reads.js'
import { CLASSICS, elizabeth, HUNDRED, hundredAdmin, person, SUPPORT_ACCESS, sentStage, stage, T0, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, issuesOf, pages, refusal } from './session-scene.js'

const HOUR = 3_600_000
const ALL = { from: T0 - HOUR, to: T0 + 24 * HOUR }

/** Tom granted at T0 + 1 h until T0 + 5 h, and Charlotte was removed at T0 + 2 h; Hundred granted at T0 + 3 h and revoked at T0 + 4 h. */
async function pastStage(options: Parameters<typeof sentStage>[0] = {}) {
  const on = await sentStage(options)
  on.now = T0 + HOUR
  await on.consentry.grant(tomAdmin, on.tom, { expiresAt: T0 + 5 * HOUR, message: 'Welcome.' })
  on.now = T0 + 3 * HOUR
  await on.consentry.grant(hundredAdmin, on.hundred, { expiresAt: null })
  on.now = T0 + 4 * HOUR
  await on.consentry.removeUser(elizabeth, 'charlotte')
  on.now = T0 + 9 * HOUR
  await on.consentry.recordDue()
  return on
}

describe('a party', () => {
  it('that requested sees each request with its name, and each user’s span', async () => {
    const on = await pastStage()
    const answer = { user: null, message: '' }
    expect(await on.consentry.access(elizabeth, ALL)).toStrictEqual({
      items: [
        {
          view: 'outgoing',
          tenantRequest: on.hundred,
          tag: requestTag(on.hundred),
          accessRequest: on.id,
          name: 'SupportAccess',
          tenant: HUNDRED,
          from: T0 + 3 * HOUR,
          to: T0 + 4 * HOUR,
          users: [{ user: 'charlotte', from: T0 + 3 * HOUR, to: T0 + 4 * HOUR }],
          answer: { ...answer, at: T0 + 3 * HOUR },
        },
        {
          view: 'outgoing',
          tenantRequest: on.tom,
          tag: requestTag(on.tom),
          accessRequest: on.id,
          name: 'SupportAccess',
          tenant: TOM,
          from: T0 + HOUR,
          to: T0 + 5 * HOUR,
          users: [
            { user: 'caroline', from: T0 + HOUR, to: T0 + 5 * HOUR },
            { user: 'charlotte', from: T0 + HOUR, to: T0 + 4 * HOUR },
          ],
          answer: { ...answer, at: T0 + HOUR, message: 'Welcome.' },
        },
      ],
      next: null,
      governedSince: null,
    })
  })

  it('that was asked sees its answers without users, whatever the policy, and since when it is governed', async () => {
    for (const showUsersToTenant of [false, true]) {
      const on = await pastStage({ policy: { showUsersToTenant } })
      const ids = { tenantRequest: on.tom, tag: requestTag(on.tom), requestingTenant: CLASSICS }
      const row = { view: 'incoming', ...ids, from: T0 + HOUR, to: T0 + 5 * HOUR }
      const items = [{ ...row, answer: { at: T0 + HOUR, user: 'becky', message: 'Welcome.' } }]
      expect(await on.consentry.access(tomAdmin, ALL)).toStrictEqual({ items, next: null, governedSince: T0 + HOUR })
    }
  })

  it('sees the part inside the window: `from` is in it, `to` is not', async () => {
    const { consentry } = await pastStage()
    const seen = async (from: number, to: number) =>
      (await consentry.access(elizabeth, { from, to, tenant: TOM })).items.map((item) => [item.from, item.to])
    expect(await seen(T0, T0 + HOUR)).toEqual([])
    expect(await seen(T0, T0 + HOUR + 1)).toEqual([[T0 + HOUR, T0 + HOUR + 1]])
    expect(await seen(T0 + 5 * HOUR - 1, T0 + 6 * HOUR)).toEqual([[T0 + 5 * HOUR - 1, T0 + 5 * HOUR]])
    expect(await seen(T0 + 5 * HOUR, T0 + 6 * HOUR)).toEqual([])
    const [item] = (await consentry.access(elizabeth, { from: T0 + 4 * HOUR, to: T0 + 6 * HOUR })).items
    expect(item?.view === 'outgoing' && item.users).toEqual([{ user: 'caroline', from: T0 + 4 * HOUR, to: T0 + 5 * HOUR }])
  })

  it('is told of its first grant only from a window that ends after it, and only if it may answer', async () => {
    const { consentry } = await pastStage()
    const since = async (actor: typeof tomAdmin, to: number) => (await consentry.access(actor, { from: T0, to })).governedSince
    expect([await since(tomAdmin, T0 + HOUR), await since(tomAdmin, T0 + HOUR + 1)]).toEqual([null, T0 + HOUR])
    expect(await since(person('z', TOM, 'submit'), T0 + 9 * HOUR)).toBe(null)
    expect(await since(person('z', CLASSICS, 'submit', 'answer'), T0 + 9 * HOUR)).toBe(null)
  })

  it('with both permissions sees both, and with `tenant` only those between it and that tenant', async () => {
    const directory = {
      members: (_: string, users: readonly string[]) => users,
      askable: (_: string, tenants: readonly string[]) => tenants,
    }
    const on = stage({ directory })
    const [classics, tom] = [person('e', CLASSICS, 'submit', 'answer'), person('t', TOM, 'submit', 'answer')]
    const between = async (from: typeof tom, to: typeof tom, user: string) => {
      const { sent } = await on.consentry.submit(from, { name: 'Access', associations: [{ users: [user], tenants: [to.tenant] }] })
      await on.consentry.grant({ ...to, user: 'admin', permissions: ['answer'] }, sent[0]?.id ?? '', { expiresAt: null }).catch(() => {})
    }
    const members = { ...directory, members: (_: string, users: readonly string[]) => users.filter((user) => user !== 'admin') }
    Object.assign(on, stage({ directory: members, clock: () => on.now }))
    await between(classics, tom, 'caroline')
    on.now += 1
    await between(tom, classics, 'huck')
    on.now += 1
    await between(classics, person('h', HUNDRED), 'charlotte')
    const seen = async (actor: typeof tom, tenant?: string) =>
      (await on.consentry.access(actor, { ...ALL, tenant })).items.map((item) => `${item.view} ${otherOf(item)}`)
    expect(await seen(classics)).toEqual([`outgoing ${HUNDRED}`, `incoming ${TOM}`, `outgoing ${TOM}`])
    expect(await seen(classics, TOM)).toEqual([`incoming ${TOM}`, `outgoing ${TOM}`])
    expect(await seen(classics, HUNDRED)).toEqual([`outgoing ${HUNDRED}`])
    expect(await seen(classics, CLASSICS)).toEqual([])
    expect(await seen({ ...classics, permissions: ['answer'] })).toEqual([`incoming ${TOM}`])
    expect(await seen({ ...classics, permissions: ['submit'] }, TOM)).toEqual([`outgoing ${TOM}`])
    expect(await seen(person('h', HUNDRED, 'answer'), TOM)).toEqual([])
  })
})

const otherOf = (item: AccessItem) => (item.view === 'outgoing' ? item.tenant : item.requestingTenant)

it('pages are full and stable while grants are made, and continue after a revocation', async () => {
  const on = stage()
  const grant = async () => {
    const { sent } = await on.consentry.submit(elizabeth, { ...SUPPORT_ACCESS, associations: [{ users: ['caroline'], tenants: [TOM] }] })
    await on.consentry.grant(tomAdmin, sent[0]?.id ?? '', { expiresAt: null })
    return sent[0]?.id ?? ''
  }
  const ids: string[] = []
  for (let n = 0; n < 7; n++) {
    if (n % 3 === 0) on.now += 1
    ids.push(await grant())
  }
  const { items } = await pages((cursor) => on.consentry.access(tomAdmin, { ...ALL, limit: 2, cursor }))
  expect(items.map(({ tenantRequest }) => tenantRequest).sort()).toEqual(ids.toSorted())
  const first = await on.consentry.access(tomAdmin, { ...ALL, limit: 3 })
  on.now += 1
  await grant()
  await on.consentry.revoke(tomAdmin, first.items[2]?.tenantRequest ?? '')
  const rest = await on.consentry.access(tomAdmin, { ...ALL, limit: 200, cursor: first.next ?? '' })
  expect([...first.items, ...rest.items].map(({ tenantRequest }) => tenantRequest)).toEqual(items.map(({ tenantRequest }) => tenantRequest))
})

it('the window is a date, milliseconds or ISO 8601, and a cursor belongs to it', async () => {
  const { consentry } = await pastStage()
  const forms = [ALL, { from: new Date(ALL.from), to: new Date(ALL.to) }, { from: new Date(ALL.from).toISOString(), to: ALL.to }]
  const cursors = await Promise.all(forms.map(async (form) => (await consentry.access(elizabeth, { ...form, limit: 1 })).next))
  expect(new Set(cursors).size).toBe(1)
  const cursor = cursors[0] ?? ''
  expect((await consentry.access(elizabeth, { ...ALL, cursor })).items.length).toBe(1)
  for (const other of [
    { ...ALL, to: ALL.to + 1 },
    { ...ALL, from: ALL.from + 1 },
    { ...ALL, tenant: TOM },
  ])
    expect(await issuesOf(consentry.access(elizabeth, { ...other, cursor }))).toEqual(['cursor invalid'])
  const ofHistory = (await consentry.history(elizabeth, { limit: 1 })).next ?? ''
  expect(await issuesOf(consentry.access(elizabeth, { ...ALL, cursor: ofHistory }))).toEqual(['cursor invalid'])
  expect(await codeOf(consentry.history(elizabeth, { cursor }))).toBe('invalid-input')
})

it('a malformed query is refused with all issues', async () => {
  const { consentry } = stage()
  const messages = async (input: unknown) =>
    (await refusal(consentry.access(elizabeth, input as AccessInput))).issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  expect(await messages({ from: 2, to: 2 })).toEqual(['to: `2` must be after `from`'])
  expect(await messages({ from: 2, to: 1 })).toEqual(['to: `1` must be after `from`'])
  expect(await messages({ form: 1, to: 'tomorrow', tenant: '', limit: 0 })).toEqual([
    'limit: `0` must be at least 1',
    'from: is required',
    expect.stringContaining('to: `tomorrow` must be an instant'),
    expect.stringContaining('tenant: `` is empty'),
    'form: `form` is not expected here: did you mean `from`?',
  ])
  for (const input of [undefined, null, 7, [], new Date(), { from: Number.NaN, to: 1 }, { from: 0.5, to: 1 }])
    expect((await refusal(consentry.access(elizabeth, input as never))).code).toBe('invalid-input')
})

it('a repository that returns rows outside the query is `unavailable`: they are not shown', async () => {
  const repository = memoryRepository()
  const on = await pastStage({ repository })
  const request = await requestIn(repository, on.tom)
  if (request?.state !== 'expired') throw new Error('no row')
  const { users: _, removed: __, ...withoutUsers } = request
  const own: GrantRow = { party: 'requester', request, name: 'Secret' }
  const asked: GrantRow = { party: 'tenant', request: withoutUsers }
  const both = person('z', CLASSICS, 'submit', 'answer')
  const cases: readonly (readonly [typeof elizabeth, GrantRow, Partial<AccessInput>])[] = [
    [tomAdmin, own, {}],
    [elizabeth, asked, {}],
    [both, asked, {}],
    [person('z', TOM, 'submit'), asked, {}],
    [elizabeth, { ...own, request: { ...request, requestingTenant: 'third' } }, {}],
    [tomAdmin, { ...asked, request: { ...withoutUsers, tenant: HUNDRED } }, {}],
    [elizabeth, own, { tenant: HUNDRED }],
    [tomAdmin, asked, { tenant: 'third' }],
    [elizabeth, own, { to: T0 + HOUR }],
    [tomAdmin, asked, { from: T0 + 5 * HOUR }],
  ]
  for (const [actor, row, window] of cases) {
    const grants = async (): Promise<GrantPage> => ({ rows: [row], governedSince: null })
    const error = await refusal(stage({ repository: { ...repository, grants } }).consentry.access(actor, { ...ALL, ...window }))
    expect(error).toMatchObject({ code: 'unavailable', port: 'repository', message: 'the repository failed' })
    expect(JSON.stringify(error)).not.toContain(on.tom)
  }
  const talkative = { ...repository, grants: async () => ({ rows: [own], governedSince: T0 }) }
  expect((await stage({ repository: talkative }).consentry.access(elizabeth, ALL)).governedSince, 'not for the requester').toBe(null)
  const failing = { ...repository, grants: () => Promise.reject(new Error('the disk is full')) }
  expect(await codeOf(stage({ repository: failing }).consentry.access(elizabeth, ALL))).toBe('unavailable')
})
