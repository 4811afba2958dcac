/** The laws of who is inside and who was: sessions found by hash and by party, each beside the facts of its user (SPEC 7.2, 7.6). */
import type { SessionHash } from '../../domain/event.js'
import type { OpenSession } from '../../domain/session-state.js'
import type { SessionRow } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedOpenSessions, expectedSessions, rowsOf } from './fixtures/expected.js'
import { sameRows } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { lifecyclesFrom } from './fixtures/lifecycles.js'
import { endingsOf } from './fixtures/sessions.js'
import { expireNow, grantAt, removeUserAt, revokeAt, setExpiryAt } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]
const LEFT = { at: 3_000, cause: 'ended-by-user' } as const
const PARTIES = [CLASSICS, 'rival', TOM, HUNDRED, 'green-gables', 'nobody']

export const sessionTests: readonly ContractTest[] = [
  contractTest('a session is found by exactly its hash; one that differs in one character is undefined', async (scene) => {
    assertEqual(await scene.repository.session(scene.newHash()), undefined, 'in an empty repository')
    const { hash } = await scene.startSession()
    await scene.endSessions([await scene.startSession({ tenant: HUNDRED })], LEFT)
    for (const session of scene.sessions) sameRows(await found(scene, session.hash), rowsOf(scene, [session]), session.hash)
    for (const [n, digit] of [...hash].entries()) {
      const other = hash.slice(0, n) + (digit === '0' ? '1' : '0') + hash.slice(n + 1)
      assertEqual(await scene.repository.session(other), undefined, `another digit at ${n}`)
    }
    assertEqual(await scene.repository.session(scene.newHash()), undefined, 'another hash')
  }),

  contractTest('the facts beside a session follow every later grant, expiry, removal and revocation, and `governed`', async (scene) => {
    const visits = BOTH.map((user) => ({ user, tenant: TOM }))
    const [left] = await scene.startSessions(...visits, ...visits)
    await scene.endSessions([required(left, 'session')], LEFT)
    await rowsAgree(scene)
    const request = await scene.submitOne(TOM, { users: BOTH, at: 3_100 })
    await rowsAgree(scene)
    const life = [grantAt(3_200, 9_000), setExpiryAt(3_300, 8_000), removeUserAt(CHARLOTTE, 3_400), revokeAt(3_500)]
    for (const verb of life) {
      await scene.applyTransitions(request, verb)
      await rowsAgree(scene)
    }
    await scene.applyTransitions(await scene.submitOne(TOM, { at: 3_600 }), grantAt(3_700, 3_800), expireNow())
    await rowsAgree(scene)
  }),

  contractTest(
    'a tenant is governed since the earliest of its grants, whomever they name and in whatever order they were saved',
    async (scene) => {
      await scene.startSessions({ tenant: TOM, user: CAROLINE }, { tenant: HUNDRED, user: CAROLINE })
      const [later, earlier, latest] = [
        await scene.submitOne(TOM, { users: [CHARLOTTE] }),
        await scene.submitOne(TOM, { users: [CHARLOTTE] }),
        await scene.submitOne(TOM),
      ]
      for (const [request, at] of [[later, 3_000] as const, [earlier, 2_500] as const, [latest, 3_500] as const]) {
        await scene.applyTransitions(request, grantAt(at))
        await rowsAgree(scene)
      }
      await scene.applyTransitions(earlier, revokeAt(4_000))
      await rowsAgree(scene)
    },
  ),

  contractTest(
    "the facts beside a session are of its own tenant, and of every requester's requests that name or named its user",
    async (scene) => {
      for (const life of lifecyclesFrom(0)) await scene.applyTransitions(await scene.submitOne(TOM, { users: BOTH }), ...life)
      await scene.applyTransitions(await scene.submitOne(TOM, { users: BOTH, by: 'rival' }), grantAt(2_000))
      await scene.submitOne(TOM, { users: [CHARLOTTE], at: 1_100 })
      await scene.applyTransitions(await scene.submitOne(HUNDRED), grantAt(2_000))
      await scene.startSessions(...[...BOTH, 'nobody'].flatMap((user) => [TOM, HUNDRED, 'never-asked'].map((tenant) => ({ user, tenant }))))
      await rowsAgree(scene)
    },
  ),

  contractTest("the sessions of a requesting tenant are those of its own users, open and over, and nobody else's", async (scene) => {
    await sessionsOfThreeParties(scene)
    for (const requestingTenant of PARTIES) await sessionsAgree(scene, { requestingTenant })
  }),

  contractTest(
    'the sessions inside a tenant are those of every requesting tenant, open and over, and of no other tenant',
    async (scene) => {
      await sessionsOfThreeParties(scene)
      for (const tenant of PARTIES) await sessionsAgree(scene, { tenant })
    },
  ),

  contractTest('the sessions of a tenant as both parties are those of both, each once', async (scene) => {
    await sessionsOfThreeParties(scene)
    for (const tenant of PARTIES) await sessionsAgree(scene, { requestingTenant: tenant, tenant })
  }),

  contractTest('the sessions of two different tenants come each once, though one concerns both', async (scene) => {
    await sessionsOfThreeParties(scene)
    for (const requestingTenant of PARTIES) {
      for (const tenant of PARTIES.filter((one) => one !== requestingTenant)) await sessionsAgree(scene, { requestingTenant, tenant })
    }
  }),

  contractTest('the sessions of nobody are none', async (scene) => {
    await sessionsOfThreeParties(scene)
    assertEqual(await scene.repository.sessions({ limit: 100 }), [], 'neither party given')
    assertEqual(
      await scene.repository.sessions({ requestingTenant: undefined, tenant: undefined, openAt: 0, limit: 100 }),
      [],
      'both undefined',
    )
  }),

  contractTest(
    'sessions open at an instant are those whose end, saved or to come, is after it: 1 ms before it they are, at it no more',
    async (scene) => {
      const [a, b] = await scene.startSessions(
        { endsAt: 5_000 },
        { endsAt: 6_000 },
        { endsAt: 6_000, tenant: HUNDRED },
        { at: 5_500, endsAt: 7_000 },
      )
      await scene.endSessions([required(b, 'session')], LEFT)
      for (const query of [{ requestingTenant: CLASSICS }, { tenant: TOM }, { requestingTenant: CLASSICS, tenant: HUNDRED }]) {
        for (const openAt of [0, 4_999, 5_000, 5_001, 5_999, 6_000, 6_999, 7_000, 9_000]) await sessionsAgree(scene, { ...query, openAt })
      }
      await scene.endSessions([required(a, 'session')], { at: 5_000, cause: 'expired' })
      await sessionsAgree(scene, { tenant: TOM, openAt: 4_999 })
    },
  ),

  contractTest(
    'open sessions are all those of whomever that have no end saved, though their ends have passed or are far off',
    async (scene) => {
      await sessionsOfThreeParties(scene)
      await scene.startSessions({ at: -9, endsAt: -8 }, { at: -9, endsAt: 0 }, { at: 0, endsAt: 8.64e15 })
      await openAgrees(scene)
      for (const session of expectedOpenSessions(scene)) {
        await scene.endSessions([session], { at: session.endsAt, cause: 'expired' })
        await openAgrees(scene)
      }
    },
  ),
]

