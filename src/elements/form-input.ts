/** What every form gets, and the two buttons at its end. */
import { html, type TemplateResult } from 'lit'
import type { FieldName } from './command-error.js'
import type { Formats } from './formats.js'
import type { Texts } from './texts/texts.js'

/** What every form gets. */
export interface FormInput<Draft> {
  readonly draft: Draft
  readonly formats: Formats
  readonly changed: () => void
  readonly submit: (event: Event) => void
  readonly cancel: () => void
  readonly goTo: (field: FieldName) => void
}

interface ButtonsInput {
  readonly texts: Texts
  readonly isSending: boolean
  readonly cancel: () => void
  /** What the button says that sends the form. */
  readonly word: string
  readonly look?: 'danger' | undefined
}

/** Shows the buttons of a form that is sent or given up. */
export function formButtons({ texts, isSending, cancel, word, look }: ButtonsInput): TemplateResult {
  return html`<div class="actions end">
    <button type="button" @click=${cancel}>${texts.shared.cancel}</button>
    <button type="submit" class="primary ${look ?? ''}" aria-disabled=${isSending ? 'true' : 'false'}>
      ${isSending ? texts.answer.sending : word}
    </button>
  </div>`
}
