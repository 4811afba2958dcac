/** The forms of the page of one request: another end, and the dialog that revokes. */
import { html, type TemplateResult } from 'lit'
import { confirmForm } from './confirm-form.js'
import { summaryView } from './error-summary.js'
import { expiryView } from './expiry-field.js'
import { type FormInput, formButtons } from './form-input.js'
import type { ExpiryDraft, RevokeDraft } from './grant-draft.js'
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
  const { title, text } = input.texts.grant.revoking
  return confirmForm({ ...input, title, consequence: text, to: input.tenant, word: input.texts.grant.revokeNow })
}
