/** A child process that writes to a SQLite file until it is killed, and logs before and after every command. */
import { writeSync } from 'node:fs'
import Sqlite from 'libsql'
import { type SqliteDatabase, sqliteRepository } from '../../src/adapters/sqlite.js'
import { type Said, telling } from './ledger.js'
import { officeNamed } from './random-commands.js'

/** How it writes: with or without transactions, and up to which statement and command, by default without end. */
export interface Writing {
  readonly path: string
  readonly transactions: boolean
  readonly lastStatement?: number
  readonly lastCommand?: number
}

const { path, transactions, lastStatement = Infinity, lastCommand = Infinity }: Writing = JSON.parse(process.argv[2] ?? '')
const database = new Sqlite(path, { timeout: 30_000 })
database.exec('pragma journal_mode = wal; pragma synchronous = full')

/** Writes a line synchronously, so that a kill loses none. */
const say = (said: Said) => writeSync(1, `${JSON.stringify(said)}\n`)

/** Wraps the database: kills this process before the n-th statement that writes, and can omit transactions. */
function mortal(inner: SqliteDatabase): SqliteDatabase {
  let left = lastStatement
  const counted = <T>(run: () => T): T => {
    left -= 1
    if (left < 0) process.kill(process.pid, 'SIGKILL')
    return run()
  }
  return {
    exec: (sql) => counted(() => (!transactions && /^(begin|commit|rollback)\b/.test(sql) ? undefined : inner.exec(sql))),
    prepare: (sql) => {
      const statement = inner.prepare(sql)
      return { all: (...values) => statement.all(...values), run: (...values) => counted(() => statement.run(...values)) }
    },
  }
}

async function write(): Promise<void> {
  const repository = telling(sqliteRepository({ database: mortal(database) }), say)
  const command = officeNamed('office')
  for (let left = lastCommand; left > 0; left--) {
    await command(repository)
    say('acknowledged')
  }
}

void write().then(() => process.exit())
