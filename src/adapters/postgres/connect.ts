/** Turns the driver of the options into a database, and into what can listen. */
import { type Database, fromClient, fromPGlite, fromPool } from './connection.js'
import type { PostgresDriver } from './options.js'
import { notificationsInPGlite, notificationsInPool, notificationsOnClient, type Subscribe } from './subscriptions.js'

/** Returns the database of the driver, and `subscribe` if the connection can listen. */
export function connect({ prepare, timeoutMs, pool, client, pglite }: PostgresDriver): {
  readonly database: Database
  readonly subscribe?: Subscribe
} {
  if (pglite !== undefined) return { database: fromPGlite(pglite), subscribe: notificationsInPGlite(pglite) }
  if (client !== undefined)
    return { database: fromClient(client, prepare, timeoutMs), ...(prepare && { subscribe: notificationsOnClient(client, timeoutMs) }) }
  if (pool === undefined) throw new TypeError('the options have no driver')
  const canListen = prepare && pool.options?.max !== 1
  return { database: fromPool(pool, prepare, timeoutMs), ...(canListen && { subscribe: notificationsInPool(pool, timeoutMs) }) }
}
