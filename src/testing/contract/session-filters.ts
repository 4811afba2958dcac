/** Contract tests of lists of sessions with filters: which match, in full pages (SPEC 6.9, 7.6). */
import type { SessionFilters, SessionsQuery } from '../../ports/sessions-query.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedSessionsOf } from './fixtures/expected-filters.js'
import { rowsOf } from './fixtures/expected-sessions.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { grantAt } from './fixtures/transitions.js'

const NOW = 4_000

const PARTIES: readonly Pick<SessionFilters, 'requestingTenant' | 'tenant' | 'user'>[] = [
  { requestingTenant: CLASSICS },
  { tenant: TOM },
  { user: CAROLINE },
  { tenant: TOM, user: CAROLINE },
  { requestingTenant: TOM, tenant: TOM, user: 'becky' },
  { requestingTenant: CLASSICS, tenant: TOM, user: 'xavier' },
  { user: 'nobody' },
]

export const sessionFilterTests: readonly ContractTest[] = [
  sessionFilterTest('of a span are those that started from its first instant on and before its last', [
    { from: 2_010 },
    { to: 2_010 },
    { from: 2_009, to: 2_011 },
    { from: 2_010, to: 2_010 },
    { from: 9_000, to: 1_000 },
  ]),
  sessionFilterTest("of users are those of these users in the requesting tenant's own list and the user's, never in the other side's", [
    { users: [CAROLINE] },
    { users: [CHARLOTTE, 'xavier'] },
    { users: ['becky', CAROLINE] },
    { users: ['nobody'] },
  ]),
  sessionFilterTest("of tenants are those in these tenants in the requesting tenant's own list and the user's, never in the other side's", [
    { tenants: [TOM] },
    { tenants: [HUNDRED, 'nobody'] },
    { tenants: [TOM, HUNDRED] },
  ]),
  sessionFilterTest('of requesting tenants are those that these tenants started', [
    { requestingTenants: [CLASSICS] },
    { requestingTenants: ['rival', TOM] },
    { requestingTenants: [HUNDRED] },
  ]),
  sessionFilterTest('of methods are those that started by one of them', [
    { methods: ['access-request'] },
    { methods: ['legacy-support', 'legacy-configure'] },
    { methods: ['legacy-configure'] },
  ]),

  contractTest('the sessions of a tenant request are those that its grant allowed, by its exact id', async (fixture) => {
    await sessionsOfAllParties(fixture)
    const ids = fixture.requests.map(({ id }) => id)
    const alike = ids.flatMap((id) => [id.slice(1), `${id}x`, id.toUpperCase(), `%${id}`, `"${id}"`])
    await expectFiltered(
      fixture,
      [...ids, ...alike, 'none'].map((tenantRequest) => ({ tenantRequest })),
    )
  }),

  contractTest('one session by its hash is returned to its tenants and its user only, if it matches the other filters', async (fixture) => {
    await sessionsOfAllParties(fixture)
    for (const session of [...fixture.sessions.map(({ hash }) => hash), 'f'.repeat(64)]) {
      const more: readonly SessionFilters[] = [{}, { from: 2_010 }, { to: 2_010 }, { users: [CAROLINE] }, { methods: ['access-request'] }]
      await expectFiltered(
        fixture,
        more.map((filter) => ({ ...filter, session })),
      )
    }
  }),

  contractTest('sessions with several filters match all of them', async (fixture) => {
    const [request] = await sessionsOfAllParties(fixture)
    await expectFiltered(fixture, [
      { users: [CAROLINE], tenants: [TOM], from: 2_001 },
      { tenantRequest: request, to: 2_020, methods: ['access-request'], requestingTenants: [CLASSICS] },
      { tenants: [HUNDRED], requestingTenants: [CLASSICS, 'rival'], methods: ['legacy-support'], from: 2_000, to: 9_000 },
    ])
  }),

  contractTest('filters fill the pages of sessions even if matching ones are sparse, and sessions are added', async (fixture) => {
    const [request] = await sessionsOfAllParties(fixture)
    const filters: readonly SessionFilters[] = [
      { from: 2_005, to: 2_025 },
      { users: [CAROLINE] },
      { tenants: [HUNDRED] },
      { requestingTenants: ['rival', TOM] },
      { methods: ['access-request'] },
      { tenantRequest: request },
      { session: required(fixture.sessions[0], 'session').hash },
    ]
    for (const filter of filters) {
      for (const party of PARTIES.slice(1, 4)) await expectSessionPages(fixture, { ...party, ...filter, now: NOW, liveOnly: false })
      await expectSessionPages(fixture, { requestingTenant: CLASSICS, tenant: TOM, ...filter, now: NOW, liveOnly: true })
    }
  }),
]

