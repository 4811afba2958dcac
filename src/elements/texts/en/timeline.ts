/** What `consentry-timeline` says, in English. */
import type { Formats } from '../../formats.js'
import { counted } from '../counted.js'

export const timeline = {
  title: 'Who could enter, and when',
  lead: 'A bar is a time in which a granted request let people enter. A mark on it is a session that began then.',
  range: 'Time shown',
  ranges: { month: '30 days', quarter: '90 days', year: 'A year' },
  own: 'Other…',
  view: 'Shown as',
  views: { picture: 'Picture', table: 'Table' },
  earlier: 'Earlier',
  later: 'Later',
  firstDay: 'First day',
  lastDay: 'Last day',
  show: 'Show',
  /** For a date that is missing, is none, or comes before the first one. */
  noWindow: 'Choose two days, of which the last is not before the first.',
  span: (from: string, to: string) => `${from} – ${to}`,
  groups: { incoming: 'Into your tenant', outgoing: 'From your tenant into others' },
  columns: {
    incoming: 'From which tenant',
    outgoing: 'Who',
    answer: 'By which answer',
    from: 'From',
    until: 'Until',
    sessions: 'Sessions',
  },
  grantedBy: (user: string) => `granted by ${user}`,
  /** Notes beside an instant that is outside of what is shown. */
  before: 'before the time shown',
  after: 'after the time shown',
  planned: 'planned',
  goesOn: 'Went on after',
  now: 'Now',
  noSessions: 'None',
  sessionCount: (count: number, formats: Formats) => counted(count, formats, '1 session', (n) => `${n} sessions`),
  governed: 'The legacy tool is closed in your tenant since',
  key: {
    holds: 'can enter now',
    ended: 'could enter',
    planned: 'still to come',
    cut: 'goes on outside the time shown',
    never: 'no end date',
    session: 'session',
    now: 'now',
    governed: 'legacy tool closed',
  },
  empty: (from: string, to: string) => `By granted requests, nobody could enter between ${from} and ${to}.`,
  emptyHint: 'Look at a longer time, or at an earlier one.',
  showYear: 'Show a year',
  showMore: 'Show more',
  cutGrants: (count: string) => `Only the newest ${count} grants are shown. Choose a shorter time.`,
  cutSessions: (count: string) => `Only the newest ${count} sessions are marked. Choose a shorter time.`,
  trouble: {
    'not-permitted': {
      title: 'You have no access to this page',
      text: 'It is for people who answer requests or send them. Ask an administrator of your tenant.',
    },
  },
}
