/** The requests that a person has selected in the list, to answer them at once. */
import type { LitElement, ReactiveController } from 'lit'
import type { IncomingRow } from './requests.js'

/** The most answers of one call of the API (SPEC 4.12). */
const MOST_ANSWERS = 100

const isPending = ({ status }: IncomingRow) => status === 'pending'

/** A selection of pending requests, never more than can be answered at once. */
export class Selection implements ReactiveController {
  /** The selected rows, also those that a search hides. */
  rows: readonly IncomingRow[] = []
  /** The rows on the page that can be selected. */
  shown: readonly IncomingRow[] = []
  /** Whether there are several to answer. */
  isOffered = false
  /** How many rows of the list must be read for all that are selected. */
  depth = 0
  readonly #host: LitElement
  readonly #ids = new Set<string>()

  constructor(host: LitElement) {
    this.#host = host
    host.addController(this)
  }

  get isFull(): boolean {
    return this.#ids.size >= MOST_ANSWERS
  }

  has({ id }: IncomingRow): boolean {
    return this.#ids.has(id)
  }

  /** Takes what was read and what is shown of it. What waits no longer is not selected any more. */
  update(read: readonly IncomingRow[], shown: readonly IncomingRow[]): void {
    this.rows = read.filter((row) => isPending(row) && this.has(row))
    this.#ids.clear()
    this.#add(this.rows)
    this.shown = shown.filter(isPending)
    this.isOffered = this.rows.length > 0 || read.filter(isPending).length > 1
    this.depth = read.findLastIndex((row) => this.has(row)) + 1
  }

  toggle(row: IncomingRow): void {
    if (!this.#ids.delete(row.id)) this.#add([row])
    this.#host.requestUpdate()
  }

  /** Adds as many of the shown rows as fit. If none can be added, it drops them all. */
  toggleAll(): void {
    const others = this.shown.filter((row) => !this.has(row))
    if (others.length > 0 && !this.isFull) this.#add(others)
    else for (const { id } of this.shown) this.#ids.delete(id)
    this.#host.requestUpdate()
  }

  clear(): void {
    this.#ids.clear()
    this.#host.requestUpdate()
  }

  /** Updates the checkbox for all here, since a click changes its states behind a template's back. */
  hostUpdated(): void {
    const checkbox = this.#host.renderRoot.querySelector<HTMLInputElement>('thead input')
    if (checkbox === null) return
    const count = this.shown.filter((row) => this.has(row)).length
    checkbox.checked = count > 0 && count === this.shown.length
    checkbox.indeterminate = count > 0 && count < this.shown.length
  }

  #add(rows: readonly IncomingRow[]): void {
    for (const { id } of rows) if (!this.isFull) this.#ids.add(id)
  }
}
