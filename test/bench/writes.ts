/** The bench of writes: commands a second, statements, fan-out, decisions, polls and revocations, beside another build. */
import { join } from 'node:path'
import pg from 'pg'
import { loadBuild } from './builds.js'
import { type Line, ofEach, type Pair, printHead } from './compared.js'
import { compareFanOut } from './comparing-fan-out.js'
import { compareLatency } from './comparing-latency.js'
import { compareReads, compareStatements } from './comparing-reads.js'
import { compareOnPostgres, compareOnSqlite } from './comparing-writes.js'
import { withDatabases } from './stores.js'

/** What is compared: each build with a place of its own. */
export interface Compared {
  readonly build: Awaited<ReturnType<typeof loadBuild>>
  readonly connectionString: string
  readonly sqlitePath: string
}

/** Measures this checkout's build, in alternation with that of the folder `beside` if there is one. */
export function benchWrites(rounds: number, seconds: number, beside: string | undefined): Promise<Line[]> {
  return withDatabases(
    async ({ PostgreSQL, SQLite }) => {
      const folders = { ...(beside !== undefined && { before: beside }), now: undefined }
      const places: Pair<Compared> = await ofEach<string | undefined, Compared>(folders, async (folder) => {
        const build = await loadBuild(folder)
        const name = folder === undefined ? 'now' : 'before'
        return { build, connectionString: await createDatabase(PostgreSQL, name), sqlitePath: join(SQLite, '..', `${name}.db`) }
      })
      printHead()
      return [
        ...(await compareStatements(places)),
        ...(await compareReads(places, rounds)),
        ...(await compareFanOut(places, rounds)),
        ...(await compareOnSqlite(places, rounds, seconds)),
        ...(await compareOnPostgres(places, rounds, seconds)),
        ...(await compareLatency(places)),
      ]
    },
    // Each build has its listeners in processes of their own.
    { postgresFlags: ['-c', 'max_connections=600'] },
  )
}

/** Creates a database of this name. Its notices reach no listener of another one. */
async function createDatabase(connectionString: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(connectionString), { pathname: `/${name}` }).href
}
