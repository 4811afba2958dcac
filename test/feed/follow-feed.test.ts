/** Following the feed: each event is handled once, in order, with what is written for it; by one process at a time (SPEC 8.3, 8.4). */
import Sqlite from 'libsql'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { type FeedFollower, type FollowFeedOptions, followFeed } from '../../src/feed.js'
import { feedChanged } from '../../src/ports/event-feed.js'
import type { ReadersRepository } from '../../src/ports/notice-store.js'
import { openLibsql } from '../databases/places.js'
import { sqliteFiles } from '../databases/sqlite-files.js'
import { answererOf, ask, serviceOn } from '../storage/service.js'

const files = sqliteFiles(openLibsql)
const followers: FeedFollower[] = []
afterEach(() => Promise.all(followers.splice(0).map((one) => one.close())))
afterAll(() => files.close())

type SqliteTransaction = { prepare(sql: string): { run(...values: unknown[]): unknown } }

/** A SQLite file with a table of the host's, and followers of its feed that write into it. */
async function opened() {
  const path = files.newPath()
  const database = new Sqlite(path, { timeout: 5_000 })
  const repository = sqliteRepository({ database })
  await repository.migrate()
  database.exec('create table seen (n integer primary key, id text, type text)')
  const errors: unknown[] = []
  const follow = (options: Partial<FollowFeedOptions<SqliteTransaction>> = {}) => {
    const follower = followFeed<SqliteTransaction>({
      repository: repository as unknown as ReadersRepository<SqliteTransaction>,
      reader: 'seen',
      background: false,
      onError: (error) => errors.push(error),
      handle: (entries) => (transaction) => {
        for (const { event } of entries) transaction.prepare('insert into seen (id, type) values (?, ?)').run(event.id, event.type)
      },
      ...options,
    })
    followers.push(follower)
    return follower
  }
  const seen = () =>
    (database.prepare('select type from seen order by n').all() as { type: string }[]).map(({ type }) => type.split('.')[1])
  return { database, repository, service: serviceOn(repository), follow, seen, errors, path }
}

const LIFE = ['submitted', 'received', 'granted', 'revoked']
async function life(service: ReturnType<typeof serviceOn>, tenant = 'tom-sawyer') {
  const id = await ask(service, tenant)
  await service.grant(answererOf(tenant), id, { expiresAt: null })
  await service.revoke(answererOf(tenant), id)
}

