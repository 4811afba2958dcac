/** The median of several rounds. */

/** Returns the median, which is robust against single slow rounds. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
