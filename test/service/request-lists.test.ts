/** The lists of requests through the service: filters, orders, rows by id and access requests (SPEC 6.7, 6.9, 6.10). */
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { IncomingInput, OutgoingInput } from '../../src/index.js'
import * as cast from '../story/cast.js'
import { codeOf, pages, refusal } from './session-scene.js'

const { CLASSICS, caroline, elizabeth, HUNDRED, hundredAdmin, person, sentStage, stage, T0, TOM, tomAdmin } = cast
const SECOND = 1_000
const at = (seconds: number) => T0 + seconds * SECOND

/**
 * A stage with five access requests, one a second. Tom granted Alpha0 for ever, Alpha1 and Beta2 until seconds 30 and 20, and rejected Beta3.
 * Beta4 waits, and asks Hundred Acre too.
 */
async function variedStage() {
  const on = stage()
  const names = ['Alpha0', 'Alpha1', 'Beta2', 'Beta3', 'Beta4']
  const ids: string[] = []
  for (const [index, name] of names.entries()) {
    on.now = at(index)
    const associations = [{ users: index % 2 ? ['caroline'] : ['caroline', 'charlotte'], tenants: index === 4 ? [TOM, HUNDRED] : [TOM] }]
    const { sent } = await on.consentry.submit(elizabeth, { id: name, name, associations })
    ids.push(sent.find(({ tenant }) => tenant === TOM)?.id ?? '')
  }
  on.now = at(10)
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = ids
  await on.consentry.grant(tomAdmin, first, { expiresAt: null })
  await on.consentry.grant(tomAdmin, second, { expiresAt: at(30) })
  await on.consentry.grant(tomAdmin, third, { expiresAt: at(20) })
  await on.consentry.reject(tomAdmin, fourth)
  return Object.assign(on, { ids: { first, second, third, fourth, fifth } })
}

describe('outgoing', () => {
  it.each<[string, OutgoingInput, string]>([
    ['several statuses', { status: ['rejected', 'pending'] }, 'Beta4 Beta4 Beta3'],
    ['a tenant', { tenants: HUNDRED }, 'Beta4'],
    ['tenants', { tenants: [TOM, 'nobody'], status: 'pending' }, 'Beta4'],
    ['a user', { users: ['charlotte'] }, 'Beta4 Beta4 Beta2 Alpha0'],
    ['the first letters of a name', { name: 'Al' }, 'Alpha1 Alpha0'],
    ['letters of another case', { name: 'al' }, ''],
    ['a span, which includes its beginning and excludes its end', { from: at(1), to: new Date(at(3)) }, 'Beta2 Alpha1'],
    ['a span in ISO 8601', { from: new Date(at(3)).toISOString(), tenants: TOM }, 'Beta4 Beta3'],
    ['an end', { expiresBefore: at(30) }, 'Beta2'],
    ['an end, 1 ms later', { expiresBefore: at(30) + 1 }, 'Beta2 Alpha1'],
    ['ends in their order', { status: 'granted', order: 'expiring' }, 'Beta2 Alpha1 Alpha0'],
    ['ends in their order, of a user', { status: ['granted'], order: 'expiring', users: 'charlotte' }, 'Beta2 Alpha0'],
    [
      'nothing, as each filter is undefined',
      { status: undefined, tenants: undefined, name: undefined, cursor: null },
      'Beta4 Beta4 Beta3 Beta2 Alpha1 Alpha0',
    ],
  ])('is filtered by %s, in pages of any size', async (_, query, expected) => {
    const { consentry } = await variedStage()
    for (const limit of [1, 2, 200]) {
      const { items } = await pages((cursor) => consentry.outgoing(elizabeth, { ...query, limit, cursor }))
      expect(items.map(({ name }) => name).join(' ')).toBe(expected)
    }
  })

  it('shows no request to a user who was taken off it (SPEC 6.9)', async () => {
    const on = await variedStage()
    await on.consentry.removeUser(elizabeth, 'charlotte')
    expect((await on.consentry.outgoing(elizabeth, { users: 'charlotte' })).items).toEqual([])
    expect((await on.consentry.outgoing(elizabeth, { users: 'caroline' })).items.length).toBe(6)
  })

  it('compares a name in NFC', async () => {
    const on = stage()
    const associations = [{ users: ['caroline'], tenants: [TOM] }]
    await on.consentry.submit(elizabeth, { name: 'E\u0301t\u00e9', associations })
    for (const name of ['\u00c9', 'E\u0301', '\u00c9te\u0301'])
      expect((await on.consentry.outgoing(elizabeth, { name })).items.map((one) => one.name)).toEqual(['\u00c9t\u00e9'])
  })
})

