/** Calls of the host's functions: none of their errors may end the host's process. */

/**
 * Returns an answer that is not awaited, with its rejection handled.
 *
 * Unhandled, it would end the process.
 * A promise may be of another realm or library, and reading its `then` may throw. An async function handles all of them.
 */
export function ignoreRejection<T>(answer: T): T {
  if (typeof answer === 'object') (async () => answer)().catch(() => {})
  return answer
}

/** Returns what a function of the host answers, maybe a promise by mistake; `undefined` for a throw. */
export function askHost<Args extends readonly unknown[]>(ask: ((...args: Args) => unknown) | undefined, ...args: Args): unknown {
  try {
    return ignoreRejection(ask?.(...args))
  } catch {
    return undefined
  }
}

/** Calls a function of the host for its effect: its result is not awaited and its errors are ignored. */
export function callSafely<Args extends readonly unknown[]>(callback: ((...args: Args) => unknown) | undefined, ...args: Args): void {
  askHost(callback, ...args)
}

/** How many kinds of messages `oncePerKind` tells apart; further ones are not reported. */
const MAX_KINDS = 100

/**
 * Returns a function that calls `report` once for each kind of error, however often it is repeated.
 *
 * Of a kind are messages that differ only in numbers and in what they quote.
 */
export function oncePerKind(report: (error: unknown) => void): (error: unknown) => void {
  const kinds = new Set<string>()
  return (error) => {
    const kind = String(askHost(String, error)).replace(/`[^`]*`|\d+/g, '')
    if (kinds.has(kind) || kinds.size >= MAX_KINDS) return
    kinds.add(kind)
    callSafely(report, error)
  }
}
