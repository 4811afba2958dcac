/** Interning of ids: each distinct id is stored once and gets an index, counted from 0. */

/** The result of a lookup without a match; no index is negative. */
export const NOT_FOUND = -1

/** A two-way mapping between ids and indexes. */
export class IdInterner {
  /** The ids by index. */
  readonly ids: string[] = []
  private readonly idToIndex = new Map<string, number>()

  /** Returns the index of an id; `NOT_FOUND` if it was never interned. A malformed id never was. */
  lookup(id: string): number {
    return this.idToIndex.get(id) ?? NOT_FOUND
  }

  /** Returns the index of an id, and assigns the next one to a new id. */
  intern(id: string): number {
    const index = this.lookup(id)
    if (index !== NOT_FOUND) return index
    this.idToIndex.set(id, this.ids.length)
    return this.ids.push(id) - 1
  }

  /** Returns the next index, for a use without an id. */
  reserve(): number {
    return this.ids.push('') - 1
  }
}