function sessionFilterTest(name: string, filters: readonly SessionFilters[]): ContractTest {
  return contractTest(`the sessions ${name}`, async (fixture) => {
    await sessionsOfAllParties(fixture)
    await expectFiltered(fixture, filters)
  })
}

async function expectFiltered(fixture: Fixture, filters: readonly SessionFilters[]): Promise<void> {
  for (const filter of filters) {
    for (const party of PARTIES) {
      for (const liveOnly of [undefined, true]) {
        const query = { ...party, ...filter, now: NOW, liveOnly }
        const rows = await fixture.repository.sessions({ ...query, limit: 1_000 })
        sameRows(rows, rowsOf(fixture, expectedSessionsOf(fixture, query), NOW), JSON.stringify(query))
      }
    }
  }
}

/** Asserts the page after each session, and a walk during which sessions start. */
async function expectSessionPages(fixture: Fixture, query: Omit<SessionsQuery, 'limit' | 'after'>): Promise<void> {
  const whole = expectedSessionsOf(fixture, query)
  for (const [n, session] of [undefined, ...whole].entries()) {
    const after = session && { startedAt: session.startedAt, hash: session.hash }
    const page = await fixture.repository.sessions({ ...query, after, limit: 2 })
    sameRows(page, rowsOf(fixture, whole.slice(n, n + 2), query.now), `2 after ${n} of ${JSON.stringify(query)}`)
  }
  const walked: string[] = []
  for (let after: SessionsQuery['after']; walked.length <= whole.length; ) {
    const page = await fixture.repository.sessions({ ...query, after, limit: 3 })
    walked.push(...page.map(({ session: { hash } }) => hash))
    const last = page.at(-1)?.session
    if (last === undefined) break
    after = { startedAt: last.startedAt, hash: last.hash }
    await fixture.startSession({ at: 20_000 + fixture.sessions.length })
  }
  assertEqual(
    walked,
    whole.map(({ hash }) => hash),
    `a walk through ${JSON.stringify(query)}`,
  )
}

/**
 * Saves sessions of three requesters and of a user who moved, live and ended.
 * Returns the ids of the grants.
 */
async function sessionsOfAllParties(fixture: Fixture): Promise<readonly string[]> {
  const users = [CAROLINE, CHARLOTTE]
  const own = await fixture.applyTransitions(await fixture.submitOne(TOM, { users }), grantAt(1_500))
  const again = await fixture.applyTransitions(await fixture.submitOne(TOM, { users, at: 1_100 }), grantAt(1_500))
  const theirs = await fixture.applyTransitions(await fixture.submitOne(TOM, { by: 'rival', users: ['xavier'] }), grantAt(1_500))
  for (const n of Array(6).keys()) {
    const at = 2_000 + 5 * n
    const sessions = await fixture.startSessions(
      { at, grantedBy: n % 2 ? [own.id] : [again.id, own.id] },
      { at, user: CHARLOTTE, tenant: HUNDRED },
      { at, by: 'rival', user: n % 3 ? 'xavier' : CAROLINE, grantedBy: [theirs.id], endsAt: n % 2 ? NOW : NOW + 1 },
      { at, by: TOM, user: 'becky', tenant: HUNDRED },
    )
    if (n % 3 === 0) await fixture.endSessions(sessions.slice(0, 2), { at: 3_000, cause: 'ended-by-user' })
  }
  return [own.id, again.id, theirs.id]
}
