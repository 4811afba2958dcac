/** The summary of what is wrong with a form. It gets the focus, and leads to each field. */
import { html, nothing } from 'lit'
import type { FieldName, FormErrors } from './command-error.js'
import type { Formats } from './formats.js'
import type { Texts } from './texts/texts.js'

interface SummaryInput {
  readonly errors: FormErrors
  readonly texts: Texts
  readonly formats: Formats
  /** Whether the form has fields at all; by default it has. */
  readonly hasFields?: boolean
  /** Focuses a field. */
  readonly goTo: (field: FieldName) => void
}

/** Shows the summary; nothing without an error. */
export function summaryView({ errors, texts, formats, hasFields = true, goTo }: SummaryInput): unknown {
  const fields = Object.entries(errors.fields) as [FieldName, string][]
  if (fields.length === 0 && errors.alert === undefined) return nothing
  const heading = errors.alert ?? texts.shared.errors.summary(fields.length, formats)
  return html`<div class="note bad alert" id="alert" part="alert" role="alert" tabindex="-1">
    <b>${heading}</b>
    ${
      fields.length > 0
        ? html`<ul>
            ${fields.map(([field, text]) => html`<li><button type="button" @click=${() => goTo(field)}>${text}</button></li>`)}
          </ul>`
        : hasFields
          ? texts.shared.errors.kept
          : nothing
    }
  </div>`
}
