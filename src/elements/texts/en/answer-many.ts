/** What the list and its dialog say about answering several requests at once, in English. */
import { counted } from '../counted.js'

export const answerMany = {
  all: 'Select all shown',
  /** Stands where the number of the selected stands later. */
  hint: 'Select several to answer them at once.',
  selected: counted('1 selected', (count) => `${count} selected`),
  /** Of the selected, how many the search has hidden. */
  hidden: counted('1 not shown', (count) => `${count} not shown`),
  /** After the number of the selected, if no more can be. */
  most: 'the most at once',
  open: counted('Answer 1…', (count) => `Answer ${count}…`),
  clear: 'Clear',
  title: counted('Answer one request', (count) => `Answer ${count} requests`),
  /** Instead of the title, once none can be answered any more. */
  nothingLeft: 'Nothing left to answer',
  grantNow: counted('Grant access', (count) => `Grant ${count} requests`),
  rejectNow: counted('Reject the request', (count) => `Reject ${count} requests`),
  message: 'Message to all of them',
  rejecting: {
    title: 'Rejecting is final for these requests.',
    text: 'Their people get no access by them. The senders see your answer, and can send new requests.',
  },
  done: {
    grant: counted('1 request granted', (count) => `${count} requests granted`),
    reject: counted('1 request rejected', (count) => `${count} requests rejected`),
  },
  /** Above requests that somebody else was faster with, each with its status. */
  meanwhile: counted(
    'One request was answered or ended meanwhile. Your answer does not reach it.',
    (count) => `${count} requests were answered or ended meanwhile. Your answer does not reach them.`,
  ),
  /** It is not known whose answers they are. */
  lookedUp: counted(
    'One request has an answer or an end now. If the answer is yours, it arrived.',
    (count) => `${count} requests have an answer or an end now. If the answers are yours, they arrived.`,
  ),
  /** Above requests that still wait, each with the reason. */
  refused: counted('One request could not be answered.', (count) => `${count} requests could not be answered.`),
}
