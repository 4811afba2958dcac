/** The table of requests to the own tenant. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { isolated, named } from './named.js'
import { colleagueName } from './outcome-view.js'
import { endsSoon, type IncomingRow, lapsesSoon, type NameTable } from './requests.js'
import type { Selection } from './selection.js'
import { allCheckbox, rowCheckbox } from './selection-view.js'
import { tableFrame } from './table-frame.js'
import type { Texts } from './texts/texts.js'
import { bone, statusView } from './views.js'

interface TableInput {
  readonly rows: readonly IncomingRow[]
  readonly names: NameTable
  readonly texts: Texts
  readonly formats: Formats
  readonly selection: Selection
  /** Called with the row that a person wants to see. */
  readonly open: (row: IncomingRow) => void
}

/** Shows the rows. */
export function incomingTable(input: TableInput): TemplateResult {
  return incomingFrame(
    input.texts,
    false,
    input.rows.map((row) => rowView(row, input)),
    allCheckbox(input.selection, input.texts),
  )
}

/** Shows a table whose rows are still being read, of the same size. */
export function waitingTable(texts: Texts): TemplateResult {
  const row = html`<tr role="row">
    <td role="cell">${bone('medium')}<small>${bone('short')}</small></td>
    <td role="cell">${bone('long')}</td>
    <td role="cell">${bone('short')}<small>${bone('medium')}</small></td>
    <td role="cell"></td>
  </tr>`
  return incomingFrame(texts, true, [row, row, row])
}

function incomingFrame(texts: Texts, isBusy: boolean, rows: readonly TemplateResult[], first?: unknown): TemplateResult {
  const words = texts.incoming
  const { columns } = words
  return tableFrame({ words, heads: [columns.from, columns.message, columns.status], first, isBusy, rows })
}

function rowView(row: IncomingRow, { names, texts, formats, selection, open }: TableInput): TemplateResult {
  const tenant = names.tenant(row.requestingTenant)
  const isOpen = row.status === 'pending' || row.status === 'granted'
  return html`<tr role="row" part="row">
    <td role="cell">
      ${rowCheckbox(row, tenant, selection, texts)}
      <b>${isolated(tenant)}</b>
      <small>${formats.instant(row.sentAt)} · <span class="tag">${texts.shared.tag(row.tag)}</span></small>
    </td>
    <td role="cell">
      ${row.message === '' ? html`<span class="muted">${texts.shared.noMessage}</span>` : html`<div class="message">${isolated(row.message)}</div>`}
    </td>
    <td role="cell">${statusView(texts, row.status)}${linesOf(row, names, texts, formats)}</td>
    <td role="cell" class="end">
      <button type="button" class=${isOpen ? '' : 'quiet'} @click=${() => open(row)}>
        ${isOpen ? texts.incoming.manage : texts.incoming.view}<span class="hidden">: ${named(texts.incoming.requestOf, tenant)}</span>
      </button>
    </td>
  </tr>`
}

/** Shows the dates of a row, and which colleague answered. */
function linesOf(row: IncomingRow, names: NameTable, texts: Texts, formats: Formats): unknown {
  const now = Date.now()
  if (row.status === 'pending') {
    if (row.answerBy === null) return html`<small>${formats.relative(row.sentAt, now)}</small>`
    return html`<small class=${lapsesSoon(row, now) ? 'soon' : ''}>${texts.shared.lapses(formats.relative(row.answerBy, now))}</small>`
  }
  const user = row.status === 'granted' || row.status === 'rejected' ? row.answer.user : row.ended.user
  const by = user === null ? nothing : html`<small>${named(texts.shared.by, colleagueName(user, names, texts))}</small>`
  if (row.status !== 'granted') return html`<small>${formats.instant(row.ended.at)}</small>${by}`
  if (row.expiresAt === null) return html`<small>${texts.shared.noEnd}</small>${by}`
  const relative = html`<span class="soon">· ${formats.relative(row.expiresAt, now)}</span>`
  return html`<small>${texts.shared.endsAt(formats.instant(row.expiresAt))} ${endsSoon(row, now) ? relative : nothing}</small>${by}`
}
