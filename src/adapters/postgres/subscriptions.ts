/** Change notifications in PostgreSQL: each process notifies the feed's channel after it has committed. */
import { callSafely } from '../../domain/host-calls.js'
import type { EventFeed } from '../../ports/event-feed.js'
import type { Tables } from '../sql/tables.js'
import { checkOut, giveBack, ignore, limitedClient, limitedQuery } from './clients.js'
import { type Database, enqueue } from './connection.js'
import type { PGliteDatabase, PostgresClient, PostgresPool } from './drivers.js'

/**
 * Subscribes to a channel.
 * Resolves to the unsubscribe function; `onDisconnect` is called at most once, last.
 */
export type Subscribe = (channel: string, onChange: () => void, onDisconnect: (error: unknown) => void) => Promise<() => Promise<void>>

/**
 * Returns SQL for the channel name.
 * It contains the oid of the feed's sequence, so feeds do not share a channel.
 */
export function channelOf({ nameOf, of }: Tables): string {
  return `'${nameOf('events')}_' || '${of('events_position_seq')}'::regclass::oid::text`
}

/** Returns the `subscribe` method of a feed. */
export function subscriptionsOn(tables: Tables, { run }: Database, subscribe: Subscribe): Required<Pick<EventFeed, 'subscribe'>> {
  return {
    async subscribe({ onChange, onDisconnect }) {
      const [row] = await run(`select ${channelOf(tables)} as channel`, {})
      // The driver calls them from a socket's event, where an error would end the process.
      return subscribe(
        String(row?.['channel']),
        () => callSafely(onChange),
        (error) => callSafely(onDisconnect, error),
      )
    },
  }
}

// With 200 listeners, one costs the server about 12 ms of work.
/** The least time between two notices of a process, in milliseconds. */
const NOTICE_GAP_MS = 10

/**
 * Returns a function that tells the listeners of the feed that something was committed.
 * Not in the transaction itself: until its commit is on disk, `notify` keeps a lock that every other transaction of the server with a notice waits
 * for. At most one is on its way; what is committed meanwhile shares the next. A notice that is lost costs the listeners a poll.
 */
export function noticesOf(tables: Tables, run: Database['run']): () => void {
  // A commit that loses nothing need not wait for the disk.
  const statement = `select set_config('synchronous_commit', 'off', true), pg_notify(${channelOf(tables)}, '')`
  let isBusy = false
  let isAwaited = false
  const notify = async (): Promise<void> => {
    isBusy = true
    isAwaited = false
    await run(statement, {}).catch(ignore)
    setTimeout(() => {
      isBusy = false
      if (isAwaited) void notify()
    }, NOTICE_GAP_MS)
  }
  return () => {
    isAwaited = true
    if (!isBusy) void notify()
  }
}

/** How many clients of each pool are held by subscriptions. */
const heldClients = new WeakMap<object, number>()

/** Subscribes on a client of the pool, checked out until the subscription ends. */
export function notificationsInPool(pool: PostgresPool, timeoutMs: number): Subscribe {
  const hold = (change: 1 | -1) => heldClients.set(pool, (heldClients.get(pool) ?? 0) + change)
  return async (channel, onChange, onDisconnect) => {
    const [held, max] = [heldClients.get(pool) ?? 0, pool.options?.max ?? Infinity]
    // With every client held, each further call would wait for ever.
    if (held + 1 >= max)
      throw new Error(
        `a subscription would hold the last client of the pool: raise its \`max\` from \`${max}\` to at least \`${held + 2}\``,
      )
    hold(1)
    const client = await checkOut(pool, timeoutMs).catch((error) => {
      hold(-1)
      throw error
    })
    const query = limitedQuery(client, timeoutMs, ignore)
    return subscribeClient(client, channel, onChange, onDisconnect, {
      begin: () => query({ text: `listen "${channel}"`, values: [] }),
      end: () => query({ text: `unlisten "${channel}"`, values: [] }),
      close: (broken) => {
        hold(-1)
        giveBack(client, broken)
      },
    })
  }
}

/** Subscribes on the shared client; `listen` and `unlisten` are queued with its other statements. */
export function notificationsOnClient(client: PostgresClient, timeoutMs: number): Subscribe {
  const limited = limitedClient(client, timeoutMs)
  const query = (text: string) => enqueue(client, () => limited({ text, values: [] }))
  return (channel, onChange, onDisconnect) => {
    // Reference count: only the last subscriber of a channel runs `unlisten`.
    const listeners = listenersOn(client, channel)
    const token = Symbol(channel)
    listeners.add(token)
    return subscribeClient(client, channel, onChange, onDisconnect, {
      begin: () => query(`listen "${channel}"`),
      end: async () => {
        listeners.delete(token)
        if (listeners.size === 0) await query(`unlisten "${channel}"`)
      },
      close: () => listeners.delete(token),
    })
  }
}

/** Subscribes in a PGlite, which runs in the process and cannot disconnect. */
export function notificationsInPGlite(pglite: PGliteDatabase): Subscribe {
  return async (channel, onChange) => {
    let stopped = false
    const unlisten = await pglite.listen(channel, () => {
      if (!stopped) onChange()
    })
    return async () => {
      if (stopped) return
      stopped = true
      await unlisten().catch(ignore)
    }
  }
}

/** The commands that begin and end a subscription on a client, and that release the client. */
interface ListenCommands {
  readonly begin: () => Promise<unknown>
  readonly end: () => Promise<unknown>
  readonly close: (broken: boolean) => void
}

type State = 'starting' | 'listening' | 'stopping' | 'closed'

/** Subscribes on a client until unsubscribed or disconnected, then calls `close` once. */
async function subscribeClient(
  client: PostgresClient,
  channel: string,
  onChange: () => void,
  onDisconnect: (error: unknown) => void,
  { begin, end, close }: ListenCommands,
): Promise<() => Promise<void>> {
  let state = 'starting' as State
  const onNotification = (message?: unknown) => {
    if ((state === 'starting' || state === 'listening') && (message as { channel?: unknown }).channel === channel) onChange()
  }
  const finish = (broken: boolean) => {
    if (state === 'closed') return
    state = 'closed'
    client.off('notification', onNotification)
    client.off('error', onBroken)
    client.off('end', onBroken)
    close(broken)
  }
  function onBroken(error: unknown = new Error('the listening connection was closed')): void {
    const stateBefore = state
    // A client may emit `error` more than once. Node exits on an `error` event without a listener, so keep one.
    client.on('error', ignore)
    finish(true)
    if (stateBefore === 'listening') onDisconnect(error)
  }

  client.on('notification', onNotification)
  client.on('error', onBroken)
  client.on('end', onBroken)
  await begin().catch((error) => {
    finish(true)
    throw error
  })
  if (state === 'closed') throw new Error('the connection was lost before `listen` completed')
  state = 'listening'
  return async () => {
    if (state !== 'listening') return
    state = 'stopping'
    await end().then(
      () => finish(false),
      () => finish(true),
    )
  }
}

/** The subscribers of each client, by channel. */
const listenersByClient = new WeakMap<object, Map<string, Set<symbol>>>()

function listenersOn(client: object, channel: string): Set<symbol> {
  const channels = listenersByClient.get(client) ?? new Map<string, Set<symbol>>()
  listenersByClient.set(client, channels)
  const listeners = channels.get(channel) ?? new Set()
  channels.set(channel, listeners)
  return listeners
}
