/** The form inside a dialog that ends something: what that means, a message, and the button. */
import { html, nothing, type TemplateResult } from 'lit'
import type { FormErrors } from './command-error.js'
import { summaryView } from './error-summary.js'
import { type FormInput, formButtons } from './form-input.js'
import { messageView } from './message-field.js'
import type { Texts } from './texts/texts.js'

/** What was typed, and what is wrong with it. */
interface MessageDraft {
  readonly errors: FormErrors
  message: string
}

interface ConfirmInput extends FormInput<MessageDraft> {
  readonly texts: Texts
  readonly isSending: boolean
  readonly title: unknown
  /** What will happen, in words, above the button. */
  readonly consequence: unknown
  /** What it is about, if the title does not say all of it. */
  readonly about?: unknown
  /** Who reads the message; without anybody there is none. */
  readonly to: string | undefined
  /** What the button says. */
  readonly word: string
}

/** Shows the form. */
export function confirmForm(input: ConfirmInput): TemplateResult {
  const { draft, texts, formats, changed, submit, title, consequence, about, to } = input
  const { errors, message } = draft
  const type = (text: string) => {
    draft.message = text
    changed()
  }
  const field = { message, isRequired: false, texts, formats, error: errors.fields.message, changed: type }
  return html`<h2 id="confirming" tabindex="-1" autofocus>${title}</h2>
    <form novalidate @submit=${submit}>
      ${summaryView({ ...input, errors, hasFields: to !== undefined })} ${about}
      <p>${consequence}</p>
      ${to === undefined ? nothing : messageView({ ...field, to: [to] })} ${formButtons({ ...input, look: 'danger' })}
    </form>`
}
