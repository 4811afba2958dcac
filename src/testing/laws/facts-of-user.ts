/** Facts as they concern one user: an adapter may leave out the other users of a request, but nothing else. */
import type { TenantFacts } from '../../domain/facts.js'
import type { UserId } from '../../domain/ids.js'
import type { RequestFacts } from '../../domain/status.js'
import type { SessionRow } from '../../repository.js'
import { same } from './asserting.js'
import { factsById } from './expected.js'

/** Asserts that `answer` is `whole`, the facts of one tenant that concern the user, with at least the user named as he is there. */
export function sameFactsFor(answer: TenantFacts, whole: TenantFacts, user: UserId): void {
  const what = `the facts of ${whole.tenant} for ${user}`
  const trimmed = { ...whole, requests: whole.requests.map((request, index) => trimmedLike(answer, index, request, user)) }
  same(factsById(answer), trimmed, what)
}

/** Asserts the same of every tenant of the user's, in the order of their ids. */
export function sameFactsOfUser(answers: readonly TenantFacts[], wholes: readonly TenantFacts[], user: UserId): void {
  same(
    answers.map(({ tenant }) => tenant),
    wholes.map(({ tenant }) => tenant),
    `the tenants of ${user}`,
  )
  wholes.forEach((whole, index) => {
    sameFactsFor(answers[index] ?? whole, whole, user)
  })
}

/** Asserts that the answers are these rows: the very sessions, each beside the facts of its tenant as they concern its user. */
export function sameRows(answers: readonly SessionRow[], rows: readonly SessionRow[], what: string): void {
  const sessionsOf = (all: readonly SessionRow[]) => all.map(({ facts: _, ...row }) => row)
  same(sessionsOf(answers), sessionsOf(rows), what)
  rows.forEach(({ session, facts }, index) => {
    sameFactsFor(answers[index]?.facts ?? facts, facts, session.user)
  })
}

// The whole request without the users that the answer left out, the one asked about always kept.
function trimmedLike(answer: TenantFacts, index: number, whole: RequestFacts, user: UserId): RequestFacts {
  const told = factsById(answer).requests[index]
  const users = whole.users.filter((one) => one === user || told?.users.includes(one))
  const removed = whole.removed.filter((one) => one.user === user || told?.removed.some((gone) => gone.user === one.user))
  return { ...whole, users, removed }
}
