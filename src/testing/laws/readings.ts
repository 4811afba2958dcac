/** Readings: everything a scene's repository can be asked about the scene's parties, and what it must answer. */
import type { AccessRequest, Submitted } from '../../domain/access-request.js'
import type { SessionHash } from '../../domain/event.js'
import type { TenantFacts } from '../../domain/facts.js'
import { compareIds, type TenantId, type UserId } from '../../domain/ids.js'
import { type TenantRequest, toFacts } from '../../domain/tenant-request-state.js'
import type { SessionChange, SessionRow } from '../../repository.js'
import { same } from './asserting.js'
import {
  byId,
  expectedDue,
  expectedFacts,
  expectedFactsOfUser,
  expectedHistory,
  expectedIncoming,
  expectedMyAccess,
  expectedOpenSessions,
  expectedOutgoing,
  expectedSessions,
  factsById,
  naming,
  rowById,
  rowsOf,
} from './expected.js'
import { sameFactsFor, sameFactsOfUser, sameRows } from './facts-of-user.js'
import type { Scene } from './scene.js'

/** One question to a repository; `check` asserts that the answer is the promised one. */
export interface Reading {
  readonly read: () => Promise<unknown>
  readonly check: (answer: never) => void
}

const ALL = { now: 1_000, limit: 1_000 }

/** Asserts that the repository holds exactly what was saved in the scene, and nothing of what was refused. */
export async function agree(scene: Scene, refused: readonly Submitted[] = [], turnedAway: readonly SessionChange[] = []): Promise<void> {
  for (const { read, check } of readings(scene, refused, turnedAway)) check((await read()) as never)
}

/** Every reading of the scene, of the parties of refused submissions and of refused starts and ends of sessions too. */
export function readings(scene: Scene, refused: readonly Submitted[] = [], turnedAway: readonly SessionChange[] = []): Reading[] {
  const requests = [...scene.requests, ...refused.flatMap(({ tenantRequests }) => tenantRequests)]
  const accessRequests = [...scene.accessRequests, ...refused.map(({ request }) => request)]
  const sessions = [...scene.sessions, ...turnedAway.map(({ session }) => session)]
  const named = requests.flatMap(({ users, removed }) => [...users, ...removed.map(({ user }) => user)])
  const open = rowsOf(scene, expectedOpenSessions(scene))
  return [
    reading('what is due', () => scene.repository.due(8.64e15, 1_000), expectedDue(scene, 8.64e15)),
    ofFeed(scene),
    reading('all requests', () => scene.repository.allRequests({ limit: 1_000 }), byId(scene.requests.map(toFacts)), byId),
    rows('the open sessions', () => scene.repository.openSessions({ limit: 1_000 }), open),
    ...requests.map((request) => ofRequest(scene, request)),
    ...accessRequests.flatMap((request) => ofAccessRequest(scene, request)),
    ...distinct([...requests, ...sessions], 'tenant').flatMap((tenant) => ofTenant(scene, tenant)),
    ...distinct([...accessRequests, ...sessions], 'requestingTenant').flatMap((tenant) => ofRequester(scene, tenant)),
    ...[...new Set(named)].flatMap((user) => ofUser(scene, user)),
    ...[...new Set(sessions.map(({ hash }) => hash))].map((hash) => ofSession(scene, hash)),
    ...distinct(sessions, 'tenant').map((tenant) => ofParty(scene, { tenant })),
    ...distinct(sessions, 'requestingTenant').map((requestingTenant) => ofParty(scene, { requestingTenant })),
  ]
}

// Which of two requests comes first in the feed is nobody's promise.
function ofFeed({ repository, events }: Scene): Reading {
  const read = () => repository.eventsSince(0, 1_000)
  return reading('the feed', read, byId(events), ({ entries }) => byId(entries.map(({ event }) => event)))
}

function distinct<Party extends string>(all: readonly Readonly<Record<Party, TenantId>>[], party: Party): TenantId[] {
  return [...new Set(all.map((one) => one[party]))]
}

function ofRequest(scene: Scene, { id }: TenantRequest): Reading {
  const expected = scene.requests.find((request) => request.id === id)
  return reading(`the tenant request ${id}`, () => scene.repository.tenantRequest(id), expected)
}

