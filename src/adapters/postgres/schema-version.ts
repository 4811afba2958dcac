/** The schema version in PostgreSQL: migrations, and a database that refuses tables of another version. */
import { checkVersion, type Migration, SCHEMA_VERSION, stepsFrom, versionIn, versionSql } from '../sql/migrations.js'
import type { Tables } from '../sql/tables.js'
import { type Connection, type Database, sqlStateOf } from './connection.js'

/** The advisory lock key that serializes migrations, the same in every version. */
const MIGRATION_LOCK = 7_061_944_358

/** Runs the migrations that the tables lack. */
export async function migratePostgres(tables: Tables, database: Database, migrations: readonly Migration[]): Promise<void> {
  // Checked first, so that a role without the privilege to create tables can start once they exist.
  if (stepsFrom(await schemaVersion(tables, database), migrations).length === 0) return
  await database.transaction(async (connection) => {
    await connection.exec(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    for (const { sql } of stepsFrom(await schemaVersion(tables, connection), migrations)) await connection.exec(sql)
  })
}

/** A database whose calls throw `schema-mismatch` on tables of another version. */
export interface VersionedDatabase extends Database {
  /** Runs a statement that looks up the version itself. */
  readonly runUnchecked: Database['run']
}

/** Returns the database, with its calls checked. */
export function onSchemaVersion(tables: Tables, database: Database): VersionedDatabase {
  const newest = versionSql(tables)
  const lockedVersion = `select version from ${tables.of('migrations')} order by version desc limit 1 for key share`
  // One statement reads the rows and their version. Its first table has one row, so a nested loop joins them, and the order stays.
  const versioned = (sql: string) => `select v.version as schema_version, found.* from (${newest}) v
    left join (select true as present, q.* from (${sql}) q) found on v.version = ${SCHEMA_VERSION}`
  const versionedReads = new Map<string, string>()
  /** Runs the work. A table or column that does not exist may be one of another version. */
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (isUnknownName(error)) checkVersion(await schemaVersion(tables, database).catch(() => SCHEMA_VERSION))
      throw error
    }
  }
  return {
    runUnchecked: (sql, values) => explained(() => database.run(sql, values)),
    run: (sql, values) =>
      explained(async () => {
        const text = versionedReads.get(sql) ?? versioned(sql)
        versionedReads.set(sql, text)
        const rows = await database.run(text, values)
        checkVersion(versionIn(rows, 'schema_version'))
        return rows[0]?.['present'] === true ? rows : []
      }),
    transaction: (work) =>
      explained(() =>
        database.transaction(async (connection) => {
          checkVersion(versionIn(await connection.run(lockedVersion, {})))
          return work(connection)
        }),
      ),
  }
}

async function schemaVersion(tables: Tables, { run }: Pick<Connection, 'run'>): Promise<number | null> {
  const table = tables.of('migrations')
  // Reading a table makes the server process pending catalog invalidations. `to_regclass` alone could answer from a stale cache.
  const [found] = await run('select to_regclass(:table::text) is not null as exists from pg_catalog.pg_class limit 1', { table })
  return found?.['exists'] === true ? versionIn(await run(versionSql(tables), {})) : null
}

/** Whether the server does not know a name in the statement: SQLSTATE class 42. */
function isUnknownName(error: unknown): boolean {
  return sqlStateOf(error).startsWith('42')
}
