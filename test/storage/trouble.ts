/** Assertions on a service whose database fails: typed errors, and nothing half done. */
import { expect } from 'vitest'
import type { Consentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import { withConsentryGuard } from '../../src/guard/web.js'
import type { Repository } from '../../src/ports/repository.js'
import { feedOf, type Query } from './findings.js'
import { answererOf, ask, asking, caroline, elizabeth, serviceOn, tenantsUpTo } from './service.js'

const TABLES = ['access_requests', 'user_sets', 'tenant_requests', 'governed_tenants', 'sessions', 'events']
const FAN_OUT = tenantsUpTo(50, 'fan')
const ALLOWED = { user: 'caroline', tenant: 'granted', method: 'access-request' } as const

/** The data before the failure: a granted and a pending request. */
export interface Fixture {
  readonly pending: string
  /** Returns everything stored, over a connection that does not fail. */
  readonly stored: () => Promise<unknown>
}

/** Creates the data. */
export async function fixtureOf(repository: Repository, query: Query, prefix: string): Promise<Fixture> {
  await serviceOn(repository).grant(answererOf('granted'), await ask(serviceOn(repository), 'granted'))
  const pending = await ask(serviceOn(repository), 'pending')
  const stored = async () => {
    const counts: unknown[] = []
    for (const table of TABLES) counts.push([table, (await query(`select count(*) as n from ${prefix}${table}`))[0]?.['n']])
    return { counts, feed: await feedOf(repository), request: await repository.tenantRequest(pending) }
  }
  return { pending, stored }
}

/** Asserts that each command fails with a typed error that names the port, and stores nothing. */
export async function writingFails(service: Consentry, { pending, stored }: Fixture): Promise<void> {
  const before = await stored()
  const commands = [
    () => service.grant(answererOf('pending'), pending),
    () => service.submit(elizabeth, asking(FAN_OUT, ['caroline'], 'x'.repeat(1_000))),
    () => service.removeUser(elizabeth, 'caroline'),
  ]
  for (const command of commands) {
    expect(await failureOf(command)).toMatchObject({ code: 'unavailable', port: 'repository', cause: expect.any(Error) })
  }
  expect(await stored()).toEqual(before)
}

/** Asserts that each question fails with an error: neither a denial nor an allow. */
export async function readingFails(service: Consentry): Promise<void> {
  const questions = [
    () => service.decide(ALLOWED),
    () => service.authorize(ALLOWED),
    () => service.facts('granted'),
    () => service.tenantsFor({ user: 'caroline' }),
    () => service.startImpersonation(caroline, { tenant: 'granted', method: 'access-request' }),
  ]
  for (const question of questions) {
    expect(await failureOf(question)).toMatchObject({ code: 'facts-unavailable', cause: expect.any(Error) })
  }
  expect(await failureOf(() => service.incoming(answererOf('granted')))).toMatchObject({ code: 'unavailable', port: 'repository' })
  expect(await doorOf(service)).toBe(503)
}

/** Asserts that the next calls work after the failure. */
export async function worksAgain(service: Consentry, { pending }: Fixture): Promise<void> {
  expect(await doorOf(service)).toBe(200)
  expect((await service.grant(answererOf('pending'), pending)).status).toBe('granted')
  expect((await service.submit(elizabeth, asking(FAN_OUT))).sent.length).toBe(FAN_OUT.length)
  expect((await service.incoming(answererOf('granted'))).items.length).toBe(1)
}

/** Returns the HTTP status of a guard for a user with access. */
export async function doorOf(consentry: Consentry): Promise<number> {
  const handler = withConsentryGuard(
    { consentry, actor: () => caroline, tenant: () => ALLOWED.tenant, method: () => ALLOWED.method },
    () => new Response('inside'),
  )
  return (await handler(new Request('http://localhost/'))).status
}

async function failureOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    if (isConsentryError(error)) return error
    throw error
  }
  return expect.unreachable('it did not fail')
}
