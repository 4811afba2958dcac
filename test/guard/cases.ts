/** The table of cases that every guard must pass, in every framework. */
import { expect } from 'vitest'
import { AccessDenied, ConsentryError } from '../../src/domain/error.js'
import type { GuardReason } from '../../src/guard/problem-details.js'
import { caroline, charlotte, elizabeth, HUNDRED, hundredAdmin, T0, TOM, tomAdmin } from '../story/cast.js'
import type { Seen, Wiring } from './host.js'
import { type Asked, type Form, isDenied, passes, people, type Trial } from './trial.js'

/** One case: a request, and the assertions about its result. */
export interface Case {
  readonly name: string
  readonly run: (trial: Trial) => Promise<void>
}

/** The key `then`, written so that no linter reports a thenable. */
const THEN = 'then'

type Headers = Asked['headers']
type Change = (trial: Trial) => unknown

/** Matches an error with that code and these fields. */
const error = (code: string, facts: object = {}) => expect.objectContaining({ code, ...facts })
const wrong = (...path: readonly (string | number)[]) => error('invalid-input', { issues: [expect.objectContaining({ path })] })
const decision = (reason: string) => error('access-denied', { decision: expect.objectContaining({ allowed: false, reason }) })

/** Marks a denial without an error. */
const NOTHING = Symbol('nothing was thrown')

function denies(form: Form, name: string, reason: GuardReason, thrown: unknown, headers: Headers, change: Change = () => {}): Case {
  const expected = thrown === NOTHING ? { reason } : { reason, error: thrown }
  return {
    name: `${form}: ${name}`,
    run: async (trial) => {
      await change(trial)
      await isDenied(trial, form, { headers }, expected)
    },
  }
}

const NOBODY = { 'x-user': '' }
const user = (name: string, tenant = TOM, method = 'access-request'): Headers => ({
  'x-user': name,
  'x-tenant': tenant,
  'x-method': method,
})

const PASSING: readonly Case[] = [
  {
    name: 'by-method: granted, by every method',
    run: async (trial) => {
      for (const method of ['access-request', 'legacy-configure', 'legacy-support'] as const) {
        await passes(trial, 'by-method', { headers: { 'x-method': method } }, { method })
      }
    },
  },
  {
    name: 'by-method: granted until an instant',
    run: async (trial) => {
      await trial.stage.consentry.setExpiry(tomAdmin, trial.stage.tom, { expiresAt: T0 + 9 })
      await passes(trial, 'by-method', {}, { changesAt: T0 + 9 })
    },
  },
  {
    name: 'by-method: permitted by the legacy rule',
    run: async (trial) => {
      const as = { user: 'wickham', tenant: HUNDRED, method: 'legacy-support' } as const
      await passes(trial, 'by-method', { headers: user('wickham', HUNDRED, 'legacy-support') }, as)
    },
  },
  {
    name: 'by-method: by one who is inside, there and by that method',
    run: (trial) => passes(trial, 'by-method', { headers: user('inside') }, {}),
  },
  {
    name: 'by-session: a live session',
    run: async (trial) => {
      const { session } = trial
      await passes(trial, 'by-session', {}, { session, changesAt: session.endsAt })
    },
  },
  {
    name: 'by-session: by one who is inside by it',
    run: async (trial) => {
      const { session } = trial
      await passes(trial, 'by-session', { headers: { 'x-user': 'inside' } }, { session, changesAt: session.endsAt })
    },
  },
  {
    name: 'by-session: a session that the legacy rule allows',
    run: async (trial) => {
      const asked = { tenant: HUNDRED, method: 'legacy-support' } as const
      const session = await trial.stage.consentry.startImpersonation(people['wickham'] ?? caroline, asked)
      const headers = { 'x-user': 'wickham', 'x-tenant': HUNDRED, 'x-session': session.id }
      await passes(trial, 'by-session', { headers }, { user: 'wickham', ...asked, session, changesAt: session.endsAt })
    },
  },
  {
    name: 'by-method: a path that the framework has decoded',
    run: async (trial) => {
      trial.stand.wiring.tenant = ({ param }) => param
      await passes(trial, 'by-method', { path: 'tom%2Dsawyer' }, {})
    },
  },
  {
    name: 'both: callbacks that are asynchronous',
    run: async (trial) => {
      const { wiring } = trial.stand
      for (const name of ['actor', 'tenant', 'method', 'session'] as const) {
        const now = wiring[name]
        wiring[name] = (seen) => ({ [THEN]: (resolve: (value: unknown) => void) => setTimeout(() => resolve(now(seen)), 1) })
      }
      await passes(trial, 'by-method', {}, {})
      await passes(trial, 'by-session', {}, { session: trial.session, changesAt: trial.session.endsAt })
    },
  },
]

