/** Stored facts are accepted or refused value by value, as a reader by schemas alone accepts or refuses them (SPEC 5.9). */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { rowParsers } from '../../src/adapters/sql/row-parsers.js'
import { tablesOf } from '../../src/adapters/sql/tables.js'
import { isConsentryError } from '../../src/domain/error.js'
import { parseFacts, type TenantFacts } from '../../src/domain/facts.js'
import { Id, StoredInstant } from '../../src/domain/input.js'

const TENANT = 'tom-sawyer'
const USER = 'caroline'
const NO_END = 9e15

const COLUMNS = [
  'id',
  'requestingTenant',
  'state',
  'removedAt',
  'sentAt',
  'answerBy',
  'grantedAt',
  'expiresAt',
  'endedAt',
  'openUntil',
] as const
type Column = (typeof COLUMNS)[number] | 'since'
type Stored = { readonly since: unknown; readonly requests: readonly Readonly<Record<(typeof COLUMNS)[number], unknown>>[] }
type Outcome = TenantFacts | 'refused'

/** What a reader of stored facts answers. */
type Reader = (stored: Stored) => Outcome

const rows = rowParsers(tablesOf({}))
const listsIn = ({ requests }: Stored) => requests.map((request) => COLUMNS.map((column) => request[column]))

/** Reads as a repository does. Facts are refused as `corrupt`, with the table and the key. */
function read({ since }: Stored, requests: unknown): Outcome {
  try {
    const facts = rows.factsOfUser(TENANT, { governed_since: since, requests }, USER)
    expect(parseFacts(facts)).toBe(facts)
    return facts
  } catch (error) {
    if (!isConsentryError(error, 'corrupt')) throw error
    for (const { path } of error.issues) expect(path[0]).toMatch(/^consentry_(governed_tenants|tenant_requests)$/)
    return 'refused'
  }
}
const repositoryReader: Reader = (stored) => read(stored, listsIn(stored))

const Instant = z.number().min(-8.64e15).max(8.64e15)
const common = { id: Id, requestingTenant: Id, removedAt: Instant.nullable(), sentAt: Instant }
const [ungranted, unended, closed] = [{ grantedAt: z.null(), expiresAt: z.null() }, { endedAt: z.null() }, { openUntil: z.null() }]
const [unanswered, answerBy] = [{ answerBy: z.unknown() }, { answerBy: Instant.nullable() }]
const open = { openUntil: z.number() }
const State = z.discriminatedUnion('state', [
  z.object({ ...common, state: z.literal('pending'), ...ungranted, ...unended, ...answerBy, ...open }),
  z.object({ ...common, state: z.literal('lapsed'), ...ungranted, ...unended, answerBy: Instant, ...closed }),
  z.object({
    ...common,
    state: z.literal('granted'),
    grantedAt: Instant,
    expiresAt: Instant.nullable(),
    ...unended,
    ...unanswered,
    ...open,
  }),
  z.object({ ...common, state: z.literal('expired'), grantedAt: Instant, expiresAt: Instant, ...unended, ...unanswered, ...closed }),
  z.object({
    ...common,
    state: z.literal('revoked'),
    grantedAt: Instant,
    expiresAt: Instant.nullable(),
    endedAt: Instant,
    ...unanswered,
    ...closed,
  }),
  ...(['rejected', 'withdrawn'] as const).map((state) =>
    z.object({ ...common, state: z.literal(state), ...ungranted, endedAt: Instant, ...unanswered, ...closed }),
  ),
])
const isWhole = (value: unknown) => typeof value === 'bigint' || (typeof value === 'string' && /^-?\d+$/.test(value))

