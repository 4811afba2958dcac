/** SQLite files in a temporary folder, opened with any driver. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SqliteDatabase, type SqliteRepository, sqliteRepository } from '../../src/adapters/sqlite.js'

export type OpenDatabase = SqliteDatabase & { close(): unknown }

/** The maximum number of open files of a long run, so that it does not exhaust handles. */
const OPEN = 20

/** Returns a folder of files: `open` opens a new one by default, and `close` removes them all. */
export function sqliteFiles<D extends OpenDatabase>(driver: (path: string) => D) {
  let folder: string | undefined
  let count = 0
  const opened: D[] = []
  const newPath = () => {
    // Created synchronously, so that a concurrent `close` removes it.
    folder ??= mkdtempSync(join(tmpdir(), 'consentry-sqlite-'))
    count += 1
    return join(folder, `${count}.db`)
  }
  const open = (path = newPath()) => {
    const database = driver(path)
    opened.push(database)
    database.exec('pragma journal_mode = wal; pragma synchronous = off')
    return database
  }
  return {
    newPath,
    open,
    /** Creates a repository in a new file, and closes the oldest of too many. */
    make: async (): Promise<SqliteRepository> => {
      const repository = sqliteRepository({ database: open() })
      while (opened.length > OPEN) opened.shift()?.close()
      await repository.migrate()
      return repository
    },
    close: async (): Promise<void> => {
      for (const database of opened.splice(0)) database.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
      folder = undefined
    },
  }
}
