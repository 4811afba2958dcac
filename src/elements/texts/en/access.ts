/** What `consentry-my-access` says, in English. */
import type { Formats } from '../../formats.js'

export const access = {
  title: 'Tenants you can act in',
  lead: 'Tenants that you were named for in a request. Only those with the status Granted can be entered.',
  filter: 'Filter by status',
  filters: { all: 'All', granted: 'Granted', pending: 'Pending', rejected: 'Rejected', ended: 'Ended' },
  /** After a count that goes no further. */
  more: (count: string) => `${count}+`,
  search: 'Search',
  searchHint: 'Tenant, message',
  columns: { tenant: 'Tenant', status: 'Status', access: 'Access', action: 'Action' },
  enter: 'Enter',
  view: 'View',
  start: 'Start impersonation',
  granted: (when: string) => `Granted ${when}`,
  message: 'Message of the tenant',
  renewal: 'A request to renew it is pending.',
  askToRenew: 'Ask your administrator to renew it.',
  showMore: 'Show more',
  found: (count: number, formats: Formats) => `${formats.number(count)} ${formats.plural(count, { one: 'tenant', other: 'tenants' })}`,
  /** Of a long list, only the newest are searched. */
  searchedNewest: (count: string) => `The newest ${count} are searched. Choose a status to search fewer.`,
  empty: {
    all: 'You are in no request yet. Your administrator asks tenants for access, and names you.',
    granted: 'No tenant lets you in at the moment.',
    pending: 'No request with you in it waits for an answer.',
    rejected: 'No request with you in it was rejected.',
    ended: 'No access has ended yet.',
    search: 'No tenant matches the search.',
  },
  showAll: 'Show all tenants',
  clearSearch: 'Clear the search',
}
