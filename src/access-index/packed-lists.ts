/** Very many short lists of whole numbers in one piece of memory, by number: what an object each would cost is saved. */

/** How much more memory is taken at once where there is too little: less is copied more often, more lies idle. */
const GROWTH = 1.25

/** The same numbers with room for `length`. */
export function roomFor<A extends Int32Array | Float64Array | Uint8Array>(numbers: A, length: number): A {
  if (length <= numbers.length) return numbers
  const longer = new (numbers.constructor as new (length: number) => A)(Math.ceil(length * GROWTH))
  longer.set(numbers)
  return longer
}

/** Lists 0, 1, 2, ..., each empty at first. */
export class Runs {
  /** Where all lists lie. */
  cells = new Int32Array(64)
  /** Where each list begins in `cells`, and beside it how many numbers it has: whoever asks for the one asks for the other. */
  private heads = new Int32Array(32)
  private end = 0
  /** Where lists have moved away from, by the room there. */
  private readonly left: number[][] = []

  /** Where the list begins in `cells`. */
  startOf(list: number): number {
    return this.heads[2 * list] ?? 0
  }

  /** How many numbers it has. */
  lengthOf(list: number): number {
    return this.heads[2 * list + 1] ?? 0
  }

  /** Where it ends in `cells`. */
  endOf(list: number): number {
    return this.startOf(list) + this.lengthOf(list)
  }

  /** Puts `width` numbers, to be filled in, into the list before its place `at`; gives where they are in `cells`. */
  open(list: number, at: number, width: number): number {
    this.heads = roomFor(this.heads, 2 * list + 2)
    const before = this.lengthOf(list)
    this.resize(list, before + width)
    const start = this.startOf(list)
    this.cells.copyWithin(start + at + width, start + at, start + before)
    return start + at
  }

  /** Takes `width` numbers out of the list from its place `at` on. */
  close(list: number, at: number, width: number): void {
    const start = this.startOf(list)
    this.cells.copyWithin(start + at, start + at + width, this.endOf(list))
    this.resize(list, this.lengthOf(list) - width)
  }

  // A list lies where there is just so much room as its length asks for, so that the room need not be noted.
  private resize(list: number, length: number): void {
    const [start, before] = [this.startOf(list), this.lengthOf(list)]
    const [room, had] = [roomOf(length), roomOf(before)]
    this.heads[2 * list + 1] = length
    if (room === had) return
    let place = this.left[room]?.pop()
    if (place === undefined) {
      place = this.end
      this.end += room
      this.cells = roomFor(this.cells, this.end)
    }
    this.cells.copyWithin(place, start, start + Math.min(before, length))
    this.heads[2 * list] = place
    if (had === 0) return
    const places = this.left[had]
    if (places) places.push(start)
    else this.left[had] = [start]
  }
}

/** As much as needed and up to a quarter more, so that a list that grows seldom moves. */
function roomOf(length: number): number {
  const step = Math.max(2, (1 << (31 - Math.clz32(length))) >> 2)
  return Math.ceil(length / step) * step
}
