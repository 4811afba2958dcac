/** Hearing in PostgreSQL that something was saved: whoever writes events sends a notice on the feed's own channel as he commits. */
import type { EventFeed } from '../../ports/event-feed.js'
import type { Tables } from '../sql/tables.js'
import { type Database, enqueue, ignore } from './connection.js'
import type { PGliteDatabase, PostgresClient, PostgresPool } from './drivers.js'

/** Listens on a channel until the function it resolves to is called; `onDisconnect` comes once, and after it nothing more. */
export type Subscribe = (channel: string, onChange: () => void, onDisconnect: (error: unknown) => void) => Promise<() => Promise<void>>

/** The name of the feed's channel, as SQL: with the number of what only this feed draws from, so that no two of a database share one. */
export function channelOf({ nameOf, of }: Tables): string {
  return `'${nameOf('events')}_' || '${of('events_position_seq')}'::regclass::oid::text`
}

/** The listening of a feed. */
export function subscriptionsOn(tables: Tables, { run }: Database, listening: Subscribe): Required<Pick<EventFeed, 'subscribe'>> {
  return {
    async subscribe({ onChange, onDisconnect }) {
      const [row] = await run(`select ${channelOf(tables)} as channel`, {})
      return listening(String(row?.['channel']), onChange, onDisconnect)
    },
  }
}

/** On a client of the pool's, which nobody else gets as long as somebody listens. */
export function notificationsInPool(pool: PostgresPool): Subscribe {
  return async (channel, onChange, onDisconnect) => {
    const client = await pool.connect()
    const query = (text: string) => client.query({ text, values: [] })
    return subscribeClient(client, channel, onChange, onDisconnect, {
      begin: () => query(`listen "${channel}"`),
      end: () => query(`unlisten "${channel}"`),
      close: (broken) => client.release(broken),
    })
  }
}

/** On the one client there is, in turn with all else that it does. */
export function notificationsOnClient(client: PostgresClient): Subscribe {
  const query = (text: string) => enqueue(client, () => client.query({ text, values: [] }))
  return (channel, onChange, onDisconnect) => {
    // Several may listen, and the first of them who stops must not make it deaf to the others.
    const listeners = listenersOn(client, channel)
    const own = Symbol(channel)
    listeners.add(own)
    return subscribeClient(client, channel, onChange, onDisconnect, {
      begin: () => query(`listen "${channel}"`),
      end: async () => {
        listeners.delete(own)
        if (listeners.size === 0) await query(`unlisten "${channel}"`)
      },
      close: () => listeners.delete(own),
    })
  }
}

/** In a PGlite, whose connection nothing breaks. */
export function notificationsInPGlite(pglite: PGliteDatabase): Subscribe {
  return async (channel, onChange) => {
    let over = false
    const unlisten = await pglite.listen(channel, () => {
      if (!over) onChange()
    })
    return async () => {
      if (over) return
      over = true
      await unlisten().catch(ignore)
    }
  }
}

/** What begins and ends the listening on a client, and what becomes of the client after it. */
interface ListenCommands {
  readonly begin: () => Promise<unknown>
  readonly end: () => Promise<unknown>
  readonly close: (broken: boolean) => void
}

type State = 'beginning' | 'listening' | 'ending' | 'over'

/** Listens on a client that is there for it, until that is over or the client breaks: then it is closed, once. */
async function subscribeClient(
  client: PostgresClient,
  channel: string,
  onChange: () => void,
  onDisconnect: (error: unknown) => void,
  { begin, end, close }: ListenCommands,
): Promise<() => Promise<void>> {
  let state = 'beginning' as State
  const onNotification = (notice?: unknown) => {
    if ((state === 'beginning' || state === 'listening') && (notice as { channel?: unknown }).channel === channel) onChange()
  }
  const finish = (broken: boolean) => {
    if (state === 'over') return
    state = 'over'
    client.off('notification', onNotification)
    client.off('error', onBroken)
    client.off('end', onBroken)
    close(broken)
  }
  function onBroken(error: unknown = new Error('the connection that listened is over')): void {
    const before = state
    // What breaks a client it may tell more than once, and unheard that would end the process.
    client.on('error', ignore)
    finish(true)
    if (before === 'listening') onDisconnect(error)
  }

  client.on('notification', onNotification)
  client.on('error', onBroken)
  client.on('end', onBroken)
  await begin().catch((error) => {
    finish(true)
    throw error
  })
  if (state === 'over') throw new Error('the connection broke before it listened')
  state = 'listening'
  return async () => {
    if (state !== 'listening') return
    state = 'ending'
    await end().then(
      () => finish(false),
      () => finish(true),
    )
  }
}

/** Who listens on a client, by channels. */
const listenersByClient = new WeakMap<object, Map<string, Set<symbol>>>()

function listenersOn(client: object, channel: string): Set<symbol> {
  const channels = listenersByClient.get(client) ?? new Map<string, Set<symbol>>()
  listenersByClient.set(client, channels)
  const listeners = channels.get(channel) ?? new Set()
  channels.set(channel, listeners)
  return listeners
}
