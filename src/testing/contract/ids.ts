/** Contract tests of ids: compared exactly, and special in no way (SPEC 3.5). */
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import {
  byId,
  expectedFacts,
  expectedFactsFor,
  expectedGrantsOf,
  expectedHistory,
  expectedIncoming,
  expectedMyAccess,
  expectedOutgoing,
} from './fixtures/expected.js'
import { expectedSessions, rowsOf } from './fixtures/expected-sessions.js'
import { sameFacts, sameFactsOfAll, sameRows } from './fixtures/facts.js'
import { CAROLINE, CLASSICS, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { factsForUser, factsIn, grantsOfUserAt, READ_AT, requestIn } from './fixtures/reads.js'
import { renamed } from './fixtures/refused-writes.js'
import { grantAt, removeUserAt } from './fixtures/transitions.js'

const LONG = 'x'.repeat(127)

/** Ids that a driver, query or object key could misread. */
export const TRICKY = [
  ...'__proto__ constructor prototype toString hasOwnProperty null NULL undefined true 0 00 1e3 -1'.split(' '),
  ...String.raw`% _ a% a_ * ? o'neil '' " "quoted" \ \\ \n %00 {a,b} {} [] ["a"] a,b a","b $1 :id -- ; / . .. &amp; |`.split(' '),
  ...'` acme Acme ACME acme- acm a b A'.split(' '),
  ...[`${LONG}x`, `${LONG}X`, LONG],
]

export const idTests: readonly ContractTest[] = [
  contractTest('tenants and users are found by exact id, whatever its characters', async (fixture) => {
    await fixture.submit({ tenants: TRICKY, users: TRICKY })
    const more = await fixture.submit({ tenants: TRICKY.filter((_, n) => n % 2), users: TRICKY.filter((_, n) => n % 3), at: 2_000 })
    await fixture.saveTransitions(more, grantAt(2_000))
    for (const id of TRICKY) {
      sameFacts(await factsIn(fixture.repository, id), expectedFacts(fixture, id), `the facts of ${id}`)
      sameFactsOfAll(await grantsOfUserAt(fixture.repository, id), expectedGrantsOf(fixture, id), `the grants of ${id}`)
    }
  }),

  contractTest('the access, open requests and facts of a user match the exact id', async (fixture) => {
    await fixture.submit({ tenants: [TOM, HUNDRED], users: TRICKY })
    await fixture.submit({ tenants: [TOM], users: TRICKY.filter((_, n) => n % 2), at: 2_000 })
    await fixture.saveTransitions(fixture.requests.slice(0, 1), removeUserAt('a', 3_000))
    for (const user of TRICKY) {
      assertEqual(
        await fixture.repository.myAccess({ requestingTenant: CLASSICS, user, now: READ_AT, limit: 100 }),
        expectedMyAccess(fixture, CLASSICS, user),
        `the access of ${user}`,
      )
      const open = byId(fixture.requests.filter(({ users }) => users.includes(user))).map(({ id }) => id)
      const query = { requestingTenant: CLASSICS, user, limit: 10 }
      assertEqual(await fixture.repository.openRequestsNaming(query), open, `the open requests of ${user}`)
      sameFacts(await factsForUser(fixture.repository, TOM, user), expectedFactsFor(fixture, TOM, user), `the facts for ${user}`)
    }
  }),

  contractTest('requesting tenants and access requests are found by exact id', async (fixture) => {
    for (const [n, id] of TRICKY.entries()) await fixture.submit({ id, by: id, at: 1_000 + (n % 5), message: `of ${n}` })
    for (const id of TRICKY) {
      assertEqual(
        await fixture.repository.outgoing({ requestingTenant: id, now: 0, limit: 100 }),
        expectedOutgoing(fixture, id),
        `sent by ${id}`,
      )
      assertEqual((await fixture.repository.accessRequest(id, id))?.requestingTenant, id, `the access request ${id}`)
      assertEqual(await fixture.repository.accessRequest(id, `${id}!`.slice(-128)), undefined, `not ${id}`)
    }
  }),

  contractTest(
    'tenant requests are found and ordered by exact id, and a history continues from the event of exactly that id',
    async (fixture) => {
      for (const [n, id] of TRICKY.entries()) {
        const fresh = fixture.buildSubmission({ id: `request-${n}` })
        const submitted = renamed(renamed(fresh, fresh.tenantRequests[0]?.id, id), fresh.events[1]?.id, id)
        assertEqual(await fixture.repository.saveSubmission(structuredClone(submitted)), { saved: true }, `the answer to ${id}`)
        fixture.recordSubmission(submitted)
      }
      for (const request of fixture.requests) assertEqual(await requestIn(fixture.repository, request.id), request, request.id)
      for (const [n, id] of TRICKY.entries()) {
        const earlier = await fixture.repository.history({ tenant: TOM, after: { at: 1_000, id }, limit: 100 })
        assertEqual(earlier.map(({ event }) => event.id).reverse(), TRICKY.slice(0, n), `the events saved before ${id}`)
      }
      assertEqual(
        await fixture.repository.incoming({ tenant: TOM, now: 0, limit: 100 }),
        expectedIncoming(fixture, TOM),
        'the requests in order',
      )
    },
  ),

  contractTest('sessions are found by the exact ids of their tenants, whatever the characters', async (fixture) => {
    await fixture.startSessions(
      ...TRICKY.map((id, n) => ({ user: id, by: id, tenant: TRICKY[(n + 1) % TRICKY.length] ?? id, at: 2_000 + (n % 5) })),
    )
    for (const id of TRICKY) {
      for (const party of [{ requestingTenant: id }, { tenant: id }, { requestingTenant: id, tenant: id }]) {
        const rows = await fixture.repository.sessions({ ...party, now: READ_AT, limit: 100 })
        sameRows(rows, rowsOf(fixture, expectedSessions(fixture, party)), `the sessions of ${JSON.stringify(party)}`)
      }
      const history = await fixture.repository.history({ tenant: id, limit: 100 })
      assertEqual(history, expectedHistory(fixture, { tenant: id }), `the history of ${id}`)
    }
  }),

  contractTest('a session has the facts of its exact user and tenant ids, whatever the characters', async (fixture) => {
    await fixture.submit({ tenants: TRICKY, users: TRICKY.filter((_, n) => n % 3 > 0) })
    await fixture.saveTransitions(
      fixture.requests.filter((_, n) => n % 2),
      grantAt(1_500),
    )
    await fixture.startSessions(...TRICKY.map((id) => ({ user: id, tenant: id, grantedBy: [id], reason: id })))
    const rows = await fixture.repository.sessions({ requestingTenant: CLASSICS, now: READ_AT, limit: 100 })
    sameRows(rows, rowsOf(fixture, expectedSessions(fixture, { requestingTenant: CLASSICS })), 'the sessions')
  }),

  contractTest(
    'every printable character is a valid id, and no id matches another as a pattern, as a prefix or in another case',
    async (fixture) => {
      const characters = Array.from({ length: 94 }, (_, n) => String.fromCharCode(0x21 + n))
      await fixture.submit({ id: 'each', tenants: characters, users: [CAROLINE] })
      const sent = await fixture.repository.tenantRequestsOf(CLASSICS, 'each')
      assertEqual(
        sent.map(({ tenant }) => tenant),
        characters,
        'the tenants, in the order of their codes',
      )
      for (const tenant of characters) {
        const incoming = await fixture.repository.incoming({ tenant, now: 0, limit: 100 })
        assertEqual(incoming, expectedIncoming(fixture, tenant), tenant)
      }
    },
  ),

  contractTest('ids such as `__proto__` do not change `Object.prototype`', async (fixture) => {
    const before = Reflect.ownKeys(Object.prototype)
    const request = await fixture.submitOne('__proto__', { users: ['__proto__', 'constructor'], by: 'constructor', id: '__proto__' })
    await fixture.applyTransitions(request, grantAt(2_000))
    await fixture.startSession({ user: '__proto__', by: 'constructor', tenant: '__proto__', grantedBy: ['__proto__'] })
    await expectStored(fixture)
    assertEqual(Reflect.ownKeys(Object.prototype), before, 'the keys of Object.prototype')
    assertEqual(Object.getPrototypeOf(Object.prototype), null, 'the prototype of Object.prototype')
  }),
]
