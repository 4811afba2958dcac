/** The laws of a request's life cycle, over random logs of commands to the service. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import { type ConsentryEvent, fold, type TenantRequestEvent } from '../../src/domain.js'
import { accessFrom, decide, type TenantFacts } from '../../src/index.js'
import { statusAt, toFacts } from '../../src/repository.js'
import { type Command, commandLog, PEOPLE } from '../../src/testing/arbitraries.js'
import { holds, METHODS, noFacts, turns } from './questions.js'
import { legacyRule, SHORT, SMALL, Stage, type Step, type Stored, steps, TENANTS, USERS } from './replay.js'

vi.setConfig({ testTimeout: 120_000 })

/** Plays random logs, and checks every step. */
async function always(look: (step: Step, stage: Stage) => void | Promise<void>, logs = commandLog(), numRuns = 150): Promise<void> {
  const property = fc.asyncProperty(logs, fc.boolean(), async (log, short) => {
    const stage = new Stage({ policy: short ? SHORT : SMALL, legacy: legacyRule })
    for await (const step of steps(log, stage)) await look(step, stage)
  })
  await fc.assert(property, { numRuns })
}

/** Logs whose clock never steps back. */
const forward = commandLog().map((log) => {
  let latest = 0
  return log.map((logged) => {
    latest = Math.max(latest, logged.at)
    return { ...logged, at: latest }
  })
})

/** Returns the facts of every tenant, from the stored state. */
function factsOf({ requests, events }: Stored): TenantFacts[] {
  const all = [...requests.values()]
  return TENANTS.map((tenant) => ({
    tenant,
    governed: events.some((event) => event.type === 'tenant-request.granted' && event.tenant === tenant),
    requests: all.filter((request) => request.tenant === tenant).map(toFacts),
  }))
}

const factsAbout = (all: readonly TenantFacts[], tenant: string) => all.find((facts) => facts.tenant === tenant) ?? noFacts(tenant)

/** Returns the events of a step, oldest first. */
function madeBy({ before, after }: Step): ConsentryEvent[] {
  const known = new Set(before.events.map(({ id }) => id))
  return after.events.filter(({ id }) => !known.has(id)).reverse()
}

const ofTenantRequests = (events: readonly ConsentryEvent[]): TenantRequestEvent[] =>
  events.flatMap((event) => ('tenantRequest' in event ? [event] : []))

/** Returns the ids of the changed tenant requests. */
function changedIn({ before, after }: Step): string[] {
  return [...after.requests].filter(([id, request]) => before.requests.get(id) !== request).map(([id]) => id)
}

const isMember = (user: string, tenant: string) => PEOPLE.get(tenant)?.includes(user) === true

