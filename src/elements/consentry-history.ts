/** `consentry-history`: what has happened between the own tenant and others. */
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import { ConsentryElement } from './consentry-element.js'
import type { Navigation } from './element-events.js'
import { type ExportFormat, exportTrouble, exportView, HistoryExport } from './history-export.js'
import {
  HISTORY_FILTERS,
  HISTORY_PAGE,
  type HistoryChoice,
  type HistoryFilter,
  type HistoryList,
  type HistoryRow,
  type OtherTenant,
  otherTenantOf,
  readHistory,
} from './history-list.js'
import { DaysField, historyTools } from './history-tools.js'
import { emptyHistory, historyView, oneRequestView, waitingHistory } from './history-view.js'
import { listStates } from './list-frame.js'
import { NameTable } from './requests.js'
import { form } from './styles/form.js'
import { historyStyles } from './styles/history.js'
import { incomingStyles } from './styles/incoming.js'
import type { Texts } from './texts/texts.js'
import { Ticker } from './ticker.js'
import { withTroubles } from './trouble.js'
import { dayOf } from './wall-time.js'

/**
 * What has happened between the own tenant and others, newest first, with filters and an export.
 *
 * It shows what the API answers: to the tenant asked that is no user, name or reason of the requester, and to the requester nobody of
 * the tenants asked. It fires `consentry-navigate` for a request; by default, it then shows the history of that request alone. It reads
 * again twice a minute.
 */
export class ConsentryHistory extends ConsentryElement {
  static override properties: PropertyDeclarations = { filter: { type: String, reflect: true }, request: { type: String, reflect: true } }
  static override styles = [...ConsentryElement.styles, form, incomingStyles, historyStyles]

  /** The kind of entries that are shown: `all`, `requests`, `access` or `sessions`. */
  declare filter: HistoryFilter
  /** The id of the tenant request whose history alone is shown, or `null`. */
  declare request: string | null

  readonly #loader = this.reading(async (signal) => {
    const { client, timeZone } = this.given
    const list = await readHistory(client, this.#choice, { timeZone, wanted: this.#wanted, signal })
    this.#meet(list)
    return list
  })
  readonly #export = new HistoryExport(this)
  #wanted = HISTORY_PAGE
  #days = new DaysField()
  #other: OtherTenant | undefined
  /** The other tenants of all entries that were read so far, to choose from. */
  #met = new Map<string, OtherTenant>()
  #names = new NameTable(undefined)

  constructor() {
    super()
    this.filter = 'all'
    this.request = null
    new Ticker(this, () => this.#loader.refresh())
  }

  /** Of a request, there are no sessions, and one other tenant. */
  get #choice(): HistoryChoice {
    const { filter, request } = this
    return { filter, request, days: this.#days.chosen, other: request === null ? this.#other : undefined }
  }

  protected override get texts(): Texts {
    const { texts } = this.given
    return withTroubles(texts, texts.history)
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    // Entries of another login are no choice for this one.
    if (this.hasUpdated && changed.has('context')) {
      this.#export.clear()
      this.#met = new Map()
      this.#names = new NameTable(undefined)
      this.#other = undefined
    }
    if (this.request === '') this.request = null
    if (!HISTORY_FILTERS.includes(this.filter)) this.filter = 'all'
    if (changed.get('filter') !== undefined || changed.get('request') !== undefined) this.#read(HISTORY_PAGE)
  }

  #meet({ rows, names }: HistoryList): void {
    this.#names.add(names.names)
    for (const other of rows.map(otherTenantOf)) if (other) this.#met.set(`${other.side} ${other.id}`, other)
  }

  #read(wanted: number): void {
    this.#wanted = wanted
    void this.#loader.load()
    this.requestUpdate()
  }

  #open(where: Navigation, tenantRequest: string | undefined): void {
    if (!this.fire('consentry-navigate', where) || tenantRequest === undefined) return
    this.request = tenantRequest
    void this.focusOn('.only button')
  }

  #showAll(): void {
    this.#days = new DaysField()
    // A date has no binding: a value of its own would clear one that somebody is typing.
    for (const input of this.renderRoot.querySelectorAll('input')) input.value = ''
    this.#other = undefined
    this.filter = 'all'
    this.request = null
    this.#read(HISTORY_PAGE)
    void this.focusOn('h2')
  }

  async #run(format: ExportFormat): Promise<void> {
    const { client, timeZone } = this.given
    const wrong = (['from', 'to'] as const).find((side) => this.#days.issue(side, this.texts) !== undefined)
    if (wrong !== undefined) return this.focusOn(`#${wrong}`)
    const name = `history-${dayOf(Date.now(), timeZone)}`
    await this.#export.run({ client, choice: this.#choice, timeZone, format, name })
    const { kind } = this.#export.state
    if (kind === 'failed' || kind === 'tooMany') await this.focusOn('#alert')
    // The button to cancel is gone, and with it the focus that it had.
    else if (this.shadowRoot?.activeElement === null && document.activeElement === document.body) await this.focusOn(`[value=${format}]`)
  }

  protected override render(): unknown {
    const { texts, formats } = this
    const { history } = texts
    return html`<header class="head">
        <div>
          <h2 part="title" tabindex="-1">${history.title}</h2>
          <p>${history.lead}</p>
        </div>
        ${this.#loader.state.kind === 'failed' ? nothing : this.#exporting()}
      </header>
      ${this.request === null ? nothing : oneRequestView(this.request, this.#rows, texts, () => this.#showAll())}
      ${historyTools({
        choice: this.#choice,
        days: this.#days,
        others: [...this.#met.values()],
        names: this.#names,
        texts,
        formats,
        choose: (filter) => {
          this.filter = filter
        },
        chooseOther: (other) => {
          this.#other = other
          this.#read(HISTORY_PAGE)
        },
        entered: (isNew) => (isNew ? this.#read(HISTORY_PAGE) : this.requestUpdate()),
      })}
      ${exportTrouble(this.#export.state, texts, formats)}
      ${listStates({
        loader: this.#loader,
        filter: JSON.stringify(this.#choice),
        texts,
        waiting: waitingHistory,
        ready: (list) => this.#entries(list),
      })}`
  }

  get #rows(): readonly HistoryRow[] {
    const { state } = this.#loader
    return state.kind === 'ready' ? state.value.rows : []
  }

  #exporting(): unknown {
    const { texts, formats } = this
    const { state } = this.#export
    return exportView({ state, texts, formats, run: (format) => void this.#run(format), cancel: () => this.#export.cancel() })
  }

  #entries(list: HistoryList): unknown {
    const { texts, formats } = this
    const { history } = texts
    if (list.rows.length === 0) return html`<div class="card" part="card">${emptyHistory(list.choice, texts, () => this.#showAll())}</div>`
    const view = {
      ...{ list, texts, formats, timeZone: this.given.timeZone },
      open: (where: Navigation, request: string | undefined) => this.#open(where, request),
    }
    return html`${historyView(view)}
      <div class="below">
        <span></span>
        ${list.hasMore ? html`<button type="button" @click=${() => this.#read(this.#wanted + HISTORY_PAGE)}>${history.showMore}</button>` : nothing}
      </div>`
  }
}
