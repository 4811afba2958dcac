/** The published generators produce valid values and reach every case that they promise. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { actorSchema } from '../../src/domain/actor.js'
import { PERSONAL_END_CAUSES } from '../../src/domain/event.js'
import { isId } from '../../src/domain/ids.js'
import { submissionSchema } from '../../src/domain/submission.js'
import { accessFrom, type Consentry, decide, isConsentryError, type LiveSession, REQUEST_STATUSES, USER_STATUSES } from '../../src/index.js'
import { Session } from '../../src/repository.js'
import * as arbitraries from '../../src/testing/arbitraries.js'
import { METHODS } from '../model/questions.js'
import { Stage } from '../model/replay.js'

const { actor, commandLog, instant, malformedAccessQuery, message, method, PEOPLE, accessQuery, requestFacts, requestName } = arbitraries
const { resolveCommand, resolveSessionCommand, session, sessionLog, submission, tenantFacts, tenantId, userId } = arbitraries

const RUNS = { numRuns: 2_000 }
/** Always the same values, so that what must be reached is reached in every run. */
const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns = 2_000): T[] => fc.sample(arbitrary, { seed: 1, numRuns })

const VERBS = [
  'submit',
  'grant',
  'reject',
  'setExpiry',
  'revoke',
  'withdraw',
  'withdrawAll',
  'removeUser',
  'answerMany',
  'endAll',
  'recordDue',
]
const FLAWS = ['malformed', 'impersonating', 'not-permitted', 'unknown', 'stranger', 'other-party', 'requester', 'stale']
const SESSION_VERBS = ['startImpersonation', 'checkImpersonation', 'endImpersonation', 'endSession', 'resume']
const SESSION_FLAWS = ['malformed', 'impersonating', 'unknown', 'stranger', 'own-tenant']
const ENDINGS = ['open', ...PERSONAL_END_CAUSES.map((cause) => `${cause} by a user`), 'access-lost by clock', 'expired by clock']
const REASONS = [...USER_STATUSES, 'not-associated', 'legacy-closed', 'legacy-permitted', 'no-facts']

function reached(words: readonly string[], wanted: readonly string[], least: number): void {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  const rare = wanted.filter((word) => (counts.get(word) ?? 0) < least)
  deepEqual(rare, [], `each at least ${least} times: ${[...counts].map(([word, count]) => `${word} ${count}`).join(', ')}`)
}

const [allUsers, allTenants] = [sample(userId()), sample(tenantId())]
const submissions = sample(submission())
const facts = sample(tenantFacts())
const requests = facts.flatMap((one) => one.requests)
const sizes = facts.map((one) => `${one.governed ? 'governed' : 'open'}, ${one.requests.length}`)
const questions = sample(
  tenantFacts().chain((about) => accessQuery({ around: [about] }).map((one) => ({ about, ...one }))),
  5_000,
)
const logs = sample(commandLog(), 500)
const commands = logs.flat()
const sessions = sample(session())
const endings = sessions.map((one) => (one.state === 'open' ? 'open' : `${one.cause} by ${one.endedBy === 'clock' ? 'clock' : 'a user'}`))
const sessionLogs = sample(sessionLog(), 300)
const sessionCommands = sessionLogs.flat()

const repeatsUser = ({ users }: { readonly users: readonly string[] }) => new Set(users).size < users.length

/** How two grants of a tenant lie to each other. */
const relations = facts.flatMap(({ requests }) => {
  const grants = requests.flatMap((one) => (one.state === 'granted' ? [one] : []))
  const pairs = grants.flatMap((a) => grants.flatMap((b) => (a.id === b.id ? [] : [{ a, b }])))
  return pairs.flatMap(({ a, b }) => [
    ...(a.expiresAt === b.grantedAt ? ['chained'] : []),
    ...(a.expiresAt !== null && a.expiresAt === b.expiresAt ? ['tied'] : []),
    ...(a.grantedAt === b.grantedAt && a.expiresAt === b.expiresAt ? ['the same'] : []),
    ...(a.expiresAt !== null && b.grantedAt < a.expiresAt && a.grantedAt < b.grantedAt ? ['overlapping'] : []),
  ])
})

/** How the instant of a question lies to the end of each grant. */
const beforeEnds = questions.flatMap(({ about, now }) =>
  about.requests.flatMap((one) => ('expiresAt' in one && one.expiresAt !== null ? [`${one.expiresAt - now} ms before the end`] : [])),
)

const legacy = () => true
const reasons = questions.map(({ about, user, tenant, method, now }) => decide(user, tenant, method, now, about, { legacy }).reason)

