/** The law of redaction: hidden values are canaries, for which the tenant's views are searched. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { it, vi } from 'vitest'
import { TENANT_EVENTS } from '../../src/domain/event-types.js'
import { historyEntry } from '../../src/domain/history.js'
import { type Actor, type Page, type PageInput, REQUEST_STATUSES, SESSION_STATUSES } from '../../src/index.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import { PEOPLE, type People } from '../../src/testing/arbitraries.js'
import { pages, refusal } from '../service/session-scene.js'
import { person } from '../story/cast.js'
import { steadyRule, turnsOf, Visits } from './session-model.js'

vi.setConfig({ testTimeout: 120_000 })

const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)

/** Users and tenants whose ids are canaries: none is part of another. */
const people: People = new Map(
  ['alpha', 'bravo', 'charlie', 'delta', 'echo'].map((tenant) => [
    `canary-${tenant}`,
    ['one', 'two', 'three'].map((user) => `bird-${tenant}-${user}`),
  ]),
)
const tenants = [...people.keys()]
const HIDDEN = ['users', 'removed', 'removedUser', 'removedUsers', 'name', 'associations', 'accessRequest', 'version', 'tenant', 'reason']

/** Generates logs whose answerers have accounts of the tenant itself, so that their ids are no secret there. */
const logs = turnsOf(people, tenants.slice(0, 3)).map((log) =>
  log.map(({ logged, acts }) => {
    const clean = { ...logged, flaws: logged.flaws.filter((flaw) => flaw !== 'requester') }
    if (clean.verb !== 'submit') return { logged: clean, acts }
    return { logged: { ...clean, input: { ...clean.input, name: `CANARYname${logged.pick}`, id: `CANARY-order-${logged.pick}` } }, acts }
  }),
)

async function shownTo({ stage: { consentry } }: Visits, tenant: string) {
  const actor = person('somebody', tenant, 'answer')
  const pending = (await pages((cursor) => consentry.incoming(actor, { status: 'pending', cursor }))).items
  const previews = await Promise.all(pending.map(({ id }) => consentry.previewAnswer(actor, id)))
  const [incoming, sessions] = [[] as unknown[], [] as unknown[]]
  for (const status of [undefined, ...REQUEST_STATUSES])
    incoming.push(...(await pages((cursor) => consentry.incoming(actor, { status, cursor, limit: 3 }))).items)
  const ends = await pages((cursor) => consentry.incoming(actor, { status: 'granted', order: 'expiring', cursor, limit: 1 }))
  const spans = await pages((cursor) =>
    consentry.incoming(actor, { from: 0, expiresBefore: 8e15, requestingTenants: tenants, cursor, limit: 2 }),
  )
  incoming.push(...ends.items, ...spans.items)
  for (const { id } of ends.items) incoming.push(await consentry.incomingRequest(actor, id))
  for (const status of [undefined, ...SESSION_STATUSES])
    sessions.push(...(await pages((cursor) => consentry.sessions(actor, { status, cursor, limit: 3 }))).items)
  const history = [...(await pages((cursor) => consentry.history(actor, { cursor, limit: 3 }))).items]
  // A filter by what the tenant may not see finds nothing: else it would tell it.
  const hidden = { users: [...people].filter(([home]) => home !== tenant).flatMap(([, users]) => users), tenants: [...people.keys()] }
  for (const filter of [{ users: hidden.users }, { tenants: hidden.tenants }]) {
    equal((await consentry.history(actor, filter)).items.length, 0)
    equal((await consentry.sessions(actor, filter)).items.length, 0)
  }
  equal((await consentry.history(actor, { types: ['access-request.submitted', 'tenant-request.user-removed'] })).items.length, 0)
  const cursors: unknown[] = []
  const noting = async <T>(page: Promise<Page<T>>): Promise<Page<T>> => {
    const { next } = await page
    if (next !== null) cursors.push(atob(next.replaceAll('-', '+').replaceAll('_', '/')))
    return page
  }
  for (const query of [{ types: TENANT_EVENTS }, { from: 0, requestingTenants: [...people.keys()] }])
    history.push(...(await pages((cursor) => noting(consentry.history(actor, { ...query, cursor, limit: 2 })))).items)
  const window = { from: 0, to: 8e15, limit: 1 }
  const access = (await pages((cursor) => noting(consentry.access(actor, { ...window, cursor })))).items
  return { incoming, sessions, access, previews, history, cursors }
}

