/** What the editor says after a request was not sent. */
import { isClientError } from '../client/client-error.js'
import { commandError, type FormErrors } from './command-error.js'
import type { ElementsContext } from './element-context.js'
import type { Formats } from './formats.js'
import type { RequestDraft } from './request-draft.js'
import { markIssues } from './submission-preview.js'

/** Returns what to say, after it has marked those whom the request cannot name. */
export function submissionError(error: unknown, draft: RequestDraft, context: ElementsContext, formats: Formats): FormErrors {
  const { editor } = context.texts
  if (isClientError(error, 'already-submitted')) {
    draft.forgetId()
    return { fields: {}, alert: editor.alerts.alreadySubmitted }
  }
  if (isClientError(error, 'too-large')) return { fields: {}, alert: editor.alerts.tooMuch }
  if (isClientError(error, 'invalid-input')) {
    const count = markIssues(error, draft.sent, draft)
    if (error.issues.some(({ code }) => code === 'too-many')) return { fields: {}, alert: editor.alerts.tooMuch }
    const alert = (error.omitted ?? 0) > 0 ? { alert: editor.alerts.moreIssues } : undefined
    if (count > 0) return { ...draft.check(context, formats), ...alert }
    if (error.issues.some(({ path }) => path[0] === 'name')) return { fields: { name: editor.nameInvalid } }
  }
  // Nothing of a request is there yet that could have changed.
  const said = commandError(error, context.texts, formats)
  return said === 'moved' ? { fields: {}, alert: context.texts.shared.errors.unknown } : said
}
