/** Contract tests of pages, for every list: ordered, full, no row repeated or skipped (SPEC 6.5). */
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedIncoming } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import {
  accessOfCaroline,
  expectFirstPages,
  expectSamePages,
  historyOfClassics,
  historyOfTom,
  incomingOfTom,
  type List,
  outgoingOfClassics,
  readPages,
} from './fixtures/lists.js'
import { grantAt, rejectAt, removeUserAt } from './fixtures/transitions.js'

const NOW = 9_000

export const listPageTests: readonly ContractTest[] = [
  ...listPageTestsOf(incomingOfTom),
  ...listPageTestsOf(outgoingOfClassics),
  ...listPageTestsOf(accessOfCaroline),
  ...listPageTestsOf(historyOfClassics),
  ...listPageTestsOf(historyOfTom),
  ...filterTestsOf(incomingOfTom),
  ...filterTestsOf(outgoingOfClassics),
  ...filterTestsOf(accessOfCaroline),

  contractTest("a list after a key contains only its own party's rows, even if others have rows at that instant", async (fixture) => {
    await fillLists(fixture)
    const { repository } = fixture
    for (const { sentAt, id } of expectedIncoming(fixture, TOM)) {
      const page = { now: NOW, after: { sentAt, id }, limit: 100 }
      const incoming = await repository.incoming({ ...page, tenant: TOM })
      const outgoing = await repository.outgoing({ ...page, requestingTenant: CLASSICS })
      const history = await repository.history({ requestingTenant: CLASSICS, after: { at: sentAt, id }, limit: 100 })
      for (const { tenant } of incoming) assertEqual(tenant, TOM, `incoming after ${id}`)
      for (const { request } of outgoing) assertEqual(request.requestingTenant, CLASSICS, `outgoing after ${id}`)
      for (const { event } of history) assertEqual(event.requestingTenant, CLASSICS, `history after ${id}`)
    }
  }),

  contractTest("a tenant's history fills its pages even if most events are hidden from it", async (fixture) => {
    const sent = await sparseRequests(fixture)
    await fixture.saveTransitions(sent, removeUserAt(CHARLOTTE, 5_000))
    const whole = historyOfTom.expected(fixture)
    for (const limit of [1, 3]) {
      const page = await historyOfTom.read(fixture, { now: NOW, after: undefined, limit })
      assertEqual(page, whole.slice(0, limit), `the first ${limit}`)
      await expectSamePages(historyOfTom, fixture, whole, { now: NOW, limit })
    }
  }),
]

function listPageTestsOf<Row, Key>(list: List<Row, Key>): ContractTest[] {
  const { ties = 'by id descending' } = list
  return [
    contractTest(`${list.name} is ordered newest first, equal instants ${ties}, up to the limit`, async (fixture) => {
      await fillLists(fixture)
      const whole = list.expected(fixture)
      await expectFirstPages(list, fixture, whole, NOW)
    }),

    contractTest(`continuing from any key, ${list.name} neither repeats nor skips a row, even with one row per page`, async (fixture) => {
      await fillLists(fixture)
      const whole = list.expected(fixture)
      for (const limit of [1, 3]) await expectSamePages(list, fixture, whole, { now: NOW, limit })
    }),

    contractTest(`rows added between pages of ${list.name} cause no repeated or skipped row`, async (fixture) => {
      await fillLists(fixture)
      for (const limit of [1, 4]) await walkWhileAdding(list, fixture, limit)
    }),
  ]
}

function filterTestsOf<Row, Key>(list: List<Row, Key>): ContractTest[] {
  return [
    contractTest(`a filter fills the pages of ${list.name} even if matching rows are sparse`, async (fixture) => {
      await sparseRequests(fixture)
      for (const status of ['rejected', 'granted', 'pending'] as const) {
        const matching = list.expected(fixture, { status, now: NOW })
        const page = await list.read(fixture, { now: NOW, after: undefined, limit: 2, status })
        assertEqual(page, matching.slice(0, 2), `the first 2 that are ${status}`)
        await expectSamePages(list, fixture, matching, { now: NOW, limit: 2, status })
      }
    }),
  ]
}

/** Saves four submissions at each of four instants, and rows of two other parties. */
async function fillLists(fixture: Fixture): Promise<void> {
  for (const n of Array(16).keys()) {
    const at = 1_000 * (1 + Math.floor(n / 4))
    const sent = await fixture.submit({ tenants: [TOM, `tenant-${(n * 7) % 16}`], users: [CAROLINE, CHARLOTTE], at, name: `Access${n}` })
    if (n % 4 === 0) await fixture.submit({ tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'], at })
    if (n % 4 === 1) await fixture.saveTransitions(sent, grantAt(at))
    if (n % 4 === 2) await fixture.saveTransitions([...sent].reverse(), removeUserAt(CHARLOTTE, 5_000))
  }
}

/** Saves 24 submissions with few answers, and returns Tom's unanswered requests. */
async function sparseRequests(fixture: Fixture): Promise<TenantRequest[]> {
  const toms: TenantRequest[] = []
  for (const n of Array(24).keys()) {
    const sent = await fixture.submit({ tenants: [TOM, `tenant-${n}`], users: [CAROLINE, CHARLOTTE], at: 1_000 + Math.floor(n / 2) })
    if (n % 7 === 3) await fixture.saveTransitions(sent, rejectAt(4_000))
    else if (n % 7 === 5) await fixture.saveTransitions(sent, grantAt(4_000))
    else toms.push(...sent.filter(({ tenant }) => tenant === TOM))
  }
  return toms
}

// Adds one row above the cursor and one at the cursor's instant, whose id can be on either side.
async function walkWhileAdding<Row, Key>(list: List<Row, Key>, fixture: Fixture, limit: number): Promise<void> {
  const before = list.expected(fixture).map((row) => JSON.stringify(list.keyOf(row)))
  let added = 0
  const rows = await readPages(list, fixture, { now: NOW, limit }, async (last) => {
    added += 1
    if (added > 8) return
    const at = instantOf(list.keyOf(last))
    await fixture.submit({ tenants: [TOM, `added-${limit}-${added}`], at })
    await fixture.submit({ tenants: [TOM, 'tenant-3'], at: 20_000 + added })
  })
  const keys = rows.map((row) => JSON.stringify(list.keyOf(row)))
  assertEqual(new Set(keys).size, keys.length, 'repeated rows')
  assertEqual(
    keys.filter((key) => before.includes(key)),
    before,
    'the rows saved before',
  )
}

function instantOf(key: unknown): number {
  const { at, sentAt } = key as { at?: number; sentAt?: number }
  return at ?? sentAt ?? 0
}
