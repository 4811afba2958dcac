/** What mails say of sessions, in French. */
import type { NoticeTexts } from '../../mail-texts.js'

const theyOf = (user: string | null, tenant: string) => `${user ?? 'Une personne'} de ${tenant}`
const sessionOf = (user: string | null, tenant: string) =>
  user === null ? `Une session de ${tenant}` : `La session de ${user} de ${tenant}`

export const sessions: Pick<NoticeTexts, 'session-started' | 'session-ended'> = {
  'session-started': {
    requester: ({ user, tenant, method, endsAt }) => ({
      subject: `${user} a accédé à ${tenant}`,
      lines: [`${user} a accédé à ${tenant}.`, `Par ${method}, jusqu'au ${endsAt} au plus tard.`],
    }),
    user: ({ tenant, method, endsAt }) => ({
      subject: `Vous avez accédé à ${tenant}`,
      lines: [
        `Vous avez accédé à ${tenant}.`,
        `Par ${method}, jusqu'au ${endsAt} au plus tard.`,
        "Si ce n'était pas vous, prévenez immédiatement votre administrateur.",
      ],
    }),
    tenant: ({ requestingTenant, user, startedAt, answers, endsAt }) => ({
      subject: `${theyOf(user, requestingTenant)} a accédé à votre locataire`,
      lines: [
        `${theyOf(user, requestingTenant)} a accédé à votre locataire le ${startedAt}.`,
        answers === null ? "Aucune de vos réponses ne l'a permis\u00a0: c'est l'outil hérité." : `Par votre réponse\u00a0: ${answers}.`,
        `La session dure jusqu'au ${endsAt} au plus tard, et vous pouvez y mettre fin à tout moment.`,
      ],
    }),
  },
  'session-ended': {
    requester: ({ user, tenant, method, cause }) => ({
      subject: `La session de ${user} dans ${tenant} a pris fin`,
      lines: [
        {
          'ended-by-user': `${user} a quitté ${tenant}.`,
          'ended-by-tenant': `${tenant} a mis fin à la session de ${user}.`,
          'ended-by-requester': `Votre locataire a mis fin à la session de ${user} dans ${tenant}.`,
          expired: `La durée de la session de ${user} dans ${tenant} était écoulée.`,
          'access-lost': `La session de ${user} dans ${tenant} a pris fin, car l'accès avait pris fin.`,
        }[cause],
        `La méthode était\u00a0: ${method}.`,
      ],
    }),
    user: ({ tenant, method, cause }) => ({
      subject: `Votre session dans ${tenant} a pris fin`,
      lines: [
        {
          'ended-by-user': `Vous avez quitté ${tenant}.`,
          'ended-by-tenant': `${tenant} a mis fin à votre session.`,
          'ended-by-requester': `Votre propre locataire a mis fin à votre session dans ${tenant}.`,
          expired: `La durée de votre session dans ${tenant} était écoulée.`,
          'access-lost': `Votre session dans ${tenant} a pris fin, car l'accès avait pris fin.`,
        }[cause],
        `La méthode était\u00a0: ${method}.`,
      ],
    }),
    tenant: ({ requestingTenant, user, startedAt, answers, cause }) => ({
      subject: `${sessionOf(user, requestingTenant)} a pris fin`,
      lines: [
        {
          'ended-by-user': `${theyOf(user, requestingTenant)} a quitté votre locataire.`,
          'ended-by-tenant': `Votre locataire a mis fin à ${user === null ? 'une session' : `la session de ${user}`} de ${requestingTenant}.`,
          'ended-by-requester': `${requestingTenant} a mis fin à ${user === null ? 'une de ses sessions' : `la session de ${user}`}.`,
          expired: `${sessionOf(user, requestingTenant)} a pris fin\u00a0: sa durée était écoulée.`,
          'access-lost': `${sessionOf(user, requestingTenant)} a pris fin, car son accès avait pris fin.`,
        }[cause],
        `Elle avait commencé le ${startedAt}.`,
        answers === null
          ? "Aucune de vos réponses ne l'avait permise\u00a0: c'était l'outil hérité."
          : `Par votre réponse\u00a0: ${answers}.`,
      ],
    }),
  },
}
