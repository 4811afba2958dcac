/** The table of cases that every guard must pass, in every framework. */

import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { expect } from 'vitest'
import type { Actor } from '../../src/domain/actor.js'
import type { DenyReason } from '../../src/domain/decision-types.js'
import { AccessDenied, ConsentryError } from '../../src/domain/error.js'
import type { Impersonation } from '../../src/guard/impersonation.js'
import type { GuardReason } from '../../src/guard/problem-details.js'
import { caroline, charlotte, elizabeth, HUNDRED, hundredAdmin, person, T0, TOM, tomAdmin } from '../story/cast.js'
import type { Seen, Wiring } from './host.js'
import { type Form, type Headers, isDenied, passes, passesAtHome, type Trial } from './trial.js'

interface Case {
  readonly name: string
  readonly run: (trial: Trial) => Promise<void>
}

type Change = (trial: Trial) => unknown

const testCase = (name: string, run: Case['run']): Case => ({ name, run })

/** Makes a case in which a form passes: the impersonation differs from Caroline's in these fields. */
const passing = (form: Form, name: string, as: Partial<Impersonation>, headers: Headers, change: Change = () => {}) =>
  testCase(`${form}: ${name}`, async (trial) => {
    await change(trial)
    await passes(trial, form, headers, as)
  })

/** Makes cases in which a form denies, for this reason and with this error or none. */
const denying =
  (form: Form) =>
  (name: string, reason: GuardReason, errors: unknown[], headers: Headers = {}, change: Change = () => {}) =>
    testCase(`${form}: ${name}`, async (trial) => {
      await change(trial)
      await isDenied(trial, form, headers, reason, ...errors)
    })
const byMethod = denying('by-method')
const bySession = denying('by-session')
const byLogin = denying('by-login')
type Row = Parameters<typeof byMethod>
/** Of the two forms that check a session. */
const bySessions = (...row: Row): Case[] => [bySession(...row), byLogin(...row)]
const byAll = (...row: Row): Case[] => [byMethod(...row), ...bySessions(...row)]

const error = (code: string, fields: object = {}) => expect.objectContaining({ code, ...fields })
const invalid = error('invalid-input')
const wrong = (...path: readonly (string | number)[]) => error('invalid-input', { issues: [expect.objectContaining({ path })] })
const decision = (reason: string) => error('access-denied', { decision: expect.objectContaining({ allowed: false, reason }) })

const user = (name: string, tenant = TOM, method = 'access-request') => ({ 'x-user': name, 'x-tenant': tenant, 'x-method': method })
const legacyUser = (tenant: string) => user('wickham', tenant, 'legacy-support')

/** The key `then`, written so that no linter reports a thenable. */
const THEN = 'then'
const failure = new Error('SELECT secret FROM tenants')
const throws = (thrown: unknown) => () => {
  throw thrown
}
const unreadable = new Proxy({}, new Proxy({}, { get: () => throws(failure) }))

const breaks: Change = ({ faults }) => Object.assign(faults, { factsFor: throws(failure), sessionRows: throws(failure) })
const setExpiry = ({ stage }: Trial, expiresAt: number) => stage.consentry.setExpiry(tomAdmin, stage.tom, { expiresAt })
const revoke = ({ stage }: Trial) => stage.consentry.revoke(tomAdmin, stage.tom)

const PASSING = [
  passing('by-method', 'granted', {}, {}),
  passing('by-method', 'granted, by `legacy-configure`', { method: 'legacy-configure' }, { 'x-method': 'legacy-configure' }),
  passing('by-method', 'granted, by `legacy-support`', { method: 'legacy-support' }, { 'x-method': 'legacy-support' }),
  passing('by-method', 'permitted by the legacy rule', { user: 'wickham', tenant: HUNDRED, method: 'legacy-support' }, legacyUser(HUNDRED)),
  passing('by-method', 'inside the tenant by this method', {}, user('inside')),
  passing('by-method', 'a path that the framework has decoded', {}, {}, ({ wiring, request }) => {
    wiring.tenant = ({ param }) => param
    request.path = 'tom%2Dsawyer'
  }),
  ...(['by-session', 'by-login'] as const).flatMap((form) => [
    passing(form, 'a live session', {}, {}),
    passing(form, 'inside the tenant by this session', {}, { 'x-user': 'inside' }),
    testCase(`${form}: a session that the legacy rule allows`, async (trial) => {
      const entered = { tenant: HUNDRED, method: 'legacy-support' } as const
      const session = await trial.stage.consentry.startImpersonation(person('wickham', 'classics'), entered)
      const as = { user: 'wickham', ...entered, session, changesAt: session.endsAt }
      await passes(trial, form, { ...legacyUser(HUNDRED), 'x-session': session.id }, as)
    }),
  ]),
  testCase('all: asynchronous callbacks', async (trial) => {
    const { wiring } = trial
    for (const name of ['actor', 'tenant', 'method', 'session', 'person'] as const) {
      const now = wiring[name]
      wiring[name] = (seen) => ({ [THEN]: (resolve: (value: unknown) => void) => setTimeout(() => resolve(now(seen)), 1) })
    }
    await passes(trial, 'by-method', {}, {})
    await passes(trial, 'by-session', {}, {})
    await passes(trial, 'by-login', {}, {})
  }),
]

