/** What mails say of sessions, in English. */
import type { NoticeTexts } from '../../mail-texts.js'

const theyOf = (user: string | null, tenant: string) => `${user ?? 'Somebody'} of ${tenant}`
const sessionOf = (user: string | null, tenant: string) =>
  user === null ? `A session of ${tenant}` : `The session of ${user} of ${tenant}`

export const sessions: Pick<NoticeTexts, 'session-started' | 'session-ended'> = {
  'session-started': {
    requester: ({ user, tenant, method, endsAt }) => ({
      subject: `${user} entered ${tenant}`,
      lines: [`${user} entered ${tenant}.`, `By ${method}, until ${endsAt} at the latest.`],
    }),
    user: ({ tenant, method, endsAt }) => ({
      subject: `You entered ${tenant}`,
      lines: [
        `You entered ${tenant}.`,
        `By ${method}, until ${endsAt} at the latest.`,
        'If that was not you, tell your administrator at once.',
      ],
    }),
    tenant: ({ requestingTenant, user, startedAt, answers, endsAt }) => ({
      subject: `${theyOf(user, requestingTenant)} entered your tenant`,
      lines: [
        `${theyOf(user, requestingTenant)} entered your tenant on ${startedAt}.`,
        answers === null ? 'No answer of yours allowed it: it is the legacy tool.' : `By your answer: ${answers}.`,
        `It ends on ${endsAt} at the latest, and you can end it at any time.`,
      ],
    }),
  },
  'session-ended': {
    requester: ({ user, tenant, method, cause }) => ({
      subject: `The session of ${user} in ${tenant} ended`,
      lines: [
        {
          'ended-by-user': `${user} left ${tenant}.`,
          'ended-by-tenant': `${tenant} ended the session of ${user}.`,
          'ended-by-requester': `Your tenant ended the session of ${user} in ${tenant}.`,
          expired: `The time of the session of ${user} in ${tenant} was up.`,
          'access-lost': `The session of ${user} in ${tenant} ended, because the access had ended.`,
        }[cause],
        `The method was: ${method}.`,
      ],
    }),
    user: ({ tenant, method, cause }) => ({
      subject: `Your session in ${tenant} ended`,
      lines: [
        {
          'ended-by-user': `You left ${tenant}.`,
          'ended-by-tenant': `${tenant} ended your session.`,
          'ended-by-requester': `Your own tenant ended your session in ${tenant}.`,
          expired: `The time of your session in ${tenant} was up.`,
          'access-lost': `Your session in ${tenant} ended, because the access had ended.`,
        }[cause],
        `The method was: ${method}.`,
      ],
    }),
    tenant: ({ requestingTenant, user, startedAt, answers, cause }) => ({
      subject: `${sessionOf(user, requestingTenant)} ended`,
      lines: [
        {
          'ended-by-user': `${theyOf(user, requestingTenant)} left your tenant.`,
          'ended-by-tenant': `Your tenant ended ${user === null ? 'a session' : `the session of ${user}`} of ${requestingTenant}.`,
          'ended-by-requester': `${requestingTenant} ended ${user === null ? 'a session of its own' : `the session of ${user}`}.`,
          expired: `${sessionOf(user, requestingTenant)} ended: its time was up.`,
          'access-lost': `${sessionOf(user, requestingTenant)} ended, because the access had ended.`,
        }[cause],
        `It began on ${startedAt}.`,
        answers === null ? 'No answer of yours had allowed it: it was the legacy tool.' : `By your answer: ${answers}.`,
      ],
    }),
  },
}