/** Reads by schemas, one request after the other, and shares nothing with the repository but ids and stored instants. */
const schemaReader: Reader = ({ since, requests }) => {
  const governed = StoredInstant.nullable().safeParse(isWhole(since) ? Number(since) : since)
  const parsed = requests.map((request) => State.safeParse(request))
  if (!governed.success || parsed.some(({ success }) => !success)) return 'refused'
  const facts = parsed.map(({ data }) => {
    const { id, requestingTenant, removedAt, sentAt, state, openUntil, ...rest } = data as Readonly<Record<string, unknown>>
    const { grantedAt, expiresAt, endedAt, answerBy } = rest
    const until = state === 'pending' ? answerBy : expiresAt
    const users = removedAt === null ? [USER] : []
    const removed = removedAt === null ? [] : [{ user: USER, at: removedAt }]
    return {
      isSound: openUntil === null || openUntil === (until ?? NO_END),
      request: {
        ...{ id, requestingTenant, tenant: TENANT, users, removed, sentAt, state },
        ...(grantedAt !== null && { grantedAt, expiresAt }),
        ...(endedAt !== null && { endedAt }),
        ...((state === 'pending' || state === 'lapsed') && { answerBy }),
      },
    }
  })
  const byId = new Map(facts.map(({ request }) => [request.id, JSON.stringify(request)]))
  const hasVersions = facts.some(({ request }) => byId.get(request.id) !== JSON.stringify(request))
  const contradicts = governed.data === null && facts.some(({ request }) => 'grantedAt' in request)
  if (hasVersions || contradicts || facts.some(({ isSound }) => !isSound)) return 'refused'
  const distinct = [...new Map(facts.map(({ request }) => [request.id, request])).values()]
  return { tenant: TENANT, governed: governed.data !== null, requests: distinct } as unknown as TenantFacts
}

const NONE = { removedAt: null, answerBy: null, grantedAt: null, expiresAt: null, endedAt: null, openUntil: null }
const sound = (id: string, over: object) => ({ id, requestingTenant: 'classics', sentAt: 1_000, ...NONE, state: 'pending', ...over })
const granted = { grantedAt: 2_000, expiresAt: 9_000 }
/** A sound request of each state, with and without what may be `null`. */
const SOUND = [
  sound('pending', { openUntil: NO_END }),
  sound('answerable', { answerBy: 5_000, openUntil: 5_000 }),
  sound('lapsed', { state: 'lapsed', answerBy: 5_000 }),
  sound('rejected', { state: 'rejected', endedAt: 3_000 }),
  sound('withdrawn', { state: 'withdrawn', answerBy: 5_000, endedAt: 3_000 }),
  sound('granted', { state: 'granted', ...granted, openUntil: 9_000 }),
  sound('lasting', { state: 'granted', ...granted, expiresAt: null, openUntil: NO_END }),
  sound('expired', { state: 'expired', ...granted }),
  sound('revoked', { state: 'revoked', ...granted, endedAt: 4_000 }),
  sound('removed', { state: 'granted', ...granted, openUntil: 9_000, removedAt: 3_000 }),
]

/** What a column may hold instead: values of other types, of other columns, and at and beyond each bound. */
const VALUES: readonly unknown[] = [
  ...[null, undefined, true, false, 0, -0, 1, -1, 1.5, 1_000, 2_000, 3_000, 4_000, 5_000, 9_000, NO_END],
  ...[Number.NaN, Infinity, -Infinity, 8.64e15, -8.64e15, 8.64e15 + 1, -8.64e15 - 1, 2 ** 53, 1e300, 5e-324],
  ...[5n, 5_000n, -1n, 2n ** 63n, '5000', '-5', '05', '5.5', '1e3', ' 5', '9000000000000000', '99999999999999999999', 'NaN'],
  ...['2026-01-01T00:00:00.000Z', '2026-1-1', new Date(5_000)],
  ...[
    '',
    ' ',
    'a b',
    'ä',
    '\ud800',
    'a\udc00',
    'a\n',
    'x'.repeat(128),
    'x'.repeat(129),
    'classics',
    'pending',
    'GRANTED',
    'allowed',
    'toString',
    '__proto__',
  ],
  ...['granted', 'rejected', 'withdrawn', 'revoked', 'expired', 'lapsed', 'removed'],
  ...[[], [null], ['granted'], {}, { valueOf: 5 }, Symbol('state'), () => 5_000],
]

const at = (stored: Stored, index: number, column: Column, value: unknown): Stored => {
  if (column === 'since') return { ...stored, since: value }
  return { ...stored, requests: stored.requests.map((request, n) => (n === index ? { ...request, [column]: value } : request)) }
}
const ALL: readonly Column[] = ['since', ...COLUMNS]

