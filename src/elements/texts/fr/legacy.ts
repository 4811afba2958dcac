/** What `consentry-legacy` says, in French. */
import type { Texts } from '../texts.js'

export const legacy: Texts['legacy'] = {
  title: "Outil d'emprunt d'identité hérité",
  doors: { 'legacy-configure': 'Impersonate & Configure', 'legacy-support': 'Impersonate & Support' },
  unknown: {
    title: "Votre droit d'accès est vérifié au démarrage.",
    text: "L'outil fonctionne jusqu'à ce que le locataire accorde sa première demande d'accès. Ensuite, seules les personnes incluses dans une demande accordée peuvent accéder.",
  },
  granted: {
    title: "Le locataire vous a accordé l'accès.",
    text: 'Les deux méthodes fonctionnent pour vous tant que cet accès dure.',
  },
  closed: {
    title: "L'outil hérité est fermé ici",
    text: "Ce locataire décide maintenant par des demandes d'accès. Seules les personnes incluses dans une demande accordée peuvent accéder, quelle que soit la méthode.",
  },
  confirm: (tenant) => `Commencer l'emprunt d'identité dans ${tenant}\u00a0?`,
  confirmText: (door) => `Vous accédez par ${door}. La session est enregistrée à votre nom.`,
  yes: 'Oui',
  no: 'Non',
}
