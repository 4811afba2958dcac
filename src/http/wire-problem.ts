/** Problem details, as the OpenAPI document describes them. Their instants are texts already. */
import * as z from 'zod'
import { REQUEST_STATUSES } from '../domain/status.js'
import { component, oneOfValues, WrittenInstant } from './wire-values.js'

const issue = z.object({ pointer: z.string(), code: z.string(), message: z.string() })
const decision = z.object({ allowed: z.boolean(), reason: z.string(), changesAt: WrittenInstant.nullable().optional() })

const changed = component('ChangedList', z.array(z.unknown()), {
  items: { anyOf: ['EndedSession', 'RequestSummary'].map((name) => ({ $ref: `#/components/schemas/${name}` })) },
})

/** The fields that a problem has by its code, as `ConsentryProblem` says, besides the four of each. */
const facts = {
  detail: z.string(),
  issues: z.array(issue),
  omitted: z.int(),
  changed,
  requestStatus: oneOfValues(REQUEST_STATUSES),
  expected: z.int(),
  actual: z.int(),
  id: z.string(),
  limit: z.int(),
  endedAt: WrittenInstant,
  expiresAt: WrittenInstant,
  after: WrittenInstant,
  latest: WrittenInstant,
  decision,
}

export const ProblemOut = component(
  'Problem',
  z.looseObject({ type: z.string(), title: z.string(), status: z.int(), code: z.string(), ...z.object(facts).partial().shape }),
  { description: 'Problem details (RFC 9457). `code` is stable; a code has only the fields that belong to it.' },
)
