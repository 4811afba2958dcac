/** Contract tests of `saveSubmission`: everything is saved or nothing (SPEC 3.7, 3.9, 9.3). */

import type { SubmissionRecords } from '../../domain/access-request.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, assertRejects } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored, expectTenantRequestsAndHistory } from './fixtures/queries.js'
import { renamed } from './fixtures/refused-writes.js'
import { grantAt } from './fixtures/transitions.js'

const THREE = [HUNDRED, TOM, 'green-gables']

export const submitTests: readonly ContractTest[] = [
  contractTest('a submission returns `{ saved: true }`, and the request, its tenant requests and its events are saved', async (fixture) => {
    await fixture.submit({
      message: 'Caroline and Charlotte look after your account.',
      associations: [
        { users: [CAROLINE], tenants: [TOM] },
        { users: [CHARLOTTE], tenants: [TOM, HUNDRED] },
      ],
    })
    await expectStored(fixture)
  }),

  contractTest('a submission changes nothing that was stored before', async (fixture) => {
    const request = await fixture.submitOne(TOM)
    await fixture.applyTransitions(request, grantAt(2_000))
    await fixture.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], at: 3_000 })
    await fixture.submit({ tenants: [TOM], by: 'rival', users: ['xavier'], at: 3_000 })
    await expectStored(fixture)
  }),

  contractTest('a fan-out to 1,000 tenants is saved completely', async (fixture) => {
    const tenants = Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`)
    await fixture.submit({ id: 'large', tenants, users: [CAROLINE, CHARLOTTE] })
    await expectTenantRequestsAndHistory(fixture, 'large')
    assertEqual((await fixture.repository.factsOfUser(CHARLOTTE)).length, 1_000, 'the tenants of a user')
  }),

  contractTest('if the requesting tenant has a request of that id, it is returned and nothing is saved', async (fixture) => {
    await fixture.submit({ id: 'again', message: 'first' })
    const other = fixture.buildSubmission({ id: 'again', tenants: [HUNDRED], users: [CHARLOTTE], message: 'second', at: 2_000 })
    assertEqual(await fixture.repository.saveSubmission(other), { existing: fixture.accessRequests[0] }, 'the answer')
    await expectStored(fixture, [other])
  }),

  contractTest('the same submission again returns the request and does not reject because of its own ids', async (fixture) => {
    const submitted = fixture.buildSubmission({ tenants: THREE })
    assertEqual(await fixture.repository.saveSubmission(structuredClone(submitted)), { saved: true }, 'the first answer')
    fixture.recordSubmission(submitted)
    assertEqual(await fixture.repository.saveSubmission(structuredClone(submitted)), { existing: submitted.request }, 'the second answer')
    await expectStored(fixture)
  }),

  contractTest('a repeated submission returns the request as sent, whatever happened to its tenant requests', async (fixture) => {
    const submitted = fixture.buildSubmission({ id: 'kept' })
    assertEqual(await fixture.repository.saveSubmission(structuredClone(submitted)), { saved: true }, 'the first answer')
    fixture.recordSubmission(submitted)
    await fixture.saveTransitions(submitted.tenantRequests, grantAt(2_000))
    assertEqual(await fixture.repository.saveSubmission(structuredClone(submitted)), { existing: submitted.request }, 'the second answer')
    await expectStored(fixture)
  }),

  contractTest('the same id of another requesting tenant is another request', async (fixture) => {
    await fixture.submit({ id: 'shared', name: 'Ours', tenants: [TOM, HUNDRED] })
    await fixture.submit({ id: 'shared', name: 'Theirs', by: 'rival', users: ['xavier'], tenants: [TOM], message: 'rival' })
    await expectStored(fixture)
  }),

  contractTest('a submission whose tenant request id is taken rejects and saves nothing', async (fixture) => {
    const taken = await fixture.submitOne(TOM)
    for (const position of [0, 1, 2]) {
      const fresh = fixture.buildSubmission({ id: 'half', tenants: THREE, at: 2_000 })
      await expectNoTraceOfSubmission(fixture, renamed(fresh, fresh.tenantRequests[position]?.id, taken.id))
    }
    await fixture.submit({ id: 'half', tenants: THREE, at: 3_000 })
    await expectStored(fixture)
  }),

  contractTest('a tenant request id taken by another requesting tenant rejects too', async (fixture) => {
    const taken = await fixture.submitOne(TOM)
    const fresh = fixture.buildSubmission({ by: 'rival', tenants: [HUNDRED], users: ['xavier'], at: 2_000 })
    await expectNoTraceOfSubmission(fixture, renamed(fresh, fresh.tenantRequests[0]?.id, taken.id))
  }),

  contractTest('a submission whose event id is taken, by a submission or a change, rejects and saves nothing', async (fixture) => {
    await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(1_500))
    for (const { id } of [...fixture.events]) {
      for (const position of [0, 3]) {
        const fresh = fixture.buildSubmission({ id: 'half', tenants: THREE, at: 2_000 })
        await expectNoTraceOfSubmission(fixture, renamed(fresh, fresh.events[position]?.id, id))
      }
    }
    await fixture.submit({ id: 'half', tenants: THREE, at: 3_000 })
    await expectStored(fixture)
  }),

  contractTest('an id used twice in one submission rejects and saves nothing', async (fixture) => {
    const one = fixture.buildSubmission({ tenants: THREE })
    await expectNoTraceOfSubmission(fixture, renamed(one, one.tenantRequests[2]?.id, one.tenantRequests[0]?.id))
    const other = fixture.buildSubmission({ tenants: THREE })
    await expectNoTraceOfSubmission(fixture, renamed(other, other.events[3]?.id, other.events[0]?.id))
  }),
]

async function expectNoTraceOfSubmission(fixture: Fixture, submitted: SubmissionRecords): Promise<void> {
  await assertRejects(async () => fixture.repository.saveSubmission(structuredClone(submitted)), 'a submission with an id that is taken')
  await expectStored(fixture, [submitted])
}
