/** The shape of the texts, which every language has. */
import type { en } from './en.js'

/**
 * The texts of the elements: strings, and functions of what is said in them.
 *
 * A text that a language lacks does not compile. Names and messages of people are never parts of a text: an element puts them in their
 * places, isolated from the direction of the sentence around them.
 */
export type Texts = typeof en