/** Every stored facts with one value changed. */
function* oneChanged(): Generator<Stored> {
  for (const since of [null, 1_000]) {
    yield { since, requests: [] }
    for (const request of SOUND) {
      yield { since, requests: [request] }
      for (const column of ALL) for (const value of VALUES) yield at({ since, requests: [request] }, 0, column, value)
    }
  }
}

/** Facts of some requests, with some values changed. */
const someChanged: fc.Arbitrary<Stored> = fc
  .record({
    since: fc.constantFrom<unknown>(1_000, '1000', 1_000n, null),
    requests: fc.array(fc.constantFrom(...SOUND), { maxLength: 3 }),
    changes: fc.array(fc.tuple(fc.nat(2), fc.constantFrom(...ALL), fc.oneof(fc.constantFrom(...VALUES), fc.anything())), { maxLength: 3 }),
  })
  .map(({ since, requests, changes }) => changes.reduce((stored: Stored, change) => at(stored, ...change), { since, requests }))

const shown = (outcome: Outcome) => (outcome === 'refused' ? outcome : JSON.stringify(outcome))
const differs = (reader: Reader, stored: Stored) => shown(reader(stored)) !== shown(schemaReader(stored))

it('one by one: every value of every column in every state', () => {
  let [accepted, refused] = [0, 0]
  for (const stored of oneChanged()) {
    const expected = schemaReader(stored)
    if (expected === 'refused') refused++
    else accepted++
    expect([repositoryReader(stored), stored]).toEqual([expected, stored])
  }
  expect(accepted).toBeGreaterThan(500)
  expect(refused).toBeGreaterThan(5_000)
})

it('together: several values of several requests', () => {
  for (const stored of fc.sample(someChanged, { seed: 20_260_101, numRuns: 20_000 }))
    expect(repositoryReader(stored)).toEqual(schemaReader(stored))
})

it('as JSON text, as SQLite has it: what JSON can say is read the same', () => {
  let compared = 0
  for (const stored of oneChanged()) {
    const text = JSON.stringify(listsIn(stored), (_, value) => (typeof value === 'bigint' ? String(value) : value))
    const told: Stored = {
      ...stored,
      requests: (JSON.parse(text) as unknown[][]).map((list) => Object.fromEntries(COLUMNS.map((name, n) => [name, list[n]]))) as never,
    }
    if (shown(read(stored, text)) !== shown(schemaReader(told))) expect.fail(text)
    compared++
  }
  expect(compared).toBeGreaterThan(5_000)
})

it.each(['no json', '[', '{}', '7', '"granted"', '[[]]', '[null]', '[7]', '[["granted"]]', '[{}]'])('%s is refused', (requests) => {
  expect(read({ since: 1_000, requests: [] }, requests)).toBe('refused')
})

it.each(ALL)('a reader that does not look at `%s` differs', (column) => {
  const blind: Reader = (stored) => {
    const [request] = stored.requests
    const original = SOUND.find((one) => one.id === request?.id || (column === 'id' && one.state === request?.state))
    return repositoryReader(at(stored, 0, column, column === 'since' ? 1_000 : original?.[column]))
  }
  expect([...oneChanged()].some((stored) => differs(blind, stored))).toBe(true)
})

it('of few, those that do not decide are left out, and what does not say is refused', () => {
  const facts = { since: 1_000, requests: [sound('pending', { openUntil: NO_END })] }
  const [list = []] = listsIn(facts)
  const few = (...requests: unknown[]) => rows.fewFactsOfUser(TENANT, { governed_since: 1_000, requests }, USER)
  for (const yes of [1, true]) expect(few([...list, yes])).toEqual(schemaReader(facts))
  for (const no of [0, false, null]) expect(few([...list, no], [...list, 1])).toEqual(schemaReader(facts))
  for (const no of [0, false, null]) expect(few([...Array(10).fill(7), no])?.requests).toEqual([])
  for (const odd of [null, 7, 'list', {}, [], list.slice(0, 9)]) expect(() => few(odd)).toThrow(/is corrupt/)
  expect(few(...Array(8).fill([...list, 0]))?.requests).toEqual([])
  expect(few(...Array(9).fill([...list, 0]))).toBeUndefined()
})
