/** What the list and its dialog say about answering several requests at once, in English. */
import type { Formats } from '../../formats.js'
import { counted } from '../counted.js'

export const answerMany = {
  all: 'Select all shown',
  /** Stands where the number of the selected stands later. */
  hint: 'Select several to answer them at once.',
  selected: (count: number, formats: Formats) => counted(count, formats, '1 selected', (n) => `${n} selected`),
  /** Of the selected, how many the search has hidden. */
  hidden: (count: number, formats: Formats) => counted(count, formats, '1 not shown', (n) => `${n} not shown`),
  /** After the number of the selected, if no more can be. */
  most: 'the most at once',
  open: (count: number, formats: Formats) => counted(count, formats, 'Answer 1…', (n) => `Answer ${n}…`),
  clear: 'Clear',
  title: (count: number, formats: Formats) => counted(count, formats, 'Answer one request', (n) => `Answer ${n} requests`),
  /** Instead of the title, once none can be answered any more. */
  nothingLeft: 'Nothing left to answer',
  grantNow: (count: number, formats: Formats) => counted(count, formats, 'Grant access', (n) => `Grant ${n} requests`),
  rejectNow: (count: number, formats: Formats) => counted(count, formats, 'Reject the request', (n) => `Reject ${n} requests`),
  message: 'Message to all of them',
  rejecting: {
    title: 'Rejecting is final for these requests.',
    text: 'Their people get no access by them. The senders see your answer, and can send new requests.',
  },
  done: {
    grant: (count: number, formats: Formats) => counted(count, formats, '1 request granted', (n) => `${n} requests granted`),
    reject: (count: number, formats: Formats) => counted(count, formats, '1 request rejected', (n) => `${n} requests rejected`),
  },
  /** Above requests that somebody else was faster with, each with its status. */
  meanwhile: (count: number, formats: Formats) =>
    counted(
      count,
      formats,
      'One request was answered or ended meanwhile. Your answer does not reach it.',
      (n) => `${n} requests were answered or ended meanwhile. Your answer does not reach them.`,
    ),
  /** It is not known whose answers they are. */
  lookedUp: (count: number, formats: Formats) =>
    counted(
      count,
      formats,
      'One request has an answer or an end now. If the answer is yours, it arrived.',
      (n) => `${n} requests have an answer or an end now. If the answers are yours, they arrived.`,
    ),
  /** Above requests that still wait, each with the reason. */
  refused: (count: number, formats: Formats) =>
    counted(count, formats, 'One request could not be answered.', (n) => `${n} requests could not be answered.`),
}
