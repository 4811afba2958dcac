/** Resolves a logged command about many requests: several answers, or the end of everything. */
import type { Actor } from '../../domain/actor.js'
import type { TenantId, TenantRequestId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { LoggedCommand } from './command-log.js'
import type { CommandInput, SentRequest } from './sent-request.js'

/** A call about many requests; `answers` has one answer for each request. Any part can be malformed. */
export type BulkCommand =
  | { readonly verb: 'answerMany'; readonly actor: Actor; readonly answers: readonly BulkAnswer[] }
  | { readonly verb: 'endAll'; readonly actor: Actor; readonly input: CommandInput & { readonly with: TenantId } }

/** One of many answers: to grant or reject the request `id`. */
export type BulkAnswer = { readonly id: TenantRequestId } & (
  | ({ readonly answer: 'grant' } & CommandInput & { readonly expiresAt: Instant | null })
  | ({ readonly answer: 'reject' } & CommandInput)
)

/** A logged command whose `pick` selects a request. */
type RequestCommand = Extract<LoggedCommand, { fitting: boolean }>

/** The most answers at once, the first request's second answer included. */
const MOST = 3

/**
 * Answers the request and others of its tenant, in turn granting and rejecting them.
 * Sometimes the first one is answered twice.
 */
export function answersOf(
  { who, flaws, pick, expiresAt }: RequestCommand,
  request: Pick<SentRequest, 'id' | 'tenant'>,
  sent: readonly SentRequest[],
  input: CommandInput,
): readonly BulkAnswer[] {
  const others = sent.filter(({ id, tenant }) => tenant === request.tenant && (id !== request.id || who % 4 === 0)).slice(-MOST + 1)
  const { message } = input
  const rest = others.map((one) => ({ id: one.id, ...(message !== undefined && { message }) }))
  const answers = [{ id: request.id, ...input }, ...rest].map((one, index): BulkAnswer => {
    if ((who + index) % 2 === 0) return { ...one, answer: 'grant', expiresAt: expiresAt ?? null }
    return { ...one, answer: 'reject' }
  })
  if (!flaws.includes('malformed') || pick % 3 === 0) return answers
  const malformed = [{ message: '\ud800' }, { ifRevision: 0.5 }, { id: 'a b' }, { answer: 'revoke' }, { expiresAt: undefined }]
  return answers.map((one, index) =>
    index === answers.length - 1 ? ({ ...one, ...malformed[who % malformed.length] } as BulkAnswer) : one,
  )
}
