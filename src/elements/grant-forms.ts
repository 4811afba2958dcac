/** The forms of the page of one request: another end, and the dialog that revokes. */
import { html, type TemplateResult } from 'lit'
import type { FieldName } from './command-error.js'
import { summaryView } from './error-summary.js'
import { expiryView } from './expiry-field.js'
import type { Formats } from './formats.js'
import type { ExpiryDraft, RevokeDraft } from './grant-draft.js'
import { messageView } from './message-field.js'
import type { Texts } from './texts/texts.js'

interface FormInput<Draft> {
  readonly draft: Draft
  readonly texts: Texts
  readonly formats: Formats
  readonly isSending: boolean
  readonly changed: () => void
  readonly submit: (event: Event) => void
  readonly cancel: () => void
  readonly goTo: (field: FieldName) => void
}

/** Shows the form for another end. */
export function expiryForm(input: FormInput<ExpiryDraft>): TemplateResult {
  const { draft, texts, formats, changed, submit } = input
  const { errors, expiry: field } = draft
  return html`<form novalidate part="expiry-form" @submit=${submit}>
    ${summaryView({ ...input, errors })}
    ${expiryView({ field, texts, formats, error: errors.fields.expiry, changed })}
    ${buttons(input, texts.grant.saveExpiry, '')}
  </form>`
}

/** Shows the form that revokes, inside a dialog. */
export function revokeForm(input: FormInput<RevokeDraft> & { readonly tenant: string }): TemplateResult {
  const { draft, tenant: to, texts, formats, changed, submit } = input
  const { errors, message } = draft
  const type = (text: string) => {
    draft.message = text
    changed()
  }
  return html`<h2 id="revoking" tabindex="-1" autofocus>${texts.grant.revoking.title}</h2>
    <form novalidate @submit=${submit}>
      ${summaryView({ ...input, errors })}
      <p>${texts.grant.revoking.text}</p>
      ${messageView({ message, to, isRequired: false, texts, formats, error: errors.fields.message, changed: type })}
      ${buttons(input, texts.grant.revokeNow, 'danger')}
    </form>`
}

function buttons({ texts, isSending, cancel }: FormInput<unknown>, word: string, look: string): TemplateResult {
  return html`<div class="actions end">
    <button type="button" @click=${cancel}>${texts.shared.cancel}</button>
    <button type="submit" class="primary ${look}" aria-disabled=${isSending ? 'true' : 'false'}>
      ${isSending ? texts.answer.sending : word}
    </button>
  </div>`
}
