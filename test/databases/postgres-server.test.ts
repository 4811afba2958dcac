/** The PostgreSQL server of the tests is one to rely on: it survives a crash, and leaves nothing behind. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { withTsx } from '../package/programs.js'
import { startPostgres } from './postgres-server.js'

const PATIENCE = 60_000

async function asked(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const folderOf = async (connectionString: string) => {
  const [row] = await asked(connectionString, `select current_setting('data_directory') as folder`)
  return String((row as { folder: string }).folder)
}

describe('a server of a test’s own', { timeout: PATIENCE }, () => {
  it('keeps what was committed when it is killed, starts again at the same place, and is gone after its stop', async () => {
    const server = await startPostgres({ postgresFlags: ['-c', 'max_connections=7'] })
    const { connectionString } = server
    const folder = await folderOf(connectionString)
    try {
      expect(await asked(connectionString, 'show max_connections')).toEqual([{ max_connections: '7' }])
      await asked(connectionString, 'create table kept (n int)')
      await asked(connectionString, 'insert into kept values (1)')
      const idle = new pg.Client({ connectionString })
      const broken = new Promise((resolve) => idle.on('error', resolve))
      await idle.connect()

      await server.kill()
      await broken
      await expect(asked(connectionString, 'select 1')).rejects.toThrow('ECONNREFUSED')

      await server.restart()
      expect(await asked(connectionString, 'select n from kept')).toEqual([{ n: 1 }])
      await server.restart()
      expect(await asked(connectionString, 'select n from kept')).toEqual([{ n: 1 }])
    } finally {
      await server.stop()
    }
    expect(existsSync(folder)).toBe(false)
    await expect(asked(connectionString, 'select 1')).rejects.toThrow('ECONNREFUSED')
  })

  it('does not outlive its process, even one that is killed', async () => {
    const child = fork(fileURLToPath(new URL('postgres-alone.ts', import.meta.url)), { execArgv: [...withTsx] })
    const [connectionString] = await once(child, 'message')
    const folder = await folderOf(connectionString)
    child.kill('SIGKILL')
    while (existsSync(folder)) await sleep(50)
    await expect(asked(connectionString, 'select 1')).rejects.toThrow('ECONNREFUSED')
  })

  it('says why, where it cannot start', () =>
    expect(startPostgres({ initdbFlags: ['--encoding=EBCDIC'] })).rejects.toThrow(/initdb failed\n.*EBCDIC/s))
})

it('the server of the run orders texts as a language does, so that nobody relies on it to order ids', async () => {
  expect(await asked(inject('postgres'), `select 'a' < 'B' and 'b' > 'A' as lettered, 'B' < 'a' collate "C" as bytes`)).toEqual([
    { lettered: true, bytes: true },
  ])
})
