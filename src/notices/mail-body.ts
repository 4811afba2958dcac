/** The text and the HTML of a mail: two writings of the same parts. */
import { withoutDirection } from './mail-facts.js'

/**
 * What a mail holds. Sentences have their names between U+2068 and U+2069.
 *
 * `quote` is somebody's own text, which is quoted as it is.
 */
export interface MailContent {
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'
  readonly subject: string
  /** The first is what happened. */
  readonly lines: readonly string[]
  readonly items: readonly string[]
  readonly quote: { readonly heading: string; readonly text: string } | null
  readonly details: readonly string[]
  readonly link: { readonly label: string; readonly href: string }
  readonly footer: string
}

/**
 * Returns a sentence without the isolation of names that changes nothing.
 * That is so if both the sentence and the name are written from left to right.
 */
export function plainSentence(sentence: string, direction: 'ltr' | 'rtl'): string {
  if (direction === 'rtl') return sentence
  return sentence.replace(NAME, (isolated, name: string) => (RIGHT_TO_LEFT.test(name) ? isolated : name))
}

const NAME = /\u2068([^\u2068\u2069]*)\u2069/g
/** The blocks of scripts that are written from right to left, and their marks. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** Every character at which some program begins a line. */
const LINE_END = /\r\n|(?!\t)[\p{Cc}\p{Zl}\p{Zp}]/u

const linesOfQuote = (text: string) => withoutDirection(text).split(LINE_END)

/** Returns the plain text. */
export function textBody({ direction, lines, items, quote, details, link, footer }: MailContent): string {
  const plain = (sentence: string) => plainSentence(sentence, direction)
  const blocks = [
    ...lines.map(plain),
    items.map((item) => `- ${plain(item)}`).join('\n'),
    quote === null ? '' : [quote.heading, ...linesOfQuote(quote.text).map((line) => `> ${line}`)].join('\n'),
    details.map(plain).join('\n'),
    `${link.label}\n${link.href}`,
    `-- \n${plain(footer)}`,
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

// Colours only where both of a pair are said: the rest is the reader's own, in the light and in the dark.
const STYLES = {
  body: 'margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;overflow-wrap:anywhere',
  page: 'max-width:600px;margin:0 auto',
  first: 'margin:0 0 16px;font-size:20px;line-height:1.3;font-weight:600',
  line: 'margin:0 0 16px',
  list: 'margin:0 0 16px;padding-inline-start:20px',
  item: 'margin:0 0 8px',
  quote: 'margin:0 0 16px;padding:4px 16px;border-inline-start:3px solid #888',
  button: 'display:inline-block;padding:10px 18px;border-radius:6px;background:#1f5fbf;color:#fff;font-weight:600;text-decoration:none',
  footer: 'margin:24px 0 0;padding:12px 0 0;border-top:1px solid #888;font-size:13px',
}

/** Returns the HTML document. It loads nothing, and its only link is that of the mail. */
export function htmlBody({ locale, direction, subject, lines, items, quote, details, link, footer }: MailContent): string {
  const [first = '', ...more] = lines.map(markedUp)
  const quoted = linesOfQuote(quote?.text ?? '').map((line) => `<div dir="auto">${line === '' ? '<br>' : escapedMail(line)}</div>`)
  const parts = [
    `<h1 style="${STYLES.first}">${first}</h1>`,
    ...more.map((line) => paragraph(line)),
    items.length === 0
      ? ''
      : `<ul style="${STYLES.list}">\n${items.map((item) => `<li style="${STYLES.item}">${markedUp(item)}</li>`).join('\n')}\n</ul>`,
    quote === null
      ? ''
      : `<p style="margin:0"><b>${escapedMail(quote.heading)}</b></p>\n<blockquote style="${STYLES.quote}">${quoted.join('')}</blockquote>`,
    details.length === 0 ? '' : paragraph(details.map(markedUp).join('<br>')),
    `<p style="margin:24px 0 0"><a href="${escapedMail(link.href)}" style="${STYLES.button}">${escapedMail(link.label)}</a></p>`,
    `<p style="${STYLES.footer}">${markedUp(footer)}</p>`,
  ]
  return `<!doctype html>
<html lang="${escapedMail(locale)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapedMail(subject)}</title>
</head>
<body style="${STYLES.body}">
<div role="main" style="${STYLES.page}">
${parts.filter((part) => part !== '').join('\n')}
</div>
</body>
</html>
`
}

const paragraph = (html: string) => `<p style="${STYLES.line}">${html}</p>`

/** A sentence as HTML, with its names isolated. */
const markedUp = (sentence: string) => escapedMail(sentence).replace(NAME, '<bdi>$1</bdi>')

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapedMail(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
