/** The form that starts a session: the reason, and two buttons. */
import { html, nothing } from 'lit'
import type { ElementsContext } from './element-context.js'
import type { EntryDraft } from './entry-draft.js'
import { summaryView } from './error-summary.js'
import type { FormInput } from './form-input.js'
import { textView } from './message-field.js'

/** What the form of a session needs. */
export interface EntryFormInput extends FormInput<EntryDraft> {
  readonly context: ElementsContext
  readonly isStarting: boolean
  /** Why it cannot be sent now; nothing if it can. */
  readonly off: unknown
  /** What the two buttons say. */
  readonly words: { readonly start: string; readonly cancel: string }
}

/** Shows the form. A button that is switched off stays reachable, and says why. */
export function entryForm(input: EntryFormInput): unknown {
  const { draft, context, formats, isStarting, off, words, changed, submit, cancel, goTo } = input
  const { texts } = context
  const isOff = off !== undefined
  return html`<form novalidate @submit=${submit}>
    ${summaryView({ errors: draft.errors, texts, formats, goTo })}
    ${textView({
      field: 'reason',
      label: texts.entering.reason,
      hint: texts.entering.reasonHint,
      text: draft.reason,
      isRequired: draft.least(context) > 0,
      texts,
      formats,
      error: draft.errors.fields.reason,
      changed: (text) => {
        draft.reason = text
        changed()
      },
    })}
    ${off}
    <div class="actions end">
      <button type="button" @click=${cancel}>${words.cancel}</button>
      <button
        type="submit"
        class="primary ${isOff ? 'off' : ''}"
        aria-disabled=${isOff || isStarting ? 'true' : 'false'}
        aria-describedby=${isOff ? 'inside' : nothing}
      >
        ${isStarting ? texts.entering.starting : words.start}
      </button>
    </div>
  </form>`
}
