/** `consentry-outgoing`: the page on which a vendor sees what it has asked for, and ends it. */
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import type { Navigation } from './element-events.js'
import { listStates, listTools } from './list-frame.js'
import { PAGE } from './list-pages.js'
import { OutgoingElement } from './outgoing-element.js'
import { outgoingHead, outgoingListView, waitingGroups } from './outgoing-groups.js'
import { OUTGOING_FILTERS, type OutgoingFilter, type OutgoingList, readOutgoing, readSent, type SentRequest } from './outgoing-list.js'
import { FIRST, outgoingPage, type PageState, waitingSent } from './outgoing-page.js'
import { hasPassed, type NameTable } from './requests.js'
import { incomingStyles } from './styles/incoming.js'
import { outgoingStyles } from './styles/outgoing.js'
import { outgoingPageStyles } from './styles/outgoing-page.js'
import { Ticker } from './ticker.js'

/**
 * The list of the access requests that the own tenant sent, with filters by status and a search.
 *
 * A request is shown alone in the place of the list, and so is the page of a new one. It fires `consentry-navigate` first: a host with a
 * router prevents the default and sets `request` by its own address. It fires `consentry-changed` after each command.
 */
export class ConsentryOutgoing extends OutgoingElement {
  static override properties: PropertyDeclarations = { filter: { type: String, reflect: true }, request: { type: String } }
  static override styles = [...OutgoingElement.styles, incomingStyles, outgoingStyles, outgoingPageStyles]

  /** The status whose tenants are shown: `all`, `pending`, `granted`, `soon`, `rejected` or `ended`. */
  declare filter: OutgoingFilter
  /** The id of the access request that is shown in the place of the list, or `null`. */
  declare request: string | null

