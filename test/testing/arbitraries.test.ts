/** The published generators produce valid values and reach every case that they promise. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { actorSchema } from '../../src/domain/actor.js'
import { isId } from '../../src/domain/ids.js'
import { submissionSchema } from '../../src/domain/submission.js'
import type { TenantRequest } from '../../src/domain.js'
import {
  accessFrom,
  type Consentry,
  createConsentry,
  decide,
  isConsentryError,
  type LiveSession,
  type TenantFacts,
} from '../../src/index.js'
import { Session } from '../../src/repository.js'
import * as arbitraries from '../../src/testing/arbitraries.js'

const { actor, commandLog, instant, malformedAccessQuery, message, method, PEOPLE, accessQuery, requestFacts, requestName } = arbitraries
const { resolveCommand, resolveSessionCommand, session, sessionLog, submission, tenantFacts, tenantId, userId } = arbitraries

const RUNS = { numRuns: 2_000 }
/** Always the same values, so that what must be reached is reached in every run. */
const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns = 2_000): T[] => fc.sample(arbitrary, { seed: 1, numRuns })

/** Milliseconds, on a busy machine. */
const PATIENCE = 60_000

const METHODS = ['access-request', 'legacy-configure', 'legacy-support']

/** How often each occurred. */
function tally(words: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** Each of these occurred at least so often. */
function reached(words: Iterable<string>, wanted: readonly string[], least: number): void {
  const counts = tally(words)
  deepEqual(
    wanted.filter((word) => (counts.get(word) ?? 0) < least),
    [],
    `each at least ${least} times: ${[...counts].map(([word, count]) => `${word} ${count}`).join(', ')}`,
  )
}

describe('values', () => {
  it('ids are valid (SPEC 3.5), and include property names of every object and ids that differ only in case', () => {
    for (const ids of [sample(userId()), sample(tenantId())]) {
      ok(ids.every(isId))
      reached(ids, ['__proto__', 'constructor'], 20)
      ok(new Set(ids).size > new Set(ids.map((id) => id.toLowerCase())).size)
      ok(ids.some((id) => id.length === 128) && ids.some((id) => id.length === 1))
    }
  })

  it('instants are whole milliseconds within their limits, and reach both limits', async () => {
    for (const { min, max } of [
      { min: -8.64e15, max: 8.64e15 },
      { min: -5, max: 5 },
      { min: 1e12, max: 1e12 + 10 },
    ]) {
      const instants = sample(instant({ min, max }))
      ok(instants.every((at) => Number.isSafeInteger(at) && at >= min && at <= max))
      if (max - min < 100) deepEqual([Math.min(...instants), Math.max(...instants)], [min, max])
    }
  })

  it('methods, names, messages, submissions and actors are well-formed (SPEC 2.1, 3.2, 3.3, 3.4)', async () => {
    reached(sample(method()), METHODS, 100)
    const property = fc.property(submission(), requestName(), message(), actor(), (input, name, text, by) => {
      equal(submissionSchema.safeParse(input).success, true)
      equal(submissionSchema.safeParse({ ...input, name, message: text }).success, true)
      equal(actorSchema.safeParse(by).success, true)
    })
    await fc.assert(property, RUNS)
  })

  it('submissions have duplicates in one and in several associations, with and without an id', () => {
    const all = sample(submission())
    ok(all.filter(({ id }) => id === undefined).length > 100 && all.filter(({ id }) => id !== undefined).length > 100)
    ok(all.filter(({ associations }) => associations.some(({ users }) => new Set(users).size < users.length)).length > 100)
    ok(all.filter(({ associations }) => associations.length > 1).length > 100)
  })
})

describe('facts', () => {
  const all = sample(tenantFacts())
  const requests = all.flatMap((facts) => facts.requests)

  it('are accepted: none is malformed or contradicts itself (SPEC 5.2)', () => {
    for (const facts of all) accessFrom([facts])
    for (const request of sample(requestFacts())) accessFrom([{ tenant: request.tenant, governed: true, requests: [request] }])
  })

  it('have every state, with and without an expiry, and can be governed without requests', () => {
    reached(
      requests.map(({ state }) => state),
      ['pending', 'granted', 'expired', 'revoked', 'rejected', 'withdrawn'],
      300,
    )
    reached(
      all.map(({ governed, requests }) => `${governed ? 'governed' : 'open'}, ${requests.length} requests`),
      ['governed, 0 requests', 'open, 0 requests', 'governed, 5 requests'],
      20,
    )
    ok(requests.filter(({ removed }) => removed.length > 0).length > 500, 'users are removed')
    ok(requests.filter(({ users }) => users.length === 0).length > 10, 'the last user is removed')
    ok(requests.filter((request) => 'expiresAt' in request && request.expiresAt === null).length > 300, 'grants have no end')
  })

  it('have grants that touch, overlap and end together', () => {
    const grants = (facts: TenantFacts) => facts.requests.flatMap((one) => (one.state === 'granted' ? [one] : []))
    const pairs = all.flatMap((facts) =>
      grants(facts).flatMap((a) => grants(facts).flatMap((b) => (a.id === b.id ? [] : [[a, b] as const]))),
    )
    ok(pairs.filter(([a, b]) => a.expiresAt === b.grantedAt).length > 50, 'chained')
    ok(pairs.filter(([a, b]) => a.expiresAt !== null && a.expiresAt === b.expiresAt).length > 50, 'tied')
    ok(pairs.filter(([a, b]) => a.grantedAt === b.grantedAt && a.expiresAt === b.expiresAt).length > 20, 'the same')
    ok(pairs.filter(([a, b]) => a.expiresAt !== null && b.grantedAt < a.expiresAt && a.grantedAt < b.grantedAt).length > 50, 'overlapping')
  })
})

describe('questions', () => {
  const asked = sample(
    tenantFacts().chain((facts) => accessQuery({ around: [facts] }).map((one) => ({ facts, ...one }))),
    5_000,
  )

  it('are well-formed, and get answers of every kind', () => {
    const reasons = asked.map(
      ({ facts, user, tenant, method, now }) => decide(user, tenant, method, now, facts, { legacy: () => true }).reason,
    )
    ok(!reasons.includes('invalid-question'))
    const common = ['granted', 'pending', 'expired', 'revoked', 'rejected', 'withdrawn', 'removed', 'not-associated', 'legacy-closed']
    reached(reasons, [...common, 'legacy-permitted', 'no-facts'], 25)
  })

  it('are asked 1 ms before an end and at it', () => {
    const where = asked.flatMap(({ facts, now }) =>
      facts.requests.flatMap((one) => ('expiresAt' in one && one.expiresAt !== null ? [`${one.expiresAt - now} ms before the end`] : [])),
    )
    reached(where, ['1 ms before the end', '0 ms before the end', '-1 ms before the end'], 200)
  })

  it('that are malformed are denied, whichever field is malformed', async () => {
    const property = fc.property(tenantFacts(), malformedAccessQuery(), (facts, { user, tenant, method, now }) => {
      const access = accessFrom([facts], { legacy: () => true, everyTenant: true })
      equal(access.decide(user as string, tenant as string, method as 'legacy-support', now as number).reason, 'invalid-question')
    })
    await fc.assert(property, RUNS)
  })
})

describe('command logs', () => {
  const logs = sample(commandLog(), 500)
  const commands = logs.flat()

  it('have every verb and every flaw, up to the given length', () => {
    const verbs = ['submit', 'grant', 'reject', 'setExpiry', 'revoke', 'withdraw', 'withdrawAll', 'removeUser', 'recordDue']
    reached(
      commands.map(({ verb }) => verb),
      verbs,
      100,
    )
    const flaws = ['malformed', 'impersonating', 'not-permitted', 'unknown', 'stranger', 'other-party', 'requester', 'stale']
    reached(
      commands.flatMap((command) => command.flaws),
      flaws,
      100,
    )
    equal(Math.max(...logs.map(({ length }) => length)), 40)
    ok(sample(commandLog({ length: 3 }), 100).every(({ length }) => length <= 3))
    ok(sample(commandLog({ length: 0 }), 10).every(({ length }) => length === 0))
    ok(commands.filter(({ flaws }) => flaws.length === 0).length > commands.length / 2, 'most commands are sensible')
  })

  it('have a clock that mostly advances, sometimes stands still, sometimes steps back', () => {
    const moves = logs.flatMap((log) => log.slice(1).map(({ at }, before) => Math.sign(at - (log[before]?.at ?? at))))
    const counts = tally(moves.map((move) => ['back', 'still', 'on'][move + 1] ?? ''))
    ok((counts.get('on') ?? 0) > moves.length / 2)
    ok((counts.get('still') ?? 0) > moves.length / 20 && (counts.get('back') ?? 0) > moves.length / 20)
  })

  it('repeat submissions, with the same and with other content', () => {
    const again = logs.flatMap((log) => {
      const sent = log.flatMap((command) => (command.verb === 'submit' && command.input.id ? [command] : []))
      return sent.slice(1).map(({ requester, input }, before) => {
        const earlier = sent.slice(0, before + 1).find((one) => one.requester === requester && one.input.id === input.id)
        return earlier === undefined ? 'new' : JSON.stringify(earlier.input) === JSON.stringify(input) ? 'the same' : 'other'
      })
    })
    reached(again, ['new', 'the same', 'other'], 20)
  })

  it('without flaws name a sent request in a state that allows the verb, by the right party', () => {
    const sent = (['pending', 'granted', 'rejected'] as const).map((state, index) => ({
      id: `request-${index}`,
      accessRequest: 'order',
      requestingTenant: 'classics',
      tenant: 'tom-sawyer',
      users: ['caroline'],
      state,
      revision: 3,
    }))
    const fair = commands.filter((one) => one.flaws.length === 0 && 'fitting' in one && one.fitting)
    for (const logged of fair) {
      const command = resolveCommand(logged, sent)
      if (command.verb === 'recordDue' || command.verb === 'submit') continue
      equal(actorSchema.safeParse(command.actor).success, true)
      equal(command.actor.impersonating, null)
      const { user, tenant } = command.actor
      ok(PEOPLE.get(tenant)?.includes(user), `\`${user}\` works for \`${tenant}\``)
      if (command.verb === 'grant' || command.verb === 'reject') equal(command.id, 'request-0')
      if (command.verb === 'setExpiry' || command.verb === 'revoke') equal(command.id, 'request-1')
      if (command.verb === 'withdraw') ok(command.target === 'request-0' || typeof command.target === 'object')
      if (command.verb === 'removeUser') equal(command.user, 'caroline')
      if (command.verb !== 'revoke') equal(tenant, ['grant', 'reject', 'setExpiry'].includes(command.verb) ? 'tom-sawyer' : 'classics')
      const seen = 'input' in command ? command.input.ifRevision : undefined
      ok(seen === undefined || seen === 3)
    }
    ok(fair.length > 1_000)
  })

  it('name a request that does not exist if none was sent', () => {
    for (const logged of commands) {
      const command = resolveCommand(logged, [])
      if ('id' in command) ok(command.id === 'nowhere')
    }
  })

  it('use the people of the host', () => {
    const people = new Map([
      ['vendor', ['vera']],
      ['customer', ['cora', 'carl']],
    ])
    for (const logged of sample(commandLog({ people, requesters: ['vendor'], start: 0 }), 100).flat()) {
      const stored: Pick<TenantRequest, 'id' | 'accessRequest' | 'requestingTenant' | 'tenant' | 'users' | 'state' | 'revision'> = {
        id: 'one',
        accessRequest: 'order',
        requestingTenant: 'vendor',
        tenant: 'customer',
        users: ['vera'],
        state: 'pending',
        revision: 1,
      }
      const command = resolveCommand(logged, [stored], people)
      if (command.verb === 'recordDue' || logged.flaws.length > 0) continue
      ok(people.get(command.actor.tenant)?.includes(command.actor.user))
    }
  })
})

describe('stored sessions', () => {
  const all = sample(session())

  it('are valid for the schema, between two different tenants', () => {
    for (const one of all) {
      deepEqual(Session.parse(JSON.parse(JSON.stringify(one))), one)
      ok(one.requestingTenant !== one.tenant && one.startedAt < one.endsAt)
      ok(one.grantedBy.length > 0 || one.method !== 'access-request')
    }
  })

  it('are open or ended by every cause, by every method, and share instants', () => {
    const ends = all.map((one) => (one.state === 'open' ? 'open' : `${one.cause} by ${one.endedBy === 'clock' ? 'the clock' : 'a user'}`))
    reached(ends, ['open', 'ended-by-user by a user', 'access-lost by the clock', 'expired by the clock'], 200)
    deepEqual(new Set(ends).size, 4)
    reached(
      all.map(({ method }) => method),
      METHODS,
      300,
    )
    for (const one of all) {
      if (one.state === 'open') continue
      ok(one.endedAt >= one.startedAt && (one.cause === 'expired' ? one.endedAt === one.endsAt : one.endedAt < one.endsAt))
    }
    ok(new Set(all.map(({ startedAt }) => startedAt)).size < all.length - 500)
    ok(all.some(({ grantedBy }) => grantedBy.length === 0) && all.some(({ grantedBy }) => grantedBy.length > 1))
  })
})

describe('logs of sessions', () => {
  const logs = sample(sessionLog(), 300)
  const visits = logs.flat()

  it('have every verb, every method and every flaw, up to the given length', () => {
    reached(
      visits.map(({ verb }) => verb),
      ['startImpersonation', 'checkImpersonation', 'endImpersonation'],
      500,
    )
    reached(
      visits.flatMap((visit) => (visit.verb === 'startImpersonation' ? [visit.method] : [])),
      METHODS,
      300,
    )
    reached(
      visits.flatMap((visit) => visit.flaws),
      ['malformed', 'impersonating', 'unknown', 'stranger', 'own-tenant'],
      100,
    )
    equal(Math.max(...logs.map(({ length }) => length)), 40)
    ok(sample(sessionLog({ length: 3 }), 100).every(({ length }) => length <= 3))
    ok(sample(sessionLog({ length: 0 }), 10).every(({ length }) => length === 0))
    ok(visits.filter(({ flaws }) => flaws.length === 0).length > visits.length / 2, 'most visits are sensible')
  })

  it('name a session that does not exist if none was started', () => {
    for (const logged of visits) {
      const command = resolveSessionCommand(logged, { now: 0, sessions: [] })
      if (command.verb !== 'startImpersonation' && !logged.flaws.includes('malformed')) equal(command.session, 'nowhere')
    }
  })

  it(
    'played, reach every answer, and check sessions 1 ms before their end, at it and after it',
    async () => {
      const answers: string[] = []
      const checked: string[] = []
      for (const log of logs.slice(0, 100)) {
        let now = 1_000_000
        const consentry = createConsentry({
          repository: memoryRepository(),
          directory: {
            members: (tenant, users) => users.filter((user) => PEOPLE.get(tenant)?.includes(user)),
            askable: (_, tenants) => tenants,
          },
          clock: () => now,
          legacy: (user) => user !== 'xavier',
          policy: { sessionCap: { minutes: 10 } },
        })
        const requests = [await granted(consentry, now + 86_400_000)]
        const sessions: LiveSession[] = []
        for (const logged of log) {
          const command = resolveSessionCommand(logged, { now, sessions, requests })
          if (logged.move.to === 'now') equal(command.at, now + logged.move.by)
          now = command.at
          const about = command.verb === 'startImpersonation' ? undefined : sessions.find(({ id }) => id === command.session)
          const answer = await play(consentry, command, sessions)
          answers.push(`${command.verb}: ${answer}`)
          if (command.verb === 'checkImpersonation' && about && Math.abs(now - about.endsAt) <= 1 && logged.flaws.length === 0) {
            checked.push(`${now - about.endsAt} ms from the end: ${answer}`)
          }
          if (logged.flaws.includes('malformed')) equal(answer, 'invalid-input')
          else if (logged.flaws.length === 0) ok(answer !== 'invalid-input', `${command.verb} is well-formed`)
        }
      }
      const codes = ['done', 'invalid-input', 'impersonating']
      const wanted = [
        ...[...codes, 'access-denied'].map((code) => `startImpersonation: ${code}`),
        ...[...codes, 'not-found', 'session-ended'].map((code) => `checkImpersonation: ${code}`),
        ...['done', 'invalid-input', 'not-found'].map((code) => `endImpersonation: ${code}`),
      ]
      reached(answers, wanted, 10)
      const ends = ['-1 ms from the end: done', '0 ms from the end: session-ended', '1 ms from the end: session-ended']
      reached(checked, ends, 10)
    },
    PATIENCE,
  )

  it('use the people of the host', () => {
    const people = new Map([
      ['vendor', ['vera']],
      ['customer', ['cora', 'carl']],
    ])
    for (const logged of sample(sessionLog({ people, requesters: ['vendor'] }), 100).flat()) {
      const command = resolveSessionCommand(logged, { now: 0, sessions: [] }, people)
      if (command.verb !== 'startImpersonation' || logged.flaws.length > 0) continue
      deepEqual([command.actor.user, command.actor.tenant, command.input.tenant], ['vera', 'vendor', 'customer'])
    }
  })
})

/** A request of Classics' to Tom Sawyer, granted, as a log needs to know it. */
async function granted(consentry: Consentry, expiresAt: number) {
  const [requestingTenant, tenant, users] = ['classics', 'tom-sawyer', ['caroline', 'charlotte']]
  const who = { permissions: ['submit', 'answer'], impersonating: null } as const
  const submission = { name: 'Access', associations: [{ users, tenants: [tenant] }] }
  const { sent } = await consentry.submit({ ...who, user: 'elizabeth', tenant: requestingTenant }, submission)
  const id = sent[0]?.id ?? ''
  await consentry.grant({ ...who, user: 'tom', tenant }, id, { expiresAt })
  return { id, accessRequest: 'order', requestingTenant, tenant, users, state: 'granted', revision: 2 } as const
}

async function play(consentry: Consentry, command: arbitraries.SessionCommand, sessions: LiveSession[]): Promise<string> {
  try {
    if (command.verb === 'startImpersonation') sessions.push(await consentry.startImpersonation(command.actor, command.input))
    else await consentry[command.verb](command.actor, command.session)
    return 'done'
  } catch (error) {
    if (!isConsentryError(error)) throw error
    return error.code
  }
}

describe('the entry point', () => {
  it('exports exactly these generators', () => {
    const names = ['PEOPLE', 'actor', 'commandLog', 'instant', 'malformedAccessQuery', 'message', 'method', 'accessQuery', 'requestFacts']
    deepEqual(
      Object.keys(arbitraries).sort(),
      [
        ...names,
        'requestName',
        'resolveCommand',
        'resolveSessionCommand',
        'session',
        'sessionLog',
        'submission',
        'tenantFacts',
        'tenantId',
        'userId',
      ].sort(),
    )
  })
})
