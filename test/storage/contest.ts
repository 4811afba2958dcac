/** The race of law 22: eight concurrent answers to one tenant request, of which exactly one must win. */
import { isDeepStrictEqual } from 'node:util'
import type { Consentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { TenantRequestEvent } from '../../src/domain/event.js'
import { fold } from '../../src/domain/tenant-request-state.js'
import type { Repository } from '../../src/ports/repository.js'
import { requestIn } from '../../src/testing/contract/fixtures/reads.js'
import { feedOf, groupedBy, requestOf } from './findings.js'
import { answererOf, ask, elizabeth, serviceOn, tenantsUpTo } from './service.js'

export const CONTENDERS = 8

const ANSWERS = ['grant', 'reject', 'grant', 'withdraw', 'reject', 'grant', 'withdraw', 'grant'] as const

export type Attempt = { readonly tenant: string; readonly id: string; readonly answer: (typeof ANSWERS)[number] }
type Contest = (attempts: readonly Attempt[]) => Promise<readonly string[]>

export async function answered(service: Consentry, { tenant, id, answer }: Attempt): Promise<string> {
  try {
    if (answer === 'grant') await service.grant(answererOf(tenant), id, { expiresAt: null })
    else await (answer === 'withdraw' ? service.withdraw(elizabeth, id) : service.reject(answererOf(tenant), id))
    return 'won'
  } catch (error) {
    return isConsentryError(error) ? error.code : 'an untyped error'
  }
}

/** Runs that many rounds, one request each, and returns a description of each round without exactly one winner. */
export async function contests(rounds: number, repository: Repository, contest: Contest): Promise<readonly string[]> {
  const outcomes = new Map<string, readonly string[]>()
  for (const [round, tenant] of tenantsUpTo(rounds).entries()) {
    const id = await ask(serviceOn(repository), tenant)
    const answers = [...ANSWERS.slice(round % CONTENDERS), ...ANSWERS.slice(0, round % CONTENDERS)]
    outcomes.set(id, await contest(answers.map((answer) => ({ tenant, id, answer }))))
  }
  const events = groupedBy(await feedOf(repository), requestOf)
  const wrong: string[] = []
  for (const [id, each] of outcomes) {
    const told = each.toSorted().join(' ')
    const happened = (events.get(id) ?? []) as TenantRequestEvent[]
    const oneWon = told === `${'not-pending '.repeat(CONTENDERS - 1)}won` && happened.length === 2
    if (!oneWon || !isDeepStrictEqual(fold(happened), await requestIn(repository, id)))
      wrong.push(`${told}; ${happened.map(({ type, revision }) => `${type} ${revision}`).join(', ')}`)
  }
  return wrong
}
