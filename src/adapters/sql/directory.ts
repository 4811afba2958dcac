/** A directory, names and addresses over queries of the host, in SQL that SQLite and PostgreSQL share. */
import * as z from 'zod'
import type { Directory } from '../../ports/directory.js'
import type { Named, People, PeopleFound, PeopleSearch, Recipient } from '../../ports/people.js'
import type { SqlDialect } from './sql-dialect.js'

/** The queries of a directory over SQL. Each is one `select` without parameters and semicolons. */
export interface DirectoryQueries {
  /** Every user, with their own tenant: the columns `id`, `name` and `tenant`, each of them text. */
  readonly users: string
  /**
   * Every tenant, with the vendor that may ask it: the columns `id`, `name` and `vendor`, as text.
   * `vendor` is `null` for a tenant that nobody may ask, such as the vendor itself, whose name its customers see.
   */
  readonly tenants: string
  /**
   * Everybody who wants to be written to: the columns of `users`, `permissions` and `email`, as text.
   * `permissions` is a JSON list, such as `["answer"]`. A row whose `email` is `null` or empty is left out. Further columns, such as a
   * language, come with the recipient. Only notices need this query.
   */
  readonly recipients?: string | undefined
}

/** A directory over SQL: the `directory` of the service, and the `people` of API and notices. */
export interface SqlDirectory extends Directory, People {}

/** The schemas of the queries. */
export const directoryQueries = {
  users: querySchema('id, name, tenant'),
  tenants: querySchema('id, name, vendor'),
  recipients: querySchema('id, name, tenant, permissions, email').optional(),
}

/** Runs a query with `:name` placeholders; a list is passed as JSON. */
type Select = (sql: string, values: Readonly<Record<string, string | number>>) => Promise<readonly unknown[]>

interface FoundRow extends Named {
  readonly sort_key: string
}

/** Returns the directory of these queries. */
export function directoryOver(
  { users, tenants, recipients }: DirectoryQueries,
  { isOneOf, lists }: SqlDialect,
  select: Select,
): SqlDirectory {
  const listed = isOneOf('q.id', 'ids')
  const idsOf = async (query: string, owner: string, ids: readonly string[], of: string) => {
    const sql = `select distinct q.id from (${query}) q where q.${owner} = :of and ${listed}`
    return (await select(sql, { of, ids: JSON.stringify(ids) })).map((row) => (row as Named).id)
  }
  const namesOf = async (query: string, ids: readonly string[]) => {
    const sql = `select distinct q.id, q.name from (${query}) q where ${listed}`
    return (await select(sql, { ids: JSON.stringify(ids) })) as readonly Named[]
  }
  const search = async (query: string, owner: string, of: string, { search: text, cursor, limit }: PeopleSearch): Promise<PeopleFound> => {
    const matches = [`lower(q.name) like lower(:pattern) escape '!'`, `lower(q.id) like lower(:pattern) escape '!'`]
    const after = cursor === null ? '' : 'where (f.sort_key, f.id) > (:key, :id)'
    const found = (await select(
      `select f.* from (select distinct q.id, q.name, lower(q.name) as sort_key from (${query}) q
        where q.${owner} = :of and (${matches.join(' or ')})) f ${after} order by f.sort_key, f.id limit :limit`,
      { of, pattern: `%${text.replace(/[!%_]/g, '!$&')}%`, limit: limit + 1, ...(cursor !== null && readCursor(cursor)) },
    )) as readonly FoundRow[]
    const items = found.slice(0, limit)
    const last = found.length > limit ? items.at(-1) : undefined
    return { items: items.map(({ id, name }) => ({ id, name })), next: last ? `${last.sort_key}\n${last.id}` : null }
  }
  const writeTo = async (tenant: string, isMeant: string, values: Readonly<Record<string, string>>) => {
    const sql = `select q.* from (${recipients}) q where q.tenant = :tenant and q.email <> '' and ${isMeant}`
    return (await select(sql, { tenant, ...values })) as readonly Recipient[]
  }
  return {
    members: (vendor, ids) => idsOf(users, 'tenant', ids, vendor),
    askable: (vendor, ids) => idsOf(tenants, 'vendor', ids, vendor),
    users: (ids) => namesOf(users, ids),
    tenants: (ids) => namesOf(tenants, ids),
    findUsers: (vendor, query) => search(users, 'tenant', vendor, query),
    findTenants: (vendor, query) => search(tenants, 'vendor', vendor, query),
    ...(recipients !== undefined && {
      recipients: (wanted) =>
        'permission' in wanted
          ? writeTo(wanted.tenant, lists('q.permissions', ':permission'), { permission: wanted.permission })
          : writeTo(wanted.requestingTenant, listed, { ids: JSON.stringify(wanted.users) }),
    }),
  }
}

/**
 * Returns the place that a cursor names.
 * An id has no line break (SPEC 3.5). Any text is a place, so a forged cursor finds no more than a search does.
 */
function readCursor(cursor: string): { readonly key: string; readonly id: string } {
  const end = cursor.lastIndexOf('\n')
  return { key: cursor.slice(0, Math.max(end, 0)), id: cursor.slice(end + 1) }
}

function querySchema(columns: string) {
  const wanted = `must be a query, such as \`select ${columns} from your_table\``
  return z
    .string(wanted)
    .regex(/^\s*(select|with)\b/i, wanted)
    .regex(/^[^;]*$/, 'must have no semicolon: it is put into larger queries')
    .regex(/^(?!.*(?<!:):[a-z])/is, 'must have no parameters: the directory adds its own conditions')
}
