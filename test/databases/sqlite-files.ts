/** Repositories in SQLite, each in a new file, with any driver. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SqliteDatabase, sqliteRepository } from '../../src/adapters/sqlite.js'
import type { Repository } from '../../src/ports/repository.js'

/** A database of any of the drivers. */
export type OpenDatabase = SqliteDatabase & { close(): unknown }

/** The maximum number of open files. Older ones are closed, so that long runs do not exhaust handles. */
const OPEN = 20

/** Returns a factory of repositories, and `close`, which removes their files. */
export function sqliteFiles(open: (path: string) => OpenDatabase) {
  let folder: string | undefined
  let count = 0
  const opened: OpenDatabase[] = []
  return {
    make: async (): Promise<Repository> => {
      // Registered synchronously, so that a concurrent `close` waits for it.
      folder ??= mkdtempSync(join(tmpdir(), 'consentry-sqlite-'))
      count += 1
      const database = open(join(folder, `${count}.db`))
      opened.push(database)
      while (opened.length > OPEN) opened.shift()?.close()
      database.exec('pragma journal_mode = wal; pragma synchronous = off')
      const repository = sqliteRepository({ database })
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