async function found(scene: Fixture, hash: SessionHash): Promise<SessionRow[]> {
  const row = await scene.repository.session(hash)
  return row === undefined ? [] : [row]
}

/** Reads all sessions in every way there is, and holds their facts against what the requests have become. */
async function rowsAgree(scene: Fixture): Promise<void> {
  for (const session of scene.sessions) sameRows(await found(scene, session.hash), rowsOf(scene, [session]), `by ${session.hash}`)
  await sessionsAgree(scene, { requestingTenant: CLASSICS })
  for (const tenant of new Set(scene.sessions.map((session) => session.tenant))) await sessionsAgree(scene, { tenant })
  await openAgrees(scene)
}

async function sessionsAgree(scene: Fixture, query: Parameters<typeof expectedSessions>[1]): Promise<void> {
  const rows = await scene.repository.sessions({ ...query, limit: 1_000 })
  sameRows(rows, rowsOf(scene, expectedSessions(scene, query)), `the sessions by ${JSON.stringify(query)}`)
}

async function openAgrees(scene: Fixture): Promise<void> {
  sameRows(await scene.repository.openSessions({ limit: 1_000 }), rowsOf(scene, expectedOpenSessions(scene)), 'the open sessions')
}

/** Two requesters and three tenants, one of which has users inside another as well; open and over in every way. */
async function sessionsOfThreeParties(scene: Fixture): Promise<void> {
  await scene.applyTransitions(await scene.submitOne(TOM, { users: BOTH }), grantAt(1_500))
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
  for (const at of [2_000, 2_100, 2_200, 2_300]) sessions.push(...(await scene.startSessions(...visits.map((visit) => ({ ...visit, at })))))
  for (const [n, session] of sessions.slice(0, 21).entries()) {
    const over = required(endingsOf(session)[Math.floor(n / visits.length)], 'ending')
    await scene.endSessions([session], over)
  }
}