/** What each further submission of a log repeats. */
const repeats = logs.flatMap((log) => {
  const sent = log.flatMap((command) => (command.verb === 'submit' && command.input.id ? [command] : []))
  return sent.slice(1).map(({ requester, input }, before) => {
    const earlier = sent.slice(0, before + 1).find((one) => one.requester === requester && one.input.id === input.id)
    return earlier === undefined ? 'new' : JSON.stringify(earlier.input) === JSON.stringify(input) ? 'the same' : 'other'
  })
})

it.each<[what: string, words: readonly string[], wanted: readonly string[], least: number]>([
  ['user ids that are property names of every object', allUsers, ['__proto__', 'constructor'], 20],
  ['tenant ids that are property names of every object', allTenants, ['__proto__', 'constructor'], 20],
  ['every method', sample(method()), METHODS, 100],
  ['submissions with and without an id', submissions.map(({ id }) => (id === undefined ? 'without' : 'with')), ['with', 'without'], 101],
  ['submissions with duplicate users', submissions.map((one) => (one.associations.some(repeatsUser) ? 'repeats' : '')), ['repeats'], 101],
  ['submissions of several associations', submissions.map(({ associations }) => `${associations.length}`), ['2', '3'], 51],
  ['requests in every state', requests.map(({ state }) => state), REQUEST_STATUSES, 300],
  ['facts without requests, governed or not, and with many', sizes, ['governed, 0', 'open, 0', 'governed, 5'], 20],
  ['requests from which users are removed', requests.map(({ removed }) => (removed.length > 0 ? 'removed' : 'none')), ['removed'], 501],
  ['requests from which the last user is removed', requests.map(({ users }) => (users.length === 0 ? 'empty' : 'named')), ['empty'], 11],
  ['grants without an end', requests.flatMap((one) => ('expiresAt' in one ? [`${one.expiresAt}`] : [])), ['null'], 301],
  ['grants that touch, end together and overlap', relations, ['chained', 'tied', 'overlapping'], 51],
  ['grants of the same time', relations, ['the same'], 21],
  ['questions with answers of every kind', reasons, REASONS, 25],
  ['questions 1 ms before an end and at it', beforeEnds, [1, 0, -1].map((before) => `${before} ms before the end`), 200],
  ['commands of every verb', commands.map(({ verb }) => verb), VERBS, 100],
  ['commands with every flaw', commands.flatMap(({ flaws }) => flaws), FLAWS, 100],
  ['submissions repeated, with the same and with other content', repeats, ['new', 'the same', 'other'], 20],
  ['sessions open or ended by every cause', endings, ENDINGS, 200],
  ['sessions by every method', sessions.map((one) => one.method), METHODS, 300],
  ['session commands of every verb', sessionCommands.map(({ verb }) => verb), SESSION_VERBS, 400],
  ['session starts by every method', sessionCommands.flatMap((one) => ('method' in one ? [one.method] : [])), METHODS, 300],
  ['session commands with every flaw', sessionCommands.flatMap(({ flaws }) => flaws), SESSION_FLAWS, 100],
])('generated values reach %s', (_, words, wanted, least) => reached(words, wanted, least))

