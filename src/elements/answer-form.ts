/** The form of an answer: grant or reject, the end, the message, and what the answer will mean. */
import { html, nothing } from 'lit'
import type { AnswerDraft } from './answer-draft.js'
import { NO_ERRORS } from './command-error.js'
import type { ElementsContext } from './element-context.js'
import { summaryView } from './error-summary.js'
import { expiryView } from './expiry-field.js'
import { type FormInput, formButtons } from './form-input.js'
import { lockoutView } from './lockout-view.js'
import { messageView } from './message-field.js'

interface AnswerFormInput extends FormInput<AnswerDraft> {
  /** The names of the tenants that ask. */
  readonly tenants: readonly string[]
  /** How many requests are answered. */
  readonly count: number
  readonly closesLegacy: boolean
  readonly context: ElementsContext
  readonly isSending: boolean
}

/** Shows the form. */
export function answerForm(input: AnswerFormInput): unknown {
  const { draft, tenants, count, context, formats, isSending, changed, submit, cancel, goTo } = input
  const { texts } = context
  const { expiry, message } = draft.errors.fields
  const isGrant = draft.answer === 'grant'
  const { grantNow, rejectNow } = texts.answerMany
  return html`<form novalidate @submit=${submit}>
    ${summaryView({ errors: draft.errors, texts, formats, goTo })}
    <fieldset>
      <legend class="hidden">${texts.answer.choice}</legend>
      <div class="choice">${choiceView(input, 'grant')}${choiceView(input, 'reject')}</div>
    </fieldset>
    ${consequenceView(input)}
    ${isGrant ? expiryView({ field: draft.expiry, texts, formats, error: expiry, changed }) : nothing}
    ${messageView({
      message: draft.message,
      to: tenants,
      isRequired: draft.least(context) > 0,
      texts,
      formats,
      error: message,
      changed: (text) => {
        draft.message = text
        changed()
      },
    })}
    ${formButtons({ texts, isSending, cancel, word: (isGrant ? grantNow : rejectNow)(count, formats) })}
  </form>`
}

function choiceView({ draft, context, changed }: AnswerFormInput, answer: AnswerDraft['answer']): unknown {
  const choose = () => {
    draft.answer = answer
    // What was wrong with one answer is not wrong with the other.
    draft.errors = NO_ERRORS
    changed()
  }
  return html`<label
    ><input type="radio" name="answer" value=${answer} .checked=${draft.answer === answer} @change=${choose} />${context.texts.answer[answer]}</label
  >`
}

/** Directly below the choice, so that it is seen before the button on a small screen, too. */
function consequenceView({ draft, count, closesLegacy, context }: AnswerFormInput): unknown {
  const { answer, answerMany } = context.texts
  const { closesLegacy: closes } = answer
  if (draft.answer === 'grant' && !closesLegacy) return nothing
  const { title, text } = draft.answer === 'grant' ? closes : (count > 1 ? answerMany : answer).rejecting
  const isGrant = draft.answer === 'grant'
  return html`<div class="note ${isGrant ? 'warn' : ''}" part="consequence">
    <b>${title}</b>${text} ${isGrant ? lockoutView(context.texts) : nothing}
  </div>`
}
