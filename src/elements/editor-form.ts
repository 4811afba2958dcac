/** The form of the editor: the name, the message, the associations, and two buttons. */
import { html, type TemplateResult } from 'lit'
import type { ElementsContext } from './element-context.js'
import { summaryView } from './error-summary.js'
import { errorView } from './expiry-field.js'
import { type FormInput, formButtons } from './form-input.js'
import { textView } from './message-field.js'
import type { RequestDraft } from './request-draft.js'
import type { Texts } from './texts/texts.js'
import { bone } from './views.js'

interface EditorFormInput extends FormInput<RequestDraft> {
  readonly context: ElementsContext
  readonly isSending: boolean
  readonly associations: unknown
  readonly preview: unknown
}

/** Shows the form, with the preview beside it. */
export function editorForm(input: EditorFormInput): TemplateResult {
  const { draft, context, formats, isSending, associations, preview, changed, submit, cancel, goTo } = input
  const { texts } = context
  return html`<form novalidate class="editor" @submit=${submit}>
    ${summaryView({ errors: draft.errors, texts, formats, goTo })}
    <div class="columns">
      <div class="main">
        ${nameView(input)}
        ${textView({
          field: 'message',
          label: texts.editor.message,
          hint: texts.editor.messageHint,
          isCounted: true,
          text: draft.message,
          isRequired: draft.least(context) > 0,
          texts,
          formats,
          error: draft.errors.fields.message,
          changed: (text) => {
            draft.message = text
            draft.correct(/^message$/)
            changed()
          },
        })}
        ${associations}
      </div>
      ${preview}
    </div>
    ${formButtons({ texts, isSending, cancel, word: texts.editor.save })}
  </form>`
}

/** The name says at once that it cannot be one; that it is missing, only once it is sent. */
function nameView({ draft, context, formats, changed }: EditorFormInput): TemplateResult {
  const { texts } = context
  const error = draft.nameIssue(texts, formats) ?? draft.errors.fields.name
  const type = ({ target }: Event) => {
    draft.name = (target as HTMLInputElement).value
    draft.correct(/^name$/)
    changed()
  }
  return html`<div class="field">
    <label for="name">${texts.editor.name}</label>
    <input
      id="name"
      autocomplete="off"
      required
      .value=${draft.name}
      aria-invalid=${error === undefined ? 'false' : 'true'}
      aria-describedby="name-hint name-error"
      @input=${type}
    />
    <small id="name-hint">${texts.editor.nameHint}</small>
    <div aria-live="polite">${errorView('name', error)}</div>
  </div>`
}

/** Shows where the form will be. */
export function waitingForm(texts: Texts): TemplateResult {
  return html`<div class="columns waiting-form" aria-busy="true">
    <span class="hidden" role="status">${texts.shared.loading}</span>
    <div class="main">
      ${[1, 2, 3].map(() => html`<div class="field">${bone('short')}<div class="card empty-field">${bone('medium')}</div></div>`)}
    </div>
  </div>`
}

interface DiscardInput {
  readonly texts: Texts
  readonly keep: () => void
  readonly discard: () => void
}

/** Asks whether what was entered may be lost. */
export function discardForm({ texts, keep, discard }: DiscardInput): TemplateResult {
  const { title, text, keep: keepOn, now } = texts.editor.discard
  return html`<header>
      <h2 id="discard">${title}</h2>
      <p class="muted">${text}</p>
    </header>
    <div class="actions end">
      <button type="button" @click=${keep}>${keepOn}</button>
      <button type="button" class="primary danger" @click=${discard}>${now}</button>
    </div>`
}
