/** The table of a person's own access, a row for each tenant. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { isolated } from './named.js'
import { type AccessRow, endsSoon, type NameTable } from './requests.js'
import { tableFrame } from './table-frame.js'
import type { Texts } from './texts/texts.js'
import { bone, statusView } from './views.js'

interface AccessTableInput {
  readonly rows: readonly AccessRow[]
  readonly names: NameTable
  readonly texts: Texts
  readonly formats: Formats
  /** Whether the person is inside a tenant, so that no row can be entered. */
  readonly isInside: boolean
  /** Called with the granted row that a person wants to see. */
  readonly open: (row: AccessRow) => void
}

/** Shows the rows. */
export function accessTable(input: AccessTableInput): TemplateResult {
  return accessFrame(
    input.texts,
    false,
    input.rows.map((row) => (row.status === 'granted' ? grantedView(row, input) : otherView(row, input))),
  )
}

/** Shows a table whose rows are still being read, of the same size. */
export function waitingAccess(texts: Texts): TemplateResult {
  const row = html`<tr role="row">
    <td role="cell">${bone('medium')}<small>${bone('long')}</small></td>
    <td role="cell">${bone('short')}</td>
    <td role="cell">${bone('medium')}<small>${bone('short')}</small></td>
    <td role="cell"></td>
  </tr>`
  return accessFrame(texts, true, [row, row, row])
}

function accessFrame(texts: Texts, isBusy: boolean, rows: readonly TemplateResult[]): TemplateResult {
  const words = texts.access
  const { columns } = words
  return tableFrame({ words, heads: [columns.tenant, columns.status, columns.access], isBusy, rows })
}

type Granted = Extract<AccessRow, { status: 'granted' }>

function grantedView(row: Granted, { names, texts, formats, isInside, open }: AccessTableInput): TemplateResult {
  const tenant = names.tenant(row.tenant)
  // The focus returns to what has it when the dialog opens.
  const openRow = ({ currentTarget }: Event) => {
    ;(currentTarget as HTMLElement).querySelector('button')?.focus()
    open(row)
  }
  return html`<tr role="row" part="row" class="granted" @click=${openRow}>
    <td role="cell">
      <b>${isolated(tenant)}</b>
      ${row.message === '' ? nothing : html`<small class="message">${isolated(row.message)}</small>`}
    </td>
    <td role="cell">${statusView(texts, row.status)}</td>
    <td role="cell">${endView(row, texts, formats)}</td>
    <td role="cell" class="end">
      <button type="button" class=${isInside ? 'quiet' : ''}>
        ${isInside ? texts.access.view : texts.access.enter}<span class="hidden">: ${isolated(tenant)}</span>
      </button>
    </td>
  </tr>`
}

/** Shows when an access ends, how soon that is, and whether another is asked for. */
export function endView(row: Granted, texts: Texts, formats: Formats): unknown {
  const { expiresAt, renewalPending } = row
  const now = Date.now()
  const isSoon = endsSoon(row, now)
  const end = expiresAt === null ? texts.shared.noEnd : texts.shared.endsAt(formats.instant(expiresAt))
  const relative = isSoon && expiresAt !== null ? html`<span class="soon">${formats.relative(expiresAt, now)}</span> ·` : nothing
  const renewal = renewalPending ? texts.access.renewal : isSoon ? texts.access.askToRenew : nothing
  return html`<span>${end}</span> <small>${relative} ${renewal}</small>`
}

function otherView({ tenant, status }: Exclude<AccessRow, Granted>, { names, texts }: AccessTableInput): TemplateResult {
  return html`<tr role="row" part="row">
    <td role="cell">${isolated(names.tenant(tenant))}</td>
    <td role="cell">${statusView(texts, status)}</td>
    <td role="cell" class="why">
      <small>${texts.entering.reasons[status]} ${status === 'pending' ? nothing : texts.entering.askForRequest}</small>
    </td>
    <td role="cell" class="end"></td>
  </tr>`
}
