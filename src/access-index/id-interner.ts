/** Ids numbered from 0 in the order they are first named: each is kept once, however many grants name it. */

/** Instead of a number, which is never below 0: nobody and nothing of that name. */
export const NONE = -1

/** The numbers of some ids. */
export class Numbered {
  /** The ids by their numbers. */
  readonly ids: string[] = []
  private readonly numbers = new Map<string, number>()

  /** The number of an id; `NONE` where it was never named, which whatever is no id never was. */
  find(id: string): number {
    return this.numbers.get(id) ?? NONE
  }

  /** The number of an id, a new one where it has none. */
  add(id: string): number {
    const known = this.find(id)
    if (known !== NONE) return known
    this.numbers.set(id, this.ids.length)
    return this.ids.push(id) - 1
  }
}
