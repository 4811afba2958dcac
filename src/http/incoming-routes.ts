/** The routes of the tenant asked: the requests to it, and its answers. */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { combine, readRecord } from '../domain/input.js'
import { problemForParties } from './door.js'
import { route } from './route.js'
import { AnswerIn, AnswersIn, ExpiryIn, GrantIn, IncomingQuery, NoQuery, OneAnswerIn } from './wire-inputs.js'
import { pageOut } from './wire-pages.js'
import { ProblemOut } from './wire-problem.js'
import { AnswerPreviewOut, IncomingOut, RequestSummaryOut } from './wire-requests.js'
import { component, TenantRequestIdText } from './wire-values.js'

const OutcomesOut = component(
  'AnswerOutcomes',
  z.object({
    outcomes: z.array(
      z.union([
        z.object({ id: TenantRequestIdText, status: z.literal(200), request: RequestSummaryOut }),
        z.object({
          id: TenantRequestIdText,
          status: z.int(),
          problem: ProblemOut,
        }),
      ]),
    ),
  }),
  { description: 'One outcome for each answer, in their order; `status` is that of the answer alone.' },
)

const asTenant = { permissions: ['answer'] } as const
const reads = { ...asTenant, method: 'GET', status: 200 } as const
const answers = {
  ...asTenant,
  method: 'POST',
  outside: true,
  query: NoQuery,
  ifMatch: true,
  etag: true,
  status: 200,
  answer: RequestSummaryOut,
} as const

// The service reads rows of the own tenant alone, and one that it sent itself is not found here either (SPEC 11.2).
export const incomingRoutes = [
  route({
    ...reads,
    id: 'listIncoming',
    path: '/incoming',
    summary: 'Lists the requests to the own tenant.',
    query: IncomingQuery,
    answer: pageOut('IncomingPage', IncomingOut),
    page: true,
    names: true,
    run: ({ consentry, actor, query }) => consentry.incoming(actor, query),
  }),
  route({
    ...asTenant,
    id: 'answerMany',
    method: 'POST',
    path: '/incoming/answers',
    summary: 'Grants and rejects up to 100 requests, each with its own outcome.',
    outside: true,
    query: NoQuery,
    body: AnswersIn,
    status: 200,
    answer: OutcomesOut,
    run: async ({ consentry, actor, body }) => {
      const each = body.answers.map((one, index) => readRecord(OneAnswerIn, one, 'answers', index))
      const outcomes = await consentry.answerMany(actor, unwrap(combine<z.output<typeof OneAnswerIn>[]>(...each)))
      return {
        outcomes: outcomes.map((outcome) => {
          const { id } = outcome
          if (outcome.ok) return { id, status: 200 as const, request: outcome.request }
          const problem = problemForParties(outcome.error)
          return { id, status: problem.status, problem: { ...problem } }
        }),
      }
    },
  }),
  route({
    ...reads,
    id: 'getIncoming',
    path: '/incoming/{id}',
    summary: 'Returns one request to the own tenant.',
    query: NoQuery,
    answer: IncomingOut,
    etag: true,
    names: true,
    run: ({ consentry, actor, id }) => consentry.incomingRequest(actor, id),
  }),
  route({
    ...reads,
    id: 'previewAnswer',
    path: '/incoming/{id}/preview',
    summary: 'Shows what granting a pending request would mean for the own tenant.',
    query: NoQuery,
    answer: AnswerPreviewOut,
    refusals: ['not-pending'],
    run: ({ consentry, actor, id }) => consentry.previewAnswer(actor, id),
  }),
  route({
    ...answers,
    id: 'grant',
    path: '/incoming/{id}/grant',
    summary: 'Grants a pending request until an instant, or without an end.',
    description: 'By its first grant a tenant closes the legacy tool for everybody without a grant, for good.',
    body: GrantIn,
    refusals: [
      'requester-may-not-answer',
      'not-pending',
      'stale-revision',
      'expiry-required',
      'expires-too-soon',
      'expires-too-late',
      'not-grantable',
    ],
    run: ({ consentry, actor, id, body, ifRevision }) => consentry.grant(actor, id, { ...body, ifRevision }),
  }),
  route({
    ...answers,
    id: 'reject',
    path: '/incoming/{id}/rejection',
    summary: 'Rejects a pending request.',
    body: AnswerIn,
    refusals: ['not-pending', 'stale-revision'],
    run: ({ consentry, actor, id, body, ifRevision }) => consentry.reject(actor, id, { ...body, ifRevision }),
  }),
  route({
    ...answers,
    id: 'revokeIncoming',
    path: '/incoming/{id}/revocation',
    summary: 'Takes back a grant that holds.',
    body: AnswerIn,
    refusals: ['not-active', 'stale-revision'],
    run: async ({ consentry, actor, id, body, ifRevision }) => {
      // Either party may revoke: the path says which one asks.
      await consentry.incomingRequest(actor, id)
      return consentry.revoke(actor, id, { ...body, ifRevision })
    },
  }),
  route({
    ...answers,
    id: 'setExpiry',
    method: 'PUT',
    path: '/incoming/{id}/expiry',
    summary: 'Sets or moves the end of a grant that holds.',
    body: ExpiryIn,
    refusals: ['requester-may-not-answer', 'not-active', 'stale-revision', 'expires-too-soon', 'expires-too-late'],
    run: ({ consentry, actor, id, body, ifRevision }) => consentry.setExpiry(actor, id, { ...body, ifRevision }),
  }),
] as const