it('law 23: the lists and the history that a tenant may see hold no name, no reason, no users, no other tenant, for any data', async () => {
  const seen = { incoming: 0, sessions: 0, access: 0, previews: 0, history: 0, 'history of sessions': 0 }
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
      for (const canary of ['CANARY', ...strangers, ...others, ...ids])
        ok(!JSON.stringify(views.cursors).includes(canary), `a cursor of \`${tenant}\` holds \`${canary}\``)
      for (const read of ['incoming', 'sessions', 'access', 'previews', 'history'] as const) {
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
  await fc.assert(property, { seed: SEED, numRuns: 280 })
  for (const [what, rows] of Object.entries(seen)) ok(rows > 500, `there was something to search: ${rows} ${what}`)
})

/** Generates logs with many removals, of which those of a last user are not hidden. */
const removals = turnsOf().map((log) =>
  log.map(({ logged, acts }) => ({
    logged: logged.verb === 'reject' ? { ...logged, verb: 'removeUser' as const, flaws: [] } : logged,
    acts,
  })),
)

/** Returns what a tenant asked reads, two rows a page, with its cursors and the errors of stale answers as text. */
async function readBy({ stage: { consentry } }: Visits, tenant: string) {
  const actor = person('somebody', tenant, 'answer')
  const cursors: unknown[] = []
  const whole = <T>(list: (actor: Actor, query: PageInput) => Promise<Page<T>>) =>
    pages((cursor) => list(actor, { cursor: cursors[cursors.push(cursor) - 1] as string, limit: 2 }))
  const [{ items: rows }, { items: history }] = [await whole(consentry.incoming), await whole(consentry.history)]
  const { items: access } = await whole((by, page) => consentry.access(by, { ...page, from: 0, to: 8e15 }))
  const stale = await Promise.all(rows.map(({ id }) => refusal(consentry.reject(actor, id, { ifRevision: 1e9 }))))
  return { rows, history, text: JSON.stringify([rows, history, access, cursors, stale.map((error) => [error.message, error])]) }
}

it('law 27c: a revision a party sees changes only with an event that party may see, as does all else it reads (SPEC 4.10, 6.6)', async () => {
  const seen = { hidden: 0, revocations: 0 }
  const property = fc.asyncProperty(removals, async (log) => {
    const on = new Visits({ legacy: steadyRule })
    const before = new Map<string, { readonly count: number; readonly text: string }>()
    const look = async () => {
      const { now, repository } = on.stage
      const events = (await repository.readEvents({ after: FEED_START, limit: 1e6 })).entries.map(({ event }) => event)
      const removed = new Set(events.map((one) => one.type === 'tenant-request.user-removed' && `${one.tenantRequest} ${one.removedUser}`))
      on.stage.now = 1e12 // the same for all, because the clock changes statuses as well
      for (const tenant of PEOPLE.keys()) {
        const { rows, history, text } = await readBy(on, tenant)
        const visible = events.filter((event) => event.requestingTenant !== tenant && historyEntry(event, tenant))
        if (before.get(tenant)?.count === visible.length) equal(text, before.get(tenant)?.text)
        before.set(tenant, { count: visible.length, text })
        for (const { id, revision } of rows)
          equal(revision, history.filter((entry) => 'tenantRequest' in entry && entry.tenantRequest === id).length)
        // At one instant, the event saved last comes first.
        const ids = visible.toSorted((a, b) => a.at - b.at).map(({ id }) => id)
        deepEqual(history.map(({ id }) => id).reverse(), ids)
        for (const end of history) {
          const start = events.find((one) => one.type === 'impersonation.started' && 'session' in end && one.session === end.session)
          if (end.type !== 'impersonation.ended' || end.cause !== 'access-lost' || start?.type !== 'impersonation.started') continue
          // A revocation ends nothing for a user whom a removal, hidden from the tenant, took off before it.
          const ended = start.grantedBy.filter((request) => !removed.has(`${request} ${start.by.user}`))
          const revoked = history.filter((one) => one.type === 'tenant-request.revoked' && one.at === end.at)
          const causes = revoked.filter((one) => 'tenantRequest' in one && ended.includes(one.tenantRequest))
          for (const cause of causes) ok(history.indexOf(cause) > history.indexOf(end), 'an end follows the revocation that caused it')
          seen.revocations += causes.length
        }
      }
      if (events.at(-1)?.type === 'tenant-request.user-removed') seen.hidden += 1
      on.stage.now = now
    }
    for (const turn of log) await on.play(turn, look)
  })
  await fc.assert(property, { seed: SEED, numRuns: 80 })
  for (const [what, times] of Object.entries(seen)) ok(times > 5, `${times} ${what}`)
})
