/** The laws of pages, the same for every list: in order, full, and neither repeating nor skipping a row (SPEC 6.5). */
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedIncoming } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import {
  accessOfCaroline,
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
  ...filterLawsOf(incomingOfTom),
  ...filterLawsOf(outgoingOfClassics),
  ...filterLawsOf(accessOfCaroline),

  contractTest("after a key too, every list shows its own party's rows alone, whoever else has rows at that instant", async (scene) => {
    await fillLists(scene)
    const { repository } = scene
    for (const { sentAt, id } of expectedIncoming(scene, TOM)) {
      const page = { now: NOW, after: { sentAt, id }, limit: 100 }
      const incoming = await repository.incoming({ ...page, tenant: TOM })
      const outgoing = await repository.outgoing({ ...page, requestingTenant: CLASSICS })
      const history = await repository.history({ requestingTenant: CLASSICS, after: { at: sentAt, revision: 1, id }, limit: 100 })
      for (const { tenant } of incoming) assertEqual(tenant, TOM, `incoming after ${id}`)
      for (const { request } of outgoing) assertEqual(request.requestingTenant, CLASSICS, `outgoing after ${id}`)
      for (const { requestingTenant } of history) assertEqual(requestingTenant, CLASSICS, `history after ${id}`)
    }
  }),

  contractTest("a tenant's history fills its pages where most of what happened is not its to see", async (scene) => {
    const sent = await sparseRequests(scene)
    await scene.saveTransitions(sent, removeUserAt(CHARLOTTE, 5_000))
    const whole = historyOfTom.expected(scene)
    for (const limit of [1, 3]) {
      const page = await historyOfTom.read(scene, { now: NOW, after: undefined, limit })
      assertEqual(page, whole.slice(0, limit), `the first ${limit}`)
      await expectSamePages(historyOfTom, scene, whole, { now: NOW, limit })
    }
  }),
]

function listPageTestsOf<Row, Key>(list: List<Row, Key>): ContractTest[] {
  return [
    contractTest(`${list.name} comes newest first, equal instants by id descending, no more than the limit`, async (scene) => {
      await fillLists(scene)
      const whole = list.expected(scene)
      for (const limit of [1, 2, 5, whole.length, whole.length + 1, 1_000]) {
        assertEqual(await list.read(scene, { now: NOW, after: undefined, limit }), whole.slice(0, limit), `the first ${limit}`)
      }
    }),

    contractTest(`going on from any key, ${list.name} neither repeats nor skips a row, one row a page too`, async (scene) => {
      await fillLists(scene)
      const whole = list.expected(scene)
      for (const limit of [1, 3]) await expectSamePages(list, scene, whole, { now: NOW, limit })
    }),

    contractTest(`rows added between the pages of ${list.name} make it neither repeat nor skip one`, async (scene) => {
      await fillLists(scene)
      for (const limit of [1, 4]) await walkWhileAdding(list, scene, limit)
    }),
  ]
}

function filterLawsOf<Row, Key>(list: List<Row, Key>): ContractTest[] {
  return [
    contractTest(`a filter fills the pages of ${list.name} though the rows that match lie far apart`, async (scene) => {
      await sparseRequests(scene)
      for (const status of ['rejected', 'granted', 'pending'] as const) {
        const matching = list.expected(scene, { status, now: NOW })
        const page = await list.read(scene, { now: NOW, after: undefined, limit: 2, status })
        assertEqual(page, matching.slice(0, 2), `the first 2 that are ${status}`)
        await expectSamePages(list, scene, matching, { now: NOW, limit: 2, status })
      }
    }),
  ]
}

/** Four submissions at each of four instants, to Tom and to a tenant of each one's own; two other parties beside them; some answered. */
async function fillLists(scene: Fixture): Promise<void> {
  for (const n of Array(16).keys()) {
    const at = 1_000 * (1 + Math.floor(n / 4))
    const sent = await scene.submit({ tenants: [TOM, `tenant-${(n * 7) % 16}`], users: [CAROLINE, CHARLOTTE], at, name: `Access${n}` })
    if (n % 4 === 0) await scene.submit({ tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'], at })
    if (n % 4 === 1) await scene.saveTransitions(sent, grantAt(at))
    if (n % 4 === 2) await scene.saveTransitions([...sent].reverse(), removeUserAt(CHARLOTTE, 5_000))
  }
}

/** Twenty-four submissions, of which few are answered; gives those of Tom's that are not. */
async function sparseRequests(scene: Fixture): Promise<TenantRequest[]> {
  const toms: TenantRequest[] = []
  for (const n of Array(24).keys()) {
    const sent = await scene.submit({ tenants: [TOM, `tenant-${n}`], users: [CAROLINE, CHARLOTTE], at: 1_000 + Math.floor(n / 2) })
    if (n % 7 === 3) await scene.saveTransitions(sent, rejectAt(4_000))
    else if (n % 7 === 5) await scene.saveTransitions(sent, grantAt(4_000))
    else toms.push(...sent.filter(({ tenant }) => tenant === TOM))
  }
  return toms
}

// A row is added above the cursor, and one at the cursor's own instant, whose id may put it to either side.
async function walkWhileAdding<Row, Key>(list: List<Row, Key>, scene: Fixture, limit: number): Promise<void> {
  const before = list.expected(scene).map((row) => JSON.stringify(list.keyOf(row)))
  let added = 0
  const rows = await readPages(list, scene, { now: NOW, limit }, async (last) => {
    added += 1
    if (added > 8) return
    const at = instantOf(list.keyOf(last))
    await scene.submit({ tenants: [TOM, `added-${limit}-${added}`], at })
    await scene.submit({ tenants: [TOM, 'tenant-3'], at: 20_000 + added })
  })
  const keys = rows.map((row) => JSON.stringify(list.keyOf(row)))
  assertEqual(new Set(keys).size, keys.length, 'rows that came twice')
  assertEqual(
    keys.filter((key) => before.includes(key)),
    before,
    'the rows that were there before',
  )
}

function instantOf(key: unknown): number {
  const { at, sentAt } = key as { at?: number; sentAt?: number }
  return at ?? sentAt ?? 0
}
