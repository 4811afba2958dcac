/** Repositories in PostgreSQL, each in a new schema of its own, over one connection or several that many of them share. */
import { randomBytes } from 'node:crypto'
import type { PostgresRepository } from '../../src/adapters/postgres.js'
import type { Repository } from '../../src/repository.js'

/** What repositories are made over. */
export interface Connected {
  readonly repository: (schema: string) => PostgresRepository
  /** Ends what was connected, and drops these schemas, where what they lie in goes on. */
  readonly end: (schemas: readonly string[]) => Promise<unknown>
}

/** The repositories that share a connection, which keeps the plans of all their statements: it would grow without end. */
interface Generation {
  readonly connecting: Promise<Connected>
  readonly schemas: string[]
}

/** Makes repositories; connects when the first is wanted. No generation is larger than `largest`, and one that has two after it is gone. */
export function postgresSchemas(connect: () => Promise<Connected>, largest = 100) {
  const generations: Generation[] = []
  // Several processes share a server.
  const prefix = `test_${randomBytes(6).toString('hex')}`
  let count = 0

  function generation(): Generation {
    const youngest = generations.at(-1)
    if (youngest && youngest.schemas.length < largest) return youngest
    const next = { connecting: connect(), schemas: [] }
    generations.push(next)
    return next
  }

  async function endOldest(): Promise<void> {
    const { connecting, schemas = [] } = generations.shift() ?? {}
    await (await connecting)?.end(schemas)
  }

  return {
    make: async (): Promise<Repository> => {
      const { connecting, schemas } = generation()
      count += 1
      const schema = `${prefix}_${count}`
      schemas.push(schema)
      if (generations.length > 2) await endOldest()
      const { repository } = await connecting
      const made = repository(schema)
      await made.migrate()
      return made
    },
    // Whatever is left goes with the server.
    close: async (): Promise<void> => {
      for (const { connecting } of generations.splice(0)) await (await connecting).end([])
    },
  }
}
