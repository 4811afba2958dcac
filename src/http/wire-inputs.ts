/** The bodies and queries that the API reads. The service validates what they mean. */
import * as z from 'zod'
import { Associations } from '../domain/association.js'
import { EVENT_TYPES } from '../domain/event-types.js'
import { Revision } from '../domain/input.js'
import { SESSION_STATUSES } from '../domain/session-views.js'
import { REQUEST_STATUSES, USER_STATUSES } from '../domain/status.js'
import { NameInput, submissionSchema } from '../domain/submission.js'
import {
  AccessRequestIdText,
  component,
  described,
  InstantIn,
  MessageIn,
  MethodName,
  oneOfValues,
  SessionHashText,
  TenantIdText,
  TenantRequestIdText,
  UserIdText,
} from './wire-values.js'

/** Returns the reference to a component, for what is described and not parsed. */
const reference = (id: string) => ({ $ref: `#/components/schemas/${id}` })
const idsOf = (id: string) => ({ type: 'array', minItems: 1, items: reference(id) })

component('RequestName', NameInput, {
  description: '1 to 64 letters and digits of any script, counted in Unicode NFC.',
  pattern: '^[\\p{L}\\p{Nd}][\\p{L}\\p{M}\\p{Nd}]*$',
  minLength: 1,
  maxLength: 256,
})
component('AssociationsInput', Associations as z.ZodType, {
  description: 'At least one; each asks access for all its users to all its tenants.',
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    properties: { users: idsOf('UserId'), tenants: idsOf('TenantId') },
    required: ['users', 'tenants'],
    additionalProperties: false,
  },
})
export const SubmissionIn = component('SubmissionInput', submissionSchema, {
  description: 'An access request. With an `id` of your own it is safe to send again.',
})

export const WithdrawalsIn = component('WithdrawalsInput', z.strictObject({ accessRequest: AccessRequestIdText }))
export const RemovalIn = component('RemovalInput', z.strictObject({ user: UserIdText }))
export const EndingIn = component('EndingInput', z.strictObject({ with: TenantIdText, message: MessageIn.optional() }))
export const EmptyIn = component('EmptyInput', z.strictObject({}, 'must be an empty object'))
export const AnswerIn = component(
  'AnswerInput',
  z.strictObject({ message: MessageIn.optional() }, 'must be an object, maybe with `message`'),
)

const expiresAt = described(InstantIn.nullable(), 'The first instant without access; null for a grant without an end. It must be said.')
export const GrantIn = component(
  'GrantInput',
  z.strictObject({ message: MessageIn.optional(), expiresAt }, 'must be an object with `expiresAt`'),
)
export const ExpiryIn = component('ExpiryInput', z.strictObject({ expiresAt: InstantIn }, 'must be an object with `expiresAt`'))

/** One of many answers. */
export const OneAnswerIn = component(
  'OneAnswerInput',
  z.discriminatedUnion(
    'answer',
    [
      z.strictObject({
        id: TenantRequestIdText,
        answer: z.literal('grant'),
        message: MessageIn.optional(),
        expiresAt,
        ifRevision: Revision.optional(),
      }),
      z.strictObject({
        id: TenantRequestIdText,
        answer: z.literal('reject'),
        message: MessageIn.optional(),
        ifRevision: Revision.optional(),
      }),
    ],
    { error: ({ code }) => (code === 'invalid_union' ? 'must be `grant` or `reject`' : 'must be an object with `id` and `answer`') },
  ),
)

/** One question of many; `from` must be said, or it would be the widest of all (SPEC 2.7). */
export const QuestionIn = component(
  'QuestionInput',
  z.strictObject({
    user: UserIdText,
    tenant: TenantIdText,
    method: MethodName,
    from: TenantIdText.nullable(),
    at: InstantIn.optional(),
  }),
)

/**
 * Returns the schema of a list whose elements are parsed after it, so that a long list costs no work.
 * The service refuses more than `most`.
 */
