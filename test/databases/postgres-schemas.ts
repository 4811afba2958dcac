/** Repositories in PostgreSQL, each in an empty schema of its own, over shared connections. */
import { randomBytes } from 'node:crypto'
import type { PostgresRepository } from '../../src/adapters/postgres.js'
import type { Repository } from '../../src/ports/repository.js'

/** The connection that the repositories share. */
export interface Connected {
  readonly repository: (schema: string) => PostgresRepository
  /** Executes one statement. */
  readonly execute: (sql: string) => Promise<unknown>
  readonly end: () => Promise<unknown>
}

/** The number of schemas, reused in turn: emptying one is ten times faster than creating it. */
const SCHEMAS = 12

const TABLES = ['access_requests', 'user_sets', 'tenant_requests', 'governed_tenants', 'sessions', 'events']

/** Returns a factory of repositories that connects on the first call. */
export function postgresSchemas(connect: () => Promise<Connected>) {
  let opened: { readonly connecting: Promise<Connected>; readonly prefix: string; count: number } | undefined
  return {
    make: async (): Promise<Repository> => {
      // Several processes share the server, so names contain the process id.
      opened ??= { connecting: connect(), prefix: `test_${randomBytes(6).toString('hex')}`, count: 0 }
      const turn = opened.count++
      const schema = `${opened.prefix}_${turn % SCHEMAS}`
      const { repository, execute } = await opened.connecting
      const made = repository(schema)
      if (turn < SCHEMAS) await made.migrate()
      else await execute(`truncate ${TABLES.map((table) => `${schema}.consentry_${table}`).join(', ')} restart identity`)
      return made
    },
    // Schemas are not dropped: the server is deleted after the run.
    close: async (): Promise<void> => {
      const last = opened
      opened = undefined
      await (await last?.connecting)?.end()
    },
  }
}
