/** The options of `mail`, and what a transport gets. */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { isId } from '../domain/ids.js'
import { readRecord } from '../domain/input.js'
import type { Recipient } from '../ports/people.js'
import type { MailPage, MailTexts } from './mail-texts.js'
import type { Notice, NoticeParty } from './notice.js'
import { enMail } from './texts/en.js'
import { frMail } from './texts/fr.js'

/** An `address`, with the `name` that is shown for it. */
export interface MailAddress {
  readonly name: string
  readonly address: string
}

/**
 * A mail as nodemailer takes it.
 *
 * It goes `from` the sender of the options `to` one recipient. `text` and `html` say the same.
 */
export interface MailMessage {
  readonly from: string | MailAddress
  readonly to: MailAddress
  /** The subject, on one line. */
  readonly subject: string
  readonly text: string
  readonly html?: string | undefined
  /** The same at each attempt. */
  readonly messageId: string
  /** The time of the attempt. */
  readonly date: Date
  /** Further fields of the header: that the mail is automatic, and the id of the delivery. */
  readonly headers: Record<string, string>
}

/** What sends a mail: the part of a transporter of nodemailer that is needed. */
export interface MailTransport {
  /** Sends a mail. An error with a `responseCode` says what the server answered. */
  sendMail(message: MailMessage): Promise<unknown>
}

/**
 * Where the link of a mail leads: to a `page`, and there to what has the `id`.
 *
 * `id` is that of the access request for `outgoing`, of the tenant request for `incoming`, and for `new-request` of the tenant request to
 * renew. It is `null` for the whole page.
 */
export interface MailLink {
  readonly page: MailPage
  readonly id: string | null
}

/** What a mail is made from: its `notices`, the `recipient`, and the party `to` which it goes. */
export interface MailOccasion {
  readonly notices: readonly [Notice, ...Notice[]]
  readonly recipient: Recipient
  readonly to: NoticeParty
}

/**
 * The options of `mail`.
 *
 * A function of the recipient gets what `recipients` returned, with all its fields. If it throws, or returns something else, this one
 * recipient gets no mail.
 */
export interface MailOptions {
  /** The sender, such as `Consentry <access@example.com>`. */
  readonly from: string | MailAddress
  /**
   * Returns the absolute address of a page of yours, `http` or `https`.
   * Opening it must change nothing: programs that check mails open every link.
   */
  readonly link: (link: MailLink, recipient: Recipient, to: NoticeParty) => string
  /** The language: `en`, `fr` or one of `texts`. By default `en`. */
  readonly locale?: string | ((recipient: Recipient) => string) | undefined
  /** The time zone by its IANA name, such as `Europe/Paris`. By default `UTC`. */
  readonly timeZone?: string | ((recipient: Recipient) => string) | undefined
  /** Further languages, or other texts for `en` and `fr`, by their BCP 47 tags, such as `de` or `pt-BR`. */
  readonly texts?: Readonly<Record<string, MailTexts>> | undefined
  /** Returns the mail to send in the place of this one. */
  readonly compose?: ((mail: MailMessage, occasion: MailOccasion) => MailMessage) | undefined
  /** The name of the channel. By default `mail`. */
  readonly name?: string | undefined
}

/** Parsed options, with defaults: the languages hold English and French too. */
export interface MailSettings extends Pick<MailOptions, 'from' | 'link' | 'compose'> {
  readonly locale: string | ((recipient: Recipient) => string)
  readonly timeZone: string | ((recipient: Recipient) => string)
  readonly texts: ReadonlyMap<string, MailTexts>
  readonly name: string
}

const hostFunctionOf = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function')

/** Whether a text is a plausible address. None of these can become a header or a second address. */
export function isMailAddress(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 320 && /^[^\s\p{C}<>()",;:\\@]+@[^\s\p{C}<>()",;\\@]+$/u.test(text)
}

function isZoneName(text: string): boolean {
  try {
    return text !== '' && new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined
  } catch {
    return false
  }
}

function isLanguage(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}

const SENDER = 'must be a sender, such as `Consentry <access@example.com>`, or `{ name, address }`'
const LANGUAGE = 'must be a language, or a function that returns one'
const ZONE = 'must be the IANA name of a time zone, such as `Europe/Paris`, or a function that returns one'
const chosen = hostFunctionOf<(recipient: Recipient) => string>()

const MailOptionsInput = z.strictObject(
  {
    from: z.union(
      [
        z.string().regex(/^[^\p{Cc}]*@[^\p{Cc}]*$/u, SENDER),
        z.strictObject({ name: z.string(SENDER).regex(/^[^\p{Cc}]*$/u, SENDER), address: z.custom<string>(isMailAddress, SENDER) }),
      ],
      SENDER,
    ),
    link: hostFunctionOf<MailOptions['link']>(),
    locale: z.union([z.string(), chosen], LANGUAGE).default('en'),
    timeZone: z.union([z.string().refine(isZoneName, ZONE), chosen], ZONE).default('UTC'),
    texts: z
      .record(
        z.string(),
        z.custom<MailTexts>((value) => missingText(enMail, value) === undefined, {
          error: ({ input }) => `must have every text of a language; what is wrong: ${missingText(enMail, input)}`,
        }),
      )
      .refine((texts) => Object.keys(texts).every(isLanguage), 'must be by tags of languages, such as `de`')
      .default({}),
    compose: hostFunctionOf<NonNullable<MailOptions['compose']>>().optional(),
    name: z.string('must be a string').refine(isId, 'must be an id: up to 128 printable ASCII characters without a space').default('mail'),
  },
  'must be an object with `from` and `link`',
)

/** The path of the first text that the English texts have and these lack. */
function missingText(wanted: unknown, given: unknown, path = 'all texts'): string | undefined {
  if (typeof wanted !== typeof given || given === null) return path
  if (typeof wanted !== 'object' || wanted === null) return undefined
  for (const [key, value] of Object.entries(wanted)) {
    const missing = missingText(value, Reflect.get(given as object, key), path === 'all texts' ? key : `${path}.${key}`)
    if (missing !== undefined) return missing
  }
  return undefined
}

/**
 * Parses and copies the options; later changes to the host's object have no effect.
 * @throws `invalid-input` with the issues at once (SPEC 9.1).
 */
export function parseMailOptions(options: MailOptions): MailSettings {
  const languages = (texts: Readonly<Record<string, MailTexts>>) => new Map(Object.entries({ en: enMail, fr: frMail, ...texts }))
  const schema = MailOptionsInput.transform(({ texts, ...rest }, context) => {
    const known = languages(texts)
    if (typeof rest.locale === 'string' && !known.has(rest.locale))
      context.addIssue({
        code: 'custom',
        path: ['locale'],
        input: rest.locale,
        message: `must be a language that there are texts for: ${[...known.keys()].join(', ')}`,
      })
    return { ...rest, texts: known }
  })
  return unwrap(readRecord(schema, options, 'options')) as MailSettings
}

/** Throws if this is no transport, so that a mistake shows at start. */
export function expectTransport(transport: MailTransport): void {
  const given: unknown = transport
  if (typeof given !== 'object' || given === null || typeof Reflect.get(given, 'sendMail') !== 'function')
    throw new TypeError('the transport must have a function `sendMail`: pass what `nodemailer.createTransport` returns')
}
