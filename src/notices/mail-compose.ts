/** The making of one mail: from notices, names and a recipient to what a transport gets. */
import * as z from 'zod'
import { ignoreRejection } from '../domain/host-calls.js'
import { textHash } from '../domain/text-hash.js'
import type { Recipient } from '../ports/people.js'
import type { NoticeDelivery } from './channel.js'
import { htmlBody, type MailContent, plainSentence, textBody } from './mail-body.js'
import { type FactFormats, type MailNames, mailFormats, oneLine, showFacts, tenantName, withoutDirection } from './mail-facts.js'
import type { MailLink, MailMessage, MailSettings } from './mail-options.js'
import type { NoticeText } from './mail-texts.js'
import type { Notice } from './notice.js'

/** How many notices of a digest a mail lists. */
export const MAX_ITEMS = 50

/** Notices whose instant is that of a reminder: it says nothing about what is ahead. */
const REMINDERS: readonly string[] = ['ends-soon', 'unanswered']

/**
 * Returns the mail of a delivery for one recipient.
 * @throws What a function of the host throws, and a `TypeError` for one that returns nonsense.
 */
export function composeMail(
  { from, link, locale, timeZone, texts, compose, name }: MailSettings,
  { id, notices, to }: Pick<NoticeDelivery, 'id' | 'notices' | 'to'>,
  recipient: Recipient,
  names: MailNames,
  now: number,
): MailMessage {
  const language = typeof locale === 'function' ? ignoreRejection(locale(recipient)) : locale
  const spoken = texts.get(language)
  if (spoken === undefined) throw new TypeError('`locale` returned a language without texts: add them to `texts`')
  const zone = typeof timeZone === 'function' ? ignoreRejection(timeZone(recipient)) : timeZone
  if (typeof zone !== 'string' || zone === '') throw new TypeError('`timeZone` must return the name of a time zone')
  const formats = { texts: spoken, names, ...mailFormats(language, zone) }
  const content = notices.length === 1 ? noticeContent(notices[0], formats) : digestContent(notices, formats)
  const { page } = content.to
  const { direction } = spoken
  const mail: MailContent = {
    ...content,
    locale: language,
    direction,
    subject: oneLine(plainSentence(content.subject, direction)),
    link: { label: spoken.open[page], href: addressOfLink(ignoreRejection(link(content.to, recipient, to))) },
    footer: withOneStop(spoken.why[to.role](tenantName(to.tenant, names))),
  }
  const message: MailMessage = {
    from,
    to: { name: inHeader(oneLine(withoutDirection(recipient.name))), address: recipient.email },
    subject: inHeader(mail.subject),
    text: textBody(mail),
    html: htmlBody(mail),
    // By it, a mail program shows once what was sent twice.
    messageId: `<${id}.${textHash(`${name} ${recipient.id}`).toString(36)}@consentry>`,
    date: new Date(now),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Consentry-Notice': id },
  }
  return compose === undefined ? message : checkedMail(ignoreRejection(compose(message, { notices, recipient, to })))
}

/** A text of a header field without encoded words (RFC 2047): programs decode them, and find line ends. */
const inHeader = (text: string) => text.replaceAll('=?', '= ?')

type Content = Pick<MailContent, 'subject' | 'lines' | 'items' | 'quote' | 'details'> & { readonly to: MailLink }

function noticeContent(notice: Notice, formats: FactFormats): Content {
  const { texts } = formats
  const { subject, lines, isCut } = noticeText(notice, formats)
  const { message = '', reason = '', tag } = notice.facts as { message?: string; reason?: string; tag?: string }
  const quoted = message !== '' ? { heading: texts.message, text: message } : { heading: texts.reason, text: reason }
  return {
    subject,
    lines: isCut ? [...lines, texts.rest] : lines,
    items: [],
    quote: quoted.text === '' ? null : quoted,
    details: [
      ...(tag === undefined ? [] : [texts.tag(tag)]),
      ...(REMINDERS.includes(notice.kind) ? [] : [texts.happened(formats.instant(notice.at))]),
    ],
    to: linkOf(notice),
  }
}

function digestContent(notices: readonly Notice[], formats: FactFormats): Content {
  const { texts, number } = formats
  const subject = texts.digest.subject(notices.length, number(notices.length))
  const more = notices.length - MAX_ITEMS
  const items = notices.slice(0, MAX_ITEMS).map((notice) => {
    const { tag } = notice.facts as { tag?: string }
    return `${noticeText(notice, formats).lines[0]}${tag === undefined ? '' : ` (${texts.tag(tag)})`}`
  })
  return {
    subject,
    lines: [subject],
    items,
    quote: null,
    details: more > 0 ? [texts.digest.more(more, number(more))] : [],
    to: { page: 'outgoing', id: null },
  }
}

const NoticeTextShape = z.object({ subject: z.string(), lines: z.tuple([z.string()], z.string()) })

function noticeText({ kind, to, facts }: Notice, formats: FactFormats): NoticeText & { readonly isCut: boolean } {
  const { shown, cut } = showFacts(facts, formats)
  // The types of kind, role and facts belong together, which an index by two of them does not tell the compiler.
  const write = (formats.texts.notices[kind] as Readonly<Record<string, (facts: object) => unknown>>)[to.role]
  if (write === undefined) throw new TypeError(`there is no text of \`${kind}\` for the role \`${to.role}\``)
  const { data } = NoticeTextShape.safeParse(ignoreRejection(write(shown)))
  if (data === undefined) throw new TypeError(`the text of \`${kind}\` for the role \`${to.role}\` must return \`{ subject, lines }\``)
  const { subject, lines } = data
  return { subject, lines: lines.map(withOneStop) as [string, ...string[]], isCut: cut }
}

/** A sentence that ends with a name such as `Classics, Inc.` has its full stop. */
const withOneStop = (sentence: string) => sentence.replace(/\.\u2069\.(?=\s|$)/g, '.\u2069')

/** Where the link of a notice leads. It only shows: programs that check mails open every link. */
function linkOf({ kind, to, facts }: Notice): MailLink {
  const { accessRequest = null, tenantRequest = null } = facts as { accessRequest?: string; tenantRequest?: string }
  if (kind === 'session-started' || kind === 'session-ended') return { page: 'sessions', id: null }
  if (to.role === 'user') return { page: 'my-access', id: null }
  if (to.role === 'tenant') return { page: 'incoming', id: tenantRequest }
  if (kind === 'ends-soon' || kind === 'expired') return { page: 'new-request', id: tenantRequest }
  return { page: 'outgoing', id: accessRequest }
}

function addressOfLink(link: unknown): string {
  try {
    const { protocol, href } = new URL(link as string)
    if (typeof link === 'string' && (protocol === 'https:' || protocol === 'http:')) return href
  } catch {}
  throw new TypeError('`link` must return an absolute address: a text that begins with `https://`')
}

const ComposedMail = z.looseObject({
  to: z.looseObject({ address: z.string() }),
  subject: z.string(),
  text: z.string(),
  html: z.string().optional(),
})

function checkedMail(mail: MailMessage): MailMessage {
  if (!ComposedMail.safeParse(mail).success)
    throw new TypeError('`compose` must return the mail: an object with `to`, `subject` and `text`, such as `{ ...mail, subject }`')
  return mail
}
