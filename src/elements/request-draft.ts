/** A request that a person composes and has not sent yet. */
import { isClientError } from '../client/client-error.js'
import type { ConsentryClient, Names } from '../client/client-types.js'
import { freshId } from '../client/fresh-id.js'
import { Chosen, type Mark } from './chosen.js'
import { type FormErrors, NO_ERRORS } from './command-error.js'
import { SIDES, type Side } from './directory-search.js'
import type { ElementsContext } from './element-context.js'
import type { Formats } from './formats.js'
import { messageIssue } from './message-field.js'
import { type AssociationDraft, type SubmissionPlan, submissionPlan } from './submission-plan.js'
import type { Texts } from './texts/texts.js'

/** A name as the service has it (SPEC 3.2). */
const NAME = /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}]*$/u
const MOST_OF_NAME = 64

/** What the service has answered to a request that was sent. */
export type SentRequest = Awaited<ReturnType<ConsentryClient['submit']>>

/** A request, and what is wrong with it. */
export class RequestDraft {
  name = ''
  message = ''
  errors: FormErrors = NO_ERRORS
  associations: readonly AssociationDraft[] = []
  #made = 0
  #plan: { readonly key: string; readonly plan: SubmissionPlan } | undefined
  /** The id under which it is sent, for as long as its content stays. */
  #submission = { key: '', id: '' }
  /** The content that may have been sent, and its id. */
  #tried: { readonly key: string; readonly id: string } | undefined
  #begun = this.#contentKey

  /** Takes what there is now as how it began: nothing of it is lost if it is discarded. */
  begin(): void {
    this.#begun = this.#contentKey
  }

  get isChanged(): boolean {
    return this.#contentKey !== this.#begun
  }

  /** Tells these associations from any others of this draft. */
  get planKey(): string {
    return this.associations.map(({ key, users, tenants }) => `${key}.${users.version}.${tenants.version}`).join(' ')
  }

  get #contentKey(): string {
    return JSON.stringify([this.name, this.message, this.planKey])
  }

  /** What would be asked of whom. */
  get plan(): SubmissionPlan {
    const { planKey: key } = this
    if (this.#plan?.key !== key) this.#plan = { key, plan: submissionPlan(this.associations) }
    return this.#plan.plan
  }

  /** The id under which the content is sent: safe to send again, until it changes (SPEC 3.9). */
  get id(): string {
    const key = this.#contentKey
    if (this.#submission.key !== key) this.#submission = { key, id: freshId() }
    return this.#submission.id
  }

  /** Adds an association without anybody. */
  addAssociation(): AssociationDraft {
    this.#made += 1
    const association = { key: this.#made, users: new Chosen(), tenants: new Chosen() }
    this.associations = [...this.associations, association]
    return association
  }

  /** Notes why no request can name somebody, wherever they are named. */
  mark(side: Side, id: string, mark: Mark): void {
    for (const association of this.associations) association[side].mark(id, mark)
  }

  /** Returns what is wrong with the name, as it is typed; nothing while it is empty. */
  nameIssue(texts: Texts, formats: Formats): string | undefined {
    const name = this.name.normalize('NFC')
    if (name === '') return undefined
    if (!NAME.test(name)) return texts.editor.nameInvalid
    return [...name].length > MOST_OF_NAME ? texts.editor.nameTooLong(formats.number(MOST_OF_NAME)) : undefined
  }

  /** How many letters and digits the message must have. */
  least({ policy }: ElementsContext): number {
    return policy?.requireMessage?.submit ?? 0
  }

  /** Returns what is wrong with it before it is sent. */
  check(context: ElementsContext, formats: Formats): FormErrors {
    const { texts } = context
    const name = this.name === '' ? texts.editor.nameMissing : this.nameIssue(texts, formats)
    const message = messageIssue(this.message, this.least(context), texts, formats)
    const associations = this.associations.length === 0 ? texts.editor.missing.associations : undefined
    const wrong = this.associations.flatMap((association, index) => {
      const text = SIDES.some((side) => association[side].marked > 0) ? texts.editor.marked : undefined
      const missing = SIDES.find((side) => association[side].size === 0)
      const issue = text ?? (missing && texts.editor.missing[missing])
      return issue === undefined ? [] : [[`association-${index}`, texts.editor.inAssociation(formats.number(index + 1), issue)] as const]
    })
    return {
      fields: { ...(name && { name }), ...(message && { message }), ...(associations && { associations }), ...Object.fromEntries(wrong) },
    }
  }

  /** Forgets what was wrong with fields that have changed since. */
  correct(fields: RegExp): void {
    const left = Object.entries(this.errors.fields).filter(([field]) => !fields.test(field))
    if (left.length < Object.keys(this.errors.fields).length) this.errors = { ...this.errors, fields: Object.fromEntries(left) }
  }

  /** The associations as they are sent. */
  get sent(): readonly { readonly users: readonly string[]; readonly tenants: readonly string[] }[] {
    return this.associations.map(({ users, tenants }) => ({ users: users.ids, tenants: tenants.ids }))
  }

  /** Sends it. From then on it may have been sent, whatever comes back. */
  async send(client: ConsentryClient): Promise<SentRequest> {
    const { id, name, message, sent: associations } = this
    this.#tried = this.#submission
    return client.submit({ id, name, message, associations })
  }

  /** Forgets the id, under which something else was sent. */
  forgetId(): void {
    this.#submission = { key: '', id: '' }
    this.#tried = undefined
  }

  /** Whether this very content may have been sent. */
  get wasTried(): boolean {
    return this.#tried?.key === this.#contentKey
  }

  /** Whether other content was sent before this one, though no answer came back. The API is asked once. */
  async wasSentBefore(client: ConsentryClient): Promise<string | undefined> {
    if (this.#tried === undefined || this.wasTried) return undefined
    const { id } = this.#tried
    const isThere = await client.getRequest({ id }).then(
      () => true,
      (error: unknown) => {
        if (isClientError(error, 'not-found')) return false
        throw error
      },
    )
    this.#tried = undefined
    return isThere ? id : undefined
  }
}

/** A draft like an earlier request, and the names in it. */
export interface BegunDraft {
  readonly draft: RequestDraft
  readonly names: Names | undefined
}

/**
 * Begins a request like an earlier one to one tenant.
 *
 * Its users who are no longer members are marked, where the API tells; otherwise the preview finds them.
 */
export async function draftLike(client: ConsentryClient, id: string, signal: AbortSignal): Promise<BegunDraft> {
  const row = await client.getOutgoing(id, { signal })
  const isRenewable = row.status === 'granted' || row.status === 'expired' || row.status === 'revoked'
  const renewal = isRenewable ? await client.draftRenewal(id, { signal }) : undefined
  const members = renewal && new Set(renewal.associations.flatMap(({ users }) => users))
  const draft = new RequestDraft()
  draft.name = row.name
  draft.message = row.message
  const { users, tenants } = draft.addAssociation()
  tenants.add([row.tenant])
  users.add(row.users)
  if (members) for (const user of row.users) if (!members.has(user)) users.mark(user, 'unknown-user')
  draft.begin()
  return { draft, names: row.names }
}