describe('values', () => {
  it('ids of users and of tenants are valid (SPEC 3.5), short and long, and some differ only in case', () => {
    for (const ids of [allUsers, allTenants]) {
      ok(ids.every(isId))
      ok(new Set(ids).size > new Set(ids.map((id) => id.toLowerCase())).size)
      ok(ids.some((id) => id.length === 128) && ids.some((id) => id.length === 1))
    }
  })

  it.each([
    [-8.64e15, 8.64e15],
    [-5, 5],
    [1e12, 1e12 + 10],
  ])('instants from %i to %i are whole milliseconds within these limits, and reach close ones', (min, max) => {
    const instants = sample(instant({ min, max }))
    ok(instants.every((at) => Number.isSafeInteger(at) && at >= min && at <= max))
    if (max - min < 100) deepEqual([Math.min(...instants), Math.max(...instants)], [min, max])
  })

  it('names, messages, submissions and actors are well-formed (SPEC 2.1, 3.2, 3.3, 3.4)', async () => {
    const property = fc.property(submission(), requestName(), message(), actor(), (input, name, text, by) => {
      equal(submissionSchema.safeParse(input).success, true)
      equal(submissionSchema.safeParse({ ...input, name, message: text }).success, true)
      equal(actorSchema.safeParse(by).success, true)
    })
    await fc.assert(property, RUNS)
  })

  it('facts are accepted: none is malformed or contradicts itself (SPEC 5.2)', () => {
    for (const one of facts) accessFrom([one])
    for (const request of sample(requestFacts())) accessFrom([{ tenant: request.tenant, governed: true, requests: [request] }])
  })

  it('questions are well-formed', () => ok(!reasons.includes('invalid-question')))

  it('malformed questions are denied, whichever field is malformed', async () => {
    const property = fc.property(tenantFacts(), malformedAccessQuery(), (about, { user, tenant, method, now, from }) => {
      const access = accessFrom([about], { legacy, everyTenant: true })
      const asked = [user, tenant, method, now, from] as Parameters<typeof access.decide>
      equal(access.decide(...asked).reason, 'invalid-question')
    })
    await fc.assert(property, RUNS)
  })

  it('stored sessions are valid for the schema, between two different tenants, and share instants', () => {
    for (const one of sessions) {
      deepEqual(Session.parse(JSON.parse(JSON.stringify(one))), one)
      ok(one.requestingTenant !== one.tenant && one.startedAt < one.endsAt)
      ok(one.grantedBy.length > 0 || one.method !== 'access-request')
      if (one.state === 'open') continue
      ok(one.endedAt >= one.startedAt && (one.cause === 'expired' ? one.endedAt === one.endsAt : one.endedAt < one.endsAt))
      equal(one.endedBy === 'clock', one.cause === 'expired' || one.cause === 'access-lost')
    }
    ok(new Set(sessions.map(({ startedAt }) => startedAt)).size < sessions.length - 500)
    ok(sessions.some(({ grantedBy }) => grantedBy.length === 0) && sessions.some(({ grantedBy }) => grantedBy.length > 1))
  })
})

/** Other people than the default, for a host of its own. */
const HOST = new Map([
  ['vendor', ['vera']],
  ['customer', ['cora', 'carl']],
])

describe.each<[what: string, logOf: (options?: { readonly length: number }) => fc.Arbitrary<{ readonly flaws: readonly string[] }[]>]>([
  ['command logs', commandLog],
  ['logs of sessions', sessionLog],
])('%s', (_, logOf) => {
  it('have up to the given length, 40 by default, and most commands are sensible', () => {
    const all = sample(logOf(), 500)
    equal(Math.max(...all.map(({ length }) => length)), 40)
    for (const length of [3, 0]) ok(sample(logOf({ length }), 100).every((log) => log.length <= length))
    ok(all.flat().filter(({ flaws }) => flaws.length === 0).length > all.flat().length / 2)
  })
})

describe('command logs', () => {
  it('have a clock that mostly advances, sometimes stands still, sometimes steps back', () => {
    const moves = logs.flatMap((log) => log.slice(1).map(({ at }, before) => at - (log[before]?.at ?? at)))
    ok(moves.filter((move) => move > 0).length > moves.length / 2)
    ok(moves.filter((move) => move === 0).length > moves.length / 20)
    ok(moves.filter((move) => move < 0).length > moves.length / 20)
  })

  it('without flaws name a sent request in a state that allows the verb, by the right party', () => {
    const parties = { requestingTenant: 'classics', tenant: 'tom-sawyer', users: ['caroline'] }
    const order = { accessRequest: 'order', ...parties, revision: 3, tenantRevision: 2 }
    const sent = (['pending', 'granted', 'rejected'] as const).map((state, index) => ({ ...order, id: `request-${index}`, state }))
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
      if (command.verb === 'answerMany') equal(command.answers[0]?.id, 'request-0')
      if (command.verb === 'endAll') equal(command.input.with, tenant === 'classics' ? 'tom-sawyer' : 'classics')
      if (command.verb === 'removeUser') equal(command.user, 'caroline')
      if (command.verb !== 'revoke' && command.verb !== 'endAll')
        equal(tenant, ['grant', 'reject', 'setExpiry', 'answerMany'].includes(command.verb) ? 'tom-sawyer' : 'classics')
      const seen = 'input' in command ? command.input.ifRevision : undefined
      ok(seen === undefined || seen === (tenant === 'tom-sawyer' ? 2 : 3))
    }
    ok(fair.length > 1_000)
  })

  it('name a request that does not exist if none was sent', () => {
    for (const logged of commands) {
      const command = resolveCommand(logged, [])
      if ('id' in command) equal(command.id, 'nowhere')
    }
  })

  it('use the people of the host', () => {
    const parties = { requestingTenant: 'vendor', tenant: 'customer', users: ['vera'] }
    const order = { id: 'one', accessRequest: 'order', ...parties, revision: 1, tenantRevision: 1 }
    for (const logged of sample(commandLog({ people: HOST, requesters: ['vendor'], start: 0 }), 100).flat()) {
      const command = resolveCommand(logged, [{ ...order, state: 'pending' }], HOST)
      if (command.verb === 'recordDue' || logged.flaws.length > 0) continue
      ok(HOST.get(command.actor.tenant)?.includes(command.actor.user))
    }
  })
})

