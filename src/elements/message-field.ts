/** The field for a message to the other party. */
import { html, nothing } from 'lit'
import type { FieldName } from './command-error.js'
import { errorView } from './expiry-field.js'
import type { Formats } from './formats.js'
import { named } from './named.js'
import type { Texts } from './texts/texts.js'

/** The most characters of a message or a reason, as code points. */
export const MOST_CHARACTERS = 1_000
/** From this many characters on, what is left is shown. */
const NEARLY = 800

const lengthOf = (message: string) => [...message].length

/** Returns what is wrong with a text, or `undefined`. `least` counts letters and digits. */
export function textIssue(text: string, least: number): 'too-long' | 'too-short' | undefined {
  if (lengthOf(text) > MOST_CHARACTERS) return 'too-long'
  const letters = text.match(/[\p{L}\p{Nd}]/gu)?.length ?? 0
  return letters < least ? 'too-short' : undefined
}

/** Returns what to say about a message, or `undefined`. */
export function messageIssue(message: string, least: number, texts: Texts, formats: Formats): string | undefined {
  const issue = textIssue(message, least)
  if (issue === 'too-long') return texts.fields.messageTooLong(MOST_CHARACTERS, formats)
  return issue && texts.fields.messageTooShort(least, formats)
}

interface MessageViewInput {
  readonly message: string
  /** The tenants that will read it. */
  readonly to: readonly string[]
  readonly isRequired: boolean
  readonly texts: Texts
  readonly formats: Formats
  readonly error: string | undefined
  readonly changed: (message: string) => void
}

/** Shows the field for a message. */
export function messageView({ message, to, ...input }: MessageViewInput): unknown {
  const { fields, answerMany } = input.texts
  const [first = '', ...others] = to
  return textView({
    ...input,
    field: 'message',
    label: others.length > 0 ? answerMany.message : named(fields.messageTo, first),
    text: message,
  })
}

interface TextViewInput extends Omit<MessageViewInput, 'message' | 'to'> {
  readonly field: FieldName
  readonly label: unknown
  readonly text: string
  /** What stands below the field. */
  readonly hint?: string
  /** Whether it is said from the first character on how many are left. */
  readonly isCounted?: boolean
}

/** Shows a field for a text of several lines, and near its limit how many characters are left. */
export function textView({
  field,
  label,
  text: message,
  hint,
  isCounted,
  isRequired,
  texts,
  formats,
  error,
  changed,
}: TextViewInput): unknown {
  const left = MOST_CHARACTERS - lengthOf(message)
  const count = left < 0 ? texts.fields.charactersOver(-left, formats) : texts.fields.charactersLeft(left, formats)
  const type = (event: Event) => changed((event.target as HTMLTextAreaElement).value)
  return html`<div class="field" part="message">
    <label for=${field}>
      ${label} ${isRequired ? nothing : html`<span class="muted">${texts.fields.optional}</span>`}
    </label>
    <textarea
      id=${field}
      rows="2"
      .value=${message}
      ?required=${isRequired}
      aria-invalid=${error === undefined ? 'false' : 'true'}
      aria-describedby="${field}-hint ${field}-count ${field}-error"
      @input=${type}
    ></textarea>
    ${hint === undefined ? nothing : html`<small id="${field}-hint">${hint}</small>`}
    <small id="${field}-count">${isCounted || left < MOST_CHARACTERS - NEARLY ? count : nothing}</small>
    ${errorView(field, error)}
  </div>`
}
