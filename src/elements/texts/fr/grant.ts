/** What `consentry-grant` says, in French. */
import type { Texts } from '../texts.js'

export const grant: Texts['grant'] = {
  request: 'La demande',
  from: 'De',
  message: 'Message',
  number: 'Numéro',
  sent: 'Envoyée le',
  answeredBy: 'Réponse de',
  answeredAt: 'Répondu le',
  ends: 'Expire le',
  ended: 'Terminé le',
  states: {
    pending: { title: 'Cette demande attend une réponse', text: "Elle ne permet encore à personne d'accéder." },
    holds: { title: "L'accès est actif", text: 'Les personnes incluses dans cette demande peuvent accéder à votre locataire.' },
    soon: {
      title: (relative) => `L'accès expire ${relative}`,
      text: "Ensuite, plus personne n'accède par cette demande. Modifiez la date d'expiration pour le prolonger.",
    },
    ended: {
      title: "L'accès a pris fin",
      text: 'Plus personne ne peut accéder par cette demande. Un accès terminé ne revient pas\u00a0: il faut une nouvelle demande.',
    },
    never: { title: "Il n'y a pas d'accès", text: 'Personne ne peut accéder par cette demande. Il en faut une nouvelle.' },
  },
  answerNow: 'Répondre',
  changeExpiry: "Modifier la date d'expiration",
  saveExpiry: 'Enregistrer',
  saved: "La date d'expiration est enregistrée.",
  revoke: "Révoquer l'accès",
  revoking: {
    title: 'Révoquer cet accès\u00a0?',
    text: "Il prend fin immédiatement, même pour les personnes déjà à l'intérieur. Il ne peut pas être rendu\u00a0: il faut une nouvelle demande.",
  },
  revokeNow: 'Révoquer maintenant',
  meanwhile: "Cet accès a pris fin ou a changé entre-temps. Votre modification n'a pas été faite.",
}
