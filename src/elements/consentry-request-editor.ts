/** `consentry-request-editor`: the page on which a vendor composes a request, and sends it. */
import { html, nothing, type PropertyValues } from 'lit'
import type { FieldName } from './command-error.js'
import { ComposingElement } from './composing-element.js'
import { discardForm, editorForm, waitingForm } from './editor-form.js'
import { draftLike, RequestDraft, type SentRequest } from './request-draft.js'
import { SentView } from './sent-view.js'
import { checkbox } from './styles/checkbox.js'
import { editorStyles } from './styles/editor.js'
import { form } from './styles/form.js'
import { pickerStyles } from './styles/picker.js'
import type { TroubleKind } from './trouble.js'
import { isShut, outdatedView, toggleDialog, troubleView } from './views.js'

/**
 * The page on which a vendor's administrator composes a request and sends it.
 *
 * It fires `consentry-changed` once it is sent, and `consentry-navigate` if the person wants to see the request, or gives it up. What was
 * entered stays until then, or until the element leaves the page.
 */
export class ConsentryRequestEditor extends ComposingElement {
  static override styles = [...ComposingElement.styles, form, checkbox, editorStyles, pickerStyles]

  readonly #loader = this.reading(
    (signal) => this.#read(signal),
    () => this.draft?.isChanged === true,
  )
  #isLeaving = false
  /** What was sent last, while it is shown. */
  #sent: SentView | undefined

  constructor() {
    super()
    this.like = null
  }

  /** Reads who is logged in, and what the request begins like; returns why nothing can be sent. */
  async #read(signal: AbortSignal): Promise<TroubleKind | undefined> {
    const { like, given } = this
    const { permissions, impersonating, names } = await given.client.getMe({ signal })
    this.names.add(names)
    if (impersonating !== null) return 'impersonating'
    if (!permissions.includes('submit')) return 'not-permitted'
    if (like === null || this.draft !== undefined || this.#sent !== undefined) return undefined
    const begun = await draftLike(given.client, like, signal)
    this.names.add(begun.names)
    this.drafts.set(like, begun.draft)
    return undefined
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (changed.has('like') && this.hasUpdated) {
      this.#sent = undefined
      this.associations.close()
      this.#loader.clear()
    }
    if (this.like === null && this.draft === undefined) this.drafts.set(null, new RequestDraft())
    if (this.draft) this.preview.follow(this.draft)
  }

  protected override updated(): void {
    toggleDialog(this.renderRoot.querySelector('dialog'), this.#isLeaving)
  }

  protected override async succeed(request: SentRequest): Promise<void> {
    this.drafts.delete(this.like)
    this.associations.close()
    this.#sent = new SentView(request)
    this.requestUpdate()
    await this.focusOn('#sent')
    this.fire('consentry-changed', { request: request.id, command: 'submit' })
  }

  /** Begins an empty request. */
  #begin(): void {
    this.#sent = undefined
    this.like = null
    this.requestUpdate()
    void this.focusOn('#name')
  }

  #cancel(draft: RequestDraft): void {
    this.#isLeaving = draft.isChanged
    this.requestUpdate()
    if (!draft.isChanged) this.#leave()
  }

  #leave(): void {
    this.drafts.delete(this.like)
    this.associations.close()
    this.#stay()
    this.fire('consentry-navigate', { to: 'outgoing' })
    // Where nobody goes on to another page, it begins again.
    void this.#loader.load()
  }

  #stay(): void {
    this.#isLeaving = false
    this.requestUpdate()
  }

  #goTo(draft: RequestDraft, field: FieldName): void {
    if (field.startsWith('association-')) this.associations.goTo(draft, field)
    else void this.focusOn(`#${field}`)
  }

  protected override render(): unknown {
    const { texts } = this
    const { state } = this.#loader
    const draft = this.draft
    if (this.#sent) {
      const see = ({ id }: SentRequest) => this.fire('consentry-navigate', { to: 'outgoing', id })
      return this.#sent.view(this.parts, { see, begin: () => this.#begin() })
    }
    const refused = state.kind === 'failed' ? state.trouble : state.kind === 'ready' ? state.value : undefined
    const retry = () => this.#loader.retry()
    const trouble = refused ?? (state.kind === 'ready' ? state.outdated : undefined)
    return html`<header class="head">
        <h2 part="title" tabindex="-1">${texts.editor.title}</h2>
        <p>${texts.editor.lead}</p>
      </header>
      ${
        refused !== undefined && !draft?.isChanged
          ? html`<div class="card">${troubleView(texts, refused, retry)}</div>`
          : html`${outdatedView(texts, trouble, retry)} ${draft ? this.#form(draft) : waitingForm(texts)}`
      }`
  }

  #form(draft: RequestDraft): unknown {
    return html`${editorForm({
      ...{ draft, context: this.ownContext, formats: this.formats, isSending: this.isSending },
      ...{ associations: this.associations.view(draft), preview: this.preview.view(draft) },
      changed: () => this.requestUpdate(),
      submit: (event) => void this.submit(event, draft),
      cancel: () => this.#cancel(draft),
      goTo: (field) => this.#goTo(draft, field),
    })}
      <dialog aria-labelledby="discard" @close=${(event: Event) => isShut(event) && this.#stay()}>
        ${this.#isLeaving ? discardForm({ texts: this.texts, keep: () => this.#stay(), discard: () => this.#leave() }) : nothing}
      </dialog>`
  }
}
