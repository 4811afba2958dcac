/** The users or tenants that a person has chosen for an association. */

/** Why a request cannot name somebody, as the API says it. */
export const MARKS = ['unknown-user', 'unknown-tenant', 'own-tenant', 'too-many-open'] as const
/** One of these reasons. */
export type Mark = (typeof MARKS)[number]

/** One who is chosen, and why a request cannot name them. */
type Entry = readonly [id: string, mark: Mark | undefined]

/** A set of ids in the order of choosing, some of which may be marked. */
export class Chosen {
  /** Changes with every change of what is chosen. */
  version = 0
  /** How many cannot be in a request. */
  marked = 0
  readonly #marks = new Map<string, Mark | undefined>()
  /** The entries of a version: a list of thousands is made once, and not for each key that is typed. */
  #listed: { readonly version: number; readonly entries: readonly Entry[] } | undefined

  get size(): number {
    return this.#marks.size
  }

  /** All that are chosen; those that are marked come first. */
  get entries(): readonly Entry[] {
    if (this.#listed?.version === this.version) return this.#listed.entries
    const all = [...this.#marks]
    const entries = this.marked === 0 ? all : [...all.filter(([, mark]) => mark), ...all.filter(([, mark]) => !mark)]
    this.#listed = { version: this.version, entries }
    return entries
  }

  /** Those that a request can name. */
  get ids(): readonly string[] {
    return [...this.#marks].flatMap(([id, mark]) => (mark === undefined ? id : []))
  }

  has(id: string): boolean {
    return this.#marks.has(id)
  }

  /** Adds ids; what was said against one before is forgotten. */
  add(ids: Iterable<string>): void {
    for (const id of ids) {
      if (this.#marks.get(id) !== undefined) this.remove(id)
      this.#marks.set(id, undefined)
    }
    this.version += 1
  }

  remove(id: string): void {
    if (this.#marks.get(id) !== undefined) this.marked -= 1
    this.#marks.delete(id)
    this.version += 1
  }

  removeMarked(): void {
    for (const [id, mark] of this.#marks) if (mark !== undefined) this.remove(id)
  }

  /** Notes why a request cannot name somebody. */
  mark(id: string, mark: Mark): void {
    if (!this.#marks.has(id) || this.#marks.get(id) === mark) return
    this.remove(id)
    this.#marks.set(id, mark)
    this.marked += 1
  }
}
