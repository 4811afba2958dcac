/** What mails say of ends that come or have come by themselves, in English. */
import type { NoticeTexts } from '../../mail-texts.js'
import { GONE, NOW } from './requests.js'

export const ends: Pick<NoticeTexts, 'ends-soon' | 'expired' | 'unanswered' | 'lapsed'> = {
  'ends-soon': {
    requester: ({ tenant, expiresAt }) => ({
      subject: `The access to ${tenant} ends soon`,
      lines: [`The access to ${tenant} ends on ${expiresAt}.`, 'To keep it, send a new request before. The page has it prepared.'],
    }),
    user: ({ tenant, expiresAt }) => ({
      subject: `Your access to ${tenant} ends soon`,
      lines: [`An access of yours to ${tenant} ends on ${expiresAt}.`, 'Ask your administrator to renew it.'],
    }),
    tenant: ({ requestingTenant, expiresAt }) => ({
      subject: `The access of ${requestingTenant} ends soon`,
      lines: [
        `The access of ${requestingTenant} ends on ${expiresAt}.`,
        'After that nobody enters by it. Change the expiry to keep it longer.',
      ],
    }),
  },
  expired: {
    requester: ({ tenant }) => ({
      subject: `The access to ${tenant} expired`,
      lines: [`The access to ${tenant} expired.`, `${GONE} The page has it prepared.`],
    }),
    user: ({ tenant }) => ({ subject: `Access to ${tenant}: expired`, lines: [`An access of yours to ${tenant} expired.`, NOW] }),
    tenant: ({ requestingTenant }) => ({
      subject: `The access of ${requestingTenant} expired`,
      lines: [`The access of ${requestingTenant} expired.`, GONE],
    }),
  },
  unanswered: {
    requester: ({ tenant, sentAt, answerBy }) => ({
      subject: `${tenant} has not answered yet`,
      lines: [
        `${tenant} has not answered the request yet. It was sent on ${sentAt}.`,
        ...(answerBy === null ? [] : [`It lapses if nobody answers it before ${answerBy}.`]),
      ],
    }),
    tenant: ({ requestingTenant, sentAt, answerBy }) => ({
      subject: `${requestingTenant} waits for your answer`,
      lines: [
        `${requestingTenant} waits for your answer. It asked on ${sentAt}.`,
        ...(answerBy === null ? [] : [`The request lapses if nobody answers it before ${answerBy}.`]),
      ],
    }),
  },
  lapsed: {
    requester: ({ tenant }) => ({
      subject: `The request to ${tenant} lapsed`,
      lines: [`${tenant} did not answer in time, so the request lapsed.`],
    }),
    tenant: ({ requestingTenant }) => ({
      subject: `The request of ${requestingTenant} lapsed`,
      lines: [`Nobody answered ${requestingTenant} in time, so its request lapsed.`],
    }),
  },
}
