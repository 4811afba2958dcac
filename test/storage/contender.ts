/** A child process that answers requests over its own connection to a SQLite file, on its parent's command. */
import Sqlite from 'libsql'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { type Attempt, answered } from './contest.js'
import { type DriverFault, faultyDriver } from './faulty-sqlite-driver.js'
import { serviceOn } from './service.js'

const [path = '', carelessness = 'none'] = process.argv.slice(2)
const database = new Sqlite(path, { timeout: 30_000 })
database.exec('pragma synchronous = off')
const service = serviceOn(sqliteRepository({ database: faultyDriver(database, carelessness as DriverFault) }))

process.on('message', async (attempts: readonly Attempt[]) => {
  process.send?.(await Promise.all(attempts.map((attempt) => answered(service, attempt))))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
