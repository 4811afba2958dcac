/** What the dialog shows of a request that cannot be answered any more: the other answer, or its end. */
import { html, nothing } from 'lit'
import type { Formats } from './formats.js'
import { named } from './named.js'
import { colleagueName, endingSentence, messagesOf, quoteView, requestHead } from './outcome-view.js'
import type { IncomingRow, NameTable } from './requests.js'
import type { Texts } from './texts/texts.js'
import { statusView } from './views.js'

/** Why a form is gone: somebody was faster, or it is not known who it was. */
export type Gone = 'meanwhile' | 'lookedUp'

interface AnsweredInput {
  readonly row: IncomingRow
  readonly names: NameTable
  readonly gone: Gone | undefined
  /** The message that was typed and not sent. */
  readonly unsent: string
  readonly texts: Texts
  readonly formats: Formats
  readonly close: () => void
}

/** Shows what became of the request, and keeps what was typed. */
export function answeredView({ row, names, gone, unsent, texts, formats, close }: AnsweredInput): unknown {
  const title = named(texts.answer.answered, names.tenant(row.requestingTenant))
  return html`${requestHead(row, title, texts, formats)}
    ${
      gone === undefined
        ? nothing
        : html`<div class="note bad alert" id="alert" part="alert" role="alert" tabindex="-1"><b>${texts.answer[gone]}</b></div>`
    }
    <div class="outcome" part="outcome">
      <p>
        ${statusView(texts, row.status)}
        ${row.status === 'granted' ? named(texts.shared.by, colleagueName(row.answer.user, names, texts)) : nothing}
      </p>
      <p>${endingSentence(row, names, texts)} ${endOf(row, texts, formats)}</p>
      ${messagesOf(row).map(quoteView)}
    </div>
    ${unsent === '' ? nothing : html`<div class="unsent"><b>${texts.answer.unsent}</b>${quoteView(unsent)}</div>`}
    <div class="actions end"><button type="button" class="primary" @click=${close}>${texts.shared.close}</button></div>`
}

function endOf(row: IncomingRow, texts: Texts, formats: Formats): unknown {
  if (row.status !== 'granted') return nothing
  return row.expiresAt === null ? texts.shared.noEnd : texts.shared.endsAt(formats.weekday(row.expiresAt))
}
