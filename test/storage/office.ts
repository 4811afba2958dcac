/** A child process that runs every kind of call for a while, by a service whose clock is off, and notes how each call ended. */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { postgresRepository } from '../../src/adapters/postgres.js'
import type { Consentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { obey } from '../databases/orders.js'
import { poolOn } from '../databases/pools.js'
import { person } from '../story/cast.js'
import { rewriting, withoutComparison } from './faulty-postgres-driver.js'
import { upTo } from './random-commands.js'
import { answererOf, serviceOn, tenantsUpTo } from './service.js'

/** `no comparison` saves over the changes of others; `slow` delays some statements. */
export type OfficeFault = 'none' | 'no comparison' | 'slow'
/** `skewMs` is how far the clock is ahead. */
export type OfficeSetting = Readonly<{ connectionString: string; schema: string; skewMs: number; timeoutMs: number; fault: OfficeFault }>
/** `outcome` is `done`, the code of the error, or an error that is not the service's. */
export type Call = Readonly<{ kind: string; outcome: string; ms: number }>

const LANES = 2
/** The calls that are made more often than others. */
const OFTEN = ['submit', 'grant', 'grant', 'grant', 'start', 'start']
const HOUR = 3_600_000
const SLOW = { share: 0.02, ms: 2_500 }
/** As long as the id of a session. */
const UNKNOWN = 'A'.repeat(43)
const VENDORS = ['classics', 'novels']
const TENANTS = tenantsUpTo(6)
const USERS = tenantsUpTo(6, 'user')

const one = <T>(of: readonly T[]) => of[upTo(of.length) - 1] as T
const several = (of: readonly string[], most: number) => [...new Set(Array.from({ length: upTo(most) }, () => one(of)))]
const buyerOf = (vendor: string) => person(`buyer-of-${vendor}`, vendor, 'submit')

function repositoryOn(pool: pg.Pool, { schema, fault }: OfficeSetting): Repository {
  if (fault === 'none') return postgresRepository({ pool, schema })
  const slowly = async (sql: string) => {
    if (Math.random() < SLOW.share) await sleep(SLOW.ms)
    return sql
  }
  return postgresRepository({ pool: rewriting(pool, fault === 'slow' ? slowly : withoutComparison), schema, prepare: false })
}

/** The calls by kind. One that finds no request or session of its kind names one that does not exist. */
function callsOf(service: Consentry, now: () => number): Readonly<Record<string, () => Promise<unknown>>> {
  const sessions: { readonly actor: ReturnType<typeof person>; readonly id: string }[] = []
  // Some grants expire during the run, each by the clock of its process.
  const expiresAt = () => (Math.random() < 0.4 ? now() + upTo(2_000) : Math.random() < 0.3 ? null : now() + upTo(3) * HOUR)
  /** A question about a user who probably has access. */
  const question = async () => {
    const [tenant, from] = [one(TENANTS), one(VENDORS)]
    const user = one(await service.usersFor({ tenant, from })) ?? one(USERS)
    return { user, tenant, method: 'access-request', from } as const
  }

  const ofTenant =
    (status: 'pending' | 'granted', call: (answerer: ReturnType<typeof answererOf>, id: string) => Promise<unknown>) => async () => {
      const answerer = answererOf(one(TENANTS))
      const found = one((await service.incoming(answerer, { status })).items)
      return call(answerer, found?.id ?? UNKNOWN)
    }
  const ofVendor =
    (
      status: 'pending' | 'granted',
      call: (buyer: ReturnType<typeof buyerOf>, ids: { readonly id: string; readonly accessRequest: string }) => Promise<unknown>,
    ) =>
    async () => {
      const buyer = buyerOf(one(VENDORS))
      const found = one((await service.outgoing(buyer, { status })).items)
      return call(buyer, found ?? { id: UNKNOWN, accessRequest: UNKNOWN })
    }
  const ofSession = (call: (session: (typeof sessions)[number]) => Promise<unknown>) => () =>
    call(one(sessions) ?? { actor: person(one(USERS), one(VENDORS)), id: UNKNOWN })

  return {
    submit: () => {
      const associations = Array.from({ length: upTo(2) }, () => ({ users: several(USERS, 3), tenants: several(TENANTS, 3) }))
      return service.submit(buyerOf(one(VENDORS)), { name: 'SupportAccess', message: 'to look after you', associations })
    },
    grant: ofTenant('pending', (answerer, id) => service.grant(answerer, id, { expiresAt: expiresAt() })),
    reject: ofTenant('pending', (answerer, id) => service.reject(answerer, id, { message: 'no' })),
    'set expiry': ofTenant('granted', (answerer, id) => service.setExpiry(answerer, id, { expiresAt: now() + upTo(2_000) })),
    'revoke by the tenant': ofTenant('granted', (answerer, id) => service.revoke(answerer, id)),
    'revoke by the vendor': ofVendor('granted', (buyer, { id }) => service.revoke(buyer, id)),
    'withdraw one': ofVendor('pending', (buyer, { id }) => service.withdraw(buyer, id)),
    'withdraw all': ofVendor('pending', (buyer, { accessRequest }) => service.withdraw(buyer, { accessRequest })),
    'remove a user': () => service.removeUser(buyerOf(one(VENDORS)), one(USERS)),
    start: async () => {
      const { user, tenant, method, from } = await question()
      const actor = person(user, from)
      const { id } = await service.startImpersonation(actor, { tenant, method })
      sessions.push({ actor, id })
    },
    check: ofSession(({ actor, id }) => service.checkImpersonation(actor, id)),
    end: ofSession(({ actor, id }) => service.endImpersonation(actor, id)),
    'record due': () => service.recordDue(),
    incoming: () => service.incoming(answererOf(one(TENANTS))),
    outgoing: () => service.outgoing(buyerOf(one(VENDORS))),
    'my access': () => service.myAccess(person(one(USERS), one(VENDORS))),
    sessions: () => service.sessions(buyerOf(one(VENDORS))),
    history: () => service.history(buyerOf(one(VENDORS))),
    decide: async () => service.decide(await question()),
    authorize: async () => service.authorize(await question()),
    'tenants of a user': () => service.tenantsFor({ user: one(USERS) }),
    'users of a tenant': () => service.usersFor({ tenant: one(TENANTS) }),
    facts: () => service.facts(one(TENANTS)),
  }
}

const setting: OfficeSetting = JSON.parse(process.argv[2] ?? '')
const { connectionString, skewMs, timeoutMs } = setting
const pool = poolOn(connectionString, { connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs })
const now = () => Date.now() + skewMs
const noted: Call[] = []

/** Times each method of the service by itself, and notes how it ended. */
function noting(service: Consentry): Consentry {
  const timed = ([kind, method]: [string, (...args: unknown[]) => Promise<unknown>]) => {
    const call = async (...args: unknown[]) => {
      const started = performance.now()
      const note = (outcome: string) => noted.push({ kind, outcome, ms: performance.now() - started })
      try {
        const result = await method(...args)
        note('done')
        return result
      } catch (error) {
        note(isConsentryError(error) ? error.code : `not the service's: ${error}`)
        throw error
      }
    }
    return [kind, call]
  }
  return Object.fromEntries(Object.entries(service).map((entry) => timed(entry as Parameters<typeof timed>[0]))) as unknown as Consentry
}

const calls = callsOf(noting(serviceOn(repositoryOn(pool, setting), { clock: now, legacy: (user) => user.length % 2 === 0 })), now)

/** Makes each call at least once, however slow the machine is, and in another order each time. */
async function lane(until: number): Promise<void> {
  const kinds = [...Object.keys(calls), ...OFTEN]
  do for (const kind of kinds.sort(() => Math.random() - 0.5)) await calls[kind]?.().catch(expectTyped)
  while (performance.now() < until)
}

function expectTyped(error: unknown): void {
  if (!isConsentryError(error)) noted.push({ kind: 'office', outcome: String(error), ms: 0 })
}

const orders = {
  ready: () => {},
  work: async (seconds: number) => {
    const until = performance.now() + seconds * 1_000
    await Promise.all(Array.from({ length: LANES }, () => lane(until)))
    return noted
  },
}

export type Office = typeof orders

obey(orders, () => pool.end())