describe('logs of sessions', () => {
  it('name a session that does not exist if none was started', () => {
    for (const logged of sessionCommands) {
      const command = resolveSessionCommand(logged, { now: 0, sessions: [] })
      if (command.verb === 'startImpersonation' || logged.flaws.includes('malformed')) continue
      const { session } = command.verb === 'resume' ? command.login : command
      equal(session, command.verb === 'endSession' ? '0'.repeat(64) : 'nowhere')
    }
  })

  it('played, reach every answer, and check sessions 1 ms before their end, at it and after it', { timeout: 60_000 }, async () => {
    const answers: string[] = []
    const checked: string[] = []
    for (const log of sessionLogs) {
      const stage = new Stage({ legacy: (user) => user !== 'xavier', policy: { sessionCap: { minutes: 10 } } })
      const requests = [await granted(stage.consentry, stage.now + 86_400_000)]
      const started: LiveSession[] = []
      for (const logged of log) {
        const { now } = stage
        const command = resolveSessionCommand(logged, { now, sessions: started, requests })
        if (logged.move.to === 'now') equal(command.at, now + logged.move.by)
        stage.now = command.at
        const about = command.verb === 'checkImpersonation' ? started.find(({ id }) => id === command.session) : undefined
        const answer = await play(stage.consentry, command, started)
        answers.push(`${'by' in logged && logged.by !== 'user' ? `${logged.by}'s ` : ''}${command.verb}: ${answer}`)
        if (about && logged.flaws.length === 0) {
          checked.push(`${command.at - about.endsAt} ms from the end: ${answer}`)
        }
        // A start from inside a tenant is refused before its input is read (SPEC 4.7).
        const isNested = command.verb === 'startImpersonation' && Boolean(command.actor.impersonating)
        if (logged.flaws.includes('malformed')) equal(answer, isNested ? 'impersonating' : 'invalid-input')
        else if (logged.flaws.length === 0) ok(answer !== 'invalid-input', `${command.verb} is well-formed`)
      }
    }
    const codes = ['done', 'invalid-input', 'impersonating']
    const wanted = [
      ...[...codes, 'access-denied'].map((code) => `startImpersonation: ${code}`),
      ...[...codes, 'not-found', 'session-ended'].map((code) => `checkImpersonation: ${code}`),
      ...['done', 'invalid-input', 'not-found'].map((code) => `endImpersonation: ${code}`),
      ...['live', 'not-found', 'expired', 'ended-by-user', 'invalid-input'].map((answer) => `resume: ${answer}`),
    ]
    reached(answers, wanted, 10)
    const ends = [
      ...['ended-by-user', ...codes.slice(1), 'not-permitted', 'not-found'].map((code) => `endSession: ${code}`),
      ...['tenant', 'requester'].flatMap((by) => [`ended-by-${by}`, ...codes.slice(1)].map((code) => `${by}'s endSession: ${code}`)),
    ]
    reached(answers, ends, 4)
    reached(answers, ['resume: outside', ...['access-lost', 'ended-by-tenant', 'ended-by-requester'].map((one) => `resume: ${one}`)], 2)
    reached(checked, ['-1 ms from the end: done', '0 ms from the end: session-ended', '1 ms from the end: session-ended'], 10)
  })

  it('use the people of the host', () => {
    for (const logged of sample(sessionLog({ people: HOST, requesters: ['vendor'] }), 100).flat()) {
      const command = resolveSessionCommand(logged, { now: 0, sessions: [] }, HOST)
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
  return { id, accessRequest: 'order', requestingTenant, tenant, users, state: 'granted', revision: 2, tenantRevision: 2 } as const
}

async function play(consentry: Consentry, command: arbitraries.SessionCommand, sessions: LiveSession[]): Promise<string> {
  try {
    if (command.verb === 'startImpersonation') sessions.push(await consentry.startImpersonation(command.actor, command.input))
    else if (command.verb === 'resume') {
      const { session, ended } = await consentry.resume(command.login)
      return session ? 'live' : (ended?.cause ?? 'outside')
    } else if (command.verb === 'endSession') return (await consentry.endSession(command.actor, command.session)).cause
    else await consentry[command.verb](command.actor, command.session)
    return 'done'
  } catch (error) {
    if (!isConsentryError(error)) throw error
    return error.code
  }
}