/** Caroline now works for another vendor. */
const moves: Change = ({ wiring }) => {
  wiring.actor = () => ({ ...caroline, tenant: 'rival' })
}

/** Reasons of the decision; `OVER_TIME` has the others. */
const decided = (reason: DenyReason, headers: Headers = {}, change?: Change) =>
  byMethod(reason, reason, [decision(reason)], headers, change)

const DECIDED = [
  decided('not-associated', user('elizabeth')),
  decided('pending', user('charlotte', HUNDRED)),
  decided('rejected', user('charlotte', HUNDRED), ({ stage }) => stage.consentry.reject(hundredAdmin, stage.hundred)),
  decided('withdrawn', user('charlotte', HUNDRED), ({ stage }) => stage.consentry.withdraw(elizabeth, stage.hundred)),
  decided('removed', user('charlotte'), ({ stage }) => stage.consentry.removeUser(elizabeth, 'charlotte')),
  decided('legacy-closed', legacyUser(TOM)),
  decided('legacy-not-permitted', user('lydia', HUNDRED, 'legacy-configure')),
]

const QUESTIONS = [
  ...byAll('no actor', 'no-actor', [], { 'x-user': '' }),
  ...byAll('no tenant', 'invalid-question', [wrong('tenant')], { 'x-tenant': '' }),
  byMethod('an unknown method', 'invalid-question', [wrong('method')], { 'x-method': 'root' }),
  byMethod('no method', 'invalid-question', [wrong('method')], { 'x-method': '' }),
  byMethod('a method named `__proto__`', 'invalid-question', [wrong('method')], { 'x-method': '__proto__' }),
  byMethod('a malformed tenant id', 'invalid-question', [wrong('tenant')], { 'x-tenant': 'tom sawyer' }),
  byMethod('an unknown tenant', 'not-associated', [decision('not-associated')], { 'x-tenant': '__proto__' }),
  byMethod('a percent sign that escapes nothing', 'not-associated', [decision('not-associated')], { 'x-tenant': 'tom%zz%a-' }),
  ...[TOM.toUpperCase(), 'Tom-Sawyer', `${TOM}.`].map((spelling) => {
    const name = `the legacy tool at \`${spelling}\`, which is nobody’s tenant`
    return byMethod(name, 'legacy-not-permitted', [decision('legacy-not-permitted')], legacyUser(spelling))
  }),
  byMethod('a user who moved to another vendor', 'not-associated', [decision('not-associated')], {}, moves),
  ...bySessions('a user who moved to another vendor', 'session-ended', [error('session-ended')], {}, moves),
  byMethod('the actor’s own tenant', 'own-tenant', [invalid], { 'x-tenant': 'classics' }),
  byMethod('the actor’s own tenant, by the legacy tool', 'own-tenant', [invalid], legacyUser('classics')),
  ...bySessions('the actor’s own tenant', 'own-tenant', [], { 'x-tenant': 'classics' }),
  ...byAll('inside another tenant', 'impersonating', [error('impersonating')], user('nested')),
  ...byAll('inside by another method', 'impersonating', [error('impersonating')], user('otherwise')),
]

const SESSIONS = [
  ...bySessions('no session', 'no-session', [], { 'x-session': '' }),
  ...bySessions('a forged session', 'not-found', [error('not-found')], { 'x-session': 'f'.repeat(64) }),
  bySession('a malformed session id', 'invalid-question', [wrong('session')], { 'x-session': 'a b' }),
  // As for `resume`, it is no session: a cookie that was tampered with is no mistake of the host’s.
  byLogin('a malformed session id', 'not-found', [], { 'x-session': 'a b' }),
  ...bySessions('a session named `__proto__`', 'not-found', [error('not-found')], { 'x-session': '__proto__' }),
  ...bySessions('another user’s session', 'not-found', [error('not-found')], user('charlotte')),
  ...bySessions('the hash of a session', 'not-found', [error('not-found')], {}, async ({ stage, wiring }) => {
    const { items } = await stage.consentry.sessions(elizabeth)
    wiring.session = () => items[0]?.hash
  }),
  ...bySessions('a session of another tenant', 'not-found', [], { 'x-tenant': HUNDRED }),
  ...bySessions('a session of another tenant, both being entered', 'not-found', [], user('charlotte'), async ({ stage, wiring }) => {
    await stage.consentry.grant(hundredAdmin, stage.hundred, { expiresAt: null })
    const { id } = await stage.consentry.startImpersonation(charlotte, { tenant: HUNDRED, method: 'access-request' })
    wiring.session = () => id
  }),
  ...bySessions('a session that has ended', 'session-ended', [error('session-ended')], {}, ({ stage, session }) =>
    stage.consentry.endImpersonation(caroline, session.id),
  ),
  ...bySessions('a session at its end', 'session-ended', [error('session-ended')], {}, ({ stage, session }) =>
    Object.assign(stage, { now: session.endsAt }),
  ),
  ...bySessions('a session whose user is removed', 'removed', [decision('removed')], {}, ({ stage }) =>
    stage.consentry.removeUser(elizabeth, 'caroline'),
  ),
]

