/** Words of an element's own about what can go wrong anywhere. */
import type { Texts } from './texts.js'

/** Returns the texts, in which trouble is said in the words of one part of them. */
export function inWordsOf(texts: Texts, part: 'entering' | 'editor'): Texts {
  const { shared } = texts
  const { trouble, errors } = texts[part]
  return { ...texts, shared: { ...shared, trouble: { ...shared.trouble, ...trouble }, errors: { ...shared.errors, ...errors } } }
}
