/** What `consentry-sessions` says, in French. */
import type { Texts } from '../texts.js'

export const sessions: Texts['sessions'] = {
  title: "Sessions d'emprunt d'identité",
  lead: 'Qui a agi dans un locataire, depuis quand, et comment cela a pris fin. Une session en cours peut être terminée à tout moment.',
  filter: 'Filtrer en fonction du statut',
  filters: { all: 'Toutes', live: 'En cours', ended: 'Terminées' },
  more: (count) => `${count}+`,
  columns: { who: 'Qui', way: 'Méthode et motif', when: 'Session', action: 'Action' },
  methods: {
    'access-request': "Demande d'accès",
    'legacy-configure': 'Impersonate & Configure',
    'legacy-support': 'Impersonate & Support',
  },
  live: 'En cours',
  ended: 'Terminée',
  insideOf: (tenant) => `dans ${tenant}`,
  someone: 'Une personne de ce locataire',
  noReason: 'Sans motif',
  since: (when) => `depuis le ${when}`,
  until: (when) => `jusqu'au ${when} au plus tard`,
  causes: {
    'ended-by-user': 'Quittée',
    'ended-by-tenant': 'Terminée par le locataire',
    'ended-by-requester': 'Terminée par le locataire demandeur',
    expired: 'Durée écoulée',
    'access-lost': 'Accès terminé',
  },
  by: (cause, user) => `${cause}\u00a0: ${user}`,
  end: 'Terminer',
  sessionOf: (name) => `la session de ${name}`,
  confirm: 'Terminer cette session immédiatement\u00a0?',
  endNow: 'Oui, terminer',
  ending: 'Fin en cours',
  keep: 'Annuler',
  done: (name) => `Session terminée\u00a0: ${name}`,
  meanwhile: (name) => `Cette session avait pris fin entre-temps\u00a0: ${name}`,
  errors: {
    unreachable:
      "Le serveur n'a pas répondu\u00a0: on ne sait pas si la session est terminée. Vous pouvez réessayer sans risque, l'état est d'abord vérifié.",
    impersonating: "Vous êtes dans un autre locataire. Quittez-le d'abord, puis terminez cette session.",
    'not-found': "Cette session n'existe plus pour vous.",
    'not-permitted': 'Vous ne pouvez plus terminer de sessions. Adressez-vous à un administrateur de votre locataire.',
  },
  empty: {
    all: "Aucune session pour l'instant. Quand quelqu'un accède à un locataire, sa session s'affiche ici.",
    live: "Personne n'est à l'intérieur en ce moment.",
    ended: "Aucune session n'a encore pris fin.",
  },
  showAll: 'Afficher toutes les sessions',
  showMore: 'Afficher plus',
}
