/** The files of an export: entries of the history as CSV (RFC 4180) or as JSON Lines. */
import { sentValue } from '../client/wire.js'
import type { HistoryRow } from './history-list.js'
import type { NameTable } from './requests.js'

/** A format of the files. */
interface FileFormat {
  /** What the format is called in every language. */
  readonly name: string
  /** The type of the file, for the browser. */
  readonly type: string
  /** What stands before the first entry. */
  readonly head: string
  /** Returns an entry, with the end of its line. */
  readonly lineOf: (row: HistoryRow, names: NameTable) => string
}

type Ids = ReturnType<typeof idsIn>

/** An entry on its way into a file. */
interface Entry {
  /** The entry as the API sends it, with instants in RFC 3339. */
  readonly written: Readonly<Record<string, unknown>>
  readonly ids: Ids
  readonly names: NameTable
}

/** Returns the ids of users and tenants in an entry, each once. */
function idsIn(row: HistoryRow) {
  const associations = 'associations' in row ? row.associations : []
  const distinct = (...ids: readonly (string | readonly string[] | null)[]) => [...new Set(ids.flatMap((id) => id ?? []))]
  return {
    user: distinct(row.user),
    requestingTenant: [row.requestingTenant],
    tenants: distinct('tenant' in row ? row.tenant : null, ...associations.map(({ tenants }) => tenants)),
    users: distinct('users' in row ? row.users : null, ...associations.map(({ users }) => users)),
    removedUsers: distinct('removedUser' in row ? row.removedUser : null, 'removedUsers' in row ? row.removedUsers : null),
  }
}

function fileEntry(row: HistoryRow, names: NameTable): Entry {
  return { written: sentValue(row) as Entry['written'], ids: idsIn(row), names }
}

/** Ids hold no spaces, so a cell has several of them with spaces between. */
const field = (name: string) => [name, ({ written }: Entry) => [written[name] ?? []].flat().join(' ')] as const
const idsAndNames = (name: keyof Ids, kind: 'user' | 'tenant', nameHead: string) =>
  [
    [name, ({ ids }: Entry) => ids[name].join(' ')],
    [nameHead, ({ ids, names }: Entry) => ids[name].map((id) => names[kind](id)).join('; ')],
  ] as const

const COLUMNS: readonly (readonly [head: string, cellOf: (entry: Entry) => string])[] = [
  ...['at', 'type', 'view', 'by'].map(field),
  ...idsAndNames('user', 'user', 'userName'),
  ...idsAndNames('requestingTenant', 'tenant', 'requestingTenantName'),
  ...idsAndNames('tenants', 'tenant', 'tenantNames'),
  ...idsAndNames('users', 'user', 'userNames'),
  ...idsAndNames('removedUsers', 'user', 'removedUserNames'),
  ...['accessRequest', 'name', 'tenantRequest', 'tag', 'message', 'expiresAt', 'answerBy'].map(field),
  ...['session', 'method', 'reason', 'endsAt', 'grantedBy', 'cause', 'id'].map(field),
]

/** What a spreadsheet takes for a formula, by its first character; some take the wide forms as well. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** Returns a cell of a CSV file. An apostrophe keeps a spreadsheet from running what somebody wrote. */
function csvCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /^[\w.:-]*$/.test(harmless) ? harmless : `"${harmless.replaceAll('"', '""')}"`
}

const csvLine = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\r\n`

/** The formats of an export, by the ends of their files' names. */
export const FILE_FORMATS = {
  csv: {
    name: 'CSV',
    type: 'text/csv;charset=utf-8',
    // By the byte order mark, a spreadsheet knows UTF-8.
    head: `\ufeff${csvLine(COLUMNS.map(([head]) => head))}`,
    lineOf: (row, names) => {
      const entry = fileEntry(row, names)
      return csvLine(COLUMNS.map(([, cellOf]) => cellOf(entry)))
    },
  },
  jsonl: {
    name: 'JSON Lines',
    type: 'application/jsonl',
    head: '',
    lineOf: (row, names) => {
      const { written, ids } = fileEntry(row, names)
      const named = (all: readonly string[], kind: 'user' | 'tenant') => Object.fromEntries(all.map((id) => [id, names[kind](id)]))
      const users = named([...ids.user, ...ids.users, ...ids.removedUsers], 'user')
      const tenants = named([...ids.requestingTenant, ...ids.tenants], 'tenant')
      return `${JSON.stringify({ ...written, names: { users, tenants } })}\n`
    },
  },
} as const satisfies Record<string, FileFormat>
