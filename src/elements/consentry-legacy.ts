/** `consentry-legacy`: the two doors of the legacy tool into one tenant, on that tenant's page. */
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import { readAccessTo } from './access-list.js'
import type { Entry } from './element-events.js'
import { EnteringElement } from './entering-element.js'
import type { DenyReason } from './entry-draft.js'
import { named } from './named.js'
import type { UserStatus } from './requests.js'
import { legacyStyles } from './styles/legacy.js'
import { bone, outdatedView, troubleView } from './views.js'

type Read = Awaited<ReturnType<typeof readAccessTo>>

/** A door of the legacy tool. */
type Door = Extract<Entry['method'], `legacy-${string}`>
const DOORS: readonly Door[] = ['legacy-configure', 'legacy-support']

/** After these a grant was there, and the first grant closes the tool (SPEC 5.3). */
const WAS_GRANTED: readonly UserStatus[] = ['expired', 'revoked']

/**
 * "Impersonate & Configure" and "Impersonate & Support" for one tenant, each with a confirmation.
 *
 * Whether the tool is open to a person is known only where an own request tells it; else the start decides. It fires `consentry-entered`
 * after a start, and `consentry-navigate` if the person wants to see their own access.
 */
export class ConsentryLegacy extends EnteringElement {
  static override properties: PropertyDeclarations = { tenant: { type: String }, tenantName: { type: String, attribute: 'tenant-name' } }
  static override styles = [...EnteringElement.styles, legacyStyles]

  /** The id of the tenant; without one nothing is shown. */
  declare tenant: string | null
  /** The tenant's name. By default it is the API's, if it tells one. */
  declare tenantName: string | null

  readonly #loader = this.reading(
    (signal) => this.#read(signal),
    () => this.entry !== undefined,
  )
  /** Why the last start was denied. */
  #denied: DenyReason | undefined

  constructor() {
    super()
    this.tenant = null
    this.tenantName = null
  }

  async #read(signal: AbortSignal): Promise<Read | undefined> {
    return this.tenant === null ? undefined : readAccessTo(this.given.client, this.tenant, signal)
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!changed.has('tenant')) return
    this.entry = undefined
    this.#denied = undefined
    this.#loader.clear()
  }

  protected override readAgain(): Promise<void> {
    return this.#loader.load()
  }

  protected override async showDenial(entry: Entry, reason: DenyReason): Promise<void> {
    await this.#loader.load()
    if (this.tenant !== entry.tenant) return
    this.#denied = reason
    this.closeDialog()
    void this.focusOn('#denied')
  }

  #open(tenant: string, method: Door): void {
    this.#denied = undefined
    this.openDialog({ tenant, method })
  }

  protected override render(): unknown {
    const { texts, tenant } = this
    const { state } = this.#loader
    if (tenant === null) return nothing
    return html`<div class="card" part="card" aria-busy=${state.kind === 'loading' ? 'true' : 'false'}>
        <h2 part="title" tabindex="-1">${texts.legacy.title}</h2>
        ${
          state.kind === 'failed'
            ? troubleView(texts, state.trouble, () => this.#loader.retry())
            : html`${state.kind === 'ready' && state.value ? this.#known(state.value, state.outdated) : this.#waiting()}
                <div class="actions">${DOORS.map((door) => this.#door(tenant, door))}</div>`
        }
      </div>
      <dialog part="dialog" aria-labelledby="title" aria-describedby="door" @close=${this.dialogClosed}>${this.#confirm()}</dialog>`
  }

  #waiting(): unknown {
    return html`<div class="known">
      <span class="hidden" role="status">${this.texts.shared.loading}</span>
      <b>${bone('medium')}</b>${bone('long')}
    </div>`
  }

  /** Returns the reason why the doors are closed for sure, or `undefined`. */
  get #closed(): DenyReason | undefined {
    const { state } = this.#loader
    const status = state.kind === 'ready' ? state.value?.row?.status : undefined
    if (status === 'granted') return undefined
    if (status !== undefined && WAS_GRANTED.includes(status)) return 'legacy-closed'
    return this.#denied === 'legacy-closed' ? this.#denied : undefined
  }

  #known({ row, me, names }: Read, outdated: Parameters<typeof outdatedView>[1]): unknown {
    const { texts } = this
    const { unknown, granted } = texts.legacy
    const inside = this.insideView(me, names, 'where')
    if (inside !== undefined) return inside
    if (this.#closed !== undefined) return this.#closedView()
    const known = row?.status === 'granted' ? granted : unknown
    return html`${outdatedView(texts, outdated, () => this.#loader.retry())}
      ${
        this.#denied === undefined
          ? html`<p class="known"><b>${known.title}</b>${known.text}</p>`
          : html`<div class="note bad" id="denied" part="alert" role="alert" tabindex="-1">
              <b>${named(texts.entering.denied, this.#nameOf(names))}</b>${texts.entering.reasons[this.#denied]}
              ${texts.entering.askForRequest}
            </div>`
      }`
  }

  #closedView(): unknown {
    const { closed } = this.texts.legacy
    const isNews = this.#denied !== undefined
    return html`<div class="note warn" id="denied" part="alert" role=${isNews ? 'alert' : 'note'} tabindex="-1">
      <b>${closed.title}</b>${closed.text}
      <button type="button" class="quiet" @click=${() => this.fire('consentry-navigate', { to: 'my-access' })}>
        ${this.texts.entering.myAccess}
      </button>
    </div>`
  }

  #door(tenant: string, door: Door): unknown {
    const { state } = this.#loader
    const value = state.kind === 'ready' ? state.value : undefined
    const why = value?.me.impersonating ? 'where' : this.#closed ? 'denied' : undefined
    const isOff = value === undefined || why !== undefined
    return html`<button
      type="button"
      value=${door}
      class=${isOff ? 'off' : ''}
      aria-disabled=${isOff ? 'true' : 'false'}
      aria-describedby=${why ?? nothing}
      @click=${() => !isOff && this.#open(tenant, door)}
    >
      ${this.texts.legacy.doors[door]}
    </button>`
  }

  #nameOf(names: Read['names']): string {
    return this.tenantName ?? names.tenant(this.tenant ?? '')
  }

  #confirm(): unknown {
    const { texts, entry } = this
    const { state } = this.#loader
    const value = state.kind === 'ready' ? state.value : undefined
    if (entry === undefined || value === undefined || entry.method === 'access-request') return nothing
    const words = { start: texts.legacy.yes, cancel: texts.legacy.no }
    return html`<header>
        <h2 id="title" part="title" tabindex="-1" autofocus>${named(texts.legacy.confirm, this.#nameOf(value.names))}</h2>
        <p id="door" class="muted">${texts.legacy.confirmText(texts.legacy.doors[entry.method])}</p>
      </header>
      ${this.formView(entry, words, this.insideView(value.me, value.names, 'inside'))}`
  }
}
