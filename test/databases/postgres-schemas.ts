/** Repositories in PostgreSQL, each in a schema that is empty and for the while nobody else's, over a connection or several that all share. */
import { randomBytes } from 'node:crypto'
import type { PostgresRepository } from '../../src/adapters/postgres.js'
import type { Repository } from '../../src/ports/repository.js'

/** What repositories are made over. */
export interface Connected {
  readonly repository: (schema: string) => PostgresRepository
  /** Executes one statement. */
  readonly execute: (sql: string) => Promise<unknown>
  readonly end: () => Promise<unknown>
}

/** No test has more repositories at once. To make a schema takes ten times as long as to empty one, and the server plans every statement anew. */
const SCHEMAS = 12

const TABLES = ['access_requests', 'user_sets', 'tenant_requests', 'governed_tenants', 'sessions', 'events']

/** Makes repositories; connects when the first is wanted. */
export function postgresSchemas(connect: () => Promise<Connected>) {
  let opened: { readonly connecting: Promise<Connected>; readonly prefix: string; count: number } | undefined
  return {
    make: async (): Promise<Repository> => {
      // Several processes share a server.
      opened ??= { connecting: connect(), prefix: `test_${randomBytes(6).toString('hex')}`, count: 0 }
      const turn = opened.count++
      const schema = `${opened.prefix}_${turn % SCHEMAS}`
      const { repository, execute } = await opened.connecting
      const made = repository(schema)
      if (turn < SCHEMAS) await made.migrate()
      else await execute(`truncate ${TABLES.map((table) => `${schema}.consentry_${table}`).join(', ')} restart identity`)
      return made
    },
    // What is left in a server goes with it.
    close: async (): Promise<void> => {
      const last = opened
      opened = undefined
      await (await last?.connecting)?.end()
    },
  }
}