const unavailable = error('facts-unavailable', { cause: failure })

const UNAVAILABLE = [
  ...byAll('facts unavailable', 'facts-unavailable', [unavailable], {}, breaks),
  byMethod('facts unavailable, by the legacy tool', 'facts-unavailable', [unavailable], legacyUser(HUNDRED), breaks),
  byMethod('a clock without an instant', 'facts-unavailable', [error('facts-unavailable')], {}, ({ stage }) =>
    Object.assign(stage, { now: Number.NaN }),
  ),
]

const OVER_TIME = (['by-method', 'by-session', 'by-login'] as const).flatMap((form) => [
  testCase(`${form}: revoked between two requests`, async (trial) => {
    await passes(trial, form, {}, {})
    await revoke(trial)
    await isDenied(trial, form, {}, 'revoked', decision('revoked'))
  }),
  testCase(`${form}: the expiry is shortened, and passes, between two requests`, async (trial) => {
    await setExpiry(trial, T0 + 9_000)
    trial.stage.now = T0 + 4_999
    await passes(trial, form, {}, { changesAt: T0 + 9_000 })
    await setExpiry(trial, T0 + 5_000)
    await passes(trial, form, {}, { changesAt: T0 + 5_000 })
    trial.stage.now = T0 + 5_000
    await isDenied(trial, form, {}, 'expired', decision('expired'))
  }),
  testCase(`${form}: 200 requests while the grant is revoked`, async (trial) => {
    const { faults, kept, ran, send } = trial
    // Slow enough for the requests to overlap each other and the revocation.
    faults.factsFor = (...args) => sleep(3).then(() => kept.factsFor(...args))
    faults.sessionRows = (...args) => sleep(3).then(() => kept.sessionRows(...args))
    const statuses = (count: number) => Array.from({ length: count }, async () => (await send(form)).statusCode)
    const early = statuses(80)
    await early[0]
    const revoking = revoke(trial)
    early.push(...statuses(40))
    await revoking
    expect(new Set(await Promise.all(statuses(80)))).toEqual(new Set([403]))
    const passed = (await Promise.all(early)).filter((status) => status === 200)
    expect(passed.length).toBeGreaterThan(0)
    expect((await Promise.all(early)).filter((status) => status !== 200 && status !== 403)).toEqual([])
    expect(ran).toHaveLength(passed.length)
  }),
])

/** Values that no callback may return. */
const NONSENSE: readonly unknown[] = [
  ...[true, 0, 7, 7n, '', `${TOM}\n`, [TOM], [], {}, { toString: () => TOM }],
  ...[new String(TOM), new Date(T0), Symbol(TOM), () => TOM],
]
/** Callbacks that throw, reject, or return a value that throws when it is read. */
const THROWING: Readonly<Record<string, () => unknown>> = {
  'a callback that throws': throws(failure),
  'a callback that rejects': () => Promise.reject(failure),
  'a proxy that throws': () => unreadable,
  'a thenable that throws': () => ({ [THEN]: throws(failure) }),
  'a thenable whose `then` throws': () => Object.defineProperty({}, THEN, { get: throws(failure) }),
}

/** The forms that call a callback; a login is made of an actor and a session. */
const CALLED_BY = {
  actor: [byMethod, bySession, byLogin],
  tenant: [byMethod, bySession, byLogin],
  method: [byMethod],
  session: [bySession],
  person: [byLogin],
} as const

const CALLBACKS: readonly Case[] = (['actor', 'tenant', 'method', 'session', 'person'] as const).flatMap((callback) => {
  const forms = CALLED_BY[callback]
  const absent = { actor: 'no-actor', tenant: undefined, method: undefined, session: 'no-session', person: 'no-actor' } as const
  const row = (name: string, call: () => unknown, errors: unknown[], reason: GuardReason = 'invalid-question') =>
    forms.map((form) => form(`the ${callback} is ${name}`, reason, errors, {}, ({ wiring }) => Object.assign(wiring, { [callback]: call })))
  return [
    ...[null, Promise.resolve(undefined)].flatMap((value) =>
      row(inspect(value), () => value, absent[callback] ? [] : [invalid], absent[callback]),
    ),
    ...NONSENSE.flatMap((value) => row(inspect(value), () => value, [invalid])),
    ...Object.entries(THROWING).flatMap(([name, call]) => row(name, call, [failure])),
  ]
})

