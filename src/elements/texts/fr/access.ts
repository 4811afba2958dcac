/** What `consentry-my-access` says, in French. */
import type { Texts } from '../texts.js'

export const access: Texts['access'] = {
  title: "Usurpation d'identité",
  lead: "Locataires auxquels vous avez été associé via une demande d'accès. Seuls ceux dont le statut est Accordé sont accessibles.",
  filter: 'Filtrer en fonction du statut',
  filters: { all: 'Tous', granted: 'Accordés', pending: 'En attente', rejected: 'Rejetés', ended: 'Terminés' },
  more: (count) => `${count}+`,
  search: 'Rechercher',
  searchHint: 'Locataire, message',
  columns: { tenant: 'Locataire', status: 'Statut', access: 'Accès', action: 'Action' },
  enter: 'Accéder',
  view: 'Afficher',
  start: "Commencer l'emprunt d'identité",
  granted: (when) => `Accordé le ${when}`,
  message: 'Message du locataire',
  renewal: 'Une demande de renouvellement est en attente.',
  askToRenew: 'Demandez à votre administrateur de le renouveler.',
  showMore: 'Afficher plus',
  found: (count, formats) => `${formats.number(count)} ${formats.plural(count, { one: 'locataire', other: 'locataires' })}`,
  searchedNewest: (count) => `La recherche porte sur les ${count} plus récents. Choisissez un statut pour la restreindre.`,
  empty: {
    all: "Vous ne faites encore partie d'aucune demande. Votre administrateur demande l'accès aux locataires et vous y inclut.",
    granted: "Aucun locataire ne vous donne accès pour l'instant.",
    pending: "Aucune demande dont vous faites partie n'attend de réponse.",
    rejected: "Aucune demande dont vous faites partie n'a été rejetée.",
    ended: "Aucun accès n'a encore pris fin.",
    search: 'Aucun locataire ne correspond à la recherche.',
  },
  showAll: 'Afficher tous les locataires',
  clearSearch: 'Effacer la recherche',
}
