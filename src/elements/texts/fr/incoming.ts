/** What `consentry-incoming` says, in French. */
import type { Texts } from '../texts.js'

export const incoming: Texts['incoming'] = {
  title: 'Demandes entrantes',
  lead: "Qui demande l'accès à votre locataire. Personne n'y accède sans votre accord, et vous pouvez y mettre fin à tout moment.",
  filter: 'Filtrer en fonction du statut',
  filters: { all: 'Toutes', pending: 'En attente', granted: 'Accordées', rejected: 'Rejetées', ended: 'Terminées' },
  more: (count) => `${count}+`,
  search: 'Rechercher',
  searchHint: 'Expéditeur, message, numéro',
  columns: { from: 'De', message: 'Message', status: 'Statut', action: 'Action' },
  manage: 'Gérer',
  view: 'Afficher',
  requestOf: (tenant) => `la demande de ${tenant}`,
  done: {
    grant: (tenant) => `Accès accordé à ${tenant}`,
    reject: (tenant) => `Demande rejetée\u00a0: ${tenant}`,
  },
  showMore: 'Afficher plus',
  found: (count, formats) => `${formats.number(count)} ${formats.plural(count, { one: 'demande', other: 'demandes' })}`,
  searchedNewest: (count) => `La recherche porte sur les ${count} plus récentes. Choisissez un statut pour la restreindre.`,
  empty: {
    all: "Aucune demande pour l'instant. Quand quelqu'un demande l'accès à votre locataire, sa demande s'affiche ici.",
    pending: "Aucune demande n'attend votre réponse.",
    granted: "Personne n'a accès à votre locataire par une demande.",
    rejected: "Aucune demande n'a été rejetée.",
    ended: "Aucun accès n'a encore pris fin.",
    search: 'Aucune demande ne correspond à la recherche.',
  },
  showAll: 'Afficher toutes les demandes',
  clearSearch: 'Effacer la recherche',
  back: 'Demandes entrantes',
}