const { impersonating: _, ...silent } = caroline
const ACTORS: readonly Case[] = (
  [
    ['without `impersonating`', silent, 'impersonating'],
    ['whose `impersonating` is undefined', { ...caroline, impersonating: undefined }, 'impersonating'],
    ['whose `impersonating` is false', { ...caroline, impersonating: false }, 'impersonating'],
    ['with a further key', { ...caroline, admin: true }, 'admin'],
    ['without a tenant', { ...caroline, tenant: undefined }, 'tenant'],
    ['whose user is a list', { ...caroline, user: ['caroline'] }, 'user'],
    ['with an unknown permission', { ...caroline, permissions: ['root'] }, 'permissions', 0],
    ['with a getter that throws', Object.defineProperty({ ...caroline }, 'user', { get: throws(failure) })],
  ] as const
).flatMap(([name, actor, ...path]) => {
  const expected = path.length > 0 ? wrong('actor', ...path) : invalid
  const isActor: Change = ({ wiring }) => Object.assign(wiring, { actor: () => actor })
  return [byMethod, bySession].map((form) => form(`an actor ${name}`, 'invalid-question', [expected], {}, isActor))
})

/** Reads the tenant from the path as the client sent it. */
const segment = ({ path }: Seen) => path.split('?')[0]?.split('/')[2]

const PATHS: readonly Case[] = (
  [
    ['a path that nobody has decoded', 'tom%2Dsawyer', segment],
    ['a path that nobody has decoded, its escape in small letters', 'tom%2dsawyer', segment],
    ['a path that was encoded twice', 'tom%252Dsawyer', segment],
    ['a path that was encoded twice and decoded once', 'tom%252Dsawyer', ({ param }: Seen) => param],
    ['a tenant twice in the query', `here?tenant=${TOM}&tenant=${TOM}`, ({ query }: Seen) => query('tenant')],
  ] as const
).flatMap(([name, path, tenant]) =>
  // No tenant `tom%2Dsawyer` has granted, so the legacy rule, which permits Wickham, would be called.
  byAll(name, 'invalid-question', [invalid], legacyUser(TOM), ({ wiring, request }) => {
    wiring.tenant = tenant
    request.path = path
  }),
)

const REQUESTS = [
  ...PATHS,
  ...byAll('a user named `__proto__`', 'invalid-question', [invalid], { 'x-user': '__proto__' }),
  ...byAll('a user named `constructor`', 'invalid-question', [invalid], { 'x-user': 'constructor' }),
  ...byAll('a tenant in two headers', 'invalid-question', [invalid], { 'x-tenant': [TOM, HUNDRED] }),
  byMethod('a method in two headers', 'invalid-question', [wrong('method')], { 'x-method': ['access-request', 'access-request'] }),
  bySession('a session in two headers', 'invalid-question', [wrong('session')], {}, ({ request, session }) => {
    request.headers['x-session'] = [session.id, session.id]
  }),
  bySession('a session twice in the query', 'invalid-question', [wrong('session')], {}, ({ wiring, request, session }) => {
    wiring.session = ({ query }) => query('session')
    request.path = `here?session=${session.id}&session=${session.id}`
  }),
  // One text, as Node joins the lines: it is no id, so it is no session.
  byLogin('a session in two headers', 'not-found', [], {}, ({ request, session }) => {
    request.headers['x-session'] = [session.id, session.id]
  }),
  byLogin('a session twice in the query', 'invalid-question', [wrong('person', 'session')], {}, ({ wiring, request, session }) => {
    wiring.session = ({ query }) => query('session')
    request.path = `here?session=${session.id}&session=${session.id}`
  }),
]

const REVOKED = { allowed: false, reason: 'revoked', changesAt: null } as const
const denied = (decision: object) => throws(new AccessDenied(decision as never))
const lookAlike = Object.assign(new Error('bogus'), { code: 'access-denied' })
const refused = new ConsentryError('x', { code: 'not-permitted' })
const portFailed = new ConsentryError('x', { code: 'unavailable', port: 'repository' })

type Answer = (trial: Trial, question: never) => unknown
/** A service that answers like this, whatever it is asked. */
type Service = readonly [name: string, reason: GuardReason, errors: unknown[], answer: Answer, headers?: Headers]
const served =
  (form: (...row: Row) => Case | Case[]) =>
  ([name, reason, errors, answer, headers]: Service) =>
    form(`the service ${name}`, reason, errors, headers, (trial) => {
      const method = (question: never) => answer(trial, question)
      Object.assign(trial.wiring, { consentry: { authorize: method, checkImpersonation: method, resume: method } })
    })

/** Values that are no decision. */
const NO_DECISIONS = [undefined, null, true, { allowed: 'true' }, { allowed: 1, reason: 'granted' }, { allowed: false, reason: 'toString' }]

const SERVICES_BY_METHOD: readonly Service[] = [
  ...NO_DECISIONS.map((value): Service => [`returns ${JSON.stringify(value)}`, 'invalid-question', [], async () => value]),
  ['returns a denial', 'revoked', [], () => REVOKED],
  ['decides instead of authorizing', 'revoked', [], (trial, query) => revoke(trial).then(() => trial.stage.consentry.decide(query))],
  ['throws a denial', 'no-facts', [decision('no-facts')], denied({ ...REVOKED, reason: 'no-facts' })],
  ['throws a denial for no reason', 'invalid-question', [error('access-denied')], denied({})],
  ['throws a denial for a reason that is null', 'invalid-question', [error('access-denied')], denied({ reason: null })],
  ['throws what only looks like a denial', 'facts-unavailable', [lookAlike], throws(lookAlike)],
  ['throws undefined', 'facts-unavailable', [undefined], throws(undefined)],
]

