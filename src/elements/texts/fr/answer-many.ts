/** What the list and its dialog say about answering several requests at once, in French. */
import { counted } from '../counted.js'
import type { Texts } from '../texts.js'

export const answerMany: Texts['answerMany'] = {
  all: 'Tout sélectionner',
  hint: 'Sélectionnez plusieurs demandes pour y répondre en une fois.',
  selected: counted('1 sélectionnée', (count) => `${count} sélectionnées`),
  hidden: counted('1 masquée', (count) => `${count} masquées`),
  most: 'maximum',
  open: counted('Répondre à 1…', (count) => `Répondre à ${count}…`),
  clear: 'Décocher',
  title: counted('Répondre à une demande', (count) => `Répondre à ${count} demandes`),
  nothingLeft: "Il n'y a plus de demande en attente",
  grantNow: counted("Accorder l'accès", (count) => `Accorder ${count} demandes`),
  rejectNow: counted('Rejeter la demande', (count) => `Rejeter ${count} demandes`),
  message: 'Message à tous',
  rejecting: {
    title: 'Le rejet de ces demandes est définitif.',
    text: 'Elles ne donnent aucun accès. Les expéditeurs voient votre réponse et peuvent soumettre de nouvelles demandes.',
  },
  done: {
    grant: counted('1 demande accordée', (count) => `${count} demandes accordées`),
    reject: counted('1 demande rejetée', (count) => `${count} demandes rejetées`),
  },
  meanwhile: counted(
    "Une demande a reçu une réponse ou a pris fin entre-temps. Votre réponse ne l'atteint pas.",
    (count) => `${count} demandes ont reçu une réponse ou ont pris fin entre-temps. Votre réponse ne les atteint pas.`,
  ),
  lookedUp: counted(
    'Une demande a maintenant une réponse, ou a pris fin. Si la réponse est la vôtre, elle est arrivée.',
    (count) => `${count} demandes ont maintenant une réponse, ou ont pris fin. Si les réponses sont les vôtres, elles sont arrivées.`,
  ),
  refused: counted("Une demande n'a pas pu recevoir de réponse.", (count) => `${count} demandes n'ont pas pu recevoir de réponse.`),
}