const REASONS: readonly Case[] = [
  denies('by-method', 'not-associated', 'not-associated', decision('not-associated'), user('elizabeth')),
  denies('by-method', 'pending', 'pending', decision('pending'), user('charlotte', HUNDRED)),
  denies('by-method', 'expired', 'expired', decision('expired'), {}, async ({ stage }) => {
    await stage.consentry.setExpiry(tomAdmin, stage.tom, { expiresAt: T0 + 9 })
    stage.now = T0 + 9
  }),
  denies('by-method', 'revoked', 'revoked', decision('revoked'), {}, ({ stage }) => stage.consentry.revoke(tomAdmin, stage.tom)),
  denies('by-method', 'rejected', 'rejected', decision('rejected'), user('charlotte', HUNDRED), ({ stage }) =>
    stage.consentry.reject(hundredAdmin, stage.hundred),
  ),
  denies('by-method', 'withdrawn', 'withdrawn', decision('withdrawn'), user('charlotte', HUNDRED), ({ stage }) =>
    stage.consentry.withdraw(elizabeth, stage.hundred),
  ),
  denies('by-method', 'removed', 'removed', decision('removed'), user('charlotte'), ({ stage }) =>
    stage.consentry.removeUser(elizabeth, 'charlotte'),
  ),
  denies('by-method', 'legacy-closed', 'legacy-closed', decision('legacy-closed'), user('wickham', TOM, 'legacy-support')),
  denies(
    'by-method',
    'legacy-not-permitted',
    'legacy-not-permitted',
    decision('legacy-not-permitted'),
    user('lydia', HUNDRED, 'legacy-configure'),
  ),
  denies('by-method', 'no actor', 'no-actor', NOTHING, NOBODY),
  denies('by-session', 'no actor', 'no-actor', NOTHING, NOBODY),
  denies('by-method', 'an unknown method', 'invalid-question', wrong('method'), { 'x-method': 'root' }),
  denies('by-method', 'no method', 'invalid-question', wrong('method'), { 'x-method': '' }),
  denies('by-method', 'no tenant', 'invalid-question', wrong('tenant'), { 'x-tenant': '' }),
  denies('by-session', 'no tenant', 'invalid-question', wrong('tenant'), { 'x-tenant': '' }),
  denies('by-method', 'a tenant that is no id', 'invalid-question', wrong('tenant'), { 'x-tenant': 'tom sawyer' }),
  denies('by-method', 'a tenant nobody knows', 'not-associated', decision('not-associated'), { 'x-tenant': '__proto__' }),
  denies('by-method', 'the own tenant', 'own-tenant', error('invalid-input'), { 'x-tenant': 'classics' }),
  denies(
    'by-method',
    'the own tenant, by the legacy tool',
    'own-tenant',
    error('invalid-input'),
    user('wickham', 'classics', 'legacy-support'),
  ),
  denies('by-session', 'the own tenant', 'own-tenant', NOTHING, { 'x-tenant': 'classics' }),
  denies('by-method', 'nested', 'impersonating', error('impersonating'), user('nested')),
  denies('by-method', 'inside by another method', 'impersonating', error('impersonating'), user('otherwise')),
  denies('by-session', 'nested', 'impersonating', error('impersonating'), user('nested')),
  denies('by-session', 'inside by another method', 'impersonating', error('impersonating'), user('otherwise')),
]

