/** What all benchmarks share: rounds, medians, ratios, the memory of a process, and the line of a figure. */
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Measured {
  readonly what: string
  readonly figures: Readonly<Record<string, number>>
}

/** Prints the figures of one measurement on one line, and returns them. */
export function print(what: string, figures: Measured['figures']): Measured {
  const shown = Object.entries(figures).map(([unit, figure]) => `${inWords(figure)} ${unit}`)
  console.log(`${what}: ${shown.join(', ')}`)
  return { what, figures }
}

export function inWords(number: number): string {
  if (Math.abs(number) < 10) return number.toFixed(Number.isInteger(number) ? 0 : 2)
  return number < 100 && !Number.isInteger(number) ? number.toFixed(1) : Math.round(number).toLocaleString('en-US')
}

/** Returns the median, which is robust against single slow rounds. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

/** Returns the median over the rounds of one time divided by the other of the same round. */
export function ratio(times: readonly number[], others: readonly number[]): number {
  return median(times.map((time, round) => time / (others[round] ?? Number.NaN)))
}

/** Runs the rounds, after one that only warms up, and returns their figures by name. */
export async function inRounds<Name extends string>(
  rounds: number,
  round: () => Promise<Readonly<Record<Name, number>>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const all: Readonly<Record<Name, number>>[] = []
  for (let n = 0; n < rounds + 1; n++) all.push(await round())
  const [warmUp, ...kept] = all
  const names = Object.keys(warmUp ?? {}) as Name[]
  return Object.fromEntries(names.map((name) => [name, kept.map((figures) => figures[name])])) as Record<Name, number[]>
}

export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

setFlagsFromString('--expose-gc')

/** Collects all garbage, so that it is neither weighed nor collected during a measurement. */
export const collectGarbage: () => void = runInNewContext('gc')

/** Returns the bytes of heap and external memory; `external` includes array buffers and WebAssembly memory. */
export async function bytes(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    collectGarbage()
    await setImmediate()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
