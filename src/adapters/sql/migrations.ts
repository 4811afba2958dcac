/** The schema as a list of migrations, in which a released migration never changes. */
import { ConsentryError } from '../../domain/error.js'
import { noticeSchemaSql } from './notice-schema.js'
import type { Row } from './row-values.js'
import { type ColumnTypes, schemaSql } from './schema.js'
import type { Tables } from './tables.js'

/** One migration: SQL that updates the tables from the previous version to `version` and records it. */
export interface Migration {
  /** The schema version after this migration. */
  readonly version: number
  /** The statements, separated by semicolons. */
  readonly sql: string
}

/** The schema version of this library. */
export const SCHEMA_VERSION = 2

/** The statement that looks up the version of the tables. */
export function versionSql({ of }: Tables): string {
  return `select max(version) as version from ${of('migrations')}`
}

/** Returns the version in the row of a look-up: `null` if there is none. */
export function versionIn([row]: readonly Row[], column = 'version'): number | null {
  const version = row?.[column] ?? null
  return version === null ? null : Number(version)
}

/** Throws `schema-mismatch` unless the tables have this library's version: it could misread others. */
export function checkVersion(found: number | null): void {
  if (found === SCHEMA_VERSION) return
  const message =
    found === null
      ? 'the tables do not exist: call `migrate()` first'
      : `the tables have schema version \`${found}\`, but this library needs \`${SCHEMA_VERSION}\`: ${found < SCHEMA_VERSION ? 'call `migrate()` first' : 'upgrade the library'}`
  throw new ConsentryError(message, { code: 'schema-mismatch', found, expected: SCHEMA_VERSION })
}

/** Returns the migrations still to run. Throws `schema-mismatch` for a newer version. */
export function stepsFrom(found: number | null, migrations: readonly Migration[]): readonly Migration[] {
  if (found !== null && found > SCHEMA_VERSION) checkVersion(found)
  return migrations.filter(({ version }) => version > (found ?? 0))
}

/**
 * Returns a migration, which first writes its version into the only row of that table.
 * In PostgreSQL every save locks that row `for key share`: the migration waits for open saves, and later saves wait for the migration.
 * Such a save then reads the new version, or fails to serialize if its snapshot is older. Reads are not blocked.
 * Both take this lock first. Only a host's transaction that has read before it saves can deadlock with a migration; the server then ends one.
 * In SQLite both hold the database's only write lock.
 */
export function migrationTo({ of }: Tables, version: number, sql: string): Migration {
  return { version, sql: `update ${of('migrations')} set version = ${version};\n${sql}` }
}

/** Returns all migrations for these tables; the first one starts with `createSchema`. */
export function migrationsOf(tables: Tables, types: ColumnTypes, createSchema: string): readonly Migration[] {
  const { of } = tables
  const versionTable = `create table ${of('migrations')} (\n  version ${types.count} primary key\n)${types.endOfTable};\ninsert into ${of('migrations')} (version) values (0);\n`
  const { version, sql } = migrationTo(tables, 1, schemaSql(tables, types))
  return [{ version, sql: `${createSchema}${versionTable}${sql}` }, migrationTo(tables, 2, noticeSchemaSql(tables, types))]
}
