/** The laws of a request's life cycle, over random logs of commands to the service. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import { type ConsentryEvent, fold, type TenantRequestEvent } from '../../src/domain.js'
import { statusAt } from '../../src/repository.js'
import { type Command, PEOPLE } from '../../src/testing/arbitraries.js'
import { METHODS } from './questions.js'
import { commandLog, legacyRule, SHORT, SMALL, Stage, type Step, steps, TENANTS } from './replay.js'

vi.setConfig({ testTimeout: 120_000 })

const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)

async function always(look: (step: Step, stage: Stage) => void | Promise<void>): Promise<void> {
  const property = fc.asyncProperty(commandLog(), fc.boolean(), async (log, short) => {
    const stage = new Stage({ policy: short ? SHORT : SMALL, legacy: legacyRule })
    for await (const step of steps(log, stage)) await look(step, stage)
  })
  await fc.assert(property, { seed: SEED, numRuns: 200 })
}

function madeBy({ before, after }: Step): ConsentryEvent[] {
  const known = new Set(before.events.map(({ id }) => id))
  return after.events.filter(({ id }) => !known.has(id)).reverse()
}

const ofTenantRequests = (events: readonly ConsentryEvent[]): TenantRequestEvent[] =>
  events.flatMap((event) => ('tenantRequest' in event ? [event] : []))

function changedIn({ before, after }: Step): string[] {
  return [...after.requests].filter(([id, request]) => before.requests.get(id) !== request).map(([id]) => id)
}

describe('the life of a request', () => {
  it('law 14: name, message and tenants never change after sending; users never grow', async () => {
    const asSent = new Map<string, string>()
    await always(async ({ before, after }, stage) => {
      if (before.events.length === 0) asSent.clear()
      for (const [id, { accessRequest, requestingTenant, tenant, message, sentAt, users, removed }] of after.requests) {
        const stored = await stage.repository.accessRequest(requestingTenant, accessRequest)
        const saved = JSON.stringify([stored, tenant, message, sentAt])
        equal(saved, asSent.get(id) ?? saved)
        asSent.set(id, saved)
        const was = before.requests.get(id)
        if (was === undefined) continue
        ok(users.every((user) => was.users.includes(user)))
        // Exactly the users who are no longer named were removed (SPEC 4.5).
        deepEqual([...users, ...removed.map(({ user }) => user)].sort(), [...was.users, ...was.removed.map(({ user }) => user)].sort())
      }
    })
  })

  it('law 14: a grant takes off exactly who is no longer a member, and leaves at least one whom the vendor may still send (SPEC 2.6)', async () => {
    let takenOff = 0
    await always((step, { known }) => {
      for (const event of ofTenantRequests(madeBy(step))) {
        if (event.type !== 'tenant-request.granted') continue
        const [was, is] = [step.before, step.after].map(({ requests }) => requests.get(event.tenantRequest))
        const members = was?.users.filter((user) => known.members[event.requestingTenant]?.includes(user))
        ok(members?.length && known.askable[event.requestingTenant]?.includes(event.tenant))
        deepEqual([is?.users, event.removedUsers], [members, was?.users.filter((user) => !members.includes(user))])
        takenOff += event.removedUsers.length
      }
    })
    ok(takenOff > 5)
  })

  it('laws 15 and 20: only the edges of SPEC §4 exist; terminal states are final, and an expired grant never revives', async () => {
    const edges = new Set<string>()
    let expired = 0
    await always((step) => {
      const { before, after, logged } = step
      for (const event of ofTenantRequests(madeBy(step))) {
        const [was, is] = [before.requests.get(event.tenantRequest), after.requests.get(event.tenantRequest)]
        edges.add(`${was?.state ?? 'nothing'} ${event.type.slice('tenant-request.'.length)} ${is?.state}`)
        if (event.type === 'tenant-request.user-removed') ok((is?.users.length ?? 0) > 0)
      }
      for (const [id, was] of before.requests) {
        const [status, is] = [statusAt(was, logged.at), after.requests.get(id)]
        if (status === 'pending' || status === 'granted') continue
        if (status === 'expired') expired += 1
        if (is === was) continue
        // An expiry may be recorded later: nothing else happens to what has ended.
        ok(was.state === 'granted' && is?.state === 'expired')
        const [revision, tenantRevision] = [was.revision + 1, was.tenantRevision + 1]
        deepEqual(is, { ...was, state: 'expired', changedAt: was.expiresAt, revision, tenantRevision })
      }
    })
    ok(expired > 100)
    deepEqual([...edges].sort(), [
      'granted expired expired',
      'granted expiry-set granted',
      'granted revoked revoked',
      'granted user-removed granted',
      'nothing received pending',
      'pending granted granted',
      'pending rejected rejected',
      'pending user-removed pending',
      'pending withdrawn withdrawn',
    ])
  })

  it('law 16: the actor comes from the context; an actor inside a payload is refused', async () => {
    const intruder = { user: 'intruder', tenant: 'tom-sawyer', permissions: ['submit', 'answer'], impersonating: null }
    let given = 0
    let refused = 0
    await always(async (step, stage) => {
      for (const event of madeBy(step)) {
        if (step.command.verb === 'recordDue') equal(event.by, 'clock')
        else deepEqual(event.by, { user: step.command.actor.user, tenant: step.command.actor.tenant })
      }
      const { command } = step
      if (!('input' in command) || command.verb === 'recordDue') return
      given += 1
      for (const key of ['actor', 'by', 'user', 'tenant', '__proto__']) {
        const input = Object.defineProperty({ ...command.input }, key, { value: intruder, enumerable: true })
        const outcome = await stage.play(step.logged, { ...command, input } as Command)
        const code = outcome.ok ? 'ok' : outcome.code
        // An actor who may not command is refused as before, and nothing of the payload is read (SPEC 4.7).
        const isFirst = !step.outcome.ok && step.outcome.code === code && (code === 'impersonating' || code === 'not-permitted')
        if (!isFirst) equal(code, 'invalid-input')
        refused += isFirst ? 0 : 1
      }
      deepEqual(await stage.stored(), step.after)
    })
    ok(given > 1000 && refused > 1000)
  })

  it('laws 17 and 18: only the asked tenant’s answerer, no member of the requester, grants, sets expiry; only the two parties end', async () => {
    let members = 0
    await always((step, stage) => {
      const { command, outcome, before } = step
      for (const { type, by, tenant, requestingTenant } of ofTenantRequests(madeBy(step))) {
        equal(by === 'clock', command.verb === 'recordDue')
        equal(by === 'clock', type === 'tenant-request.expired')
        if (by === 'clock' || command.verb === 'recordDue') continue
        const may = command.actor.permissions
        const answers = by.tenant === tenant && may.includes('answer')
        const requests = by.tenant === requestingTenant && may.includes('submit')
        if (['tenant-request.granted', 'tenant-request.rejected', 'tenant-request.expiry-set'].includes(type)) ok(answers, type)
        else ok(requests || (answers && type === 'tenant-request.revoked'), type)
      }
      if (command.verb !== 'grant' && command.verb !== 'setExpiry') return
      const request = before.requests.get(command.id)
      if (request === undefined || !stage.known.members[request.requestingTenant]?.includes(command.actor.user)) return
      members += 1
      equal(outcome.ok, false)
    })
    ok(members > 10)
  })

  it('law 19: an impersonating actor can change nothing', async () => {
    let inside = 0
    await always(async ({ logged, command, after }, stage) => {
      if (command.verb === 'recordDue') return
      for (const method of METHODS) {
        const actor = { ...command.actor, impersonating: { tenant: command.actor.tenant, method } }
        const outcome = await stage.play(logged, { ...command, actor } as Command)
        equal(outcome.ok ? 'ok' : outcome.code, 'impersonating')
        inside += 1
      }
      deepEqual(await stage.stored(), after)
    })
    ok(inside > 1000)
  })

  it('laws 5, 15 and 21: a command changes its request only, a refused one nothing; each change is one event; folding gives the state', async () => {
    const counts = { given: 0, refused: 0 }
    await always((step) => {
      const { command, outcome, before, after } = step
      if (!outcome.ok) {
        counts.refused += 1
        deepEqual(after, before)
      }
      if ('id' in command) {
        counts.given += 1
        deepEqual(changedIn(step), outcome.ok ? [command.id] : [])
      }
      const made = madeBy(step)
      const submitted = made.filter((event) => event.type === 'access-request.submitted')
      equal(submitted.length, command.verb === 'submit' && outcome.ok && outcome.changed.length > 0 ? 1 : 0)
      const requests = ofTenantRequests(made).map((event) => event.tenantRequest)
      deepEqual(requests.sort(), changedIn(step).sort())
      for (const id of changedIn(step)) {
        const request = after.requests.get(id)
        const events = ofTenantRequests(after.events).filter((event) => event.tenantRequest === id)
        events.sort((a, b) => a.revision - b.revision)
        ok(events.every(({ revision }, index) => revision === index + 1))
        deepEqual(fold(events), request)
        equal(request?.revision, (before.requests.get(id)?.revision ?? 0) + 1)
        // Events are dated in order, even if the clock steps back (SPEC 4.8).
        ok(events.every((event, index) => index === 0 || event.at >= (events[index - 1]?.at ?? 0)))
      }
    })
    ok(counts.given > 1000 && counts.refused > 1000)
  })

  it('law 24: a foreign id and a missing id give the same error', async () => {
    let foreign = 0
    await always(async ({ after, logged }, stage) => {
      if (logged.who > 0) return
      const request = [...after.requests.values()].at(-1)
      const stranger = TENANTS.find((tenant) => tenant !== request?.tenant && tenant !== request?.requestingTenant)
      if (request === undefined || stranger === undefined) return
      // Two requesting tenants may use the same id (SPEC 3.9): then the request is the stranger's own.
      const own = [...after.requests.values()].some(
        (one) => one.requestingTenant === stranger && one.accessRequest === request.accessRequest,
      )
      foreign += 1
      const { consentry } = stage
      for (const user of [PEOPLE.get(stranger)?.[0] ?? '', 'nobody']) {
        const actor = { user, tenant: stranger, permissions: ['submit', 'answer'], impersonating: null } as const
        const verbs: ((id: string, accessRequest: string) => Promise<unknown>)[] = [
          (id) => consentry.grant(actor, id, { expiresAt: stage.now + 1 }),
          (id) => consentry.grant(actor, id, { expiresAt: null, ifRevision: request.revision + 1 }),
          (id) => consentry.reject(actor, id),
          (id) => consentry.setExpiry(actor, id, { expiresAt: stage.now - 1 }),
          (id) => consentry.revoke(actor, id),
          (id) => consentry.withdraw(actor, id),
          (_, accessRequest) => consentry.withdraw(actor, { accessRequest }),
          (_, accessRequest) => consentry.outgoing(actor, { accessRequest }),
        ]
        for (const verb of verbs)
          deepEqual(await answerTo(verb(request.id, own ? 'gone' : request.accessRequest)), await answerTo(verb('gone', 'gone')))
      }
    })
    ok(foreign > 100)
  })
})

/** Returns everything that a caller can see of an answer. */
const answerTo = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: Error & Record<string, unknown>) => ({ ...error, name: error.name, message: error.message }))