const down = new Error('SELECT secret FROM tenants')
const breaks: Change = ({ repository }) => {
  repository.before = () => {
    throw down
  }
}

const SESSIONS: readonly Case[] = [
  denies('by-session', 'no session', 'not-found', NOTHING, { 'x-session': '' }),
  denies('by-session', 'a forged session', 'not-found', error('not-found'), { 'x-session': 'f'.repeat(64) }),
  denies('by-session', 'a session that is no id', 'invalid-question', wrong('session'), { 'x-session': 'a b' }),
  denies('by-session', 'a session that is nothing but a prototype', 'not-found', error('not-found'), { 'x-session': '__proto__' }),
  denies('by-session', 'another user’s session', 'not-found', error('not-found'), user('charlotte')),
  denies('by-session', 'the hash of a session', 'not-found', error('not-found'), {}, async ({ stage, stand }) => {
    const { items } = await stage.consentry.sessions(elizabeth)
    stand.wiring.session = () => items[0]?.hash
  }),
  denies('by-session', 'a session of another tenant', 'not-found', NOTHING, { 'x-tenant': HUNDRED }),
  denies(
    'by-session',
    'a session of another tenant, both being entered',
    'not-found',
    NOTHING,
    user('charlotte'),
    async ({ stage, stand }) => {
      await stage.consentry.grant(hundredAdmin, stage.hundred)
      const { id } = await stage.consentry.startImpersonation(charlotte, { tenant: HUNDRED, method: 'access-request' })
      stand.wiring.session = () => id
    },
  ),
  denies('by-session', 'a session that has ended', 'session-ended', error('session-ended'), {}, ({ stage, session }) =>
    stage.consentry.endImpersonation(caroline, session.id),
  ),
  denies('by-session', 'a session at its end', 'session-ended', error('session-ended'), {}, ({ stage, session }) => {
    stage.now = session.endsAt
  }),
  denies('by-session', 'a session whose grant is revoked', 'revoked', decision('revoked'), {}, ({ stage }) =>
    stage.consentry.revoke(tomAdmin, stage.tom),
  ),
  denies('by-session', 'a session whose user is removed', 'removed', decision('removed'), {}, ({ stage }) =>
    stage.consentry.removeUser(elizabeth, 'caroline'),
  ),
  denies('by-method', 'facts unavailable', 'facts-unavailable', error('facts-unavailable', { cause: down }), {}, breaks),
  denies(
    'by-method',
    'facts unavailable, by the legacy tool',
    'facts-unavailable',
    error('facts-unavailable'),
    user('wickham', HUNDRED, 'legacy-support'),
    breaks,
  ),
  denies('by-session', 'facts unavailable', 'facts-unavailable', error('facts-unavailable', { cause: down }), {}, breaks),
  denies('by-method', 'a clock that gives no instant', 'facts-unavailable', error('facts-unavailable'), {}, ({ stage }) => {
    stage.now = Number.NaN
  }),
]

