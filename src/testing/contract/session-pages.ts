/** Contract tests of session pages: ordered, full, no session repeated or skipped (SPEC 6.5, 7.6). */
import type { OpenSessionKey, SessionRow } from '../../ports/repository.js'
import type { SessionKey } from '../../ports/sessions-query.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedOpenSessions, expectedSessions, openSessions, rowsOf } from './fixtures/expected-sessions.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectFirstPages, expectSamePages, type List, readPages } from './fixtures/lists.js'
import { READ_AT } from './fixtures/reads.js'

const NOW = 9_000

type Sessions = List<SessionRow, SessionKey> & { readonly party: Parameters<typeof expectedSessions>[1] }

const ofClassics = sessionsBy('the sessions of a requesting tenant', { requestingTenant: CLASSICS })
const insideTom = sessionsBy('the sessions inside a tenant', { tenant: TOM })
const ofCaroline = sessionsBy('the sessions of a user', { user: CAROLINE })
const ofBoth = sessionsBy('the sessions of two parties', { requestingTenant: CLASSICS, tenant: TOM })

const openOnes: List<OpenSessionKey, OpenSessionKey> = {
  name: 'open sessions',
  read: ({ repository }, { after, limit }) => repository.openSessions({ after, limit }),
  expected: expectedOpenSessions,
  keyOf: (key) => key,
}

const openBetween: typeof openOnes = {
  name: 'open sessions between two tenants',
  read: ({ repository }, { after, limit }) => repository.openSessions({ requestingTenant: CLASSICS, tenant: TOM, after, limit }),
  expected: (fixture) => {
    const between = openSessions(fixture).filter(({ requestingTenant, tenant }) => requestingTenant === CLASSICS && tenant === TOM)
    return between.map(({ endsAt, hash }) => ({ endsAt, hash }))
  },
  keyOf: (key) => key,
}

export const sessionPageTests: readonly ContractTest[] = [
  ...[ofClassics, insideTom, ofBoth, ofCaroline].flatMap(sessionPageTestsOf),
  ...[openOnes, openBetween].flatMap((list) => orderTestsOf(list, 'are ordered by end and then hash')),

  contractTest('sessions that start and end between pages of open sessions cause no repeated or skipped open session', async (fixture) => {
    await fillSessions(fixture)
    const before = keysOf(openOnes, openOnes.expected(fixture))
    let added = 0
    const rows = await readPages(openOnes, fixture, { now: NOW, limit: 3 }, async ({ endsAt, hash }) => {
      added += 1
      const session = openSessions(fixture).filter((one) => one.hash === hash)
      await fixture.endSessions(session, { at: endsAt, cause: 'expired' })
      if (added > 8) return
      await fixture.startSessions({ endsAt }, { at: 100, endsAt: 101 + added }, { endsAt: 90_000_000 })
    })
    const keys = keysOf(openOnes, rows)
    assertEqual(new Set(keys).size, keys.length, 'repeated sessions')
    assertEqual(
      keys.filter((key) => before.includes(key)),
      before,
      'the sessions saved before',
    )
  }),
]

function sessionsBy(name: string, party: Sessions['party']): Sessions {
  return {
    name,
    party,
    read: ({ repository }, { after, limit }) => repository.sessions({ ...party, now: READ_AT, after, limit }),
    expected: (fixture) => rowsOf(fixture, expectedSessions(fixture, party)),
    keyOf: ({ session: { startedAt, hash } }) => ({ startedAt, hash }),
  }
}

function sessionPageTestsOf(list: Sessions): ContractTest[] {
  return [
    ...orderTestsOf(list, 'are ordered newest first, equal instants by hash descending'),

    contractTest(`sessions that start between pages of ${list.name} cause no repeated or skipped session`, async (fixture) => {
      await fillSessions(fixture)
      for (const limit of [1, 4]) {
        const before = keysOf(list, list.expected(fixture))
        let added = 0
        const rows = await readPages(list, fixture, { now: NOW, limit }, async ({ session: { startedAt } }) => {
          added += 1
          if (added <= 8) await fixture.startSessions({ at: startedAt }, { at: 20_000 + added })
        })
        const keys = keysOf(list, rows)
        assertEqual(new Set(keys).size, keys.length, 'repeated sessions')
        assertEqual(
          keys.filter((key) => before.includes(key)),
          before,
          'the sessions saved before',
        )
      }
    }),

    contractTest(`\`liveOnly\` fills the pages of ${list.name} even if such sessions are sparse`, async (fixture) => {
      await sparseSessions(fixture)
      for (const now of [NOW - 500, NOW + 500]) {
        const query = { ...list.party, now, liveOnly: true }
        const open: Sessions = {
          ...list,
          read: ({ repository }, { after, limit }) => repository.sessions({ ...query, after, limit }),
        }
        const whole = rowsOf(fixture, expectedSessions(fixture, { ...list.party, liveAt: now }), now)
        for (const limit of [1, 2]) {
          assertEqual(
            await open.read(fixture, { now: NOW, after: undefined, limit }),
            whole.slice(0, limit),
            `the first ${limit} at ${now}`,
          )
          await expectSamePages(open, fixture, whole, { now: NOW, limit })
        }
      }
    }),
  ]
}

function orderTestsOf<Row, Key>(list: List<Row, Key>, order: string): ContractTest[] {
  return [
    contractTest(`${list.name} ${order}, up to the limit`, async (fixture) => {
      await fillSessions(fixture)
      const whole = list.expected(fixture)
      await expectFirstPages(list, fixture, whole, NOW)
    }),

    contractTest(`continuing from any key, ${list.name} neither repeat nor skip a session, even with one row per page`, async (fixture) => {
      await fillSessions(fixture)
      const whole = list.expected(fixture)
      for (const limit of [1, 3]) await expectSamePages(list, fixture, whole, { now: NOW, limit })
    }),
  ]
}

function keysOf<Row, Key>(list: List<Row, Key>, rows: readonly Row[]): string[] {
  return rows.map((row) => JSON.stringify(list.keyOf(row)))
}

/** Saves sessions of three requesters in two tenants, at four starts; every fifth is ended. */
async function fillSessions(fixture: Fixture): Promise<void> {
  for (const n of Array(24).keys()) {
    const at = 1_000 * (1 + (n % 4))
    const endsAt = 40_000 + 1_000 * (Math.floor((n * 7) / 4) % 4)
    const [caroline] = await fixture.startSessions(
      { at, endsAt, user: n % 2 ? CAROLINE : CHARLOTTE },
      { at, endsAt, tenant: HUNDRED },
      { at, endsAt, by: 'rival', user: 'xavier', tenant: n % 2 ? TOM : HUNDRED },
    )
    if (caroline && n % 5 === 0) await fixture.endSessions([caroline], { at: 5_000, cause: 'ended-by-user' })
  }
}

/** Saves 24 sessions of which few are open, and some of those end at `NOW`. */
async function sparseSessions(fixture: Fixture): Promise<void> {
  for (const n of Array(24).keys()) {
    const endsAt = n % 7 === 3 ? NOW : n % 7 === 5 ? NOW + 1_000 : 8_000
    const at = 1_000 + Math.floor(n / 2)
    const [tom] = await fixture.startSessions({ at, endsAt }, { at, endsAt, tenant: HUNDRED })
    if (tom && n % 3 === 0) await fixture.endSessions([tom], { at: 5_000, cause: 'ended-by-user' })
  }
}
