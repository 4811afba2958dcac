/** Contract tests of `saveSubmission`: everything is saved or nothing (SPEC 3.7, 3.9, 9.3). */

import type { SubmissionRecords } from '../../domain/access-request.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, assertRejects, required } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored, expectTenantRequestsAndHistory } from './fixtures/queries.js'
import { renamed } from './fixtures/refused-writes.js'
import { grantAt, rejectAt } from './fixtures/transitions.js'

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
  }),

  contractTest('a submission beyond the cap of open requests in a tenant saves nothing and returns these tenants', async (fixture) => {
    const [first] = await fixture.submit({ tenants: [TOM, HUNDRED] })
    const granted = await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 1_100 }), grantAt(1_500, 3_000))
    await fixture.submitOne(TOM, { by: 'rival', users: ['xavier'] })
    const fresh = fixture.buildSubmission({ tenants: THREE, at: 2_000 })
    const save = (maxOpen: number, now: number) => fixture.repository.saveSubmission(structuredClone(fresh), { maxOpen, now })
    assertEqual(await save(2, 2_999), { tooManyOpen: [TOM] }, 'two open in Tom')
    assertEqual(await save(1, 2_999), { tooManyOpen: [HUNDRED, TOM] }, 'beyond in both')
    await expectStored(fixture, [fresh])
    assertEqual(await save(1, 3_000), { tooManyOpen: [HUNDRED, TOM] }, 'once the grant is over')
    await fixture.saveTransitions([required(first, 'request')], rejectAt(2_500))
    assertEqual(granted.state, 'granted', 'the expiry is not recorded')
    const lapsing = await fixture.submitOne(TOM, { at: 2_600, answerBy: 3_500 })
    assertEqual(await save(2, 3_499), { tooManyOpen: [TOM] }, 'before one lapses')
    assertEqual(lapsing.state, 'pending', 'the lapse is not recorded')
    assertEqual(await save(2, 3_500), { saved: true }, 'after one is over, one rejected and one lapsed')
    fixture.recordSubmission(fresh)
    assertEqual(await save(1, 3_000), { existing: fresh.request }, 'a repeated submission is not counted')
    await expectStored(fixture)
  }),

  contractTest('of concurrent submissions none goes beyond the cap of open requests', async (fixture) => {
    await fixture.submitOne(TOM)
    const all = Array.from({ length: 8 }, (_, n) => fixture.buildSubmission({ tenants: n % 2 ? [TOM, HUNDRED] : [TOM], at: 2_000 + n }))
    const cap = { maxOpen: 4, now: 2_000 }
    const answers = await Promise.all(all.map((one) => fixture.repository.saveSubmission(structuredClone(one), cap)))
    for (const [n, answer] of answers.entries()) if ('saved' in answer) fixture.recordSubmission(required(all[n], 'submission'))
    assertEqual(answers.filter((answer) => 'saved' in answer).length, 3, 'the submissions saved')
    assertEqual(answers.filter((answer) => 'tooManyOpen' in answer).length, 5, 'the submissions beyond')
    await expectStored(fixture, all)
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