const OVER_TIME: readonly Case[] = (['by-method', 'by-session'] as const).flatMap((form) => {
  const as = ({ session }: Trial, changesAt: number | null) =>
    form === 'by-session'
      ? { session: { ...session, changesAt: changesAt ?? session.changesAt }, changesAt: changesAt ?? session.changesAt }
      : { changesAt }
  const denied = (trial: Trial, reason: GuardReason) => isDenied(trial, form, {}, { reason, error: decision(reason) })
  return [
    {
      name: `${form}: revoked between two requests`,
      run: async (trial) => {
        await passes(trial, form, {}, as(trial, null))
        await trial.stage.consentry.revoke(tomAdmin, trial.stage.tom)
        await denied(trial, 'revoked')
      },
    },
    {
      name: `${form}: the expiry passes between two requests`,
      run: async (trial) => {
        const { stage } = trial
        await stage.consentry.setExpiry(tomAdmin, stage.tom, { expiresAt: T0 + 5_000 })
        stage.now = T0 + 4_999
        await passes(trial, form, {}, as(trial, T0 + 5_000))
        stage.now = T0 + 5_000
        await denied(trial, 'expired')
      },
    },
    {
      name: `${form}: the expiry is shortened between two requests`,
      run: async (trial) => {
        const { stage } = trial
        await stage.consentry.setExpiry(tomAdmin, stage.tom, { expiresAt: T0 + 9_000 })
        stage.now = T0 + 5_000
        await passes(trial, form, {}, as(trial, T0 + 9_000))
        await stage.consentry.setExpiry(tomAdmin, stage.tom, { expiresAt: T0 + 6_000 })
        stage.now = T0 + 6_000
        await denied(trial, 'expired')
      },
    },
    {
      name: `${form}: 200 requests while the grant is revoked`,
      run: async (trial) => {
        const { stage, stand, repository } = trial
        // Slow enough for the requests to overlap each other and the revocation.
        repository.before = () => new Promise((resolve) => setTimeout(resolve, 3))
        let over = false
        let revoking: Promise<unknown> = Promise.resolve()
        const flying: Promise<{ sentAfter: boolean; status: number }>[] = []
        for (let sent = 0; sent < 200; sent++) {
          if (sent === 40) await flying[0]
          if (sent === 80)
            revoking = stage.consentry.revoke(tomAdmin, stage.tom).then(() => {
              over = true
            })
          if (sent === 120) await revoking
          const sentAfter = over
          flying.push(trial.ask(form).then(({ status }) => ({ sentAfter, status })))
          if (sent % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
        }
        const answers = await Promise.all(flying)
        const passed = answers.filter(({ status }) => status === 200)
        expect(answers.filter(({ sentAfter }) => sentAfter).length).toBeGreaterThanOrEqual(80)
        expect(passed.length).toBeGreaterThan(0)
        expect(passed.filter(({ sentAfter }) => sentAfter)).toEqual([])
        expect(answers.filter(({ status }) => status !== 200 && status !== 403)).toEqual([])
        expect(stand.ran).toHaveLength(passed.length)
      },
    },
  ] satisfies Case[]
})

const thrown = new Error('the host broke')
const rude = new Proxy(Object.create(null), {
  get: () => {
    throw thrown
  },
  has: () => {
    throw thrown
  },
  ownKeys: () => {
    throw thrown
  },
  getPrototypeOf: () => {
    throw thrown
  },
})

/** Values that no callback may return, and whether they count as thrown. */
const NONSENSE: readonly (readonly [name: string, value: () => unknown, throws?: true])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['a promise of undefined', async () => undefined],
  ['true', () => true],
  ['zero', () => 0],
  ['a number', () => 7],
  ['an empty text', () => ''],
  ['a text with a line break', () => `${TOM}\n`],
  ['a list', () => [TOM]],
  ['an empty list', () => []],
  ['a record', () => ({})],
  ['a boxed text', () => new String(TOM)],
  ['a function', () => () => TOM],
  ['a symbol', () => Symbol(TOM)],
  ['a bigint', () => 7n],
  ['a date', () => new Date(T0)],
  ['a record that names itself', () => ({ toString: () => TOM })],
  ['a proxy that throws', () => rude, true],
  [
    'a thenable that throws',
    () => ({
      [THEN]: () => {
        throw thrown
      },
    }),
    true,
  ],
  [
    'a thenable whose `then` throws',
    () => ({
      get [THEN]() {
        throw thrown
      },
    }),
    true,
  ],
  [
    'what throws',
    () => {
      throw thrown
    },
    true,
  ],
  ['what rejects', () => Promise.reject(thrown), true],
]

