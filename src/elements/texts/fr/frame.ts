/** What `consentry-console` says, in French. */
import type { Texts } from '../texts.js'

export const frame: Texts['frame'] = {
  navigation: 'Pages',
  pages: {
    outgoing: 'Demandes sortantes',
    'new-request': 'Nouvelle demande',
    incoming: 'Demandes entrantes',
    sessions: 'Sessions',
    history: 'Historique',
    timeline: 'Accès dans le temps',
    'my-access': 'Ma zone',
    legacy: 'Outil hérité',
  },
  incomplete: { title: "Cette page n'est pas complète", text: "Une partie n'a pas pu être chargée. Rechargez la page." },
  reload: 'Recharger',
}
