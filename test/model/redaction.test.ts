/** The law of redaction: hidden values are canaries, for which the tenant's views are searched. */
import { ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import { type Consentry, type Page, type PageInput, REQUEST_STATUSES } from '../../src/index.js'
import { commandLog, type People } from '../../src/testing/arbitraries.js'
import { Stage, steps } from './replay.js'

vi.setConfig({ testTimeout: 60_000 })

/** Users and tenants whose ids are canaries: none is part of another. */
const people: People = new Map(
  ['alpha', 'bravo', 'charlie', 'delta', 'echo'].map((tenant) => [
    `canary-${tenant}`,
    ['one', 'two', 'three'].map((user) => `bird-${tenant}-${user}`),
  ]),
)
const tenants = [...people.keys()]

/** Returns every page, three rows each, as JSON text. */
async function everyPage(read: (page: PageInput) => Promise<Page<unknown>>): Promise<string> {
  const pages: unknown[] = []
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const { items, next } = await read({ cursor, limit: 3 })
    pages.push(items)
    cursor = next
  }
  return JSON.stringify(pages)
}

/** Returns what an actor with only `answer` may read. */
async function shownTo(consentry: Consentry, tenant: string) {
  const actor = { user: 'somebody', tenant, permissions: ['answer'], impersonating: null } as const
  const statuses = [undefined, ...REQUEST_STATUSES]
  const incoming = await Promise.all(statuses.map((status) => everyPage((page) => consentry.incoming(actor, { status, ...page }))))
  return { incoming: incoming.join(), history: await everyPage((page) => consentry.history(actor, page)) }
}

/** Generates logs whose answerers have accounts of the tenant itself, so that their ids are no secret there. */
const logs = commandLog({ people, requesters: tenants.slice(0, 3), length: 30 }).map((log) =>
  log.map((logged) => ({
    ...logged,
    flaws: logged.flaws.filter((flaw) => flaw !== 'requester'),
    ...(logged.verb === 'submit' && { input: { ...logged.input, name: `CANARYname${logged.pick}`, id: `CANARY-order-${logged.pick}` } }),
  })),
)

describe('what the tenant asked may see', () => {
  it('law 23: the incoming view and the history hold no name, no users, no other tenant, for any data', async () => {
    const seen = { incoming: 0, history: 0 }
    const property = fc.asyncProperty(logs, async (log) => {
      const stage = new Stage({ people })
      for await (const _ of steps(log, stage));
      const requests = [...stage.sent.values()]
      for (const tenant of tenants) {
        const views = await shownTo(stage.consentry, tenant)
        const asking = new Set(requests.filter((one) => one.tenant === tenant).map((one) => one.requestingTenant))
        const strangers = tenants.filter((other) => other !== tenant && !asking.has(other))
        // Users of other tenants: those whom a request names, and the sender.
        const others = [...people].filter(([home]) => home !== tenant).flatMap(([, users]) => users)
        const canaries = ['CANARY', ...strangers, ...others]
        const foreign = requests.filter((one) => one.tenant !== tenant).map(({ id }) => JSON.stringify(id))
        for (const read of ['incoming', 'history'] as const) {
          const text = views[read]
          seen[read] += text.length
          for (const canary of [...canaries, ...foreign])
            ok(!text.includes(canary), `${read} of \`${tenant}\` shows \`${canary}\`: ${text}`)
          for (const key of ['users', 'removed', 'removedUser', 'name', 'associations', 'accessRequest', 'version', 'tenant'])
            ok(!text.includes(`"${key}":`), `${read} of \`${tenant}\` has a field \`${key}\``)
        }
        ok(!views.history.includes('user-removed'), 'a removal says that there are users')
        ok(!views.history.includes('"revision":'), 'an event has no number there')
      }
    })
    await fc.assert(property, { numRuns: 250 })
    ok(seen.incoming > 10_000 && seen.history > 10_000, 'there was something to search')
  })
})
