/** What `consentry-outgoing` says, in French. */
import { counted } from '../counted.js'
import type { Texts } from '../texts.js'

export const outgoing: Texts['outgoing'] = {
  title: 'Demandes sortantes',
  lead: 'Demandez à vos clients de laisser vos collaborateurs agir dans leurs locataires. Chaque client répond pour lui-même.',
  create: 'Créer une nouvelle demande',
  filter: 'Filtrer en fonction du statut',
  filters: {
    all: 'Toutes',
    pending: 'En attente',
    granted: 'Accordées',
    soon: 'Expirent bientôt',
    rejected: 'Rejetées',
    ended: 'Terminées',
  },
  more: (count) => `${count}+`,
  search: 'Rechercher',
  searchHint: 'Nom, client ou personne',
  columns: { tenant: 'Locataire', status: 'Statut', access: 'Accès', action: 'Action' },
  sentBy: (when, user) => `Envoyée le ${when} par ${user}`,
  removedAt: (user, when) => `${user}\u00a0: exclusion le ${when}`,
  waits: (relative) => `Envoyée ${relative}`,
  requestTo: (tenant) => `La demande à ${tenant}`,
  renew: 'Renouveler',
  askAgain: 'Redemander',
  view: 'Afficher la demande',
  tenants: 'Une demande par locataire',
  people: 'Personnes',
  associations: "Telle qu'elle a été envoyée",
  into: 'Vers\u00a0:',
  end: {
    withdrawOutgoing: 'Retirer',
    withdrawRequest: 'Retirer tout ce qui est en attente',
    revokeOutgoing: 'Renoncer',
    removeUser: 'Exclure de toutes les demandes',
    endAll: 'Tout terminer',
  },
  confirm: {
    withdrawOutgoing: {
      title: (tenant) => `Retirer la demande à ${tenant}\u00a0?`,
      text: "Le locataire ne peut plus y répondre et voit qu'elle a été retirée. Pour redemander, il faut une nouvelle demande.",
      now: 'Retirer maintenant',
    },
    withdrawRequest: {
      title: (name) => `Retirer ce qui est encore en attente de ${name}\u00a0?`,
      text: "Les locataires qui n'ont pas répondu ne peuvent plus le faire. Les réponses déjà données restent inchangées.",
      now: 'Tout retirer',
    },
    revokeOutgoing: {
      title: (tenant) => `Renoncer à l'accès à ${tenant}\u00a0?`,
      text: "L'accès par cette demande prend fin immédiatement, même pour les personnes déjà à l'intérieur. Il ne peut pas être rendu\u00a0: il faut une nouvelle demande.",
      now: 'Renoncer maintenant',
    },
    removeUser: {
      title: (user) => `Exclure ${user} de toutes les demandes\u00a0?`,
      text: "Cette personne quitte définitivement toutes les demandes en attente ou accordées de votre locataire, et l'accès qu'elles lui donnaient prend fin immédiatement. Une demande qui n'a plus personne prend fin.",
      now: 'Exclure maintenant',
    },
    endAll: {
      title: (tenant) => `Tout terminer avec ${tenant}\u00a0?`,
      text: "Toutes les demandes ouvertes, tous les accès et toutes les sessions en cours entre vos deux locataires prennent fin immédiatement, y compris par l'outil hérité. Rien ne peut être rendu.",
      now: 'Tout terminer',
    },
  },
  done: {
    withdrawOutgoing: (tenant) => `Demande retirée\u00a0: ${tenant}`,
    withdrawRequest: (name) => `Retrait effectué pour ${name}\u00a0:`,
    revokeOutgoing: (tenant) => `Vous avez renoncé à l'accès\u00a0: ${tenant}`,
    removeUser: (user) => `Exclusion de ${user}\u00a0:`,
    endAll: (tenant) => `Terminé avec ${tenant}\u00a0:`,
  },
  counted: {
    granted: (count, formats) => counted(count, formats, '1 accordée', (n) => `${n} accordées`),
    pending: (count, formats) => `${formats.number(count)} en attente`,
    rejected: (count, formats) => counted(count, formats, '1 rejetée', (n) => `${n} rejetées`),
    ended: (count, formats) => counted(count, formats, '1 terminée', (n) => `${n} terminées`),
    others: (count, formats) => counted(count, formats, 'et 1 autre', (n) => `et ${n} autres`),
    showAll: (count, formats) => counted(count, formats, 'Afficher le locataire', (n) => `Afficher les ${n} locataires`),
    requests: (count, formats) =>
      count === 0 ? "plus rien n'était ouvert." : counted(count, formats, '1 demande.', (n) => `${n} demandes.`),
    removed: (count, formats) =>
      count === 0 ? "aucune demande ouverte n'inclut plus cette personne." : counted(count, formats, '1 demande.', (n) => `${n} demandes.`),
    sessions: (count, formats) => counted(count, formats, '1 session en cours.', (n) => `${n} sessions en cours.`),
    partly: (count, formats) => counted(count, formats, 'Un élément avait déjà pris fin.', (n) => `${n} éléments avaient déjà pris fin.`),
  },
  changed: "Cette demande a changé depuis que vous l'avez ouverte. Vérifiez-la, puis confirmez de nouveau.",
  meanwhile: "Cette demande a reçu une réponse ou a pris fin entre-temps. Ce que vous vouliez n'a pas été fait.",
  lookedUp: 'Cette demande a maintenant une réponse ou a pris fin. Si la fin vient de vous, votre commande est arrivée.',
  showMore: 'Afficher plus',
  found: (count, formats) => `${formats.number(count)} ${formats.plural(count, { one: 'résultat', other: 'résultats' })}`,
  searchedNewest: (count) => `La recherche porte sur les ${count} plus récentes. Choisissez un statut pour la restreindre.`,
  empty: {
    all: "Aucune demande pour l'instant. Ce que vous envoyez à vos clients s'affiche ici, avec leurs réponses.",
    pending: "Aucun locataire n'a de demande de votre part en attente.",
    granted: 'Aucun locataire ne donne accès à vos collaborateurs en ce moment.',
    soon: "Aucun accès n'expire dans la semaine.",
    rejected: "Aucun locataire n'a rejeté de demande.",
    ended: "Aucune demande, aucun accès n'a encore pris fin.",
    search: 'Aucune demande ne correspond.',
  },
  showAll: 'Afficher toutes les demandes',
  clearSearch: 'Effacer la recherche',
  trouble: {
    'not-permitted': {
      title: "Vous n'avez pas accès à cette page",
      text: 'Elle est réservée aux personnes qui envoient des demandes. Adressez-vous à un administrateur de votre locataire.',
    },
    'not-found': {
      title: "Cette demande n'existe pas",
      text: "Le lien est peut-être incomplet, ou votre locataire n'a pas envoyé cette demande.",
    },
  },
  errors: {
    unreachable:
      "Le serveur n'a pas répondu\u00a0: on ne sait pas si l'opération a eu lieu. Vous pouvez réessayer sans risque\u00a0: rien n'est fait deux fois.",
    impersonating:
      "Vous agissez dans un autre locataire, et seule une personne qui agit sous son propre nom peut le faire. Quittez d'abord ce locataire.",
    'not-permitted': 'Vous ne pouvez plus modifier de demandes. Adressez-vous à un administrateur de votre locataire.',
  },
}
