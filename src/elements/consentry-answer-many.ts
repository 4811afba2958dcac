/** `consentry-answer-many`: the dialog in which a tenant grants or rejects several requests at once. */
import { html, type PropertyDeclarations, type PropertyValues } from 'lit'
import { AnswerBatch, type RequestPage } from './answer-batch.js'
import { batchHead, batchReport, countByTenant, unsentMessage } from './answer-batch-view.js'
import { AnswerDraft, type Preview } from './answer-draft.js'
import { answerForm } from './answer-form.js'
import { AnsweringElement } from './answering-element.js'
import { answerManyStyles } from './styles/answer-many.js'
import { outdatedView } from './views.js'

/**
 * A dialog that grants or rejects several requests to the own tenant, with one expiry and one message.
 *
 * It is open while `requests` is set. Those that could not be answered stay in it, with the reason of each and what was typed. It fires `consentry-changed` once each time that answers were sent, and `close` once it is closed.
 */
export class ConsentryAnswerMany extends AnsweringElement {
  static override properties: PropertyDeclarations = { requests: { attribute: false } }
  static override styles = [...AnsweringElement.styles, answerManyStyles]

  /** Up to 100 pending requests, as a page of `listIncoming` has them; `null` while it is closed. */
  declare requests: RequestPage | null
  /** What was answered before the dialog closed by itself, because nothing was left to answer. */
  answered: { readonly answer: 'grant' | 'reject'; readonly count: number } | undefined

  protected readonly loader = this.reading(
    (signal) => this.#read(signal),
    () => true,
  )
  /** The requests of the open dialog, and what became of those that were sent. */
  #batch: AnswerBatch | undefined
  /** What was typed, until it is sent. */
  #draft: AnswerDraft | undefined

  constructor() {
    super()
    this.requests = null
  }

  protected get isOpen(): boolean {
    return this.requests !== null
  }

  async #read(signal: AbortSignal): Promise<{ readonly preview: Preview | undefined } | undefined> {
    const { client, timeZone } = this.given
    if (this.#batch === undefined) return undefined
    const preview = await this.#batch.preview(client, signal)
    if (preview !== undefined) {
      this.#draft ??= new AnswerDraft(preview, timeZone)
      this.#draft.follow(preview, timeZone)
    }
    return { preview }
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!changed.has('requests')) return
    this.#batch = this.requests === null ? undefined : new AnswerBatch(this.requests)
    this.answered = undefined
    this.loader.clear()
  }

  async #submit(event: Event, batch: AnswerBatch, draft: AnswerDraft): Promise<void> {
    event.preventDefault()
    if (this.isSending) return
    const errors = draft.check(this.given, this.formats)
    if (Object.keys(errors.fields).length > 0) return this.refuse(draft, errors)
    this.isSending = true
    this.requestUpdate()
    draft.errors = await batch.send(draft, this.given, this.formats)
    this.isSending = false
    this.requestUpdate()
    const { answer, done: count, gone, rows } = batch
    const isDone = rows.length === 0 && gone.length === 0
    if (isDone) this.#draft = undefined
    if (this.#batch === batch) await (isDone ? this.#shut() : this.focusOn('#alert', '#report'))
    this.answered = isDone ? { answer, count } : undefined
    if (count > 0) this.fire('consentry-changed', { request: null, command: 'answerMany' })
    else if (gone.length > 0) this.fire('consentry-changed', { request: null, command: null })
  }

  protected close(): void {
    if (this.isOpen) void this.#shut()
  }

  /** What was typed stays while there is something to answer. */
  async #shut(): Promise<void> {
    if (this.#batch?.rows.length === 0) this.#draft = undefined
    this.requests = null
    // A dialog that closes returns the focus; only then may a listener move it.
    await this.updateComplete
    this.dispatchEvent(new Event('close'))
  }

  protected override render(): unknown {
    const { state } = this.loader
    return this.dialogView(state.kind === 'ready' && state.value && this.#batch ? this.#ready(this.#batch, state.value.preview) : undefined)
  }

  #ready(batch: AnswerBatch, preview: Preview | undefined): unknown {
    const { texts, formats } = this
    const draft = this.#draft
    const { state } = this.loader
    if (batch.rows.length === 0)
      return html`${batchHead({ batch, texts, formats })} ${batchReport({ batch, texts, formats })}
        ${unsentMessage({ batch, texts }, draft?.message ?? '')}
        <div class="actions end"><button type="button" class="primary" @click=${() => this.close()}>${texts.shared.close}</button></div>`
    if (draft === undefined || preview === undefined) return undefined
    const outdated = state.kind === 'ready' && draft.errors.alert === undefined ? state.outdated : undefined
    return html`${batchHead({ batch, texts, formats })} ${outdatedView(texts, outdated, () => this.loader.retry())}
      ${batchReport({ batch, texts, formats })}
      ${answerForm({
        ...this.formInput(draft, (event) => void this.#submit(event, batch, draft)),
        tenants: [...countByTenant(batch).keys()].map((tenant) => batch.names.tenant(tenant)),
        count: batch.rows.length,
        closesLegacy: preview.closesLegacy,
      })}`
  }
}
