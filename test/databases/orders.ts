/** The orders of a parent process, as its child process obeys them. */

export type Orders = Readonly<Record<string, (...args: never[]) => unknown>>

export type ToChild = { readonly number: number; readonly name: string; readonly args: readonly unknown[] }

export type FromChild = { readonly number: number } & ({ readonly result: unknown } | { readonly error: Readonly<Error> })

/** Obeys orders until the parent disconnects, then cleans up and ends. */
export function obey(orders: Orders, cleanUp: () => Promise<unknown> = async () => {}): void {
  // The parent may have disconnected, so that errors of sending are ignored.
  const send = (message: FromChild) => process.connected && process.send?.(message, undefined, undefined, () => {})
  process.on('message', async ({ number, name, args }: ToChild) => {
    try {
      send({ number, result: await orders[name]?.(...(args as never[])) })
    } catch (error) {
      const { message, stack, cause, name } = error as Error
      send({ number, error: { name, message, stack: cause instanceof Error ? `${stack}\n${cause.stack}` : `${stack}` } })
    }
  })
  process.on('disconnect', () => cleanUp().finally(() => process.exit()))
}
