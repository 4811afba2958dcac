/** Contract tests of session queries: by hash and by party, with the facts of the user (SPEC 7.2, 7.6). */
import type { SessionHash } from '../../domain/session-hash.js'
import type { OpenSession } from '../../domain/session-state.js'
import type { SessionRow } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedOpenSessions, expectedSessions, openSessions, rowsOf } from './fixtures/expected-sessions.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { instantsFrom, lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { READ_AT } from './fixtures/reads.js'
import { endingsOf } from './fixtures/sessions.js'
import { expireNow, grantAt, removeUserAt, revokeAt, setExpiryAt } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]
const LEFT = { at: 3_000, cause: 'ended-by-user' } as const
const PARTIES = [CLASSICS, 'rival', TOM, HUNDRED, 'green-gables', 'nobody']

export const sessionTests: readonly ContractTest[] = [
  contractTest('a session is found by exact hash; a hash that differs in one character is undefined', async (fixture) => {
    assertEqual(await found(fixture, fixture.newHash()), [], 'in an empty repository')
    const { hash } = await fixture.startSession()
    await fixture.endSessions([await fixture.startSession({ tenant: HUNDRED })], LEFT)
    for (const session of fixture.sessions) sameRows(await found(fixture, session.hash), rowsOf(fixture, [session]), session.hash)
    for (const [n, digit] of [...hash].entries()) {
      const other = hash.slice(0, n) + (digit === '0' ? '1' : '0') + hash.slice(n + 1)
      assertEqual(await found(fixture, other), [], `another digit at ${n}`)
    }
    assertEqual(await found(fixture, fixture.newHash()), [], 'another hash')
    const hashes = [...fixture.sessions.map((session) => session.hash), fixture.newHash(), hash]
    const all = await fixture.repository.sessionRows({ hashes, now: READ_AT })
    sameRows(byHash(all), byHash(rowsOf(fixture, fixture.sessions)), 'several at once, each once')
  }),

  contractTest('the facts of a session row reflect every later grant, expiry, removal and revocation, and `governed`', async (fixture) => {
    const visits = BOTH.map((user) => ({ user, tenant: TOM }))
    const [left] = await fixture.startSessions(...visits, ...visits)
    await fixture.endSessions([required(left, 'session')], LEFT)
    await expectRows(fixture)
    const request = await fixture.submitOne(TOM, { users: BOTH, at: 3_100 })
    await expectRows(fixture)
    const life = [grantAt(3_200, 9_000), setExpiryAt(3_300, 8_000), removeUserAt(CHARLOTTE, 3_400), revokeAt(3_500)]
    for (const verb of life) {
      await fixture.applyTransitions(request, verb)
      await expectRows(fixture)
    }
    await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 3_600 }), grantAt(3_700, 3_800), expireNow())
    await expectRows(fixture)
  }),

  contractTest(
    '`governedSince` is the earliest grant of the tenant, whatever users it names and in any order of saving',
    async (fixture) => {
      await fixture.startSessions({ tenant: TOM, user: CAROLINE }, { tenant: HUNDRED, user: CAROLINE })
      const [later, earlier, latest] = [
        await fixture.submitOne(TOM, { users: [CHARLOTTE] }),
        await fixture.submitOne(TOM, { users: [CHARLOTTE] }),
        await fixture.submitOne(TOM),
      ]
      for (const [request, at] of [[later, 3_000] as const, [earlier, 2_500] as const, [latest, 3_500] as const]) {
        await fixture.applyTransitions(request, grantAt(at))
        await expectRows(fixture)
      }
      await fixture.applyTransitions(earlier, revokeAt(4_000))
      await expectRows(fixture)
    },
  ),

  contractTest(
    'the facts of a session row contain the requests on which the session depends, of its requesting tenant only',
    async (fixture) => {
      for (const life of lifecyclesFrom(0)) await saveLifecycle(fixture, TOM, life)
      await fixture.applyTransitions(await fixture.submitOne(TOM, { users: BOTH, by: 'rival' }), grantAt(2_000))
      await fixture.submitOne(TOM, { users: [CHARLOTTE], at: 1_100 })
      await fixture.applyTransitions(await fixture.submitOne(HUNDRED), grantAt(2_000))
      await fixture.startSessions(
        ...[...BOTH, 'nobody'].flatMap((user) => [TOM, HUNDRED, 'never-asked'].map((tenant) => ({ user, tenant }))),
      )
      await expectRows(fixture)
    },
  ),

  contractTest('the sessions of a requesting tenant are those of its own users, open and ended, and no others', async (fixture) => {
    await sessionsOfThreeParties(fixture)
    for (const requestingTenant of PARTIES) await expectSessions(fixture, { requestingTenant })
  }),

  contractTest('the sessions inside a tenant are those of every requesting tenant, open and ended, in no other tenant', async (fixture) => {
    await sessionsOfThreeParties(fixture)
    for (const tenant of PARTIES) await expectSessions(fixture, { tenant })
  }),

  contractTest('the sessions of a tenant as both parties are the sessions of both, each once', async (fixture) => {
    await sessionsOfThreeParties(fixture)
    for (const tenant of PARTIES) await expectSessions(fixture, { requestingTenant: tenant, tenant })
  }),

  contractTest('the sessions of two different tenants are returned once each, even if one concerns both', async (fixture) => {
    await sessionsOfThreeParties(fixture)
    for (const requestingTenant of PARTIES) {
      for (const tenant of PARTIES.filter((one) => one !== requestingTenant)) await expectSessions(fixture, { requestingTenant, tenant })
    }
  }),

  contractTest('a session list without a party is empty', async (fixture) => {
    await sessionsOfThreeParties(fixture)
    assertEqual(await fixture.repository.sessions({ now: 0, limit: 100 }), [], 'neither party given')
    assertEqual(
      await fixture.repository.sessions({ requestingTenant: undefined, tenant: undefined, now: 0, liveOnly: true, limit: 100 }),
      [],
      'both undefined',
    )
  }),

  contractTest(
    'sessions that can be live at an instant end after it, by a record or the schedule: 1 ms before the end, not at it',
    async (fixture) => {
      const [a, b] = await fixture.startSessions(
        { endsAt: 5_000 },
        { endsAt: 6_000 },
        { endsAt: 6_000, tenant: HUNDRED },
        { at: 5_500, endsAt: 7_000 },
      )
      await fixture.endSessions([required(b, 'session')], LEFT)
      for (const query of [{ requestingTenant: CLASSICS }, { tenant: TOM }, { requestingTenant: CLASSICS, tenant: HUNDRED }]) {
        for (const liveAt of [0, 4_999, 5_000, 5_001, 5_999, 6_000, 6_999, 7_000, 9_000])
          await expectSessions(fixture, { ...query, liveAt })
      }
      await fixture.endSessions([required(a, 'session')], { at: 5_000, cause: 'expired' })
      await expectSessions(fixture, { tenant: TOM, liveAt: 4_999 })
    },
  ),

  contractTest('a session can be live if a grant to its user holds, or by a legacy method where no grant ever was', async (fixture) => {
    for (const [n, life] of lifecyclesFrom(0).entries()) {
      const tenant = `tenant-${n}`
      const request = await saveLifecycle(fixture, tenant, life)
      for (const grantedBy of [[], [request.id]]) await fixture.startSession({ tenant, at: 1_500, grantedBy })
    }
    for (const liveAt of instantsFrom(0)) await expectSessions(fixture, { requestingTenant: CLASSICS, liveAt })
  }),

  contractTest('open sessions are all sessions without a recorded end, whether `endsAt` is past or far in the future', async (fixture) => {
    await sessionsOfThreeParties(fixture)
    await fixture.startSessions({ at: -9, endsAt: -8 }, { at: -9, endsAt: 0 }, { at: 0, endsAt: 8.64e15 })
    await expectOpenSessions(fixture)
    for (const session of openSessions(fixture)) {
      await fixture.endSessions([session], { at: session.endsAt, cause: 'expired' })
      await expectOpenSessions(fixture)
    }
  }),
]

