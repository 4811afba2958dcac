/** Reading for an element: loading, ready, failed, and again without flicker. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { type TroubleKind, troubleOf } from './trouble.js'

/** What an element has read. `outdated` says why it could not be read again: what is shown stays. */
export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T; readonly outdated?: TroubleKind }
  | { readonly kind: 'failed'; readonly trouble: TroubleKind }

/** After these nothing may be shown any more that was read before. */
const ENDS_ALL: readonly TroubleKind[] = ['not-logged-in', 'impersonating', 'not-permitted', 'not-found']

/**
 * Reads for an element, at its first update and whenever what it shows may have changed.
 *
 * That is after a command of any element on the page, when the page is shown again, and when the connection is back. A later reading
 * replaces an earlier one that still runs, and none outlives the element's place in the page.
 */
export class Loader<T> implements ReactiveController {
  state: Loaded<T> = { kind: 'loading' }
  /** Whether an answer is being waited for. */
  isReading = false
  readonly #host: ReactiveControllerHost
  readonly #read: (signal: AbortSignal) => Promise<T>
  /** Whether what was read stays whatever happens, because somebody is typing about it. */
  readonly #keeps: () => boolean
  #reading: AbortController | undefined
  #connected: AbortController | undefined

  constructor(host: ReactiveControllerHost, read: (signal: AbortSignal) => Promise<T>, keeps: () => boolean) {
    this.#host = host
    this.#read = read
    this.#keeps = keeps
    host.addController(this)
  }

  hostConnected(): void {
    this.#connected = new AbortController()
    const { signal } = this.#connected
    const again = () => void this.load()
    document.addEventListener('consentry-changed', again, { signal })
    document.addEventListener('consentry-entered', again, { signal })
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && again(), { signal })
    window.addEventListener('online', again, { signal })
  }

  /** Before the first update the element has no properties yet. */
  hostUpdate(): void {
    if (this.#reading === undefined) void this.load()
  }

  hostDisconnected(): void {
    this.#connected?.abort()
    this.#reading?.abort()
    this.#reading = undefined
  }

  /** Forgets what was read, for something else to be shown. */
  clear(): void {
    this.#reading?.abort()
    this.#reading = undefined
    this.#show({ kind: 'loading' })
  }

  /** Shows what a command has answered, in the place of what was read. */
  set(value: T): void {
    this.#reading?.abort()
    this.#show({ kind: 'ready', value })
  }

  /** Reads; until it is done, what was read before stays. */
  async load(): Promise<void> {
    this.#reading?.abort()
    const reading = new AbortController()
    this.#reading = reading
    this.isReading = true
    try {
      const value = await this.#read(reading.signal)
      if (!reading.signal.aborted) this.#show({ kind: 'ready', value })
    } catch (error) {
      if (!reading.signal.aborted) this.#fail(troubleOf(error))
    } finally {
      if (this.#reading === reading) this.isReading = false
    }
  }

  /** Reads again what may have changed elsewhere, unless the page is hidden or that has failed. */
  refresh(): void {
    const { state, isReading } = this
    if (isReading || document.visibilityState !== 'visible') return
    if (state.kind === 'ready' && state.outdated === undefined) void this.load()
  }

  /** Reads again after a failure, which is then no longer shown. */
  retry(): void {
    if (this.state.kind === 'failed') this.state = { kind: 'loading' }
    this.#host.requestUpdate()
    void this.load()
  }

  #fail(trouble: TroubleKind): void {
    const { state } = this
    const stays = state.kind === 'ready' && (this.#keeps() || !ENDS_ALL.includes(trouble))
    this.#show(stays ? { ...state, outdated: trouble } : { kind: 'failed', trouble })
  }

  #show(state: Loaded<T>): void {
    this.state = state
    this.#host.requestUpdate()
  }
}