describe('decisions after commands', () => {
  it('law 5: commands on other tenants never change this tenant’s decisions', async () => {
    await always(
      ({ outcome, before, after }) => {
        if (!outcome.ok || outcome.changed.length === 0) return
        const [was, is] = [factsOf(before), factsOf(after)]
        const permit = { legacy: legacyRule }
        const [then, now] = [accessFrom(was, permit), accessFrom(is, permit)]
        for (const tenant of TENANTS) {
          const facts = factsAbout(is, tenant)
          if (JSON.stringify(facts) !== JSON.stringify(factsAbout(was, tenant))) continue
          for (const user of USERS)
            for (const method of METHODS)
              for (const at of turns(facts.requests).slice(-6))
                deepEqual(now.decide(user, tenant, method, at), then.decide(user, tenant, method, at))
        }
      },
      commandLog(),
      100,
    )
  })

  it('law 5: a command on one tenant’s request changes the facts of that tenant only', async () => {
    await always((step) => {
      const touched = new Set(changedIn(step).map((id) => step.after.requests.get(id)?.tenant))
      const [was, is] = [factsOf(step.before), factsOf(step.after)]
      for (const tenant of TENANTS) if (!touched.has(tenant)) deepEqual(factsAbout(is, tenant), factsAbout(was, tenant))
    })
  })

  it('law 6: a governed tenant stays governed: no sequence of commands, no instant, no purge reopens legacy methods', async () => {
    const governed = new Set<string>()
    await always(
      async ({ outcome, before, after }, stage) => {
        if (before.events.length === 0) governed.clear()
        if (!outcome.ok || outcome.changed.length === 0) return
        for (const { tenant, governed: is, requests } of factsOf(after)) {
          if (is) governed.add(tenant)
          if (!governed.has(tenant)) continue
          const facts = await stage.consentry.facts(tenant)
          equal(facts.governed, true)
          const purged = { ...facts, requests: facts.requests.filter((_, index) => index % 2 === 0) }
          for (const left of [facts, purged, { ...facts, requests: [] }])
            for (const user of USERS)
              for (const at of [0, ...turns(requests).slice(-4), 8.64e15]) {
                const holding = left.requests.some((one) => one.users.includes(user) && holds(one, at))
                const { reason } = decide(user, tenant, 'legacy-support', at, left, { legacy: () => true })
                equal(reason, holding ? 'granted' : 'legacy-closed')
              }
        }
      },
      commandLog(),
      100,
    )
  })

  it('law 9: a new grant never removes another user’s access as granted; only the first may end someone’s legacy access', async () => {
    let grants = 0
    await always(({ command, outcome, before, after, logged }) => {
      if (command.verb !== 'grant' || !outcome.ok) return
      grants += 1
      const [was, is] = [factsOf(before), factsOf(after)]
      const permit = { legacy: () => true }
      for (const tenant of TENANTS)
        for (const user of USERS)
          for (const method of METHODS) {
            const [then, now] = [was, is].map((all) => decide(user, tenant, method, logged.at, factsAbout(all, tenant), permit))
            if (then?.reason === 'granted') equal(now?.reason, 'granted')
            else if (then?.allowed && factsAbout(was, tenant).governed) equal(now?.allowed, true)
            else if (then?.allowed && !now?.allowed) equal(now?.reason, 'legacy-closed')
          }
    })
    ok(grants > 100)
  })

  it('law 20: recording an expiry changes no answer about any instant (SPEC 4.3)', async () => {
    let recorded = 0
    await always(async ({ after, logged }, stage) => {
      // Everything due is recorded, by a clock that may be late.
      stage.now = logged.at + 7
      recorded += (await stage.consentry.recordDue({ limit: 1000 })).length
      const later = factsOf(await stage.stored())
      for (const facts of factsOf(after)) {
        const is = factsAbout(later, facts.tenant)
        if (JSON.stringify(is) === JSON.stringify(facts)) continue
        for (const user of USERS)
          for (const at of turns([...facts.requests, ...is.requests]))
            for (const method of ['access-request', 'legacy-support'] as const)
              deepEqual(decide(user, facts.tenant, method, at, is), decide(user, facts.tenant, method, at, facts))
      }
    })
    ok(recorded > 50)
  })

  it('law 20: no later command revives an expired grant', async () => {
    let expired = 0
    await always(({ before, after, logged }) => {
      for (const [id, request] of before.requests) {
        if (statusAt(request, logged.at) !== 'expired') continue
        expired += 1
        const later = after.requests.get(id)
        const alone = { ...noFacts(request.tenant), governed: true, requests: later ? [toFacts(later)] : [] }
        for (const user of USERS)
          for (const at of [logged.at, logged.at + 1, 8.64e15])
            equal(decide(user, request.tenant, 'access-request', at, alone).allowed, false)
      }
    }, forward)
    ok(expired > 100)
  })
})

