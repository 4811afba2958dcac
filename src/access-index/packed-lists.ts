/** Many short integer lists in one shared array, which saves the cost of an object per list. */

/** The growth factor of a full array: a smaller one copies more often, a larger one wastes more memory. */
const GROWTH_FACTOR = 1.25

/** Returns the array if it has at least `length` entries, otherwise a larger copy. */
export function ensureCapacity<A extends Int32Array | Float64Array | Uint8Array>(array: A, length: number): A {
  if (length <= array.length) return array
  const copy = new (array.constructor as new (length: number) => A)(Math.ceil(length * GROWTH_FACTOR))
  copy.set(array)
  return copy
}

/** Lists numbered 0, 1, 2, ..., all empty at first. */
export class PackedLists {
  /** The shared array. Inserting may replace it: read it again after `insertGap`. */
  values = new Int32Array(64)
  /** Pairs of a list's start in `values` and its length. Both are read together. */
  private offsets = new Int32Array(32)
  private top = 0
  /** Start offsets of the free blocks, by block size. */
  private readonly freeBlocks: number[][] = []

  /** Returns the offset in `values` of the list's first entry. */
  startOf(list: number): number {
    return this.offsets[2 * list] ?? 0
  }

  /** Returns the number of entries of the list. */
  lengthOf(list: number): number {
    return this.offsets[2 * list + 1] ?? 0
  }

  /** Returns the offset in `values` after the list's last entry. */
  endOf(list: number): number {
    return this.startOf(list) + this.lengthOf(list)
  }

  /**
   * Inserts entries into the list before the offset in `values`.
   * @returns the offset of the first inserted entry.
   */
  insert(list: number, offset: number, entries: ArrayLike<number>): number {
    this.offsets = ensureCapacity(this.offsets, 2 * list + 2)
    const oldStart = this.startOf(list)
    const oldEnd = this.endOf(list)
    this.resize(list, this.lengthOf(list) + entries.length)
    const shift = this.startOf(list) - oldStart
    this.values.copyWithin(offset + shift + entries.length, offset + shift, oldEnd + shift)
    this.values.set(entries, offset + shift)
    return offset + shift
  }

  /** Removes the list's entries from offset `start` in `values` up to `end` (exclusive). */
  removeRange(list: number, start: number, end: number): void {
    this.values.copyWithin(start, end, this.endOf(list))
    this.resize(list, this.lengthOf(list) - end + start)
  }

  /** Moves the list's entries from `offset` in `values` on to a list that was never used. */
  moveTail(list: number, offset: number, target: number): void {
    const end = this.endOf(list)
    this.insert(target, 0, this.values.slice(offset, end))
    this.removeRange(list, offset, end)
  }

  // The block size follows from the length, so it need not be stored.
  private resize(list: number, length: number): void {
    const oldStart = this.startOf(list)
    const oldLength = this.lengthOf(list)
    const blockSize = sizeClassOf(length)
    const oldBlockSize = sizeClassOf(oldLength)
    this.offsets[2 * list + 1] = length
    if (blockSize === oldBlockSize) return
    let start = this.freeBlocks[blockSize]?.pop()
    if (start === undefined) {
      start = this.top
      this.top += blockSize
      this.values = ensureCapacity(this.values, this.top)
    }
    this.values.copyWithin(start, oldStart, oldStart + Math.min(oldLength, length))
    this.offsets[2 * list] = start
    if (oldBlockSize === 0) return
    this.freeBlocks[oldBlockSize] ??= []
    this.freeBlocks[oldBlockSize].push(oldStart)
  }
}

/** Returns the block size for a list: at most a quarter above its length. Growing lists seldom move. */
function sizeClassOf(length: number): number {
  const step = Math.max(2, (1 << (31 - Math.clz32(length))) >> 2)
  return Math.ceil(length / step) * step
}
