/** What a person has entered about a request and not sent yet. */
import { type ClientError, errorOfProblem, unreachable } from '../client/client-error.js'
import type { ConsentryClient } from '../client/client-types.js'
import { type FormErrors, NO_ERRORS } from './command-error.js'
import type { ElementsContext } from './element-context.js'
import { ExpiryField } from './expiry-field.js'
import type { Formats } from './formats.js'
import { messageIssue } from './message-field.js'
import type { IncomingRow } from './requests.js'

/** What granting a request would mean. */
export type Preview = Awaited<ReturnType<ConsentryClient['previewAnswer']>>

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

  /**
   * Sends the answer to several requests, on the revisions that the person has seen.
   *
   * @returns the error of each that was refused, in their order.
   */
  async sendMany(client: ConsentryClient, rows: readonly IncomingRow[]): Promise<readonly (ClientError | undefined)[]> {
    const message = this.message === '' ? undefined : this.message
    // Without a date, the API refuses a grant.
    const expiresAt = this.expiry.value(Date.now()) as number | null
    const { outcomes } = await client.answerMany({
      answers: rows.map(({ id, revision: ifRevision }) =>
        this.answer === 'grant' ? { id, answer: 'grant', expiresAt, message, ifRevision } : { id, answer: 'reject', message, ifRevision },
      ),
    })
    if (!Array.isArray(outcomes) || rows.some(({ id }, n) => outcomes[n]?.id !== id))
      throw unreachable('the API answered other requests', outcomes)
    return outcomes.map((outcome) => ('problem' in outcome ? (errorOfProblem(outcome.problem) as ClientError) : undefined))
  }
}
