/** Pools and schemas of PostgreSQL, for tests and their child processes. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'

export const newSchema = () => `storage_${randomBytes(6).toString('hex')}`

/** Returns a pool that tolerates the loss of idle clients, as every host must. */
export function poolOn(connectionString: string, config: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 10, ...config })
  pool.on('error', () => {})
  return pool
}

export function settings(values: Readonly<Record<string, string>>): pg.PoolConfig {
  const options = Object.entries(values).map(([name, value]) => `-c ${name}=${value}`)
  return { options: options.join(' ') }
}
