/** What mails say of ends that come or have come by themselves, in French. */
import type { NoticeTexts } from '../../mail-texts.js'
import { GONE, NOW } from './requests.js'

export const ends: Pick<NoticeTexts, 'ends-soon' | 'expired' | 'unanswered' | 'lapsed'> = {
  'ends-soon': {
    requester: ({ tenant, expiresAt }) => ({
      subject: `L'accès à ${tenant} expire bientôt`,
      lines: [
        `L'accès à ${tenant} expire le ${expiresAt}.`,
        'Pour le conserver, envoyez une nouvelle demande avant cette date. La page la prépare.',
      ],
    }),
    user: ({ tenant, expiresAt }) => ({
      subject: `Votre accès à ${tenant} expire bientôt`,
      lines: [`Un de vos accès à ${tenant} expire le ${expiresAt}.`, 'Demandez à votre administrateur de le renouveler.'],
    }),
    tenant: ({ requestingTenant, expiresAt }) => ({
      subject: `L'accès de ${requestingTenant} expire bientôt`,
      lines: [
        `L'accès de ${requestingTenant} expire le ${expiresAt}.`,
        "Ensuite, plus personne n'accède par cette demande. Modifiez la date d'expiration pour le prolonger.",
      ],
    }),
  },
  expired: {
    requester: ({ tenant }) => ({
      subject: `L'accès à ${tenant} a expiré`,
      lines: [`L'accès à ${tenant} a expiré.`, `${GONE} La page la prépare.`],
    }),
    user: ({ tenant }) => ({
      subject: `Accès à ${tenant}\u00a0: expiré`,
      lines: [`Un de vos accès à ${tenant} a expiré.`, NOW],
    }),
    tenant: ({ requestingTenant }) => ({
      subject: `L'accès de ${requestingTenant} a expiré`,
      lines: [`L'accès de ${requestingTenant} a expiré.`, GONE],
    }),
  },
  unanswered: {
    requester: ({ tenant, sentAt, answerBy }) => ({
      subject: `${tenant} n'a pas encore répondu`,
      lines: [
        `${tenant} n'a pas encore répondu à la demande, envoyée le ${sentAt}.`,
        ...(answerBy === null ? [] : [`Sans réponse avant le ${answerBy}, elle devient caduque.`]),
      ],
    }),
    tenant: ({ requestingTenant, sentAt, answerBy }) => ({
      subject: `${requestingTenant} attend votre réponse`,
      lines: [
        `${requestingTenant} attend votre réponse à sa demande, envoyée le ${sentAt}.`,
        ...(answerBy === null ? [] : [`Sans réponse avant le ${answerBy}, la demande devient caduque.`]),
      ],
    }),
  },
  lapsed: {
    requester: ({ tenant }) => ({
      subject: `Demande à ${tenant} sans réponse`,
      lines: [`${tenant} n'a pas répondu à temps\u00a0: la demande est caduque.`],
    }),
    tenant: ({ requestingTenant }) => ({
      subject: `Demande de ${requestingTenant} sans réponse`,
      lines: [`Personne n'a répondu à temps à ${requestingTenant}\u00a0: sa demande est caduque.`],
    }),
  },
}