const SERVICES_BY_SESSION: readonly Service[] = [
  ['returns undefined', 'not-found', [], async () => undefined],
  ['returns true', 'not-found', [], async () => true],
  ['returns another tenant’s session', 'not-found', [], async ({ session }) => ({ ...session, tenant: HUNDRED })],
  ['returns another user’s session', 'not-found', [], async ({ session }) => ({ ...session, user: 'charlotte' })],
  ['allows an actor inside another tenant', 'impersonating', [error('impersonating')], async ({ session }) => session, user('otherwise')],
]

const resumed = ({ session }: Trial, fields: object = {}) => ({ actor: INSIDE, session, ended: null, ...fields })
const INSIDE: Actor = { ...caroline, impersonating: { tenant: TOM, method: 'access-request' } }
const ELSEWHERE: Actor = { ...caroline, impersonating: { tenant: TOM, method: 'legacy-support' } }

const SERVICES_BY_LOGIN: readonly Service[] = [
  ...[undefined, null, true, {}].map(
    (value): Service => [
      `returns ${JSON.stringify(value)}`,
      'invalid-question',
      [error('invalid-input', { issues: [expect.objectContaining({ path: ['actor'], code: 'missing' })] })],
      async () => value,
    ],
  ),
  ['returns a session without an actor', 'invalid-question', [invalid], async (trial) => resumed(trial, { actor: undefined })],
  ['returns an actor with a further key', 'invalid-question', [invalid], async (trial) => resumed(trial, { actor: { ...INSIDE, a: 1 } })],
  ['returns another user', 'invalid-question', [], async (trial) => resumed(trial, { actor: { ...INSIDE, user: 'charlotte' } })],
  [
    'returns a person of another tenant',
    'invalid-question',
    [],
    async (trial) => resumed(trial, { actor: { ...INSIDE, tenant: 'rival' } }),
  ],
  ['returns a session that is true', 'not-found', [], async (trial) => resumed(trial, { session: true })],
  [
    'returns another tenant’s session',
    'not-found',
    [],
    async (trial) => resumed(trial, { session: { ...trial.session, tenant: HUNDRED } }),
  ],
  [
    'returns another user’s session',
    'not-found',
    [],
    async (trial) => resumed(trial, { session: { ...trial.session, user: 'charlotte' } }),
  ],
  [
    'returns an actor who is inside by another method',
    'impersonating',
    [error('impersonating')],
    (trial) => resumed(trial, { actor: ELSEWHERE }),
  ],
  ['returns an actor that cannot be read', 'invalid-question', [invalid], (trial) => resumed(trial, { actor: unreadable })],
  ['returns a session that cannot be read', 'facts-unavailable', [failure], (trial) => resumed(trial, { session: unreadable })],
  ['throws a denial', 'no-facts', [decision('no-facts')], denied({ ...REVOKED, reason: 'no-facts' })],
]

/** A service whose first call finds no live session, and whose second one answers like this. */
const explaining = (name: string, reason: GuardReason, errors: unknown[], checkImpersonation: Answer) =>
  byLogin(`the service does not resume, and a check ${name}`, reason, errors, {}, (trial) => {
    const resume = () => ({ actor: caroline, session: null, ended: null })
    const authorize = () => expect.unreachable('it was called')
    Object.assign(trial.wiring, {
      consentry: { authorize, resume, checkImpersonation: () => checkImpersonation(trial, undefined as never) },
    })
  })

const EXPLANATIONS = [
  explaining('allows: what explains a denial lets nobody in', 'not-found', [], async ({ session }) => session),
  explaining('returns undefined', 'not-found', [], () => undefined),
  explaining('denies', 'revoked', [decision('revoked')], denied(REVOKED)),
  explaining('throws at once', 'facts-unavailable', [failure], throws(failure)),
  explaining('returns a proxy that throws', 'facts-unavailable', [failure], () => unreadable),
]

const SERVICES_BY_ALL: readonly Service[] = [
  ['throws at once', 'facts-unavailable', [failure], throws(failure)],
  ['rejects', 'facts-unavailable', [failure], () => Promise.reject(failure)],
  ['returns a proxy that throws', 'facts-unavailable', [failure], () => unreadable],
  ['throws a proxy that throws', 'facts-unavailable', [unreadable], throws(unreadable)],
  ['is unavailable', 'facts-unavailable', [portFailed], throws(portFailed)],
  ['refuses for a reason unknown to guards', 'facts-unavailable', [refused], throws(refused)],
]

