/** What mails say of requests, their answers and what changes them, in French. */
import type { NoticeTexts } from '../../mail-texts.js'

const until = (expiresAt: string | null) => (expiresAt === null ? ", sans date d'expiration" : ` jusqu'au ${expiresAt}`)
/** Below the end of somebody's own access: another one may still hold. */
export const NOW = 'La page affiche où vous pouvez agir maintenant.'
/** Below the end of an access. */
export const GONE = 'Un accès terminé ne revient pas\u00a0: il faut une nouvelle demande.'
const last = (removedUser: string | null) =>
  removedUser === null ? [] : [`Car la dernière personne incluse a été exclue\u00a0: ${removedUser}.`]

export const requests: Pick<
  NoticeTexts,
  'submitted' | 'received' | 'granted' | 'rejected' | 'revoked' | 'withdrawn' | 'revoked-by-requester' | 'expiry-set' | 'user-removed'
> = {
  submitted: {
    requester: ({ name, associations }) => ({
      subject: `Demande envoyée\u00a0: ${name}`,
      lines: [
        `La demande ${name} a été envoyée.`,
        ...associations.map(({ users, tenants }) => `Pour agir dans ${tenants}\u00a0: ${users}.`),
        'Chaque locataire répond pour lui-même.',
      ],
    }),
  },
  received: {
    user: ({ tenant }) => ({
      subject: `Un accès à ${tenant} a été demandé pour vous`,
      lines: [`Il a été demandé à ${tenant} de vous laisser y agir.`, 'Vous pourrez y accéder une fois la demande accordée.'],
    }),
    tenant: ({ requestingTenant, answerBy }) => ({
      subject: `${requestingTenant} demande l'accès`,
      lines: [
        `${requestingTenant} demande que certains de ses collaborateurs puissent agir dans votre locataire.`,
        "Personne n'y accède sans votre accord, et vous pouvez y mettre fin à tout moment.",
        ...(answerBy === null ? [] : [`Sans réponse avant le ${answerBy}, la demande devient caduque.`]),
      ],
    }),
  },
  granted: {
    requester: ({ tenant, expiresAt, removedUsers }) => ({
      subject: `${tenant} a accordé l'accès`,
      lines: [
        `${tenant} a accordé l'accès${until(expiresAt)}.`,
        `L'outil hérité est fermé dans ${tenant}\u00a0: seules les personnes incluses dans une demande accordée peuvent y accéder, quelle que soit la méthode.`,
        ...(removedUsers === null ? [] : [`Sans ${removedUsers}, qui ne fait plus partie de votre locataire.`]),
      ],
    }),
    user: ({ tenant, expiresAt }) => ({
      subject: `${tenant} vous a accordé l'accès`,
      lines: [`${tenant} vous a accordé l'accès${until(expiresAt)}.`],
    }),
    tenant: ({ by, requestingTenant, expiresAt, legacyClosed }) => ({
      subject: `Accès accordé à ${requestingTenant}`,
      lines: [
        `${by} a accordé l'accès à ${requestingTenant}${until(expiresAt)}.`,
        ...(legacyClosed
          ? [
              "Avec cette première réponse favorable, l'outil hérité est définitivement fermé dans votre locataire\u00a0: seules les personnes incluses dans une demande accordée peuvent y accéder.",
            ]
          : []),
      ],
    }),
  },
  rejected: {
    requester: ({ tenant }) => ({ subject: `${tenant} a rejeté la demande`, lines: [`${tenant} a rejeté la demande.`] }),
    user: ({ tenant }) => ({
      subject: `Accès à ${tenant}\u00a0: rejeté`,
      lines: [`Une demande pour que vous agissiez dans ${tenant} a été rejetée.`, NOW],
    }),
    tenant: ({ by, requestingTenant }) => ({
      subject: `Demande de ${requestingTenant} rejetée`,
      lines: [`${by} a rejeté la demande de ${requestingTenant}.`],
    }),
  },
  revoked: {
    requester: ({ tenant }) => ({ subject: `${tenant} a révoqué l'accès`, lines: [`${tenant} a révoqué l'accès.`, GONE] }),
    user: ({ tenant }) => ({
      subject: `Accès à ${tenant}\u00a0: révoqué`,
      lines: [`Un de vos accès à ${tenant} a été révoqué.`, NOW],
    }),
    tenant: ({ by, requestingTenant }) => ({
      subject: `Accès de ${requestingTenant} révoqué`,
      lines: [`${by} a révoqué l'accès de ${requestingTenant}.`, GONE],
    }),
  },
  withdrawn: {
    requester: ({ by, tenant, removedUser }) => ({
      subject: `Demande à ${tenant} retirée`,
      lines: [`${by} a retiré la demande à ${tenant}.`, ...last(removedUser)],
    }),
    user: ({ tenant }) => ({
      subject: `Accès à ${tenant}\u00a0: retiré`,
      lines: [`Une demande pour que vous agissiez dans ${tenant} a été retirée.`, NOW],
    }),
    tenant: ({ requestingTenant }) => ({
      subject: `${requestingTenant} a retiré sa demande`,
      lines: [`${requestingTenant} a retiré sa demande.`, "Vous n'avez plus à y répondre."],
    }),
  },
  'revoked-by-requester': {
    requester: ({ by, tenant, removedUser }) => ({
      subject: `Renonciation à l'accès à ${tenant}`,
      lines: [`${by} a renoncé à l'accès à ${tenant}.`, ...last(removedUser)],
    }),
    user: ({ tenant }) => ({
      subject: `Accès à ${tenant}\u00a0: révoqué`,
      lines: [`Un de vos accès à ${tenant} a été révoqué.`, NOW],
    }),
    tenant: ({ requestingTenant }) => ({
      subject: `${requestingTenant} a renoncé à son accès`,
      lines: [`${requestingTenant} a renoncé à son accès.`, GONE],
    }),
  },
  'expiry-set': {
    requester: ({ tenant, expiresAt }) => ({
      subject: `${tenant} a modifié la fin de l'accès`,
      lines: [`${tenant} a modifié la fin de l'accès. Il expire maintenant le ${expiresAt}.`],
    }),
    user: ({ tenant, expiresAt }) => ({
      subject: `Accès à ${tenant}\u00a0: nouvelle fin`,
      lines: [`Un de vos accès à ${tenant} expire maintenant le ${expiresAt}.`],
    }),
    tenant: ({ by, requestingTenant, expiresAt }) => ({
      subject: `Accès de ${requestingTenant}\u00a0: nouvelle fin`,
      lines: [`${by} a modifié la fin de l'accès de ${requestingTenant}. Il expire maintenant le ${expiresAt}.`],
    }),
  },
  'user-removed': {
    requester: ({ user, tenant }) => ({
      subject: `Exclusion de ${user} de la demande à ${tenant}`,
      lines: [`La demande à ${tenant} n'inclut plus ${user}.`],
    }),
    user: ({ tenant }) => ({
      subject: `Accès à ${tenant}\u00a0: exclu`,
      lines: [`Vous avez été exclu d'une demande à ${tenant}.`, NOW],
    }),
  },
}
