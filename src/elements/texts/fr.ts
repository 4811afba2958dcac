/** The texts of the elements in French, in the words of the product's own documentation. */
import { access } from './fr/access.js'
import { answer } from './fr/answer.js'
import { answerMany } from './fr/answer-many.js'
import { banner } from './fr/banner.js'
import { editor } from './fr/editor.js'
import { entering } from './fr/entering.js'
import { fields } from './fr/fields.js'
import { frame } from './fr/frame.js'
import { grant } from './fr/grant.js'
import { history } from './fr/history.js'
import { incoming } from './fr/incoming.js'
import { legacy } from './fr/legacy.js'
import { outgoing } from './fr/outgoing.js'
import { sessions } from './fr/sessions.js'
import { shared } from './fr/shared.js'
import { timeline } from './fr/timeline.js'
import type { Texts } from './texts.js'

/** The texts in French. */
export const fr: Texts = {
  shared,
  frame,
  fields,
  incoming,
  answer,
  answerMany,
  grant,
  access,
  entering,
  legacy,
  banner,
  sessions,
  history,
  timeline,
  editor,
  outgoing,
}
