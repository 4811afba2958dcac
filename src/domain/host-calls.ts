/** Calls of the host's functions: none of their errors may end the host's process. */

/** Handles the rejection of a promise that is not awaited: unhandled, it would end the process. */
export function ignoreRejection(answer: unknown): void {
  if (answer instanceof Promise) answer.catch(() => {})
}

/** Returns what a function of the host answers, maybe a promise by mistake; `undefined` for a throw. */
export function askHost<Args extends readonly unknown[]>(ask: ((...args: Args) => unknown) | undefined, ...args: Args): unknown {
  try {
    const answer = ask?.(...args)
    ignoreRejection(answer)
    return answer
  } catch {
    return undefined
  }
}

/** Calls a function of the host for its effect: its result is not awaited and its errors are ignored. */
export function callSafely(callback: () => unknown): void {
  const run = async () => await callback()
  run().catch(() => {})
}
