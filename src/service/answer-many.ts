/** Many grants and rejections in one call, each with its own outcome (SPEC 4.12). */
import * as z from 'zod'
import type { Actor } from '../domain/actor.js'
import { type ConsentryError, type RequestSummary, refusalError, unwrap, withChanged } from '../domain/error.js'
import type { TenantRequestId } from '../domain/ids.js'
import { combine, Id, read, readRecord } from '../domain/input.js'
import type { Refusal } from '../domain/refusal.js'
import { grant, reject } from '../domain/tenant-request.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { batchedDirectory, grantContext } from './answer-context.js'
import { listSchema, parseCommander } from './arguments.js'
import { type RequestCommand, tryCommand } from './change-requests.js'
import { type AnswerInput, type GrantInput, messageCommands } from './command-inputs.js'
import { isCorrupt, type ServiceContext } from './context.js'
import { eachReadable } from './passing-over.js'

/**
 * One of many answers: a grant or a rejection of the tenant request `id`, with its input.
 * `{ id, answer: 'grant', expiresAt, message?, ifRevision? }` or `{ id, answer: 'reject', message?, ifRevision? }`.
 */
export type ManyAnswersInput = { readonly id: TenantRequestId } & (
  | ({ readonly answer: 'grant' } & GrantInput)
  | ({ readonly answer: 'reject' } & AnswerInput)
)

/**
 * The outcome of one of many answers: the request after it, or the refusal as an error.
 * The error is the one that the command alone would have thrown.
 * Only a refusal is an outcome; a failing port fails the whole call.
 */
export type AnswerOutcome = { readonly id: TenantRequestId } & (
  | { readonly ok: true; readonly request: RequestSummary }
  | { readonly ok: false; readonly error: ConsentryError & Refusal }
)

const MAX_ANSWERS = 100

const AnswerList = listSchema(MAX_ANSWERS, 'answers')

/** The `answerMany` method of the service. */
export function createAnswerMany(context: ServiceContext) {
  const { GrantCommand, RejectCommand } = messageCommands(context.policy.requireMessage)
  const answer = z.discriminatedUnion(
    'answer',
    [GrantCommand.extend({ id: Id, answer: z.literal('grant') }), RejectCommand.extend({ id: Id, answer: z.literal('reject') })],
    { error: ({ code }) => (code === 'invalid_union' ? 'must be `grant` or `reject`' : 'must be a record with `id` and `answer`') },
  )
  type Answer = z.output<typeof answer>

  /** Parses the list, then its elements. */
  const parseAnswers = (answers: unknown): readonly Answer[] => {
    const elements = unwrap(read(AnswerList, answers, 'answers'))
    return unwrap(combine<Answer[]>(...elements.map((one, index) => readRecord(answer, one, 'answers', index))))
  }

  /** Loads the requests that are to be granted, to ask the directory about all of them at once. */
  const loadGrantable = async (answers: readonly Answer[], { tenant }: Actor): Promise<readonly TenantRequest[]> => {
    const ids = [...new Set(answers.flatMap((one) => (one.answer === 'grant' ? [one.id] : [])))]
    const found: TenantRequest[] = []
    await eachReadable(ids, async (some) => {
      found.push(...(await context.withRepository((repository) => repository.tenantRequests(some, tenant))))
    })
    return found.filter((request) => request.tenant === tenant)
  }

  return {
    async answerMany(actor: Actor, answers: readonly ManyAnswersInput[]): Promise<AnswerOutcome[]> {
      const by = parseCommander(actor, 'answer')
      const parsed = parseAnswers(answers)
      const changed: RequestSummary[] = []
      try {
        const directory = batchedDirectory(context, await loadGrantable(parsed, by), by)
        const commandOf =
          (one: Answer): RequestCommand =>
          async (request, commandContext) =>
            one.answer === 'grant'
              ? grant(request, one, await grantContext(directory, request, commandContext))
              : reject(request, one, commandContext)
        const outcomes: AnswerOutcome[] = []
        const unreadable: unknown[] = []
        for (const one of parsed) {
          const outcome = await tryCommand(context, by, one.id, commandOf(one)).catch((error: unknown) => {
            if (!isCorrupt(error)) throw error
            unreadable.push(error)
          })
          if (outcome === undefined) continue
          if (outcome.ok) changed.push(outcome.value)
          outcomes.push(
            outcome.ok
              ? { id: one.id, ok: true, request: outcome.value }
              : { id: one.id, ok: false, error: refusalError(outcome.refusal) as ConsentryError & Refusal },
          )
        }
        if (unreadable.length > 0) throw unreadable[0]
        return outcomes
      } catch (error) {
        throw withChanged(error, changed)
      }
    },
  }
}
