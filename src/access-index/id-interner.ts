/** Ids numbered from 0 in the order they are first named: each is kept once, however many grants name it. */

/** Instead of a number, which is never below 0: nobody and nothing of that name. */
export const NOT_FOUND = -1

/** The numbers of some ids. */
export class IdInterner {
  /** The ids by their numbers. */
  readonly ids: string[] = []
  private readonly idToIndex = new Map<string, number>()

  /** The number of an id; `NONE` where it was never named, which whatever is no id never was. */
  lookup(id: string): number {
    return this.idToIndex.get(id) ?? NOT_FOUND
  }

  /** The number of an id, a new one where it has none. */
  intern(id: string): number {
    const known = this.lookup(id)
    if (known !== NOT_FOUND) return known
    this.idToIndex.set(id, this.ids.length)
    return this.ids.push(id) - 1
  }
}
