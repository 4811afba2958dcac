/** `consentry-grant`: one request to the own tenant, and how to change or end its access. */
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import { commandError, type FieldName, type FormErrors } from './command-error.js'
import { ConsentryElement } from './consentry-element.js'
import { factsView, stateView, waitingPage } from './grant-details.js'
import { ExpiryDraft, RevokeDraft } from './grant-draft.js'
import { expiryForm, revokeForm } from './grant-forms.js'
import { isolated } from './named.js'
import { requestHead } from './outcome-view.js'
import { hasPassed, type IncomingRow, NameTable } from './requests.js'
import { form } from './styles/form.js'
import { grantStyles } from './styles/grant.js'
import { Ticker } from './ticker.js'
import { isShut, outdatedView, toggleDialog, troubleView } from './views.js'

interface Shown {
  readonly row: IncomingRow
  readonly names: NameTable
}

/**
 * The page of one request to the own tenant, by its id.
 *
 * It says whether the access holds, ends soon, or has ended and how. While it holds, its end can be changed and it can be revoked. A pending request is answered from here. It fires `consentry-changed` after
 * each command.
 */
export class ConsentryGrant extends ConsentryElement {
  static override properties: PropertyDeclarations = { request: { type: String } }
  static override styles = [...ConsentryElement.styles, form, grantStyles]

  /** The id of the request; without one nothing is shown. */
  declare request: string | null

  readonly #loader = this.reading(
    (signal) => this.#read(signal),
    () => this.#draft !== undefined,
  )
  #draft: ExpiryDraft | RevokeDraft | undefined
  /** What was typed into a dialog that was closed. */
  #revocation = new RevokeDraft()
  #isSending = false
  /** What has happened since the page was opened, in words. */
  #news: { readonly text: string; readonly isBad: boolean } | undefined

  constructor() {
    super()
    this.request = null
    new Ticker(this, () => this.#tick())
  }

  async #read(signal: AbortSignal): Promise<Shown | undefined> {
    if (this.request === null) return undefined
    const row = await this.given.client.getIncoming(this.request, { signal })
    return { row, names: new NameTable(row.names) }
  }

  /** Reads again once the end has passed, because only the clock ended it. */
  #tick(): void {
    const { state } = this.#loader
    const row = state.kind === 'ready' ? state.value?.row : undefined
    if (row && hasPassed(row, Date.now())) void this.#loader.load()
    this.requestUpdate()
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!changed.has('request')) return
    this.#draft = undefined
    this.#revocation = new RevokeDraft()
    this.#news = undefined
    this.#loader.clear()
  }

  protected override updated(): void {
    toggleDialog(this.renderRoot.querySelector('dialog'), this.#draft instanceof RevokeDraft)
  }

  async #submit(event: Event, row: IncomingRow, draft: ExpiryDraft | RevokeDraft): Promise<void> {
    event.preventDefault()
    if (this.#isSending) return
    const errors = draft.check(this.given, this.formats)
    if (Object.keys(errors.fields).length > 0) return this.#refuse(draft, errors)
    this.#isSending = true
    this.#news = undefined
    this.requestUpdate()
    try {
      await draft.send(this.given, row)
      this.#draft = undefined
      this.#news = draft.command === 'setExpiry' ? { text: this.texts.grant.saved, isBad: false } : undefined
      this.fire('consentry-changed', { request: row.id, command: draft.command })
      void this.focusOn('#news', '#title')
    } catch (error) {
      await this.#failed(error, draft)
    } finally {
      this.#isSending = false
      this.requestUpdate()
    }
  }

  /** Says why a command failed. If the request has moved, the form stays for as long as the grant holds. */
  async #failed(error: unknown, draft: ExpiryDraft | RevokeDraft): Promise<void> {
    const { meanwhile } = this.texts.grant
    const said = commandError(error, this.texts, this.formats)
    if (said !== 'moved') return this.#refuse(draft, said)
    await this.#loader.load()
    const { state } = this.#loader
    if (state.kind !== 'ready' || state.value?.row.status === 'granted') return this.#refuse(draft, { fields: {}, alert: meanwhile })
    this.#draft = undefined
    this.#news = { text: meanwhile, isBad: true }
    void this.focusOn('#news')
  }

  #refuse(draft: ExpiryDraft | RevokeDraft, errors: FormErrors): void {
    draft.errors = errors
    this.requestUpdate()
    void this.focusOn('#alert')
  }

  #open(draft: ExpiryDraft | RevokeDraft): void {
    this.#draft = draft
    this.#news = undefined
    if (draft instanceof ExpiryDraft) void this.focusOn('#expiry')
    this.requestUpdate()
  }

  #answer(request: string): void {
    const dialog = this.renderRoot.querySelector('consentry-answer')
    if (dialog) dialog.request = request
  }

  #close = (): void => {
    this.#draft = undefined
    this.requestUpdate()
  }

  protected override render(): unknown {
    const { state } = this.#loader
    if (this.request === null) return nothing
    if (state.kind === 'failed') return html`<div class="card">${troubleView(this.texts, state.trouble, () => this.#loader.retry())}</div>`
    return state.kind === 'ready' && state.value ? this.#shown(state.value, state.outdated) : waitingPage(this.texts)
  }

  #shown({ row, names }: Shown, outdated: Parameters<typeof outdatedView>[1]): unknown {
    const { texts, formats } = this
    const tenant = names.tenant(row.requestingTenant)
    return html`<div class="page">
        ${outdatedView(texts, outdated, () => this.#loader.retry())} ${requestHead(row, isolated(tenant), texts, formats)}
        ${
          this.#news
            ? html`<div class="note ${this.#news.isBad ? 'bad' : ''}" id="news" role="status" tabindex="-1">${this.#news.text}</div>`
            : nothing
        }
        <div class="card" part="card">
          ${stateView({ row, names, texts, formats })} ${factsView({ row, names, texts, formats })} ${this.#actions(row)}
        </div>
      </div>
      <dialog aria-labelledby="confirming" @close=${(event: Event) => isShut(event) && this.#close()}>
        ${this.#draft instanceof RevokeDraft ? revokeForm({ ...this.#formInput(row, this.#draft), tenant }) : nothing}
      </dialog>
      <consentry-answer .context=${this.context}></consentry-answer>`
  }

  #formInput<Draft extends ExpiryDraft | RevokeDraft>(row: IncomingRow, draft: Draft) {
    return {
      draft,
      texts: this.texts,
      formats: this.formats,
      isSending: this.#isSending,
      changed: () => this.requestUpdate(),
      submit: (event: Event) => void this.#submit(event, row, draft),
      cancel: this.#close,
      goTo: (field: FieldName) => void this.focusOn(`#${field}`, '.presets button'),
    }
  }

  #actions(row: IncomingRow): unknown {
    const { texts } = this
    if (row.status === 'pending')
      return html`<div class="actions">
        <button type="button" class="primary" @click=${() => this.#answer(row.id)}>${texts.grant.answerNow}</button>
      </div>`
    if (row.status !== 'granted') return nothing
    if (this.#draft instanceof ExpiryDraft) return expiryForm(this.#formInput(row, this.#draft))
    return html`<div class="actions">
      <button type="button" @click=${() => this.#open(new ExpiryDraft(row.expiresAt, this.given.timeZone))}>${texts.grant.changeExpiry}</button>
      <button type="button" class="danger" @click=${() => this.#open(this.#revocation)}>${texts.grant.revoke}</button>
    </div>`
  }
}
