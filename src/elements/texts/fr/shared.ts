/** What several elements say, in French. */
import type { Texts } from '../texts.js'

export const shared: Texts['shared'] = {
  retry: 'Réessayer',
  cancel: 'Annuler',
  close: 'Fermer',
  loading: 'Chargement',
  status: {
    pending: 'En attente',
    granted: 'Accordé',
    rejected: 'Rejeté',
    withdrawn: 'Retiré',
    revoked: 'Révoqué',
    expired: 'Expiré',
    lapsed: 'Sans réponse',
    removed: 'Exclu',
  },
  trouble: {
    unreachable: {
      title: 'Pas de connexion',
      text: "Le serveur est injoignable ou n'a pas répondu. Rien de ce que vous avez saisi n'est perdu.",
    },
    busy: { title: 'Indisponible pour le moment', text: 'Le serveur ne peut pas répondre maintenant. Réessayez dans une minute.' },
    'not-logged-in': {
      title: "Vous n'êtes pas connecté",
      text: 'Votre connexion a pris fin. Connectez-vous de nouveau, puis revenez à cette page.',
    },
    impersonating: {
      title: 'Vous êtes dans un autre locataire',
      text: "Quittez-le d'abord. Cette page est réservée aux personnes qui agissent sous leur propre nom.",
    },
    'not-permitted': {
      title: "Vous n'avez pas accès à cette page",
      text: 'Elle est réservée aux personnes qui répondent aux demandes. Adressez-vous à un administrateur de votre locataire.',
    },
    'not-found': {
      title: "Cette demande n'existe pas",
      text: "Le lien est peut-être incomplet, ou la demande n'est pas adressée à votre locataire.",
    },
    unknown: {
      title: "Une erreur s'est produite",
      text: "Le serveur n'a pas pu le faire. Réessayez\u00a0; si cela se répète, prévenez votre administrateur.",
    },
  },
  outdated: "Les données n'ont pas pu être actualisées.",
  sent: (when) => `Envoyée le ${when}`,
  tag: (tag) => `N°\u00a0${tag}`,
  noMessage: 'Aucun message',
  endsAt: (when) => `Expire le ${when}`,
  noEnd: "Sans date d'expiration",
  lapses: (relative) => `Sans réponse, caduque ${relative}`,
  by: (user) => `par ${user}`,
  colleague: 'un collègue',
  endings: {
    expired: () => "L'accès a pris fin de lui-même, à sa date d'expiration.",
    rejected: (user) => `La demande a été rejetée par ${user}.`,
    revoked: (user) => `L'accès a été révoqué par ${user}.`,
    givenUp: (tenant) => `${tenant} a renoncé à l'accès.`,
    withdrawn: (tenant) => `${tenant} a retiré la demande.`,
    lapsed: () => "Personne n'a répondu à temps\u00a0: la demande est caduque.",
  },
  errors: {
    summary: (count, formats) =>
      formats.plural(count, { one: 'Une saisie est à corriger', other: `${formats.number(count)} saisies sont à corriger` }),
    kept: 'Votre saisie est conservée.',
    unreachable:
      "Le serveur n'a pas répondu\u00a0: on ne sait pas si l'opération a eu lieu. Vous pouvez réessayer sans risque, l'état est d'abord vérifié.",
    busy: 'Le serveur ne peut pas le faire pour le moment. Réessayez dans une minute.',
    'not-logged-in': 'Votre connexion a pris fin. Connectez-vous de nouveau dans un autre onglet, puis revenez et réessayez.',
    impersonating:
      "Vous agissez dans un autre locataire, et seule une personne qui agit sous son propre nom peut répondre. Quittez d'abord ce locataire.",
    'not-permitted': 'Vous ne pouvez plus répondre aux demandes. Adressez-vous à un administrateur de votre locataire.',
    'not-found': "Cette demande n'existe plus.",
    unknown: "Le serveur n'a pas pu le faire. Réessayez\u00a0; si cela se répète, prévenez votre administrateur.",
  },
}
