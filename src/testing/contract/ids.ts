/** The laws of ids: whatever characters they are made of, compared exactly and ordered by their codes (SPEC 3.5). */
import { compareIds } from '../../domain/ids.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import {
  byId,
  expectedFacts,
  expectedFactsOfUser,
  expectedHistory,
  expectedIncoming,
  expectedMyAccess,
  expectedOutgoing,
  expectedSessions,
  factsById,
  rowById,
  rowsOf,
} from './fixtures/expected.js'
import { sameFactsFor, sameFactsOfUser, sameRows } from './fixtures/facts.js'
import { CAROLINE, CLASSICS, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { grantAt, removeUserAt } from './fixtures/transitions.js'
import { renamed } from './submit.js'

const LONG = 'x'.repeat(127)

/** Ids that something between a host and a disk might take for something else. */
export const TRICKY = [
  ...'__proto__ constructor prototype toString hasOwnProperty null NULL undefined true 0 00 1e3 -1'.split(' '),
  ...String.raw`% _ a% a_ * ? o'neil '' " "quoted" \ \\ \n %00 {a,b} {} [] ["a"] a,b a","b $1 :id -- ; / . .. &amp; |`.split(' '),
  ...'` acme Acme ACME acme- acm a b A'.split(' '),
  ...[`${LONG}x`, `${LONG}X`, LONG],
]

export const idTests: readonly ContractTest[] = [
  contractTest('tenants and users are found by exactly their ids, whatever characters these are made of', async (scene) => {
    await scene.submit({ tenants: TRICKY, users: TRICKY })
    await scene.submit({ tenants: TRICKY.filter((_, n) => n % 2), users: TRICKY.filter((_, n) => n % 3), at: 2_000 })
    for (const id of TRICKY) {
      assertEqual(factsById(await scene.repository.facts(id)), expectedFacts(scene, id), `the facts of ${id}`)
      sameFactsOfUser(await scene.repository.factsOfUser(id), expectedFactsOfUser(scene, id), id)
    }
  }),

  contractTest('a user has the access, the open requests and the facts of exactly his id', async (scene) => {
    await scene.submit({ tenants: [TOM, HUNDRED], users: TRICKY })
    await scene.submit({ tenants: [TOM], users: TRICKY.filter((_, n) => n % 2), at: 2_000 })
    await scene.saveTransitions(scene.requests.slice(0, 1), removeUserAt('a', 3_000))
    for (const user of TRICKY) {
      assertEqual(
        (await scene.repository.myAccess({ user, now: 0, limit: 100 })).map(rowById),
        expectedMyAccess(scene, user),
        `the access of ${user}`,
      )
      const open = byId(scene.requests.filter(({ users }) => users.includes(user)))
      assertEqual(await scene.repository.openRequestsNaming(CLASSICS, user), open, `the open requests of ${user}`)
      const facts = required(expectedFactsOfUser(scene, user).at(-1), 'tenant of the user')
      sameFactsFor(await scene.repository.factsFor(TOM, user), facts, user)
    }
  }),

  contractTest('requesting tenants and access requests are found by exactly their ids', async (scene) => {
    for (const [n, id] of TRICKY.entries()) await scene.submit({ id, by: id, at: 1_000 + (n % 5), message: `of ${n}` })
    for (const id of TRICKY) {
      assertEqual(
        await scene.repository.outgoing({ requestingTenant: id, now: 0, limit: 100 }),
        expectedOutgoing(scene, id),
        `sent by ${id}`,
      )
      assertEqual((await scene.repository.accessRequest(id, id))?.requestingTenant, id, `the access request ${id}`)
      assertEqual(await scene.repository.accessRequest(id, `${id}!`.slice(-128)), undefined, `another of ${id}`)
    }
  }),

  contractTest('tenant requests and events are found, told apart and ordered by exactly their ids', async (scene) => {
    for (const [n, id] of TRICKY.entries()) {
      const fresh = scene.buildSubmission({ id: `request-${n}` })
      const submitted = renamed(renamed(fresh, fresh.tenantRequests[0]?.id, id), fresh.events[1]?.id, id)
      assertEqual(await scene.repository.saveSubmission(structuredClone(submitted)), { saved: true }, `the answer to ${id}`)
      scene.recordSubmission(submitted)
    }
    for (const request of scene.requests) assertEqual(await scene.repository.tenantRequest(request.id), request, request.id)
    const ids = (await scene.repository.history({ tenant: TOM, limit: 100 })).map(({ id }) => id)
    assertEqual(ids, [...TRICKY].sort(compareIds).reverse(), 'the events in order')
    assertEqual(await scene.repository.incoming({ tenant: TOM, now: 0, limit: 100 }), expectedIncoming(scene, TOM), 'the requests in order')
  }),

  contractTest('sessions are found by exactly the ids of their tenants, whatever characters these are made of', async (scene) => {
    await scene.startSessions(
      ...TRICKY.map((id, n) => ({ user: id, by: id, tenant: TRICKY[(n + 1) % TRICKY.length] ?? id, at: 2_000 + (n % 5) })),
    )
    for (const id of TRICKY) {
      for (const party of [{ requestingTenant: id }, { tenant: id }, { requestingTenant: id, tenant: id }]) {
        const rows = await scene.repository.sessions({ ...party, limit: 100 })
        sameRows(rows, rowsOf(scene, expectedSessions(scene, party)), `the sessions of ${JSON.stringify(party)}`)
      }
      const history = await scene.repository.history({ tenant: id, limit: 100 })
      assertEqual(history, expectedHistory(scene, { tenant: id }), `the history of ${id}`)
    }
  }),

  contractTest('a session has the facts of exactly its user and its tenant, whatever characters these are made of', async (scene) => {
    await scene.submit({ tenants: TRICKY, users: TRICKY.filter((_, n) => n % 3 > 0) })
    await scene.saveTransitions(
      scene.requests.filter((_, n) => n % 2),
      grantAt(1_500),
    )
    await scene.startSessions(...TRICKY.map((id) => ({ user: id, tenant: id, grantedBy: [id], reason: id })))
    const rows = await scene.repository.sessions({ requestingTenant: CLASSICS, limit: 100 })
    sameRows(rows, rowsOf(scene, expectedSessions(scene, { requestingTenant: CLASSICS })), 'the sessions')
  }),

  contractTest('every printable character is an id, and no id matches another as a pattern, a prefix or in another case', async (scene) => {
    const characters = Array.from({ length: 94 }, (_, n) => String.fromCharCode(0x21 + n))
    await scene.submit({ id: 'each', tenants: characters, users: [CAROLINE] })
    const sent = await scene.repository.tenantRequestsOf(CLASSICS, 'each')
    assertEqual(
      sent.map(({ tenant }) => tenant),
      characters,
      'the tenants, in the order of their codes',
    )
    for (const tenant of characters) {
      const incoming = await scene.repository.incoming({ tenant, now: 0, limit: 100 })
      assertEqual(incoming, expectedIncoming(scene, tenant), tenant)
    }
  }),

  contractTest('ids such as `__proto__` leave the prototype of all objects untouched', async (scene) => {
    const before = Reflect.ownKeys(Object.prototype)
    const request = await scene.submitOne('__proto__', { users: ['__proto__', 'constructor'], by: 'constructor', id: '__proto__' })
    await scene.applyTransitions(request, grantAt(2_000))
    await scene.startSession({ user: '__proto__', by: 'constructor', tenant: '__proto__', grantedBy: ['__proto__'] })
    await expectStored(scene)
    assertEqual(Reflect.ownKeys(Object.prototype), before, 'the keys of Object.prototype')
    assertEqual(Object.getPrototypeOf(Object.prototype), null, 'the prototype of Object.prototype')
  }),
]
