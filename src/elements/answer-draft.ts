/** What a person has entered about a request and not sent yet. */
import type { ConsentryClient } from '../client/client-types.js'
import { type FormErrors, NO_ERRORS } from './command-error.js'
import type { ElementsContext } from './element-context.js'
import { ExpiryField } from './expiry-field.js'
import type { Formats } from './formats.js'
import { messageIssue } from './message-field.js'
import type { IncomingRow } from './requests.js'

type Preview = Awaited<ReturnType<ConsentryClient['previewAnswer']>>

/** An answer that is being written. It is kept while its dialog is closed, until it is sent. */
export class AnswerDraft {
  answer: 'grant' | 'reject' = 'grant'
  message = ''
  errors: FormErrors = NO_ERRORS
  readonly expiry: ExpiryField

  constructor(preview: Preview, timeZone: string) {
    this.expiry = new ExpiryField({ timeZone, latest: preview.latestExpiry, mayBeNever: !preview.mustExpire }, Date.now())
  }

  /** Takes the limits that were read again, and leaves what was chosen. */
  follow(preview: Preview, timeZone: string): void {
    this.expiry.bounds = { timeZone, latest: preview.latestExpiry, mayBeNever: !preview.mustExpire }
  }

  /** How many letters and digits the message must have. */
  least({ policy }: ElementsContext): number {
    return policy?.requireMessage?.[this.answer] ?? 0
  }

  /** Returns what is wrong with it before it is sent. */
  check(context: ElementsContext, formats: Formats): FormErrors {
    const { texts } = context
    const expiry = this.answer === 'grant' ? this.expiry.issue(texts, formats, Date.now()) : undefined
    const message = messageIssue(this.message, this.least(context), texts, formats)
    return { fields: { ...(expiry && { expiry }), ...(message && { message }) } }
  }

  /** Sends the answer, on the revision that the person has seen. */
  async send(client: ConsentryClient, { id, revision: ifRevision }: IncomingRow): Promise<void> {
    const message = this.message === '' ? undefined : this.message
    const expiresAt = this.expiry.value(Date.now())
    if (this.answer === 'reject') await client.reject(id, { message, ifRevision })
    else if (expiresAt !== undefined) await client.grant(id, { expiresAt, message, ifRevision })
  }
}
