/** What the parts of the editor get from it. */
import type { Formats } from './formats.js'
import type { NameTable } from './requests.js'
import type { Texts } from './texts/texts.js'

/** What each part shows with, and how it says that something has changed. */
export interface EditorParts {
  readonly texts: Texts
  readonly formats: Formats
  readonly names: NameTable
  readonly changed: () => void
  /** Focuses what the first selector finds, or the next one, once what has changed is shown. */
  readonly focusOn: (...selectors: readonly string[]) => void
}
