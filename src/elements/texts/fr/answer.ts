/** What `consentry-answer` says, in French. */
import type { Texts } from '../texts.js'

export const answer: Texts['answer'] = {
  title: (tenant) => `${tenant} demande l'accès`,
  answered: (tenant) => `La demande de ${tenant}`,
  choice: 'Votre réponse',
  grant: 'Accorder',
  reject: 'Rejeter',
  sending: 'Envoi en cours',
  closesLegacy: {
    title: "Accorder l'accès ferme ici l'outil d'emprunt d'identité hérité, définitivement.",
    text: 'Ensuite, seules les personnes incluses dans les demandes que vous avez accordées peuvent accéder à votre locataire, quelle que soit la méthode.',
  },
  ways: {
    title: 'Qui peut accéder à votre locataire',
    columns: { way: 'Méthode', today: "Aujourd'hui", after: 'Après votre accord' },
    nobody: 'Personne',
    tool: "Les personnes admises par l'outil hérité, s'il existe",
    granted: 'Seules les personnes des demandes que vous avez accordées',
  },
  rejecting: {
    title: 'Le rejet de cette demande est définitif.',
    text: "Elle ne donne aucun accès. L'expéditeur voit votre réponse et peut soumettre une nouvelle demande.",
  },
  lapses: (relative) => `Sans réponse, elle devient caduque ${relative}.`,
  meanwhile: "Cette demande a reçu une réponse ou a pris fin entre-temps. Votre réponse n'a pas été envoyée.",
  lookedUp: 'La demande a maintenant une réponse, ou a pris fin. Si la réponse est la vôtre, elle est arrivée.',
  unsent: "Votre message, qui n'a pas été envoyé",
  changed: "Cette demande a changé depuis que vous l'avez ouverte. Vérifiez-la, puis répondez de nouveau.",
  requester: 'Vous appartenez aussi au locataire demandeur et ne pouvez pas répondre à ses demandes. Laissez un collègue répondre.',
  notGrantable:
    "Cette demande ne peut plus être accordée\u00a0: les personnes incluses ne sont plus là. Rejetez-la, ou demandez-en une nouvelle à l'expéditeur.",
}