const WIRINGS: readonly Case[] = (['actor', 'tenant', 'method', 'session'] as const).flatMap((callback) =>
  NONSENSE.flatMap(([name, value, throws]) => {
    const forms: readonly Form[] =
      callback === 'method' ? ['by-method'] : callback === 'session' ? ['by-session'] : ['by-method', 'by-session']
    const nobody = ['undefined', 'null', 'a promise of undefined'].includes(name)
    const reason = nobody && callback === 'actor' ? 'no-actor' : nobody && callback === 'session' ? 'not-found' : 'invalid-question'
    const problem = throws ? thrown : reason === 'invalid-question' ? error('invalid-input') : NOTHING
    return forms.map((form) =>
      denies(form, `the ${callback} is ${name}`, reason, problem, {}, ({ stand }) => {
        stand.wiring[callback] = value
      }),
    )
  }),
)

const actorIs = (name: string, actor: (trial: Trial) => unknown, ...path: readonly (string | number)[]): Case[] =>
  (['by-method', 'by-session'] as const).map((form) =>
    denies(
      form,
      `the actor ${name}`,
      'invalid-question',
      path.length > 0 ? wrong('actor', ...path) : error('invalid-input'),
      {},
      (trial) => {
        trial.stand.wiring.actor = () => actor(trial)
      },
    ),
  )
const { impersonating: _, ...silent } = caroline
const foundFor = (name: string) => people[name]

const ACTORS: readonly Case[] = [
  ...actorIs('does not say whether he is impersonating', () => silent, 'impersonating'),
  ...actorIs('says undefined of impersonating', () => ({ ...caroline, impersonating: undefined }), 'impersonating'),
  ...actorIs('says false of impersonating', () => ({ ...caroline, impersonating: false }), 'impersonating'),
  ...actorIs('has a further key', () => ({ ...caroline, admin: true }), 'admin'),
  ...actorIs('has no tenant', () => ({ ...caroline, tenant: undefined }), 'tenant'),
  ...actorIs('has a list for a name', () => ({ ...caroline, user: ['caroline'] }), 'user'),
  ...actorIs('has permissions nobody knows', () => ({ ...caroline, permissions: ['root'] }), 'permissions', 0),
  ...actorIs('is the prototype of all records', () => foundFor('__proto__')),
  ...actorIs('is the constructor of all records', () => foundFor('constructor')),
  ...actorIs('is a getter that throws', () => ({
    ...caroline,
    get user() {
      throw thrown
    },
  })),
]

const tenantIs = (name: string, tenant: (seen: Seen) => unknown, asked: Partial<Asked>): Case[] =>
  (['by-method', 'by-session'] as const).map((form) => ({
    name: `${form}: ${name}`,
    run: async (trial: Trial) => {
      trial.stand.wiring.tenant = tenant
      await isDenied(trial, form, asked, { reason: 'invalid-question', error: error('invalid-input') })
    },
  }))

const segment = ({ path }: Seen) => path.split('?')[0]?.split('/')[2]
const legacyUser = user('wickham', TOM, 'legacy-support')

