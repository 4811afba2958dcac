/** What became of a request: its status, who answered or ended it and when, and their message. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { isolated, named } from './named.js'
import type { IncomingRow, NameTable, OutgoingRow } from './requests.js'
import type { Texts } from './texts/texts.js'

/** Returns the name of somebody of the own tenant; `null` is somebody whom nobody names. */
export function colleagueName(user: string | null, names: NameTable, texts: Texts): string {
  return user === null ? texts.shared.colleague : names.user(user)
}

/** Returns the sentence that says how a request ended; `undefined` if it has not ended. */
export function endingSentence(row: IncomingRow | OutgoingRow, names: NameTable, texts: Texts): unknown {
  if (!('ended' in row)) return undefined
  const { endings } = texts.shared
  const { user, by } = row.ended
  const own = colleagueName(user, names, texts)
  // Of the other party only the tenant is known.
  const [tenant, requester] = 'tenant' in row ? [names.tenant(row.tenant), own] : [own, names.tenant(row.requestingTenant)]
  if (row.status === 'revoked') return by === 'requester' ? named(endings.givenUp, requester) : named(endings.revoked, tenant)
  if (row.status === 'rejected') return named(endings.rejected, tenant)
  return row.status === 'withdrawn' ? named(endings.withdrawn, requester) : endings[row.status]()
}

/** Shows a message of a person as a quotation; nothing if it is empty. */
export function quoteView(message: string): unknown {
  return message === '' ? nothing : html`<p class="quote" part="quote">${isolated(message)}</p>`
}

/** Returns the messages that the answer and the end of a request came with, each once. */
export function messagesOf(row: IncomingRow | OutgoingRow): string[] {
  const messages = [...('answer' in row ? [row.answer.message] : []), ...('ended' in row ? [row.ended.message] : [])]
  return [...new Set(messages)].filter((message) => message !== '')
}

/** Shows who asked, when, and with which message: the head of everything about one request. */
export function requestHead(row: IncomingRow, title: unknown, texts: Texts, formats: Formats): TemplateResult {
  return html`<header>
      <h2 id="title" part="title" tabindex="-1">${title}</h2>
      <small>${texts.shared.sent(formats.instant(row.sentAt))} · ${texts.shared.tag(row.tag)}</small>
    </header>
    ${row.message === '' ? html`<p class="muted">${texts.shared.noMessage}</p>` : quoteView(row.message)}`
}
