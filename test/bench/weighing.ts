/** What a process has in memory, after a collection; it must run with `--expose-gc`. */
import { setImmediate } from 'node:timers/promises'

/** The bytes in the heap and beside it: `external` has the array buffers in it, and the memory of WebAssembly. */
export async function bytes(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.()
    await setImmediate()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
