/** Very many short lists of whole numbers in one piece of memory, by number: what an object each would cost is saved. */

/** How much more memory is taken at once where there is too little: less is copied more often, more lies idle. */
const GROWTH = 1.25

/** The same numbers with room for `length`. */
export function ensureCapacity<A extends Int32Array | Float64Array | Uint8Array>(numbers: A, length: number): A {
  if (length <= numbers.length) return numbers
  const longer = new (numbers.constructor as new (length: number) => A)(Math.ceil(length * GROWTH))
  longer.set(numbers)
  return longer
}

/** Lists 0, 1, 2, ..., each empty at first. */
export class PackedLists {
  /** Where all lists lie. */
  values = new Int32Array(64)
  /** Where each list begins in `cells`, and beside it how many numbers it has: whoever asks for the one asks for the other. */
  private offsets = new Int32Array(32)
  private top = 0
  /** Where lists have moved away from, by the room there. */
  private readonly freeBlocks: number[][] = []

  /** Where the list begins in `cells`. */
  startOf(list: number): number {
    return this.offsets[2 * list] ?? 0
  }

  /** How many numbers it has. */
  lengthOf(list: number): number {
    return this.offsets[2 * list + 1] ?? 0
  }

  /** Where it ends in `cells`. */
  endOf(list: number): number {
    return this.startOf(list) + this.lengthOf(list)
  }

  /** Puts `width` numbers, to be filled in, into the list before its place `at`; gives where they are in `cells`. */
  insertGap(list: number, at: number, width: number): number {
    this.offsets = ensureCapacity(this.offsets, 2 * list + 2)
    const before = this.lengthOf(list)
    this.resize(list, before + width)
    const start = this.startOf(list)
    this.values.copyWithin(start + at + width, start + at, start + before)
    return start + at
  }

  /** Takes `width` numbers out of the list from its place `at` on. */
  removeRange(list: number, at: number, width: number): void {
    const start = this.startOf(list)
    this.values.copyWithin(start + at, start + at + width, this.endOf(list))
    this.resize(list, this.lengthOf(list) - width)
  }

  // A list lies where there is just so much room as its length asks for, so that the room need not be noted.
  private resize(list: number, length: number): void {
    const [start, before] = [this.startOf(list), this.lengthOf(list)]
    const [room, had] = [sizeClassOf(length), sizeClassOf(before)]
    this.offsets[2 * list + 1] = length
    if (room === had) return
    let place = this.freeBlocks[room]?.pop()
    if (place === undefined) {
      place = this.top
      this.top += room
      this.values = ensureCapacity(this.values, this.top)
    }
    this.values.copyWithin(place, start, start + Math.min(before, length))
    this.offsets[2 * list] = place
    if (had === 0) return
    const places = this.freeBlocks[had]
    if (places) places.push(start)
    else this.freeBlocks[had] = [start]
  }
}

/** As much as needed and up to a quarter more, so that a list that grows seldom moves. */
function sizeClassOf(length: number): number {
  const step = Math.max(2, (1 << (31 - Math.clz32(length))) >> 2)
  return Math.ceil(length / step) * step
}