describe('incoming', () => {
  it.each<[string, IncomingInput, string]>([
    ['a requesting tenant', { requestingTenants: CLASSICS, status: 'granted' }, 'third second first'],
    ['other requesting tenants', { requestingTenants: ['nobody', 'third'] }, ''],
    ['ends in their order', { status: 'granted', order: 'expiring' }, 'third second first'],
    ['ends before an instant', { status: 'granted', expiresBefore: at(25), order: 'expiring' }, 'third'],
    ['several statuses and a span', { status: ['granted', 'rejected'], from: at(2) }, 'fourth third'],
  ])('is filtered by %s', async (_, query, expected) => {
    const on = await variedStage()
    const nameOf = new Map(Object.entries(on.ids).map(([name, id]) => [id, name]))
    const { items } = await pages((cursor) => on.consentry.incoming(tomAdmin, { ...query, limit: 1, cursor }))
    expect(items.map(({ id }) => nameOf.get(id)).join(' ')).toBe(expected)
  })

  it('in the order of ends shows what holds at the instant of the first page', async () => {
    const on = await variedStage()
    const query = { status: 'granted', order: 'expiring', limit: 1 } as const
    const first = await on.consentry.incoming(tomAdmin, query)
    on.now = at(100)
    const second = await on.consentry.incoming(tomAdmin, { ...query, cursor: first.next })
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([on.ids.third, on.ids.second])
  })
})

