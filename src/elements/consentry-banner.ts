/** `consentry-banner`: the bar that a person sees while they act inside another tenant. */
import { html, nothing } from 'lit'
import { isClientError } from '../client/client-error.js'
import { endedBar, insideBar, NEAR_MS, unknownBar } from './banner-view.js'
import { ConsentryElement } from './consentry-element.js'
import { type EndedPresence, isTimeToAsk, OUTSIDE, type Presence, presenceAfter, type ShownPresence, shownPresence } from './presence.js'
import { bannerStyles } from './styles/banner.js'
import { Ticker } from './ticker.js'

const SECOND_MS = 1_000

/**
 * The bar that says inside which tenant the person acts, with a button to leave.
 *
 * It says by which way they act there, and for how long. It shows nothing while the person is inside no tenant, and cannot be dismissed while they are. It asks the server each 15 seconds inside,
 * each 5 while it gets no answer, and each minute otherwise; at the end of the session, after `consentry-changed`, and when the page is shown
 * again. While the page is hidden, it asks nothing. It fires `consentry-left` once the person is no longer inside.
 */
export class ConsentryBanner extends ConsentryElement {
  static override styles = [...ConsentryElement.styles, bannerStyles]

  readonly #loader = this.reading(
    (signal) => this.#read(signal),
    () => true,
  )
  #askedAt = 0
  #isLeaving = false
  #hasFailed = false
  /** What screen readers read: that the end is near, or that the person has left. */
  #said: unknown
  /** What was known when the banner was last shown. */
  #before: Presence['kind'] | undefined
  /** The end that the person has acknowledged. */
  #acknowledged: string | undefined

  constructor() {
    super()
    new Ticker(this, () => this.#tick(), SECOND_MS)
  }

  get #known(): Presence | undefined {
    const { state } = this.#loader
    return state.kind === 'ready' ? state.value : undefined
  }

  get #shown(): ShownPresence {
    const { state } = this.#loader
    const trouble = state.kind === 'failed' ? state.trouble : state.kind === 'ready' ? state.outdated : undefined
    return shownPresence(this.#known, trouble, Date.now())
  }

  async #read(signal: AbortSignal): Promise<Presence> {
    this.#askedAt = Date.now()
    const me = await this.given.client.getMe({ signal })
    const after = presenceAfter(this.#known ?? OUTSIDE, me, this.#askedAt)
    return after.kind === 'ended' && endKey(after) === this.#acknowledged ? OUTSIDE : after
  }

  /** Tells the host that the person is no longer inside, once that is shown. */
  protected override updated(): void {
    const known = this.#known
    const before = this.#before
    if (known === undefined || known.kind === before) return
    this.#before = known.kind
    this.#hasFailed = false
    if (known.kind === 'inside') {
      // What was said about the session before may be said again about this one.
      this.#said = undefined
      this.#acknowledged = undefined
      this.requestUpdate()
    } else if (before === 'inside') this.fire('consentry-left', { cause: known.kind === 'ended' ? known.cause : 'ended-by-user' })
  }

  #tick(): void {
    const shown = this.#shown
    // A reading that takes long is waited for: another would only begin the wait again.
    const mayAsk = !this.#loader.isReading && !this.#isLeaving && document.visibilityState === 'visible'
    if (mayAsk && isTimeToAsk(shown, this.#askedAt, Date.now())) void this.#loader.load()
    // The text stays the same, so that it is read once.
    if (shown.kind === 'inside' && shown.endsAt - Date.now() < NEAR_MS) this.#said = this.texts.banner.soon(shown.tenantName)
    if (shown.kind !== 'outside') this.requestUpdate()
  }

  async #leave(): Promise<void> {
    const known = this.#known
    if (this.#isLeaving || known?.kind !== 'inside') return
    this.#isLeaving = true
    this.#hasFailed = false
    this.requestUpdate()
    const { client } = this.given
    const { user, tenantName } = known
    try {
      // Another tab may have entered another tenant since, which this person does not mean.
      const { session } = await client.getMe()
      if (session?.hash !== known.session) return await this.#loader.load()
      const { cause, endedAt } = await client.leaveSession()
      const isOwn = cause === 'ended-by-user'
      if (isOwn) this.#said = this.texts.banner.hasLeft(tenantName)
      this.#loader.set(isOwn ? OUTSIDE : { kind: 'ended', user, tenantName, cause, at: endedAt })
      this.fire('consentry-changed', { request: null, command: 'leaveSession' })
    } catch (error) {
      // The login of another tab may have left it already.
      this.#hasFailed = !isClientError(error, 'not-found')
      void this.#loader.load()
    } finally {
      this.#isLeaving = false
      this.requestUpdate()
    }
  }

  /** Hides the end of a session, and lets the login forget it, so that no other page shows it again. */
  async #acknowledge(ended: EndedPresence): Promise<void> {
    const { client } = this.given
    this.#acknowledged = endKey(ended)
    this.#loader.set(OUTSIDE)
    try {
      // Somebody who has entered again meanwhile, in another tab, stays inside.
      const { impersonating, ended: kept } = await client.getMe()
      if (impersonating === null && kept !== null) await client.leaveSession()
    } catch {
      // The end is shown again by the next page.
    }
  }

  protected override render(): unknown {
    return html`<div class="hidden" role="status">${this.#said}</div>${this.#bar()}`
  }

  #bar(): unknown {
    const shown = this.#shown
    const input = {
      texts: this.texts,
      formats: this.formats,
      hasFailed: this.#hasFailed,
      isLeaving: this.#isLeaving,
      leave: () => void this.#leave(),
      acknowledge: () => void (shown.kind === 'ended' && this.#acknowledge(shown)),
    }
    if (shown.kind === 'inside') return insideBar(shown, input)
    if (shown.kind === 'unknown') return unknownBar(shown, input)
    return shown.kind === 'ended' ? endedBar(shown, input) : nothing
  }
}

const endKey = ({ cause, at }: EndedPresence) => `${cause} ${at}`
