/** The rows of a submission, grouped by what they share, are those that each record has by itself. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { EVENT_COLUMNS, eventRow } from '../../src/adapters/sql/event-rows.js'
import { REQUEST_COLUMNS, requestRow } from '../../src/adapters/sql/rows.js'
import { type AlikeRows, OWN_EVENT_COLUMNS, OWN_REQUEST_COLUMNS, submissionRows } from '../../src/adapters/sql/submission-rows.js'
import { sharedBySubmission } from '../../src/adapters/sql/user-sets.js'
import { submit } from '../../src/domain/access-request.js'
import { fanOut } from '../../src/domain/fan-out.js'
import { accepted } from '../domain/results.js'
import { elizabeth } from '../story/cast.js'

const SEQ = 7
const LIMITS = { maxTenants: 100, maxPairs: 1_000, maxUsersPerTenant: 100 }
const USERS = ['a', 'b', 'c', 'ab']
const TENANTS = ['t1', 't2', 't3', 't4', 't5']

const associations = fc.array(
  fc.record({
    users: fc.subarray(USERS, { minLength: 1 }),
    tenants: fc.subarray(TENANTS, { minLength: 1 }),
  }),
  { minLength: 1, maxLength: 4 },
)
/** How a record differs from those before it; no command makes such ones, but a repository saves what it is given. */
const difference = fc.constantFrom(
  {},
  {},
  {},
  { revision: 2 },
  { answerBy: 9_000 },
  { message: 'Another.' },
  { removed: [{ user: 'd', at: 3 }] },
)

function recordsOf(asked: Parameters<typeof fanOut>[0], differences: readonly object[]) {
  let ids = 0
  const submission = { name: 'Support', message: 'Hello.', associations: asked }
  const directory = { members: new Set(USERS), askable: new Set(TENANTS) }
  const context = { actor: elizabeth, now: 1_000, newId: () => `id-${++ids}`, directory, policy: { answerWithin: null } }
  const { tenantRequests, events } = accepted(submit(submission, accepted(fanOut(asked, LIMITS)), context))
  const changed = <One extends object>(one: One, n: number) => ({ ...one, ...differences[n % differences.length] }) as One
  return { tenantRequests: tenantRequests.map(changed), events: events.map(changed) as unknown as typeof events }
}

/** Returns the rows one by one, with the values of these columns. */
function oneByOne(rows: readonly AlikeRows[], columns: readonly string[], own: readonly string[]) {
  const each = rows.flatMap((group) =>
    group.own.map((values) => ({ shared: group.shared, own: Object.fromEntries(own.map((name, n) => [name, values[n]])) })),
  )
  return each.map((row) => Object.fromEntries(columns.map((name) => [name, own.includes(name) ? row.own[name] : row.shared[name]])))
}

it('groups rows without changing one of them, whatever they share', async () => {
  await fc.assert(
    fc.property(associations, fc.array(difference, { minLength: 1, maxLength: 7 }), (asked, differences) => {
      const records = recordsOf(asked, differences)
      const { requestRows, eventRows, userSets, firstSet } = submissionRows(SEQ, records)
      const { originOf, originOfEvent } = sharedBySubmission(SEQ, records.tenantRequests)
      expect(oneByOne(requestRows, REQUEST_COLUMNS, OWN_REQUEST_COLUMNS)).toEqual(
        records.tenantRequests.map((request) => ({ ...requestRow(request), ...originOf(request.id) })),
      )
      expect(oneByOne(eventRows, EVENT_COLUMNS, OWN_EVENT_COLUMNS)).toEqual(
        records.events.map((event) => eventRow(event, originOfEvent(event))),
      )
      for (const { id, users } of records.tenantRequests) expect(userSets[originOf(id).user_set - firstSet]).toEqual(users)
    }),
  )
})

it('needs one group for the tenant requests of a submission, and two for its events', () => {
  const { requestRows, eventRows } = submissionRows(
    SEQ,
    recordsOf(
      [
        { users: ['a'], tenants: TENANTS },
        { users: ['b'], tenants: ['t2'] },
      ],
      [{}],
    ),
  )
  expect(requestRows.map(({ own }) => own.length)).toEqual([TENANTS.length])
  expect(eventRows.map(({ own }) => own.length)).toEqual([1, TENANTS.length])
})