describe('a follower', () => {
  it('handles each event once, in order, across restarts and pages', async () => {
    const { service, follow, seen } = await opened()
    await life(service)
    expect(await follow({ pageSize: 3 }).catchUp()).toBe(true)
    expect(seen()).toEqual(LIFE)
    expect(await follow().catchUp()).toBe(true)
    expect(seen()).toEqual(LIFE)
    await life(service)
    expect(await follow().catchUp()).toBe(true)
    expect(seen()).toEqual([...LIFE, ...LIFE])
  })

  it.each([
    [
      '`handle` throws',
      () => {
        throw new Error('no')
      },
    ],
    ['`handle` rejects', () => Promise.reject(new Error('no'))],
    [
      'what it returns throws',
      () => (transaction: SqliteTransaction) => {
        transaction.prepare('insert into seen (id, type) values (?, ?)').run('half', 'x.half')
        throw new Error('no')
      },
    ],
  ] as const)('gets the same events again, with nothing written, if %s', async (_, handle) => {
    const { service, follow, seen } = await opened()
    await life(service)
    await expect(follow({ handle }).catchUp()).rejects.toThrow('no')
    expect(seen()).toEqual([])
    await follow().catchUp()
    expect(seen()).toEqual(LIFE)
  })

  it('over SQLite may not write later than the transaction', async () => {
    const { service, follow, seen } = await opened()
    await life(service)
    await expect(follow({ handle: () => async () => {} }).catchUp()).rejects.toThrow(/synchronous|promise/)
    await follow().catchUp()
    expect(seen()).toEqual(LIFE)
  })

  it('may await what it likes before it writes', async () => {
    const { service, follow, seen } = await opened()
    await life(service)
    const handle: FollowFeedOptions<SqliteTransaction>['handle'] = async (entries) => {
      await service.facts('tom-sawyer')
      return (transaction) => void transaction.prepare('insert into seen (id, type) values (?, ?)').run('all', `x.${entries.length}`)
    }
    await follow({ handle }).catchUp()
    expect(seen()).toEqual(['4'])
  })

  it('gets only events of the types that it wants, and begins where its host says', async () => {
    const { service, follow, seen } = await opened()
    await life(service)
    await follow({ types: ['tenant-request.granted'] }).catchUp()
    expect(seen()).toEqual(['granted'])
    await follow({ reader: 'later', from: 'end' }).catchUp()
    await life(service)
    await follow({ reader: 'later', from: 'end' }).catchUp()
    expect(seen()).toEqual(['granted', ...LIFE])
  })

  it('is one process at a time; another one goes on after it has died', async () => {
    const { repository, service, follow, seen, path } = await opened()
    await life(service)
    const dead = await repository.readers.hold({
      reader: 'seen',
      owner: 'dead',
      forMs: 400,
      start: { position: { at: 0, event: null }, mark: null },
    })
    expect(dead).toBeDefined()
    const follower = follow()
    expect(await follower.catchUp()).toBe(false)
    expect(seen()).toEqual([])
    await vi.waitFor(async () => expect(await follower.catchUp()).toBe(true), { timeout: 3_000 })
    expect(seen()).toEqual(LIFE)
    // What has been taken over is no longer moved by the one that slept.
    const late = {
      reader: 'seen',
      owner: 'dead',
      from: { position: { at: 0, event: null }, mark: null },
      to: { position: { at: 0, event: null }, mark: null },
    }
    expect(await repository.readers.move(late)).toBe('lost')
    expect(path).toContain('/')
  })

  it('that is taken over while it handles writes nothing', async () => {
    const { database, service, follow, seen, errors } = await opened()
    await life(service)
    const slow = follow({
      handle: async (entries) => {
        // Stands for a process that slept longer than it held the reader.
        database.exec(`update consentry_feed_readers set owner = 'another'`)
        return (transaction) => void transaction.prepare('insert into seen (id, type) values (?, ?)').run('slow', `x.${entries.length}`)
      },
    })
    expect(await slow.catchUp()).toBe(false)
    expect(seen()).toEqual([])
    expect(errors).toEqual([])
  })

  it('is told that the history of the feed has changed, and handles everything again', async () => {
    const { database, service, follow, seen, errors } = await opened()
    await life(service)
    await follow().catchUp()
    // As after a restored backup: another event stands at the position.
    database.exec(`update consentry_feed_readers set event = 'of-another-history'`)
    const onFeedChanged = vi.fn(() => (transaction: SqliteTransaction) => void transaction.prepare('delete from seen').run())
    await follow({ onFeedChanged }).catchUp()
    expect(onFeedChanged).toHaveBeenCalledTimes(1)
    expect(errors).toMatchObject([{ code: 'feed-changed' }])
    expect(seen()).toEqual(LIFE)
  })

  it('follows in the background: woken at once, again after errors and lost subscriptions, and until it is closed', async () => {
    const repository = memoryRepository()
    const service = serviceOn(repository)
    const handled: string[] = []
    let failures = 2
    let lose = (_: unknown): void => {}
    let subscriptions = 0
    const watched = {
      ...repository,
      subscribe: async (listener: Parameters<NonNullable<typeof repository.subscribe>>[0]) => {
        subscriptions += 1
        lose = listener.onDisconnect
        return (await repository.subscribe?.(listener)) ?? (async () => {})
      },
    }
    const onError = vi.fn()
    const follower = followFeed({
      repository: watched,
      reader: 'seen',
      pollIntervalMs: 60_000,
      onError,
      handle: (entries) => {
        if (failures > 0) {
          failures -= 1
          throw new Error('not now')
        }
        handled.push(...entries.map(({ event }) => event.type.split('.')[1] ?? ''))
      },
    })
    followers.push(follower)
    await life(service)
    await vi.waitFor(() => expect(handled).toEqual(LIFE), { timeout: 5_000 })
    expect(onError.mock.calls.map(([error]) => String(error))).toEqual(['Error: not now', 'Error: not now'])
    lose(feedChanged())
    await vi.waitFor(() => expect(subscriptions).toBe(2), { timeout: 5_000 })
    await life(service)
    await vi.waitFor(() => expect(handled).toEqual([...LIFE, ...LIFE]), { timeout: 5_000 })
    await follower.close()
    await life(service)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(handled).toHaveLength(8)
  })

  it('finds out what is wrong with its options', () => {
    const repository = memoryRepository()
    const good = { repository, reader: 'seen', handle: () => {} }
    const { readers: _, ...withoutReaders } = repository
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ ...good, repository: withoutReaders }, /readers/],
      [{ ...good, repository: {} }, /repository/],
      [{ ...good, reader: 'a name' }, /id/],
      [{ ...good, handle: 'x' }, /function/],
      [{ ...good, types: ['granted'] }, /type of events/],
      [{ ...good, pageSize: 0 }, /at least 1/],
      [{ ...good, holdMs: 300_001 }, /at most 300,000/],
      [{ ...good, form: 'start' }, /form/],
    ]
    for (const [options, message] of wrong) expect(() => followFeed(options as FollowFeedOptions<never>)).toThrow(message)
  })
})
