/** What the dialog of one tenant shows: the access with its message and its end, or that it is gone. */
import { html, nothing, type TemplateResult } from 'lit'
import { endView } from './access-table.js'
import type { DenyReason } from './entry-draft.js'
import type { Formats } from './formats.js'
import { isolated, named } from './named.js'
import { quoteView } from './outcome-view.js'
import type { AccessRow } from './requests.js'
import type { Texts } from './texts/texts.js'
import { statusView } from './views.js'

interface AccessDialogInput {
  readonly row: AccessRow
  /** The tenant's name. */
  readonly tenant: string
  readonly texts: Texts
  readonly formats: Formats
}

/** Shows the tenant, its message and the end of the access, above the form. */
export function accessHead({ row, tenant, texts, formats }: AccessDialogInput): TemplateResult {
  const { access, shared } = texts
  return html`<header>
      <h2 id="title" part="title" tabindex="-1" autofocus>${isolated(tenant)}</h2>
      ${row.status === 'granted' ? html`<small>${access.granted(formats.instant(row.grantedAt))}</small>` : nothing}
    </header>
    ${
      row.status === 'granted'
        ? html`<dl>
            <dt>${access.message}</dt>
            <dd>${row.message === '' ? html`<span class="muted">${shared.noMessage}</span>` : quoteView(row.message)}</dd>
            <dt>${access.columns.access}</dt>
            <dd>${endView(row, texts, formats)}</dd>
          </dl>`
        : html`<p>${statusView(texts, row.status)}</p>`
    }`
}

/** Why nobody enters: what the API said, or the status that was read since. */
export interface Denial {
  readonly reason: DenyReason
  /** The reason for the session that was typed and not sent. */
  readonly unsent: string
}

/** Shows why the person cannot enter any more, and keeps what was typed. */
export function denialView({ reason, unsent }: Denial, { tenant, texts }: AccessDialogInput, close: () => void): TemplateResult {
  const { entering, shared } = texts
  return html`<div class="note bad alert" id="alert" part="alert" role="alert" tabindex="-1">
      <b>${named(entering.denied, tenant)}</b> ${entering.reasons[reason]} ${reason === 'pending' ? nothing : entering.askForRequest}
    </div>
    ${unsent === '' ? nothing : html`<div class="unsent"><b>${entering.unsent}</b>${quoteView(unsent)}</div>`}
    <div class="actions end"><button type="button" class="primary" @click=${close}>${shared.close}</button></div>`
}
