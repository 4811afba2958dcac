/** Starts one PostgreSQL server per test run, and provides its connection string. */
import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.js'

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: string
  }
}

// No test kills this server, so it need not write to disk. All files share it, and some start processes with a pool each.
const OFF = ['fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum'].map((name) => `${name}=off`)
const FAST = ['max_connections=500', 'wal_level=minimal', 'max_wal_senders=0', ...OFF]

/** Called by vitest before the first test. Returns the function to call after the last one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ postgresFlags: FAST.flatMap((setting) => ['-c', setting]) })
  project.provide('postgres', server.connectionString)
  return server.stop
}