const SERVICES = [
  ...SERVICES_BY_METHOD.flatMap(served(byMethod)),
  ...SERVICES_BY_SESSION.flatMap(served(bySession)),
  ...SERVICES_BY_LOGIN.flatMap(served(byLogin)),
  ...SERVICES_BY_ALL.flatMap(served(byAll)),
  ...EXPLANATIONS,
  byMethod('a callback throws a denial', 'invalid-question', [decision('revoked')], {}, ({ wiring }) =>
    Object.assign(wiring, { method: denied(REVOKED) }),
  ),
  testCase('all: the service returns an instant that is none', async (trial) => {
    const answer = { ...trial.session, allowed: true, reason: 'granted', changesAt: 'soon' }
    const resume = () => resumed(trial, { session: answer })
    Object.assign(trial.wiring, { consentry: { authorize: () => answer, checkImpersonation: () => answer, resume } })
    await passes(trial, 'by-method', {}, {})
    await passes(trial, 'by-session', {}, { session: answer as never, changesAt: null })
    await passes(trial, 'by-login', {}, { session: answer as never, changesAt: null })
  }),
]

/** A log sees the request, and changes nothing. */
const log = (name: string, onDenied: (...args: Parameters<Wiring['onDenied']>) => unknown) =>
  testCase(`all: a log that ${name}`, async (trial) => {
    const paths: string[] = []
    trial.wiring.onDenied = (denial, seen) => {
      trial.denials.push(denial)
      paths.push(seen.path)
      return onDenied(denial, seen)
    }
    await isDenied(trial, 'by-method', { 'x-user': '' }, 'no-actor')
    await isDenied(trial, 'by-session', { 'x-session': '' }, 'no-session')
    await isDenied(trial, 'by-login', { 'x-session': '' }, 'no-session')
    expect(paths).toEqual(['/by-method/here', '/by-session/here', '/by-login/here'])
  })

const LOGS = [
  log('throws', throws(failure)),
  log('rejects', () => Promise.reject(failure)),
  log('never settles', () => new Promise(() => {})),
  log('returns a proxy that throws', () => unreadable),
  log('changes the denial', (denial) => Object.assign(denial, { status: 200, ok: true })),
]

const atHome = (form: Form, name: string, headers: Headers, change: Change = () => {}) =>
  testCase(`${form}: ${name}`, async (trial) => {
    await change(trial)
    await passesAtHome(trial, form, headers)
  })

/** The callbacks that tell how the person entered. */
const unused: Change = ({ wiring }) =>
  Object.assign(wiring, { method: throws(failure), session: () => expect.unreachable('it was called') })

/** What the forms of a guard with `ownTenant: 'pass'` have in common: the own people pass without an impersonation, all others as usual. */
const ownTenantIn = (form: 'own-by-method' | 'own-by-session' | 'own-by-login'): Case[] => {
  const deny = denying(form)
  return [
    atHome(form, 'the tenant’s own person', user('tom')),
    atHome(form, 'the tenant’s own person, whose request says no method and no session', {
      'x-user': 'tom',
      'x-method': '',
      'x-session': '',
    }),
    atHome(form, 'a person of the vendor in the vendor, outside', { 'x-tenant': 'classics', 'x-session': '' }),
    passing(form, 'an impersonation', {}, {}),
    passing(form, 'an impersonation by somebody inside', {}, { 'x-user': 'inside' }),
    deny('the own tenant, inside another one', 'impersonating', [error('impersonating')], user('away from home')),
    deny('the own tenant, “inside” it', 'impersonating', [error('impersonating')], user('inside their own')),
    deny('the vendor’s own tenant, inside Tom Sawyer', 'impersonating', [error('impersonating')], user('inside', 'classics')),
    deny('nobody', 'no-actor', [], { 'x-user': '' }),
    deny('no tenant', 'invalid-question', [wrong('tenant')], user('tom', '')),
    deny('the own tenant, undecoded', 'invalid-question', [wrong('tenant')], user('tom', 'tom%2Dsawyer')),
    deny('facts unavailable, in another tenant', 'facts-unavailable', [unavailable], {}, breaks),
  ]
}

const OWN_TENANT: readonly Case[] = [
  ...(['own-by-method', 'own-by-session', 'own-by-login'] as const).flatMap(ownTenantIn),
  ...(['own-by-method', 'own-by-session'] as const).flatMap((form) => {
    const deny = denying(form)
    return [
      atHome(form, 'the tenant’s own person: nothing else is asked for', user('tom'), unused),
      atHome(form, 'the tenant’s own person, while no facts can be learned', user('tom'), breaks),
      deny('an actor with a further key', 'invalid-question', [wrong('actor', 'admin')], {}, ({ wiring }) =>
        Object.assign(wiring, { actor: () => ({ ...tomAdmin, admin: true }) }),
      ),
      deny('an actor who does not say whether they impersonate', 'invalid-question', [wrong('actor', 'impersonating')], {}, ({ wiring }) =>
        Object.assign(wiring, { actor: () => ({ ...tomAdmin, impersonating: undefined }) }),
      ),
    ]
  }),
  denying('own-by-method')(
    'the own tenant in other letters',
    'not-associated',
    [decision('not-associated')],
    user('tom', TOM.toUpperCase()),
  ),
  denying('own-by-method')('another tenant', 'not-associated', [decision('not-associated')], user('tom', HUNDRED)),
  ...(['own-by-session', 'own-by-login'] as const).flatMap((form) => [
    denying(form)('the own tenant in other letters', 'not-found', [error('not-found')], user('tom', TOM.toUpperCase())),
    denying(form)('another tenant', 'not-found', [error('not-found')], user('tom', HUNDRED)),
  ]),
  testCase('own: a handler without a guard is not one for the tenant’s own people', async ({ ran, send }) => {
    expect((await send('own-bare', user('tom'))).statusCode).toBe(500)
    expect(ran).toEqual([])
  }),
]

