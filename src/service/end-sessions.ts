/** The end of all sessions between two tenants, by one of them (SPEC 4.11, 7.7). */
import type { Actor } from '../domain/actor.js'
import type { EndedSession } from '../domain/error.js'
import type { TenantId } from '../domain/ids.js'
import { recordEnd, type SessionEnding, sessionEndedAt } from '../domain/session.js'
import type { SessionHash } from '../domain/session-hash.js'
import { pagesOf } from '../ports/event-loop.js'
import type { OpenSessionKey, SessionChange, SessionRow } from '../ports/repository.js'
import { type ServiceContext, throwBrokenRepository } from './context.js'
import { eachReadable, halvesOf, stepsOf } from './passing-over.js'
import { MAX_ATTEMPTS, retriesExhausted } from './save-with-retry.js'
import { loadSessionBases, toEndedSession } from './session-basis.js'

/** The two tenants of requests and sessions, each in its part. */
export interface Parties {
  readonly requestingTenant: TenantId
  readonly tenant: TenantId
}

const SESSIONS_PER_PAGE = 200

/** The passes over all open sessions, after which only sessions that started since can be left. */
const MAX_PASSES = 10

/**
 * Ends the open sessions between the parties, each as a step of its own.
 * Calls `onEnded` with those that were saved.
 * Passes are repeated until one finds none, because sessions may start meanwhile by a legacy method.
 *
 * @throws the error of the first session that could not be read, after all others were ended.
 */
export async function endSessionsBetween(
  context: ServiceContext,
  actor: Actor,
  parties: Parties,
  onEnded: (ended: EndedSession) => void,
): Promise<void> {
  const unreadable: unknown[] = []
  for (let pass = 1; pass <= MAX_PASSES; pass++) {
    let found = 0
    const readOpen = (after: OpenSessionKey | undefined) =>
      context.withRepository((repository) => repository.openSessions({ ...parties, after, limit: SESSIONS_PER_PAGE }))
    for await (const page of pagesOf(readOpen, (keys) => keys[SESSIONS_PER_PAGE - 1])) {
      for (const hashes of stepsOf(page.map(({ hash }) => hash)))
        unreadable.push(...(await eachReadable(hashes, (some) => endSome(context, actor, parties, some, onEnded))))
      found += page.length
    }
    if (unreadable.length > 0) throw unreadable[0]
    if (found === 0) return
  }
}

/**
 * Ends these sessions together.
 * After a conflict it ends the halves separately, down to one session, which is tried again.
 */
async function endSome(
  context: ServiceContext,
  actor: Actor,
  parties: Parties,
  hashes: readonly SessionHash[],
  onEnded: (ended: EndedSession) => void,
): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { changes, ended } = await prepareEnds(context, actor, parties, hashes)
    if (changes.length === 0) return
    if ((await context.withRepository((repository) => repository.saveSessionChanges(changes))) === 'saved') return ended.forEach(onEnded)
    if (hashes.length > 1) {
      for (const half of halvesOf(hashes)) await endSome(context, actor, parties, half, onEnded)
      return
    }
  }
  throw retriesExhausted()
}

async function prepareEnds(context: ServiceContext, actor: Actor, parties: Parties, hashes: readonly SessionHash[]) {
  const now = context.now()
  const found = await context.withRepository((repository) => repository.sessionRows({ hashes, now }))
  const cause = actor.tenant === parties.tenant ? 'ended-by-tenant' : 'ended-by-requester'
  const changes: SessionChange[] = []
  const ended: EndedSession[] = []
  // A clock behind the one that started a session must not make lost access of this end (SPEC 7.7).
  const nowOf = ({ session }: SessionRow) => Math.max(now, session.startedAt)
  for (const at of new Set(found.map(nowOf))) {
    const rows = found.filter((row) => nowOf(row) === at)
    const { bases } = await loadSessionBases(rows, context, at)
    for (const [index, { session }] of rows.entries()) {
      const basis = bases[index]
      if (session.requestingTenant !== parties.requestingTenant || session.tenant !== parties.tenant) throwBrokenRepository()
      if (session.state === 'ended' || basis === undefined) continue
      const byParty: SessionEnding = { at, cause, by: { user: actor.user, tenant: actor.tenant } }
      const ending = sessionEndedAt(session, basis, at) ?? byParty
      const change = recordEnd(session, ending, context.newId)
      changes.push(change)
      ended.push(toEndedSession(change.session, ending))
    }
  }
  return { changes, ended }
}
