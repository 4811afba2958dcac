/** What `consentry-console` says, in English. */

export const frame = {
  navigation: 'Pages',
  pages: { incoming: 'Incoming requests', 'my-access': 'My access', sessions: 'Sessions', legacy: 'Legacy tool' },
  /** Shown if a part of the console's script could not be loaded. */
  incomplete: { title: 'This page is not complete', text: 'A part of it could not be loaded. Load the page again.' },
  reload: 'Load again',
}
