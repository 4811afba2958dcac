/** `consentry-my-access`: the page on which a person sees the tenants that let them in, and enters. */
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import { accessHead, type Denial, denialView } from './access-dialog.js'
import { ACCESS_FILTERS, type AccessFilter, type AccessList, readAccess, searchAccess } from './access-list.js'
import { accessTable, waitingAccess } from './access-table.js'
import type { Entry } from './element-events.js'
import { EnteringElement } from './entering-element.js'
import type { DenyReason } from './entry-draft.js'
import { listEnd, listStates, listTools, nothingFound } from './list-frame.js'
import { PAGE, SEARCHED } from './list-pages.js'
import { type AccessRow, hasPassed } from './requests.js'
import { accessStyles } from './styles/access.js'
import { incomingStyles } from './styles/incoming.js'
import { Ticker } from './ticker.js'

/**
 * The list of the tenants that the person was ever named for, with filters by status and a search.
 *
 * A granted row opens a dialog that starts a session. It fires `consentry-entered` then: a host goes on to the tenant's pages. What was
 * typed stays until a session has started, also if the dialog is closed and opened again.
 */
export class ConsentryMyAccess extends EnteringElement {
  static override properties: PropertyDeclarations = { filter: { type: String, reflect: true } }
  static override styles = [...EnteringElement.styles, incomingStyles, accessStyles]

  /** The status whose tenants are shown: `all`, `granted`, `pending`, `rejected` or `ended`. */
  declare filter: AccessFilter

  readonly #loader = this.reading(
    (signal) => this.#read(signal),
    () => this.entry !== undefined,
  )
  #search = ''
  #wanted = PAGE
  /** The row of the open dialog, as it was read last. */
  #opened: AccessRow | undefined
  #denial: Denial | undefined

  constructor() {
    super()
    this.filter = 'all'
    new Ticker(this, () => this.#tick())
  }

  async #read(signal: AbortSignal): Promise<AccessList> {
    const wanted = this.#search === '' ? this.#wanted : SEARCHED
    const list = await readAccess(this.given.client, { filter: this.filter, wanted, tenant: this.entry?.tenant ?? null, signal })
    if (list.opened !== undefined) this.#show(list.opened)
    return list
  }

  /** Shows the row of the open dialog. If the access is gone, that takes the place of the form. */
  #show(row: AccessRow): void {
    if (row.tenant !== this.entry?.tenant) return
    this.#opened = row
    const isNews = this.#denial === undefined && row.status !== 'granted'
    this.#denial = row.status === 'granted' ? undefined : { reason: row.status, unsent: this.draftOf(this.entry).reason }
    this.requestUpdate()
    // The field that had the focus is gone.
    if (isNews) void this.focusOn('#alert')
  }

  /** Reads again once an end has passed, because only the clock ended it. */
  #tick(): void {
    const { state } = this.#loader
    const rows = state.kind === 'ready' ? state.value.rows : []
    if (rows.some((row) => hasPassed(row, Date.now()))) void this.#loader.load()
    this.requestUpdate()
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!ACCESS_FILTERS.includes(this.filter)) this.filter = 'all'
    if (changed.get('filter') === undefined) return
    this.#wanted = PAGE
    void this.#loader.load()
  }

  protected override readAgain(): Promise<void> {
    return this.#loader.load()
  }

  protected override async showDenial(entry: Entry, reason: DenyReason): Promise<void> {
    await this.#loader.load()
    if (this.entry !== entry) return
    this.#denial = { reason, unsent: this.draftOf(entry).reason }
    this.requestUpdate()
    void this.focusOn('#alert')
  }

  #open(row: AccessRow): void {
    this.#denial = undefined
    this.#opened = row
    this.openDialog({ tenant: row.tenant, method: 'access-request' })
  }

  #searchFor(search: string): void {
    const { state } = this.#loader
    const hasAll = state.kind === 'ready' && (!state.value.hasMore || state.value.rows.length >= SEARCHED)
    this.#search = search
    if (!hasAll) void this.#loader.load()
    this.requestUpdate()
  }

  #showMore(): void {
    this.#wanted += PAGE
    void this.#loader.load()
  }

  protected override render(): unknown {
    const { texts, formats } = this
    const { state } = this.#loader
    return html`<header class="head">
        <h2 part="title" tabindex="-1">${texts.access.title}</h2>
        <p>${texts.access.lead}</p>
      </header>
      ${state.kind === 'ready' ? this.insideView(state.value.me, state.value.names, 'where') : nothing}
      ${listTools({
        words: texts.access,
        filters: ACCESS_FILTERS,
        chosen: this.filter,
        counts: state.kind === 'ready' ? state.value.counts : undefined,
        formats,
        search: this.#search,
        choose: (filter) => {
          this.filter = filter
        },
        searchFor: (search) => this.#searchFor(search),
      })}
      ${this.#list()}
      <dialog part="dialog" aria-labelledby="title" @close=${this.dialogClosed}>${this.#dialog()}</dialog>`
  }

  #list(): unknown {
    return listStates({
      loader: this.#loader,
      filter: this.filter,
      texts: this.texts,
      waiting: waitingAccess,
      ready: (value) => this.#rows(value),
    })
  }

  #rows(value: AccessList): unknown {
    const { texts, formats } = this
    const { names, me, hasMore } = value
    const rows = searchAccess(value, this.#search)
    const isInside = me.impersonating !== null
    const table = () => accessTable({ rows, names, texts, formats, isInside, open: (row) => this.#open(row) })
    const all = () => {
      this.filter = 'all'
    }
    const empty = () =>
      nothingFound({ words: texts.access, filter: this.filter, search: this.#search, clear: () => this.#searchFor(''), all })
    return html`<div class="card" part="card">${rows.length === 0 ? empty() : table()}</div>
      ${listEnd({
        words: texts.access,
        formats,
        search: this.#search,
        found: rows.length,
        hasMore: hasMore && this.#search === '',
        isCut: hasMore && value.rows.length >= SEARCHED,
        showMore: () => this.#showMore(),
      })}`
  }

  #dialog(): unknown {
    const { texts, formats, entry } = this
    const { state } = this.#loader
    const row = this.#opened
    if (entry === undefined || row === undefined || state.kind !== 'ready') return nothing
    const { names, me } = state.value
    const input = { row, tenant: names.tenant(row.tenant), texts, formats }
    const words = { start: texts.access.start, cancel: texts.shared.cancel }
    return html`${accessHead(input)}
    ${this.#denial ? denialView(this.#denial, input, this.closeDialog) : this.formView(entry, words, this.insideView(me, names, 'inside'))}`
  }
}
