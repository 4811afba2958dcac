/** A host with channels of the library's, over nodemailer's own transporters, and one of its own. The compiler must accept all of it but the marked lines. */

import { createConsentry } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { type FeedFollower, followFeed } from 'consentry/feed'
import {
  DeliveryError,
  type MailMessage,
  type MailTexts,
  type MailTransport,
  mail,
  NOTICE_KINDS,
  type Notice,
  type NoticeChannel,
  type NoticeKind,
  type NoticeParty,
  type Notices,
  type ShownFacts,
  startNotices,
  webhook,
} from 'consentry/notices'
import { createTransport, type Transporter } from 'nodemailer'

const smtp = createTransport({ host: 'localhost', port: 25, pool: true })
const byUrl = createTransport('smtp://localhost')
const inMemory = createTransport({ jsonTransport: true })
declare const any: Transporter

const link = ({ page, id }: { readonly page: string; readonly id: string | null }) => `https://app.example/consentry#/${page}/${id ?? ''}`
const from = 'Consentry <access@example.com>'

export const channels: readonly NoticeChannel[] = [
  mail(smtp, { from, link }),
  mail(byUrl, {
    from: { name: 'Consentry', address: 'access@example.com' },
    link,
    locale: 'fr',
    timeZone: 'Europe/Paris',
    name: 'mail-fr',
  }),
  mail(inMemory, { from, link, locale: ({ id }) => (id === 'tom' ? 'fr' : 'en'), timeZone: () => 'UTC' }),
  mail(any, {
    from,
    link: (place, recipient, to) => `${link(place)}?to=${to.role === 'user' ? to.user : recipient.name}`,
    compose: (message, { notices, recipient }) => ({
      ...message,
      subject: `${notices.length} for ${recipient.email}`,
      replyTo: 'help@example.com',
    }),
  }),
  // A transport of the host's own.
  mail({ sendMail: async ({ to, subject, text }: MailMessage) => `${to.address} ${subject} ${text}` }, { from, link }),
]
export const transport: MailTransport = smtp

/** A language of the host's own: it says all of it, and knows what each party may know. */
declare const german: MailTexts
export const withGerman = mail(smtp, { from, link, texts: { de: german }, locale: 'de' })
export const endOf = ({ tenant, expiresAt }: ShownFacts<'granted', 'user'>): string => `${tenant} ${expiresAt ?? 'ohne Ende'}`
export const refused: DeliveryError = new DeliveryError('the address does not exist', { retry: false })

// @ts-expect-error: a tenant does not know the name of the request
export const nameOf = ({ name }: ShownFacts<'received', 'tenant'>): unknown => name
// @ts-expect-error: a text is missing
export const incomplete: MailTexts = { ...german, notices: { ...german.notices, lapsed: {} } }
// @ts-expect-error: the link is missing
mail(smtp, { from })
// @ts-expect-error: a transport can send
mail({}, { from, link })
// @ts-expect-error: a link is text
mail(smtp, { from, link: () => null })

const secret: string = `whsec_${'A'.repeat(32)}`
export const hooks: NoticeChannel = webhook({
  endpoint: async (party: NoticeParty) => (party.role === 'tenant' ? { url: `https://${party.tenant}.example/`, secret: [secret] } : null),
  trustedOrigins: ['http://127.0.0.1:8080'],
  timeoutMs: 10_000,
})

/** What a notice has depends on its kind and on whom it is for. */
export function textOf(notice: Notice): string {
  if (notice.kind === 'granted' && notice.to.role === 'tenant') return notice.to.tenant
  return notice.kind === 'expired' ? `ended at ${new Date(notice.at).toISOString()}` : notice.kind
}

export const log: NoticeChannel = {
  name: 'log',
  roles: ['tenant', 'user'],
  digests: false,
  async send({ notices: [first], attempt }, { signal, isClosed }) {
    signal.throwIfAborted()
    if (isClosed('log')) throw new DeliveryError('the log is full', { retry: false })
    if (attempt > 3) throw new DeliveryError(textOf(first), { retryAfterMs: 60_000, closes: 'log' })
  },
}

export const kinds: readonly NoticeKind[] = NOTICE_KINDS

// @ts-expect-error a webhook needs an endpoint
webhook({})
// @ts-expect-error an endpoint has a secret
webhook({ endpoint: () => ({ url: 'https://hooks.example.com' }) })
// @ts-expect-error there is no such role
export const role: NoticeParty = { role: 'vendor', tenant: 'classics' }

const repository = memoryRepository()
const consentry = createConsentry({ repository, directory: { members: () => [], askable: () => [] } })
export const running: Promise<Notices> = startNotices({
  consentry,
  repository,
  deliver: [hooks, log],
  remind: [{ days: 7 }],
  digest: { hours: 6 },
})
export const follower: FeedFollower = followFeed({ repository, reader: 'types', handle: async ([first]) => console.log(first?.event.type) })
// @ts-expect-error notices go by a channel
startNotices({ consentry, repository })
// @ts-expect-error a reader has a name
followFeed({ repository, handle: () => {} })
