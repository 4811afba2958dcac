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
      return name === undefined ? piece : isolated(name)
    })
}

/** Returns what somebody wrote, as text, isolated from the direction of the text around it. */
export function isolated(text: string): TemplateResult {
  return html`<bdi>${text}</bdi>`
}
