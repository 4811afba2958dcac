/** Assertions on a service whose database fails: typed errors, and nothing half done. */
import { expect } from 'vitest'
import type { Consentry } from '../../src/consentry.js'
import { withConsentryGuard } from '../../src/guard/web.js'
import type { Place } from '../databases/places.js'
import { feedOf } from './findings.js'
import { answererOf, ask, askAndGrant, asking, caroline, elizabeth, mayEnter, serviceOn, tenantsUpTo } from './service.js'

const TABLES = ['access_requests', 'user_sets', 'tenant_requests', 'governed_tenants', 'sessions', 'events']
const FAN_OUT = tenantsUpTo(50, 'fan')

/** A migrated place with a granted and a pending request. */
export interface Fixture<P extends Place = Place> {
  readonly place: P
  readonly pending: string
  /** Returns everything stored, over a connection that does not fail. */
  readonly stored: () => Promise<unknown>
}

/** Creates the data. */
export async function fixtureOf<P extends Place>(place: P): Promise<Fixture<P>> {
  const { repository, query, of } = place
  await repository.migrate()
  await askAndGrant(serviceOn(repository), 'granted')
  const pending = await ask(serviceOn(repository), 'pending')
  const stored = async () => {
    const counts: unknown[] = []
    for (const table of TABLES) counts.push([table, (await query(`select count(*) as n from ${of(table)}`))[0]?.['n']])
    return { counts, feed: await feedOf(repository), request: await repository.tenantRequest(pending) }
  }
  return { place, pending, stored }
}

/** Asserts that each command fails with a typed error that names the port. */
export async function writingFails(service: Consentry, { pending }: Fixture): Promise<void> {
  const commands = [
    () => service.grant(answererOf('pending'), pending),
    () => service.submit(elizabeth, asking(FAN_OUT, ['caroline'], 'x'.repeat(1_000))),
    () => service.removeUser(elizabeth, 'caroline'),
  ]
  const expected = { code: 'unavailable', port: 'repository', cause: expect.any(Error) }
  for (const command of commands) await expect(command()).rejects.toMatchObject(expected)
}

/** Asserts that each question fails with an error: neither a denial nor an allow. */
export async function readingFails(service: Consentry): Promise<void> {
  const questions = [
    () => service.decide(mayEnter('granted')),
    () => service.authorize(mayEnter('granted')),
    () => service.facts('granted'),
    () => service.tenantsFor({ user: 'caroline' }),
    () => service.startImpersonation(caroline, { tenant: 'granted', method: 'access-request' }),
  ]
  const expected = { code: 'facts-unavailable', cause: expect.any(Error) }
  for (const question of questions) await expect(question()).rejects.toMatchObject(expected)
  await expect(service.incoming(answererOf('granted'))).rejects.toMatchObject({ code: 'unavailable', port: 'repository' })
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
  const options = { consentry, actor: () => caroline, tenant: () => 'granted', method: () => 'access-request' as const }
  const handler = withConsentryGuard(options, () => new Response('inside'))
  return (await handler(new Request('http://localhost/'))).status
}
