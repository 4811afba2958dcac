/** The texts of mails in French, in the words of the product's own documentation. */
import type { MailTexts } from '../mail-texts.js'
import { ends } from './fr/ends.js'
import { requests } from './fr/requests.js'
import { sessions } from './fr/sessions.js'

/** The texts of mails in French. */
export const frMail: MailTexts = {
  direction: 'ltr',
  methods: {
    'access-request': "Demande d'accès",
    'legacy-configure': 'Impersonate & Configure',
    'legacy-support': 'Impersonate & Support',
  },
  tag: (tag) => `N°\u00a0${tag}`,
  happened: (when) => `Date\u00a0: ${when}`,
  others: (_count, shown) => `${shown} autres`,
  rest: 'La page affiche la suite.',
  message: 'Message',
  reason: 'Motif',
  open: {
    incoming: 'Ouvrir la demande',
    outgoing: 'Ouvrir les demandes sortantes',
    'new-request': 'Préparer une nouvelle demande',
    'my-access': 'Voir où vous pouvez agir',
    sessions: 'Ouvrir les sessions',
  },
  why: {
    requester: (tenant) => `Vous recevez ce message car vous pouvez envoyer les demandes de ${tenant}.`,
    tenant: (tenant) => `Vous recevez ce message car vous pouvez répondre aux demandes adressées à ${tenant}.`,
    user: (tenant) => `Vous recevez ce message car ${tenant} demande un accès pour vous.`,
  },
  digest: {
    subject: (_count, shown) => `${shown} nouvelles de vos demandes d'accès`,
    more: (count, shown) => (count === 1 ? 'Il y en a une autre.' : `Il y en a ${shown} autres.`),
  },
  notices: { ...requests, ...ends, ...sessions },
}
