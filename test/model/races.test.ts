/** The law of concurrent answers: exactly one wins; a repository that loses an update fails it. */
import { deepEqual, equal, fail, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { fold, type TenantRequestEvent } from '../../src/domain.js'
import { isConsentryError } from '../../src/index.js'
import type { Repository } from '../../src/ports/repository.js'
import { requestIn } from '../../src/testing/contract/fixtures/reads.js'
import { faultyRepositories } from '../testing/faulty-repositories.js'
import { Stage } from './replay.js'

vi.setConfig({ testTimeout: 60_000 })

const ROUNDS = { numRuns: 200 }
const CONTENDERS = 8

const requester = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null } as const
const answerer = (user: string) => ({ user, tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }) as const

type Answer = 'grant' | 'reject' | 'withdraw'

/** A repository whose calls run in the order of a random scheduler. */
function interleaved(repository: Repository, scheduler: fc.Scheduler): Repository {
  const turn =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A) =>
      scheduler.schedule(Promise.resolve()).then(() => call(...args))
  return { ...repository, tenantRequests: turn(repository.tenantRequests), saveChanges: turn(repository.saveChanges) }
}

const careless = faultyRepositories.find(({ fault }) => /^compares revisions before its transaction/.test(fault)) ?? fail('no such fault')

async function race(repository: Repository, scheduler: fc.Scheduler, answers: readonly Answer[]) {
  const { consentry } = new Stage({ repository: interleaved(repository, scheduler) })
  const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
  const { sent } = await consentry.submit(requester, { name: 'SupportAccess', associations })
  const id = sent[0]?.id ?? ''
  const outcomes = answers.map((answer, n) => {
    const by = answerer(`admin-${n}`)
    const calls = {
      grant: () => consentry.grant(by, id, { expiresAt: null, message: `${n}` }),
      reject: () => consentry.reject(by, id, { message: `${n}` }),
      withdraw: () => consentry.withdraw(requester, id),
    }
    return calls[answer]().then(
      () => 'won',
      (error) => (isConsentryError(error) ? error.code : 'an untyped error'),
    )
  })
  await scheduler.waitIdle()
  const events = await repository.history({ tenant: 'tom-sawyer', requestingTenant: 'classics', limit: 100 })
  return { outcomes: await Promise.all(outcomes), events, stored: await requestIn(repository, id) }
}

const answer = fc.constantFrom<Answer>('grant', 'grant', 'reject', 'withdraw')
const contenders = fc.array(answer, { minLength: CONTENDERS, maxLength: CONTENDERS })

describe('concurrent answers', () => {
  it('law 22: N concurrent answers ⇒ exactly one winner, the others `not-pending`', async () => {
    const winners = new Set<number>()
    const property = fc.asyncProperty(fc.scheduler(), contenders, async (scheduler, answers) => {
      const { outcomes, events, stored } = await race(memoryRepository(), scheduler, answers)
      deepEqual([...outcomes].sort(), [...Array(CONTENDERS - 1).fill('not-pending'), 'won'])
      winners.add(outcomes.indexOf('won'))
      // Exactly three events: submitted, received, answered. Nothing is half done (SPEC 4.6).
      equal(events.length, 3)
      const ofRequest = events
        .map(({ event }) => event)
        .filter((event): event is TenantRequestEvent => event.type !== 'access-request.submitted')
      deepEqual(fold(ofRequest.sort((a, b) => a.revision - b.revision)), stored)
    })
    await fc.assert(property, ROUNDS)
    ok(winners.size > 1, 'the scheduler let different contenders win')
  })

  it('law 22, its negative control: a repository that compares revisions before its transaction has two winners', async () => {
    let betrayed = 0
    const property = fc.asyncProperty(fc.scheduler(), contenders, async (scheduler, answers) => {
      const { outcomes } = await race(careless.make(), scheduler, answers)
      if (outcomes.filter((outcome) => outcome === 'won').length > 1) betrayed += 1
    })
    await fc.assert(property, ROUNDS)
    ok(betrayed > ROUNDS.numRuns / 2, `${betrayed} rounds had several winners`)
  })
})
