/** The test PostgreSQL server leaves nothing behind; the tests of failures and kills show that it restarts with its data. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, it } from 'vitest'
import { withTsx } from '../package/programs.js'
import { pooledDatabases } from './places.js'
import { startPostgres } from './postgres-server.js'

const asked = async (connectionString: string, sql: string) => {
  const { query, close } = pooledDatabases(connectionString)
  return query(sql).finally(close)
}

describe('a test server', { timeout: 60_000 }, () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('stops and is removed when its process is stopped or killed: %s', async (signal) => {
    const child = fork(fileURLToPath(new URL('postgres-alone.ts', import.meta.url)), { execArgv: [...withTsx] })
    const [connectionString] = await once(child, 'message')
    const [row] = await asked(connectionString, `select current_setting('data_directory') as folder`)
    child.kill(signal)
    while (existsSync(String(row?.['folder']))) await sleep(50)
    await expect(asked(connectionString, 'select 1')).rejects.toThrow('ECONNREFUSED')
  })

  it('reports why it cannot start', () =>
    expect(startPostgres({ initdbFlags: ['--encoding=EBCDIC'] })).rejects.toThrow(/initdb failed\n.*EBCDIC/s))
})

it('the server of the run uses a locale collation, which exposes queries that rely on it for ids', async () => {
  const sql = `select 'a' < 'B' and 'b' > 'A' as lettered, 'B' < 'a' collate "C" as bytes`
  expect(await asked(inject('postgres'), sql)).toEqual([{ lettered: true, bytes: true }])
})