const REQUESTS: readonly Case[] = [
  // No tenant `tom%2Dsawyer` has granted, so the legacy rule, which permits Wickham, would be called.
  ...tenantIs('a path that nobody has decoded', segment, { path: 'tom%2Dsawyer', headers: legacyUser }),
  ...tenantIs('a path that nobody has decoded, its escape in small letters', segment, { path: 'tom%2dsawyer', headers: legacyUser }),
  ...tenantIs('a path that was encoded twice', segment, { path: 'tom%252Dsawyer', headers: legacyUser }),
  ...tenantIs('a path that was encoded twice and decoded once', ({ param }) => param, { path: 'tom%252Dsawyer', headers: legacyUser }),
  ...tenantIs('a tenant in two headers', (seen) => seen.header('x-tenant'), { headers: { 'x-tenant': [TOM, HUNDRED] } }),
  ...tenantIs('a tenant twice in the query', (seen) => seen.query('tenant'), { path: `here?tenant=${TOM}&tenant=${TOM}` }),
  denies('by-method', 'a tenant whose percent sign escapes nothing', 'not-associated', decision('not-associated'), {
    'x-tenant': 'tom%zz%a-',
  }),
  denies('by-method', 'a method in two headers', 'invalid-question', wrong('method'), { 'x-method': ['access-request', 'access-request'] }),
  denies('by-method', 'a prototype key for a method', 'invalid-question', wrong('method'), { 'x-method': '__proto__' }),
  denies('by-method', 'a constructor for a method', 'invalid-question', wrong('method'), { 'x-method': 'constructor' }),
  denies('by-method', 'a user who is a prototype', 'invalid-question', error('invalid-input'), { 'x-user': '__proto__' }),
  denies('by-method', 'a user who is a constructor', 'invalid-question', error('invalid-input'), { 'x-user': 'constructor' }),
  {
    name: 'by-session: a session in two headers',
    run: async (trial) => {
      const headers = { 'x-session': [trial.session.id, trial.session.id] }
      await isDenied(trial, 'by-session', { headers }, { reason: 'invalid-question', error: wrong('session') })
    },
  },
  {
    name: 'by-session: a session twice in the query',
    run: async (trial) => {
      trial.stand.wiring.session = (seen) => seen.query('session')
      const path = `here?session=${trial.session.id}&session=${trial.session.id}`
      await isDenied(trial, 'by-session', { path }, { reason: 'invalid-question', error: wrong('session') })
    },
  },
]

const says = (
  form: Form,
  name: string,
  reason: GuardReason,
  problem: unknown,
  answer: (trial: Trial, ...asked: never[]) => unknown,
): Case =>
  denies(form, `the service ${name}`, reason, problem, {}, (trial) => {
    const told = (...asked: never[]) => answer(trial, ...asked)
    trial.stand.wiring.consentry = { authorize: told, checkImpersonation: told }
  })
const throwing = (thrown: unknown) => () => {
  throw thrown
}
const bogus = Object.assign(new Error('bogus'), { code: 'access-denied' })

