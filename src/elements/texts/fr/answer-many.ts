/** What the list and its dialog say about answering several requests at once, in French. */
import { counted } from '../counted.js'
import type { Texts } from '../texts.js'

export const answerMany: Texts['answerMany'] = {
  all: 'Tout sélectionner',
  hint: 'Sélectionnez plusieurs demandes pour y répondre en une fois.',
  selected: (count, formats) => counted(count, formats, '1 sélectionnée', (n) => `${n} sélectionnées`),
  hidden: (count, formats) => counted(count, formats, '1 masquée', (n) => `${n} masquées`),
  most: 'maximum',
  open: (count, formats) => counted(count, formats, 'Répondre à 1…', (n) => `Répondre à ${n}…`),
  clear: 'Décocher',
  title: (count, formats) => counted(count, formats, 'Répondre à une demande', (n) => `Répondre à ${n} demandes`),
  nothingLeft: "Il n'y a plus de demande en attente",
  grantNow: (count, formats) => counted(count, formats, "Accorder l'accès", (n) => `Accorder ${n} demandes`),
  rejectNow: (count, formats) => counted(count, formats, 'Rejeter la demande', (n) => `Rejeter ${n} demandes`),
  message: 'Message à tous',
  rejecting: {
    title: 'Le rejet de ces demandes est définitif.',
    text: 'Elles ne donnent aucun accès. Les expéditeurs voient votre réponse et peuvent soumettre de nouvelles demandes.',
  },
  done: {
    grant: (count, formats) => counted(count, formats, '1 demande accordée', (n) => `${n} demandes accordées`),
    reject: (count, formats) => counted(count, formats, '1 demande rejetée', (n) => `${n} demandes rejetées`),
  },
  meanwhile: (count, formats) =>
    counted(
      count,
      formats,
      "Une demande a reçu une réponse ou a pris fin entre-temps. Votre réponse ne l'atteint pas.",
      (n) => `${n} demandes ont reçu une réponse ou ont pris fin entre-temps. Votre réponse ne les atteint pas.`,
    ),
  lookedUp: (count, formats) =>
    counted(
      count,
      formats,
      'Une demande a maintenant une réponse, ou a pris fin. Si la réponse est la vôtre, elle est arrivée.',
      (n) => `${n} demandes ont maintenant une réponse, ou ont pris fin. Si les réponses sont les vôtres, elles sont arrivées.`,
    ),
  refused: (count, formats) =>
    counted(count, formats, "Une demande n'a pas pu recevoir de réponse.", (n) => `${n} demandes n'ont pas pu recevoir de réponse.`),
}
