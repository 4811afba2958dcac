/** What `consentry-console` says, in English. */

export const frame = {
  navigation: 'Pages',
  pages: {
    outgoing: 'Outgoing requests',
    'new-request': 'New request',
    incoming: 'Incoming requests',
    sessions: 'Sessions',
    history: 'History',
    timeline: 'Access over time',
    'my-access': 'My access',
    legacy: 'Legacy tool',
  },
  /** Shown if a part of the console's script could not be loaded. */
  incomplete: { title: 'This page is not complete', text: 'A part of it could not be loaded. Load the page again.' },
  reload: 'Load again',
}
