/** Parsing of the options of every guard: all issues at once, when the guard is made. */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { oncePerKind } from '../domain/host-calls.js'
import { readRecord } from '../domain/input.js'
import { ownOptions } from '../domain/own.js'
import type { Authorizer, GuardCallbacks, GuardOptions } from './options.js'
import type { Denial } from './problem-details.js'

/** Parsed options, with defaults. */
export type ParsedGuardOptions<Request, Rest extends readonly unknown[] = []> = GuardOptions<Request, Rest> &
  Required<Pick<GuardCallbacks<Request, Rest>, 'challenge' | 'onDenied'>> & { readonly challenge: string }

const callback = z.custom<(...values: never[]) => unknown>((value) => typeof value === 'function', 'must be a function')
const authorizer = (...methods: readonly (keyof Authorizer)[]) =>
  z.custom<object>(
    (value) => typeof value === 'object' && value !== null && methods.every((name) => typeof Reflect.get(value, name) === 'function'),
    `must be a service with ${methods.map((name) => `\`${name}\``).join(' and ')}`,
  )
const absent = z.undefined().optional()
const notBeside = (form: string) => z.undefined(`must not be given beside a \`${form}\``).optional()

const base = {
  actor: callback,
  tenant: callback,
  ownTenant: z.enum(['deny', 'pass'], 'must be `deny` or `pass`').default('deny'),
  // Node refuses to send other headers. Fail when the guard is made, not at the first request without a login.
  challenge: z
    .string('must be a text')
    .regex(/^[!-~]([ -~]*[!-~])?$/, 'must be printable ASCII without spaces around it')
    .default('Bearer'),
  onDenied: callback.default(warnOfMistakes),
}

/**
 * Returns the default of `onDenied`.
 * A wrong callback denies every request, which would otherwise look like any denial.
 */
function warnOfMistakes(): (denial: Denial) => void {
  const warn = oncePerKind((error) =>
    console.warn('consentry: a guard denied, as a callback threw or returned this; it is said once, `onDenied` gets every denial:', error),
  )
  return (denial) => {
    if (denial.reason === 'invalid-question' && 'error' in denial) warn(denial.error)
  }
}

const byMethod = { ...base, consentry: authorizer('authorize'), method: callback, session: absent, person: absent }
const bySession = {
  ...base,
  consentry: authorizer('checkImpersonation'),
  session: callback,
  method: notBeside('session'),
  person: absent,
}
const byLogin = {
  ...base,
  consentry: authorizer('resume', 'checkImpersonation'),
  person: callback,
  actor: notBeside('person'),
  method: notBeside('person'),
  session: notBeside('person'),
}

/** The option that only a guard in NestJS takes. */
export const nestOption = { request: callback.optional() }

/**
 * Parses and copies the options; later changes to the host's object have no effect.
 * `more` are options of one framework.
 * @throws `invalid-input` with the issues at once (SPEC 9.1).
 */
export function parseGuardOptions<Request, Rest extends readonly unknown[] = []>(
  options: GuardOptions<Request, Rest>,
  more: z.ZodRawShape = {},
): ParsedGuardOptions<Request, Rest> {
  const form = formOf(options)
  const parsed: unknown = unwrap(
    readRecord(z.strictObject({ ...form, ...more }, 'must be an options object').readonly(), options, 'options'),
  )
  return parsed as ParsedGuardOptions<Request, Rest>
}

// A value that cannot be read is of no form: parsing it then reports the issue.
function formOf(options: unknown): typeof byMethod | typeof bySession | typeof byLogin {
  try {
    const { person, session } = ownOptions(Object(options))
    return person !== undefined ? byLogin : session !== undefined ? bySession : byMethod
  } catch {
    return byMethod
  }
}
