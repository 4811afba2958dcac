/** The field for a message to the other party. */
import { html, nothing } from 'lit'
import { errorView } from './expiry-field.js'
import type { Formats } from './formats.js'
import { named } from './named.js'
import type { Texts } from './texts/texts.js'

/** The most characters of a message, as code points. */
const MOST = 1_000
/** From this many characters on, what is left is shown. */
const NEARLY = 800

const lengthOf = (message: string) => [...message].length

/** Returns what is wrong with a message, or `undefined`. `least` counts letters and digits. */
export function messageIssue(message: string, least: number, texts: Texts, formats: Formats): string | undefined {
  if (lengthOf(message) > MOST) return texts.fields.messageTooLong(MOST, formats)
  const letters = message.match(/[\p{L}\p{Nd}]/gu)?.length ?? 0
  return letters < least ? texts.fields.messageTooShort(least, formats) : undefined
}

interface MessageViewInput {
  readonly message: string
  /** The tenant that will read it. */
  readonly to: string
  readonly isRequired: boolean
  readonly texts: Texts
  readonly formats: Formats
  readonly error: string | undefined
  readonly changed: (message: string) => void
}

/** Shows the field for a message, and near its limit how many characters are left. */
export function messageView({ message, to, isRequired, texts, formats, error, changed }: MessageViewInput): unknown {
  const left = MOST - lengthOf(message)
  const count = left < 0 ? texts.fields.charactersOver(-left, formats) : texts.fields.charactersLeft(left, formats)
  const type = (event: Event) => changed((event.target as HTMLTextAreaElement).value)
  return html`<div class="field" part="message">
    <label for="message">
      ${named(texts.fields.messageTo, to)} ${isRequired ? nothing : html`<span class="muted">${texts.fields.optional}</span>`}
    </label>
    <textarea
      id="message"
      rows="2"
      .value=${message}
      ?required=${isRequired}
      aria-invalid=${error === undefined ? 'false' : 'true'}
      aria-describedby="message-count message-error"
      @input=${type}
    ></textarea>
    <small id="message-count">${left < MOST - NEARLY ? count : nothing}</small>
    ${errorView('message', error)}
  </div>`
}
