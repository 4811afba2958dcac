/** Yielding to the event loop between pages of work. */

/**
 * Yields to the event loop.
 * Without this, an in-process repository would block it for all pages of a loop.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => scheduleTask(resolve))
}

// Node may run a timer set by another timer before any I/O, so a timeout does not yield there. Other platforms have no setImmediate.
const scheduleTask: (task: () => void) => unknown = globalThis.setImmediate ?? setTimeout
