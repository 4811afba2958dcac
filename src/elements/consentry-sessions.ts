/** `consentry-sessions`: the live and ended impersonation sessions that a person may see. */
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import { ConsentryElement } from './consentry-element.js'
import { listFilters, listStates } from './list-frame.js'
import { PAGE } from './list-pages.js'
import { named } from './named.js'
import {
  endSessionOf,
  readSessions,
  SESSION_FILTERS,
  type SessionFilter,
  type SessionList,
  type SessionRow,
  sessionName,
} from './session-list.js'
import { type Confirming, sessionTable, waitingSessions } from './session-table.js'
import { incomingStyles } from './styles/incoming.js'
import { sessionsStyles } from './styles/sessions.js'
import { Ticker } from './ticker.js'
import { troubleOf } from './trouble.js'

/**
 * The list of the sessions that a person may see, with filters by status.
 *
 * Those are the sessions inside the own tenant, those of the own tenant's users, and the person's own. A live one can be ended, after a confirmation in its row. It shows what the API answers: to the tenant asked that is no reason, and no user
 * unless the policy shows them. It reads again twice a minute. It fires `consentry-changed` after it has ended a session.
 */
export class ConsentrySessions extends ConsentryElement {
  static override properties: PropertyDeclarations = { filter: { type: String, reflect: true } }
  static override styles = [...ConsentryElement.styles, incomingStyles, sessionsStyles]

  /** The status whose sessions are shown: `all`, `live` or `ended`. */
  declare filter: SessionFilter

  readonly #loader = this.reading((signal) => readSessions(this.given.client, { filter: this.filter, wanted: this.#wanted, signal }))
  #wanted = PAGE
  #confirming: Confirming | undefined
  /** What has become of the session that the person wanted to end, in words. */
  #done: unknown

  constructor() {
    super()
    this.filter = 'live'
    new Ticker(this, () => this.#tick())
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!SESSION_FILTERS.includes(this.filter)) this.filter = 'all'
    if (changed.get('filter') === undefined) return
    this.#wanted = PAGE
    this.#confirming = undefined
    this.#done = undefined
    void this.#loader.load()
  }

  /** Reads again, as sessions start and end elsewhere; not while the person is asked. */
  #tick(): void {
    if (this.#confirming === undefined) this.#loader.refresh()
  }

  #ask({ hash }: SessionRow): void {
    this.#confirm({ hash, isSending: false })
    void this.focusOn('#confirm')
  }

  #keep({ hash }: SessionRow): void {
    this.#confirm(undefined)
    void this.focusOn(`button[value="${hash}"]`)
  }

  #confirm(confirming: Confirming | undefined): void {
    this.#confirming = confirming
    this.#done = undefined
    this.requestUpdate()
  }

  async #end(row: SessionRow, name: string): Promise<void> {
    const { hash } = row
    const { sessions, shared } = this.texts
    if (this.#confirming?.isSending) return
    this.#confirm({ hash, isSending: true })
    try {
      const isMeanwhile = await endSessionOf(this.given.client, row)
      this.#confirm(undefined)
      this.#done = named(isMeanwhile ? sessions.meanwhile : sessions.done, name)
      this.fire('consentry-changed', { request: null, command: isMeanwhile ? null : 'endSession' })
      void this.focusOn('.done')
    } catch (error) {
      const problem = { ...shared.errors, ...sessions.errors }[troubleOf(error)]
      // The person may be asked about another one by now.
      if (this.#confirming?.hash !== hash) return
      this.#confirm({ hash, isSending: false, problem })
      void this.focusOn('#alert')
    }
  }

  #showMore(): void {
    this.#wanted += PAGE
    void this.#loader.load()
  }

  protected override render(): unknown {
    const { sessions } = this.texts
    return html`<header class="head">
        <h2 part="title" tabindex="-1">${sessions.title}</h2>
        <p>${sessions.lead}</p>
      </header>
      ${this.#done === undefined ? nothing : html`<p class="note done" role="status" tabindex="-1">${this.#done}</p>`}
      ${this.#tools()} ${this.#list()}`
  }

  #tools(): unknown {
    const { state } = this.#loader
    const filters = listFilters({
      words: this.texts.sessions,
      filters: SESSION_FILTERS,
      chosen: this.filter,
      counts: state.kind === 'ready' ? state.value.counts : undefined,
      formats: this.formats,
      choose: (filter) => {
        this.filter = filter
      },
    })
    return html`<div class="tools" part="tools">${filters}</div>`
  }

  #list(): unknown {
    return listStates({
      loader: this.#loader,
      filter: this.filter,
      texts: this.texts,
      waiting: waitingSessions,
      ready: (value) => this.#rows(value),
    })
  }

  #rows(value: SessionList): unknown {
    const { texts, formats } = this
    const { rows, names, hasMore } = value
    const table = () =>
      sessionTable({
        ...{ rows, names, texts, formats, confirming: this.#confirming },
        ask: (row) => this.#ask(row),
        end: (row) => void this.#end(row, sessionName(row, names)),
        keep: (row) => this.#keep(row),
      })
    return html`<div class="card" part="card">${rows.length === 0 ? this.#empty(value) : table()}</div>
      <div class="below">
        <span></span>
        ${hasMore ? html`<button type="button" @click=${() => this.#showMore()}>${texts.sessions.showMore}</button>` : nothing}
      </div>`
  }

  #empty({ counts }: SessionList): unknown {
    const { sessions } = this.texts
    const all = () => {
      this.filter = 'all'
    }
    return html`<div class="empty">
      <p>${sessions.empty[this.filter]}</p>
      ${this.filter === 'all' || counts.all.count === 0 ? nothing : html`<button type="button" @click=${all}>${sessions.showAll}</button>`}
    </div>`
  }
}
