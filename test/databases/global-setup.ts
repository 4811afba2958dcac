/** One PostgreSQL server for a run of the tests, which are told where it is. */
import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The connection string of the run's PostgreSQL server. */
    postgres: string
  }
}

// Nobody kills this one, so that nothing need ever reach the disk.
const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'wal_level=minimal', 'max_wal_senders=0', 'autovacuum=off']

/** Called by vitest before the first test of the run; what it returns, after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ postgresFlags: FAST.flatMap((setting) => ['-c', setting]) })
  project.provide('postgres', server.connectionString)
  return server.stop
}
