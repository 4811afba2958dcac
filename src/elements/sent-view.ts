/** What the editor shows after a request was sent: how many requests it became, and the number of each. */
import { html, type TemplateResult } from 'lit'
import type { EditorParts } from './editor-parts.js'
import { isolated } from './named.js'
import type { SentRequest } from './request-draft.js'
import { RowWindow, windowView } from './row-window.js'

/** How many tenants are drawn at first. */
const TENANTS_AT_ONCE = 20

interface SentActions {
  readonly see: (request: SentRequest) => void
  readonly begin: () => void
}

/** A request that was sent, and which of its tenants are drawn. */
export class SentView {
  readonly #request: SentRequest
  readonly #rows = new RowWindow(TENANTS_AT_ONCE)

  constructor(request: SentRequest) {
    this.#request = request
  }

  /** Shows what was sent, and where to go on. */
  view(parts: EditorParts, { see, begin }: SentActions): TemplateResult {
    const { texts, formats, names } = parts
    const { sent } = this.#request
    return html`<header class="head">
        <h2 id="sent" part="title" tabindex="-1">${texts.editor.counts.sent(sent.length, formats)}</h2>
        <p>${texts.editor.sentText}</p>
      </header>
      <ul id="sent-rows" class="card rows" role="list" part="card">
        ${windowView({
          window: this.#rows,
          rows: sent,
          row: ({ tenant, tag }, index) =>
            html`<li data-index=${index} tabindex="-1">${isolated(names.tenant(tenant))} <small>${texts.shared.tag(tag)}</small></li>`,
          id: 'sent-rows',
          parts,
        })}
      </ul>
      <div class="actions">
        <button type="button" class="primary" @click=${() => see(this.#request)}>${texts.editor.seeRequest}</button>
        <button type="button" @click=${begin}>${texts.editor.newRequest}</button>
      </div>`
  }
}
