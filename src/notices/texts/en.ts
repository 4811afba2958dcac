/** The texts of mails in English. */
import type { MailTexts } from '../mail-texts.js'
import { ends } from './en/ends.js'
import { requests } from './en/requests.js'
import { sessions } from './en/sessions.js'

/** The texts of mails in English. */
export const enMail: MailTexts = {
  direction: 'ltr',
  methods: {
    'access-request': 'Access request',
    'legacy-configure': 'Impersonate & Configure',
    'legacy-support': 'Impersonate & Support',
  },
  tag: (tag) => `No. ${tag}`,
  happened: (when) => `Date: ${when}`,
  others: (_count, shown) => `${shown} others`,
  rest: 'The page has the rest.',
  message: 'Message',
  reason: 'Reason',
  open: {
    incoming: 'Open the request',
    outgoing: 'Open the outgoing requests',
    'new-request': 'Prepare a new request',
    'my-access': 'See where you can act',
    sessions: 'Open the sessions',
  },
  why: {
    requester: (tenant) => `You get this mail because you may send the requests of ${tenant}.`,
    tenant: (tenant) => `You get this mail because you may answer requests to ${tenant}.`,
    user: (tenant) => `You get this mail because ${tenant} asks for access for you.`,
  },
  digest: {
    subject: (_count, shown) => `${shown} updates about your access requests`,
    more: (count, shown) => (count === 1 ? 'There is one more.' : `There are ${shown} more.`),
  },
  notices: { ...requests, ...ends, ...sessions },
}
