/** A child process that writes to a SQLite file until it is killed, and logs before and after every command. */
import { writeSync } from 'node:fs'
import Sqlite from 'libsql'
import { type SqliteDatabase, sqliteRepository } from '../../src/adapters/sqlite.js'
import { type Said, telling } from './ledger.js'
import { busyOffice } from './random-service.js'
import { serviceOn } from './service.js'

const [path = '', name = '', bounds = 'transactions', lastStatement = '', lastCommand = ''] = process.argv.slice(2)
const database = new Sqlite(path, { timeout: 30_000 })
database.exec('pragma journal_mode = wal; pragma synchronous = full')

/** Writes a line synchronously, so that a kill loses none. */
const say = (said: Said) => writeSync(1, `${JSON.stringify(said)}\n`)

/** Wraps the database: kills this process before the n-th statement, and can omit transactions. */
function mortal(inner: SqliteDatabase): SqliteDatabase {
  let left = lastStatement === '' ? Number.POSITIVE_INFINITY : Number(lastStatement)
  const counted = () => {
    left -= 1
    if (left < 0) process.kill(process.pid, 'SIGKILL')
  }
  return {
    exec: (sql) => {
      counted()
      return bounds === 'none' && /^(begin|commit|rollback)\b/.test(sql) ? undefined : inner.exec(sql)
    },
    prepare: (sql) => {
      const statement = inner.prepare(sql)
      return {
        all: (...values) => {
          if (!sql.startsWith('select')) counted()
          return statement.all(...values)
        },
        run: (...values) => {
          counted()
          return statement.run(...values)
        },
      }
    },
  }
}

async function write(): Promise<void> {
  const service = serviceOn(telling(sqliteRepository({ database: mortal(database) }), say))
  const next = busyOffice(name, service, Math.random)
  for (let left = lastCommand === '' ? Number.POSITIVE_INFINITY : Number(lastCommand); left > 0; left--) {
    await next()
    say('acknowledged')
  }
}

void write().then(() => process.exit())
