/** Repositories in SQLite, each in a new file of its own, by whatever library opens it. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SqliteDatabase, sqliteRepository } from '../../src/adapters/sqlite.js'
import type { Repository } from '../../src/ports/repository.js'

/** A database as all of the libraries open it. */
export type OpenDatabase = SqliteDatabase & { close(): unknown }

/** No test has more repositories at once; the files of older ones are closed, or a long run would run out of handles. */
const OPEN = 20

/** Makes repositories, and closes and removes the files of all. */
export function sqliteFiles(open: (path: string) => OpenDatabase) {
  let folder: string | undefined
  let count = 0
  const opened: OpenDatabase[] = []
  return {
    make: async (): Promise<Repository> => {
      // At once, so that whoever closes meanwhile knows of it.
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