const SERVICES: readonly Case[] = [
  says('by-method', 'resolves to undefined', 'invalid-question', NOTHING, async () => undefined),
  says('by-method', 'resolves to null', 'invalid-question', NOTHING, async () => null),
  says('by-method', 'returns `saved`', 'invalid-question', NOTHING, () => true),
  says('by-method', 'allows in so many words', 'invalid-question', NOTHING, async () => ({ allowed: 'true' })),
  says('by-method', 'allows by a number', 'invalid-question', NOTHING, async () => ({ allowed: 1, reason: 'granted' })),
  says('by-method', 'denies for a reason that is none', 'invalid-question', NOTHING, async () => ({
    allowed: false,
    reason: 'toString',
  })),
  says('by-method', 'resolves to a denial', 'revoked', NOTHING, async () => ({ allowed: false, reason: 'revoked', changesAt: null })),
  says('by-method', 'decides where it should authorize', 'revoked', NOTHING, async ({ stage }, ...[question]) => {
    await stage.consentry.revoke(tomAdmin, stage.tom)
    return stage.consentry.decide(question as never)
  }),
  says(
    'by-method',
    'throws a denial of its own',
    'no-facts',
    decision('no-facts'),
    throwing(new AccessDenied({ allowed: false, reason: 'no-facts', changesAt: null })),
  ),
  says('by-method', 'throws a denial for no reason', 'invalid-question', error('access-denied'), throwing(new AccessDenied({} as never))),
  says(
    'by-method',
    'throws a denial without a decision',
    'invalid-question',
    error('access-denied'),
    throwing(new AccessDenied({ reason: null } as never)),
  ),
  says('by-method', 'throws what only looks like a denial', 'facts-unavailable', bogus, throwing(bogus)),
  says('by-method', 'throws undefined', 'facts-unavailable', undefined, throwing(undefined)),
  says('by-session', 'resolves to undefined', 'not-found', NOTHING, async () => undefined),
  says('by-session', 'resolves to true', 'not-found', NOTHING, async () => true),
  says('by-session', 'resolves to another tenant’s session', 'not-found', NOTHING, async ({ session }) => ({
    ...session,
    tenant: HUNDRED,
  })),
  says('by-session', 'resolves to another user’s session', 'not-found', NOTHING, async ({ session }) => ({
    ...session,
    user: 'charlotte',
  })),
  denies(
    'by-session',
    'the service lets in whom it should not: he is elsewhere',
    'impersonating',
    error('impersonating'),
    user('otherwise'),
    ({ stand, session }) => {
      stand.wiring.consentry = { ...stand.wiring.consentry, checkImpersonation: async () => session }
    },
  ),
  {
    name: 'both: the service names no instant that is one',
    run: async (trial) => {
      const { stand, session } = trial
      const answer = { ...session, allowed: true, reason: 'granted', changesAt: 'soon' }
      stand.wiring.consentry = { authorize: async () => answer, checkImpersonation: async () => answer }
      await passes(trial, 'by-method', {}, {})
      await passes(trial, 'by-session', {}, { session: answer as never })
    },
  },
  ...(['by-method', 'by-session'] as const).flatMap((form) => [
    says(form, 'throws at once', 'facts-unavailable', down, throwing(down)),
    says(form, 'rejects', 'facts-unavailable', down, () => Promise.reject(down)),
    says(form, 'answers with a proxy that throws', 'facts-unavailable', thrown, () => rude),
    says(form, 'throws a proxy that throws', 'facts-unavailable', rude, throwing(rude)),
    says(
      form,
      'is unavailable',
      'facts-unavailable',
      error('unavailable'),
      throwing(new ConsentryError('x', { code: 'unavailable', port: 'repository' })),
    ),
    says(
      form,
      'refuses for a reason no guard knows',
      'facts-unavailable',
      error('not-permitted'),
      throwing(new ConsentryError('x', { code: 'not-permitted' })),
    ),
  ]),
  denies('by-method', 'a callback throws a denial', 'invalid-question', decision('revoked'), {}, ({ stand }) => {
    stand.wiring.method = throwing(new AccessDenied({ allowed: false, reason: 'revoked', changesAt: null }))
  }),
]

const log = (name: string, onDenied: Wiring['onDenied']): Case => ({
  name: `both: a log that ${name}`,
  run: async (trial) => {
    const { stand, heard } = trial
    stand.wiring.onDenied = (denial, seen) => {
      heard.push(denial)
      return onDenied(denial, seen)
    }
    await isDenied(trial, 'by-method', { headers: NOBODY }, { reason: 'no-actor' })
    await isDenied(trial, 'by-session', { headers: { 'x-session': '' } }, { reason: 'not-found' })
  },
})

const LOGS: readonly Case[] = [
  log('throws', throwing(thrown)),
  log('rejects', () => Promise.reject(thrown)),
  log('never comes to an end', () => new Promise(() => {})),
  log('returns a proxy that throws', () => rude),
  log('lets in whom it pities', (denial) => Object.assign(denial, { status: 200, ok: true })),
  {
    name: 'both: a log that looks at the request',
    run: async (trial) => {
      const users: unknown[] = []
      trial.stand.wiring.onDenied = (denial, seen) => {
        trial.heard.push(denial)
        users.push(seen.header('x-user'))
      }
      await isDenied(trial, 'by-method', { headers: user('elizabeth') }, { reason: 'not-associated', error: decision('not-associated') })
      expect(users).toEqual(['elizabeth'])
    },
  },
]

export const CASES: readonly Case[] = [
  ...PASSING,
  ...REASONS,
  ...SESSIONS,
  ...OVER_TIME,
  ...WIRINGS,
  ...ACTORS,
  ...REQUESTS,
  ...SERVICES,
  ...LOGS,
]