async function found(fixture: Fixture, hash: SessionHash): Promise<SessionRow[]> {
  return [...(await fixture.repository.sessionRows({ hashes: [hash], now: READ_AT }))]
}

/** Runs every session query, and compares the facts with the stored requests. */
async function expectRows(fixture: Fixture): Promise<void> {
  for (const session of fixture.sessions) sameRows(await found(fixture, session.hash), rowsOf(fixture, [session]), `by ${session.hash}`)
  await expectSessions(fixture, { requestingTenant: CLASSICS })
  for (const tenant of new Set(fixture.sessions.map((session) => session.tenant))) await expectSessions(fixture, { tenant })
  await expectOpenSessions(fixture)
}

async function expectSessions(fixture: Fixture, query: Parameters<typeof expectedSessions>[1]): Promise<void> {
  const { liveAt, ...party } = query
  for (const now of liveAt === undefined ? [1_000, 3_250, READ_AT] : [liveAt]) {
    const rows = await fixture.repository.sessions({ ...party, now, liveOnly: liveAt !== undefined, limit: 1_000 })
    sameRows(rows, rowsOf(fixture, expectedSessions(fixture, query), now), `the sessions by ${JSON.stringify(query)} at ${now}`)
  }
}

async function expectOpenSessions(fixture: Fixture): Promise<void> {
  assertEqual(await fixture.repository.openSessions({ limit: 1_000 }), expectedOpenSessions(fixture), 'the open sessions')
}

/** Saves open and ended sessions of two requesters in three tenants, one of which is also a requester. */
async function sessionsOfThreeParties(fixture: Fixture): Promise<void> {
  await fixture.applyTransitions(await fixture.submitOne(TOM, { users: BOTH }), grantAt(1_500))
  const visits = [
    { user: CAROLINE },
    { user: CAROLINE },
    { user: CHARLOTTE, tenant: HUNDRED },
    { user: 'xavier', by: 'rival' },
    { user: 'xavier', by: 'rival', tenant: HUNDRED },
    { user: 'becky', by: TOM, tenant: HUNDRED },
    { user: 'becky', by: TOM, tenant: 'green-gables' },
  ]
  const sessions: OpenSession[] = []
  for (const at of [2_000, 2_100, 2_200, 2_300])
    sessions.push(...(await fixture.startSessions(...visits.map((visit) => ({ ...visit, at })))))
  for (const [n, session] of sessions.slice(0, 21).entries()) {
    const over = required(endingsOf(session)[Math.floor(n / visits.length)], 'ending')
    await fixture.endSessions([session], over)
  }
}

const byHash = (rows: readonly SessionRow[]) => rows.toSorted((a, b) => (a.session.hash < b.session.hash ? -1 : 1))
