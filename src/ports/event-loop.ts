/** The event loop: pages of work between which it goes on, and timers. */

/** The longest delay that `setTimeout` accepts, in milliseconds: a longer one fires at once. */
export const MAX_DELAY_MS = 2 ** 31 - 1

/**
 * Yields to the event loop.
 * Without this, an in-process repository would block it for all pages of a loop.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => scheduleTask(resolve))
}

/**
 * Reads page after page, and yields to the event loop between them.
 * `keyAfter` returns the key that the next page begins after; `undefined` for the last page.
 */
export async function* pagesOf<Page, Key>(
  read: (after: Key | undefined) => Promise<Page>,
  keyAfter: (page: Page) => Key | undefined,
): AsyncGenerator<Page, void, undefined> {
  for (let after: Key | undefined; ; ) {
    const page = await read(after)
    yield page
    after = keyAfter(page)
    if (after === undefined) return
    await yieldToEventLoop()
  }
}

// Node may run a timer set by another timer before any I/O, so a timeout does not yield there. Other platforms have no setImmediate.
const scheduleTask: (task: () => void) => unknown = globalThis.setImmediate ?? setTimeout
