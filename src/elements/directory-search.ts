/** The search for users or tenants of a picker, with the checkboxes that are ticked. */
import type { ConsentryClient } from '../client/client-types.js'
import { type TroubleKind, troubleOf } from './trouble.js'

/** The two sides of an association. */
export type Side = 'users' | 'tenants'
export const SIDES: readonly Side[] = ['users', 'tenants']

/** Somebody found. */
export interface Found {
  readonly id: string
  readonly name: string
}

/** How many are read at once, which is also how many rows are drawn. */
export const FOUND_AT_ONCE = 50
/** How long nobody must type before it is searched, in milliseconds. */
const PAUSE_MS = 250

/** What a search needs. */
export interface SearchOptions {
  readonly ask: ConsentryClient['searchUsers']
  /** Called with those who were found. */
  readonly found: (found: readonly Found[]) => void
  /** Called after every change. */
  readonly changed: () => void
}

/**
 * A search whose ticks stay when something else is searched.
 *
 * An answer never replaces that of a later search.
 */
export class DirectorySearch {
  text = ''
  rows: readonly Found[] = []
  /** The cursor of the next rows; `null` if there are none. */
  next: string | null = null
  isReading = false
  /** Why it failed; `not-found` where the host has no search. */
  trouble: TroubleKind | undefined
  readonly ticked = new Set<string>()
  readonly #options: SearchOptions
  #reading: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #isNext = false

  constructor(options: SearchOptions) {
    this.#options = options
  }

  /** Searches for a text, once nobody has typed for a moment. */
  searchFor(text: string): void {
    this.text = text
    this.stop()
    this.isReading = true
    this.#timer = setTimeout(() => void this.read(), PAUSE_MS)
    this.#options.changed()
  }

  /** Reads the first rows, or those after the ones that were read. */
  async read(isNext = false): Promise<void> {
    this.stop()
    const reading = new AbortController()
    this.#reading = reading
    this.#isNext = isNext
    this.isReading = true
    this.#options.changed()
    const { signal } = reading
    const search = this.text.trim() || undefined
    const cursor = isNext ? (this.next ?? undefined) : undefined
    try {
      const { items, next } = await this.#options.ask({ search, cursor, limit: FOUND_AT_ONCE, signal })
      if (signal.aborted) return
      this.#options.found(items)
      this.rows = isNext ? [...this.rows, ...items] : items
      this.next = next
      this.trouble = undefined
    } catch (error) {
      if (signal.aborted) return
      this.trouble = troubleOf(error)
      // What was found for another text is not what this one finds.
      if (!isNext) this.rows = []
    }
    this.isReading = false
    this.#options.changed()
  }

  /** Reads again what could not be read. */
  retry(): void {
    void this.read(this.#isNext)
  }

  /** Ends what is being read. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#reading?.abort()
    this.isReading = false
  }

  toggle(id: string): void {
    if (!this.ticked.delete(id)) this.ticked.add(id)
    this.#options.changed()
  }

  /** Ticks these; if all of them are ticked, it clears them. */
  toggleAll(ids: readonly string[]): void {
    const others = ids.filter((id) => !this.ticked.has(id))
    if (others.length > 0) for (const id of others) this.ticked.add(id)
    else for (const id of ids) this.ticked.delete(id)
    this.#options.changed()
  }
}
