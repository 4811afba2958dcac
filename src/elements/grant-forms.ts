/** The forms of the page of one request: another end, and the dialog that revokes. */
import { html, type TemplateResult } from 'lit'
import { summaryView } from './error-summary.js'
import { expiryView } from './expiry-field.js'
import { type FormInput, formButtons } from './form-input.js'
import type { ExpiryDraft, RevokeDraft } from './grant-draft.js'
import { messageView } from './message-field.js'
import type { Texts } from './texts/texts.js'

interface GrantFormInput<Draft> extends FormInput<Draft> {
  readonly texts: Texts
  readonly isSending: boolean
}

/** Shows the form for another end. */
export function expiryForm(input: GrantFormInput<ExpiryDraft>): TemplateResult {
  const { draft, texts, formats, changed, submit } = input
  const { errors, expiry: field } = draft
  return html`<form novalidate part="expiry-form" @submit=${submit}>
    ${summaryView({ ...input, errors })}
    ${expiryView({ field, texts, formats, error: errors.fields.expiry, changed })}
    ${formButtons({ ...input, word: texts.grant.saveExpiry })}
  </form>`
}

/** Shows the form that revokes, inside a dialog. */
export function revokeForm(input: GrantFormInput<RevokeDraft> & { readonly tenant: string }): TemplateResult {
  const { draft, tenant, texts, formats, changed, submit } = input
  const { errors, message } = draft
  const type = (text: string) => {
    draft.message = text
    changed()
  }
  return html`<h2 id="revoking" tabindex="-1" autofocus>${texts.grant.revoking.title}</h2>
    <form novalidate @submit=${submit}>
      ${summaryView({ ...input, errors })}
      <p>${texts.grant.revoking.text}</p>
      ${messageView({ message, to: [tenant], isRequired: false, texts, formats, error: errors.fields.message, changed: type })}
      ${formButtons({ ...input, word: texts.grant.revokeNow, look: 'danger' })}
    </form>`
}
