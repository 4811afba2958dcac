/** The routes about access: one's own, the history, counts, decisions, and who is logged in. */
import * as z from 'zod'
import { refusalError } from '../domain/error.js'
import { callSafely } from '../domain/host-calls.js'
import { instantSchema, readRecord } from '../domain/input.js'
import { route } from './route.js'
import { HistoryOut } from './wire-history.js'
import { AccessQuery, CountsQuery, HistoryQuery, MyAccessQuery, NoQuery, QuestionIn, QuestionsIn } from './wire-inputs.js'
import { pageOut } from './wire-pages.js'
import { AccessItemOut, MyAccessOut } from './wire-requests.js'
import { CountsOut, DecisionOut, MeOut } from './wire-sessions.js'
import { component, InstantOut } from './wire-values.js'

const list = { method: 'GET', status: 200, page: true, names: true } as const

export const accessRoutes = [
  route({
    ...list,
    id: 'listMyAccess',
    path: '/my-access',
    summary: 'Lists the tenants with which the person was ever associated, and their status there.',
    query: MyAccessQuery,
    answer: pageOut('MyAccessPage', MyAccessOut),
    run: ({ consentry, actor, query }) => consentry.myAccess(actor, query),
  }),
  route({
    ...list,
    id: 'listHistory',
    path: '/history',
    summary: "Lists the events of the own tenant's requests and sessions, as that party may see them.",
    permissions: ['submit', 'answer'],
    query: HistoryQuery,
    answer: pageOut('HistoryPage', HistoryOut),
    run: ({ consentry, actor, query }) => consentry.history(actor, query),
  }),
  route({
    ...list,
    id: 'listAccess',
    path: '/access',
    summary: 'Lists the granted requests that let somebody enter during a window, newest grant first.',
    description: '`tenant` is the other party. `governedSince` is told to the tenant that is governed, and null to others.',
    permissions: ['submit', 'answer'],
    query: AccessQuery,
    answer: pageOut('AccessPage', AccessItemOut, { governedSince: InstantOut.nullable() }),
    run: ({ consentry, actor, query }) => consentry.access(actor, query),
  }),
  route({
    id: 'countRows',
    method: 'GET',
    path: '/counts',
    summary: 'Counts the rows of a list by status. It needs what that list needs.',
    query: CountsQuery,
    status: 200,
    answer: component('CountsOfList', z.object({ counts: CountsOut })),
    refusals: ['not-permitted'],
    run: async ({ consentry, actor, query }) => ({ counts: await consentry.counts(actor, query.list) }),
  }),
  route({
    id: 'decideMany',
    readsFactsOnly: true,
    method: 'POST',
    path: '/decisions',
    summary: 'Answers up to 1,000 questions whether a user may enter a tenant.',
    description:
      "A malformed question is denied alone, as `invalid-question`. `from` must be said: the user's own tenant, or null for all.",
    query: NoQuery,
    body: QuestionsIn,
    status: 200,
    answer: component('Decisions', z.object({ decisions: z.array(DecisionOut) })),
    asksHost: true,
    run: async ({ consentry, body, settings: { onError } }) => {
      const questions = body.questions.map((one, index) => {
        const question = readRecord(QuestionIn, one, 'questions', index)
        if (question.ok)
          return { ...question.value, at: question.value.at === undefined ? undefined : instantSchema.parse(question.value.at) }
        // The answer does not say what is wrong with a question, so the log is told (SPEC 5.3.1).
        callSafely(onError, refusalError(question.refusal))
        return null as never
      })
      return { decisions: await consentry.decideMany(questions) }
    },
  }),
  route({
    id: 'getMe',
    readsFactsOnly: true,
    method: 'GET',
    path: '/me',
    summary: 'Returns the person who is logged in, their permissions, and whether they are inside a tenant.',
    query: NoQuery,
    status: 200,
    answer: MeOut,
    names: true,
    run: async ({ actor, session, ended }) => ({ ...actor, session, ended }),
  }),
] as const
