/** What the elements that start sessions say, in French. */
import type { Texts } from '../texts.js'

export const entering: Texts['entering'] = {
  myAccess: 'Ma zone',
  reason: 'Motif de cette session',
  reasonHint: 'Il est conservé pour votre propre locataire. Le locataire auquel vous accédez ne le voit pas.',
  reasonTooLong: (most) => `Le motif ne peut pas dépasser ${most} caractères.`,
  reasonTooShort: (least) => `Indiquez un motif (lettres et chiffres, ${least} au moins).`,
  reasonInvalid: 'Le motif contient des caractères qui ne peuvent pas être envoyés. Saisissez-le au lieu de le coller.',
  starting: 'Démarrage',
  inside: (tenant) => `Vous êtes dans ${tenant}`,
  insideUntil: (when) => `La session se termine au plus tard le ${when}.`,
  leaveFirst: "Quittez-le avant d'accéder à un autre locataire.",
  tooMany: (limit) => `Vous avez déjà ${limit} sessions, ce qui est la limite. Terminez-en une, ou attendez que l'une d'elles prenne fin.`,
  ownTenant: "C'est votre propre locataire. Vous y êtes déjà.",
  denied: (tenant) => `Vous ne pouvez pas accéder à ${tenant}`,
  reasons: {
    pending: "Le locataire n'a pas encore répondu à la demande.",
    rejected: 'Le locataire a rejeté la demande.',
    expired: "L'accès a pris fin à sa date d'expiration.",
    revoked: "L'accès a été révoqué.",
    withdrawn: 'Votre propre locataire a retiré la demande.',
    lapsed: "Personne n'a répondu à temps à la demande.",
    removed: 'Vous ne faites plus partie de la demande.',
    'not-associated': "Vous ne faites partie d'aucune demande à ce locataire.",
    'legacy-closed': "Le locataire décide maintenant par des demandes d'accès. L'outil hérité est fermé ici, définitivement.",
    'legacy-not-permitted': "Vous ne pouvez pas utiliser l'outil hérité pour ce locataire.",
    'no-facts': "Rien n'est connu de ce locataire pour le moment.",
    'invalid-question': "Ce locataire n'existe pas.",
  },
  askForRequest: "Demandez à votre administrateur de soumettre une demande d'accès.",
  unsent: "Votre motif, qui n'a pas été envoyé",
  trouble: {
    impersonating: {
      title: 'Vous êtes dans un autre locataire',
      text: "Quittez-le d'abord. Cette page est réservée aux personnes qui agissent sous leur propre nom.",
    },
    'not-permitted': { title: "Vous n'avez pas accès à cette page", text: 'Adressez-vous à un administrateur de votre locataire.' },
    'not-found': { title: "Il n'y a rien ici", text: "L'adresse est peut-être incomplète." },
  },
  errors: {
    impersonating: "Vous êtes déjà dans un locataire. Quittez-le avant d'accéder à un autre.",
    'not-permitted': 'Vous ne pouvez pas commencer de session. Adressez-vous à un administrateur de votre locataire.',
    'not-found': "Ce locataire n'existe plus.",
  },
}
