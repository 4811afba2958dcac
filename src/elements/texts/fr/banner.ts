/** What `consentry-banner` says, in French. */
import type { Texts } from '../texts.js'

export const banner: Texts['banner'] = {
  label: "Emprunt d'identité",
  inside: (tenant, user) => `Vous êtes dans ${tenant} en tant que ${user}`,
  left: (minutes, formats) =>
    minutes < 1
      ? "moins d'une minute restante"
      : `${formats.number(minutes)} ${formats.plural(minutes, { one: 'minute restante', other: 'minutes restantes' })}`,
  endsAt: (when) => `se termine à ${when}`,
  recorded: 'chaque action est enregistrée à votre nom',
  leave: 'Quitter',
  leaving: 'Sortie en cours',
  soon: (tenant) => `Il reste moins de deux minutes dans ${tenant}.`,
  hasLeft: (tenant) => `Vous avez quitté ${tenant}.`,
  otherTool: "Quittez-le par l'outil qui vous y a fait accéder.",
  notLeft: 'On ne sait pas non plus si vous venez de le quitter.',
  leaveFailed: "Le serveur n'a pas pu terminer la session. Réessayez.",
  unknown: {
    inside: (tenant) => `On ne sait pas si vous êtes encore dans ${tenant}`,
    anywhere: 'On ne sait pas si vous êtes dans un autre locataire',
    noAnswer: 'Le serveur ne répond pas comme prévu. Il est interrogé de nouveau toutes les quelques secondes.',
    loggedOut: 'Votre connexion a pris fin. Connectez-vous de nouveau pour le savoir, et pour quitter.',
    overdue: (when) => `La session devait se terminer à ${when}. Le serveur est interrogé.`,
  },
  ended: {
    inside: (tenant) => `Vous n'êtes plus dans ${tenant}`,
    anywhere: 'Votre session dans un autre locataire a pris fin',
    at: (when) => `Terminée le ${when}`,
    causes: {
      'ended-by-user': "Vous l'avez quitté vous-même, peut-être dans un autre onglet.",
      'ended-by-tenant': 'Une personne du locataire a mis fin à la session.',
      'ended-by-requester': 'Un de vos collègues a mis fin à la session.',
      expired: 'La durée de la session est écoulée.',
      'access-lost': 'Votre accès a pris fin, et la session avec lui.',
      'not-found': 'Le serveur ne connaît plus cette session.',
    },
    acknowledge: "J'ai compris",
  },
}
