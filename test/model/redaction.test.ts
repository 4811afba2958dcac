/** The law of redaction: hidden values are canaries, for which the tenant's views are searched. */
import { equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { it, vi } from 'vitest'
import { REQUEST_STATUSES, SESSION_STATUSES } from '../../src/index.js'
import type { People } from '../../src/testing/arbitraries.js'
import { pages } from '../service/session-scene.js'
import { person } from '../story/cast.js'
import { steadyRule, turnsOf, Visits } from './session-model.js'

vi.setConfig({ testTimeout: 120_000 })

/** Users and tenants whose ids are canaries: none is part of another. */
const people: People = new Map(
  ['alpha', 'bravo', 'charlie', 'delta', 'echo'].map((tenant) => [
    `canary-${tenant}`,
    ['one', 'two', 'three'].map((user) => `bird-${tenant}-${user}`),
  ]),
)
const tenants = [...people.keys()]
const HIDDEN = ['users', 'removed', 'removedUser', 'name', 'associations', 'accessRequest', 'version', 'tenant', 'reason']

/** Generates logs whose answerers have accounts of the tenant itself, so that their ids are no secret there. */
const logs = turnsOf(people, tenants.slice(0, 3)).map((log) =>
  log.map(({ logged, acts }) => {
    const clean = { ...logged, flaws: logged.flaws.filter((flaw) => flaw !== 'requester') }
    if (clean.verb !== 'submit') return { logged: clean, acts }
    return { logged: { ...clean, input: { ...clean.input, name: `CANARYname${logged.pick}`, id: `CANARY-order-${logged.pick}` } }, acts }
  }),
)

/** Returns what an actor with only `answer` may read, three rows a page. */
async function shownTo({ stage: { consentry } }: Visits, tenant: string) {
  const actor = person('somebody', tenant, 'answer')
  const [incoming, sessions] = [[] as unknown[], [] as unknown[]]
  for (const status of [undefined, ...REQUEST_STATUSES])
    incoming.push(...(await pages((cursor) => consentry.incoming(actor, { status, cursor, limit: 3 }))).items)
  for (const status of [undefined, ...SESSION_STATUSES])
    sessions.push(...(await pages((cursor) => consentry.sessions(actor, { status, cursor, limit: 3 }))).items)
  return { incoming, sessions, history: (await pages((cursor) => consentry.history(actor, { cursor, limit: 3 }))).items }
}

it('law 23: the lists and the history that a tenant may see hold no name, no reason, no users, no other tenant, for any data', async () => {
  const seen = { incoming: 0, sessions: 0, history: 0, 'history of sessions': 0 }
  const property = fc.asyncProperty(logs, async (log) => {
    const on = new Visits({ people, legacy: steadyRule, reason: 'CANARYreason' })
    for (const turn of log) await on.play(turn)
    const requests = [...on.stage.sent.values()]
    for (const tenant of tenants) {
      const views = await shownTo(on, tenant)
      const guests = on.visits.filter(({ live }) => live.tenant === tenant).map(({ live }) => live.requestingTenant)
      const known = new Set([...guests, ...requests.filter((one) => one.tenant === tenant).map((one) => one.requestingTenant)])
      const strangers = tenants.filter((other) => other !== tenant && !known.has(other))
      // Users of other tenants: those whom a request names, the sender, and those of sessions.
      const others = [...people].filter(([home]) => home !== tenant).flatMap(([, users]) => users)
      const foreign = requests.filter((one) => one.tenant !== tenant).map(({ id }) => JSON.stringify(id))
      const ids = on.visits.map(({ live }) => live.id)
      for (const read of ['incoming', 'sessions', 'history'] as const) {
        const text = JSON.stringify(views[read])
        seen[read] += views[read].length
        for (const canary of ['CANARY', ...strangers, ...others, ...foreign, ...ids])
          ok(!text.includes(canary), `${read} of \`${tenant}\` shows \`${canary}\`: ${text}`)
        // A request has a revision there; a session and an event have none.
        for (const key of read === 'incoming' ? HIDDEN : [...HIDDEN, 'revision'])
          ok(!text.includes(`"${key}":`), `${read} of \`${tenant}\` has a field \`${key}\``)
        ok(!text.includes('user-removed'), 'a removal says that there are users')
      }
      equal(views.sessions.length > 0, guests.length > 0)
      seen['history of sessions'] += views.history.filter(({ type }) => type.startsWith('impersonation')).length
    }
  })
  await fc.assert(property, { numRuns: 250 })
  for (const [what, rows] of Object.entries(seen)) ok(rows > 500, `there was something to search: ${rows} ${what}`)
})
