/** What `consentry-answer` says, in English. */

export const answer = {
  title: (tenant: string) => `${tenant} asks for access`,
  answered: (tenant: string) => `The request of ${tenant}`,
  choice: 'Your answer',
  grant: 'Grant',
  reject: 'Reject',
  sending: 'Sending',
  closesLegacy: {
    title: 'Granting closes the legacy impersonation tool here, for good.',
    text: 'From then on only the people of requests that you granted can enter your tenant, by whatever way.',
  },
  /** The ways to enter before and after the first grant. A tenant sees no users, and may have no tool. */
  ways: {
    title: 'Who may enter your tenant',
    columns: { way: 'Way to enter', today: 'Today', after: 'After your grant' },
    nobody: 'Nobody',
    tool: 'Those whom the legacy tool lets in, if there is one',
    granted: 'Only people of requests that you granted',
  },
  rejecting: {
    title: 'Rejecting is final for this request.',
    text: 'Its people get no access by it. The sender sees your answer, and can send a new request.',
  },
  lapses: (relative: string) => `It lapses ${relative} if nobody answers.`,
  /** Somebody else was faster; the row was read again. */
  meanwhile: 'This request was answered or ended meanwhile. Your answer was not sent.',
  /** It is not known whose answer it is. */
  lookedUp: 'The request has an answer or an end now. If the answer is yours, it arrived.',
  unsent: 'Your message, which was not sent',
  changed: 'This request has changed since you opened it. Check it, then answer again.',
  requester: 'You also belong to the tenant that asks, so you may not answer its requests. Let a colleague answer.',
  notGrantable: 'This request cannot be granted any more: its people have left. Reject it, or ask the sender for a new one.',
}