describe('the life of a request', () => {
  it('law 13: one tenant request per distinct tenant; its users are the union of the associations naming it', async () => {
    let sent = 0
    await always((step) => {
      const { command, outcome, after } = step
      if (command.verb !== 'submit' || !outcome.ok || outcome.changed.length === 0) return
      sent += 1
      const requests = outcome.changed.flatMap((id) => after.requests.get(id) ?? [])
      const { associations } = command.input
      equal(requests.length, outcome.changed.length)
      deepEqual(requests.map(({ tenant }) => tenant).sort(), [...new Set(associations.flatMap(({ tenants }) => tenants))].sort())
      for (const { tenant, users, state } of requests) {
        const named = associations.filter(({ tenants }) => tenants.includes(tenant)).flatMap((association) => association.users)
        deepEqual([...users].sort(), [...new Set(named)].sort())
        equal(state, 'pending')
      }
    })
    ok(sent > 100)
  })

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

  it('law 15: only the edges of SPEC §4 exist; terminal states are final', async () => {
    const edges = new Set<string>()
    await always((step) => {
      for (const event of ofTenantRequests(madeBy(step))) {
        const [was, is] = [step.before.requests.get(event.tenantRequest), step.after.requests.get(event.tenantRequest)]
        edges.add(`${was?.state ?? 'nothing'} ${event.type.slice('tenant-request.'.length)} ${is?.state}`)
        if (event.type === 'tenant-request.user-removed') ok((is?.users.length ?? 0) > 0)
      }
      for (const [id, was] of step.before.requests)
        if (was.state !== 'pending' && was.state !== 'granted') equal(step.after.requests.get(id), was)
    })
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

  it('law 15: a refused command changes nothing and creates no event', async () => {
    let refused = 0
    await always(({ outcome, before, after }) => {
      if (outcome.ok) return
      refused += 1
      deepEqual(after, before)
    })
    ok(refused > 1000)
  })

  it('law 16: the actor comes from the context; an actor inside a payload is refused', async () => {
    const intruder = { user: 'intruder', tenant: 'tom-sawyer', permissions: ['submit', 'answer'], impersonating: null }
    let given = 0
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
        equal(outcome.ok ? 'ok' : outcome.code, 'invalid-input')
      }
      deepEqual(await stage.stored(), step.after)
    })
    ok(given > 1000)
  })

  it('law 17: only the asked tenant’s answerer grants, rejects, sets expiry; only the two parties end', async () => {
    await always((step) => {
      const { command } = step
      for (const { type, by, tenant, requestingTenant } of ofTenantRequests(madeBy(step))) {
        if (by === 'clock' || command.verb === 'recordDue') {
          equal(type, 'tenant-request.expired')
          equal(command.verb, 'recordDue')
          continue
        }
        const may = command.actor.permissions
        const answers = by.tenant === tenant && may.includes('answer')
        const requests = by.tenant === requestingTenant && may.includes('submit')
        if (['tenant-request.granted', 'tenant-request.rejected', 'tenant-request.expiry-set'].includes(type)) ok(answers, type)
        else if (type === 'tenant-request.revoked') ok(answers || requests, type)
        else ok(requests, type)
      }
    })
  })

  it('law 18: no member of the requesting tenant grants or sets an expiry', async () => {
    let members = 0
    await always((step) => {
      const { command, outcome, before } = step
      for (const { type, by, requestingTenant } of ofTenantRequests(madeBy(step)))
        if (by !== 'clock' && (type === 'tenant-request.granted' || type === 'tenant-request.expiry-set'))
          ok(!isMember(by.user, requestingTenant))
      if (command.verb !== 'grant' && command.verb !== 'setExpiry') return
      const request = before.requests.get(command.id)
      if (request === undefined || !isMember(command.actor.user, request.requestingTenant)) return
      members += 1
      equal(outcome.ok, false)
    })
    ok(members > 50)
  })

  it('law 19: an impersonating actor can change nothing', async () => {
    let inside = 0
    await always(async ({ logged, command, after }, stage) => {
      if (command.verb === 'recordDue') return
      for (const method of METHODS) {
        const actor = { ...command.actor, impersonating: { tenant: command.actor.tenant, method } }
        const outcome = await stage.play(logged, { ...command, actor } as Command)
        equal(outcome.ok, false)
        if (!outcome.ok) ok(outcome.code === 'impersonating' || outcome.code === 'invalid-input', outcome.code)
        inside += 1
      }
      deepEqual(await stage.stored(), after)
    })
    ok(inside > 1000)
  })

  it('law 21: every change of an aggregate ⇔ exactly one event; folding events gives the state at every prefix', async () => {
    await always((step) => {
      const { command, outcome, before, after } = step
      const made = madeBy(step)
      const submitted = made.filter((event) => event.type === 'access-request.submitted')
      equal(submitted.length, command.verb === 'submit' && outcome.ok && outcome.changed.length > 0 ? 1 : 0)
      deepEqual(
        ofTenantRequests(made)
          .map((event) => event.tenantRequest)
          .sort(),
        changedIn(step).sort(),
      )
      for (const id of changedIn(step)) {
        const request = after.requests.get(id)
        const events = ofTenantRequests(after.events)
          .filter((event) => event.tenantRequest === id)
          .sort((a, b) => a.revision - b.revision)
        deepEqual(
          events.map(({ revision }) => revision),
          events.map((_, index) => index + 1),
        )
        deepEqual(fold(events), request)
        equal(request?.revision, (before.requests.get(id)?.revision ?? 0) + 1)
        // Events are dated in order, even if the clock steps back (SPEC 4.8).
        ok(events.every((event, index) => index === 0 || event.at >= (events[index - 1]?.at ?? 0)))
      }
    })
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
          (id) => consentry.grant(actor, id, { ifRevision: request.revision + 1 }),
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
