/** What an element says after a command was refused, or was not answered. */
import { isClientError } from '../client/client-error.js'
import type { Formats } from './formats.js'
import type { Texts } from './texts/texts.js'
import { troubleOf } from './trouble.js'

/** The fields that an error may be about. */
export type FieldName = 'expiry' | 'message' | 'reason' | 'name' | 'associations' | `association-${number}`

/** The errors of a form: of its fields, and one about all of it. */
export interface FormErrors {
  readonly fields: Readonly<Partial<Record<FieldName, string>>>
  readonly alert?: string | undefined
  /** Whether it is not known if the command has happened. */
  readonly isUncertain?: boolean
}

export const NO_ERRORS: FormErrors = { fields: {} }

/**
 * Returns what to say about the error of a command.
 *
 * `moved` means that the request has changed since it was read, or has another status: it must be read again.
 */
export function commandError(error: unknown, texts: Texts, formats: Formats): FormErrors | 'moved' {
  if (isClientError(error, 'stale-revision', 'not-pending', 'not-active')) return 'moved'
  if (isClientError(error, 'expiry-required', 'expires-too-late'))
    return { fields: { expiry: texts.fields.dateTooLate(formats.instant(error.latest)) } }
  if (isClientError(error, 'expires-too-soon')) return { fields: { expiry: texts.fields.dateTooSoon(formats.instant(error.after)) } }
  if (isClientError(error, 'requester-may-not-answer')) return { fields: {}, alert: texts.answer.requester }
  if (isClientError(error, 'not-grantable')) return { fields: {}, alert: texts.answer.notGrantable }
  if (isClientError(error, 'invalid-input')) {
    // Of several requests, the path begins with the place of one.
    const issues = new Map(error.issues.map(({ path, code }) => [path.at(-1), code]))
    const message = issues.get('message')
    if (message !== undefined)
      return { fields: { message: message === 'missing' ? texts.fields.messageTooShort(1, formats) : texts.fields.messageInvalid } }
    if (issues.has('expiresAt')) return { fields: { expiry: texts.fields.dateMissing } }
  }
  const trouble = troubleOf(error)
  return { fields: {}, alert: texts.shared.errors[trouble], isUncertain: trouble === 'unreachable' }
}
