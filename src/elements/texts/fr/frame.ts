/** What `consentry-console` says, in French. */
import type { Texts } from '../texts.js'

export const frame: Texts['frame'] = {
  navigation: 'Pages',
  pages: { incoming: 'Demandes entrantes', 'my-access': 'Ma zone', sessions: 'Sessions', legacy: 'Outil hérité' },
  incomplete: { title: "Cette page n'est pas complète", text: "Une partie n'a pas pu être chargée. Rechargez la page." },
  reload: 'Recharger',
}
