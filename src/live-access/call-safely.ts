/** Calls of the host's callbacks, which must not disturb the work. */

/** Calls a callback of the host: its result is not awaited and its errors are ignored. */
export function callSafely(callback: () => unknown): void {
  const run = async () => await callback()
  run().catch(() => {})
}
