/** The memory of a process after a garbage collection; it must run with `--expose-gc`. */
import { setImmediate } from 'node:timers/promises'

/** Returns the bytes of heap and external memory; `external` includes array buffers and WebAssembly memory. */
export async function bytes(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.()
    await setImmediate()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
