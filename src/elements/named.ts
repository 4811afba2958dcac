/** Names and messages of people inside the sentences of an element. */
import { html, type TemplateResult } from 'lit'

const FIRST_SLOT = 0xe000

/**
 * Returns a text with names in their places, each isolated from the direction of the sentence.
 *
 * The text is made with placeholders, so that a name never becomes a part of it: a name may hold anything.
 */
export function named(text: (...names: string[]) => string, ...names: readonly string[]): unknown {
  const slots = names.map((_, n) => String.fromCharCode(FIRST_SLOT + n))
  return text(...slots)
    .split(/([\ue000-\ue0ff])/)
    .map((piece) => {
      const name = names[piece.charCodeAt(0) - FIRST_SLOT]
      return name === undefined ? piece : isolated(closedName(name))
    })
}

const CLOSE = '\u2069'

/**
 * Returns a name that leaves nothing open, and closes nothing that it has not opened.
 *
 * A browser isolates by the same characters that a name may hold: the rest of a sentence could become a part of it.
 */
function closedName(name: string): string {
  let open = 0
  const kept = name.replaceAll(/[\u2066-\u2069]/g, (mark) => {
    if (mark === CLOSE && open === 0) return ''
    open += mark === CLOSE ? -1 : 1
    return mark
  })
  return kept + CLOSE.repeat(open)
}

/** Returns what somebody wrote, as text, isolated from the direction of the text around it. */
export function isolated(text: string): TemplateResult {
  return html`<bdi>${text}</bdi>`
}
