/** The test PostgreSQL server survives a crash and leaves nothing behind. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { withTsx } from '../package/programs.js'
import { startPostgres } from './postgres-server.js'

async function asked(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const folderOf = async (connectionString: string) =>
  String((await asked(connectionString, `select current_setting('data_directory') as folder`))[0]?.['folder'])

describe('a test server', { timeout: 60_000 }, () => {
  it('keeps committed data after a kill, restarts at the same address, and is removed after its stop', async () => {
    const server = await startPostgres({ postgresFlags: ['-c', 'max_connections=7'] })
    const { connectionString } = server
    const folder = await folderOf(connectionString)
    try {
      expect(await asked(connectionString, 'show max_connections')).toEqual([{ max_connections: '7' }])
      await asked(connectionString, 'create table kept (n int)')
      await asked(connectionString, 'insert into kept values (1)')
      await server.kill()
      await expect(asked(connectionString, 'select 1')).rejects.toThrow('ECONNREFUSED')
      for (const state of ['killed', 'running']) {
        await server.restart()
        expect(await asked(connectionString, 'select n from kept'), state).toEqual([{ n: 1 }])
      }
    } finally {
      await server.stop()
    }
    expect(existsSync(folder)).toBe(false)
    await expect(asked(connectionString, 'select 1')).rejects.toThrow('ECONNREFUSED')
  })

  it('stops when its process is killed', async () => {
    const child = fork(fileURLToPath(new URL('postgres-alone.ts', import.meta.url)), { execArgv: [...withTsx] })
    const [connectionString] = await once(child, 'message')
    const folder = await folderOf(connectionString)
    child.kill('SIGKILL')
    while (existsSync(folder)) await sleep(50)
    await expect(asked(connectionString, 'select 1')).rejects.toThrow('ECONNREFUSED')
  })

  it('reports why it cannot start', () =>
    expect(startPostgres({ initdbFlags: ['--encoding=EBCDIC'] })).rejects.toThrow(/initdb failed\n.*EBCDIC/s))
})

it('the server of the run uses a locale collation, which exposes queries that rely on it for ids', async () => {
  const sql = `select 'a' < 'B' and 'b' > 'A' as lettered, 'B' < 'a' collate "C" as bytes`
  expect(await asked(inject('postgres'), sql)).toEqual([{ lettered: true, bytes: true }])
})
