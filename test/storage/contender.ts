/** A child process that answers requests over its own connection to a SQLite file, on its parent's command. */
import Sqlite from 'libsql'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { obey } from '../databases/orders.js'
import { type Attempt, answered } from './contest.js'
import { type DriverFault, faultyDriver } from './faulty-sqlite-driver.js'
import { serviceOn } from './service.js'

const [path = '', fault = 'none'] = process.argv.slice(2)
const database = new Sqlite(path, { timeout: 30_000 })
database.exec('pragma synchronous = off')
const service = serviceOn(sqliteRepository({ database: faultyDriver(database, fault as DriverFault) }))

const orders = {
  ready: () => {},
  answer: (attempts: readonly Attempt[]) => Promise.all(attempts.map((attempt) => answered(service, attempt))),
}

export type Contender = typeof orders

obey(orders)
