/** `consentry-console`: a whole console, with the pages of the person who is logged in. */
import { html, noChange, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import type { ConsentryClient } from '../client/client-types.js'
import { ConsentryElement } from './consentry-element.js'
import type { ConsentryIncoming } from './consentry-incoming.js'
import { addressOf, PAGES, type Page, type Place, pagesFor, placeInAddress } from './console-place.js'
import type { Navigation } from './element-events.js'
import { isolated } from './named.js'
import { NameTable } from './requests.js'
import { consoleStyles } from './styles/console.js'
import { bone, troubleView } from './views.js'

type Me = Awaited<ReturnType<ConsentryClient['getMe']>>

/**
 * A whole console: the banner, and the pages of the person by their permissions.
 *
 * It is the content of a page of its own: the address's fragment says what is shown, such as `#/incoming/<id>` or `#/legacy/<tenant>`, and
 * the document's title follows. Links of the host stand in the slot `links`.
 */
export class ConsentryConsole extends ConsentryElement {
  static override properties: PropertyDeclarations = { heading: { type: String }, isIncomplete: { state: true } }
  static override styles = [...ConsentryElement.styles, consoleStyles]

  /** The title above the pages, such as the application's name. */
  declare heading: string
  /** Whether a part of the script could not be loaded. */
  declare isIncomplete: boolean

  readonly #loader = this.reading((signal): Promise<Me> => this.given.client.getMe({ signal }))
  #place: Place = { page: undefined, about: null }
  /** Pages that were shown stay in their places, with their filters and what is typed. */
  readonly #shown = new Set<Page>()
  /** The page whose link was last brought into sight. */
  #led: Page | undefined
  #connected: AbortController | undefined

  constructor() {
    super()
    this.heading = 'Consentry'
    this.isIncomplete = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#connected = new AbortController()
    window.addEventListener('hashchange', () => this.#follow(), { signal: this.#connected.signal })
    this.#follow()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#connected?.abort()
  }

  #follow(): void {
    this.#place = placeInAddress(location.hash)
    this.requestUpdate()
  }

  #navigate(event: CustomEvent<Navigation>): void {
    const { detail, target } = event
    // A pending request is answered in a dialog over the list.
    const { localName, filter } = target as ConsentryIncoming
    const isPending = localName === 'consentry-incoming' && filter === 'pending'
    if (detail.to === 'incoming' && detail.id !== undefined && isPending) return
    event.preventDefault()
    location.hash = addressOf(detail)
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (this.#page !== undefined) this.#shown.add(this.#page)
  }

  protected override updated(): void {
    const page = this.#page
    document.title = page === undefined ? this.heading : `${this.texts.frame.pages[page]} · ${this.heading}`
    // Where the links are a row that is wider than the window, the one of this page is in sight.
    const [nav, link] = ['nav', '[aria-current]'].map((selector) => this.renderRoot.querySelector<HTMLElement>(selector))
    if (!nav || !link || page === this.#led) return
    this.#led = page
    nav.scrollLeft = link.offsetLeft - nav.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2
  }

  get #me(): Me | undefined {
    const { state } = this.#loader
    return state.kind === 'ready' ? state.value : undefined
  }

  get #choice(): readonly Page[] {
    const me = this.#me
    return me === undefined ? [] : pagesFor(me.permissions)
  }

  get #page(): Page | undefined {
    return this.#place.page ?? this.#choice[0]
  }

  protected override render(): unknown {
    const { texts, heading } = this
    return html`<consentry-banner .context=${this.context}></consentry-banner>
      <div class="shell">
        <nav part="pages" aria-label=${texts.frame.navigation}>
          <h1>${heading}</h1>
          ${this.#links()}
          <div class="links"><slot name="links"></slot></div>
          ${this.#person()}
        </nav>
        <main @consentry-navigate=${(event: CustomEvent<Navigation>) => this.#navigate(event)}>${this.#main()}</main>
      </div>`
  }

  #links(): unknown {
    const { frame } = this.texts
    if (this.#loader.state.kind === 'loading') return [bone('medium'), bone('short'), bone('short')]
    const current = this.#page === 'new-request' ? 'outgoing' : this.#page
    return this.#choice.map(
      (page) => html`<a href="#/${page}" aria-current=${page === current ? 'page' : nothing}>${frame.pages[page]}</a>`,
    )
  }

  #person(): unknown {
    const me = this.#me
    if (me === undefined) return nothing
    const names = new NameTable(me.names)
    return html`<p class="me">${isolated(names.user(me.user))}<small>${isolated(names.tenant(me.tenant))}</small></p>`
  }

  #main(): unknown {
    const { state } = this.#loader
    const { frame } = this.texts
    if (state.kind === 'failed') return html`<div class="card">${troubleView(this.texts, state.trouble, () => this.#loader.retry())}</div>`
    const incomplete = html`<div class="note bad incomplete" role="alert">
      <span><b>${frame.incomplete.title}</b> ${frame.incomplete.text}</span>
      <button type="button" @click=${() => location.reload()}>${frame.reload}</button>
    </div>`
    return html`${this.isIncomplete ? incomplete : nothing}
    ${PAGES.map((page) => (this.#shown.has(page) ? this.#section(page, page !== this.#page) : nothing))}`
  }

  #section(page: Page, isHidden: boolean): unknown {
    const { context } = this
    // A page that is not shown keeps what it is about.
    const about = isHidden ? noChange : this.#place.about
    if (page === 'incoming')
      return html`<consentry-incoming ?hidden=${isHidden} .context=${context} .request=${about}></consentry-incoming>`
    if (page === 'outgoing')
      return html`<consentry-outgoing ?hidden=${isHidden} .context=${context} .request=${about}></consentry-outgoing>`
    if (page === 'new-request')
      return html`<consentry-request-editor ?hidden=${isHidden} .context=${context} .like=${about}></consentry-request-editor>`
    if (page === 'history') return html`<consentry-history ?hidden=${isHidden} .context=${context}></consentry-history>`
    if (page === 'timeline') return html`<consentry-timeline ?hidden=${isHidden} .context=${context}></consentry-timeline>`
    if (page === 'my-access') return html`<consentry-my-access ?hidden=${isHidden} .context=${context}></consentry-my-access>`
    if (page === 'sessions') return html`<consentry-sessions ?hidden=${isHidden} .context=${context}></consentry-sessions>`
    return html`<section ?hidden=${isHidden}>
      <h2 class="about"><bdi>${about}</bdi></h2>
      <consentry-legacy .context=${context} .tenant=${about}></consentry-legacy>
    </section>`
  }
}
