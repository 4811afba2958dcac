/** The options of the console page: what a host passes as `pages`. */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { readRecord } from '../domain/input.js'

/** A link of the host beside the console's pages. */
export interface ConsoleLink {
  /** What is shown. */
  readonly text: string
  /** An address, or a path such as `/account`. */
  readonly href: string
}

/** The options of the console page. */
export interface ConsolePages {
  /**
   * The language, English or French, such as `en-GB` or `fr`; `en` by default.
   * Another language needs a page of your own.
   */
  readonly locale?: string | undefined
  /**
   * The time zone in which instants are shown and typed, such as `Europe/Paris`.
   * By default it is that of the browser.
   */
  readonly timeZone?: string | undefined
  /** The title above the pages; `Consentry` by default. */
  readonly title?: string | undefined
  /** Links back to your application. */
  readonly links?: readonly ConsoleLink[] | undefined
}

/** The options of the console page, or a function of the request, for the language of the person. */
export type ConsoleOption = ConsolePages | ((request: Request) => ConsolePages | Promise<ConsolePages>)

function isTimeZone(timeZone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone }) !== undefined
  } catch {
    return false
  }
}

function isAddress(text: string): boolean {
  const base = 'https://localhost'
  return URL.canParse(text, base) && /^(https?|mailto):$/.test(new URL(text, base).protocol)
}

const text = () => z.string('must be a text').trim().min(1, 'must have a character')

/** The schema of the options of the console page. */
export const ConsolePagesInput = z.strictObject(
  {
    locale: z
      .string('must be a language, such as `fr`')
      .regex(
        /^(en|fr)(-[A-Za-z\d]{2,8})*$/,
        'must be English or French, such as `en-GB` or `fr`: for another language, place the elements yourself',
      )
      .default('en'),
    timeZone: z
      .string('must be a time zone, such as `Europe/Paris`')
      .refine(isTimeZone, 'must be a time zone that the platform knows, such as `Europe/Paris`')
      .optional(),
    title: text().default('Consentry'),
    links: z
      .array(
        z.strictObject({
          text: text(),
          href: z.string('must be an address').refine(isAddress, 'must be an address, or a path such as `/account`'),
        }),
      )
      .default([]),
  },
  'must be an object such as `{ locale, timeZone, title, links }`',
)

/** The options of the console page with their defaults. */
export type ConsoleSettings = z.output<typeof ConsolePagesInput>

/**
 * Parses the options of the console page.
 * @throws `invalid-input` with the issues at once.
 */
export function parseConsolePages(given: unknown): ConsoleSettings {
  return unwrap(readRecord(ConsolePagesInput, given, 'pages'))
}
