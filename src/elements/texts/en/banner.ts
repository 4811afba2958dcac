/** What `consentry-banner` says, in English. */
import type { Formats } from '../../formats.js'

export const banner = {
  /** The name of the bar, for screen readers. */
  label: 'Impersonation',
  inside: (tenant: string, user: string) => `You are inside ${tenant} as ${user}`,
  left: (minutes: number, formats: Formats) =>
    minutes < 1
      ? 'less than a minute left'
      : `${formats.number(minutes)} ${formats.plural(minutes, { one: 'minute left', other: 'minutes left' })}`,
  endsAt: (when: string) => `ends at ${when}`,
  recorded: 'every action is recorded under your name',
  leave: 'Leave',
  leaving: 'Leaving',
  /** Read once by screen readers, and shown nowhere else. */
  soon: (tenant: string) => `Less than two minutes are left inside ${tenant}.`,
  hasLeft: (tenant: string) => `You have left ${tenant}.`,
  /** Of a tool outside Consentry, which has a way out of its own. */
  otherTool: 'Leave it by the tool that you entered with.',
  notLeft: 'Nor is it known whether you have left it just now.',
  leaveFailed: 'The server could not end the session. Try again.',
  unknown: {
    inside: (tenant: string) => `It is not known whether you are still inside ${tenant}`,
    anywhere: 'It is not known whether you are inside another tenant',
    noAnswer: 'The server does not answer as it should. It is asked again every few seconds.',
    loggedOut: 'Your login has ended. Log in again to see it, and to leave.',
    overdue: (when: string) => `The session was to end at ${when}. The server is asked.`,
  },
  ended: {
    inside: (tenant: string) => `You are no longer inside ${tenant}`,
    anywhere: 'Your session inside another tenant has ended',
    at: (when: string) => `Ended ${when}`,
    causes: {
      'ended-by-user': 'You left it yourself, maybe in another tab.',
      'ended-by-tenant': 'Somebody of the tenant ended the session.',
      'ended-by-requester': 'A colleague of yours ended the session.',
      expired: 'The time of the session was up.',
      'access-lost': 'Your access has ended, so the session ended with it.',
      'not-found': 'The server does not know the session any more.',
    },
    acknowledge: 'Understood',
  },
}
