/** What `consentry-sessions` says, in English. */

export const sessions = {
  title: 'Impersonation sessions',
  lead: 'Who acted inside a tenant, since when, and how it ended. A live session can be ended at any time.',
  filter: 'Filter by status',
  filters: { all: 'All', live: 'Live', ended: 'Ended' },
  more: (count: string) => `${count}+`,
  columns: { who: 'Who', way: 'Method and reason', when: 'Session', action: 'Action' },
  /** The ways to enter, in the words of the pages by which people enter. */
  methods: {
    'access-request': 'Access request',
    'legacy-configure': 'Impersonate & Configure',
    'legacy-support': 'Impersonate & Support',
  },
  live: 'Live',
  ended: 'Ended',
  insideOf: (tenant: string) => `inside ${tenant}`,
  /** For the tenant, which does not see who it was. */
  someone: 'Somebody of theirs',
  /** The tenant never sees a reason, so it is not told that there is none. */
  noReason: 'No reason given',
  since: (when: string) => `since ${when}`,
  until: (when: string) => `ends ${when} at the latest`,
  causes: {
    'ended-by-user': 'Left',
    'ended-by-tenant': 'Ended by the tenant',
    'ended-by-requester': 'Ended by the requesting tenant',
    expired: 'Time was up',
    'access-lost': 'Access ended',
  },
  by: (cause: string, user: string) => `${cause}: ${user}`,
  end: 'End',
  /** Read after the word on a button, by screen readers. */
  sessionOf: (name: string) => `the session of ${name}`,
  confirm: 'End this session at once?',
  endNow: 'End it now',
  ending: 'Ending',
  keep: 'Cancel',
  done: (name: string) => `Session ended: ${name}`,
  meanwhile: (name: string) => `This session had ended meanwhile: ${name}`,
  errors: {
    unreachable:
      'The server did not answer, so it is not known whether the session has ended. Trying again is safe: it is looked up first.',
    impersonating: 'You are inside another tenant. Leave it first, then end this session.',
    'not-found': 'There is no such session for you any more.',
    'not-permitted': 'You may not end sessions any more. Ask an administrator of your tenant.',
  },
  empty: {
    all: 'No sessions yet. When somebody enters a tenant, it shows here.',
    live: 'Nobody is inside at the moment.',
    ended: 'No session has ended yet.',
  },
  showAll: 'Show all sessions',
  showMore: 'Show more',
}