function listIn<Element>(id: string, element: string, most: number) {
  const list = component(id, z.array(z.unknown(), 'must be a list').max(most, `must have at most ${most} elements`), {
    items: reference(element),
    maxItems: most,
  })
  return list as z.ZodType<unknown[], readonly Element[]>
}
const answers = listIn<z.input<typeof OneAnswerIn>>('AnswerList', 'OneAnswerInput', 100)
export const AnswersIn = component('AnswersInput', z.strictObject({ answers }))
const questions = listIn<z.input<typeof QuestionIn>>('QuestionList', 'QuestionInput', 1_000)
export const QuestionsIn = component('QuestionsInput', z.strictObject({ questions }))

export const StartIn = component(
  'StartInput',
  z.strictObject(
    { tenant: TenantIdText, method: MethodName, reason: MessageIn.optional() },
    'must be an object with `tenant` and `method`',
  ),
)
export const EndSessionIn = component('EndSessionInput', z.strictObject({ hash: SessionHashText }, 'must be an object with `hash`'))

const manyOf = <S extends z.ZodType>(schema: S) => z.array(schema).max(100, 'must have at most 100 values').optional()
const limit = z.int('must be a whole number').min(1, 'must be at least 1').max(200, 'must be at most 200').optional()
const page = { cursor: z.string().max(4_096, 'is not a cursor of this list').optional(), limit }
const span = { from: InstantIn.optional(), to: InstantIn.optional() }
const expiring = { expiresBefore: InstantIn.optional(), order: oneOfValues(['newest', 'expiring']).optional() }
const name = z.string().max(256, 'must have at most 256 characters').optional()
const ofSessions = {
  session: SessionHashText.optional(),
  tenantRequest: TenantRequestIdText.optional(),
  users: manyOf(UserIdText),
  tenants: manyOf(TenantIdText),
  requestingTenants: manyOf(TenantIdText),
}

export const NoQuery = z.strictObject({})
export const RequestsQuery = z.strictObject({
  status: manyOf(oneOfValues(REQUEST_STATUSES)),
  tenants: manyOf(TenantIdText),
  users: manyOf(UserIdText),
  name,
  ...span,
  ...page,
})
export const IncomingQuery = z.strictObject({
  status: manyOf(oneOfValues(REQUEST_STATUSES)),
  requestingTenants: manyOf(TenantIdText),
  ...span,
  ...expiring,
  ...page,
})
export const OutgoingQuery = z.strictObject({
  status: manyOf(oneOfValues(REQUEST_STATUSES)),
  tenants: manyOf(TenantIdText),
  users: manyOf(UserIdText),
  name,
  accessRequest: AccessRequestIdText.optional(),
  ...span,
  ...expiring,
  ...page,
})
export const MyAccessQuery = z.strictObject({
  status: manyOf(oneOfValues(USER_STATUSES)),
  tenants: manyOf(TenantIdText),
  ...expiring,
  ...page,
})
export const SessionsQuery = z.strictObject({
  status: manyOf(oneOfValues(SESSION_STATUSES)),
  methods: manyOf(MethodName),
  ...ofSessions,
  ...span,
  ...page,
})
export const HistoryQuery = z.strictObject({ types: manyOf(oneOfValues(EVENT_TYPES)), ...ofSessions, ...span, ...page })
export const AccessQuery = z.strictObject({ from: InstantIn, to: InstantIn, tenant: TenantIdText.optional(), ...page })
export const CountsQuery = z.strictObject({ list: oneOfValues(['incoming', 'outgoing', 'requests', 'myAccess', 'sessions']) })
export const OneQuery = z.strictObject({ id: AccessRequestIdText })
export const SearchQuery = z.strictObject({
  search: z.string().max(256, 'must have at most 256 characters').optional(),
  cursor: z.string().min(1).max(4_096, 'must have at most 4,096 characters').optional(),
  limit,
})
