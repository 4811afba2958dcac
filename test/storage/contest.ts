/** The race of law 22: eight concurrent answers to one tenant request, of which exactly one must win. */

import type { Consentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { TenantRequestEvent } from '../../src/domain/event.js'
import { fold } from '../../src/domain/tenant-request-state.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { answererOf, asking, elizabeth, serviceOn, tenantsUpTo } from './service.js'

/** The number of concurrent answers. */
export const CONTENDERS = 8

export type Answer = 'grant' | 'reject' | 'withdraw'

/** Answers a request as one contender, and returns the outcome. */
export interface Attempt {
  readonly tenant: string
  readonly id: string
  readonly answer: Answer
}

/** Runs all contenders concurrently, and returns their outcomes. */
export type Contest = (attempts: readonly Attempt[]) => Promise<readonly string[]>

const ANSWERS: readonly Answer[] = ['grant', 'reject', 'grant', 'withdraw', 'reject', 'grant', 'withdraw', 'grant']
const AT_MOST = 1_000

/** Answers through the service. Returns `won` or the code of the refusal. */
export async function answered(service: Consentry, { tenant, id, answer }: Attempt): Promise<string> {
  try {
    await (answer === 'withdraw' ? service.withdraw(elizabeth, id) : service[answer](answererOf(tenant), id))
    return 'won'
  } catch (error) {
    return isConsentryError(error) ? error.code : 'an untyped error'
  }
}

/** Runs that many rounds, one request each, and returns a description of each round without exactly one winner. */
export async function contests(rounds: number, repository: Repository, contest: Contest): Promise<readonly string[]> {
  const wrong: string[] = []
  for (let left = rounds; left > 0; left -= AT_MOST) wrong.push(...(await some(Math.min(left, AT_MOST), repository, contest)))
  return wrong
}

async function some(rounds: number, repository: Repository, contest: Contest): Promise<string[]> {
  const { sent } = await serviceOn(repository).submit(elizabeth, asking(tenantsUpTo(rounds)))
  const outcomes = new Map<string, readonly string[]>()
  for (const [round, { id, tenant }] of sent.entries()) {
    const attempts = Array.from({ length: CONTENDERS }, (_, n) => ANSWERS[(n + round) % CONTENDERS] ?? 'grant')
    outcomes.set(id, await contest(attempts.map((answer) => ({ tenant, id, answer }))))
  }
  const events = await eventsByRequest(repository)
  const wrong: string[] = []
  for (const [id, each] of outcomes) {
    const told = [...each].sort().join(' ')
    const happened = events.get(id) ?? []
    const asExpected = told === `${'not-pending '.repeat(CONTENDERS - 1)}won`
    if (!asExpected || happened.length !== 2 || !(await agrees(repository, id, happened))) {
      wrong.push(`${told}; ${happened.map(({ type, revision }) => `${type} ${revision}`).join(', ')}`)
    }
  }
  return wrong
}

async function agrees(repository: Repository, id: string, events: readonly TenantRequestEvent[]): Promise<boolean> {
  return JSON.stringify(sorted(fold(events))) === JSON.stringify(sorted(await repository.tenantRequest(id)))
}

function sorted(value: object | undefined): unknown {
  return Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
}

async function eventsByRequest(repository: Repository): Promise<Map<string, TenantRequestEvent[]>> {
  const events = new Map<string, TenantRequestEvent[]>()
  for (let from: Position = FEED_START, more = true; more; ) {
    const { entries, position } = await repository.readEvents({ after: from, limit: AT_MOST })
    for (const { event } of entries) {
      if (event.type.startsWith('tenant-request.')) {
        const one = event as TenantRequestEvent
        events.set(one.tenantRequest, [...(events.get(one.tenantRequest) ?? []), one])
      }
    }
    more = entries.length > 0
    from = position
  }
  return events
}