describe('a query is refused', () => {
  it.each<[string, object, string]>([
    ['an order by ends of other statuses', { order: 'expiring' }, 'order: `expiring` needs `status` to be `granted`: others do not expire'],
    ['an order by ends of several statuses', { order: 'expiring', status: ['granted', 'pending'] }, 'order: `expiring` needs'],
    ['another order', { order: 'oldest' }, 'order: `oldest` must be `newest` or `expiring`'],
    ['an empty list', { tenants: [] }, 'tenants: an empty list is not allowed: leave the filter out to list all'],
    ['too many values', { users: Array.from({ length: 101 }, (_, n) => `user-${n}`) }, 'users: a list must have at most 100 values'],
    ['a status in a list that is none', { status: ['granted', 'gone'] }, 'status.1: `gone` must be one of'],
    ['a tenant that is no id', { tenants: [TOM, 7] }, 'tenants.1: `7` is a number; ids are strings: use `String(id)`'],
    ['an empty name', { name: '' }, 'name: `` must be the first letters or digits of a name'],
    ['a name with other characters', { name: 'a%' }, 'name: `a%` must be the first letters or digits of a name'],
    ['an instant without a zone', { from: '2026-01-15T09:00:00' }, 'from: `2026-01-15T09:00:00` has no offset'],
    ['a filter of the other list', { requestingTenants: CLASSICS }, 'requestingTenants: `requestingTenants` is not expected here'],
  ])('for %s', async (_, query, issue) => {
    const error = await refusal(stage().consentry.outgoing(elizabeth, query))
    expect(error.code).toBe('invalid-input')
    expect(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([expect.stringContaining(issue)])
  })

  it('for a cursor of other filters, and accepts one of the same in another order', async () => {
    const { consentry } = await variedStage()
    const { next } = await consentry.outgoing(elizabeth, { users: ['caroline', 'charlotte'], limit: 1 })
    for (const users of [
      ['charlotte', 'caroline'],
      ['caroline', 'charlotte', 'caroline'],
    ])
      expect((await consentry.outgoing(elizabeth, { users, cursor: next })).items.length).toBe(5)
    for (const query of [{}, { users: 'caroline' }, { users: ['caroline', 'charlotte'], name: 'A' }])
      expect(await codeOf(consentry.outgoing(elizabeth, { ...query, cursor: next }))).toBe('invalid-input')
  })

  it('with many filters too, whose cursor stays short', async () => {
    const { consentry } = await variedStage()
    const tenants = [TOM, ...Array.from({ length: 99 }, (_, n) => `${n}`.padEnd(128, 'x'))]
    const { next } = await consentry.outgoing(elizabeth, { tenants, limit: 1 })
    expect(next?.length).toBeLessThan(200)
    expect((await consentry.outgoing(elizabeth, { tenants, cursor: next })).items.length).toBe(4)
  })
})

describe('one request by its id', () => {
  it('is what the list shows', async () => {
    const { consentry, ids } = await variedStage()
    const [pending] = (await consentry.incoming(tomAdmin, { status: 'pending' })).items
    expect(await consentry.incomingRequest(tomAdmin, ids.fifth)).toEqual(pending)
    const sent = (await consentry.outgoing(elizabeth, { accessRequest: 'Beta4', tenants: TOM })).items
    expect([await consentry.outgoingRequest(elizabeth, ids.fifth)]).toEqual(sent)
  })

  it('of another party and one that does not exist are the same `not-found` (SPEC 6.7)', async () => {
    const { consentry, ids } = await variedStage()
    const both = person('both', TOM, 'submit', 'answer')
    const refused = [
      consentry.incomingRequest(hundredAdmin, ids.fifth),
      consentry.incomingRequest(hundredAdmin, 'none'),
      consentry.outgoingRequest(both, ids.fifth),
      consentry.outgoingRequest(both, 'none'),
      consentry.accessRequest(both, 'Beta4'),
      consentry.accessRequest(elizabeth, 'none'),
    ]
    const errors = await Promise.all(refused.map(async (one) => JSON.stringify(await refusal(one))))
    expect(new Set(errors).size).toBe(1)
    expect(errors[0]).toContain('not-found')
  })

  it('that is no id is `invalid-input`, and nobody without the permission learns that', async () => {
    const { consentry } = stage()
    for (const id of ['', 'a b', 7, undefined, { id: 'x' }] as never[]) {
      expect(await codeOf(consentry.incomingRequest(tomAdmin, id))).toBe('invalid-input')
      expect(await codeOf(consentry.outgoingRequest(elizabeth, id))).toBe('invalid-input')
      expect(await codeOf(consentry.accessRequest(elizabeth, id))).toBe('invalid-input')
      expect(await codeOf(consentry.incomingRequest(elizabeth, id))).toBe('not-permitted')
      expect(await codeOf(consentry.accessRequest(tomAdmin, id))).toBe('not-permitted')
    }
  })

  it('that a faulty repository returns instead of another is not shown', async () => {
    const repository = memoryRepository()
    const { ids } = await (async () => {
      const on = await sentStage({ repository })
      return { ids: { tom: on.tom, hundred: on.hundred } }
    })()
    const careless = {
      ...repository,
      incoming: ({ id: _, ...query }: Parameters<typeof repository.incoming>[0]) =>
        repository.incoming(query as typeof query & { tenant: string }),
      outgoing: ({ id: _, ...query }: Parameters<typeof repository.outgoing>[0]) =>
        repository.outgoing(query as typeof query & { requestingTenant: string }),
      accessRequests: ({ id: _, ...query }: Parameters<typeof repository.accessRequests>[0]) => repository.accessRequests(query),
    }
    const { consentry } = stage({ repository: careless })
    expect(await codeOf(consentry.incomingRequest(tomAdmin, ids.hundred))).toBe('unavailable')
    expect(await codeOf(consentry.outgoingRequest(elizabeth, 'none'))).toBe('unavailable')
    expect(await codeOf(consentry.accessRequest(elizabeth, 'none'))).toBe('unavailable')
  })
})

describe('requests', () => {
  it('lists access requests with their users and how many tenants have which status (SPEC 6.10)', async () => {
    const on = await sentStage()
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: T0 + SECOND })
    const row = (tenants: object) => ({
      ...{ id: on.id, name: 'SupportAccess', message: cast.SUPPORT_ACCESS.message, sentAt: T0, sentBy: 'elizabeth' },
      users: ['caroline', 'charlotte'],
      tenants: { pending: 0, granted: 0, rejected: 0, withdrawn: 0, revoked: 0, expired: 0, lapsed: 0, ...tenants },
    })
    expect((await on.consentry.requests(elizabeth)).items).toEqual([row({ pending: 1, granted: 1 })])
    on.now = T0 + SECOND
    expect((await on.consentry.requests(elizabeth)).items).toEqual([row({ pending: 1, expired: 1 })])
    const one = await on.consentry.accessRequest(elizabeth, on.id)
    expect(one).toEqual({ ...row({ pending: 1, expired: 1 }), associations: cast.SUPPORT_ACCESS.associations })
  })

  it('is filtered by the tenants and statuses of its requests: with both, of one and the same', async () => {
    const on = await sentStage()
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
    const ids = async (query: object) => (await on.consentry.requests(elizabeth, query)).items.map(({ id }) => id)
    for (const found of [
      { status: 'granted' },
      { status: ['pending', 'lapsed'] },
      { tenants: HUNDRED },
      { tenants: TOM, status: 'granted' },
    ])
      expect(await ids(found), JSON.stringify(found)).toEqual([on.id])
    for (const none of [
      { status: 'revoked' },
      { tenants: 'nobody' },
      { tenants: TOM, status: 'pending' },
      { tenants: HUNDRED, status: 'granted' },
    ])
      expect(await ids(none), JSON.stringify(none)).toEqual([])
  })

  it('is filtered by name, users and span, page by page', async () => {
    const { consentry } = await variedStage()
    const names = async (query: object) =>
      (await pages((cursor) => consentry.requests(elizabeth, { ...query, limit: 1, cursor }))).items.map(({ name }) => name).join(' ')
    expect(await names({})).toBe('Beta4 Beta3 Beta2 Alpha1 Alpha0')
    expect(await names({ name: 'Beta', users: 'charlotte' })).toBe('Beta4 Beta2')
    expect(await names({ from: at(1), to: at(3) })).toBe('Beta2 Alpha1')
    expect((await consentry.requests(person('x', 'third', 'submit'))).items).toEqual([])
    expect(await codeOf(consentry.requests(caroline))).toBe('not-permitted')
  })

  it('goes on after a page that ended early because of its many users and tenants', async () => {
    const members = {
      members: (_: string, users: readonly string[]) => [...users],
      askable: (_: string, tenants: readonly string[]) => [...tenants],
    }
    const on = stage({ directory: members, policy: { maxUsersPerTenant: 6_000 } })
    const users = Array.from({ length: 6_000 }, (_, n) => `user-${n}`)
    for (const name of ['One', 'Two', 'Three']) {
      await on.consentry.submit(elizabeth, { name, associations: [{ users, tenants: [TOM] }] })
      on.now += SECOND
    }
    const { items, sizes } = await pages((cursor) => on.consentry.requests(elizabeth, { cursor }))
    expect(items.map(({ name }) => name)).toEqual(['Three', 'Two', 'One'])
    expect(sizes.filter((size) => size > 0)).toEqual([1, 1, 1])
  })
})