const ASKED: readonly Case[] = (['by-method', 'own-by-method'] as const).map((form) =>
  testCase(`${form}: the question says \`from\`, so only requests of the actor’s own tenant count`, async (trial) => {
    const { authorize } = trial.stage.consentry
    const questions: unknown[] = []
    const listening = (question: Parameters<typeof authorize>[0]) => {
      questions.push(question)
      return authorize(question)
    }
    Object.assign(trial.wiring, { consentry: { authorize: listening } })
    await passes(trial, form, {}, {})
    expect(questions).toEqual([{ user: 'caroline', tenant: TOM, method: 'access-request', from: 'classics' }])
  }),
)

const loginIs =
  (login: unknown): Change =>
  ({ wiring }) =>
    Object.assign(wiring, { person: () => login })
const { impersonating: __, ...tomLogin } = tomAdmin

/** Malformed persons, which are the host's mistake, and what is no session. */
const LOGINS: readonly Case[] = [
  passing('by-login', 'a person who does not say whether they impersonate', {}, {}, ({ wiring, session }) =>
    Object.assign(wiring, { person: () => ({ ...silent, session: session.id }) }),
  ),
  ...(
    [
      ['whose `impersonating` is false', { ...silent, impersonating: false }, 'impersonating'],
      ['with a further key', { ...silent, admin: true }, 'admin'],
      ['with a misspelt key', { ...silent, sessionId: 'id' }, 'sessionId'],
      ['without a tenant', { ...silent, tenant: undefined }, 'tenant'],
      ['whose user is a list', { ...silent, user: ['caroline'] }, 'user'],
      ['with an unknown permission', { ...silent, permissions: ['root'] }, 'permissions', 0],
      ['whose session is a number', { ...silent, session: 7 }, 'session'],
    ] as const
  ).map(([name, login, ...path]) => byLogin(`a person ${name}`, 'invalid-question', [wrong('person', ...path)], {}, loginIs(login))),
  ...['user', 'session', 'impersonating'].map((key) => {
    const login = Object.defineProperty({ ...silent }, key, { get: throws(failure), enumerable: true })
    return byLogin(`a person with a getter of \`${key}\` that throws`, 'invalid-question', [wrong('person')], {}, loginIs(login))
  }),
  ...NONSENSE.map((value) => {
    const [reason, errors] = typeof value === 'string' ? (['not-found', []] as const) : (['invalid-question', [invalid]] as const)
    return byLogin(`the session is ${inspect(value)}`, reason, [...errors], {}, ({ wiring }) =>
      Object.assign(wiring, { session: () => value }),
    )
  }),
  ...Object.entries(THROWING).map(([name, call]) =>
    byLogin(`the session is ${name}`, 'invalid-question', [failure], {}, ({ wiring }) => Object.assign(wiring, { session: call })),
  ),
  byLogin('the session is null', 'no-session', [], {}, ({ wiring }) => Object.assign(wiring, { session: () => null })),
  byLogin('a login that says it is inside, without a session', 'no-session', [], { ...user('inside'), 'x-session': '' }),
  byLogin('the actor’s own tenant, outside', 'own-tenant', [], { 'x-tenant': 'classics', 'x-session': '' }),
  byLogin('the actor’s own tenant, while no facts can be learned', 'own-tenant', [], { 'x-tenant': 'classics' }, breaks),
  testCase('by-login: a secret that stands where none belongs, or is no id, is in no error, log or answer', async (trial) => {
    const { denials, send, wiring } = trial
    const { id } = trial.session
    const malformed = [id, [id], BigInt(`0x${id}`), Symbol(id), { ...silent, session: [id] }, { ...silent, session: { id } }]
    const noId = [` ${id}`, `Bearer ${id}`, `${id}\n`, id.repeat(3)].map((session) => ({ ...silent, session }))
    const swapped = [
      { ...silent, impersonating: id },
      { ...silent, session: Symbol(id) },
      { ...silent, session: BigInt(`0x${id}`) },
    ]
    const answers: string[] = []
    for (const login of [...malformed, ...swapped, ...noId]) {
      wiring.person = () => login
      answers.push(await text(await send('by-login')))
    }
    expect(denials.map(({ reason }) => reason)).toEqual([
      ...[...malformed, ...swapped].map(() => 'invalid-question'),
      ...noId.map(() => 'not-found'),
    ])
    const said = inspect([denials, answers, denials.map(({ error }) => String(error))], { depth: 9 })
    for (const secret of [id.slice(0, 16), id.slice(-16), String(BigInt(`0x${id}`)).slice(0, 16)]) expect(said).not.toContain(secret)
  }),
]

