/** What several elements say, in English. */
import type { Formats } from '../../formats.js'

export const shared = {
  retry: 'Try again',
  cancel: 'Cancel',
  close: 'Close',
  loading: 'Loading',
  /** The dot before it is the same statement in colour. */
  status: {
    pending: 'Pending',
    granted: 'Granted',
    rejected: 'Rejected',
    withdrawn: 'Withdrawn',
    revoked: 'Revoked',
    expired: 'Expired',
    lapsed: 'Lapsed',
    removed: 'Removed',
  },
  /** Why something could not be read. */
  trouble: {
    unreachable: { title: 'No connection', text: 'The server cannot be reached, or did not answer. Nothing you typed is lost.' },
    busy: { title: 'Not available at the moment', text: 'The server cannot look this up just now. Try again in a minute.' },
    'not-logged-in': { title: 'You are not logged in', text: 'Your login has ended. Log in again, then come back to this page.' },
    impersonating: { title: 'You are inside another tenant', text: 'Leave it first. This is for people acting under their own name.' },
    'not-permitted': {
      title: 'You have no access to this page',
      text: 'It is for people who answer requests. Ask an administrator of your tenant.',
    },
    'not-found': { title: 'There is no such request', text: 'The link may be incomplete, or the request is not one to your tenant.' },
    unknown: {
      title: 'Something went wrong',
      text: 'The server could not do this. Try again; if it happens again, tell your administrator.',
    },
  },
  /** Shown above rows that are still the old ones. */
  outdated: 'This could not be brought up to date.',
  sent: (when: string) => `Sent ${when}`,
  tag: (tag: string) => `No. ${tag}`,
  noMessage: 'No message',
  endsAt: (when: string) => `Ends ${when}`,
  noEnd: 'No end date',
  lapses: (relative: string) => `Lapses ${relative}`,
  by: (user: string) => `by ${user}`,
  /** Where the answering person's name is not known. */
  colleague: 'a colleague',
  /** How a request ended. `user` is somebody of the own tenant, `tenant` the one that asked. */
  endings: {
    expired: () => 'The access ended by itself, at its expiry.',
    rejected: (user: string) => `${user} rejected the request.`,
    revoked: (user: string) => `${user} ended the access.`,
    givenUp: (tenant: string) => `${tenant} gave the access up.`,
    withdrawn: (tenant: string) => `${tenant} withdrew the request.`,
    lapsed: () => 'Nobody answered in time, so the request lapsed.',
  },
  errors: {
    /** The heading of an error summary. */
    summary: (count: number, formats: Formats) =>
      formats.plural(count, { one: 'Please correct one entry', other: `Please correct ${formats.number(count)} entries` }),
    /** What was typed is still there. */
    kept: 'What you entered is kept.',
    unreachable: 'The server did not answer, so it is not known whether this has been done. Trying again is safe: it is looked up first.',
    busy: 'The server cannot do this at the moment. Try again in a minute.',
    'not-logged-in': 'Your login has ended. Log in again in another tab, then come back and try again.',
    impersonating:
      'You are acting inside another tenant, and only somebody acting under their own name may answer. Leave that tenant first.',
    'not-permitted': 'You may not answer requests any more. Ask an administrator of your tenant.',
    'not-found': 'There is no such request any more.',
    unknown: 'The server could not do this. Try again; if it happens again, tell your administrator.',
  },
}
