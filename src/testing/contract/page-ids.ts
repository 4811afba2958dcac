/** Contract tests of pages that end early, because their rows list many users (SPEC 6.9). */
import type { EventType } from '../../domain/event.js'
import { FEED_START, idsInAssociations, idsInEvent, idsInRequest, upToPageIds } from '../../ports/event-feed.js'
import { idsInHistoryRow } from '../../ports/list-reader.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedFacts, expectedHistory } from './fixtures/expected.js'
import { expectedAccessRequests } from './fixtures/expected-requests.js'
import { readAllEvents } from './fixtures/feed.js'
import { CLASSICS, type Fixture, TOM } from './fixtures/fixture.js'
import { expectedRequests, snapshotKeyOf } from './fixtures/snapshot.js'
import { grantAt, removeUserAt } from './fixtures/transitions.js'

/** More rows than the fixture has. */
const ALL = 100

export const pageIdsTests: readonly ContractTest[] = [
  contractTest('a page of the feed ends at the event with which its events name 5,000 users and tenants', async (fixture) => {
    await saveLongLists(fixture)
    const whole = await readAllEvents(fixture, 1)
    const types: readonly EventType[] = ['tenant-request.received', 'tenant-request.granted']
    for (const [n, after] of [FEED_START, ...whole.slice(0, -1).map(({ position }) => position)].entries()) {
      const expected = upToPageIds(whole.slice(n), ({ event }) => idsInEvent(event))
      const page = await fixture.repository.readEvents({ after, limit: ALL })
      const position = expected.at(-1)?.position ?? after
      assertEqual(page, { entries: expected, position, latest: whole.at(-1)?.position }, `the page after ${n} events`)
      const asked = whole.slice(n).filter(({ event }) => types.includes(event.type))
      const some = await fixture.repository.readEvents({ after, limit: ALL, types })
      assertEqual(
        some.entries,
        upToPageIds(asked, ({ event }) => idsInEvent(event)),
        `the page of some types after ${n} events`,
      )
    }
  }),

  contractTest('a page of a history ends at the event with which its events show 5,000 users and tenants', async (fixture) => {
    await saveLongLists(fixture)
    for (const party of [{ requestingTenant: CLASSICS }, { tenant: TOM }, { requestingTenant: CLASSICS, tenant: TOM }]) {
      const whole = expectedHistory(fixture, party)
      for (const [n, after] of [undefined, ...whole].entries()) {
        const page = await fixture.repository.history({ ...party, after: after?.event, limit: ALL })
        assertEqual(page, upToPageIds(whole.slice(n), idsInHistoryRow), `the history of ${JSON.stringify(party)} after ${n} events`)
      }
    }
  }),

  contractTest('a page of access requests ends at the one with which they name 5,000 users and tenants', async (fixture) => {
    await saveLongLists(fixture)
    const query = { requestingTenant: CLASSICS, now: 3_000, limit: ALL }
    const whole = expectedAccessRequests(fixture, query)
    for (const [n, after] of [undefined, ...whole.map(({ request }) => request)].entries()) {
      const page = await fixture.repository.accessRequests({ ...query, after: after && { sentAt: after.sentAt, id: after.id } })
      const expected = upToPageIds(whole.slice(n), ({ request }) => idsInAssociations(request.associations))
      assertEqual(page, expected, `the page after ${n} access requests`)
    }
  }),

  contractTest('a page of the request snapshot ends at the request with which they name or named 5,000 users', async (fixture) => {
    await saveLongLists(fixture)
    const whole = expectedRequests(fixture)
    for (const [n, after] of [undefined, ...whole.map(snapshotKeyOf)].entries()) {
      const page = await fixture.repository.requestPage({ after, limit: ALL })
      assertEqual(page, upToPageIds(whole.slice(n), idsInRequest), `the page after ${n} requests`)
    }
  }),

  contractTest("a page of a tenant's facts ends at the request with which they name or named 5,000 users", async (fixture) => {
    await saveLongLists(fixture)
    const facts = expectedFacts(fixture, TOM)
    const whole = facts.requests.toSorted((a, b) => a.sentAt - b.sentAt)
    for (const openAt of [undefined, 3_000]) {
      for (const [n, after] of [undefined, ...whole].entries()) {
        const page = await fixture.repository.factsPage({ tenant: TOM, openAt, after, limit: ALL })
        const expected = { ...facts, requests: upToPageIds(whole.slice(n), idsInRequest) }
        assertEqual(page, expected, `the page after ${n} requests, open at ${openAt}`)
      }
    }
  }),
]

/** Saves grants to Tom with half as many users as a page holds; one of them is removed. */
async function saveLongLists(fixture: Fixture): Promise<void> {
  for (const count of [2_500, 2_500, 2_500, 1]) {
    const users = Array.from({ length: count }, (_, n) => `user-${n}`)
    const request = await fixture.submitOne(TOM, { users, at: 1_000 + fixture.requests.length })
    if (fixture.requests.length === 2) await fixture.applyTransitions(request, removeUserAt('user-7', 1_500))
    await fixture.applyTransitions(request, grantAt(2_000))
  }
}
