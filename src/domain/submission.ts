/** Submissions: the input of `submit`, parsed and fanned out (SPEC 3.2-3.5). */

import * as z from 'zod'
import { type Association, Associations } from './association.js'
import { fanOut, type UsersByTenant } from './fan-out.js'
import type { AccessRequestId } from './ids.js'
import { combine, Id, readRecord } from './input.js'
import { messageWith } from './message.js'
import type { SubmissionLimits } from './policy.js'
import { ok, type Refusal, type Result } from './refusal.js'

/** A request's name as input: 1 to 64 letters and digits of any script (SPEC 3.2). */
const RequestName = z
  .string()
  .regex(/^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}]{0,63}$/u, 'must be 1 to 64 letters and digits, without spaces or punctuation')

// A decomposed name has at most four code points per composed one. Longer input skips normalisation, to bound the work.
export const NameInput = z
  .string('must be a string')
  .transform((name) => (name.length > 512 ? name : name.normalize('NFC')))
  .pipe(RequestName)

const Countable = z.object({ associations: Associations })

/** The input of `submit` (SPEC 3.2-3.5, 3.9). Unknown keys are refused, `actor` included. */
export interface SubmissionInput {
  /**
   * An id of the host's own, unique in the requesting tenant; random by default.
   * With it, the call is safe to repeat (SPEC 3.9).
   */
  readonly id?: AccessRequestId | undefined
  /** 1 to 64 letters and digits of any script. The tenants asked never see it (SPEC 3.2). */
  readonly name: string
  /** Up to 1,000 characters for every tenant asked, `''` by default (SPEC 3.3). */
  readonly message?: string | undefined
  /** At least one; each asks access for all its users to all its tenants (SPEC 3.4). */
  readonly associations: readonly Association[]
}

/** A parsed submission: `id` and `associations` as given, `name` in NFC, a missing `message` is `''`. */
export interface Submission {
  readonly id?: AccessRequestId | undefined
  readonly name: string
  readonly message: string
  readonly associations: readonly Association[]
}
const schemaWith = (least: number | undefined): z.ZodType<Submission, SubmissionInput> =>
  z
    .strictObject(
      {
        id: Id.optional(),
        name: NameInput,
        message: messageWith(least),
        associations: Associations,
      },
      'must be an access request: an object with `name` and `associations`',
    )
    .readonly()

/** The schema of a submission whose message may be empty. */
export const submissionSchema = schemaWith(undefined)

/**
 * Parses a submission and fans it out (SPEC 3.6).
 *
 * @returns both, or `invalid-input` with the issues of the form. Too many tenants or pairs are reported along with the other issues,
 * if the associations can be counted (SPEC 3.4). A message that is too short is missing (SPEC 3.3a).
 * @example
 * ```ts
 * import { parseSubmission } from 'consentry/domain'
 *
 * const input = { name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }] }
 * const parsed = parseSubmission(input, { maxTenants: 10_000, maxPairs: 100_000, maxUsersPerTenant: 1_000 })
 * console.log(parsed.ok && parsed.value[1]) // Map(1) { 'tom-sawyer' => [ 'caroline' ] }
 * ```
 */
export function parseSubmission(input: unknown, limits: SubmissionLimits): Result<readonly [Submission, UsersByTenant]> {
  const submission = readRecord(schemaFor(limits.requireMessage?.submit), input)
  const countable = submission.ok || hasAssociationIssues(submission.refusal) ? submission : readRecord(Countable, input)
  const usersByTenant: Result<UsersByTenant> = countable.ok ? fanOut(countable.value.associations, limits) : ok(new Map())
  return combine(submission, usersByTenant)
}

/**
 * The schema of the last required length.
 * Making one costs more than parsing with it, and a host has one policy.
 */
let latest: { readonly least: number | undefined; readonly schema: typeof submissionSchema } = {
  least: undefined,
  schema: submissionSchema,
}

function schemaFor(least: number | undefined): typeof submissionSchema {
  if (latest.least !== least) latest = { least, schema: schemaWith(least) }
  return latest.schema
}

// They are not read again just to be found malformed again.
function hasAssociationIssues(refusal: Refusal): boolean {
  return refusal.code === 'invalid-input' && refusal.issues.some(({ path }) => path[0] === 'associations')
}
