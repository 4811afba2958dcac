/** What `consentry-history` says, in English. */
import type { Formats } from '../../formats.js'
import { counted } from '../counted.js'

export const history = {
  title: 'History',
  lead: 'What has happened between your tenant and others, newest first.',
  filter: 'Filter by kind',
  filters: { all: 'All', requests: 'Requests and answers', access: 'Access changes', sessions: 'Sessions' },
  from: 'From',
  to: 'Up to and including',
  /** Below the two days. */
  zone: (zone: string) => `Days and times in ${zone}.`,
  dayIncomplete: 'Enter the whole day, or clear it.',
  endsTooSoon: 'Choose a later day: this one is before the first.',
  tenant: 'Other tenant',
  everyTenant: 'All',
  /** Above the tenants to choose from. */
  sides: { tenants: 'Tenants you asked', requestingTenants: 'Tenants that asked you' },
  /** While one request alone is shown; its number follows. */
  oneRequest: 'Only what happened to one request',
  allRequests: 'Show all requests',
  /** Read before the number of a request on a button, and stands on one that has no number. */
  request: 'Request',
  showMore: 'Show more',
  /** What happened, in a word or two. The dot before it says the same in colour. */
  kinds: {
    submitted: 'Sent',
    received: 'Asked',
    granted: 'Granted',
    rejected: 'Rejected',
    withdrawn: 'Withdrawn',
    lapsed: 'Lapsed',
    expirySet: 'New end',
    removed: 'User removed',
    revoked: 'Revoked',
    givenUp: 'Given up',
    expired: 'Expired',
    started: 'Session started',
    ended: 'Session ended',
  },
  /** Stands for somebody of the own tenant whose name is not known, at the beginning of a sentence. */
  colleague: 'A colleague',
  /** What happened, for the tenant that was asked; `tenant` is the one that asked. */
  incoming: {
    received: (_user: string, tenant: string) => `${tenant} asked for access`,
    granted: (user: string, tenant: string) => `${user} granted access to ${tenant}`,
    rejected: (user: string, tenant: string) => `${user} rejected the request of ${tenant}`,
    withdrawn: (_user: string, tenant: string) => `${tenant} withdrew its request`,
    lapsed: (_user: string, tenant: string) => `Nobody answered ${tenant} in time, so its request lapsed`,
    expirySet: (user: string, tenant: string) => `${user} changed when the access of ${tenant} ends`,
    revoked: (user: string, tenant: string) => `${user} revoked the access of ${tenant}`,
    givenUp: (_user: string, tenant: string) => `${tenant} gave its access up`,
    expired: (_user: string, tenant: string) => `The access of ${tenant} expired`,
    started: (user: string, tenant: string) => `${user} of ${tenant} entered your tenant`,
    startedUnnamed: (_user: string, tenant: string) => `Somebody of ${tenant} entered your tenant`,
    left: (user: string, tenant: string) => `${user} of ${tenant} left your tenant`,
    leftUnnamed: (_user: string, tenant: string) => `Somebody of ${tenant} left your tenant`,
    endedByTenant: (user: string, tenant: string) => `${user} ended a session of ${tenant}`,
    endedByRequester: (_user: string, tenant: string) => `${tenant} ended a session of its own`,
    timeUp: (_user: string, tenant: string) => `The time of a session of ${tenant} was up`,
    accessLost: (_user: string, tenant: string) => `A session of ${tenant} ended, because its access had ended`,
  },
  /** What happened, for the tenant that asked; `tenant` is the one that was asked. */
  outgoing: {
    submitted: (user: string) => `${user} sent a request`,
    received: (user: string, tenant: string) => `${user} asked ${tenant} for access`,
    granted: (_user: string, tenant: string) => `${tenant} granted access`,
    rejected: (_user: string, tenant: string) => `${tenant} rejected the request`,
    withdrawn: (user: string, tenant: string) => `${user} withdrew the request to ${tenant}`,
    lapsed: (_user: string, tenant: string) => `${tenant} did not answer in time, so the request lapsed`,
    expirySet: (_user: string, tenant: string) => `${tenant} changed when the access ends`,
    revoked: (_user: string, tenant: string) => `${tenant} revoked the access`,
    givenUp: (user: string, tenant: string) => `${user} gave up the access to ${tenant}`,
    expired: (_user: string, tenant: string) => `The access to ${tenant} expired`,
    started: (user: string, tenant: string) => `${user} entered ${tenant}`,
    left: (user: string, tenant: string) => `${user} left ${tenant}`,
    endedByTenant: (_user: string, tenant: string) => `${tenant} ended a session of yours`,
    endedByRequester: (user: string, tenant: string) => `${user} ended a session in ${tenant}`,
    timeUp: (_user: string, tenant: string) => `The time of a session in ${tenant} was up`,
    accessLost: (_user: string, tenant: string) => `A session in ${tenant} ended, because the access had ended`,
  },
  /** The removal of one user from a request that goes on. */
  removal: (user: string, tenant: string, removed: string) => `${user} removed ${removed} from the request to ${tenant}`,
  answerBy: (when: string) => `To be answered by ${when}`,
  /** Whom an answer or an end concerns. */
  users: (names: string) => `For ${names}`,
  /** Those whom a grant has removed, since they had left the own tenant. */
  removed: (names: string) => `Without ${names}, no longer with you`,
  /** Why a request ended: nobody was left in it. */
  lastRemoved: (user: string) => `Because its last user was removed: ${user}`,
  by: (method: string) => `By ${method}`,
  /** When a session ends that nobody ends before. */
  until: (when: string) => `until ${when} at the latest`,
  reason: 'Reason',
  empty: {
    all: 'Nothing has happened yet. When somebody sends or answers a request, it shows here.',
    requests: 'No request was sent or answered yet.',
    access: 'No access has begun, changed or ended yet.',
    sessions: 'Nobody has entered a tenant yet.',
    narrowed: 'Nothing matches what you have chosen.',
  },
  showAll: 'Show everything',
  counts: {
    tenants: (count: number, formats: Formats) => counted(count, formats, 'To one tenant', (n) => `To ${n} tenants`),
    /** The last in a list of names. */
    others: (count: number, formats: Formats) => counted(count, formats, 'one other', (n) => `${n} others`),
    read: (count: number, formats: Formats) => `${formats.number(count)} ${formats.plural(count, { one: 'entry', other: 'entries' })} read`,
    exported: (count: number, formats: Formats) =>
      `${formats.number(count)} ${formats.plural(count, { one: 'entry', other: 'entries' })} exported`,
    /** After the limit of an export was reached. */
    tooMany: (count: number, formats: Formats) =>
      `There are more than ${formats.number(count)} entries, the most in one file. Choose fewer days and export them one after the other.`,
  },
  export: {
    /** Before the names of the formats. */
    label: 'Export',
    running: 'Exporting',
    cancelled: 'Export cancelled',
    failed: 'The export failed. No file was saved.',
    tooMany: 'Too much for one file. No file was saved.',
  },
  /** In the place of what is said to people who answer requests. */
  trouble: {
    'not-permitted': {
      title: 'You have no access to this page',
      text: 'It is for people who send or answer requests. Ask an administrator of your tenant.',
    },
  },
}
