/** What `consentry-incoming` says, in English. */
import type { Formats } from '../../formats.js'

export const incoming = {
  title: 'Incoming requests',
  lead: 'Who asks to act inside your tenant. Nobody enters until you say so, and you can end it at any time.',
  filter: 'Filter by status',
  filters: { all: 'All', pending: 'Pending', granted: 'Granted', rejected: 'Rejected', ended: 'Ended' },
  /** After a count that goes no further. */
  more: (count: string) => `${count}+`,
  search: 'Search',
  searchHint: 'Sender, message, number',
  columns: { from: 'From', message: 'Message', status: 'Status', action: 'Action' },
  manage: 'Manage',
  view: 'View',
  /** Read after the word on a button, by screen readers. */
  requestOf: (tenant: string) => `the request of ${tenant}`,
  /** Said after an answer; the row may have left the list. */
  done: {
    grant: (tenant: string) => `Access granted to ${tenant}`,
    reject: (tenant: string) => `Request rejected: ${tenant}`,
  },
  showMore: 'Show more',
  found: (count: number, formats: Formats) => `${formats.number(count)} ${formats.plural(count, { one: 'request', other: 'requests' })}`,
  /** Of a long list, only the newest are searched. */
  searchedNewest: (count: string) => `The newest ${count} are searched. Choose a status to search fewer.`,
  empty: {
    all: 'No requests yet. When somebody asks to act inside your tenant, it shows here.',
    pending: 'Nothing waits for your answer.',
    granted: 'Nobody has access to your tenant by a request.',
    rejected: 'No request was rejected.',
    ended: 'No access has ended yet.',
    search: 'No request matches the search.',
  },
  showAll: 'Show all requests',
  clearSearch: 'Clear the search',
  back: 'Incoming requests',
}
