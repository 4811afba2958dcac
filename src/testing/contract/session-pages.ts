/** The laws of pages of sessions: in order, full, and neither repeating nor skipping one (SPEC 6.5, 7.6). */
import type { OpenSessionKey, SessionKey, SessionRow } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedOpenSessions, expectedSessions, rowsOf } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectSamePages, type List, readPages } from './fixtures/lists.js'

const NOW = 9_000

type Sessions = List<SessionRow, SessionKey> & { readonly party: Parameters<typeof expectedSessions>[1] }

const ofClassics = sessionsBy('the sessions of a requesting tenant', { requestingTenant: CLASSICS })
const insideTom = sessionsBy('the sessions inside a tenant', { tenant: TOM })
const ofBoth = sessionsBy('the sessions of two parties', { requestingTenant: CLASSICS, tenant: TOM })

const openOnes: List<SessionRow, OpenSessionKey> = {
  name: 'open sessions',
  read: ({ repository }, { after, limit }) => repository.openSessions({ after, limit }),
  expected: (scene) => rowsOf(scene, expectedOpenSessions(scene)),
  keyOf: ({ session: { endsAt, hash } }) => ({ endsAt, hash }),
}

export const sessionPageTests: readonly ContractTest[] = [
  ...[ofClassics, insideTom, ofBoth].flatMap(sessionPageTestsOf),
  ...orderLawsOf(openOnes, 'come by the earliest end, then in the order of their hashes'),

  contractTest(
    'sessions that start and end between the pages of open sessions make them neither repeat nor skip one that stays',
    async (scene) => {
      await fillSessions(scene)
      const before = keysOf(openOnes, openOnes.expected(scene))
      let added = 0
      const rows = await readPages(openOnes, scene, { now: NOW, limit: 3 }, async ({ session }) => {
        added += 1
        if (session.state === 'open') await scene.endSessions([session], { at: session.endsAt, cause: 'expired' })
        if (added > 8) return
        await scene.startSessions({ endsAt: session.endsAt }, { at: 100, endsAt: 101 + added }, { endsAt: 90_000_000 })
      })
      const keys = keysOf(openOnes, rows)
      assertEqual(new Set(keys).size, keys.length, 'sessions that came twice')
      assertEqual(
        keys.filter((key) => before.includes(key)),
        before,
        'the sessions that were there before',
      )
    },
  ),
]

function sessionsBy(name: string, party: Sessions['party']): Sessions {
  return {
    name,
    party,
    read: ({ repository }, { after, limit }) => repository.sessions({ ...party, after, limit }),
    expected: (scene) => rowsOf(scene, expectedSessions(scene, party)),
    keyOf: ({ session: { startedAt, hash } }) => ({ startedAt, hash }),
  }
}

function sessionPageTestsOf(list: Sessions): ContractTest[] {
  return [
    ...orderLawsOf(list, 'come newest first, equal instants by hash descending'),

    contractTest(`sessions that start between the pages of ${list.name} make them neither repeat nor skip one`, async (scene) => {
      await fillSessions(scene)
      for (const limit of [1, 4]) {
        const before = keysOf(list, list.expected(scene))
        let added = 0
        const rows = await readPages(list, scene, { now: NOW, limit }, async ({ session: { startedAt } }) => {
          added += 1
          if (added <= 8) await scene.startSessions({ at: startedAt }, { at: 20_000 + added })
        })
        const keys = keysOf(list, rows)
        assertEqual(new Set(keys).size, keys.length, 'sessions that came twice')
        assertEqual(
          keys.filter((key) => before.includes(key)),
          before,
          'the sessions that were there before',
        )
      }
    }),

    contractTest(`\`openAt\` fills the pages of ${list.name} though the ones open then lie far apart`, async (scene) => {
      await sparseSessions(scene)
      for (const openAt of [NOW - 500, NOW + 500]) {
        const query = { ...list.party, openAt }
        const open: Sessions = {
          ...list,
          read: ({ repository }, { after, limit }) => repository.sessions({ ...query, after, limit }),
        }
        const whole = rowsOf(scene, expectedSessions(scene, query))
        for (const limit of [1, 2]) {
          assertEqual(
            await open.read(scene, { now: NOW, after: undefined, limit }),
            whole.slice(0, limit),
            `the first ${limit} at ${openAt}`,
          )
          await expectSamePages(open, scene, whole, { now: NOW, limit })
        }
      }
    }),
  ]
}

function orderLawsOf<Key>(list: List<SessionRow, Key>, order: string): ContractTest[] {
  return [
    contractTest(`${list.name} ${order}, no more than the limit`, async (scene) => {
      await fillSessions(scene)
      const whole = list.expected(scene)
      for (const limit of [1, 2, 5, whole.length, whole.length + 1, 1_000]) {
        assertEqual(await list.read(scene, { now: NOW, after: undefined, limit }), whole.slice(0, limit), `the first ${limit}`)
      }
    }),

    contractTest(`going on from any key, ${list.name} neither repeat nor skip one, one row a page too`, async (scene) => {
      await fillSessions(scene)
      const whole = list.expected(scene)
      for (const limit of [1, 3]) await expectSamePages(list, scene, whole, { now: NOW, limit })
    }),
  ]
}

function keysOf<Row, Key>(list: List<Row, Key>, rows: readonly Row[]): string[] {
  return rows.map((row) => JSON.stringify(list.keyOf(row)))
}

/** Starts at four instants that end at four others, in no order, of three requesters in two tenants; every fifth is over. */
async function fillSessions(scene: Fixture): Promise<void> {
  for (const n of Array(24).keys()) {
    const at = 1_000 * (1 + (n % 4))
    const endsAt = 40_000 + 1_000 * (Math.floor((n * 7) / 4) % 4)
    const [caroline] = await scene.startSessions(
      { at, endsAt, user: n % 2 ? CAROLINE : CHARLOTTE },
      { at, endsAt, tenant: HUNDRED },
      { at, endsAt, by: 'rival', user: 'xavier', tenant: n % 2 ? TOM : HUNDRED },
    )
    if (caroline && n % 5 === 0) await scene.endSessions([caroline], { at: 5_000, cause: 'ended-by-user' })
  }
}

/** Twenty-four sessions of which few are open still, and some of those end by then. */
async function sparseSessions(scene: Fixture): Promise<void> {
  for (const n of Array(24).keys()) {
    const endsAt = n % 7 === 3 ? NOW : n % 7 === 5 ? NOW + 1_000 : 8_000
    const at = 1_000 + Math.floor(n / 2)
    const [tom] = await scene.startSessions({ at, endsAt }, { at, endsAt, tenant: HUNDRED })
    if (tom && n % 3 === 0) await scene.endSessions([tom], { at: 5_000, cause: 'ended-by-user' })
  }
}
