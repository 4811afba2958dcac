/** What a person is about to change about a grant: its end, or that it ends now. */
import { type FormErrors, NO_ERRORS } from './command-error.js'
import type { ElementsContext } from './element-context.js'
import { ExpiryField } from './expiry-field.js'
import type { Formats } from './formats.js'
import { messageIssue } from './message-field.js'
import type { IncomingRow } from './requests.js'

/** A new end of a grant. A grant cannot lose its end again, only have another. */
export class ExpiryDraft {
  readonly command = 'setExpiry'
  errors: FormErrors = NO_ERRORS
  readonly expiry: ExpiryField

  constructor(current: number | null, timeZone: string) {
    this.expiry = new ExpiryField({ timeZone, latest: null, mayBeNever: false }, Date.now(), current ?? undefined)
  }

  check({ texts }: ElementsContext, formats: Formats): FormErrors {
    const expiry = this.expiry.issue(texts, formats, Date.now())
    return { fields: { ...(expiry && { expiry }) } }
  }

  async send({ client }: ElementsContext, { id, revision: ifRevision }: IncomingRow): Promise<void> {
    const expiresAt = this.expiry.value(Date.now())
    if (typeof expiresAt === 'number') await client.setExpiry(id, { expiresAt, ifRevision })
  }
}

/** A revocation, with a message. */
export class RevokeDraft {
  readonly command = 'revokeIncoming'
  errors: FormErrors = NO_ERRORS
  message = ''

  check({ texts }: ElementsContext, formats: Formats): FormErrors {
    const message = messageIssue(this.message, 0, texts, formats)
    return { fields: { ...(message && { message }) } }
  }

  async send({ client }: ElementsContext, { id, revision: ifRevision }: IncomingRow): Promise<void> {
    await client.revokeIncoming(id, { message: this.message === '' ? undefined : this.message, ifRevision })
  }
}
