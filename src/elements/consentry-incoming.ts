/** `consentry-incoming`: the page on which a tenant sees who asks to act inside it, and answers. */
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import type { ConsentryAnswerMany } from './consentry-answer-many.js'
import { ConsentryElement } from './consentry-element.js'
import type { Change } from './element-events.js'
import { INCOMING_FILTERS, type IncomingFilter, type IncomingList, readIncoming, searchRows } from './incoming-list.js'
import { incomingTable, waitingTable } from './incoming-table.js'
import { listEnd, listStates, listTools, nothingFound } from './list-frame.js'
import { PAGE, SEARCHED } from './list-pages.js'
import { named } from './named.js'
import type { IncomingRow } from './requests.js'
import { Selection } from './selection.js'
import { selectionBar } from './selection-view.js'
import { form } from './styles/form.js'
import { incomingStyles } from './styles/incoming.js'
import { selectionStyles } from './styles/selection.js'
import { Ticker } from './ticker.js'

/**
 * The list of the requests to the own tenant, with filters by status and a search.
 *
 * A pending request opens the dialog `consentry-answer`, another one `consentry-grant` in the place of the list. It fires
 * `consentry-navigate` first: a host with a router prevents the default and sets `request` by its own address.
 */
export class ConsentryIncoming extends ConsentryElement {
  static override properties: PropertyDeclarations = { filter: { type: String, reflect: true }, request: { type: String } }
  static override styles = [...ConsentryElement.styles, form, incomingStyles, ...selectionStyles]

  /** The status whose requests are shown: `all`, `pending`, `granted`, `rejected` or `ended`. */
  declare filter: IncomingFilter
  /** The id of the request that is shown in the place of the list, or `null`. */
  declare request: string | null

  readonly #loader = this.reading((signal) => {
    // What is selected stays, also behind the first page.
    const wanted = this.#search === '' ? Math.max(this.#wanted, this.#selection.depth) : SEARCHED
    return readIncoming(this.given.client, { filter: this.filter, wanted, signal })
  })
  #search = ''
  #wanted = PAGE
  /** What the person has just done, in words. */
  #done: unknown
  readonly #selection = new Selection(this)

  constructor() {
    super()
    this.filter = 'pending'
    this.request = null
    new Ticker(this)
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!INCOMING_FILTERS.includes(this.filter)) this.filter = 'all'
    if (changed.get('filter') === undefined) return
    this.#wanted = PAGE
    void this.#loader.load()
  }

  #open(row: IncomingRow): void {
    void this.#say(undefined)
    if (!this.fire('consentry-navigate', { to: 'incoming', id: row.id })) return
    const dialog = this.renderRoot.querySelector('consentry-answer')
    if (row.status === 'pending' && dialog) dialog.request = row.id
    else {
      this.request = row.id
      void this.focusOn('.back')
    }
  }

  #back(): void {
    if (!this.fire('consentry-navigate', { to: 'incoming' })) return
    this.request = null
    void this.focusOn('h2')
  }

  #answered({ detail }: CustomEvent<Change>): void {
    const { state } = this.#loader
    const value = state.kind === 'ready' ? state.value : undefined
    const row = value?.rows.find(({ id }) => id === detail.request)
    if (value === undefined || row === undefined || (detail.command !== 'grant' && detail.command !== 'reject')) return
    void this.#say(named(this.texts.incoming.done[detail.command], value.names.tenant(row.requestingTenant)))
  }

  #manyAnswered({ target }: Event): void {
    const { answered } = target as ConsentryAnswerMany
    if (answered) void this.#say(this.texts.answerMany.done[answered.answer](answered.count, this.formats))
  }

  /** Says what the person has done; nothing any more once they go on. */
  #say(done: unknown): Promise<void> {
    this.#done = done
    this.requestUpdate()
    return this.focusOn('.done')
  }

  #answerMany({ names }: IncomingList): void {
    const dialog = this.renderRoot.querySelector('consentry-answer-many')
    if (dialog) dialog.requests = { items: this.#selection.rows, names: names.names }
    void this.#say(undefined)
  }

  /** The focus returns to the button that opened the dialog, unless nothing is left to answer. */
  #manyClosed(): void {
    if (this.shadowRoot?.activeElement === null) void this.focusOn('h2')
  }

  #choose(filter: IncomingFilter): void {
    this.filter = filter
  }

  #searchFor(search: string): void {
    const { state } = this.#loader
    const hasAll = state.kind === 'ready' && !state.value.hasMore
    // What the first letter has asked for is read to its end, however fast the others follow.
    const begins = this.#search === '' && search !== ''
    this.#search = search
    if (begins && !hasAll) void this.#loader.load()
    this.requestUpdate()
  }

  #showMore({ rows, hasMore }: IncomingList): void {
    this.#wanted += PAGE
    if (hasMore && rows.length < this.#wanted) void this.#loader.load()
    this.requestUpdate()
  }

  protected override render(): unknown {
    const { texts } = this
    if (this.request !== null)
      return html`<button type="button" class="quiet back" @click=${() => this.#back()}>
          <span aria-hidden="true">←</span> ${texts.incoming.back}
        </button>
        <consentry-grant .context=${this.context} .request=${this.request}></consentry-grant>`
    return html`<header class="head">
        <h2 part="title" tabindex="-1">${texts.incoming.title}</h2>
        <p>${texts.incoming.lead}</p>
      </header>
      ${this.#done === undefined ? nothing : html`<p class="note done" role="status" tabindex="-1">${this.#done}</p>`}
      ${this.#tools()} ${this.#list()}
      <consentry-answer
        .context=${this.context}
        @consentry-changed=${(event: CustomEvent<Change>) => this.#answered(event)}
      ></consentry-answer>
      <consentry-answer-many
        .context=${this.context}
        @consentry-changed=${(event: Event) => this.#manyAnswered(event)}
        @close=${() => this.#manyClosed()}
      ></consentry-answer-many>`
  }

  #tools(): unknown {
    const { state } = this.#loader
    return listTools({
      words: this.texts.incoming,
      filters: INCOMING_FILTERS,
      chosen: this.filter,
      counts: state.kind === 'ready' ? state.value.counts : undefined,
      formats: this.formats,
      search: this.#search,
      choose: (filter) => this.#choose(filter),
      searchFor: (search) => this.#searchFor(search),
    })
  }

  #list(): unknown {
    return listStates({
      loader: this.#loader,
      filter: this.filter,
      texts: this.texts,
      waiting: waitingTable,
      ready: (value) => this.#rows(value),
    })
  }

  #rows(value: IncomingList): unknown {
    const { texts, formats } = this
    const found = searchRows(value, this.#search)
    const rows = found.slice(0, this.#wanted)
    const selection = this.#selection
    selection.update(value.rows, rows)
    const table = () => incomingTable({ rows, names: value.names, texts, formats, selection, open: (row) => this.#open(row) })
    const [clear, all] = [() => this.#searchFor(''), () => this.#choose('all')]
    const empty = () => nothingFound({ words: texts.incoming, filter: this.filter, search: this.#search, clear, all })
    const hasMore = found.length > this.#wanted || (value.hasMore && this.#search === '')
    return html`<div class="card" part="card">
        ${selectionBar({ selection, texts, formats, answer: () => this.#answerMany(value) })}
        ${rows.length === 0 ? empty() : table()}
      </div>
      ${listEnd({
        words: texts.incoming,
        formats,
        search: this.#search,
        found: found.length,
        hasMore,
        isCut: value.hasMore && value.rows.length >= SEARCHED,
        showMore: () => this.#showMore(value),
      })}`
  }
}
