/** What a person has entered about a session and not sent yet, and what to say when it cannot start. */
import { type ClientError, isClientError } from '../client/client-error.js'
import { type FormErrors, NO_ERRORS } from './command-error.js'
import type { ElementsContext } from './element-context.js'
import type { Entry } from './element-events.js'
import type { Formats } from './formats.js'
import { MOST_CHARACTERS, textIssue } from './message-field.js'
import type { Texts } from './texts/texts.js'
import { troubleOf } from './trouble.js'

/** Why the API has denied a session. */
export type DenyReason = ClientError<'access-denied'>['decision']['reason']

/** A session that is about to start. It is kept while its dialog is closed, until it has started. */
export class EntryDraft {
  reason = ''
  errors: FormErrors = NO_ERRORS

  /** How many letters and digits the reason must have. */
  least({ policy }: ElementsContext): number {
    return policy?.requireMessage?.start ?? 0
  }

  /** Returns what is wrong with it before it is sent. */
  check(context: ElementsContext, formats: Formats): FormErrors {
    const { entering } = context.texts
    const least = this.least(context)
    const issue = textIssue(this.reason, least)
    if (issue === undefined) return NO_ERRORS
    const reason =
      issue === 'too-long' ? entering.reasonTooLong(formats.number(MOST_CHARACTERS)) : entering.reasonTooShort(formats.number(least))
    return { fields: { reason } }
  }

  /** Starts the session. If an earlier try had no answer, it first looks whether that one has started it. */
  async send({ client }: ElementsContext, { tenant, method }: Entry): Promise<void> {
    const inside = this.errors.isUncertain === true ? (await client.getMe()).impersonating : null
    if (inside?.tenant === tenant && inside.method === method) return
    await client.startSession({ tenant, method, reason: this.reason === '' ? undefined : this.reason })
  }
}

/** Returns what to say about a session that did not start, though it was not denied. */
export function entryError(error: unknown, texts: Texts, formats: Formats): FormErrors {
  const { entering, shared } = texts
  if (isClientError(error, 'too-many-sessions')) return { fields: {}, alert: entering.tooMany(formats.number(error.limit)) }
  if (isClientError(error, 'invalid-input')) {
    const issue = error.issues.find(({ path }) => path[0] === 'reason')
    if (issue) return { fields: { reason: issue.code === 'missing' ? entering.reasonTooShort(formats.number(1)) : entering.reasonInvalid } }
    if (error.issues.some(({ code }) => code === 'own-tenant')) return { fields: {}, alert: entering.ownTenant }
  }
  const trouble = troubleOf(error)
  return { fields: {}, alert: shared.errors[trouble], isUncertain: trouble === 'unreachable' }
}
