/** `consentry-console`: a whole console, with the pages of the person who is logged in. */
import { html, noChange, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import type { ConsentryClient } from '../client/client-types.js'
import { ConsentryElement } from './consentry-element.js'
import type { ConsentryIncoming } from './consentry-incoming.js'
import type { Navigation } from './element-events.js'
import { isolated } from './named.js'
import { NameTable } from './requests.js'
import { consoleStyles } from './styles/console.js'
import { bone, troubleView } from './views.js'

type Me = Awaited<ReturnType<ConsentryClient['getMe']>>
type Page = 'incoming' | 'my-access' | 'sessions' | 'legacy'

/** A page, and what it is about: a request, or the tenant of the legacy tool. */
interface Place {
  readonly page: Page | undefined
  readonly about: string | null
}

const PAGES: readonly Page[] = ['incoming', 'my-access', 'sessions', 'legacy']

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
    const { to, id } = event.detail
    // A pending request is answered in a dialog over the list.
    const { filter } = event.target as Partial<ConsentryIncoming>
    if (id !== undefined && filter === 'pending') return
    event.preventDefault()
    location.hash = id === undefined ? `/${to}` : `/${to}/${encodeURIComponent(id)}`
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (this.#page !== undefined) this.#shown.add(this.#page)
  }

  protected override updated(): void {
    const page = this.#page
    document.title = page === undefined ? this.heading : `${this.texts.frame.pages[page]} · ${this.heading}`
  }

  get #me(): Me | undefined {
    const { state } = this.#loader
    return state.kind === 'ready' ? state.value : undefined
  }

  /** The pages to choose from: people who may answer see first who asks. */
  get #choice(): readonly Page[] {
    const me = this.#me
    if (me === undefined) return []
    return me.permissions.includes('answer') ? ['incoming', 'sessions', 'my-access'] : ['my-access', 'sessions']
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
    return this.#choice.map(
      (page) => html`<a href="#/${page}" aria-current=${page === this.#page ? 'page' : nothing}>${frame.pages[page]}</a>`,
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
    if (page === 'my-access') return html`<consentry-my-access ?hidden=${isHidden} .context=${context}></consentry-my-access>`
    if (page === 'sessions') return html`<consentry-sessions ?hidden=${isHidden} .context=${context}></consentry-sessions>`
    return html`<section ?hidden=${isHidden}>
      <h2 class="about"><bdi>${about}</bdi></h2>
      <consentry-legacy .context=${context} .tenant=${about}></consentry-legacy>
    </section>`
  }
}

/** Returns the place that an address's fragment names. */
function placeInAddress(hash: string): Place {
  const [, named, about = ''] = hash.split('/')
  const page = PAGES.find((one) => one === named)
  // The legacy tool is that of one tenant.
  if (page === undefined || (page === 'legacy' && about === '')) return { page: undefined, about: null }
  return { page, about: about === '' ? null : decodedPart(about) }
}

function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
