/** What a service says while its database fails, and that nothing is half done by it. */
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

/** What there is before anything fails: a request that is granted, and one that is not. */
export interface Scene {
  readonly pending: string
  /** All that is stored, by another connection than the one that fails. */
  readonly stored: () => Promise<unknown>
}

/** Makes the scene. */
export async function sceneOf(repository: Repository, query: Query, prefix: string): Promise<Scene> {
  await serviceOn(repository).grant(answererOf('granted'), await ask(serviceOn(repository), 'granted'))
  const pending = await ask(serviceOn(repository), 'pending')
  const stored = async () => {
    const counts: unknown[] = []
    for (const table of TABLES) counts.push([table, (await query(`select count(*) as n from ${prefix}${table}`))[0]?.['n']])
    return { counts, feed: await feedOf(repository), request: await repository.tenantRequest(pending) }
  }
  return { pending, stored }
}

/** Each command, as it must fail: typed, saying which port, and leaving nothing behind. */
export async function writingFails(service: Consentry, { pending, stored }: Scene): Promise<void> {
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

/** Each question, as it must fail: no denial, never an allow. */
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

/** That the next calls work, now that the cause is gone. */
export async function worksAgain(service: Consentry, { pending }: Scene): Promise<void> {
  expect(await doorOf(service)).toBe(200)
  expect((await service.grant(answererOf('pending'), pending)).status).toBe('granted')
  expect((await service.submit(elizabeth, asking(FAN_OUT))).sent.length).toBe(FAN_OUT.length)
  expect((await service.incoming(answererOf('granted'))).items.length).toBe(1)
}

/** The status with which a guard answers somebody who may enter. */
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