function ofAccessRequest(scene: Scene, { requestingTenant, id }: AccessRequest): Reading[] {
  const { repository } = scene
  const saved = scene.accessRequests.find((request) => request.requestingTenant === requestingTenant && request.id === id)
  const sent = expectedTenantRequestsOf(scene, requestingTenant, id)
  return [
    reading(`the access request ${id}`, () => repository.accessRequest(requestingTenant, id), saved),
    reading(`the tenant requests of ${id}`, () => repository.tenantRequestsOf(requestingTenant, id), sent),
  ]
}

/** The access request's tenant requests, in the order of their tenants' ids. */
export function expectedTenantRequestsOf(scene: Scene, requestingTenant: TenantId, id: string): TenantRequest[] {
  return scene.requests
    .filter((request) => request.requestingTenant === requestingTenant && request.accessRequest === id)
    .sort((a, b) => compareIds(a.tenant, b.tenant))
}

function ofTenant(scene: Scene, tenant: TenantId): Reading[] {
  const { repository } = scene
  return [
    reading(`the facts of ${tenant}`, () => repository.facts(tenant), expectedFacts(scene, tenant), factsById),
    reading(`incoming of ${tenant}`, () => repository.incoming({ ...ALL, tenant }), expectedIncoming(scene, tenant)),
    reading(`the history of ${tenant}`, () => repository.history({ tenant, limit: 1_000 }), expectedHistory(scene, { tenant })),
  ]
}

function ofRequester(scene: Scene, requestingTenant: TenantId): Reading[] {
  const { repository } = scene
  const history = expectedHistory(scene, { requestingTenant })
  return [
    reading(
      `outgoing of ${requestingTenant}`,
      () => repository.outgoing({ ...ALL, requestingTenant }),
      expectedOutgoing(scene, requestingTenant),
    ),
    reading(`the history of ${requestingTenant}`, () => repository.history({ requestingTenant, limit: 1_000 }), history),
  ]
}

function ofUser(scene: Scene, user: UserId): Reading[] {
  const { repository } = scene
  const expected = expectedFactsOfUser(scene, user)
  const open = naming(scene.requests, user).filter(
    ({ state, users }) => users.includes(user) && (state === 'pending' || state === 'granted'),
  )
  const requesters = [...new Set(open.map(({ requestingTenant }) => requestingTenant))]
  return [
    { read: () => repository.factsOfUser(user), check: (all: readonly TenantFacts[]) => sameFactsOfUser(all, expected, user) },
    ...expected.map((facts) => ({
      read: () => repository.factsFor(facts.tenant, user),
      check: (answer: TenantFacts) => sameFactsFor(answer, facts, user),
    })),
    reading(
      `the access of ${user}`,
      () => repository.myAccess({ ...ALL, user }),
      expectedMyAccess(scene, user),
      (rows) => rows.map(rowById),
    ),
    ...requesters.map((requester) => {
      const named = byId(open.filter(({ requestingTenant }) => requestingTenant === requester))
      return reading(`the open requests of ${user}`, () => repository.openRequestsNaming(requester, user), named)
    }),
  ]
}

function ofSession(scene: Scene, hash: SessionHash): Reading {
  const expected = rowsOf(
    scene,
    scene.sessions.filter((session) => session.hash === hash),
  )
  const read = async () => [await scene.repository.session(hash)].filter((row) => row !== undefined)
  return rows(`the session ${hash}`, read, expected)
}

function ofParty(scene: Scene, party: { tenant: TenantId } | { requestingTenant: TenantId }): Reading {
  const read = () => scene.repository.sessions({ ...party, limit: 1_000 })
  return rows(`the sessions of ${JSON.stringify(party)}`, read, rowsOf(scene, expectedSessions(scene, party)))
}

function rows(what: string, read: () => Promise<readonly SessionRow[]>, expected: readonly SessionRow[]): Reading {
  return { read, check: (answer: readonly SessionRow[]) => sameRows(answer, expected, what) }
}

function reading<T>(
  what: string,
  read: () => Promise<T>,
  expected: unknown,
  ordered: (answer: T) => unknown = (answer) => answer,
): Reading {
  return { read, check: (answer: T) => same(ordered(answer), expected, what) }
}
