/** Contract tests of `saveChanges`: revisions are checked, and a batch is atomic (SPEC 4.6, 9.3). */
import type { Change } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, assertRejects, required } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored, expectTenantRequestsAndHistory } from './fixtures/queries.js'
import { requestIn } from './fixtures/reads.js'
import { expectedGoverned } from './fixtures/snapshot.js'
import { grantAt, rejectAt, removeUserAt, revokeAt } from './fixtures/transitions.js'

export const saveTests: readonly ContractTest[] = [
  contractTest('a change of the stored revision returns `saved`, and its request and event are saved', async (fixture) => {
    const request = await fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    await fixture.applyTransitions(request, grantAt(2_000, 9_000, 'welcome'))
    await expectStored(fixture)
    await fixture.applyTransitions(request, removeUserAt(CHARLOTTE, 3_000), revokeAt(4_000, 'thank you'))
    await expectStored(fixture)
  }),

  contractTest('a hidden removal raises the revision that is compared, and not the one that the tenant sees', async (fixture) => {
    const request = await fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    const stale = fixture.changes([request], rejectAt(2_000))
    await fixture.applyTransitions(request, removeUserAt(CHARLOTTE, 1_500))
    assertEqual(await fixture.repository.saveChanges(stale), 'conflict', 'the answer to a change of the revision before the removal')
    const { revision, tenantRevision } = await fixture.applyTransitions(request, grantAt(2_000))
    assertEqual([revision, tenantRevision], [3, 2], 'the revision and the one that the tenant sees')
    await expectStored(fixture)
  }),
  contractTest(
    'a grant that removes users is saved with their removal: every query, and the event, has them as removed',
    async (fixture) => {
      const request = await fixture.submitOne(TOM, { users: ['zoe', CAROLINE, 'amy', CHARLOTTE] })
      await fixture.startSession()
      await fixture.applyTransitions(request, removeUserAt('amy', 1_500), grantAt(2_000, 9_000, 'welcome', [CAROLINE, 'zoe']))
      await expectStored(fixture)
      for (const user of ['zoe', CAROLINE])
        assertEqual(
          await fixture.repository.openRequestsNaming({ requestingTenant: CLASSICS, user, limit: 10 }),
          [],
          `the open requests naming ${user}`,
        )
    },
  ),

  contractTest('a change of an earlier revision returns `conflict` and saves nothing', async (fixture) => {
    const request = await fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    await fixture.applyTransitions(request, removeUserAt(CHARLOTTE, 1_500), grantAt(2_000))
    await expectConflict(fixture, [rejectAt(3_000)(request, fixture.newId)])
    await expectConflict(fixture, [grantAt(3_000)(request, fixture.newId)])
  }),

  contractTest('a change of a later revision returns `conflict` and saves nothing', async (fixture) => {
    const request = await fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    const unsaved = removeUserAt(CHARLOTTE, 1_500)(request, fixture.newId)
    await expectConflict(fixture, [grantAt(2_000)(unsaved.request, fixture.newId)])
  }),

  contractTest('a change of a request that does not exist returns `conflict` and saves nothing', async (fixture) => {
    await fixture.submitOne(TOM)
    const unsent = fixture.buildSubmission({ tenants: [HUNDRED] })
    await expectConflict(fixture, fixture.changes(unsent.tenantRequests, grantAt(2_000)))
    await expectStored(fixture, [unsent])
  }),

  contractTest('after a `conflict` the request can be read again and changed', async (fixture) => {
    const request = await fixture.submitOne(TOM)
    await fixture.applyTransitions(request, grantAt(2_000))
    await expectConflict(fixture, [rejectAt(2_000)(request, fixture.newId)])
    const read = await requestIn(fixture.repository, request.id)
    assertEqual(read, fixture.stored(request), 'the request as it is')
    await fixture.applyTransitions(request, revokeAt(3_000))
    await expectStored(fixture)
  }),

  contractTest('an empty list of changes returns `saved` and saves nothing', async (fixture) => {
    assertEqual(await fixture.repository.saveChanges([]), 'saved', 'of an empty repository')
    await fixture.submitOne(TOM)
    assertEqual(await fixture.repository.saveChanges([]), 'saved', 'the answer')
    await expectStored(fixture)
  }),

  contractTest('a batch of several tenants, access requests and requesters is saved together', async (fixture) => {
    const ours = await fixture.submit({ tenants: [TOM, HUNDRED] })
    const more = await fixture.submit({ tenants: [TOM], at: 1_100 })
    const theirs = await fixture.submit({ tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'] })
    await fixture.saveTransitions([...theirs, ...more, ...ours], grantAt(2_000))
    await expectStored(fixture)
  }),

  contractTest('a batch of different commands is saved together', async (fixture) => {
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables'], users: [CAROLINE, CHARLOTTE] })
    const verbs = [grantAt(2_000), rejectAt(2_000), removeUserAt(CAROLINE, 2_000)]
    const changes = verbs.flatMap((verb, n) => fixture.changes(sent.slice(n, n + 1), verb))
    assertEqual(await fixture.repository.saveChanges(structuredClone(changes)), 'saved', 'the answer')
    fixture.recordChanges(changes)
    await expectStored(fixture)
  }),

  contractTest('a batch with one stale change, at any index, saves nothing', async (fixture) => {
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables'] })
    for (const stale of sent) {
      await fixture.applyTransitions(stale, rejectAt(1_500))
      const fresh = await fixture.submit({ tenants: [TOM, HUNDRED], at: 1_600 })
      const changes = fixture.changes(fresh, grantAt(2_000))
      const late = grantAt(2_000)(stale, fixture.newId)
      for (const position of [0, 1, 2]) await expectConflict(fixture, changes.toSpliced(position, 0, late))
    }
  }),

  contractTest('a batch that names a request twice saves nothing', async (fixture) => {
    const request = await fixture.submitOne(TOM)
    const twice = [...fixture.changes([request], grantAt(2_000)), ...fixture.changes([request], rejectAt(2_000))]
    await expectConflict(fixture, twice)
    const granted = grantAt(2_000)(request, fixture.newId)
    await expectConflict(fixture, [granted, revokeAt(3_000)(granted.request, fixture.newId)])
  }),

  contractTest('a batch of 1,000 changes with only the last one stale saves nothing', async (fixture) => {
    const sent = await fixture.submit({ id: 'large', tenants: thousandRequests() })
    const changes = fixture.changes(sent, grantAt(2_000))
    await fixture.saveTransitions(sent.slice(-1), rejectAt(1_500))
    assertEqual(await fixture.repository.saveChanges(changes), 'conflict', 'the answer')
    await expectManyRequestsStored(fixture)
  }),

  contractTest('a batch of 1,000 changes is saved completely', async (fixture) => {
    const sent = await fixture.submit({ id: 'large', tenants: thousandRequests() })
    await fixture.saveTransitions(sent, grantAt(2_000))
    await expectManyRequestsStored(fixture)
  }),

  contractTest('a change whose event id is taken, at any index of a batch, rejects and saves nothing', async (fixture) => {
    await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(1_500))
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables'], at: 1_600 })
    for (const { id } of [required(fixture.events[1], 'event of a submission'), required(fixture.events[2], 'event of a change')]) {
      for (const position of [0, 1, 2]) {
        const changes = fixture.changes(sent, grantAt(2_000))
        await expectNoTraceOfChanges(
          fixture,
          changes.map((one, index) => (index === position ? { ...one, event: { ...one.event, id } } : one)),
        )
      }
    }
    await fixture.saveTransitions(sent, grantAt(2_000))
    await expectStored(fixture)
  }),

  contractTest('an event id used twice in one batch rejects and saves nothing', async (fixture) => {
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables'] })
    const changes = fixture.changes(sent, grantAt(2_000))
    const id = fixture.newId()
    await expectNoTraceOfChanges(
      fixture,
      changes.map((one) => ({ ...one, event: { ...one.event, id } })),
    )
  }),
]

function thousandRequests(): string[] {
  return Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`)
}

async function expectConflict(fixture: Fixture, changes: readonly Change[]): Promise<void> {
  assertEqual(await fixture.repository.saveChanges(structuredClone(changes)), 'conflict', 'the answer to a stale change')
  await expectStored(fixture)
}

async function expectNoTraceOfChanges(fixture: Fixture, changes: readonly Change[]): Promise<void> {
  await assertRejects(async () => fixture.repository.saveChanges(structuredClone(changes)), "a change with an event's id that is taken")
  await expectStored(fixture)
}

// One query per request would be thousands of round trips; three lists cover all of them.
async function expectManyRequestsStored(fixture: Fixture): Promise<void> {
  await expectTenantRequestsAndHistory(fixture, 'large')
  assertEqual(await fixture.repository.governedTenantPage({ limit: 2_000 }), expectedGoverned(fixture), 'the governed tenants')
}
