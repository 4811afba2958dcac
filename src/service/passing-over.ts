/** Work on many stored rows: one that cannot be read is passed over (SPEC 4.3). */
import { isCorrupt } from './context.js'

/**
 * Works on all of these keys at once.
 * If a row cannot be read, it works on the halves separately, down to the key of that row, which is passed over.
 *
 * @returns the errors of the rows that could not be read.
 */
export async function eachReadable<Key>(
  keys: readonly Key[],
  work: (keys: readonly Key[]) => Promise<unknown>,
): Promise<readonly unknown[]> {
  if (keys.length === 0) return []
  try {
    await work(keys)
    return []
  } catch (error) {
    if (!isCorrupt(error)) throw error
    if (keys.length === 1) return [error]
    const errors: unknown[] = []
    for (const half of halvesOf(keys)) errors.push(...(await eachReadable(half, work)))
    return errors
  }
}

/** The most steps that are saved in one transaction. */
const STEPS_AT_ONCE = 50

/** Cuts a list into parts that are saved in one transaction each. */
export function stepsOf<T>(list: readonly T[]): Iterable<readonly T[]> {
  return slicesOf(list, STEPS_AT_ONCE)
}

/** Cuts a list into parts of this size; the last one may be shorter. */
export function* slicesOf<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size)
}

/** Returns the two halves of a list. */
export function halvesOf<T>(list: readonly T[]): readonly (readonly T[])[] {
  const middle = list.length >> 1
  return [list.slice(0, middle), list.slice(middle)]
}
