/** Notices: each party is told of what it may know, by mail, webhook or a channel of the host's. */
export {
  DeliveryError,
  type DeliveryErrorOptions,
  type NoticeChannel,
  type NoticeDelivery,
  type SendContext,
} from './notices/channel.js'
export { mail } from './notices/mail.js'
export type { MailAddress, MailLink, MailMessage, MailOccasion, MailOptions, MailTransport } from './notices/mail-options.js'
export type { MailPage, MailTexts, NoticeText, NoticeTexts, ShownAssociation, ShownFacts } from './notices/mail-texts.js'
export { NOTICE_KINDS, type Notice, type NoticeKind, type NoticeOf, type NoticeParty, type NoticeRole } from './notices/notice.js'
export type { NoticesOptions } from './notices/options.js'
export { type Notices, startNotices } from './notices/start-notices.js'
export type { DeadNotice } from './notices/stored-notice.js'
export { type WebhookOptions, webhook } from './notices/webhook.js'
export type { WebhookEndpoint } from './notices/webhook-endpoint.js'
