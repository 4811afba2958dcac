/** What `consentry-outgoing` says, in English. */
import type { Formats } from '../../formats.js'
import { counted } from '../counted.js'

export const outgoing = {
  title: 'Outgoing requests',
  lead: 'Ask customers to let your people act inside their tenants. Each customer answers for itself.',
  create: 'Create a new request',
  filter: 'Filter tenants by status',
  filters: { all: 'All', pending: 'Pending', granted: 'Granted', soon: 'Ending soon', rejected: 'Rejected', ended: 'Ended' },
  more: (count: string) => `${count}+`,
  search: 'Search',
  searchHint: 'Name, customer or person',
  columns: { tenant: 'Tenant', status: 'Status', access: 'Access', action: 'Action' },
  sentBy: (when: string, user: string) => `Sent ${when} by ${user}`,
  removedAt: (user: string, when: string) => `${user}: removed ${when}`,
  waits: (relative: string) => `Sent ${relative}`,
  requestTo: (tenant: string) => `The request to ${tenant}`,
  renew: 'Renew',
  askAgain: 'Ask again',
  view: 'View the request',
  tenants: 'Tenants',
  people: 'People',
  associations: 'As it was sent',
  into: 'Into:',
  /** The words on the buttons that ask first. */
  end: {
    withdrawOutgoing: 'Withdraw',
    withdrawRequest: 'Withdraw all pending',
    revokeOutgoing: 'Give up',
    removeUser: 'Remove from all requests',
    endAll: 'End everything',
  },
  confirm: {
    withdrawOutgoing: {
      title: (tenant: string) => `Withdraw the request to ${tenant}?`,
      text: 'The tenant can no longer answer it, and sees that it was withdrawn. To ask again takes a new request.',
      now: 'Withdraw now',
    },
    withdrawRequest: {
      title: (name: string) => `Withdraw what is still pending of ${name}?`,
      text: 'Tenants that have not answered can no longer do so. Answers that were given stay as they are.',
      now: 'Withdraw all pending',
    },
    revokeOutgoing: {
      title: (tenant: string) => `Give up the access to ${tenant}?`,
      text: 'The access by this request ends at once, also for those who are inside now. It cannot be given back: that takes a new request.',
      now: 'Give up now',
    },
    removeUser: {
      title: (user: string) => `Remove ${user} from all requests?`,
      text: 'They leave every pending and granted request of your tenant, for good, and their access by these ends at once. A request that is left without people ends.',
      now: 'Remove now',
    },
    endAll: {
      title: (tenant: string) => `End everything with ${tenant}?`,
      text: 'All open requests, access and live sessions between your two tenants end at once, those by the legacy tool included. None of it can be given back.',
      now: 'End everything now',
    },
  },
  /** Said after a command, before how much it has ended. */
  done: {
    withdrawOutgoing: (tenant: string) => `Request withdrawn: ${tenant}`,
    withdrawRequest: (name: string) => `Withdrawn, of ${name}:`,
    revokeOutgoing: (tenant: string) => `Access given up: ${tenant}`,
    removeUser: (user: string) => `${user} was removed from`,
    endAll: (tenant: string) => `Ended with ${tenant}:`,
  },
  counted: {
    granted: (count: number, formats: Formats) => `${formats.number(count)} granted`,
    pending: (count: number, formats: Formats) => `${formats.number(count)} pending`,
    rejected: (count: number, formats: Formats) => `${formats.number(count)} rejected`,
    ended: (count: number, formats: Formats) => `${formats.number(count)} ended`,
    others: (count: number, formats: Formats) => counted(count, formats, 'and 1 other', (n) => `and ${n} others`),
    showAll: (count: number, formats: Formats) => counted(count, formats, 'Show the tenant', (n) => `Show all ${n} tenants`),
    requests: (count: number, formats: Formats) =>
      count === 0 ? 'nothing was open any more.' : counted(count, formats, '1 request.', (n) => `${n} requests.`),
    removed: (count: number, formats: Formats) =>
      count === 0 ? 'nothing: no open request names them any more.' : counted(count, formats, '1 request.', (n) => `${n} requests.`),
    sessions: (count: number, formats: Formats) => counted(count, formats, '1 live session.', (n) => `${n} live sessions.`),
    /** After the reason why a command on several requests has failed. */
    partly: (count: number, formats: Formats) =>
      counted(count, formats, '1 request was ended before that.', (n) => `${n} were ended before that.`),
  },
  /** The request was read again. */
  changed: 'This request has changed since you opened it. Check it, then confirm again.',
  meanwhile: 'This request was answered or ended meanwhile. What you wanted was not done.',
  lookedUp: 'This request has an answer or an end now. If the end is yours, it arrived.',
  showMore: 'Show more',
  found: (count: number, formats: Formats) => `${formats.number(count)} ${formats.plural(count, { one: 'match', other: 'matches' })}`,
  searchedNewest: (count: string) => `The newest ${count} are searched. Choose a status to search fewer.`,
  empty: {
    all: 'No requests yet. What you send to customers shows here, with their answers.',
    pending: 'No tenant has a request of yours to answer.',
    granted: 'No tenant lets your people in at the moment.',
    soon: 'No access ends within a week.',
    rejected: 'No tenant has rejected a request.',
    ended: 'No request or access has ended yet.',
    search: 'No request matches.',
  },
  showAll: 'Show all requests',
  clearSearch: 'Clear the search',
  /** In the place of what is said to people who answer requests. */
  trouble: {
    'not-permitted': {
      title: 'You have no access to this page',
      text: 'It is for people who send requests. Ask an administrator of your tenant.',
    },
    'not-found': { title: 'There is no such request', text: 'The link may be incomplete, or your tenant did not send this request.' },
  },
  errors: {
    unreachable: 'The server did not answer, so it is not known whether this has been done. Trying again is safe: nothing is done twice.',
    impersonating:
      'You are acting inside another tenant, and only somebody acting under their own name may do this. Leave that tenant first.',
    'not-permitted': 'You may not change requests any more. Ask an administrator of your tenant.',
  },
}