/** Records which methods of the repository are called. */
function countReads({ faults, kept }: Trial): string[] {
  const calls: string[] = []
  for (const [name, call] of Object.entries(kept) as [string, (...args: unknown[]) => unknown][]) {
    const counted = (...args: unknown[]) => {
      calls.push(name)
      return call(...args)
    }
    Object.assign(faults, { [name]: counted })
  }
  return calls
}

/** The own people of a guard by login: the session that the login keeps tells whether they are at home. */
const AT_HOME_BY_LOGIN: readonly Case[] = [
  atHome('own-by-login', 'the own person, who does not say whether they impersonate', user('tom'), loginIs(tomLogin)),
  atHome('own-by-login', 'the own person after their session', { 'x-tenant': 'classics' }, ({ stage, session }) =>
    stage.consentry.endImpersonation(caroline, session.id),
  ),
  atHome('own-by-login', 'the own person without a session, while no facts can be learned', { ...user('tom'), 'x-session': '' }, breaks),
  denying('own-by-login')('the own tenant, inside by a live session', 'impersonating', [error('impersonating')], {
    'x-tenant': 'classics',
  }),
  denying('own-by-login')(
    'the own tenant, while it cannot be learned whether the session is live',
    'facts-unavailable',
    [unavailable],
    { 'x-tenant': 'classics' },
    breaks,
  ),
  denying('own-by-login')(
    'a person with a further key',
    'invalid-question',
    [wrong('person', 'admin')],
    {},
    loginIs({ ...tomLogin, admin: true }),
  ),
  ...(
    [
      ['no answer', undefined, 'invalid-question', [invalid]],
      ['another user', { actor: caroline, session: null }, 'invalid-question', []],
      ['an actor who does not say whether they impersonate', { actor: tomLogin, session: null }, 'invalid-question', [invalid]],
      ['a session, and an actor who is outside', { actor: tomAdmin, session: {} }, 'impersonating', [error('impersonating')]],
    ] as const
  ).map(([name, answer, reason, errors]) =>
    denying('own-by-login')(`the service returns ${name}`, reason, [...errors], user('tom'), ({ wiring }) => {
      const unasked = () => expect.unreachable('it was called')
      Object.assign(wiring, { consentry: { authorize: unasked, checkImpersonation: unasked, resume: async () => answer } })
    }),
  ),
]

const READS: readonly Case[] = [
  ...(
    [
      ['by-login', 'a live session is read once', {}, ['sessionRows']],
      ['own-by-login', 'an impersonation is read once', {}, ['sessionRows']],
      ['own-by-login', 'the own people are read at most once', { 'x-tenant': 'classics' }, ['sessionRows']],
      ['own-by-login', 'the own people without a session are not read', { 'x-tenant': 'classics', 'x-session': '' }, []],
      ['by-login', 'without a session, nothing is read', { 'x-session': '' }, []],
      ['by-login', 'in the own tenant, nothing is read', { 'x-tenant': 'classics' }, []],
      ['by-login', 'a session of another tenant is read once', { 'x-tenant': HUNDRED }, ['sessionRows']],
      ['by-login', 'what is no id is not read', { 'x-session': 'a b' }, []],
      ['by-login', 'a session that is not live is read again, for the reason', user('charlotte'), ['sessionRows', 'sessionRows']],
    ] as const
  ).map(([form, name, headers, reads]) =>
    testCase(`${form}: ${name}`, async (trial) => {
      const calls = countReads(trial)
      await trial.send(form, headers)
      expect(calls).toEqual(reads)
    }),
  ),
  testCase('by-login: the person is asked before the tenant, and both before the service', async (trial) => {
    const { consentry, person, tenant } = trial.wiring
    const calls: string[] = []
    const told =
      (name: string, call: (...args: never[]) => unknown) =>
      (...args: never[]) => {
        calls.push(name)
        return call(...args)
      }
    Object.assign(trial.wiring, {
      person: told('person', person),
      tenant: told('tenant', tenant),
      consentry: {
        ...consentry,
        resume: told('resume', consentry.resume),
        checkImpersonation: told('check', consentry.checkImpersonation),
      },
    })
    await passes(trial, 'by-login', {}, {})
    expect(calls).toEqual(['person', 'tenant', 'resume'])
  }),
]

export const GROUPS = {
  LOGINS,
  AT_HOME_BY_LOGIN,
  READS,
  OWN_TENANT,
  ASKED,
  PASSING,
  DECIDED,
  QUESTIONS,
  SESSIONS,
  UNAVAILABLE,
  OVER_TIME,
  CALLBACKS,
  ACTORS,
  REQUESTS,
  SERVICES,
  LOGS,
}
export const CASES: readonly Case[] = Object.values(GROUPS).flat()
