/** What the dialogs of answers have in common. */
import { html, nothing } from 'lit'
import type { AnswerDraft } from './answer-draft.js'
import type { FieldName, FormErrors } from './command-error.js'
import { ConsentryElement } from './consentry-element.js'
import type { Loader } from './loader.js'
import { form } from './styles/form.js'
import { lockoutStyles } from './styles/lockout.js'
import { bone, isShut, toggleDialog, troubleView } from './views.js'

/** The base of the elements with a dialog that answers requests. */
export abstract class AnsweringElement extends ConsentryElement {
  static override styles = [...ConsentryElement.styles, form, lockoutStyles]

  protected isSending = false
  /** The state of loading in which the title had the focus last. */
  #focused: string | undefined

  /** Reads what the dialog is about. */
  protected abstract readonly loader: Loader<unknown>
  protected abstract readonly isOpen: boolean
  protected abstract close(): void

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog')
    toggleDialog(dialog, this.isOpen)
    // The title that had the focus while it loaded is gone, and the focus with it.
    if (dialog?.open && this.#focused !== this.loader.state.kind) dialog.querySelector<HTMLElement>('#title')?.focus()
    this.#focused = dialog?.open ? this.loader.state.kind : undefined
  }

  /** Says why an answer was not sent. */
  protected refuse(draft: AnswerDraft, errors: FormErrors): void {
    draft.errors = errors
    this.requestUpdate()
    void this.focusOn('#alert')
  }

  /** Returns what every form of an answer gets. */
  protected formInput(draft: AnswerDraft, submit: (event: Event) => void) {
    return {
      draft,
      context: this.given,
      formats: this.formats,
      isSending: this.isSending,
      changed: () => this.requestUpdate(),
      submit,
      cancel: () => this.close(),
      goTo: (field: FieldName) => void this.focusOn(`#${field}`, '.presets button'),
    }
  }

  /** The Escape key: the browser itself would close the dialog now, and say so later. */
  #cancel = (event: Event): void => {
    event.preventDefault()
    this.close()
  }

  /** Shows the dialog with what was read; `undefined` while nothing was. */
  protected dialogView(ready: unknown): unknown {
    return html`<dialog part="dialog" aria-labelledby="title" @cancel=${this.#cancel} @close=${(event: Event) => isShut(event) && this.close()}>
      ${this.isOpen ? (ready ?? this.#waiting()) : nothing}
    </dialog>`
  }

  #waiting(): unknown {
    const { state } = this.loader
    const { texts } = this
    return html`${
      state.kind === 'failed'
        ? html`<h2 id="title" class="hidden">${texts.answer.choice}</h2>${troubleView(texts, state.trouble, () => this.loader.retry())}`
        : html`<h2 id="title" tabindex="-1"><span class="hidden">${texts.shared.loading}</span>${bone('long')}</h2>
              <div class="waiting" aria-hidden="true">${bone('medium')}</div>`
    }
      <div class="actions end"><button type="button" @click=${() => this.close()}>${texts.shared.cancel}</button></div>`
  }
}
