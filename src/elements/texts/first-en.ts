/** What the console's first screen says, in English, while the other texts are on their way. */
import { answerMany } from './en/answer-many.js'
import { banner } from './en/banner.js'
import { frame } from './en/frame.js'
import { incoming } from './en/incoming.js'
import { sessions } from './en/sessions.js'
import { shared } from './en/shared.js'

export const first = { shared, frame, incoming, answerMany, banner, sessions }