  readonly #list = this.reading((signal) => {
    const query = { filter: this.filter, wanted: this.#wanted, isSearch: this.#search !== '', signal }
    return readOutgoing(this.given.client, { ...query, opened: (newest) => this.#openWith(newest) })
  })
  readonly #page = this.reading(async (signal): Promise<SentRequest | undefined> => {
    if (this.request === null) return undefined
    return readSent(this.given.client, { id: this.request, ...this.#shown, signal })
  })
  #search = ''
  #wanted = PAGE
  /** The requests that somebody has opened or closed, and those that began open. */
  readonly #opened = new Map<string, boolean>()
  #shown: PageState = FIRST
  /** What a new request begins like, or `null` for nothing; `undefined` while none is written. */
  #like: string | null | undefined

  constructor() {
    super()
    this.filter = 'all'
    this.request = null
    new Ticker(this, () => this.#tick())
  }

  /** The newest request begins open, and stays so when there is a newer one. */
  #openWith(newest: string | undefined): readonly string[] {
    if (newest !== undefined && this.#search === '' && !this.#opened.has(newest)) this.#opened.set(newest, true)
    return [...this.#opened].filter(([, isOpen]) => isOpen).map(([id]) => id)
  }

  /** Reads again once an end has passed. */
  #tick(): void {
    const [list, page] = [this.#list.state, this.#page.state]
    const shown = list.kind === 'ready' ? [...list.value.rows, ...[...list.value.opened.values()].flat()] : []
    const rows = page.kind === 'ready' ? [...shown, ...(page.value?.rows ?? [])] : shown
    if (rows.some((row) => hasPassed(row, Date.now()))) void this.readAgain()
    this.requestUpdate()
  }

  protected override readAgain(): Promise<unknown> {
    return Promise.all([this.#list.load(), this.#page.load()])
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!OUTGOING_FILTERS.includes(this.filter)) this.filter = 'all'
    if (changed.has('request')) {
      this.#like = undefined
      this.#shown = FIRST
      this.say(undefined)
      this.#page.clear()
    }
    if (changed.get('filter') === undefined) return
    this.#wanted = PAGE
    void this.#list.load()
  }

  /** Goes to the list, to one request or to a new one, unless the host does. */
  #goTo(to: 'outgoing' | 'new-request', id?: string): void {
    if (!this.fire('consentry-navigate', { to, id })) return
    this.say(undefined)
    this.#like = to === 'new-request' ? (id ?? null) : undefined
    if (to === 'outgoing') this.request = id ?? null
    void this.focusOn('consentry-request-editor', this.request === null ? 'h2' : '.back')
  }

  /** The way back from a new request is one of this element: a host with a router takes it. */
  #leaveEditor(event: CustomEvent<Navigation>): void {
    if (event.detail.to !== 'outgoing') return
    event.stopPropagation()
    event.preventDefault()
    this.#goTo('outgoing', event.detail.id)
  }

  #searchFor(search: string): void {
    const begins = this.#search === '' && search !== ''
    this.#search = search
    // The tenants of all requests are read for the first letter, and those of open ones again without any.
    if (begins || search === '') void this.#list.load()
    this.requestUpdate()
  }

  protected override render(): unknown {
    if (this.#like !== undefined)
      return html`<consentry-request-editor
        tabindex="-1"
        .context=${this.context}
        like=${this.#like ?? nothing}
        @consentry-navigate=${(event: CustomEvent<Navigation>) => this.#leaveEditor(event)}
      ></consentry-request-editor>`
    if (this.request !== null)
      return html`<button type="button" class="quiet back" @click=${() => this.#goTo('outgoing')}>
          <span aria-hidden="true">←</span> ${this.texts.outgoing.title}
        </button>
        ${this.doneView()}
        ${this.#page.state.kind === 'loading' ? waitingSent(this.texts) : this.#sentStates()}
        ${this.dialogView()}`
    return html`${outgoingHead(this.texts, () => this.#goTo('new-request'))} ${this.doneView()} ${this.#tools()}
      ${listStates({
        ...{ loader: this.#list, filter: this.filter, texts: this.texts, waiting: waitingGroups },
        ready: (list) => this.#rows(list),
      })}
      ${this.dialogView()}`
  }

  #tools(): unknown {
    const { texts, formats } = this
    const { state } = this.#list
    return listTools({
      ...{ words: texts.outgoing, filters: OUTGOING_FILTERS, chosen: this.filter, formats, search: this.#search },
      counts: state.kind === 'ready' ? state.value.counts : undefined,
      choose: (filter) => this.#choose(filter),
      searchFor: (search) => this.#searchFor(search),
    })
  }

  #choose(filter: OutgoingFilter): void {
    this.filter = filter
  }

  #rowInput(names: NameTable) {
    return {
      ...{ names, texts: this.texts, formats: this.formats },
      ask: this.ask.bind(this),
      begin: (like: string) => void this.#goTo('new-request', like),
      open: (id: string) => void this.#goTo('outgoing', id),
    }
  }

  #rows(list: OutgoingList): unknown {
    return outgoingListView({
      ...this.#rowInput(list.names),
      ...{ list, search: this.#search.trim(), wanted: this.#wanted, filter: this.filter },
      wantsOpen: (id) => this.#opened.get(id),
      isReading: this.#list.isReading,
      toggle: (id, isOpen) => {
        this.#opened.set(id, isOpen)
        if (isOpen) void this.#list.load()
        this.requestUpdate()
      },
      clear: () => this.#searchFor(''),
      all: () => this.#choose('all'),
      showMore: () => {
        this.#wanted += PAGE
        if (list.hasMore) void this.#list.load()
        this.requestUpdate()
      },
    })
  }

  #sentStates(): unknown {
    return listStates({
      ...{ loader: this.#page, filter: this.#shown.filter, texts: this.texts, waiting: waitingSent },
      ready: (sent) => sent && this.#sent(sent),
    })
  }

  #sent(sent: SentRequest): unknown {
    return outgoingPage({
      ...this.#rowInput(sent.names),
      ...{ sent, shown: this.#shown },
      show: (shown) => {
        this.#shown = { ...this.#shown, ...shown }
        void this.#page.load()
        this.requestUpdate()
      },
    })
  }
}
