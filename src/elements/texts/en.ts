/** The texts of the elements in English, which are also the shape of every other language. */
import { access } from './en/access.js'
import { answer } from './en/answer.js'
import { answerMany } from './en/answer-many.js'
import { banner } from './en/banner.js'
import { editor } from './en/editor.js'
import { entering } from './en/entering.js'
import { fields } from './en/fields.js'
import { frame } from './en/frame.js'
import { grant } from './en/grant.js'
import { history } from './en/history.js'
import { incoming } from './en/incoming.js'
import { legacy } from './en/legacy.js'
import { outgoing } from './en/outgoing.js'
import { sessions } from './en/sessions.js'
import { shared } from './en/shared.js'
import { timeline } from './en/timeline.js'

/** The texts in English: strings, and functions of what is said in them. */
export const en = {
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
