/** Decisions over loaded facts; a failure to load them throws `facts-unavailable` (SPEC 5.9). */
import * as z from 'zod'
import type { AccessMethod, Allowed, Decision } from '../domain/decision-types.js'
import { AccessDenied, refusalError, unwrap } from '../domain/error.js'
import { INVALID_QUESTION } from '../domain/evaluate.js'
import { expectFactsOf, parseFacts, type TenantFacts } from '../domain/facts.js'
import { compareIds, type TenantId, type UserId } from '../domain/ids.js'
import { Id, read, readRecord } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import type { Result } from '../domain/refusal.js'
import { grantHolds, requestsSentBy } from '../domain/status.js'
import { pagesOf } from '../ports/event-loop.js'
import type { RequestKey } from '../ports/request-query.js'
import { type AccessQuestion, questionTime, readAuthorizeQuestion, readQuestion } from './access-question.js'
import { listSchema } from './arguments.js'
import type { ServiceContext } from './context.js'
import { decideFromRepository, decideManyFromRepository, loadFacts } from './decide-from-repository.js'

/**
 * The question whether a user may enter a tenant.
 * A malformed question is denied with `invalid-question` (SPEC 5.3.1).
 */
export interface DecideInput {
  /** The user who would enter. */
  readonly user: UserId
  /** The tenant to enter. */
  readonly tenant: TenantId
  /** The way to enter (SPEC 5.1). */
  readonly method: AccessMethod
  /** The instant, a `Date` or milliseconds; by default the service's clock. */
  readonly at?: Date | Instant | undefined
  /**
   * The user's own tenant, as the host's login knows it: only its requests count (SPEC 2.7).
   * Without it, or with `null`, every vendor's requests count.
   */
  readonly from?: TenantId | null | undefined
}

/** The question of `authorize`: it must say `from`, or it would be the widest of all (SPEC 2.7). */
export interface AuthorizeInput extends DecideInput {
  /** The user's own tenant, as the host's login knows it; `null` for every vendor's requests. */
  readonly from: TenantId | null
}

/** The question of `tenantsFor`: the tenants that a user may enter. */
export interface TenantsForInput extends Pick<DecideInput, 'user' | 'at' | 'from'> {}

/** The question of `usersFor`: the users who may enter a tenant. */
export interface UsersForInput extends Pick<DecideInput, 'tenant' | 'at' | 'from'> {}

/** The most questions of `decideMany` (SPEC 5.11). */
const MAX_QUESTIONS = 1_000

const QuestionList = listSchema(MAX_QUESTIONS, 'questions')
const UserQuestion = z.strictObject({ user: Id, ...questionTime }, 'must be a question: an object with `user`')
const TenantQuestion = z.strictObject({ tenant: Id, ...questionTime }, 'must be a question: an object with `tenant`')

/** The rows that are read at once, of many requests or tenants. */
const ROWS_PER_PAGE = 500

/** The decision methods of the service. */
export function createDecisions(context: ServiceContext) {
  const { withRepository, now, report } = context

  // The answer to a malformed question does not say what is wrong with it, so the host's log is told (SPEC 5.3.1).
  const accepted = <T>(question: Result<T>): T | undefined => {
    if (question.ok) return question.value
    report(refusalError(question.refusal))
    return undefined
  }
  const parse = <S extends z.ZodType>(schema: S, input: unknown) => accepted(readRecord(schema, input, 'question'))

  const answer = async (read: Result<AccessQuestion>): Promise<Decision> => {
    const question = accepted(read)
    if (question === undefined) return INVALID_QUESTION
    const { at } = question
    return (await decideFromRepository(context, question, at === undefined ? now : () => at)).decision
  }

  return {
    decide: (input: DecideInput): Promise<Decision> => answer(readQuestion(input)),

    async authorize(input: AuthorizeInput): Promise<Allowed> {
      const decision = await answer(readAuthorizeQuestion(input))
      if (decision.allowed) return decision
      throw new AccessDenied(decision)
    },

    async decideMany(input: readonly DecideInput[]): Promise<Decision[]> {
      const questions = unwrap(read(QuestionList, input, 'questions')).map((one) => accepted(readQuestion(one)))
      const asked = questions.filter((question) => question !== undefined)
      const decided = (asked.length === 0 ? [] : await decideManyFromRepository(context, asked)).values()
      return questions.map((question) => (question === undefined ? INVALID_QUESTION : (decided.next().value as Decision)))
    },

    async facts(input: TenantId): Promise<TenantFacts> {
      const tenant = unwrap(read(Id, input, 'tenant'))
      return loadFacts(async () => {
        const pages: TenantFacts[] = []
        for await (const page of factsPages(tenant)) pages.push(page)
        return { tenant, governed: pages.some(({ governed }) => governed), requests: pages.flatMap(({ requests }) => requests) }
      })
    },

    async tenantsFor(input: TenantsForInput): Promise<TenantId[]> {
      const question = parse(UserQuestion, input)
      if (question === undefined) return []
      const { user, from } = question
      return loadFacts(async () => {
        const at = question.at ?? now()
        const tenants: TenantId[] = []
        const read = (after: TenantId | undefined) =>
          withRepository((repository) => repository.grantsOfUser({ user, from, now: at, after, limit: ROWS_PER_PAGE }))
        for await (const page of pagesOf(read, (rows) => rows.at(-1)?.tenant))
          for (const facts of page.map(parseFacts)) if (holdersAt(facts, from, at).has(user)) tenants.push(facts.tenant)
        return tenants.sort(compareIds)
      })
    },

    async usersFor(input: UsersForInput): Promise<UserId[]> {
      const question = parse(TenantQuestion, input)
      if (question === undefined) return []
      const { tenant, from } = question
      return loadFacts(async () => {
        const at = question.at ?? now()
        const users = new Set<UserId>()
        for await (const facts of factsPages(tenant, at)) for (const user of holdersAt(facts, from, at)) users.add(user)
        return [...users].sort(compareIds)
      })
    },
  }

  /**
   * Returns a tenant's facts page by page, and yields between pages.
   * With `openAt`, only grants that are not over at that instant. A page may end early: only an empty one is the last.
   */
  function factsPages(tenant: TenantId, openAt?: Instant): AsyncIterable<TenantFacts> {
    return pagesOf(
      async (after: RequestKey | undefined) => {
        const query = { tenant, openAt, after, limit: ROWS_PER_PAGE }
        return parseFacts(expectFactsOf(tenant, await withRepository((repository) => repository.factsPage(query))))
      },
      ({ requests }) => {
        const last = requests.at(-1)
        return last && { sentAt: last.sentAt, id: last.id }
      },
    )
  }
}

/** Returns the users to whom a grant by `from` holds at `now` (SPEC 5.8). */
function holdersAt({ requests }: TenantFacts, from: TenantId | null, now: Instant): ReadonlySet<UserId> {
  return new Set(requestsSentBy(from, requests).flatMap((request) => (grantHolds(request, now) ? request.users : [])))
}
