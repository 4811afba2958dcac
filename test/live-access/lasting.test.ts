/** Failures that no retry mends: `ready` rejects. And what is written to the console if no `onError` is given. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { SCHEMA_VERSION } from '../../src/adapters/sql/migrations.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { ConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { openLibsql, pooledDatabases } from '../databases/places.js'
import { DOWN, eventually, moved, NOW, open, rejects, scene, tidy } from './scene.js'

afterEach(tidy)

const soon = { timeoutMs: 1_000, pollIntervalMs: 10, onError: () => {} }

describe('`ready` and `caughtUp` reject', () => {
  it('on tables that are not migrated, and resolve once they are', async () => {
    const databases = pooledDatabases()
    for (const repository of [databases.place().repository, sqliteRepository({ database: openLibsql(':memory:') })]) {
      const live = open({ repository, ...soon })
      await expect(live.ready()).rejects.toMatchObject({ code: 'schema-mismatch', found: null })
      await expect(live.caughtUp({ at: 1, event: 'first' })).rejects.toMatchObject({ code: 'schema-mismatch' })
      await repository.migrate()
      await live.ready()
      await live.close()
    }
    await databases.close()
  })

  it('on a standby, and on an engine without advisory locks', async () => {
    const answering = (rows: object[]) => ({ query: async () => ({ rows }), on: () => {}, off: () => {}, release: () => {} })
    const version = { schema_version: SCHEMA_VERSION, version: SCHEMA_VERSION, present: true }
    for (const row of [{ standby: true }, { standby: false, kept: false }]) {
      const client = answering([{ ...version, ...row }])
      const live = open({ repository: postgresRepository({ pool: { connect: async () => client as never }, prepare: false }), ...soon })
      await expect(live.ready()).rejects.toMatchObject({ code: 'feed-unsupported' })
    }
  })

  it('on rows and events that cannot be read', async () => {
    const corrupt = new ConsentryError('a row is corrupt', { code: 'corrupt', issues: [] })
    const wrong: Partial<Repository>[] = [
      { requestPage: () => Promise.reject(corrupt) },
      { requestPage: async () => [{ id: 'a b', tenant: 'tom-sawyer' }] as never },
      { governedTenantPage: async () => [7] as never },
      {
        readEvents: async ({ after }) => {
          const position = moved(after, 1)
          return { entries: [{ position, event: {} as never }], position, latest: position }
        },
      },
    ]
    for (const faults of wrong) {
      const on = await scene({ faults })
      await expect(on.live.ready()).rejects.toMatchObject({ code: expect.stringMatching(/^(corrupt|invalid-facts|invalid-input)$/) })
      expect(on.allowed()).toBe(false)
      for (const name of Object.keys(faults)) delete on.faults[name as keyof Repository]
      await on.live.ready()
      expect(on.allowed()).toBe(true)
    }
  })
})

it('`ready` waits for what may pass: a connection that is refused, a time-out, any other error of a driver', async () => {
  for (const error of [DOWN, Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), new TypeError('fetch failed')]) {
    let calls = 0
    const { live, faults } = await scene({
      faults: {
        positions: () => {
          calls += 1
          return Promise.reject(error)
        },
      },
    })
    const ready = live.ready()
    await eventually(() => calls > 2)
    delete faults.positions
    await ready
  }
})

describe('without `onError`', () => {
  it('each kind of failure is written once, not once a retry', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    let calls = 0
    const faults = {
      positions: (): Promise<never> => {
        calls += 1
        return calls % 2 === 0 ? rejects() : Promise.reject(new Error(`attempt ${calls} failed for \`${calls}\``))
      },
    }
    const on = await scene({ faults, onError: undefined })
    await eventually(() => calls > 5)
    expect(warn.mock.calls).toEqual([
      ['consentry: a live access met a failure; each kind is said once, `onError` gets every one:', expect.any(Error)],
      ['consentry: a live access met a failure; each kind is said once, `onError` gets every one:', DOWN],
    ])
    delete (on.faults as typeof on.faults).positions
    await on.live.ready()
    expect(warn).toHaveBeenCalledTimes(2)
  })

  it('a console that throws, and an error that cannot be read, disturb nothing', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {
      throw DOWN
    })
    const unreadable = new Proxy(
      {},
      new Proxy(
        {},
        {
          get: () => () => {
            throw DOWN
          },
        },
      ),
    )
    const on = await scene({ faults: { positions: () => Promise.reject(unreadable) }, onError: undefined })
    await eventually(() => warn.mock.calls.length > 0)
    delete on.faults.positions
    await on.live.ready()
    expect(on.live.canImpersonate('caroline', 'tom-sawyer', 'access-request', NOW)).toBe(true)
  })

  it('nothing is written with an `onError`, even if that throws', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    let calls = 0
    const onError = () => {
      calls += 1
      throw DOWN
    }
    await scene({ faults: { positions: rejects }, onError })
    await eventually(() => calls > 1)
    expect(warn).not.toHaveBeenCalled()
  })
})
