/** What the console's first screen says, in French, while the other texts are on their way. */
import { answerMany } from './fr/answer-many.js'
import { banner } from './fr/banner.js'
import { frame } from './fr/frame.js'
import { incoming } from './fr/incoming.js'
import { sessions } from './fr/sessions.js'
import { shared } from './fr/shared.js'

export const first = { shared, frame, incoming, answerMany, banner, sessions }
